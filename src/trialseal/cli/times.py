"""Times as commands take and show them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from trialseal.documents.identifiers import date_range
from trialseal.documents.times import unix_seconds
from trialseal.errors import UsageError
from trialseal.ledger.moments import moment


def when(seconds: int) -> str:
    """A block's time in UTC, with its seconds."""
    return moment(seconds, exact=True)


def held_then(text: str | None, block_time: int, now: float | None = None) -> int | None:
    """The time that `--as-of` names, Unix seconds; None if it names none.

    UsageError for one that has not come, by the block that is read and by this computer's clock: nothing was held then.
    """
    if text is None:
        return None
    seconds = unix_seconds(text, "--as-of")
    if seconds > max(block_time, datetime.now(UTC).timestamp() if now is None else now):
        raise UsageError(
            f"--as-of {text} has not come: nobody knows what the chain will hold then; name an earlier one"
        )
    return seconds


def as_of_day(text: str | None, option: str = "--as-of") -> date:
    """The day that an option names, or today in UTC; UsageError for one that is not known to the day."""
    if text is None:
        return datetime.now(UTC).date()
    try:
        first, last = date_range(text)
    except UsageError as error:
        raise UsageError(f"{option}: {error}") from None
    if first != last:
        raise UsageError(f"{option} {text} is not a single day: write 2026-01-31")
    return first
