"""Before, after, or not to be told: a declared date is a day somewhere on Earth."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from trialseal.rules.timing import Order, order


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("instant", "date", "expected"),
    [
        ("2020-04-27T12:00:00", 20200429, Order.BEFORE),
        ("2020-04-28T09:59:59", 20200429, Order.BEFORE),  # the 29th begins at 10:00 UTC on Kiritimati
        ("2020-04-28T10:00:00", 20200429, Order.UNCLEAR),
        ("2020-04-29T12:00:00", 20200429, Order.UNCLEAR),
        ("2020-04-30T11:59:59", 20200429, Order.UNCLEAR),  # and ends at 12:00 UTC on Baker Island
        ("2020-04-30T12:00:00", 20200429, Order.AFTER),
        ("2020-04-30T09:59:59", 20200500, Order.BEFORE),
        ("2020-05-15T00:00:00", 20200500, Order.UNCLEAR),
        ("2020-06-01T12:00:00", 20200500, Order.AFTER),
        ("2020-06-01T11:59:59", 20200500, Order.UNCLEAR),
        ("2019-12-31T09:59:59", 20200000, Order.BEFORE),
        ("2020-07-01T00:00:00", 20200000, Order.UNCLEAR),
        ("2021-01-01T12:00:00", 20200000, Order.AFTER),
        ("2020-01-01T00:00:00", 0, Order.UNCLEAR),
        ("2020-01-01T00:00:00", 20201399, Order.UNCLEAR),
    ],
)
def test_order_of_an_instant_and_a_declared_date(instant: str, date: int, expected: Order) -> None:
    assert order(at(instant), date) is expected
