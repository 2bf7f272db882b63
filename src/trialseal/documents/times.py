"""When something happened, as precisely as it was written down, and what of two came first.

A time says its offset from UTC. A date is a day somewhere on Earth: it may begin 14 hours before and end 12 hours
after the same day in UTC. A month or a year is all its days.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from trialseal.documents.canonical import shown
from trialseal.documents.identifiers import date_range
from trialseal.errors import UsageError

EARLIEST_ZONE, LATEST_ZONE = timedelta(hours=14), timedelta(hours=12)
_DAY = timedelta(days=1)
_CLOCK = r"T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})"
TIME_PATTERN = rf"[0-9]{{4}}(?:-[0-9]{{2}}(?:-[0-9]{{2}}(?:{_CLOCK})?)?)?"
_TIME = re.compile(TIME_PATTERN)
_FIRST_YEAR = "1900"
_HINT = "write 2020-05, 2020-05-12 or 2020-05-12T09:30+02:00"


class Span(NamedTuple):
    """What a text may mean: from `first` on, before `end`, both in UTC. For a time that is known, both are it."""

    first: datetime
    end: datetime

    @property
    def is_instant(self) -> bool:
        """Whether it is a time rather than a day, a month or a year."""
        return self.first == self.end


class Order(Enum):
    """How one happening lies to another."""

    BEFORE = "before"
    AFTER = "after"
    SAME = "same"
    UNCLEAR = "unclear"


@lru_cache(maxsize=1 << 14)
def check_time(text: str) -> str:
    """The text itself; UsageError unless it is a date of any precision or a time with offset, and exists."""
    if not _TIME.fullmatch(text):
        lacks = "has no offset from UTC" if "T" in text and _TIME.fullmatch(text + "Z") else "is not a date or time"
        raise UsageError(f"{shown(text)} {lacks}: {_HINT}")
    if len(text) <= 10:
        if len(text) < 10:
            date_range(text)
            return text
        parts = text
    else:
        parts = text[:-1] + "+00:00" if text[-1] == "Z" else text
    try:
        if text < _FIRST_YEAR:
            raise ValueError
        datetime.fromisoformat(parts)
    except ValueError:
        raise UsageError(f"the time {shown(text)} does not exist: correct it") from None
    return text


# Dates of one trial are few, and each is compared with many.
@lru_cache(maxsize=1 << 16)
def span(text: str) -> Span:
    """What a checked text may mean, wherever on Earth it was written."""
    if len(text) > 10:
        instant = _instant(text)
        return Span(instant, instant)
    first, last = date_range(text)
    return Span(_midnight(first) - EARLIEST_ZONE, _midnight(last) + _DAY + LATEST_ZONE)


def is_before(text: str, moment: datetime) -> bool:
    """Whether a checked text means a time before a moment beyond doubt: a day only if it had ended everywhere."""
    found = span(text)
    return found.end < moment or (found.end == moment and not found.is_instant)


def order(one: str, other: str, *, same_place: bool = False) -> Order:
    """How the first lies to the second; `same_place` says that both were written by the same clock and calendar.

    At one place a day is compared with a day, and with the day of a time that gives an offset other than Z (RFC 9557,
    2: Z states the time and says nothing of the place). Two that are one day, month or year are UNCLEAR, two times
    that are one are SAME.
    """
    if same_place and min(len(one), len(other)) <= 10 and not one.endswith("Z") and not other.endswith("Z"):
        (first, last), (other_first, other_last) = _days(one[:10]), _days(other[:10])
        if last < other_first:
            return Order.BEFORE
        return Order.AFTER if first > other_last else Order.UNCLEAR
    a, b = span(one), span(other)
    if a.is_instant and a == b:
        return Order.SAME
    # What is not an instant ends before its `end`.
    if a.end < b.first or (a.end == b.first and not a.is_instant):
        return Order.BEFORE
    if b.end < a.first or (b.end == a.first and not b.is_instant):
        return Order.AFTER
    return Order.UNCLEAR


_days = lru_cache(maxsize=1 << 16)(date_range)


def unix_seconds(text: str, option: str) -> int:
    """Unix seconds of a day or time that the user gave; UsageError that names the option."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option} {text} is not a time: write 2027-01-31 or 2027-01-31T12:00:00+00:00") from None
    seconds = int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    if seconds < 0:
        raise UsageError(f"{option} {text} is before 1970, and no chain is so old: correct it")
    return seconds


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text[:-1] + "+00:00" if text[-1] == "Z" else text)
    return moment.astimezone(UTC)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
