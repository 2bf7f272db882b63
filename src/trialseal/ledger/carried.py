"""A chain as a bundle carries it: a header, nodes of the tries, and logs, proven as if a node had sent them."""

from __future__ import annotations

from collections.abc import Sequence

from trialseal.ledger.block import AsOf
from trialseal.ledger.evidence import Evidence
from trialseal.ledger.logs import Log, Wanted
from trialseal.ledger.proofs.layout import Slot
from trialseal.ledger.reader import Reader
from trialseal.ledger.reference.asking import UNVOUCHED, Vouching
from trialseal.ledger.state import Proven, ProvenState, Unproven


class Carried(Reader):
    """What is known of a chain from evidence that was kept. Nothing is asked of anybody."""

    def __init__(
        self, evidence: Evidence, as_of: AsOf, source: str, vouching: Vouching = UNVOUCHED, at: int | None = None
    ) -> None:
        super().__init__(at)
        self._vouching = vouching
        self.source = source
        self._evidence = evidence
        self._as_of = as_of
        self._state = ProvenState(evidence.header, evidence.chain_id, source)
        self._state.add(evidence.nodes)
        self._shown: dict[int, Log] = {}

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

    def vouching(self) -> Vouching:
        """Who vouches for that block whom the reader trusts."""
        return self._vouching

    def prove(
        self, slots: Sequence[Slot], logs: Sequence[Wanted] = ()
    ) -> tuple[Sequence[Proven | None], list[list[Log]]]:
        """The words of slots, as far as they are proven, and the logs that are carried, in the order of the chain."""
        numbered = tuple(enumerate(self._evidence.logs))
        found = [[(n, log) for n, log in numbered if fits(log)] for fits in (one.fitting() for one in logs)]
        self._shown |= {number: log for part in found for number, log in part}
        return list(map(self._word, slots)), [[log for _, log in part] for part in found]

    def evidence(self) -> Evidence:
        """What all that was read so far rests on: as much of the evidence as was used."""
        logs = tuple(self._shown[number] for number in sorted(self._shown))
        return self._evidence._replace(nodes=tuple(self._state.used), logs=logs)

    def _word(self, slot: Slot) -> Proven | None:
        try:
            return self._state.word(slot)
        except Unproven:
            return None
