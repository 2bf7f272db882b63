"""Registered before enrolment? By the day submitted, both readings of a month, and every start that was given."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from registry_cases import ask, on, record, version

from trialseal.registries.dates import RegistryDate
from trialseal.rules.deadlines import BEFORE_ENROLMENT, DEADLINES, RESULTS_IN_A_YEAR, WITHIN_21_DAYS, Timing, timing
from trialseal.rules.fdaaa import fdaaa_registered
from trialseal.rules.finding import Status
from trialseal.rules.record_content import data_sharing_plan
from trialseal.rules.registration import registered_before_enrolment, start_date_kept
from trialseal.rules.trial_case import TrialCase

HOLDS, FAILS, UNDETERMINED, APART = Status.HOLDS, Status.FAILS, Status.UNDETERMINED, Status.DOES_NOT_APPLY
days = st.dates(date(2000, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("submitted", "start", "status"),
    [
        ("2020-04-27", "2020-04-29", HOLDS),
        ("2020-04-29", "2020-04-29", HOLDS),  # at or before
        ("2020-04-30", "2020-04-29", FAILS),
        ("2020-04-27", "2020-04", UNDETERMINED),
        ("2020-04-01", "2020-04", HOLDS),
        ("2020-05-01", "2020-04", FAILS),
        ("2020", "2020-04", UNDETERMINED),
    ],
)
def test_the_day_of_submission_counts(submitted: str, start: str, status: Status) -> None:
    found = ask(registered_before_enrolment, version(first_submitted=submitted, start=on(start)))
    assert found.status is status, found.sentence


def test_a_month_shows_both_readings() -> None:
    found = ask(registered_before_enrolment, version(first_submitted="2020-04-27", start=on("2020-04")))
    assert "2020-04-01, it is 26 days late; if 2020-04-30, it is in time" in found.sentence


def test_posted_later_is_a_fact_and_no_lateness() -> None:
    one = version(first_submitted="2020-01-10", first_posted="2020-01-20", start=on("2020-01-15"))
    found = ask(registered_before_enrolment, one)
    assert found.status is HOLDS
    assert "first posted 2020-01-20" in found.facts


@pytest.mark.parametrize(
    ("members", "status"),
    [
        ({"study_type": "OBSERVATIONAL", "first_submitted": "2021-01-01"}, APART),
        ({"study_type": "EXPANDED_ACCESS", "first_submitted": "2021-01-01"}, APART),
        ({"start": on("2005-07-01"), "first_submitted": "2005-09-13"}, APART),  # not after 1 July 2005
        ({"start": on("2005-07-02"), "first_submitted": "2005-09-13"}, FAILS),
        ({"start": on("2005-07"), "first_submitted": "2005-09-13"}, UNDETERMINED),
        ({"start": on("2006-01-01"), "first_submitted": "2007-01-01", "phases": ("PHASE1",)}, APART),
        ({"start": on("2008-07-01"), "first_submitted": "2009-01-01", "phases": ("PHASE1",)}, FAILS),
        ({"start": on("2006-01-01"), "first_submitted": "2007-01-01", "phases": ("PHASE1", "PHASE2")}, FAILS),
        ({"start": None, "status": "WITHDRAWN"}, APART),
        ({"start": on("2020-01-15", "estimated"), "status": "NOT_YET_RECRUITING"}, HOLDS),
        ({"start": on("2020-01-15", "estimated"), "status": "RECRUITING"}, UNDETERMINED),
        ({"start": None}, UNDETERMINED),
        ({"first_submitted": None}, UNDETERMINED),
        ({"study_type": None, "first_submitted": "2021-01-01"}, UNDETERMINED),  # whether the rule applies is unknown
        ({"study_type": None}, HOLDS),
    ],
)
def test_when_it_applies(members: dict[str, object], status: Status) -> None:
    found = ask(registered_before_enrolment, version(**members))
    assert found.status is status, found.sentence


def test_a_history_without_study_type_is_taken_at_the_readers_word() -> None:
    one = version(study_type=None, first_submitted="2021-01-01")
    assert ask(registered_before_enrolment, one, interventional=True).status is FAILS


def test_another_registry_s_number_may_be_the_earlier_registration() -> None:
    both = record(secondary_ids=[{"id": "ISRCTN50189673"}])
    found = ask(registered_before_enrolment, version(whole=both, first_submitted="2021-01-01"))
    assert found.status is UNDETERMINED
    assert "ISRCTN50189673" in found.sentence


def test_starts_on_both_sides_of_the_registration_are_asked_about() -> None:
    versions = (version(1, start=on("2019-12-01")), version(2, start=on("2020-01-15")))
    found = ask(registered_before_enrolment, *versions)
    assert found.status is UNDETERMINED
    assert "2019-12-01 and 2020-01-15" in found.sentence


def test_no_record_is_no_lateness() -> None:
    assert registered_before_enrolment(TrialCase(as_of=date(2026, 1, 1))).status is UNDETERMINED


# ----- the start that moved -----


@pytest.mark.parametrize(
    ("first", "last", "status"),
    [
        ({"start": on("2019-12-01")}, {}, FAILS),  # an actual start before the registration of 1 January 2020
        ({"start": on("2019-12-01", None), "status": "RECRUITING"}, {}, FAILS),
        ({"start": on("2019-12-01", "estimated"), "status": "RECRUITING"}, {}, FAILS),
        ({"start": on("2019-12-01", "estimated"), "status": "NOT_YET_RECRUITING"}, {}, HOLDS),
        ({"start": on("2019-12-01", None), "status": "NOT_YET_RECRUITING"}, {}, HOLDS),
        ({"start": on("2020-01")}, {"start": on("2020-02-03")}, HOLDS),
        ({"start": on("2019-12-01")}, {"start": on("2019-12-01")}, HOLDS),  # late, but kept
        ({"start": on("2020-01-15")}, {"start": None}, UNDETERMINED),
        ({"study_type": "OBSERVATIONAL"}, {"study_type": "OBSERVATIONAL"}, APART),
    ],
)
def test_retroactively_prospective(first: dict[str, object], last: dict[str, object], status: Status) -> None:
    found = ask(start_date_kept, version(1, **first), version(2, **last))
    assert found.status is status, found.sentence


def test_a_planned_start_that_moved_is_called_so() -> None:
    planned = version(1, start=on("2019-12-01", "estimated"), status="NOT_YET_RECRUITING")
    assert ask(start_date_kept, planned, version(2)).sentence.startswith("planned start moved: 2019-12-01")


def test_the_month_of_registration_cannot_tell() -> None:
    first = version(1, first_submitted="2020-01-10", start=on("2020-01"))
    later = version(2, first_submitted="2020-01-10", start=on("2020-02-01"))
    assert ask(start_date_kept, first, later).status is UNDETERMINED


def test_one_version_tells_nothing_of_earlier_ones() -> None:
    assert ask(start_date_kept, version()).status is APART


# ----- deadlines -----


def test_a_year_from_29_february_ends_on_the_later_day() -> None:
    assert RESULTS_IN_A_YEAR.due(date(2020, 2, 29)) == date(2021, 3, 1)
    assert RESULTS_IN_A_YEAR.due(date(2023, 2, 28)) == date(2024, 2, 28)
    assert RESULTS_IN_A_YEAR.due(date(2023, 2, 10)) == date(2024, 2, 10)
    assert WITHIN_21_DAYS.due(date(2024, 2, 20)) == date(2024, 3, 12)


@given(st.sampled_from(DEADLINES), days, days)
def test_a_later_start_is_never_due_earlier(deadline: object, one: date, other: date) -> None:
    assert isinstance(deadline, type(BEFORE_ENROLMENT))
    assert (deadline.due(one) <= deadline.due(other)) or one > other


@given(days, days, st.sampled_from(DEADLINES))
def test_a_coarser_date_never_turns_one_answer_into_the_other(done: date, start: date, deadline: object) -> None:
    assert isinstance(deadline, type(BEFORE_ENROLMENT))
    exact = timing(RegistryDate(f"{done}"), RegistryDate(f"{start}"), deadline)
    assert exact is not Timing.UNCLEAR
    for text in (f"{start:%Y-%m}", f"{start:%Y}"):
        assert timing(RegistryDate(f"{done}"), RegistryDate(text), deadline) in (exact, Timing.UNCLEAR)
    assert timing(RegistryDate(f"{done:%Y-%m}"), RegistryDate(f"{start}"), deadline) in (exact, Timing.UNCLEAR)


@given(days)
def test_a_day_is_over_when_it_has_ended_everywhere(day: date) -> None:
    # It ends at UTC-12 twelve hours after it did in UTC.
    assert not TrialCase(as_of=day).over(day)
    assert not TrialCase(as_of=day + timedelta(days=1)).over(day)
    assert TrialCase(as_of=day + timedelta(days=2)).over(day)


def test_a_start_before_july_2008_is_not_held_against_a_trial_of_unknown_phase() -> None:
    old = {"first_submitted": "2007-09-11", "start": on("2006-01"), "date": "2007-09-11", "whole": None}
    assert ask(registered_before_enrolment, version(**old)).status is Status.UNDETERMINED
    assert ask(registered_before_enrolment, version(**old | {"phases": ("PHASE3",)})).status is Status.FAILS


@pytest.mark.parametrize(
    ("members", "asked"),
    [
        ({"status": "WITHDRAWN", "sample_size": 0}, False),
        ({"status": "WITHDRAWN"}, False),
        ({"status": "WITHDRAWN", "sample_size": 80, "start": on("2020-01-15", "estimated")}, False),
        ({"status": "WITHDRAWN", "sample_size": 80}, True),  # a start that has come, and people: which is it?
        ({"status": "TERMINATED", "sample_size": 0}, False),
        ({"status": "TERMINATED", "sample_size": 1}, True),
        ({"status": "RECRUITING", "sample_size": 0}, True),
    ],
)
def test_where_nobody_was_enrolled_nothing_is_late(members: dict[str, object], asked: bool) -> None:
    late = version(**({"first_submitted": "2021-06-01", "start": on("2020-01-15")} | members))
    first = version(1, first_submitted="2021-06-01", start=on("2020-01-01"))
    for rule, versions in (
        (registered_before_enrolment, [late]),
        (start_date_kept, [first, replace(late, number=2)]),
        (fdaaa_registered, [late]),
        (data_sharing_plan, [late]),
    ):
        found = ask(rule, *versions)
        assert (found.status is not APART) is asked, (found.rule, found.sentence)
        assert asked or "enrolled" in found.sentence


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (on("2027-09", "estimated"), "enrolment is expected to begin 2027-09"),
        (on("2026-01-02"), "enrolment is expected to begin 2026-01-02"),  # the day after the one asked for
        (on("2026-01-01"), "enrolment began 2026-01-01"),
        (on("2025-12-31", None), "enrolment began 2025-12-31"),  # with a recruiting status
        (on("2027-09", None), "enrolment is expected to begin 2027-09"),
    ],
)
def test_a_start_that_has_not_come_is_expected(start: RegistryDate, words: str) -> None:
    silent = record(data_sharing=None)
    found = ask(data_sharing_plan, version(whole=silent, start=start))
    assert found.status is FAILS
    assert found.sentence.startswith(words)
    waiting = version(whole=silent, start=on("2025-12-31", None), status="NOT_YET_RECRUITING")
    assert ask(data_sharing_plan, waiting).sentence.startswith("enrolment is given as beginning 2025-12-31")
