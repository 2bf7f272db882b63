"""What the contracts' state says of a trial, a party and a subject, as plain data; times are blocks', Unix seconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from trialseal.ledger.acts import Act
from trialseal.ledger.codes import AttestationKind, Blinding, Code, Decision, Role


@dataclass(frozen=True, slots=True)
class TrialState:
    """A trial as the contract's state has it."""

    trial: bytes
    sponsor: bytes  # party id
    created_at: int
    acts: int
    rolling_digest: bytes
    versions: dict[int, int]  # kind -> how many
    offered_to: bytes | None


@dataclass(frozen=True, slots=True)
class History:
    """Every act of a trial, and whether these are all: `gap` is None if they lead to the digest in state."""

    state: TrialState
    acts: tuple[Act, ...]
    gap: str | None

    @property
    def complete(self) -> bool:
        """Whether count and rolling digest of the acts are those in the contract's state."""
        return self.gap is None


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A key of a party."""

    key: str
    purposes: int
    valid_from: int
    valid_until: int  # 0 while no end is set
    compromised_since: int  # 0 if not stated
    declared_at: int = 0  # when that was stated last


@dataclass(frozen=True, slots=True)
class PartyRecord:
    """A party as the contract's state has it."""

    party: bytes
    number: int
    created_at: int
    profile: bytes
    keys: tuple[KeyRecord, ...]


@dataclass(frozen=True, slots=True)
class AttestationRecord:
    """One attestation about a subject."""

    index: int
    author: bytes  # party id
    kind: AttestationKind
    code: int  # a role, a decision; see `meaning`
    territory: int
    date: int  # yyyymmdd as declared, 0 if not
    time: int
    withdrawn_at: int  # 0 if it stands
    document: bytes
    subject: bytes
    digest: bytes

    @property
    def meaning(self) -> Code | None:
        """What its code means: a role for an accreditation, a decision for an approval; None where it has no list."""
        match self.kind:
            case AttestationKind.ACCREDITATION:
                return Role(self.code)
            case AttestationKind.APPROVAL:
                return Decision(self.code)
        return None


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A sealed document as the contract's state has it; `time` 0 means that it is not sealed there."""

    time: int
    author: int  # party number
    version: int
    act: int
    endpoint_count: int
    blinding: Blinding


@dataclass(frozen=True, slots=True)
class AppointmentRecord:
    """An appointment as the contract's state has it; `tenure` says under which sponsorship of the trial."""

    start: int
    until: int
    acts: int  # sum of 1 << act
    tenure: int


@dataclass(frozen=True, slots=True)
class ClaimRecord:
    """A registry number bound to a trial."""

    time: int
    submitted: int  # yyyymmdd, 0 if not stated


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream as its writer opened it; each writer of a name has a log of its own."""

    trial: bytes
    stream: bytes  # salted digest of its name
    writer: bytes  # party id
    time: int  # when it was opened


@dataclass(frozen=True, slots=True)
class HeadState:
    """The present head of a writer's log, as the contract's state has it."""

    size: int  # in entries
    time: int  # when it was anchored
    heads: int  # how many there were, this one included
    root: bytes
    rolling_digest: bytes  # over all of them, 15 bytes


@dataclass(frozen=True, slots=True)
class Head:
    """One head of a writer's log, as its log on the chain says."""

    trial: bytes
    writer: bytes  # party id
    stream: bytes
    number: int  # of the head in its writer's log, from 1
    size: int  # in entries
    root: bytes
    time: int
    key: str  # address of the key that anchored it, 0x and lower case
    block: int
    block_hash: str
    transaction: str


@dataclass(frozen=True, slots=True)
class HeadHistory:
    """Every head of a writer's log, and whether these are all: `gap` is None if they lead to the digest in state."""

    state: HeadState | None  # None while nothing is anchored
    heads: tuple[Head, ...]
    gap: str | None

    @property
    def complete(self) -> bool:
        """Whether count and rolling digest of the heads are those in the contract's state."""
        return self.gap is None


class Block(TypedDict):
    """A block's head."""

    number: int
    hash: str
    timestamp: int
