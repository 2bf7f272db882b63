"""Times, dates and territories as the contracts keep them, in words: every number has some, and none is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from trialseal.documents.identifiers import date_text
from trialseal.documents.territories import territory_code
from trialseal.errors import UsageError

_DAY = 86_400
# The Gregorian calendar repeats itself after so many years, which have so many days.
_CYCLE_YEARS, _CYCLE_DAYS = 400, 146_097
_LAST_YEAR = 9999
FOR_EVER: Final = 253402214400  # 9999-12-31
"""The end of an appointment for which none is stated."""


# An audit words the blocks of few heads many thousand times.
@lru_cache(maxsize=1 << 14)
def moment(seconds: int, *, exact: bool = False) -> str:
    """A block's time: 2020-04-27 12:00 UTC; `exact`, with its seconds. Any uint64, whatever its year."""
    clock = "%H:%M:%S" if exact else "%H:%M"
    year, rest = _split(seconds)
    return f"{year:04}-{rest:%m-%d} {rest.strftime(clock)} UTC"


def day(seconds: int) -> str:
    """The UTC day of a block's time."""
    year, rest = _split(seconds)
    return f"{year:04}-{rest:%m-%d}"


def end_day(seconds: int) -> str:
    """Until when what ends before a time holds: the last whole UTC day, or the minute within one."""
    return day(seconds - 1) if seconds % _DAY == 0 and seconds else moment(seconds)


def appointment_end(seconds: int, *, exact: bool = False) -> str:
    """Until when an appointment holds, as words after 'until'."""
    return "it is ended" if seconds >= FOR_EVER else moment(seconds, exact=exact)


def iso_time(seconds: int) -> str:
    """A block's time for programs: 2020-04-27T12:00:00Z."""
    year, rest = _split(seconds)
    return f"{year:04}-{rest:%m-%dT%H:%M:%SZ}"


def iso_day(seconds: int) -> str | None:
    """The UTC day of a block's time as ISO 8601 has it; None if its year has more than four digits."""
    return day(seconds) if _split(seconds)[0] <= _LAST_YEAR else None


def declared_date(code: int) -> str | None:
    """The ISO date of a yyyymmdd code, as precise as it is (20200500: 2020-05); None for 0, not stated.

    A number that is no date is said so.
    """
    if code == 0:
        return None
    try:
        return date_text(code)
    except UsageError:
        return f"{code} (not a date)"


def territory(number: int) -> str:
    """The two letters of an ISO 3166-1 number, or 'territory 999'."""
    try:
        return territory_code(number)
    except UsageError:
        return f"territory {number}"


def _split(seconds: int) -> tuple[int, datetime]:
    """The year, and the time in a year of the calendar that is just like it."""
    cycles, within = divmod(seconds, _CYCLE_DAYS * _DAY)
    found = datetime.fromtimestamp(within, UTC)
    return found.year + cycles * _CYCLE_YEARS, found
