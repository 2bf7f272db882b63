"""The audit trail of streams: each entry, what became of it, what corrected it, what others hold against it.

Nothing here judges: whether the stores are what was anchored is the audit's answer. What was written first stays in the
trail, beside what stands in its place.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any, Final, NamedTuple

from trialseal import files
from trialseal.documents.events.members import CORRECTING
from trialseal.evidence.standing import IN_ERROR
from trialseal.streams.audit import Anchored
from trialseal.streams.head_file import LOG
from trialseal.streams.lines import stored_event
from trialseal.streams.store import StreamStore
from trialseal.streams.stored_events import StoredEvents

CONTEST: Final = "contest"
_ASIDE: Final = frozenset(("format", "kind", "id", "type", "subject", "at", *CORRECTING))
_CONTEST_LINE = b'"type":"contest"'


class State(StrEnum):
    """What became of an entry."""

    STANDS = "stands"
    CORRECTED = "corrected"
    IN_ERROR = "entered in error"
    ERASED = "erased"


class Held(NamedTuple):
    """A store that was audited, with the heads that it can show entries under."""

    stream: StreamStore
    name: str
    writer: str
    """The writer's name, as it calls itself, or its id."""
    heads: Sequence[Anchored]
    contests: int
    """How many entries of it contest others."""


class Change(NamedTuple):
    """A member, before and after; None where there was none, or is none any more."""

    member: str
    old: object
    new: object


class Contested(NamedTuple):
    """What another party holds against an entry, in its own stream."""

    stream: str
    """The name of that stream."""
    writer: str
    index: int  # type: ignore[assignment]
    event: Mapping[str, Any]
    is_same: bool
    """Whether it is about the entry that the store holds: its leaf is this entry's."""


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """One entry of a stream as an inspector reads it."""

    stream: str
    writer: str
    index: int
    event: Mapping[str, Any]
    """What was written; of an erased entry, its type alone."""
    state: State
    later: str
    """The id of what corrects it, or states that it was entered in error; '' if nothing does."""
    changes: tuple[Change, ...]
    """Of a correction, what it changes."""
    head: Anchored | None
    """The first head that holds it."""
    contested: tuple[Contested, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing to it but that it was entered, and stands."""
        return self.state is State.STANDS and "corrects" not in self.event and not self.contested


Contests = Mapping[tuple[str, str, int], Sequence[Contested]]


def contests_in(stores: Sequence[Held]) -> dict[tuple[str, str, int], list[Contested]]:
    """What stands of the contests in these stores, by writer, stream and place of what they contest."""
    own = {(one.stream.config.writer.hex(), one.stream.config.id.hex()): one.stream for one in stores}
    found: dict[tuple[str, str, int], list[Contested]] = {}
    for store in (one for one in stores if one.contests):
        said: list[tuple[int, dict[str, Any]]] = []
        with files.opened(store.stream.folder / LOG, follow=False) as log:
            for index, line in enumerate(islice(log, store.stream.size)):
                if (
                    _CONTEST_LINE in line
                    and (event := stored_event(line, store.stream.folder / LOG, index)).get("type") == CONTEST
                ):
                    said.append((index, event))
        with closing(StoredEvents(store.stream)) as known:
            later = known.corrected
        for index, event in said:
            if event.get("id") in later:
                continue
            about = (str(event.get("writer")), str(event.get("stream")), int(event.get("entry", -1)))
            target = own.get(about[:2])
            leaf = target.tree.leaves(about[2], about[2] + 1)[0].hex() if target and about[2] < target.size else ""
            found.setdefault(about, []).append(
                Contested(store.name, store.writer, index, event, leaf == event.get("leaf"))
            )
    return found


def trail(store: Held, contests: Contests, subject: str | None = None) -> Iterator[TrailEntry]:
    """The entries of a stream in their order, of one participant if that is wanted; what was erased only in whole."""
    stream = store.stream
    writer, id = stream.config.writer.hex(), stream.config.id.hex()
    sizes = [one.size for one in store.heads]
    with closing(StoredEvents(stream)) as known, files.opened(stream.folder / LOG, follow=False) as log:
        for index, line in enumerate(islice(log, stream.size)):
            event = stored_event(line, stream.folder / LOG, index)
            erased = event.get("erased")
            if subject is not None and event.get("subject") != subject:
                continue
            place = bisect_right(sizes, index)
            head = store.heads[place] if place < len(sizes) else None
            contested = tuple(contests.get((writer, id, index), ()))
            if erased is not None:
                yield TrailEntry(
                    store.name, store.writer, index, {"type": erased}, State.ERASED, "", (), head, contested
                )
                continue
            later = known.corrected.get(str(event.get("id")), "")
            replacing = known.by_id(later) if later else None
            state = State.STANDS
            if replacing is not None:
                state = State.IN_ERROR if replacing.event.get("type") == IN_ERROR else State.CORRECTED
            changes = _changes(known, event) if "corrects" in event else ()
            yield TrailEntry(store.name, store.writer, index, event, state, later, changes, head, contested)


def members(event: Mapping[str, Any]) -> dict[str, Any]:
    """What an entry says beside what, when, of whom, and why it corrects."""
    return {name: value for name, value in event.items() if name not in _ASIDE}


def _changes(known: StoredEvents, event: Mapping[str, Any]) -> tuple[Change, ...]:
    before = known.by_id(str(event["corrects"]))
    if before is None:
        return ()
    old: Mapping[str, Any] = before.event
    if event.get("type") == IN_ERROR:
        return tuple(Change(name, value, None) for name, value in {"at": old.get("at"), **members(old)}.items())
    if old.get("type") == IN_ERROR:
        return tuple(Change(name, None, value) for name, value in {"at": event.get("at"), **members(event)}.items())
    names = dict.fromkeys(("at", *members(old), *members(event)))
    return tuple(Change(name, old.get(name), event.get(name)) for name in names if old.get(name) != event.get(name))
