"""Events that are like one that was checked already: the kits of a shipment differ in little but their numbers.

A model takes some ten times as long as a look at what differs. Only members that models check one by one, each for
itself, may differ: the id, the time, the kit and the participant; everything else must be the very same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from trialseal.documents.events.kinds import parse_event
from trialseal.documents.times import check_time
from trialseal.errors import UsageError

_DIFFERING: Final = (
    ("id", re.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,63}", re.ASCII).fullmatch),
    ("kit", re.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,31}", re.ASCII).fullmatch),
    ("subject", re.compile("[0-9a-f]{32}", re.ASCII).fullmatch),
)
_PLAIN: Final = frozenset((str, int, float, bool))
_MOST: Final = 1 << 14


class Known:
    """The kinds of events that were found to be events."""

    def __init__(self) -> None:
        self._seen: set[object] = set()

    def check(self, event: Mapping[str, Any], name: str) -> None:
        """FailedError naming `name` if it is no event; a model looks at it unless it is like one that was checked."""
        key = _key(event)
        if key in self._seen:
            return
        parse_event(event, name)
        if key is not None and len(self._seen) < _MOST:
            self._seen.add(key)


def _key(event: Mapping[str, Any]) -> object:
    """What must be the same; None where a member is not what it may be, or where one hangs on another."""
    if "corrects" in event:
        return None
    same = dict(event)
    at = same.pop("at", None)
    if type(at) is not str or not _is_time(at):
        return None
    given = []
    for name, check in _DIFFERING:
        value = same.pop(name, None)
        if value is not None:
            if type(value) is not str or not check(value):
                return None
            given.append(name)
    values = tuple(same.values())
    kinds = tuple(map(type, values))  # true, 1 and 1.0 are equal, and not the same
    return (tuple(given), tuple(same), values, kinds) if _PLAIN.issuperset(kinds) else None


@lru_cache(maxsize=1 << 14)
def _is_time(text: str) -> bool:
    try:
        check_time(text)
    except UsageError:
        return False
    return True
