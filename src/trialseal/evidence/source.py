"""What the evidence needs of a chain; `ledger.chain.Chain` is one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from trialseal.ledger.acts import Act
from trialseal.ledger.attestations import AttestationRecord, Attested
from trialseal.ledger.block import AsOf
from trialseal.ledger.claims import NumberClaims
from trialseal.ledger.parties import PartyRecord
from trialseal.ledger.records import DocumentRecord, HeadHistory, History, Registrations, Stream, TrialState

ZERO = bytes(32)


class ChainSource(Protocol):
    """Reading only. Every method may raise UndeterminedError when the node cannot answer."""

    def chain_id(self) -> int:
        """The chain's id."""

    def is_devnet(self) -> bool:
        """Whether the chain's operator sets its clock."""

    def as_of(self) -> AsOf:
        """The block as of which everything is read."""

    def load(
        self,
        *,
        trials: Iterable[bytes] = (),
        states: Iterable[bytes] = (),
        parties: Iterable[bytes] = (),
        subjects: Iterable[bytes] = (),
        numbers: Iterable[str] = (),
        digests: Iterable[bytes] = (),
    ) -> None:
        """Reads all this in one request, so that the other methods answer without asking."""

    def finality(self, block: int | None) -> str:
        """How settled a block is, by the node's own tags: 'final', 'safe', or why neither."""

    def trial(self, trial: bytes) -> TrialState | None:
        """A trial as it stands; None if there is none."""

    def history(self, trial: bytes) -> History:
        """Every act of a trial; FailedError if there is no such trial."""

    def acts_by_subject(self, subjects: Iterable[bytes]) -> dict[bytes, list[Act]]:
        """The acts of all trials about each of these digests."""

    def documents(self, trial: bytes, documents: Sequence[tuple[int, bytes]]) -> list[DocumentRecord]:
        """Records from the contract's state, by (kind, digest); `time` 0 where one is not sealed."""

    def document_times(
        self, trials: Sequence[bytes], documents: Sequence[tuple[int, bytes]]
    ) -> dict[tuple[bytes, int, bytes], int]:
        """When each trial's state says that each document (kind, digest) was sealed; 0 where it was not."""

    def registrations(self) -> Registrations:
        """The registrations of all trials of the chain, and whether these are all."""

    def claims(self, number: str) -> NumberClaims:
        """Every claim of a registry number, and whether these are all."""

    def party(self, party: bytes) -> PartyRecord | None:
        """A party with its keys; None if there is none."""

    def party_numbered(self, number: int) -> bytes | None:
        """The id of the party with this number."""

    def attested(self, subject: bytes) -> Attested:
        """Everything attested of a subject, and whether this is all."""

    def attestations(self, subject: bytes, digest: bytes = ZERO) -> list[AttestationRecord]:
        """All attestations about a subject and a digest of it."""


class StreamSource(ChainSource, Protocol):
    """What evidence from streams needs besides."""

    def streams(self, trial: bytes) -> tuple[Stream, ...]:
        """Every stream of a trial that was ever opened; UndeterminedError if not all can be seen."""

    def head_history(self, trial: bytes, writer: bytes, stream: bytes) -> HeadHistory:
        """Every head of a writer's log, and whether these are all."""
