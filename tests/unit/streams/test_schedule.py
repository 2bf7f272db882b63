"""When a head may be anchored that has fixed times: just before, at, and just after each end."""

from __future__ import annotations

import pytest

from trialseal.streams.schedule import Schedule

EVERY_DAY = Schedule(1000, 86_400, 1)
FIRST, WINDOW = 1000 + 86_400, 10_800


@pytest.mark.parametrize(
    ("now", "due", "following"),
    [
        (999, None, FIRST),
        (1000, None, FIRST),
        (FIRST - 1, None, FIRST),
        (FIRST, FIRST, FIRST + 86_400),
        (FIRST + 1, FIRST, FIRST + 86_400),
        (FIRST + WINDOW - 1, FIRST, FIRST + 86_400),
        (FIRST + WINDOW, None, FIRST + 86_400),
        (FIRST + 86_399, None, FIRST + 86_400),
        (FIRST + 86_400, FIRST + 86_400, FIRST + 2 * 86_400),
    ],
)
def test_a_head_is_due_from_its_time_until_its_window_ends(now: int, due: int | None, following: int) -> None:
    assert EVERY_DAY.due(now) == due
    assert EVERY_DAY.next(now) == following
