"""What the rules say of primary outcomes is what the judgement says, whatever the outcomes are."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from registry_cases import AS_OF, ask, history, version

from trialseal.outcomes.judgement import judge_versions
from trialseal.outcomes.model import Outcome
from trialseal.registries.history import RegistryOutcome
from trialseal.rules.finding import Finding, Status
from trialseal.rules.outcome_changes import registered_outcomes_kept
from trialseal.rules.registered_and_reported import RegisteredAndReported, registered_and_reported
from trialseal.rules.reported_outcomes import registered_were_reported, reported_as_registered, reported_were_registered
from trialseal.rules.trial_case import Report, TrialCase

FAILS, UNDETERMINED, HOLDS = Status.FAILS, Status.UNDETERMINED, Status.HOLDS
RULES = (reported_were_registered, registered_were_reported, reported_as_registered)
_MEASURES = st.sampled_from(
    [
        "Pain on a visual analogue scale", "Overall survival", "Progression-free survival (PFS)", "Six-minute walk",
        "Change in HbA1c", "Number of nosebleeds", "Epistaxis", "This test", "to compare two diets",
        "Deaths from any cause", "Composite of death, stroke or infarction", "Mean pain score, by VAS",
    ]
)  # fmt: skip
_TIMES = st.sampled_from(["", "week 12", "3 months", "1 year", "up to 5 years"])
_OUTCOMES = st.lists(st.tuples(st.sampled_from(["primary", "secondary"]), _MEASURES, _TIMES), min_size=1, max_size=4)
Rows = list[tuple[str, str, str]]


def _registered(rows: Rows) -> tuple[RegistryOutcome, ...]:
    return tuple(RegistryOutcome(role, measure, "", when) for role, measure, when in rows)  # type: ignore[arg-type]


def _outcomes(rows: Rows) -> list[Outcome]:
    return [Outcome(role, measure, "", when) for role, measure, when in rows]  # type: ignore[arg-type]


@settings(deadline=None, max_examples=60)
@given(_OUTCOMES, _OUTCOMES)
def test_versions_of_a_record(before: Rows, after: Rows) -> None:
    first = version(1, outcomes=_registered(before), status="NOT_YET_RECRUITING", date="2019-12-01")
    second = version(2, outcomes=_registered(after), date="2020-06-01")
    found = ask(registered_outcomes_kept, first, second, complete=True)
    judged = judge_versions(_outcomes(before), _outcomes(after))
    assert found.status is {"holds": HOLDS, "reader": UNDETERMINED, "question": FAILS}[judged.answer], found.sentence
    if judged.answer != "holds":
        assert judged.differences
        assert judged.differences[0] in found.sentence


@settings(deadline=None, max_examples=60)
@given(_OUTCOMES, _OUTCOMES, st.booleans())
def test_a_paper_beside_its_record(registered: Rows, reported: Rows, confirmed: bool) -> None:
    paper = Report("paper.pdf", tuple(_outcomes(reported)), searched=True, confirmed=confirmed)
    record = version(outcomes=_registered(registered))
    both = registered_and_reported(TrialCase(as_of=AS_OF, registry=history(record), reported=paper))
    assert isinstance(both, RegisteredAndReported)
    found: list[Finding] = [ask(rule, record, reported=paper) for rule in RULES]
    statuses = {one.status for one in found}
    if both.judgement is None:
        assert not any(one.role == "primary" for one in both.registered)
        return
    answer = both.judgement.answer
    told = [one.sentence for one in found]
    if answer == "question":
        assert FAILS in statuses, told
    elif answer == "reader":  # a secondary outcome may raise a question of its own beside it
        assert statuses & {UNDETERMINED, FAILS}, told
    if not confirmed:
        assert FAILS not in statuses, told
    if answer == "reader" and not any(role == "secondary" for role, *_ in (*registered, *reported)):
        assert FAILS not in statuses, told
    if answer == "holds" and not any(role == "secondary" for role, *_ in (*registered, *reported)):
        assert FAILS not in statuses, told


@pytest.mark.parametrize(
    ("registered", "reported"),
    [
        ("Frequency of nosebleeds", "number of epistaxis episodes"),
        ("Heart attack", "incidence of myocardial infarction"),
        ("Hair loss", "alopecia"),
    ],
)
def test_everyday_and_clinical_names_raise_no_question(registered: str, reported: str) -> None:
    record = version(outcomes=(RegistryOutcome("primary", registered, "", "1 year"),))
    paper = Report("paper.csv", (Outcome("primary", reported, "", "12 months"),))
    for rule in RULES:
        assert ask(rule, record, reported=paper).status is not FAILS
