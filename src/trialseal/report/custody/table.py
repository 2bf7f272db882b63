"""The account of every place, and the open findings, as tables."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from trialseal.custody.accounts import CAME, LEFT, UNEXPLAINED, Line
from trialseal.custody.audit import CustodyAudit
from trialseal.custody.steps import KIT_UNIT
from trialseal.escaping import quoted
from trialseal.spreadsheets import csv_text

if TYPE_CHECKING:
    import pandas as pd

NEVER: Final = "on the list, never received or made"
"""What a kit of the list is that no entry is about."""
_NO_ENTRY: Final = "in no entry"
NUMBERS: Final = (*CAME, *LEFT, UNEXPLAINED, "on hand", "in transit", _NO_ENTRY)
COLUMNS: Final = ("place", "lot", "unit", *NUMBERS, "adds up")
_FINDINGS: Final = ("status", "rule", "kit", "lot", "place", "at", "finding", "entries", "source")


def account_lines(audit: CustodyAudit) -> tuple[Line, ...]:
    """The account of every place, and at its end a line of the kits of the list that are in no entry."""
    missing = len(audit.untold)
    return (*audit.lines, Line(f"({NEVER})", None, KIT_UNIT, {_NO_ENTRY: missing}, 0, 0)) if missing else audit.lines


def account_frame(audit: CustodyAudit) -> pd.DataFrame:
    """A row for each place and unit: numbered kits together, stock by lot. What came less what left is on hand."""
    import pandas as pd

    frame = pd.DataFrame([_values(line) for line in account_lines(audit)], columns=list(COLUMNS))
    frame.attrs["as_of"] = audit.today.isoformat()
    return frame


def account_csv(audit: CustodyAudit) -> str:
    """The same as CSV; whole numbers without a point."""
    rows = account_frame(audit).itertuples(index=False)
    return csv_text(COLUMNS, ([_cell(value) for value in row] for row in rows))


def account_rows(audit: CustodyAudit) -> list[dict[str, str]]:
    """The same for a terminal: columns in which nothing happened are left out, and zeros empty."""
    lines = account_lines(audit)
    used = [
        name
        for name in COLUMNS
        if name not in NUMBERS or name == "on hand" or any(_values(line)[COLUMNS.index(name)] for line in lines)
    ]
    return [
        {name: _short(value) for name, value in zip(COLUMNS, _values(line), strict=True) if name in used}
        for line in lines
    ]


def findings_csv(audit: CustodyAudit) -> str:
    """Every open finding as CSV, and after them the kits of the list that are in no entry."""
    never = ((None, None, kit, None, None, "", f"kit {quoted(kit)} is {NEVER}", "", None) for kit in audit.untold)
    return csv_text(
        _FINDINGS,
        chain(
            (
                (
                    one.finding.status.value, one.finding.rule, one.kit, one.lot, one.place,
                    one.entries[0].at if one.entries else "", one.finding.sentence,
                    "; ".join(entry.place for entry in one.entries), one.finding.source,
                )
                for one in audit.findings
            ),
            never,
        ),
    )  # fmt: skip


def _values(line: Line) -> tuple[object, ...]:
    amounts = (line.amount(name) for name in (*CAME, *LEFT, UNEXPLAINED))
    numbers = (*amounts, line.on_hand, line.in_transit, line.amount(_NO_ENTRY))
    return line.place, line.lot or "", line.unit, *numbers, line.adds_up


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.12g}" if isinstance(value, float) else value


def _short(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "NO"
    return f"{value:g}" if isinstance(value, int | float) and value else str(value or "")
