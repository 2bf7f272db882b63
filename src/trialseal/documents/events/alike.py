"""Events that are like one that was checked already: the kits of a shipment differ in little but their numbers.

A model takes some ten times as long as a look at what differs. Only members that models check one by one, each for
itself, may differ: the id, the time, the kit and the participant; everything else must be the very same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from trialseal.documents.times import check_time
from trialseal.errors import UsageError

_DIFFERING: Final = {
    "id": re.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,63}", re.ASCII).fullmatch,
    "kit": re.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,31}", re.ASCII).fullmatch,
    "subject": re.compile("[0-9a-f]{32}", re.ASCII).fullmatch,
}
_MOST: Final = 1 << 14


class Known:
    """The kinds of events that were found to be events."""

    def __init__(self) -> None:
        self._seen: set[object] = set()

    def holds(self, event: Mapping[str, Any]) -> bool:
        """Whether an event is like one that was added. False says nothing against it."""
        return _key(event) in self._seen

    def add(self, event: Mapping[str, Any]) -> None:
        """Adds an event that its model has taken."""
        if len(self._seen) < _MOST and (key := _key(event)) is not None:
            self._seen.add(key)


def _key(event: Mapping[str, Any]) -> object:
    """What must be the same; None where a member is not what it may be, or where one hangs on another."""
    if "corrects" in event:
        return None
    same = []
    for name, value in event.items():
        if name == "at":
            if type(value) is not str or not _is_time(value):
                return None
            same.append((name,))
        elif check := _DIFFERING.get(name):
            if type(value) is not str or not check(value):
                return None
            same.append((name,))
        elif type(value) in (str, int, float, bool):
            same.append((name, type(value), value))
        else:
            return None
    return tuple(same)


@lru_cache(maxsize=1 << 14)
def _is_time(text: str) -> bool:
    try:
        check_time(text)
    except UsageError:
        return False
    return True
