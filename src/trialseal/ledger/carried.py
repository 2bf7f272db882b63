"""A chain as a bundle carries it: a header, nodes of the tries, and logs, proven as if a node had sent them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from trialseal.ledger.block import AsOf
from trialseal.ledger.logs import Log, Wanted
from trialseal.ledger.proofs.header import Header
from trialseal.ledger.proofs.layout import Slot
from trialseal.ledger.reader import Reader
from trialseal.ledger.state import Proven, ProvenState, Unproven


class Evidence(NamedTuple):
    """What leads from a block's hash to what is known of a chain: no more than was used."""

    chain_id: int
    header: Header
    nodes: tuple[bytes, ...]
    """Of the tries, sorted by their hashes."""
    logs: tuple[Log, ...]
    """In the order of the chain."""


class Carried(Reader):
    """What is known of a chain from evidence that was kept. Nothing is asked of anybody."""

    def __init__(self, evidence: Evidence, as_of: AsOf, source: str) -> None:
        super().__init__()
        self.source = source
        self._evidence = evidence
        self._as_of = as_of
        self._state = ProvenState(evidence.header, evidence.chain_id, source)
        self._state.add(evidence.nodes)

    def as_of(self) -> AsOf:
        """The block as of which the evidence was collected."""
        return self._as_of

    def chain_id(self) -> int:
        """The chain's id, which the code of the contracts proves."""
        return self._evidence.chain_id

    def is_devnet(self) -> bool:
        """Whether this is a chain for development, by its id."""
        return self._as_of.is_devnet

    def finality(self, block: int | None) -> str:
        """Without a node nothing is known of what is final."""
        return "not known to be final: no node was asked"

    def prove(
        self, slots: Sequence[Slot], logs: Sequence[Wanted] = ()
    ) -> tuple[Sequence[Proven | None], list[list[Log]]]:
        """The words of slots, as far as they are proven, and the logs that are carried, in the order of the chain."""
        return list(map(self._word, slots)), [[log for log in self._evidence.logs if one.fits(log)] for one in logs]

    def _word(self, slot: Slot) -> Proven | None:
        try:
            return self._state.word(slot)
        except Unproven:
            return None
