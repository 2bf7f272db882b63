"""Gathers the evidence for an audit of sharing: permits and decisions on the chain, documents, entries of streams."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from trialseal.documents.events.alike import Known
from trialseal.documents.sharing import AccessPolicy, Application, Package, Permit
from trialseal.evidence.consents import Entry
from trialseal.evidence.permit_givers import who_could
from trialseal.evidence.profiles import Names
from trialseal.evidence.sealings import ACCREDITATION, APPROVAL
from trialseal.evidence.sharing import Recipient, SharingEvidence
from trialseal.evidence.source import StreamSource
from trialseal.evidence.standing import IN_ERROR, standing
from trialseal.evidence.stores_read import StoreAtHand, held_heads, one_line, stream_names
from trialseal.evidence.wording import listed
from trialseal.ledger.codes import AttestationKind
from trialseal.ledger.records import Head
from trialseal.streams.check import Walk
from trialseal.streams.store import StreamStore

SharingDocument = AccessPolicy | Application | Package | Permit
PEOPLE: Final = ("withdrawal", "consent", "erasure")
"""Types of entries that tell who may be shared."""
_READ: Final = frozenset(("access", *PEOPLE, IN_ERROR))
_MEMBERS: Final = frozenset(
    (
        "type", "id", "at", "subject", "corrects", "action", "application", "permit", "package", "recipient", "until",
        "decided_by", "scope", "reach", "status", "covers", "reason", "files", "purpose", "agreement",
    )
)  # fmt: skip


class Gathered(NamedTuple):
    """The evidence, and the stores that it was taken from by the names that findings use."""

    evidence: SharingEvidence
    stores: Mapping[str, StoreAtHand]


class Entries(NamedTuple):
    """What stands in the stores at hand."""

    entries: tuple[Entry, ...]
    stores: Mapping[str, StoreAtHand]
    unseen: str | None
    unanchored: Mapping[str, int]
    subjects: frozenset[str]
    """Whom any entry is about, of whatever type."""


def read_entries(
    chain: StreamSource,
    trial: bytes,
    stores: Sequence[StreamStore],
    *,
    all_at_hand: bool = False,
    as_of: int | None = None,
    progress: Callable[[str], None] = lambda words: None,
) -> Entries:
    """Accesses, withdrawals and consents that stand; each entry is held against its leaf and the heads on the chain.

    `all_at_hand` is the reader's word that streams which are not hold none. FailedError if a store is not what was
    anchored, UndeterminedError if the chain does not show all streams.
    """
    opened = {(one.writer, one.stream) for one in chain.streams(trial)}
    unseen: list[str] = []
    entries: list[Entry] = []
    unanchored: dict[str, int] = {}
    found: dict[str, StoreAtHand] = {}
    subjects: set[str] = set()
    for stream, name in zip(stores, stream_names(stores), strict=True):
        progress(f"reading stream {name} …")
        held, gaps = held_heads(chain, trial, stream, name, opened)
        unseen += gaps
        found[name] = StoreAtHand(stream, tuple(held))
        stands = standing(_read(stream, name, held, subjects), as_of)
        entries += stands.entries
        waiting = stream.size - (held[-1].size if held else 0)
        if waiting and stands.entries:
            unanchored[name] = waiting
    if opened and not all_at_hand:
        are = "stream is" if len(opened) == 1 else "streams are"
        unseen.append(f"{len(opened)} opened {are} not given")
    return Entries(tuple(entries), found, listed(unseen) if unseen else None, unanchored, frozenset(subjects))


def gather(
    chain: StreamSource,
    trial: bytes,
    stores: Sequence[StreamStore],
    documents: Mapping[str, SharingDocument],
    owners: Mapping[str, frozenset[str]],
    names: Names,
    *,
    all_at_hand: bool = False,
    as_of: int | None = None,
    progress: Callable[[str], None] = lambda words: None,
) -> Gathered:
    """Everything about what is shared of a trial: `documents` and `owners` are those at hand, by their digests."""
    read = read_entries(chain, trial, stores, all_at_hand=all_at_hand, as_of=as_of, progress=progress)
    attested = chain.attested(trial)
    records = [one for one in attested.records if as_of is None or one.time <= as_of]
    permits = [one for one in records if one.kind is AttestationKind.PERMIT]
    history = chain.history(trial)
    accesses = tuple(one for one in read.entries if one.type == "access")
    wanted = {one.recipient for one in documents.values() if isinstance(one, Application | Permit)}
    wanted |= {str(one.event["recipient"]) for one in accesses if "recipient" in one.event}
    evidence = SharingEvidence(
        permits=permits,
        approvals=[one for one in records if one.kind is APPROVAL],
        attested_gap=str(attested.gap) if attested.gap else None,
        documents=documents,
        owners=owners,
        entries=accesses,
        people=[one for one in read.entries if one.type in PEOPLE],
        held=tuple(who_could(history, names)),
        history_gap=str(history.gap) if history.gap else None,
        recipients=recipients_of(chain, sorted(wanted), names),
        authors={author: names.record(author) for author in {one.author for one in permits}},
        unseen=read.unseen,
        unanchored=read.unanchored,
    )
    return Gathered(evidence, read.stores)


def _read(stream: StreamStore, name: str, held: Sequence[Head], subjects: set[str]) -> Iterator[Entry]:
    sizes, times = [head.size for head in held], [head.time for head in held]
    known = Known(_kept)
    for stored in Walk(stream):
        event = stored.event
        if event is not None and isinstance(subject := event.get("subject"), str):
            subjects.add(subject)
        if event is not None and stored.type in _READ:
            # The writer of a store need not have used this library: rules are asked of events only.
            kept = known.kept(event, f"entry {stored.index} of stream {name}")
            place = bisect_right(sizes, stored.index)
            yield Entry(name, stored.index, kept, None, times[place] if place < len(times) else None)


def _kept(event: Mapping[str, Any]) -> dict[str, Any]:
    return {key: one_line(value) for key, value in event.items() if key in _MEMBERS}


def recipients_of(chain: StreamSource, wanted: Sequence[str], names: Names) -> dict[str, Recipient]:
    """What is known of parties to which data are handed over, by their ids in hexadecimal."""
    parties = [bytes.fromhex(one) for one in wanted]
    if not parties:
        return {}
    chain.load(subjects=parties, parties=parties)
    found = {}
    for party in parties:
        profile = names.profile(party)
        attested = chain.attested(party)
        found[party.hex()] = Recipient(
            names.name(party),
            profile.keys if profile else None,
            tuple(one for one in attested.records if one.kind is ACCREDITATION),
            str(attested.gap) if attested.gap else None,
        )
    return found
