"""Milestones of any past day are accepted, in any order; impossible dates are not."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from .chain import ZERO, raw
from .stage import DAY, LETTER, Stage

AHEAD = 14 * 3600  # local time is at most so far ahead of UTC


def refusal(stage: Stage, time: int | None = None, **changes: object) -> tuple[object, ...] | None:
    function = stage.registry.recordMilestone
    return stage.refusal(function, stage.milestone(**changes), by=stage.clerk, time=time)


def code(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def latest(time: int) -> int:
    """The last date that has begun anywhere on Earth."""
    return code((datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=time + AHEAD)).date())


def later(stage: Stage, rng: random.Random) -> int:
    """A time after the trial was registered, up to the year 2400."""
    return stage.now + rng.randrange(1, 11_000_000_000)


@pytest.mark.parametrize("milestone", [*range(1, 20), *range(21, 30), 254, 255])
def test_every_milestone_and_those_still_to_be_agreed_on(stage: Stage, milestone: int) -> None:
    assert refusal(stage, milestone=milestone) is None


def test_no_milestone_at_all(stage: Stage) -> None:
    assert refusal(stage, milestone=0) == ("MilestoneUnknown", 0)


@pytest.mark.parametrize("day", [20200000, 20200500, 19000101, 20200229, 20000229, 20201231])
def test_days_that_exist_and_partial_dates(stage: Stage, day: int) -> None:
    assert refusal(stage, date=day) is None


@pytest.mark.parametrize(
    "day",
    [
        0,
        1,
        20210229,
        19000229,
        20200230,
        20200431,
        20200631,
        20200931,
        20201131,
        20201301,
        20200132,
        20200199,
        20200001,
        20200031,
        18991231,
        2020,
        202005,
        4_294_967_295,
    ],
)
def test_days_that_do_not_exist(stage: Stage, day: int) -> None:
    assert refusal(stage, date=day) == ("DateDoesNotExist", day)


def test_a_date_may_be_that_of_the_first_place_on_earth_where_it_has_begun(stage: Stage) -> None:
    """14 hours ahead of UTC, to the second."""
    midnight = (stage.now // DAY + 400) * DAY
    day = latest(midnight)
    assert refusal(stage, date=day, time=midnight - AHEAD) is None
    refused = refusal(stage, date=day, time=midnight - AHEAD - 1)
    assert refused == ("DateInFuture", day, latest(midnight - AHEAD - 1))


def test_a_partial_date_may_begin_in_the_past_and_end_in_the_future(stage: Stage) -> None:
    time = int(datetime(2027, 3, 15, tzinfo=UTC).timestamp())
    for day in (20270300, 20270000):
        assert refusal(stage, date=day, time=time) is None
    for day in (20270400, 20280000, 20270316):
        assert refusal(stage, date=day, time=time) == ("DateInFuture", day, 20270315)


def test_the_contracts_calendar_is_that_of_python(stage: Stage) -> None:
    """What the contract says of a far date names the day on which it is asked."""
    rng = random.Random(2020)
    days = [datetime(year, 12, 31, hour, 59, 59, tzinfo=UTC) for year in (2027, 2100, 2400) for hour in (9, 23)]
    days += [datetime(year, *day, hour, tzinfo=UTC) for year in (2028, 2100, 2200, 2400)
             for day in ((2, 28), (3, 1)) for hour in (0, 10, 23)]  # fmt: skip
    for time in [int(day.timestamp()) for day in days] + [later(stage, rng) for _ in range(300)]:
        assert refusal(stage, date=99991231, time=time) == ("DateInFuture", 99991231, latest(time))


def test_arbitrary_dates_are_accepted_if_python_has_them_and_they_have_begun(stage: Stage) -> None:
    rng = random.Random(1863)
    for _ in range(400):
        time = later(stage, rng)
        year, month, day = rng.randrange(1890, 2410), rng.randrange(15), rng.choice([0, 1, 28, 29, 30, 31, 32, 60])
        given = year * 10_000 + month * 100 + day
        try:
            if year < 1900 or (month == 0 and day):
                raise ValueError
            date(year, month or 1, day or 1)
            expected = ("DateInFuture", given, latest(time)) if given > latest(time) else None
        except ValueError:
            expected = ("DateDoesNotExist", given)
        assert refusal(stage, date=given, time=time) == expected, (given, time)


def test_the_awkward_is_accepted_and_marked_for_ever(stage: Stage) -> None:
    """First participant before registration, completion before it, a corrected date: every statement stays."""
    told = [(1, 20190101), (13, 20180101), (1, 20200429), (1, 20200430), (17, 20200500)]
    sent = [stage.registry.recordMilestone(stage.milestone(milestone=kind, date=day), {"from": stage.clerk})
            for kind, day in told]  # fmt: skip
    said = [int(one.events["MilestoneRecorded"]["statement"]) for one in sent]
    assert [(one >> 16 & 0xFF, one >> 24 & 0xFFFFFFFF) for one in said] == told
    assert stage.state().acts == 1 + len(told)


def test_a_milestone_may_have_a_document_and_a_part(stage: Stage) -> None:
    sent = stage.registry.recordMilestone(stage.milestone(part=65_535, document=LETTER), {"from": stage.clerk})
    event = sent.events["MilestoneRecorded"]
    assert int(event["statement"]) & 0xFFFF == 65_535 and raw(event["document"]) == LETTER
    assert refusal(stage, document=ZERO) is None


def test_a_milestones_document_is_not_sealed_by_it(stage: Stage) -> None:
    """A statement about a document does not make it a version of a kind."""
    stage.registry.recordMilestone(stage.milestone(document=LETTER), {"from": stage.clerk})
    for kind in range(1, 10):
        assert stage.registry.documentTimes(stage.trial, kind, [LETTER]) == [0]


CORRECTION = 20


def test_a_statement_is_one_word_of_part_milestone_date_and_act(stage: Stage) -> None:
    stage.registry.seal(stage.sealing(), {"from": stage.clerk})
    sent = stage.registry.recordMilestone(
        stage.milestone(part=0xABCD, milestone=CORRECTION, date=20200429, act=2, document=LETTER), {"from": stage.clerk}
    )
    statement = int(sent.events["MilestoneRecorded"]["statement"])
    assert statement == 0xABCD | CORRECTION << 16 | 20200429 << 24 | 2 << 56


def test_a_statement_stands_in_the_place_of_an_earlier_act_only(stage: Stage) -> None:
    """The trial has two acts, so that this would be the third: it cannot name itself, nor what is to come."""
    stage.registry.seal(stage.sealing(), {"from": stage.clerk})
    for act in (1, 2):
        for milestone in (1, CORRECTION, 255):
            assert refusal(stage, milestone=milestone, act=act) is None
    for act in (3, 4, 2**32 - 1):
        for milestone in (1, CORRECTION):
            assert refusal(stage, milestone=milestone, act=act) == ("ActUnknown", act)


def test_a_correction_names_the_act_that_was_made_in_error(stage: Stage) -> None:
    assert refusal(stage, milestone=CORRECTION) == ("ActUnknown", 0)
    assert refusal(stage, milestone=CORRECTION - 1) is refusal(stage, milestone=CORRECTION + 1) is None


def test_an_act_is_corrected_twice_and_a_correction_too(stage: Stage) -> None:
    for act in (1, 1, 2, 3):
        stage.registry.recordMilestone(stage.milestone(milestone=CORRECTION, act=act), {"from": stage.clerk})
    assert stage.state().acts == 5
