"""Whatever a registry holds, every rule about trials answers, in printable lines; what fails is a question."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from registry_cases import history, record, version

from trialseal.outcomes.model import Outcome
from trialseal.registries.dates import RegistryDate
from trialseal.registries.history import PostedOutcome, RegistryOutcome
from trialseal.report.check.registry_changes import history_lines
from trialseal.report.portfolio.table import portfolio_csv, portfolio_rows
from trialseal.rules.finding import Status
from trialseal.rules.trial_case import Report, TrialCase
from trialseal.rules.trial_catalogue import TRIAL_RULES, judge_trial

words = st.sampled_from(
    [
        "",
        "pain",
        "<script>alert(1)</script>",
        "\x1b[2J\n",
        "ألم 12 أسبوعًا",
        "血压变化 24 周",
        "=1+1",
        "Phase 2/3: pain at week 12",
    ]
) | st.text(max_size=8)
days = st.dates(date(1995, 1, 1), date(2035, 12, 31))
texts = st.tuples(days, st.sampled_from(["%Y-%m-%d", "%Y-%m", "%Y"])).map(lambda one: one[0].strftime(one[1]))
stated = st.none() | st.tuples(texts, st.sampled_from([None, "actual", "estimated"])).map(
    lambda one: RegistryDate(*one)
)
roles = st.sampled_from(["primary", "secondary", "other"])
outcome = st.tuples(roles, words, words, words).map(lambda one: RegistryOutcome(*one))
statuses = st.sampled_from(
    [
        None,
        "RECRUITING",
        "NOT_YET_RECRUITING",
        "COMPLETED",
        "TERMINATED",
        "WITHDRAWN",
        "SUSPENDED",
        "UNKNOWN",
        "NO_SUCH",
    ]
)
maybe = st.none() | texts
members = st.fixed_dictionaries(
    {
        "date": maybe,
        "seen": maybe,
        "status": statuses,
        "study_type": st.sampled_from([None, "INTERVENTIONAL", "OBSERVATIONAL", "SOMETHING"]),
        "phases": st.sampled_from([None, (), ("PHASE1",), ("PHASE2", "PHASE3"), ("X",)]),
        "countries": st.sampled_from([None, (), ("United States",), ("France",)]),
        "start": stated,
        "primary_completion": stated,
        "completion": stated,
        "first_submitted": maybe,
        "first_posted": maybe,
        "results_submitted": maybe,
        "results_posted": maybe,
        "delay_submitted": maybe,
        "why_stopped": st.none() | words,
        "outcomes": st.none() | st.lists(outcome, max_size=3).map(tuple),
        "posted": st.lists(st.tuples(words, words, words).map(lambda one: PostedOutcome(*one)), max_size=2).map(tuple),
        "whole": st.sampled_from([None, record(), record(oversight=None, data_sharing=None, countries=None)]),
    }
)
reported = st.lists(st.tuples(roles, words, words, words).map(lambda one: Outcome(*one)), max_size=3).map(tuple)
numbers = st.sampled_from([(), ("NCT01234567",), ("NCT07654321", "NCT01234567")])
reports = st.none() | st.tuples(words, reported, numbers, maybe, st.booleans()).map(
    lambda one: Report(one[0], one[1], one[2], submitted=one[3], searched=one[4])
)


@settings(max_examples=150, deadline=None)
@given(st.lists(members, min_size=1, max_size=4), st.booleans(), days, reports)
def test_every_record_is_judged(given: list[dict[str, Any]], complete: bool, as_of: date, reported: Any) -> None:
    found = history(*(version(n, **one) for n, one in enumerate(given, 1)), complete=complete)
    findings = judge_trial(TrialCase(as_of=as_of, registry=found, reported=reported))
    assert [one.rule for one in findings] == [one.id for one in TRIAL_RULES]
    for finding in findings:
        assert finding.sentence and finding.sentence.isprintable()
        assert all(fact.isprintable() and fact.source.isprintable() for fact in finding.facts)  # type: ignore[attr-defined]
        # A failing answer is a question.
        assert finding.status is not Status.FAILS or finding.sentence.endswith("?")
    for _, changed in history_lines(found):
        assert all(one.sentence.isprintable() for one in changed)


@settings(max_examples=25, deadline=None)
@given(st.lists(members, min_size=1, max_size=2))
def test_every_record_is_a_row(given: list[dict[str, Any]]) -> None:
    rows = portfolio_rows([history(version(1, **one)) for one in given], date(2026, 1, 1))
    assert len(rows) == len(given)
    assert portfolio_csv(rows).startswith("number,")
