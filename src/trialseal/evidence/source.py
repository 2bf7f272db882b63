"""What the evidence needs of a chain; `ledger.chain.Chain` is one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from trialseal.ledger.acts import Act
from trialseal.ledger.records import (
    AttestationRecord,
    DocumentRecord,
    HeadHistory,
    History,
    PartyRecord,
    Stream,
    TrialState,
)

ZERO = bytes(32)


class ChainSource(Protocol):
    """Reading only. Every method may raise UndeterminedError when the node cannot answer."""

    def chain_id(self) -> int:
        """The chain's id."""

    def is_devnet(self) -> bool:
        """Whether the chain's operator sets its clock."""

    def finality(self, block: int) -> str:
        """How settled a block is: 'final', 'safe', 'N blocks deep', or that this is a devnet."""

    def trial(self, trial: bytes) -> TrialState | None:
        """A trial as it stands; None if there is none."""

    def history(self, trial: bytes) -> History:
        """Every act of a trial; FailedError if there is no such trial."""

    def acts_by_subject(self, subjects: Iterable[bytes]) -> dict[bytes, list[Act]]:
        """The acts of all trials about each of these digests."""

    def documents(self, trial: bytes, documents: Sequence[tuple[int, bytes]]) -> list[DocumentRecord]:
        """Records from the contract's state, by (kind, digest); `time` 0 where one is not sealed."""

    def claimants(self, registry_id: bytes) -> list[bytes]:
        """The trials that claim a registry number."""

    def party(self, party: bytes) -> PartyRecord | None:
        """A party with its keys; None if there is none."""

    def party_numbered(self, number: int) -> bytes | None:
        """The id of the party with this number."""

    def attestations(self, subject: bytes, digest: bytes = ZERO) -> list[AttestationRecord]:
        """All attestations about a subject and a digest of it."""


class StreamSource(ChainSource, Protocol):
    """What evidence from streams needs besides."""

    def streams(self, trial: bytes) -> tuple[Stream, ...]:
        """Every stream of a trial that was ever opened; UndeterminedError if not all can be seen."""

    def head_history(self, trial: bytes, writer: bytes, stream: bytes) -> HeadHistory:
        """Every head of a writer's log, and whether these are all."""
