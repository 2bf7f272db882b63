"""Intake by week: every row of every file is counted once, and drawn."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from trialseal.report.intake_plot import KINDS, by_week, draw
from trialseal.streams.intake_log import Intaken

MONDAY = int(datetime(2026, 11, 23, tzinfo=UTC).timestamp())
COUNTS = st.integers(0, 10**6)


def test_a_week_begins_on_monday() -> None:
    log = [Intaken(MONDAY - 1, 1, 0, 0, 0, 0), Intaken(MONDAY, 2, 0, 0, 0, 0), Intaken(MONDAY + 604_799, 4, 0, 0, 0, 0)]
    assert {week: of["stored"] for week, of in by_week(log).items()} == {date(2026, 11, 16): 1, date(2026, 11, 23): 6}


@given(st.lists(st.builds(Intaken, st.integers(0, 2**32), COUNTS, COUNTS, COUNTS, COUNTS, COUNTS), max_size=8))
def test_every_row_is_counted_and_drawn(log: list[Intaken]) -> None:
    weeks = by_week(log)
    for kind in KINDS:
        assert sum(of[kind] for of in weeks.values()) == sum(getattr(one, kind) for one in log)
    drawn = draw(weeks)
    assert drawn == draw(by_week(reversed(log)))
    bars = re.findall(r'height="([0-9.e+-]+)"><title>', drawn)
    assert len(bars) == sum(number > 0 for of in weeks.values() for number in of.values())
    assert all(float(height) >= 0 for height in bars)


def test_nothing_taken_in_is_said() -> None:
    assert "no file was taken in" in draw({})
