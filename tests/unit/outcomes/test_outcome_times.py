"""Times as trialists write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialseal.documents.endpoint_models import TimePoint
from trialseal.outcomes.times import of_time_points, same_days, times

MONTH, YEAR = 30.4375, 365.25


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("week 24", [168]),
        ("6 mo", [6 * MONTH]),
        ("day 1 to day 29", [29]),
        ("within 30 minutes", [30 / 1440]),
        ("up to 2 years", [2 * YEAR]),
        ("from randomisation until progression, assessed up to 60 months", [60 * MONTH]),
        ("one year and a half", [1.5 * YEAR]),
        ("3- and 6-month follow up", [3 * MONTH, 6 * MONTH]),
        ("baseline, 3, 6 and 12 months", [3 * MONTH, 6 * MONTH, 12 * MONTH]),
        ("Weeks 9-12", [84]),
        ("34-36 hours after", [1.5]),
        ("2h, 12h and 24h after surgery", [2 / 24, 0.5, 1]),
        ("58-week retention", [406]),
        ("14.9 ± 5.4 months", [14.9 * MONTH]),
        ("Two nights", [2]),
        ("body weight, 12 weeks", [84]),
        ("eight, 12 weeks", [56, 84]),
        ("thirty-six months", [36 * MONTH]),
        ("Twenty four or fifty-two weeks", [168, 364]),
        ("seventy days", [70]),
        ("thirty, six weeks", [210, 42]),
        ("8 Wochen", [56]),
        ("第12週", [84]),
        ("3か月", [3 * MONTH]),
    ],
)
def test_times_are_read(text: str, days: list[float]) -> None:
    assert [point.days for point in times(text).follow_up] == pytest.approx(days)


@pytest.mark.parametrize(
    "text",
    [
        "6 Minute Walk Test",
        "forced expiratory volume in 1 second",
        "participants aged 18 years",
        "events per year",
        "PASI 75",
    ],
)
def test_numbers_that_are_no_times_are_not_read_as_such(text: str) -> None:
    assert not times(text).follow_up


def test_a_window_knows_its_begin_and_a_limit_its_kind() -> None:
    assert times("Weeks 9-12").points[0].start == 63
    assert times("up to 2 years").points[0].kind == "until"
    assert [point.kind for point in times("every 8 weeks for up to 106 weeks").points] == ["every", "until"]


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("until death", "death"),
        ("end of study", "study_end"),
        ("at discharge", "discharge"),
        ("baseline", "baseline"),
        ("up to the cut-off date of 13 January 2012", "calendar"),
    ],
)
def test_events_bound_a_time(text: str, event: str) -> None:
    assert event in times(text).events


def test_trialists_call_twelve_weeks_three_months() -> None:
    assert same_days(84, 3 * MONTH)
    assert same_days(28, 29)
    assert same_days(364, YEAR)
    assert not same_days(84, 168)
    assert not same_days(1, 2)


def test_structured_times_are_read_as_if_written() -> None:
    points = (TimePoint(value=1, until=29, unit="day", anchor="dose 1"), TimePoint(text="at week 4"))
    assert [(point.start, point.days) for point in of_time_points(points).points] == [(1, 29), (None, 28)]


@given(st.text(max_size=80))
def test_any_text_is_read_and_every_place_lies_in_it(text: str) -> None:
    for point in times(text).points:
        assert 0 <= point.begin < point.end <= len(text)
        assert text[point.begin : point.end] == point.words
