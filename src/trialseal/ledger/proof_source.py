"""Who brings what is read of a chain: a node, or a bundle."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence

from trialseal.ledger.block import AsOf
from trialseal.ledger.evidence import Evidence
from trialseal.ledger.logs import Log, Wanted
from trialseal.ledger.proofs.layout import Slot
from trialseal.ledger.reference.asking import Vouching
from trialseal.ledger.state import Proven


class ProofSource(ABC):
    """Words of state and logs of one chain as of one block. UndeterminedError wherever it cannot answer."""

    source: str
    """Who it is, in words: 'the node at …', 'the bundle …'."""
    at: int | None
    """A time (Unix seconds) as of which all is told, what came later left out; None for now."""

    @abstractmethod
    def as_of(self) -> AsOf:
        """The block as of which everything is read."""

    @abstractmethod
    def chain_id(self) -> int:
        """The chain's id."""

    @abstractmethod
    def is_devnet(self) -> bool:
        """Whether this is a chain for development, whose operator sets the clock and may undo everything."""

    @abstractmethod
    def finality(self, block: int | None) -> str:
        """How settled a block is, as the source says."""

    @abstractmethod
    def evidence(self) -> Evidence:
        """What all that was read as of that block rests on."""

    @abstractmethod
    def vouching(self) -> Vouching:
        """Who vouches for that block whom the reader trusts."""

    @abstractmethod
    def prove(
        self, slots: Sequence[Slot], logs: Sequence[Wanted] = ()
    ) -> tuple[Sequence[Proven | None], list[list[Log]]]:
        """The words of slots, proven as of one block, and logs in the order of the chain, as the source shows them.

        None for a word that the source carries no proof of.
        """

    def prove_in_parts(
        self, slots: Sequence[Slot], logs: Sequence[Wanted]
    ) -> tuple[Sequence[Proven | None], list[Iterable[list[Log]]]]:
        """As `prove`; logs too many for one answer come in parts, read as they are asked for, none kept as evidence."""
        words, found = self.prove(slots, logs)
        return words, [[one] for one in found]
