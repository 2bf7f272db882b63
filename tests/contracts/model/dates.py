"""Declared dates, yyyymmdd with 00 for what is not stated."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime

from .ledger import Refused

MOST_AHEAD = 14 * 3600


def require_past(date: int, time: int) -> None:
    """Refused unless the date exists and has begun somewhere on Earth at `time` (Unix seconds)."""
    year, month, day = date // 10_000, date // 100 % 100, date % 100
    days = 0
    if 1 <= month <= 12:
        # Years beyond Python's repeat the Gregorian calendar's 400 years.
        days = monthrange(2000 + year % 400, month)[1]
    if year < 1900 or month > 12 or day > days:
        raise Refused("DateDoesNotExist", date)
    latest = int(datetime.fromtimestamp(time + MOST_AHEAD, UTC).strftime("%Y%m%d"))
    if date > latest:
        raise Refused("DateInFuture", date, latest)
