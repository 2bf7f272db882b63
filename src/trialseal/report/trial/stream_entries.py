"""The heads of a trial's streams as entries of its timeline: who anchored how many entries, when. That is all that the
chain tells of them; which streams are about products is told by the stores that are given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from trialseal.errors import UndeterminedError
from trialseal.evidence.source import StreamSource
from trialseal.evidence.wording import count, entries
from trialseal.ledger.records import Head, Stream
from trialseal.report.trial.view import TimelineEntry
from trialseal.report.words import TrialNames

MOST_DRAWN = 40
"""Heads: more would cover what the trial itself did."""
_MOST_READ = 100


class NamedStream(NamedTuple):
    """What a store at hand tells of its stream."""

    name: str
    is_custody: bool
    """Whether its entries are about products."""


class StreamEntries(NamedTuple):
    """The entries, and what of the streams is not drawn."""

    entries: tuple[TimelineEntry, ...]
    notices: tuple[str, ...] = ()


def stream_entries(
    chain: StreamSource,
    trial: bytes,
    names: TrialNames,
    known: Mapping[tuple[bytes, bytes], NamedStream],
) -> StreamEntries:
    """Every head of a trial's streams; of very many the last of each. `known` is by writer and stream's id.

    Of heads that do not lead to the digest in state none is drawn.
    """
    try:
        opened = sorted(chain.streams(trial), key=lambda one: not _is_custody(one, known))
    except UndeterminedError:
        return StreamEntries(())  # the page says that not all acts are seen
    read, unseen = [], len(opened[_MOST_READ:])
    for one in opened[:_MOST_READ]:
        try:
            history = chain.head_history(trial, one.writer, one.stream)
        except UndeterminedError:  # a bundle without streams
            unseen += 1
            continue
        unseen += bool(history.gap)
        if history.heads and not history.gap:
            read.append((one, history.heads))
    drawn = [(one, head) for one, heads in read for head in heads]
    notices = []
    if unseen:
        notices.append(
            f"The heads of {count(unseen, 'stream')} are not drawn: they were not read, or not all are seen. A bundle "
            "has them where it was made with --streams."
        )
    if len(drawn) > MOST_DRAWN:
        notices.append(f"Of {count(len(drawn), 'head')} of streams only the last of each is drawn.")
        drawn = [(one, heads[-1]) for one, heads in read]
    if len(drawn) > MOST_DRAWN:
        notices.append(f"Of {count(len(drawn), 'stream')} with heads only {MOST_DRAWN} are drawn.")
    return StreamEntries(_entries(drawn[:MOST_DRAWN], names, known), tuple(notices))


def _is_custody(stream: Stream, known: Mapping[tuple[bytes, bytes], NamedStream]) -> bool:
    at_hand = known.get((stream.writer, stream.stream))
    return at_hand is not None and at_hand.is_custody


def _entries(
    drawn: Sequence[tuple[Stream, Head]], names: TrialNames, known: Mapping[tuple[bytes, bytes], NamedStream]
) -> tuple[TimelineEntry, ...]:
    found = []
    for one, head in drawn:
        at_hand = known.get((one.writer, one.stream))
        called = at_hand.name if at_hand else f"stream {one.stream.hex()[:8]}…"
        found.append(
            TimelineEntry(
                number=None,
                words=f"head {head.number} of {'stream ' * bool(at_hand)}{called}: {entries(head.size)}",
                who=names.party(one.writer),
                time=head.time,
                category="custody" if _is_custody(one, known) else "head",
                label=f"{at_hand.name if at_hand else names.party(one.writer)}: {head.size:,}",
                details=(("root", head.root.hex()),),
            )
        )
    return tuple(found)
