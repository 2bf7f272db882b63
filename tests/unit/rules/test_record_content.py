"""What a text says, each by its own guideline: the WHO data set, outcomes, data sharing, why a trial was stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from registry_cases import ask, on, record, version

from trialseal.documents.canonical import read_json
from trialseal.documents.models import Protocol, parse_document
from trialseal.outcomes.model import Outcome
from trialseal.registries.history import RegistryOutcome
from trialseal.rules.finding import Fact, Status
from trialseal.rules.record_content import (
    data_sharing_plan,
    data_sharing_statement,
    paper_outcomes_defined,
    protocol_outcomes_defined,
    record_outcomes_defined,
    says_when,
    stop_explained,
    who_data_set,
)
from trialseal.rules.trial_case import Report

HOLDS, FAILS, UNDETERMINED, APART = Status.HOLDS, Status.FAILS, Status.UNDETERMINED, Status.DOES_NOT_APPLY
OBSERVATIONAL: dict[str, Any] = {"study_type": "OBSERVATIONAL"}


@pytest.mark.parametrize(
    ("members", "status", "words"),
    [
        ({}, HOLDS, "items due at registration are stated"),
        ({"record": {"conditions": None}}, FAILS, "12 (Health conditions"),
        ({"record": {"conditions": ["TBD"]}}, FAILS, "12 (Health conditions"),
        ({"record": {"public_contacts": None}}, HOLDS, "not asked: 7"),
        ({"record": {"recruitment_status": "UNKNOWN"}}, HOLDS, "items due at registration are stated"),
        ({"record": {"scientific_contacts": None}}, HOLDS, "not asked: 8"),
        ({"whole": None, "study_type": None}, UNDETERMINED, "no whole record"),
        (OBSERVATIONAL, APART, "OBSERVATIONAL"),
    ],
)
def test_who_data_set(members: dict[str, Any], status: Status, words: str) -> None:
    found = ask(who_data_set, version(**members))
    assert (found.status, words in found.sentence) == (status, True), found.sentence
    assert "1.3.1" in found.source


def primary(*outcomes: tuple[str, str, str]) -> Any:
    return version(outcomes=tuple(RegistryOutcome("primary", *one) for one in outcomes))


@pytest.mark.parametrize(
    ("one", "status"),
    [
        (primary(("Pain", "a scale from 0 to 10", "week 12")), HOLDS),
        (primary(("Pain at 12 weeks", "a scale from 0 to 10", "")), HOLDS),  # the words say when
        (primary(("Pain", "a scale from 0 to 10", "")), FAILS),
        (primary(("Pain", "", "week 12")), UNDETERMINED),  # the name may state the method
        (primary(), FAILS),
        (version(outcomes=None, outcomes_note="it points to results"), UNDETERMINED),
        (version(**OBSERVATIONAL), APART),
    ],
)
def test_a_record_is_asked_for_what_item_19_asks(one: Any, status: Status) -> None:
    found = ask(record_outcomes_defined, one)
    assert found.status is status, found.sentence
    # What only a protocol must hold is not asked of a record.
    assert "aggregation" not in found.sentence and "metric" not in found.sentence


@pytest.mark.parametrize("text", ["week 24", "6 mo", "day 1 to day 29", "within 30 minutes", "up to 2 years", "24 hr"])
def test_what_says_when(text: str) -> None:
    assert says_when(text)


@pytest.mark.parametrize("text", ["", "pain", "FEV1", "EORTC QLQ-C30", "12 participants"])
def test_what_does_not(text: str) -> None:
    assert not says_when(text)


def protocol(**endpoint: Any) -> Protocol:
    value = read_json(Path(__file__).parents[2] / "vectors" / "documents" / "protocol-v1.json")
    assert isinstance(value, dict)
    value = {key: item for key, item in value.items() if key not in ("parts", "nonce")}
    value["endpoints"] = [{"id": "P1", "role": "primary"} | endpoint]
    document = parse_document(value, "protocol.json")
    assert isinstance(document, Protocol)
    return document


WEEK_12 = {"value": 12, "unit": "week", "anchor": "randomisation"}
FOUR = {
    "measurement_variable": "pain",
    "analysis_metric": "change from baseline",
    "aggregation": "mean",
    "time_points": [WEEK_12],
}


@pytest.mark.parametrize(
    ("endpoint", "status"),
    [
        (FOUR, HOLDS),
        ({key: value for key, value in FOUR.items() if key != "aggregation"}, UNDETERMINED),
        ({"registry_words": {"measure": "Pain", "time_frame": "week 12"}}, UNDETERMINED),
        ({"measurement_variable": "pain"}, FAILS),
    ],
)
def test_a_protocol_is_asked_for_the_four_elements(endpoint: dict[str, Any], status: Status) -> None:
    found = ask(protocol_outcomes_defined, version(), documents=(protocol(**endpoint),))
    assert found.status is status, found.sentence


def test_no_protocol_is_asked_for_nothing() -> None:
    assert ask(protocol_outcomes_defined, version()).status is APART


def test_a_paper_s_outcomes_without_a_time_need_a_reader() -> None:
    timed = Report("paper.pdf", (Outcome("primary", "Pain at week 12", source="page 4"),))
    timeless = Report("paper.pdf", (Outcome("primary", "Pain", source="page 4"),))
    assert ask(paper_outcomes_defined, reported=timed).status is HOLDS
    found = ask(paper_outcomes_defined, reported=timeless)
    assert found.status is UNDETERMINED
    assert isinstance(found.facts[0], Fact) and found.facts[0].source == "page 4"
    assert ask(paper_outcomes_defined).status is APART


@pytest.mark.parametrize(
    ("members", "status"),
    [
        ({}, HOLDS),
        ({"record": {"data_sharing": {"plan": "UNDECIDED"}}}, HOLDS),
        ({"record": {"data_sharing": None}}, FAILS),
        ({"record": {"data_sharing": None}, "start": on("2018-12-31")}, APART),
        ({"record": {"data_sharing": None}, "start": on("2019-01-01")}, FAILS),
        ({"record": {"data_sharing": None}, "start": on("2018")}, APART),
        ({"record": {"data_sharing": None}, "start": None}, UNDETERMINED),
        ({"whole": None}, UNDETERMINED),
        (OBSERVATIONAL, APART),
    ],
)
def test_data_sharing_plan_by_the_day_enrolment_began(members: dict[str, Any], status: Status) -> None:
    found = ask(data_sharing_plan, version(**members))
    assert found.status is status, found.sentence


def test_data_sharing_statement_by_the_day_of_submission() -> None:
    said = {"data-sharing": Fact("Data are available on request.", "page 9")}
    assert ask(data_sharing_statement, reported=Report("p", searched=True, statements=said)).status is HOLDS
    assert ask(data_sharing_statement, reported=Report("p", searched=True)).status is UNDETERMINED
    assert ask(data_sharing_statement, reported=Report("p", searched=True, submitted="2018-06-30")).status is APART
    assert ask(data_sharing_statement, reported=Report("p")).status is APART


@pytest.mark.parametrize(
    ("members", "status"),
    [
        ({}, APART),
        ({"status": "TERMINATED", "why_stopped": "slow recruitment"}, HOLDS),
        ({"status": "TERMINATED"}, FAILS),
        ({"status": "SUSPENDED", "whole": None}, UNDETERMINED),
    ],
)
def test_why_it_was_stopped(members: dict[str, Any], status: Status) -> None:
    found = ask(stop_explained, version(**members))
    assert found.status is status, found.sentence


def test_every_fact_names_the_version_that_it_stands_in() -> None:
    found = ask(who_data_set, version(record={"conditions": None}))
    assert all(getattr(fact, "source", "").startswith("NCT01234567, record of 2020-02-01") for fact in found.facts)
    assert record().conditions == ("A condition",)
