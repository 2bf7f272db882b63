"""Times as commands show them."""

from __future__ import annotations

from trialseal.ledger.moments import moment


def when(seconds: int) -> str:
    """A block's time in UTC, with its seconds."""
    return moment(seconds, exact=True)
