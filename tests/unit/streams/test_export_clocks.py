"""Times as exports write them, and what of them an event takes."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialseal.documents.times import check_time
from trialseal.errors import UsageError
from trialseal.streams.maps.clocks import Clock

BERLIN = Clock("dmy", "Europe/Berlin")


@pytest.mark.parametrize(
    ("clock", "text", "time"),
    [
        (Clock(), "2020-05", "2020-05"),
        (Clock(), "2020-05-12", "2020-05-12"),
        (Clock(), "2020-05-12T09:30+02:00", "2020-05-12T09:30+02:00"),
        (Clock(), "2020-05-12T09:30:05.5Z", "2020-05-12T09:30:05.500000Z"),
        (Clock(), "20200512", "2020-05-12"),
        (Clock(zone="+02:00"), "20200512093000", "2020-05-12T09:30+02:00"),
        (Clock(), "12-MAY-2020", "2020-05-12"),
        (Clock(), "UN-MAY-2020", "2020-05"),
        (Clock(), "12 Sept. 2020", "2020-09-12"),
        (Clock(), "12 november 2020", "2020-11-12"),
        (Clock(), "UN-UNK-2020", "2020"),
        (Clock("dmy"), "12.05.2020", "2020-05-12"),
        (Clock("mdy"), "5/12/2020", "2020-05-12"),
        (Clock("dmy"), "00.05.2020", "2020-05"),
        (BERLIN, "12.05.2020 09:30", "2020-05-12T09:30+02:00"),
        (BERLIN, "12.01.2020 09:30", "2020-01-12T09:30+01:00"),
        (Clock("mdy", "UTC"), "5/12/2020 9:30 PM", "2020-05-12T21:30Z"),
        (Clock("mdy", "UTC"), "5/12/2020 12:00 AM", "2020-05-12T00:00Z"),
        (BERLIN, "31.12.2020 24:00", "2021-01-01T00:00+01:00"),
        (Clock("unix"), "1589268600", "2020-05-12T07:30Z"),
        (Clock("unix-ms"), "1589268600000", "2020-05-12T07:30Z"),
    ],
)
def test_what_is_written_is_read(clock: Clock, text: str, time: str) -> None:
    assert clock.read(text) == check_time(time)


@pytest.mark.parametrize(
    ("clock", "text", "says"),
    [
        (Clock(), "12.05.2020", "may begin with the day or the month"),
        (Clock(), "2020-05-12 09:30", "does not say its offset from UTC"),
    ],
)
def test_what_must_be_stated_once_is_asked_for(clock: Clock, text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        clock.read(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("31.02.2020", "does not exist"),
        ("12.05.20", "a year of two digits"),
        ("12.05.2020 25:00", "does not exist"),
        ("12.05.2020 24:01", "does not exist"),
        ("00.05.2020 09:30", "no whole date"),
        ("yesterday", "is not a date or time"),
        ("12 Marraskuu 2020", "names no month in English"),  # November in Finnish
        ("12-Mai-2020", "names no month in English"),
        ("12.05.2020 09:30 +19:00", "there is no offset"),
    ],
)
def test_what_does_not_exist_is_refused(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        BERLIN.read(text)


@pytest.mark.parametrize("text", ["1_589_268_600", "\u0661\u0665", "nan", "inf", "0x10", ""])
def test_what_counts_no_seconds_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number of seconds"):
        Clock("unix").read(text)


@pytest.mark.parametrize(
    ("time", "answer"),
    [
        ("01:59", "2020-03-29T01:59+01:00"),
        ("02:00", None),
        ("02:59", None),
        ("03:00", "2020-03-29T03:00+02:00"),
    ],
)
def test_an_hour_that_clocks_skipped_does_not_exist(time: str, answer: str | None) -> None:
    text = f"29.03.2020 {time}"
    if answer is None:
        with pytest.raises(ValueError, match="whose clocks were put forward"):
            BERLIN.read(text)
    else:
        assert BERLIN.read(text) == answer


@pytest.mark.parametrize("time", ["01:59", "02:00", "02:59", "03:00"])
def test_an_hour_that_clocks_showed_twice_must_be_stated(time: str) -> None:
    text = f"25.10.2020 {time}"
    twice = time.startswith("02")
    if twice:
        with pytest.raises(ValueError, match=re.escape("say which is meant, --repeated-hour")):
            BERLIN.read(text)
    first, second = (BERLIN._replace(repeated=which).read(text) for which in ("first", "second"))
    assert first == f"2020-10-25T{time}{'+02:00' if time < '03' else '+01:00'}"
    assert (second != first) == twice


@given(st.datetimes(datetime(1971, 1, 1), datetime(2037, 12, 31)), st.sampled_from(["first", "second"]))
def test_a_local_time_is_the_moment_that_its_zone_says(moment: datetime, which: str) -> None:
    zone = ZoneInfo("America/New_York")
    local = moment.replace(microsecond=0, tzinfo=ZoneInfo("UTC")).astimezone(zone)
    clock = Clock("mdy", "America/New_York", "second" if local.fold else "first")
    assert datetime.fromisoformat(clock.read(local.strftime("%m/%d/%Y %H:%M:%S"))) == local
