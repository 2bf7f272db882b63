"""Registries that count, and results in Europe and the United Kingdom: just before, on and after each day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.unit.rules.registry_cases import ask, history, on, record, version

from trialseal.outcomes.model import Outcome
from trialseal.registries.accepted import ACCEPTED, accepted_table
from trialseal.registries.forms.european import of_euctr
from trialseal.registries.number_forms import FORMS
from trialseal.report.check.page import check_html
from trialseal.report.check.query import query_text
from trialseal.report.check.report import Brought, check_view
from trialseal.rules.deadlines import EUDRACT_HALF_YEAR, EUDRACT_YEAR, UK_RULE_BEGINS
from trialseal.rules.eudract import eudract_results
from trialseal.rules.fdaaa import fdaaa_registered, fdaaa_results
from trialseal.rules.finding import Finding, Rule, Status
from trialseal.rules.record_content import data_sharing_plan, who_data_set
from trialseal.rules.registry_choice import registry_accepted
from trialseal.rules.trial_case import Report, TrialCase
from trialseal.rules.trial_catalogue import judge_trial
from trialseal.rules.united_kingdom import uk_registered, uk_results

HOLDS, FAILS, UNDETERMINED, APART = Status.HOLDS, Status.FAILS, Status.UNDETERMINED, Status.DOES_NOT_APPLY
ROOT = Path(__file__).parents[3]
EUDRACT = "2016-004591-22"
ADULTS = {"criteria": "Adults", "minimum_age": "18 Years"}


def with_eudract(minimum_age: str | None = "18 Years", **members: Any) -> Any:
    eligibility = {"criteria": "Anybody"} | ({"minimum_age": minimum_age} if minimum_age else {})
    whole = record(secondary_ids=[{"id": EUDRACT}], eligibility=eligibility)
    return version(whole=whole, completion=on("2018-03-31"), **members)


def european(results: str, ages: str = "Adults, Elderly", ended: str = "2018-03-31", seen: str = "2026-01-01") -> Any:
    text = (
        f"Summary\nEudraCT Number: {EUDRACT}\nSponsor Name: A sponsor\nFull Title: A trial\n"
        f"Population Age: {ages}\nTrial results: {results}\nDate of the global end of the trial: {ended}\n"
        "E.5.1 Primary end point(s): Pain at 6 weeks\n"
    )
    [found] = of_euctr(text, "euctr.txt", seen)
    return found


def asked(rule: Rule[TrialCase], given: Any, as_of: date = date(2026, 1, 1)) -> Finding:
    return rule(TrialCase(as_of=as_of, registry=given))


# ----- results in EudraCT -----


@pytest.mark.parametrize(
    ("start", "due"),
    [(date(2018, 3, 31), date(2018, 10, 1)), (date(2018, 8, 30), date(2019, 3, 1)),
     (date(2018, 7, 15), date(2019, 1, 15)),
     (date(2019, 8, 29), date(2020, 2, 29)), (date(2018, 12, 31), date(2019, 7, 1))],
)  # fmt: skip
def test_half_a_year_ends_on_the_same_day_or_the_first_of_the_next_month(start: date, due: date) -> None:
    assert EUDRACT_HALF_YEAR.due(start) == due


def test_a_year_from_the_last_of_february() -> None:
    assert EUDRACT_YEAR.due(date(2020, 2, 29)) == date(2021, 3, 1)


@pytest.mark.parametrize(
    ("results", "status"),
    [("View results", HOLDS), ("(No results available)", FAILS), ("Coming", UNDETERMINED)],
)
def test_what_the_european_register_lists_decides(results: str, status: Status) -> None:
    assert asked(eudract_results, european(results)).status is status


@pytest.mark.parametrize(
    ("as_of", "status"), [(date(2019, 3, 31), APART), (date(2019, 4, 1), APART), (date(2019, 4, 2), FAILS)]
)
def test_results_are_not_due_before_a_year_is_over_everywhere(as_of: date, status: Status) -> None:
    given = european("(No results available)", seen="2020-01-01")
    assert asked(eudract_results, given, as_of).status is status


@pytest.mark.parametrize(("seen", "status"), [("2019-03-31", UNDETERMINED), ("2019-04-01", FAILS)])
def test_a_register_seen_before_the_day_says_nothing_of_what_came_later(seen: str, status: Status) -> None:
    assert asked(eudract_results, european("(No results available)", seen=seen)).status is status


@pytest.mark.parametrize(
    ("age", "due"),
    [("17 Years", "2018-10-01"), ("18 Years", "2019-03-31"), ("6 Months", "2018-10-01"), (None, "2019-03-31")],
)
def test_paediatric_trials_have_six_months(age: str | None, due: str) -> None:
    found = ask(eudract_results, with_eudract(age))
    assert found.status is UNDETERMINED  # the record of another registry does not show it
    assert due in found.sentence


def test_ages_are_read_from_the_european_register() -> None:
    assert "2018-10-01" in asked(eudract_results, european("View results", "Children, Adolescents, Under 18")).sentence
    assert "2019-03-31" in asked(eudract_results, european("View results", "Adults")).sentence


@pytest.mark.parametrize(("ended", "due"), [("2014-07-20", "2016-07-21"), ("2014-07-21", "2015-07-21")])
def test_trials_that_had_ended_before_had_longer(ended: str, due: str) -> None:
    assert due in asked(eudract_results, european("View results", ended=ended)).sentence


def test_of_phase_1_in_adults_the_register_shows_nothing() -> None:
    assert ask(eudract_results, with_eudract(phases=("PHASE1",))).status is APART
    assert ask(eudract_results, with_eudract("2 Years", phases=("PHASE1",))).status is UNDETERMINED
    assert ask(eudract_results, with_eudract(phases=("PHASE1", "PHASE2"))).status is UNDETERMINED


def test_other_trials_are_not_asked_for_results_in_eudract() -> None:
    ended = {"completion": on("2018-03-31")}
    both = record(secondary_ids=[{"id": EUDRACT}, {"id": "2022-500123-12-00"}])
    assert ask(eudract_results, version(**ended)).status is APART
    assert ask(eudract_results, version(whole=both, **ended)).status is APART
    assert ask(eudract_results, version(whole=record(secondary_ids=[{"id": EUDRACT}]))).status is APART


# ----- the United Kingdom -----


def british(start: str, submitted: str, **members: Any) -> Any:
    kinds = members.pop("kinds", "DRUG")
    countries = members.pop("countries", ("France", "United Kingdom"))
    whole = record(
        first_submitted=submitted, interventions=[{"name": "A drug", "kind": kinds}], countries=list(countries)
    )
    given = {"start": on(start), "first_submitted": submitted, "countries": countries, "phases": ("PHASE3",)} | members
    return version(whole=whole, **given)


@pytest.mark.parametrize(
    ("start", "submitted", "status"),
    [
        ("2026-04-27", "2026-06-01", APART),
        ("2026-04-28", "2026-04-27", HOLDS),
        ("2026-04-28", "2026-04-28", HOLDS),
        ("2026-04-28", "2026-04-29", UNDETERMINED),
    ],
)
def test_registration_in_the_united_kingdom_is_asked_since_the_regulations(
    start: str, submitted: str, status: Status
) -> None:
    found = ask(uk_registered, british(start, submitted), as_of=date(2026, 11, 1))
    assert found.status is status, found.sentence
    assert date(2026, 4, 28) == UK_RULE_BEGINS


def test_who_is_not_bound_by_the_regulations() -> None:
    late = ("2026-06-01", "2026-07-01")
    assert ask(uk_registered, british(*late, countries=("France",))).status is APART
    assert ask(uk_registered, british(*late, kinds="BEHAVIORAL")).status is APART
    assert ask(uk_registered, british(*late, study_type="OBSERVATIONAL")).status is APART
    assert ask(uk_registered, british(*late, phases=("PHASE1",))).status is UNDETERMINED  # deferred without asking
    assert ask(uk_registered, british(*late, countries=("Scotland",))).status is UNDETERMINED


@pytest.mark.parametrize(
    ("as_of", "posted", "status"),
    [
        (date(2027, 10, 2), None, APART),
        (date(2027, 10, 3), None, UNDETERMINED),  # deferrals are not in the record
        (date(2027, 12, 1), "2027-10-01", HOLDS),
        (date(2027, 12, 1), "2027-10-02", UNDETERMINED),
    ],
)
def test_results_in_the_united_kingdom_a_year_from_the_end(as_of: date, posted: str | None, status: Status) -> None:
    given = british("2026-05-02", "2026-05-01", completion=on("2026-10-01"), results_posted=posted)
    assert ask(uk_results, given, as_of=as_of).status is status


# ----- registries that count -----


def test_the_table_of_registries_is_that_of_the_code_and_names_real_ones() -> None:
    assert f"\n{accepted_table()}\n" in (ROOT / "docs" / "verdicts.md").read_text(encoding="utf-8")
    assert set(ACCEPTED) <= {form.registry for form in FORMS}


def test_a_registry_that_is_not_listed_raises_a_question_unless_another_is_named() -> None:
    assert asked(registry_accepted, history(version())).status is HOLDS
    chinese = {"registry": "ITMCTR", "number": "ITMCTR2022000094", "trial": {"registry_ids": ["ITMCTR2022000094"]}}
    alone = history(version(whole=record(**chinese)), number="ITMCTR2022000094")
    found = asked(registry_accepted, alone)
    assert found.status is FAILS
    assert "ITMCTR" in found.sentence and found.sentence.endswith("?")
    both = record(**chinese, secondary_ids=[{"id": "NCT01234567"}])
    assert asked(registry_accepted, history(version(whole=both), number="ITMCTR2022000094")).status is HOLDS


@pytest.mark.parametrize(("submitted", "said"), [("2025-03-31", True), ("2025-04-01", False)])
def test_a_registration_before_the_registry_was_accepted_is_said(submitted: str, said: bool) -> None:
    number = "2022-500123-12-00"
    whole = record(registry="CTIS", number=number, trial={"registry_ids": [number]}, first_submitted=submitted)
    found = asked(registry_accepted, history(version(whole=whole, first_submitted=submitted), number=number))
    assert found.status is HOLDS
    assert ("before" in found.sentence) is said


@pytest.mark.parametrize("rule", [who_data_set, data_sharing_plan])
def test_what_downloads_of_other_registries_do_not_hold_is_not_asked_for_ever(rule: Rule[TrialCase]) -> None:
    given = european("View results")
    given = replace(given, versions=(replace(given.last, start=on("2020-01-15")),))
    assert asked(rule, given).status is APART


def test_what_only_clinicaltrials_gov_says_is_asked_of_its_own_records_and_of_those_that_name_one() -> None:
    alone = european("View results")
    for rule in (fdaaa_registered, fdaaa_results):
        assert asked(rule, alone).status is APART
    twin = replace(alone, versions=(replace(alone.last, other_numbers=("NCT01234567",)),))
    found = asked(fdaaa_results, twin)
    assert found.status is UNDETERMINED
    assert any("NCT01234567" in str(fact) for fact in found.facts) or "primary completion" in found.sentence


@pytest.mark.parametrize(
    "words", ["試験薬の有効性", "总生存期", "Gesamtüberleben nach 24 Wochen", "Survie à 24 semaines"]
)
def test_a_record_in_another_language_is_quoted_as_it_is_and_accuses_nobody(words: str) -> None:
    text = (
        f"EudraCT Number: {EUDRACT}\nSponsor Name: {words}\nFull Title: {words}\nE.5.1 Primary end point(s): {words}\n"
    )
    [given] = of_euctr(f"Summary\n{text}", "euctr.txt", "2026-01-01")
    assert given.title == words
    paper = Report("paper.pdf", (Outcome("primary", "Overall survival", "", "24 weeks", source="page 2"),))
    case = TrialCase(as_of=date(2026, 1, 1), registry=given, reported=paper)
    findings = judge_trial(case)
    assert not [one for one in findings if one.status is FAILS]
    view = check_view(case, findings, Brought())
    assert {row.needs_reader for row in view.outcomes if row.primary} == {True}
    page, letter = check_html(view), query_text(view)
    assert words in page
    assert "have no question" not in letter
