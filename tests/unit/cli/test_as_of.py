"""The time as of which an audit judges: none that has not come, by the block that is read and this computer's clock."""

from __future__ import annotations

import pytest

from trialseal.cli.times import held_then
from trialseal.errors import UsageError

DAY = 1_767_225_600  # 2026-01-01


@pytest.mark.parametrize(("block", "now"), [(DAY - 1, DAY), (DAY, DAY - 1), (DAY, DAY)])
def test_a_time_that_has_come_by_either_clock_is_taken(block: int, now: int) -> None:
    assert held_then("2026-01-01", block, now) == DAY
    with pytest.raises(UsageError, match="2026-01-01T00:00:01Z has not come"):
        held_then("2026-01-01T00:00:01Z", block, now)


def test_today_is_taken_and_the_far_future_is_not() -> None:
    assert held_then(None, DAY) is None
    assert held_then("2026-01-01", 0) == DAY
    with pytest.raises(UsageError, match="has not come"):
        held_then("9999-12-31", DAY)
    with pytest.raises(UsageError, match="--as-of nonsense is not a time"):
        held_then("nonsense", DAY)
