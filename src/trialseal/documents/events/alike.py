"""Events that are like one that was checked already: the kits of a shipment differ in little but their numbers.

A model takes some ten times as long as a look at what differs. Only members that models check one by one, each for
itself, may differ: the id, the time, the kit and the participant; everything else must be the very same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from trialseal.documents.events.kinds import parse_event
from trialseal.documents.times import check_time
from trialseal.errors import UsageError


def _is_time(text: str) -> bool:
    try:
        check_time(text)
    except UsageError:
        return False
    return True


_DIFFERING: Final[tuple[tuple[str, Callable[[str], object]], ...]] = (
    ("at", _is_time),
    ("id", re.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,63}", re.ASCII).fullmatch),
    ("kit", re.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,31}", re.ASCII).fullmatch),
    ("subject", re.compile("[0-9a-f]{32}", re.ASCII).fullmatch),
)
_ONCE: Final = frozenset(("id",))
"""What no two events share."""
_PLAIN: Final = frozenset((str, int, float, bool))
_MOST: Final = 1 << 14


class Known:
    """The kinds of events that were found to be events, and what is kept of each."""

    def __init__(self, keep: Callable[[Mapping[str, Any]], dict[str, Any]]) -> None:
        """`keep` gives what is kept of an event; it must keep the members that may differ, and look at each by
        itself."""
        self._keep = keep
        self._seen: dict[object, dict[str, Any]] = {}
        self._texts: tuple[dict[str, str], ...] = tuple({} for _ in _DIFFERING)

    def kept(self, event: Mapping[str, Any], name: str) -> dict[str, Any]:
        """What is kept of an event; FailedError naming `name` if it is none.

        A model looks at it unless it is like one that was checked. What events have in common is in memory once.
        """
        parts = self._parts(event)
        if parts is None:
            parse_event(event, name)
            return self._keep(event)
        key, same, differing = parts
        shared = self._seen.get(key)
        if shared is None:
            parse_event(event, name)
            shared = self._keep(same)
            if len(self._seen) < _MOST:
                self._seen[key] = shared
        return shared | differing

    def _parts(self, event: Mapping[str, Any]) -> tuple[object, dict[str, Any], dict[str, Any]] | None:
        """A key of what must be the same, that, and what may differ; None where a member is not what it may be, or
        where one hangs on another."""
        if "corrects" in event:
            return None
        same = dict(event)
        differing = {}
        for (name, check), known in zip(_DIFFERING, self._texts, strict=True):
            value = same.pop(name, None)
            if value is None:
                continue
            if type(value) is not str:
                return None
            # The same text is looked at once, and in memory once.
            text = known.get(value)
            if text is None:
                if not check(value):
                    return None
                text = value
                if name not in _ONCE:
                    known[value] = value
            differing[name] = text
        values = tuple(same.values())
        kinds = tuple(map(type, values))  # true, 1 and 1.0 are equal, and not the same
        if "at" not in differing or not _PLAIN.issuperset(kinds):
            return None
        return (tuple(differing), tuple(same), values, kinds), same, differing
