"""Which entries of streams stand: neither corrected since nor stated as entered in error, as of a time.

Of the entries that correct one another the last one stands, in the place of the first; where that is an entry of type
`entered-in-error`, none does.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from trialseal.evidence.consents import Entry

IN_ERROR: Final = "entered-in-error"


class StandingEntries(NamedTuple):
    """What rules judge by, and how much of what was written first they do not."""

    entries: tuple[Entry, ...]
    """In the order in which their first forms were written."""
    corrected: int
    """In whose place another stands."""
    in_error: int
    """In whose place none does."""
    replaced: tuple[tuple[Entry, Entry | None], ...] = ()
    """Each first form that does not stand, and what stands in its place."""


def _may_replace(entry: Entry, first: Entry) -> bool:
    """Whether it corrects what it may: the stream's own audit names what does not, which here stands for itself."""
    return entry.subject == first.subject and entry.type in (first.type, IN_ERROR)


def standing(entries: Iterable[Entry], as_of: int | None = None) -> StandingEntries:
    """What stands of entries that are given stream by stream, each in its order.

    `as_of`, in Unix seconds, leaves out what the chain did not hold by then: a head of that very second counts.
    """
    entries = [one for one in entries if as_of is None or (one.anchored is not None and one.anchored <= as_of)]
    if not any("corrects" in one.event for one in entries):  # as in most streams: what corrects nothing stands
        return StandingEntries(tuple(one for one in entries if one.type != IN_ERROR), 0, 0)
    firsts: dict[tuple[str, str], Entry] = {}  # by stream and id, the first entry of the chain that an entry is of
    last: dict[tuple[str, int], Entry] = {}  # by stream and place of that first entry
    for entry in entries:
        id, corrects, first = str(entry.event["id"]), entry.event.get("corrects"), entry
        if corrects is not None:
            first = firsts.get((entry.stream, str(corrects)), entry)
            if not _may_replace(entry, first):
                first = entry
        firsts[entry.stream, id] = first
        last[entry.stream, first.index] = entry if first is entry else entry._replace(first=first.index)
    found = [one for one in last.values() if one.type != IN_ERROR]
    corrected = sum(one.first is not None for one in found)
    in_error = sum(one.type == IN_ERROR and one.first is not None for one in last.values())
    replaced = tuple(
        (one, None if now.type == IN_ERROR else now)
        for one in entries
        if (now := last.get((one.stream, one.index))) is not None and now.first is not None
    )
    return StandingEntries(tuple(found), corrected, in_error, replaced)
