"""What trials owe, put together for a reader: pure values, and their order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from trialseal.evidence.wording import count
from trialseal.rules.duties import Duty, Pressing
from trialseal.rules.trial_case import TrialCase
from trialseal.spreadsheets import csv_text

COLUMNS = ("trial", "where", "state", "by", "duty", "what", "since", "whose", "in doubt")
_ORDER = (Pressing.OVERDUE, Pressing.MAY_BE_OVERDUE, Pressing.DUE, Pressing.NO_DATE)


class Owed(NamedTuple):
    """A duty of a trial, as it lies to the day asked for."""

    trial: str
    """Its registry number, else the sponsor's code."""
    where: str
    """The folder or file in which it was found, as the user named it."""
    duty: Duty
    pressing: Pressing

    @property
    def row(self) -> tuple[str, ...]:
        """Its cells under `COLUMNS`."""
        one = self.duty
        return (
            self.trial, self.where, self.pressing.value, one.by, one.id, one.what, one.since,
            str(one.whose._replace(says="")), one.doubt,
        )  # fmt: skip


class Office(NamedTuple):
    """All trials that were named, for one day."""

    as_of: date
    trials: tuple[str, ...]
    owed: tuple[Owed, ...]
    """The overdue first, then by day; see `in_order`."""
    not_told: tuple[str, ...] = ()
    """What could not be looked at, a sentence each."""
    met: int = 0
    """How many duties are left out because somebody states that they were met."""
    unknown: tuple[str, ...] = ()
    """The trials of which nothing is known, each by name and folder with what is missing."""
    idle: tuple[str, ...] = ()
    """The trials of which something is known, and which owe nothing that this list knows."""
    notes: tuple[str, ...] = ()
    """What else is to be said of trials, such as that no rule known here asks for their results."""
    later: int = 0
    """How many duties `within` left out."""

    @property
    def headline(self) -> str:
        """How it stands, in one sentence."""
        found = Counter(one.pressing for one in self.owed)
        said = [f"{found[one]} {words}" for one, words in (
            (Pressing.OVERDUE, "overdue"), (Pressing.MAY_BE_OVERDUE, "may be overdue"), (Pressing.DUE, "to come"),
            (Pressing.NO_DATE, "without a date yet"),
        ) if found[one]]  # fmt: skip
        if not said and (self.idle or self.later or self.met):
            said = ["nothing is due"]
        elif self.idle:
            said.append(f"{len(self.idle)} owing nothing")
        if self.unknown:
            said.append(f"{len(self.unknown)} of which nothing is known")
        if self.later:
            said.append(f"{self.later} later left out")
        return f"{count(len(self.trials), 'trial')}: {', '.join(said) or 'none could be looked at'}"

    @property
    def exit_code(self) -> int:
        """1 if something is overdue; 2 if something may be, could not be looked at, or is unknown; else 0."""
        found = {one.pressing for one in self.owed}
        if Pressing.OVERDUE in found:
            return 1
        return 2 if Pressing.MAY_BE_OVERDUE in found or self.not_told or self.unknown else 0

    def within(self, days: int) -> Office:
        """Without what falls due later than so many days from the day asked for."""
        until = self.as_of + timedelta(days=days)
        kept = tuple(one for one in self.owed if one.duty.first is None or one.duty.first <= until)
        return self._replace(owed=kept, later=len(self.owed) - len(kept))

    @property
    def csv(self) -> str:
        """A line a duty."""
        return csv_text(COLUMNS, [one.row for one in self.owed])


def owed(case: TrialCase, trial: str, where: str, duties: Sequence[Duty]) -> tuple[Owed, ...]:
    """A trial's duties as they lie to the case's day."""
    return tuple(Owed(trial, where, one, one.pressing(case)) for one in duties)


def in_order(found: Iterable[Owed]) -> tuple[Owed, ...]:
    """The overdue first, then what may be overdue, then by day, then what has no date."""
    return tuple(
        sorted(found, key=lambda one: (_ORDER.index(one.pressing), one.duty.last or date.max, one.trial, one.duty.id))
    )
