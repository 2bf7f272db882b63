"""Rows of a table that differ from an earlier one only in id, time and participant: an export has few others.

What an event's other members may hold depends on none of these three, but that no text may hold the participant's
number, and that a date in a text may be a date of birth, which is told from the event's year. So of the first of such
rows the bytes of its event are kept, in pieces, and of those that follow only the three members are looked at. Whatever
is not plainly right is left to the one who looks at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any, NamedTuple

from trialseal.documents import privacy, times
from trialseal.documents.events import event_form
from trialseal.documents.events.members import is_event_id
from trialseal.errors import UsageError
from trialseal.streams.batch import Row
from trialseal.streams.sources import SourceRow

# The members that differ, in the order of RFC 8785. What stands for them holds nothing that JSON escapes.
_APART = ("at", "id", "subject")
_STAND_INS = ("@at", "@id", "@subject")
_STOPS = tuple(f'"{one}"'.encode() for one in _STAND_INS)
# Of as many the pieces are kept; in a file of more there is little to gain.
_MOST = 4096


class _Kept(NamedTuple):
    pieces: tuple[bytes, bytes, bytes, bytes]
    """The event's form before, between and behind the three."""
    texts: str
    """All texts of the others, as a reader sees them, in which no participant's number may stand."""
    type: str


class AlikeRows:
    """The rows of one file that were taken, and others like them."""

    def __init__(self, pseudonym: Callable[[object], str], time_fault: Callable[[str], str | None]) -> None:
        """`pseudonym` is that of a number, UsageError where it is none; `time_fault` why a time that exists cannot be
        the event's."""
        self._pseudonym, self._time_fault = pseudonym, time_fault
        self._names: tuple[str, ...] = ()
        self._three: Callable[[tuple[Any, ...]], tuple[Any, Any, Any]] | None = None
        self._others: Callable[[tuple[Any, ...]], tuple[Any, ...]] = tuple
        self._kept: dict[tuple[Any, ...], _Kept] = {}
        self.count = 0
        """How many rows were like earlier ones."""

    def row(self, source: SourceRow) -> Row | None:
        """The event of a row; None where all of it must be looked at."""
        names, cells = tuple(source.value), tuple(source.value.values())
        if names != self._names or self._three is None:
            return None
        at, id, number = self._three(cells)
        if type(at) is not str or type(id) is not str or type(number) is not str:
            return None
        try:
            kept = self._kept.get((at[:4], *self._others(cells)))
        except TypeError:  # a cell that is a list
            return None
        if kept is None:
            return None
        try:
            subject = self._pseudonym(number)
            times.check_time(at)
        except UsageError:
            return None
        if self._time_fault(at) or (subject != number and (number in id or number in kept.texts)):
            return None
        if not (id.isascii() and privacy.is_running_number(id)) and (
            not is_event_id(id) or any(privacy.faults({"at": at, "id": id}))
        ):
            return None
        self.count += 1
        before, first, second, behind = kept.pieces
        form = b"".join((before, at.encode(), first, id.encode(), second, subject.encode(), behind))
        return Row(id, subject, form, source.line, kept.type, mark=source.mark)

    def keep(self, source: SourceRow, event: Mapping[str, Any], row: Row) -> None:
        """Takes the event of a row that was looked at and taken."""
        names, cells = tuple(source.value), tuple(source.value.values())
        if names != self._names:
            self._begin(names)
        if self._three is None or len(self._kept) >= _MOST or row.refers or not set(_APART) <= event.keys():
            return
        if any(type(one) is not str for one in cells):
            return  # to which another may be equal: 1 and true
        form = event_form({**event, **dict(zip(_APART, _STAND_INS, strict=True))})
        if any(form.count(one) != 1 for one in _STOPS):
            return
        before, form = form.split(_STOPS[0])
        first, form = form.split(_STOPS[1])
        second, behind = form.split(_STOPS[2])
        texts = "\n".join(_texts([one for name, one in event.items() if name not in _APART]))
        kept = _Kept((before + b'"', b'"' + first + b'"', b'"' + second + b'"', b'"' + behind), texts, row.type)
        self._kept[(event["at"][:4], *self._others(cells))] = kept

    def _begin(self, names: tuple[str, ...]) -> None:
        """Forgets what was kept of rows with other names."""
        self._names, self._three, self._kept = names, None, {}
        others = [number for number, name in enumerate(names) if name not in _APART]
        if set(_APART) <= set(names) and len(others) > 1:
            self._three = itemgetter(*(names.index(name) for name in _APART))
            self._others = itemgetter(*others)


def _texts(value: object) -> list[str]:
    """All texts in a value, as a reader sees them."""
    if isinstance(value, str):
        return [privacy.as_seen(value)]
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    return [text for one in inner for text in _texts(one)]
