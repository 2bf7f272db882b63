"""Registered against reported: only what is certain is asked about, all else is shown to a reader."""

from __future__ import annotations

from typing import Any

import pytest
from registry_cases import ask, version

from trialseal.outcomes.model import Outcome
from trialseal.registries.history import RegistryOutcome
from trialseal.rules.finding import Fact, Status
from trialseal.rules.outcome_sets import named_parts
from trialseal.rules.reported_outcomes import (
    registered_were_reported,
    reported_as_registered,
    reported_were_registered,
)
from trialseal.rules.trial_case import Report

HOLDS, FAILS, UNDETERMINED, APART = Status.HOLDS, Status.FAILS, Status.UNDETERMINED, Status.DOES_NOT_APPLY
SURVIVAL = RegistryOutcome("primary", "Overall survival", "", "5 years")
PAIN = RegistryOutcome("primary", "Pain on a visual analogue scale", "", "week 12")
WALK = RegistryOutcome("secondary", "Six-minute walk distance", "in metres", "week 24")


def report(*outcomes: tuple[str, str, str], **members: Any) -> Report:
    return Report("paper.pdf", tuple(Outcome(*one[:2], "", one[2], source="page 4") for one in outcomes), **members)  # type: ignore[arg-type]


REGISTERED = version(outcomes=(PAIN, WALK))
PAIN_REPORTED = ("primary", PAIN.measure, PAIN.time_frame)
WALK_REPORTED = ("secondary", WALK.measure, WALK.time_frame)
DEATHS = ("primary", "Deaths from any cause", "5 years")


@pytest.mark.parametrize(
    ("reported", "were_registered", "were_reported"),
    [
        (report(PAIN_REPORTED, WALK_REPORTED), HOLDS, HOLDS),
        (report(PAIN_REPORTED), HOLDS, UNDETERMINED),  # a secondary one may stand in another paper
        (report(PAIN_REPORTED, WALK_REPORTED, DEATHS), FAILS, HOLDS),
        (report(("primary", *WALK_REPORTED[1:]), PAIN_REPORTED), FAILS, HOLDS),
        (report(WALK_REPORTED), HOLDS, FAILS),
        (report(PAIN_REPORTED, WALK_REPORTED, ("other", *DEATHS[1:])), HOLDS, HOLDS),  # called post hoc
        (report(("secondary", *PAIN_REPORTED[1:]), WALK_REPORTED), FAILS, HOLDS),  # demoted, and nothing in its place
        (report(("other", *PAIN_REPORTED[1:]), WALK_REPORTED), FAILS, HOLDS),
    ],
)
def test_registered_and_reported(reported: Report, were_registered: Status, were_reported: Status) -> None:
    one = ask(reported_were_registered, REGISTERED, reported=reported)
    other = ask(registered_were_reported, REGISTERED, reported=reported)
    assert (one.status, other.status) == (were_registered, were_reported), (one.sentence, other.sentence)


@pytest.mark.parametrize(
    ("sentence", "status"),
    [
        ("We added deaths from any cause as a primary outcome in May 2021.", UNDETERMINED),
        ("The primary outcome was changed in a protocol amendment of 2021.", UNDETERMINED),
        ("The secondary outcome of six-minute walk distance was dropped in 2021.", FAILS),  # another outcome's change
        ("The primary outcome was changed.", FAILS),  # which, when and why is not said
    ],
)
def test_a_change_that_the_paper_speaks_of_is_for_a_reader(sentence: str, status: Status) -> None:
    said = (Fact(sentence, "page 3"),)
    paper = report(PAIN_REPORTED, WALK_REPORTED, DEATHS, explanations=said, searched=True)
    found = ask(reported_were_registered, REGISTERED, reported=paper)
    assert found.status is status
    assert (sentence in found.facts) is (status is UNDETERMINED)


def test_outcomes_of_another_part_are_outside_scope() -> None:
    parts = version(
        outcomes=(
            PAIN._replace(measure="Phase 3: pain on a visual analogue scale"),
            SURVIVAL._replace(measure="Phase 1: dose-limiting toxicity"),
        )
    )
    paper = report(("primary", "Phase 3: pain on a visual analogue scale", "week 12"), parts=("Phase 3",))
    found = ask(registered_were_reported, parts, reported=paper)
    assert found.status is HOLDS
    assert any(fact.startswith("outside scope: ") for fact in found.facts)


def test_nothing_reported_or_registered_nothing_asked() -> None:
    for rule in (reported_were_registered, registered_were_reported):
        assert ask(rule, REGISTERED).status is APART
        assert ask(rule, registry=None, reported=report(PAIN_REPORTED)).status is UNDETERMINED


def test_what_patterns_found_is_no_accusation_before_somebody_confirms_it() -> None:
    paper = report(DEATHS, confirmed=False)
    for rule in (reported_were_registered, registered_were_reported):
        assert ask(rule, REGISTERED, reported=paper).status is UNDETERMINED
        assert ask(rule, REGISTERED, reported=report(DEATHS)).status is FAILS
    assert "not confirmed" in ask(reported_were_registered, REGISTERED, reported=paper).sentence


@pytest.mark.parametrize(
    ("registered", "reported"),
    [
        ("Number of participants with a first occurrence of COVID-19", "Efficacy in preventing symptomatic Covid-19"),
        ("Change in HbA1c", "Glycated haemoglobin"),
        ("Symptom progression by FKSI-DRS", "Quality of life: FKSI-DRS"),
        ("Number of participants with adverse events", "Incidence of adverse events"),
    ],
)
def test_the_same_matter_in_other_words_is_left_to_a_reader(registered: str, reported: str) -> None:
    record = version(outcomes=(PAIN._replace(measure=registered),))
    paper = report(("primary", reported, "week 12"))
    for rule in (reported_were_registered, registered_were_reported, reported_as_registered):
        assert ask(rule, record, reported=paper).status is not FAILS


def test_a_primary_outcome_at_another_time_is_asked_about() -> None:
    found = ask(reported_as_registered, REGISTERED, reported=report(("primary", PAIN.measure, "week 24")))
    assert found.status is FAILS
    assert "time changed" in found.sentence
    assert ask(reported_as_registered, REGISTERED, reported=report(PAIN_REPORTED)).status is HOLDS


def test_times_in_words_that_are_not_understood_are_left_to_a_reader() -> None:
    record = version(outcomes=(PAIN._replace(measure="شدة الألم", time_frame="12 أسبوعا"),))
    assert ask(reported_as_registered, record, reported=report(("primary", "شدة الألم", "12 أسبوعا"))).status is HOLDS
    found = ask(reported_as_registered, record, reported=report(("primary", "شدة الألم", "24 أسبوعا")))
    assert found.status is UNDETERMINED


def test_a_rival_of_the_same_matter_leaves_a_changed_time_to_a_reader() -> None:
    record = version(outcomes=(PAIN, PAIN._replace(measure="Pain after walking", time_frame="week 24")))
    found = ask(reported_as_registered, record, reported=report(("primary", PAIN.measure, "week 24")))
    assert found.status is UNDETERMINED


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Parts A and B: fever", {"part a", "part b"}),
        ("fever: Phase 2/3", {"phase 2/3"}),
        ("fever in phase 3", {"phase 3"}),
        ("Cohorts 1, 2 and 3", {"cohort 1", "cohort 2", "cohort 3"}),
        ("a part of the body", set()),
        ("fever after the booster dose", {"booster"}),
    ],
)
def test_parts_are_named_as_records_name_them(text: str, parts: set[str]) -> None:
    assert named_parts(text) == parts


def test_an_outcome_of_another_part_is_not_taken_for_one_of_this() -> None:
    """Alike but for the part: matched to the wrong one, its time would seem changed."""
    record = version(
        outcomes=(
            PAIN._replace(measure="Local reactions after dose 1: Phase 2", time_frame="within 14 days"),
            PAIN._replace(measure="Local reactions after dose 1: Phase 2/3", time_frame="within 7 days"),
        )
    )
    paper = report(("primary", "Local reactions after dose 1", "within 7 days"), parts=("Phase 2/3",))
    assert ask(reported_as_registered, record, reported=paper).status is HOLDS
    assert ask(registered_were_reported, record, reported=paper).status is HOLDS


def test_a_demoted_primary_is_asked_about_though_a_secondary_one_speaks_of_it_too() -> None:
    record = version(
        outcomes=(
            RegistryOutcome("primary", "Overall Survival (OS) at Primary Endpoint"),
            RegistryOutcome("secondary", "Progression-free Survival (PFS)"),
            RegistryOutcome("secondary", "Overall Survival (OS) by PD-L1 Expression Level"),
        )
    )
    paper = report(("primary", "progression-free survival", ""), ("secondary", "overall survival", ""))
    found = ask(reported_were_registered, record, reported=paper)
    assert found.status is FAILS
    assert '"overall survival" (not primary, primary in the record)' in found.sentence


def test_a_manuscript_in_which_no_outcome_was_found_was_not_compared() -> None:
    for rule in (reported_were_registered, registered_were_reported, reported_as_registered):
        assert ask(rule, REGISTERED, reported=report(searched=True)).status is UNDETERMINED


@pytest.mark.parametrize("role", ["primary", "secondary"])
def test_a_primary_safety_outcome_agrees_with_either_role(role: str) -> None:
    bleeding = RegistryOutcome(role, "Major bleeding", "", "30 days")  # type: ignore[arg-type]
    stated = Outcome("primary", "Major bleeding", "", "30 days", source="page 4", domain="safety")
    paper = report(PAIN_REPORTED)._replace(outcomes=(*report(PAIN_REPORTED).outcomes, stated))
    found = ask(reported_were_registered, version(outcomes=(PAIN, bleeding)), reported=paper)
    assert found.status is HOLDS
    called = paper._replace(outcomes=(*paper.outcomes[:1], stated._replace(domain=None)))
    found = ask(reported_were_registered, version(outcomes=(PAIN, bleeding)), reported=called)
    assert (found.status is FAILS) is (role == "secondary")
