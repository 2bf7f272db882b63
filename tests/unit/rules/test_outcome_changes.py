"""Outcomes over the phases of a history, and registered against reported; certain words only are asked about."""

from __future__ import annotations

from typing import Any

import pytest
from registry_cases import ask, history, on, version

from trialseal.registries.history import POINTS_TO_RESULTS, RegistryOutcome, RegistryVersion
from trialseal.rules.finding import Status
from trialseal.rules.outcome_changes import (
    phase_ends,
    registered_outcomes_kept,
)

HOLDS, FAILS, UNDETERMINED, APART = Status.HOLDS, Status.FAILS, Status.UNDETERMINED, Status.DOES_NOT_APPLY
SURVIVAL = RegistryOutcome("primary", "Overall survival", "", "5 years")
PAIN = RegistryOutcome("primary", "Pain on a visual analogue scale", "", "week 12")
WALK = RegistryOutcome("secondary", "Six-minute walk distance", "in metres", "week 24")


def at(number: int, day: str, status: str, *outcomes: RegistryOutcome, **members: Any) -> RegistryVersion:
    return version(number, date=day, status=status, outcomes=outcomes, **members)


def three(*outcomes: tuple[RegistryOutcome, ...]) -> list[RegistryVersion]:
    """A version before enrolment, one during recruitment, one after completion."""
    before, during, after = outcomes
    completed = on("2021-01-01")
    return [
        at(1, "2020-01-01", "NOT_YET_RECRUITING", *before),
        at(2, "2020-06-01", "RECRUITING", *during),
        at(3, "2021-06-01", "COMPLETED", *after, primary_completion=completed),
    ]


def test_phases_end_where_the_record_itself_says() -> None:
    ends = phase_ends(history(*three((PAIN,), (PAIN,), (PAIN,))))
    assert {phase: one.number for phase, one in ends.items()} == {
        "pre-enrolment": 1,
        "recruitment": 2,
        "post-completion": 3,
    }


def test_an_expected_completion_ends_no_phase() -> None:
    expected = on("2020-03-01", "estimated")
    versions = [at(n, f"2020-0{n + 1}-01", "RECRUITING", PAIN, primary_completion=expected) for n in (1, 2, 3, 4)]
    assert set(phase_ends(history(*versions))) == {"pre-enrolment", "recruitment"}


def test_what_a_trial_was_registered_with_is_the_reference_however_late() -> None:
    late = at(1, "2022-01-01", "COMPLETED", PAIN, primary_completion=on("2021-01-01"))
    later = at(2, "2022-02-01", "COMPLETED", SURVIVAL, primary_completion=on("2021-01-01"))
    assert set(phase_ends(history(late, later))) == {"pre-enrolment", "post-completion"}
    assert ask(registered_outcomes_kept, late, later).status is FAILS


@pytest.mark.parametrize(
    ("before", "during", "after", "status"),
    [
        ((PAIN, WALK), (PAIN, WALK), (PAIN, WALK), HOLDS),
        ((PAIN,), (SURVIVAL,), (SURVIVAL,), FAILS),
        ((PAIN,), (PAIN,), (PAIN, SURVIVAL), FAILS),
        ((PAIN, WALK), (PAIN._replace(role="secondary"), WALK._replace(role="primary")), (), FAILS),
        ((PAIN,), (PAIN._replace(time_frame="week 24"),), (PAIN._replace(time_frame="week 24"),), FAILS),
        ((PAIN, WALK), (PAIN,), (PAIN,), HOLDS),  # a secondary one; named among the facts
        ((PAIN,), (PAIN._replace(measure="PAIN on a  visual analogue scale."),), (PAIN,), HOLDS),
    ],
)
def test_primary_outcomes_kept(before: Any, during: Any, after: Any, status: Status) -> None:
    versions = three(before, during, after or during)
    found = ask(registered_outcomes_kept, *versions, complete=True)
    assert found.status is status, (found.sentence, found.facts)


def test_a_failing_answer_quotes_both_texts_and_where_they_stand() -> None:
    found = ask(registered_outcomes_kept, *three((PAIN,), (SURVIVAL,), (SURVIVAL,)), complete=True)
    quoting = next(fact for fact in found.facts if "Overall survival" in fact)
    assert "Pain on a visual analogue scale" in quoting
    assert getattr(quoting, "source", "") == (
        "NCT01234567, version 1 of 2020-01-01; NCT01234567, version 2 of 2020-06-01"
    )
    assert found.sentence.endswith("where is the change explained?")


def test_before_enrolment_everything_may_change() -> None:
    versions = [
        at(1, "2019-12-01", "NOT_YET_RECRUITING", SURVIVAL),
        at(2, "2020-01-10", "NOT_YET_RECRUITING", PAIN),
        at(3, "2020-06-01", "RECRUITING", PAIN),
    ]
    assert ask(registered_outcomes_kept, *versions, complete=True).status is HOLDS


def test_pointing_to_results_is_no_change() -> None:
    pointing = version(3, date="2021-06-01", status="COMPLETED", outcomes=None, outcomes_note=POINTS_TO_RESULTS)
    found = ask(registered_outcomes_kept, *three((PAIN,), (PAIN,), (PAIN,))[:2], pointing, complete=True)
    assert found.status is HOLDS
    assert any(POINTS_TO_RESULTS in fact for fact in found.facts)


def test_endpoints_of_a_later_part_are_not_said_to_be_added_during_recruitment() -> None:
    part = PAIN._replace(measure="Phase 2/3: confirmed cases from 7 days after dose 2")
    found = ask(registered_outcomes_kept, *three((PAIN,), (PAIN, part), (PAIN, part)), complete=True)
    assert found.status is UNDETERMINED
    assert "did it begin later?" in found.sentence


def test_one_version_or_none_tells_nothing() -> None:
    assert ask(registered_outcomes_kept, version()).status is APART
    assert ask(registered_outcomes_kept, registry=None).status is UNDETERMINED
