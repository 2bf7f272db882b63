"""Gathers the evidence for an audit of consents.

Entries of the stores at hand, each held against its leaf and the heads on the chain; consent forms with what committees
decided on them; amendments of the sealed protocols at hand.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
from typing import Any, NamedTuple

from trialseal.documents.events import parse_event
from trialseal.documents.territories import territory_number
from trialseal.evidence.consents import (
    Amended,
    ConsentEvidence,
    Effect,
    Entry,
    ErasedSubject,
    FormDecision,
    SealedForm,
    with_sites,
)
from trialseal.evidence.profiles import Names
from trialseal.evidence.sealings import ACCREDITATION, APPROVAL, PROTOCOL, Sealing, sealings_of
from trialseal.evidence.source import StreamSource
from trialseal.evidence.standing import IN_ERROR, standing
from trialseal.evidence.stores_read import StoreAtHand, held_heads, one_line, stream_names
from trialseal.evidence.trust import Trust
from trialseal.evidence.wording import listed
from trialseal.ledger.codes import Decision, DocumentKind
from trialseal.ledger.records import Head, History
from trialseal.streams.check import Walk
from trialseal.streams.store import StreamStore

_READ = frozenset(
    (
        "consent", "withdrawal", "enrolment", "randomisation", "visit", "dispensing", "participation-end",
        "consent-form-in-force", IN_ERROR,
    )
)  # fmt: skip
# There may be millions of these, and they count only for who has withdrawn the use of its data.
_MEASURED = frozenset(("device-reading", "image-reference"))
# What a rule reads of an event; the rest need not be kept in memory.
_MEMBERS = frozenset(
    (
        "type", "id", "at", "subject", "site", "status", "form", "form_version", "form_digest", "covers",
        "representative", "protocol_version", "scope", "visit", "treatment", "reason", "territory", "reconsent",
        "corrects",
    )
)  # fmt: skip


class Gathered(NamedTuple):
    """The evidence, and the stores that it was taken from by the names that findings use."""

    evidence: ConsentEvidence
    stores: Mapping[str, StoreAtHand]


def gather(
    chain: StreamSource,
    trial: bytes,
    stores: Sequence[StreamStore],
    protocols: Mapping[int, Mapping[str, Any]],
    names: Names,
    *,
    accreditors: Collection[bytes] = (),
    all_at_hand: bool = False,
    as_of: int | None = None,
    progress: Callable[[str], None] = lambda words: None,
) -> Gathered:
    """Everything about the consents of a trial. `protocols` are those sealed versions that are at hand, by number.

    `all_at_hand` is the reader's word that streams which are not hold no consents. `as_of`, in Unix seconds, leaves out
    what the chain did not hold by then: entries, corrections, forms, decisions, protocol versions. `accreditors` are
    the parties whose accreditation the reader trusts. FailedError if a store is not what was anchored,
    UndeterminedError if the chain does not show all streams.
    """
    opened = {(one.writer, one.stream) for one in chain.streams(trial)}
    unseen: list[str] = []
    entries: list[Entry] = []
    corrected = in_error = 0
    erased: list[ErasedSubject] = []
    erased_types: Counter[str] = Counter()
    unanchored: dict[str, int] = {}
    found: dict[str, StoreAtHand] = {}
    for stream, name in zip(stores, stream_names(stores), strict=True):
        progress(f"reading stream {name} …")
        held, gaps = held_heads(chain, trial, stream, name, opened)
        unseen += gaps
        found[name] = StoreAtHand(stream, tuple(held))
        read = _read_store(stream, name, held)
        stands = standing(read.entries, as_of)
        entries += stands.entries
        corrected, in_error = corrected + stands.corrected, in_error + stands.in_error
        erased += read.erased
        erased_types += read.erased_types
        if waiting := stream.size - (held[-1].size if held else 0):
            unanchored[name] = waiting
    if opened and not all_at_hand:
        are = "stream is" if len(opened) == 1 else "streams are"
        unseen.append(f"{len(opened)} opened {are} not given")
    withdrawn = frozenset(one.subject for one in entries if one.subject and one.event.get("scope") == "data-use")
    for name, store in found.items() if withdrawn else ():
        progress(f"reading measurements of stream {name} …")
        stands = standing(_measured(store.stream, name, store.heads, withdrawn), as_of)
        entries += stands.entries
        corrected, in_error = corrected + stands.corrected, in_error + stands.in_error
    progress("reading consent forms and amendments …")
    history = chain.history(trial)
    if gap := chain.attested(trial).gap:
        unseen.append(f"not all decisions on consent forms are shown: {gap}")
    sealings = [one for one in sealings_of(history.acts) if as_of is None or one[1].time <= as_of]
    sealed = {one.version for _, one in sealings if one.kind == PROTOCOL}
    protocols = {version: one for version, one in protocols.items() if as_of is None or version in sealed}
    forms = _forms(chain, history, sealings, names, as_of)
    evidence = ConsentEvidence(
        entries=with_sites(entries),
        erased=tuple(sorted(erased, key=lambda one: (one.subject, one.place))),
        forms=forms,
        trust=_trust(chain, trial, forms, names, frozenset(accreditors)),
        amendments=tuple(_amendments(protocols)),
        unread_protocols=tuple(sorted({one for one in sealed if one > 1} - protocols.keys())),
        unseen=listed(unseen) if unseen else None,
        unanchored=unanchored,
        erased_entries=dict(erased_types),
        corrected=corrected,
        in_error=in_error,
    )
    return Gathered(evidence, found)


# ----- streams -----


class _Read(NamedTuple):
    entries: list[Entry]
    erased: list[ErasedSubject]
    erased_types: Counter[str]


def _read_store(stream: StreamStore, name: str, held: Sequence[Head]) -> _Read:
    """Every entry is hashed anew, whatever its type: one that was made to look like another is found."""
    sizes, times = [head.size for head in held], [head.time for head in held]
    read = _Read([], [], Counter())
    for stored in Walk(stream):
        event = stored.event
        if event is None:
            read.erased_types[stored.type] += 1
        elif stored.type == "erasure":
            # A tombstone that erased nothing takes no subject out of the audit.
            if (subject := event.get("subject")) and event.get("counts"):
                place = Entry(name, stored.index, event).place
                read.erased.append(ErasedSubject(subject, place, event["counts"]))
        elif stored.type in _READ:
            # The writer of a store need not have used this library: rules are asked of events only.
            parse_event(event, f"entry {stored.index} of stream {name}")
            read.entries.append(_entry(name, stored.index, event, sizes, times))
    return read


def _measured(stream: StreamStore, name: str, held: Sequence[Head], subjects: Set[str]) -> list[Entry]:
    """The readings and images of some subjects."""
    sizes, times = [head.size for head in held], [head.time for head in held]
    return [
        _entry(name, stored.index, stored.event, sizes, times)
        for stored in Walk(stream)
        if stored.type in (*_MEASURED, IN_ERROR)
        and (stored.event or {}).get("subject") in subjects
        and stored.event is not None
    ]


def _entry(name: str, index: int, event: Mapping[str, Any], sizes: Sequence[int], times: Sequence[int]) -> Entry:
    place = bisect_right(sizes, index)
    kept = {key: one_line(value) for key, value in event.items() if key in _MEMBERS}
    return Entry(name, index, kept, None, times[place] if place < len(times) else None)


# ----- the chain and the protocols at hand -----


def _forms(
    chain: StreamSource, history: History, sealings: Sequence[tuple[bytes, Sealing]], names: Names, as_of: int | None
) -> tuple[SealedForm, ...]:
    found = []
    for digest, sealing in sealings:
        if sealing.kind == DocumentKind.CONSENT_FORM:
            decisions = tuple(
                FormDecision(
                    Decision(one.code).word,
                    names.name(one.author),
                    one.territory,
                    one.date,
                    one.time,
                    one.withdrawn_at if as_of is None or one.withdrawn_at <= as_of else 0,
                    one,
                    one.until,
                )
                for one in chain.attestations(history.state.trial, digest)
                if one.kind == APPROVAL and (as_of is None or one.time <= as_of)
            )
            found.append(SealedForm(digest.hex(), sealing.version, sealing.time, decisions))
    return tuple(found)


def _trust(
    chain: StreamSource, trial: bytes, forms: Sequence[SealedForm], names: Names, accreditors: frozenset[bytes]
) -> Trust:
    """Whom the reader trusts, and what the chain says of those who decided on forms."""
    authors = sorted({one.record.author for form in forms for one in form.decisions})
    if not authors:
        return Trust(accreditors)
    chain.load(subjects=authors)
    seen = [("the trial", trial), *(("a party that decided", author) for author in authors)]
    gaps = (f"what is attested about {what}: {gap}" for what, one in seen if (gap := chain.attested(one).gap))
    return Trust(
        accreditors,
        {author: tuple(one for one in chain.attestations(author) if one.kind is ACCREDITATION) for author in authors},
        {one: names.record(one) for one in (*authors, *sorted(accreditors))},
        next(gaps, None),
    )


def _amendments(protocols: Mapping[int, Mapping[str, Any]]) -> Iterator[Amended]:
    for version, document in sorted(protocols.items()):
        if version == 1:
            earlier = document.get("earlier_amendments", ())
            for place, amendment in enumerate(reversed(earlier), 1):
                yield _amended(f"amendment {amendment.get('number', place)}", None, amendment)
        if amendment := document.get("amendment"):
            yield _amended(f"protocol version {version}", version, amendment)


def _amended(label: str, version: int | None, amendment: Mapping[str, Any]) -> Amended:
    effects = tuple(
        Effect(
            one["since"],
            territory_number(one["territory"]) if "territory" in one else None,
            one.get("scope"),
        )
        for one in amendment.get("in_force", ())
    )
    return Amended(label, version, amendment.get("reconsent_needed"), effects)
