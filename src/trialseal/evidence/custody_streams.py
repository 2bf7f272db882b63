"""Gathers the evidence for an audit of products: entries of the stores at hand, each held against its leaf and the
heads on the chain; and what the chain says of the parties that wrote them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from trialseal.documents.events.alike import Known
from trialseal.evidence.consents import Entry, with_sites
from trialseal.evidence.custody import CustodyEvidence, ListedKit, Supplier
from trialseal.evidence.profiles import Names
from trialseal.evidence.sealings import ACCREDITATION
from trialseal.evidence.source import StreamSource
from trialseal.evidence.standing import IN_ERROR, standing
from trialseal.evidence.stores_read import StoreAtHand, held_heads, one_line, stream_names
from trialseal.evidence.wording import listed
from trialseal.ledger.records import Head
from trialseal.streams.check import Walk
from trialseal.streams.store import StreamStore

_PRODUCTS: Final = frozenset(("custody", "dispensing"))
_PEOPLE: Final = frozenset(("consent", "withdrawal", "randomisation"))
# What tells at which site a participant is, where a dispensing does not.
_SITED: Final = frozenset(("enrolment", "visit"))
_READ: Final = _PRODUCTS | _PEOPLE | _SITED | {IN_ERROR}
# What a rule reads of an event; the rest need not be kept in memory.
_MEMBERS: Final = frozenset(
    (
        "type", "id", "at", "subject", "site", "corrects", "action", "place", "kit", "gtin", "serial", "lot",
        "quantity", "unit", "expires", "destination", "shipment", "condition", "certificate", "authorisation",
        "safety_features", "status", "scope", "low", "high", "reason", "product", "sscc",
    )
)  # fmt: skip

# Texts of which the models do not check every character.
_FREE: Final = ("unit", "product")


class Gathered(NamedTuple):
    """The evidence, and the stores that it was taken from by the names that findings use."""

    evidence: CustodyEvidence
    stores: Mapping[str, StoreAtHand]


def gather(
    chain: StreamSource,
    trial: bytes,
    stores: Sequence[StreamStore],
    names: Names,
    *,
    kits: Mapping[str, ListedKit] | None = None,
    accreditors: Collection[bytes] = (),
    all_at_hand: bool = False,
    as_of: int | None = None,
    progress: Callable[[str], None] = lambda words: None,
) -> Gathered:
    """Everything about the products of a trial. `kits` is the list of kits, by number.

    `all_at_hand` is the reader's word that streams which are not hold nothing about products. `as_of`, in Unix seconds,
    leaves out what the chain did not hold by then. FailedError if a store is not what was anchored, UndeterminedError
    if the chain does not show all streams.
    """
    opened = {(one.writer, one.stream) for one in chain.streams(trial)}
    unseen: list[str] = []
    entries: list[Entry] = []
    corrected = in_error = erased = 0
    unanchored: dict[str, int] = {}
    found: dict[str, StoreAtHand] = {}
    writers: dict[str, bytes] = {}
    replaced: dict[str, tuple[Entry, Entry | None]] = {}
    known = Known(_kept)
    for stream, name in zip(stores, stream_names(stores), strict=True):
        progress(f"reading stream {name} …")
        held, gaps = held_heads(chain, trial, stream, name, opened)
        unseen += gaps
        found[name] = StoreAtHand(stream, tuple(held))
        read: list[Entry] = []
        for one in _read(stream, name, held, known):
            if isinstance(one, Entry):
                read.append(one)
            else:
                erased += one in _PRODUCTS
        stands = standing(read, as_of)
        if any(one.type in _PRODUCTS for one in stands.entries):
            writers[name] = stream.config.writer
            if waiting := stream.size - (held[-1].size if held else 0):
                unanchored[name] = waiting
        entries += stands.entries
        replaced |= {str(kit): pair for pair in stands.replaced if (kit := pair[0].event.get("kit")) is not None}
        corrected, in_error = corrected + stands.corrected, in_error + stands.in_error
    if opened and not all_at_hand:
        are = "stream is" if len(opened) == 1 else "streams are"
        unseen.append(f"{len(opened)} opened {are} not given")
    sited = with_sites(one for one in entries if one.type != "custody")
    evidence = CustodyEvidence(
        entries=(
            *(one for one in entries if one.type == "custody"),
            *(one for one in sited if one.type == "dispensing"),
        ),
        people=tuple(one for one in sited if one.type in _PEOPLE),
        kits=kits,
        suppliers=_suppliers(chain, writers, names, frozenset(accreditors)),
        unseen=listed(unseen) if unseen else None,
        unanchored=unanchored,
        erased=erased,
        corrected=corrected,
        in_error=in_error,
        replaced=replaced,
    )
    return Gathered(evidence, found)


def _read(stream: StreamStore, name: str, held: Sequence[Head], known: Known) -> Iterator[Entry | str]:
    """The entries that are read, and the types of those that were erased."""
    sizes, times = [head.size for head in held], [head.time for head in held]
    for stored in Walk(stream):
        event = stored.event
        if event is None:
            yield stored.type
        elif stored.type in _READ:
            # The writer of a store need not have used this library: rules are asked of events only.
            kept = known.kept(event, f"entry {stored.index} of stream {name}")
            place = bisect_right(sizes, stored.index)
            yield Entry(name, stored.index, kept, None, times[place] if place < len(times) else None)


def _kept(event: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in event.items() if key in _MEMBERS}
    for key in _FREE:
        if key in kept:
            kept[key] = one_line(kept[key])
    return kept


def _suppliers(
    chain: StreamSource, writers: Mapping[str, bytes], names: Names, accreditors: frozenset[bytes]
) -> dict[str, Supplier]:
    """Who writes which stream of products; without named accreditors, nobody's accreditation counts."""
    if not accreditors or not writers:
        return {}
    chain.load(subjects=sorted(set(writers.values())))
    found = {}
    for name, writer in writers.items():
        records = tuple(
            one for one in chain.attestations(writer) if one.kind is ACCREDITATION and one.author in accreditors
        )
        gap = chain.attested(writer).gap
        found[name] = Supplier(names.name(writer), records, str(gap) if gap else None)
    return found
