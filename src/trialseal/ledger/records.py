"""What the contracts' state says of a trial, a party and a subject, as plain data; times are blocks', Unix seconds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Self

from trialseal.ledger.acts import ZERO, Act, DocumentSealed, ResultReported, TrialRegistered, sponsor_of
from trialseal.ledger.codes import Blinding, DocumentKind
from trialseal.ledger.proofs.layout import DocumentMembers, TrialMembers
from trialseal.ledger.rolling import Gap
from trialseal.ledger.state import Proven
from trialseal.values import Value, replace


class TrialState(Value):
    """A trial as the contract's state has it."""

    trial: bytes
    sponsor: bytes  # party id
    created_at: int
    acts: int
    rolling_digest: Proven | None  # None of what an act would lead to, which is on no chain yet
    versions: dict[int, int]  # kind -> how many
    sponsor_number: int = 0  # 0 where the acts alone were read

    @classmethod
    def of(cls, trial: bytes, header: Proven, digest: Proven) -> Self | None:
        """What two words of state say of a trial, which name its sponsor by number only; None if there is none."""
        members = TrialMembers.of(header)
        if not members.created_at:
            return None
        return cls(
            trial=trial,
            sponsor=ZERO,
            created_at=members.created_at,
            acts=members.acts,
            rolling_digest=digest,
            versions=members.versions,
            sponsor_number=members.sponsor,
        )


class History(Value):
    """Every act of a trial, and whether these are all: `gap` is AllSeen if they lead to the digest in state."""

    state: TrialState
    acts: tuple[Act, ...]
    gap: Gap

    @property
    def complete(self) -> bool:
        """Whether count and rolling digest of the acts are those in the contract's state."""
        return not self.gap


def as_it_stood(history: History, at: int) -> History | None:
    """A history as of a time (Unix seconds), from its acts; None if the trial was not registered then.

    Rolling digest and gap stay those of all acts, by which it is known whether they are all.
    """
    acts = tuple(act for act in history.acts if act.time <= at)
    if at < history.state.created_at:
        return None
    state = replace(history.state, acts=len(acts), sponsor=sponsor_of(acts), versions=_versions(acts))
    return replace(history, state=state, acts=acts)


def from_acts(trial: bytes, acts: Sequence[Act], rolling_digest: Proven) -> TrialState:
    """What state says of a trial whose acts, which are all, lead to the digest in state."""
    return TrialState(
        trial=trial,
        sponsor=sponsor_of(acts),
        created_at=acts[0].time,
        acts=len(acts),
        rolling_digest=rolling_digest,
        versions=_versions(acts),
    )


def _versions(acts: Iterable[Act]) -> dict[int, int]:
    """How many versions of each kind of document these acts seal, as the contract counts them."""
    versions = Counter(dict.fromkeys(TrialMembers.of(bytes(32)).versions, 0))
    for act in acts:
        if isinstance(act, TrialRegistered):
            versions[DocumentKind.PROTOCOL] += 1
        elif isinstance(act, DocumentSealed):
            versions[act.kind] += 1
    versions[DocumentKind.RESULTS] = len({act.subject for act in acts if isinstance(act, ResultReported)})
    return versions


class DocumentRecord(Value):
    """A sealed document as the contract's state has it; `time` 0 means that it is not sealed there."""

    time: int
    author: int  # party number
    version: int
    act: int
    endpoint_count: int
    blinding: Blinding

    @classmethod
    def of(cls, word: Proven) -> Self:
        """What a document's word of state says."""
        members = DocumentMembers.of(word)
        return cls(
            time=members.time,
            author=members.author,
            version=members.version,
            act=members.act,
            endpoint_count=members.endpoints,
            blinding=Blinding(members.blinding),
        )


class Stream(Value):
    """A stream as its writer opened it; each writer of a name has a log of its own."""

    trial: bytes
    stream: bytes  # salted digest of its name
    writer: bytes  # party id
    time: int  # when it was opened


class HeadState(Value):
    """The present head of a writer's log, as the contract's state has it."""

    size: int  # in entries
    time: int  # when it was anchored
    heads: int  # how many there were, this one included
    root: bytes
    rolling_digest: bytes  # over all of them


class Head(Value):
    """One head of a writer's log, as its log on the chain says."""

    trial: bytes
    writer: bytes  # party id
    stream: bytes
    number: int  # of the head in its writer's log, from 1
    size: int  # in entries
    root: bytes
    time: int
    key: str  # address of the key that anchored it, 0x and lower case
    digest: bytes  # of its log
    block: int | None = None  # this and the next two as a node says; None out of a bundle
    block_hash: str | None = None
    transaction: str | None = None


class HeadHistory(Value):
    """Every head of a writer's log, and whether these are all: `gap` is AllSeen if they lead to the digest in state."""

    state: HeadState | None  # None while nothing is anchored
    heads: tuple[Head, ...]
    gap: Gap

    @property
    def complete(self) -> bool:
        """Whether count and rolling digest of the heads are those in the contract's state."""
        return not self.gap


class Registrations(Value):
    """The registrations of all trials of a chain, and whether these are all."""

    acts: tuple[TrialRegistered, ...]
    count: int  # that the contract gives
    gap: Gap  # AllSeen if they lead to the word in state
