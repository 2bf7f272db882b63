"""42 CFR 11: covered or not, 21 days, updates, results by the day submitted."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from registry_cases import AS_OF, ask, history, on, record, version

from trialseal.registries.history import PostedOutcome, RegistryOutcome
from trialseal.registries.study_versions import study_version
from trialseal.rules.fdaaa import fdaaa_registered, fdaaa_results, fdaaa_secondary_results, fdaaa_updated
from trialseal.rules.fdaaa_coverage import coverage
from trialseal.rules.finding import Status
from trialseal.rules.trial_case import TrialCase

HOLDS, FAILS, UNDETERMINED, APART = Status.HOLDS, Status.FAILS, Status.UNDETERMINED, Status.DOES_NOT_APPLY
UNKNOWN: dict[str, Any] = {"countries": ["France"]}
DRUG = {"fda_regulated_drug": True, "fda_regulated_device": False}
DEVICE = {"fda_regulated_drug": False, "fda_regulated_device": True}


@pytest.mark.parametrize(
    ("members", "covered"),
    [
        ({}, True),
        ({"phases": ["PHASE1"]}, False),
        ({"phases": ["EARLY_PHASE1"]}, False),
        ({"phases": ["PHASE1", "PHASE2"]}, True),
        ({"oversight": DEVICE, "phases": ["NA"]}, True),
        ({"oversight": DEVICE, "design": {"purpose": "DEVICE_FEASIBILITY"}}, False),
        ({"oversight": {"fda_regulated_drug": False, "fda_regulated_device": False}}, False),
        ({"oversight": None}, None),
        ({"oversight": {"fda_regulated_drug": False}}, None),
        ({"countries": ["France"]}, None),  # an IND or IDE would not show
        ({"countries": ["France"], "oversight": DRUG | {"us_export": True}}, True),
        ({"countries": ["Puerto Rico"]}, True),
        ({"countries": None}, None),
    ],
)
def test_covered(members: dict[str, Any], covered: bool | None) -> None:
    case = TrialCase(as_of=AS_OF, registry=history(version(record=members)))
    assert coverage(case).covered is covered, coverage(case).reason


def test_covered_or_not_by_type_status_and_date() -> None:
    for members in (
        {"study_type": "OBSERVATIONAL"},
        {"status": "WITHDRAWN"},
        {"primary_completion": on("2007-12-25")},
    ):
        assert ask(fdaaa_registered, version(**members)).status is APART


@pytest.mark.parametrize(
    ("submitted", "members", "status"),
    [
        ("2020-02-05", {}, HOLDS),  # the 21st day
        ("2020-02-06", {}, FAILS),
        ("2007-12-20", {"start": on("2007-10-01")}, UNDETERMINED),  # the act gave the first trials longer
        ("2008-11-20", {"start": on("2007-10-01")}, FAILS),
        ("2020-02-06", {"record": UNKNOWN}, UNDETERMINED),
        ("2020-01-01", {"record": UNKNOWN}, HOLDS),  # in time, whether the rule covers it or not
        ("2020-02-06", {"start": on("2020-01")}, UNDETERMINED),
        ("2020-02-21", {"start": on("2020-01")}, UNDETERMINED),
        ("2020-02-22", {"start": on("2020-01")}, FAILS),
        ("2020-02-06", {"start": on("2007-09-26")}, APART),
        ("2020-02-06", {"start": on("2020-03-01", "estimated"), "status": "NOT_YET_RECRUITING"}, APART),
        ("2020-02-06", {"start": None}, UNDETERMINED),
        ("2020-02-06", {"record": {"phases": ["PHASE1"]}}, APART),
    ],
)
def test_within_21_days(submitted: str, members: dict[str, Any], status: Status) -> None:
    found = ask(fdaaa_registered, version(first_submitted=submitted, **members))
    assert found.status is status, found.sentence


@pytest.mark.parametrize(
    ("seen", "members", "status"),
    [
        ("2021-02-01", {}, HOLDS),  # the record of 1 February 2020, a year later to the day
        ("2021-02-02", {}, FAILS),
        ("2021-02-02", {"record": UNKNOWN}, UNDETERMINED),
        ("2021-02-02", {"record": {"verified": "2020-06"}}, UNDETERMINED),
        ("2023-02-02", {"status": "COMPLETED"}, APART),  # when it ended is not stated
        ("2023-02-02", {"status": "WITHDRAWN", "completion": on("2020-01-20")}, APART),
    ],
)
def test_updated_every_twelve_months(seen: str, members: dict[str, Any], status: Status) -> None:
    found = ask(fdaaa_updated, version(seen=seen, **members))
    assert found.status is status, found.sentence


def test_every_interval_of_a_whole_history_counts() -> None:
    versions = [version(n, date=day, seen=None) for n, day in enumerate(("2020-02-01", "2022-02-01", "2022-03-01"), 1)]
    assert ask(fdaaa_updated, *versions, complete=True).status is FAILS
    assert ask(fdaaa_updated, *versions).status is HOLDS  # versions in between may not be given


ENDED = {"status": "COMPLETED", "completion": on("2020-01-20")}
WAITING = (PostedOutcome("SECONDARY", "Relapse", "NOT_POSTED", "2024-01"),)


@pytest.mark.parametrize(
    ("members", "status"),
    [
        ({}, FAILS),  # of a trial that has ended, until its results are submitted
        ({"seen": "2021-02-01"}, HOLDS),
        ({"seen": "2021-02-02"}, FAILS),
        ({"completion": on("2017-01-17")}, APART),  # before the rule
        ({"completion": on("2017-01-18")}, FAILS),
        ({"results_submitted": "2020-02-01"}, APART),
        ({"results_submitted": "2021-02-01"}, HOLDS),  # 12 months after the last update
        ({"results_submitted": "2021-02-02"}, FAILS),
        ({"unposted_submitted": "2021-02-01"}, HOLDS),  # the registry reviews them
        ({"results_submitted": "2020-02-01", "posted": WAITING}, FAILS),
        ({"results_waived": True}, APART),
        ({"record": UNKNOWN}, UNDETERMINED),
    ],
)
def test_updates_are_owed_until_results_are_submitted(members: dict[str, Any], status: Status) -> None:
    found = ask(fdaaa_updated, version(**(ENDED | {"seen": "2023-02-02"} | members)))
    assert found.status is status, found.sentence


@pytest.mark.parametrize(("submitted", "status"), [("2021-02-01", HOLDS), ("2021-02-02", FAILS), (None, FAILS)])
def test_an_interval_of_an_ended_trial_ends_with_its_results(submitted: str | None, status: Status) -> None:
    versions = [version(n, date=day, **ENDED) for n, day in enumerate(("2020-02-01", "2022-02-01"), 1)]
    versions[-1] = replace(versions[-1], results_submitted=submitted, seen="2022-02-02")
    found = ask(fdaaa_updated, *versions, complete=True)
    assert found.status is status, found.sentence


def results(
    completed: str | None = "2023-02-10", submitted: str | None = None, certainty: Any = "actual", **members: Any
) -> Any:
    members.setdefault("seen", "2026-01-01")
    return version(
        status="COMPLETED", primary_completion=on(completed, certainty), results_submitted=submitted, **members
    )


@pytest.mark.parametrize(
    ("one", "status"),
    [
        (results(submitted="2024-02-10", results_posted="2026-03-25"), HOLDS),  # posted two years later
        (results(submitted="2024-02-11"), FAILS),
        (results(completed="2020-02-29", submitted="2021-03-01"), HOLDS),
        (results(completed="2023-02", submitted="2024-02-15"), UNDETERMINED),
        (results(submitted="2024-02-11", record=UNKNOWN), UNDETERMINED),
        (results(submitted="2024-02-11", delay_submitted="2024-02-10"), UNDETERMINED),
        (results(submitted="2024-06-11", delay_submitted="2024-03-10"), FAILS),  # a certificate that came too late
        (results(completed="2016-01-01", submitted="2018-01-01"), UNDETERMINED),
        (results(), FAILS),
        (results(seen="2024-02-10"), UNDETERMINED),  # seen before they were due
        (results(delay_submitted="2024-01-01"), UNDETERMINED),
        (results(record=UNKNOWN), UNDETERMINED),
        (results(completed="2025-06-01"), APART),
        (results(completed="2025-06-01", certainty="estimated"), APART),
        (results(completed=None), UNDETERMINED),
        (results(record={"phases": ["PHASE1"]}), APART),
    ],
)
def test_results_by_the_day_submitted(one: Any, status: Status) -> None:
    found = ask(fdaaa_results, one)
    assert found.status is status, found.sentence


def test_the_grace_of_thirty_days_is_named_as_whose_it_is() -> None:
    found = ask(fdaaa_results, results(submitted="2024-03-01"))
    assert found.status is FAILS
    assert any("30 days that FDAAA TrialsTracker adds; the regulation has none" in fact for fact in found.facts)


def test_the_day_for_which_deadlines_are_judged() -> None:
    assert ask(fdaaa_results, results(), as_of=date(2024, 2, 11)).status is APART
    # Up to UTC-12 the 10th is over when it is noon of the 11th in UTC.
    assert ask(fdaaa_results, results(), as_of=date(2024, 2, 12)).status is FAILS


def posted(number: int, waiting: int = 0) -> tuple[PostedOutcome, ...]:
    done = [PostedOutcome("SECONDARY", f"S{n}", "POSTED") for n in range(number)]
    return (*done, *(PostedOutcome("SECONDARY", f"W{n}", "NOT_POSTED", "2027-01") for n in range(waiting)))


SECONDARY = tuple(RegistryOutcome("secondary", f"S{n}", "", "week 52") for n in range(3))


@pytest.mark.parametrize(
    ("completed", "given", "seen", "status"),
    [
        (on("2023-12-01"), posted(3), "2026-01-01", HOLDS),
        (on("2023-12-01"), posted(2, 1), "2026-01-01", FAILS),
        (on("2023-12-01"), posted(2), "2026-01-01", UNDETERMINED),
        (on("2023-12-01"), posted(0), "2026-01-01", UNDETERMINED),
        (on("2023-12-01"), posted(2, 1), "2024-06-01", UNDETERMINED),
        (on("2023-02-10"), posted(2, 1), "2026-01-01", APART),
        (on("2025-12-01"), posted(2, 1), "2026-01-01", APART),
        (on("2027-12-01", "estimated"), posted(2, 1), "2026-01-01", APART),
        (None, posted(2, 1), "2026-01-01", UNDETERMINED),
    ],
)
def test_secondary_outcomes_have_their_own_dates(completed: Any, given: Any, seen: str, status: Status) -> None:
    one = results(submitted="2024-02-01", completion=completed, outcomes=SECONDARY, posted=given, seen=seen)
    found = ask(fdaaa_secondary_results, one)
    assert found.status is status, found.sentence


def test_without_results_or_secondary_outcomes_there_is_no_second_date() -> None:
    assert ask(fdaaa_secondary_results, results(outcomes=SECONDARY, completion=on("2023-12-01"))).status is APART
    assert ask(fdaaa_secondary_results, results(submitted="2024-01-01", completion=on("2023-12-01"))).status is APART


def test_a_record_that_is_not_covered_has_no_deadlines() -> None:
    one = results(record={"oversight": {"fda_regulated_drug": False, "fda_regulated_device": False}})
    for rule in (fdaaa_registered, fdaaa_updated, fdaaa_results, fdaaa_secondary_results):
        assert ask(rule, one).status is APART
    assert record().oversight is not None


@pytest.mark.parametrize(
    ("members", "status"),
    [
        ({"unposted_submitted": "2021-06-30"}, HOLDS),
        ({"unposted_submitted": "2021-09-30"}, UNDETERMINED),
        ({"results_waived": True}, UNDETERMINED),
        ({}, FAILS),
    ],
)
def test_results_that_the_registry_reviews_are_submitted(members: dict[str, Any], status: Status) -> None:
    last = version(
        status="COMPLETED", primary_completion=on("2020-06-30"), date="2022-01-01", seen="2022-01-01", **members
    )
    found = ask(fdaaa_results, last)
    assert found.status is status, found.sentence


EVENTS: list[tuple[list[tuple[str, str | None]], str | None, str | None]] = [
    ([], None, None),
    ([("RELEASE", "2021-05-01")], "2021-05-01", None),
    ([("RELEASE", "2021-05-01"), ("UNRELEASE", "2021-06-15")], None, "2021-06-15"),
    ([("RELEASE", "2021-05-01"), ("UNRELEASE", None)], None, "a day not stated"),
    ([("RELEASE", "2021-05-01"), ("UNRELEASE", "2021-06-15"), ("RELEASE", "2021-07-01")], "2021-07-01", None),
    ([("RELEASE", "2021-05-01"), ("RESET", "2021-06-15")], "2021-05-01", None),  # the registry sent them back
    ([("RELEASE", "2021-05-01"), ("RESET", "2021-06-15"), ("RELEASE", "2021-07-01")], "2021-05-01", None),
    ([("UNRELEASE", "2021-06-15"), ("RELEASE", "2021-05-01")], None, "2021-06-15"),  # in another order
    ([("RELEASE", "2021-05-01"), ("UNRELEASE", "2021-05-01")], None, "2021-05-01"),
]


@pytest.mark.parametrize(("events", "submitted", "taken_back"), EVENTS)
def test_results_that_were_taken_back_are_not_submitted(
    events: list[tuple[str, str | None]], submitted: str | None, taken_back: str | None
) -> None:
    study = json.loads((Path(__file__).parents[2] / "vectors" / "documents" / "ctgov-v2.json").read_text())
    listed = [{"type": kind} | ({"date": day} if day else {"dateUnknown": True}) for kind, day in events]
    study["annotationSection"] = {"annotationModule": {"unpostedAnnotation": {"unpostedEvents": listed}}}
    one = study_version(study, "record.json")
    assert (one.unposted_submitted, one.taken_back) == (submitted, taken_back)


def test_results_under_review_as_the_latest_version_that_tells_says() -> None:
    completed = {"primary_completion": on("2021-01-10"), "status": "COMPLETED", "seen": "2023-01-01"}
    released = version(1, unposted_submitted="2021-05-01", **completed)
    back = version(2, taken_back="2021-06-15", **completed)
    again = version(3, unposted_submitted="2021-07-01", **completed)
    silent = version(4, **completed)
    assert ask(fdaaa_results, released).status is HOLDS
    found = ask(fdaaa_results, released, back)
    assert found.status is FAILS
    assert any("results submitted before were taken back 2021-06-15" in fact for fact in found.facts)
    assert ask(fdaaa_results, released, back, again).status is HOLDS
    assert ask(fdaaa_results, released, silent).status is HOLDS
    assert ask(fdaaa_results, back, silent).status is FAILS
