"""What of two came first: instants, days, months, at one place and anywhere."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialseal.documents.times import Order, check_time, order, span

BEFORE, AFTER, SAME, UNCLEAR = Order.BEFORE, Order.AFTER, Order.SAME, Order.UNCLEAR


@pytest.mark.parametrize(
    ("one", "other", "anywhere", "at_one_place"),
    [
        ("2020-05-04T09:00+02:00", "2020-05-04T08:00Z", BEFORE, BEFORE),
        ("2020-05-04T09:00+02:00", "2020-05-04T07:00Z", SAME, SAME),
        ("2020-05-04", "2020-05-04", UNCLEAR, UNCLEAR),
        ("2020-05-04", "2020-05-05", UNCLEAR, BEFORE),  # the 5th may begin in Kiritimati while it is still the 4th
        (
            "2020-05-04",
            "2020-05-06",
            UNCLEAR,
            BEFORE,
        ),  # between Baker Island's 4th and Kiritimati's 6th lie no 26 hours
        ("2020-05-04", "2020-05-07", BEFORE, BEFORE),
        ("2020-05-04", "2020-05-05T00:30+02:00", UNCLEAR, BEFORE),
        ("2020-05-04", "2020-05-04T23:30-05:00", UNCLEAR, UNCLEAR),
        ("2020-05-04", "2020-05-05T00:30Z", UNCLEAR, UNCLEAR),  # Z says nothing of the place
        ("2020-05-04", "2020-05-05T12:00Z", BEFORE, BEFORE),
        ("2020-05-04", "2020-05-05T11:59Z", UNCLEAR, UNCLEAR),
        ("2020-05-04T10:00Z", "2020-05-05", UNCLEAR, UNCLEAR),
        ("2020-05-04T09:59Z", "2020-05-05", BEFORE, BEFORE),
        ("2020-05", "2020-05-04", UNCLEAR, UNCLEAR),
        ("2020-05", "2020-06", UNCLEAR, BEFORE),
        ("2020-05", "2020-07", BEFORE, BEFORE),
        ("2019", "2020-06-01", BEFORE, BEFORE),
        ("2020", "2020-06-01", UNCLEAR, UNCLEAR),
    ],
)
def test_order(one: str, other: str, anywhere: Order, at_one_place: Order) -> None:
    turned = {BEFORE: AFTER, AFTER: BEFORE}
    assert order(one, other) is anywhere
    assert order(other, one) is turned.get(anywhere, anywhere)
    assert order(one, other, same_place=True) is at_one_place
    assert order(other, one, same_place=True) is turned.get(at_one_place, at_one_place)


times = st.datetimes(datetime(1950, 1, 1), datetime(2050, 1, 1)).map(lambda moment: moment.strftime("%Y-%m-%dT%H:%M"))
offsets = st.sampled_from(["Z", "+00:00", "+14:00", "-12:00", "+05:30"])
written = st.tuples(times, offsets, st.sampled_from([4, 7, 10, 99])).map(lambda t: (t[0] + t[1])[: t[2]])


@given(written, written)
def test_what_is_certain_is_so_for_all_that_a_text_may_mean(one: str, other: str) -> None:
    check_time(one), check_time(other)
    a, b = span(one), span(other)
    assert a.first <= a.end and a.first.tzinfo is UTC
    if order(one, other) is BEFORE:
        assert a.first < b.end and a.end <= b.first
    if order(one, other) is UNCLEAR:
        assert a.end >= b.first and b.end >= a.first
