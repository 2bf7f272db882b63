"""The lines that say what an act did, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialseal.ledger.moments import moment

if TYPE_CHECKING:
    from trialseal.acts.carrying_out import Done


def trial_line(done: Done) -> str:
    """One line: what was done or is recorded already, when, and as which act of its trial."""
    if done.sent:
        return f"act {done.number}: {done.act.words}; sealed {moment(done.time, exact=True)} in block {done.log.block}"
    return f"act {done.number}: {done.act.words}; sealed already {moment(done.time, exact=True)}, nothing was sent"


def other_line(done: Done) -> str:
    """The same of what is not an act of a trial."""
    if done.sent:
        return f"{done.act.words}, recorded {moment(done.time, exact=True)} in block {done.log.block}"
    return f"{done.act.words}: recorded already {moment(done.time, exact=True)}, nothing was sent"
