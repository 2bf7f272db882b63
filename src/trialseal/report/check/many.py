"""Many checks as one table: a row for each manuscript, those with questions first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from trialseal.errors import FAULT
from trialseal.report.check.view import CheckView
from trialseal.spreadsheets import csv_text

COLUMNS: Final = (
    "manuscript", "registry number", "record of", "exit code", "verdict", "questions to the authors",
    "questions about the sponsor's duties", "primary outcomes for a reader", "raises a question",
    "cannot be determined", "outcomes confirmed", "kind of paper", "outcomes in tracked insertions",
    "outcomes in tracked deletions", "not checked because",
)  # fmt: skip
"""Of `many_csv`; rules stand by their names, a space between two. The kind of paper is empty for the report of one
trial; outcomes in tracked changes are counted, and empty where nothing is tracked."""


class Checked(NamedTuple):
    """A manuscript of several, with its check or with why there is none."""

    manuscript: str
    view: CheckView | None = None
    record_of: str = ""
    """The day of the last version of the record; empty where that is not stated."""
    kinds: tuple[str, ...] = ()
    """What else than the report of one trial the paper says to be: `review`, `several trials` …"""
    tracked: tuple[int, int] | None = None
    """How many outcomes tracked changes put in or change, and take out or change; None where nothing is tracked."""
    error: str = ""
    error_code: int = 0

    @property
    def exit_code(self) -> int:
        """As of one check: 0 all holds, 1 a question, 2 something cannot be determined; of the error without one."""
        return self.view.exit_code if self.view else self.error_code

    def rules(self, answer: str) -> list[str]:
        """The rules that so answer."""
        items = self.view.items if self.view else ()
        return [one.rule for item in items for one in item.findings if one.answer == answer]

    @property
    def for_a_reader(self) -> int:
        """How many primary outcomes a person must read."""
        return sum(1 for row in self.view.outcomes if row.primary and row.needs_reader) if self.view else 0


def in_order(checked: Iterable[Checked]) -> list[Checked]:
    """Those with questions first, then those that something is open of, those not checked, and the rest."""
    order = {1: 0, 2: 1, 0: 3}
    return sorted(checked, key=lambda one: (order[one.exit_code] if one.view else 2, one.manuscript))


def worst(checked: Sequence[Checked]) -> int:
    """The exit code of all: a fault of the program, else 1 where anything raises a question, else 2 where anything is
    open or could not be checked."""
    if any(one.exit_code == FAULT for one in checked):
        return FAULT
    if any(one.view and one.exit_code == 1 for one in checked):
        return 1
    return 2 if any(one.exit_code for one in checked) else 0


def as_rows(checked: Iterable[Checked]) -> list[dict[str, str | int | bool | list[str] | None]]:
    """A row each, by the names of `COLUMNS`; None where there is no check."""
    return [dict(zip(COLUMNS, _cells(one), strict=True)) for one in checked]


def _cells(one: Checked) -> tuple[str | int | bool | list[str] | None, ...]:
    view = one.view
    if view is None:
        return one.manuscript, *[None] * 2, one.exit_code, *[None] * (len(COLUMNS) - 5), one.error
    return (
        one.manuscript, view.number, one.record_of or None, view.exit_code, view.headline,
        len(view.asked_of("authors")), len(view.asked_of("sponsor")), one.for_a_reader, one.rules("fails"),
        one.rules("undetermined"), view.read_by_a_person, ", ".join(one.kinds) or None, *(one.tracked or (None, None)),
        None,
    )  # fmt: skip


def many_csv(checked: Iterable[Checked]) -> str:
    """The rows as CSV."""
    return csv_text(COLUMNS, ([_plain(cell) for cell in row.values()] for row in as_rows(checked)))


def _plain(cell: object) -> object:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return " ".join(cell) if isinstance(cell, list) else cell
