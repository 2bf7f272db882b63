"""No failing finding without a question in a letter, and no 'no question' where anything is open: over made cases."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.rules.registry_cases import NUMBER, history, on, version

from trialseal.outcomes.model import Outcome
from trialseal.registries.history import RegistryOutcome
from trialseal.report.check.page import check_html
from trialseal.report.check.query import note_text, query_text
from trialseal.report.check.questions import OUTCOME_RULES, RECORD_RULE, SPONSORS_RULES
from trialseal.report.check.report import Brought, check_view
from trialseal.report.check.view import CheckView
from trialseal.rules.finding import Fact, Finding, Status
from trialseal.rules.trial_case import Report, TrialCase
from trialseal.rules.trial_catalogue import TRIAL_RULES, judge_trial

MEASURES = (
    ("Death from any cause", "28 days"), ("Death from any cause", "90 days"), ("Pain on a scale", "12 weeks"),
    ("Pain on a scale", "6 weeks"), ("Quality of life", "1 year"), ("Change in weight", "6 months"),
    ("Change in HbA1c", "6 months"), ("Adverse events", ""),
)  # fmt: skip
ROLES = ("primary", "secondary", "other")
outcomes = st.lists(st.tuples(st.sampled_from(ROLES), st.sampled_from(MEASURES)), max_size=5)


def registered(listed: list[Any]) -> tuple[RegistryOutcome, ...]:
    return tuple(RegistryOutcome(role, measure, "", when) for role, (measure, when) in listed)


def reported(listed: list[Any], **members: Any) -> Report:
    found = tuple(Outcome(role, measure, "", when, source="page 2") for role, (measure, when) in listed)
    return Report("paper.pdf", found, numbers=(NUMBER,), searched=True, **members)


def viewed(case: TrialCase) -> tuple[CheckView, tuple[Finding, ...]]:
    findings = judge_trial(case)
    return check_view(case, findings, Brought()), findings


def flat(text: str) -> str:
    return " ".join(text.split())


@settings(max_examples=150, deadline=None)
@given(
    before=outcomes, now=outcomes, said=st.none() | outcomes, confirmed=st.booleans(), several=st.booleans(),
    first=st.sampled_from(["2019-12-01", "2020-06-01"]), status=st.sampled_from(["RECRUITING", "COMPLETED", "UNKNOWN"]),
    whole=st.booleans(),
)  # fmt: skip
def test_a_failing_finding_is_asked_in_a_letter_and_nothing_open_is_called_settled(
    before: list[Any], now: list[Any], said: list[Any] | None, confirmed: bool, several: bool, first: str,
    status: str, whole: bool,
) -> None:  # fmt: skip
    members: dict[str, Any] = {} if whole else {"whole": None}
    versions = [version(1, date="2019-12-02", outcomes=registered(before), first_submitted=first, **members)]
    if several:
        done = on("2021-05-01")
        versions.append(
            version(2, date="2021-06-01", outcomes=registered(now), first_submitted=first, status=status,
                    primary_completion=done, **members)
        )  # fmt: skip
    report = None if said is None else reported(said, confirmed=confirmed)
    case = TrialCase(as_of=date(2026, 1, 1), registry=history(*versions, complete=True), reported=report)
    view, findings = viewed(case)
    failing = {one.rule for one in findings if one.status is Status.FAILS}
    assert failing == {rule for one in view.questions for rule in one.rules}
    letter, note = flat(query_text(view)), flat(note_text(view))
    for one in view.questions:
        assert flat(one.ask) in (letter if one.to == "authors" else note)
    open_ = view.questions or (report is not None and (not report.confirmed or not report.outcomes))
    if open_ or view.unsettled:
        assert "have no question" not in letter
    if not failing and report is not None and (view.unsettled or not report.confirmed):
        assert view.exit_code == 2
        assert view.answer != "holds"
    assert (view.exit_code == 1) == bool(failing) == (view.answer == "fails")


def test_a_settled_check_says_that_there_is_no_question() -> None:
    same = [("primary", MEASURES[0]), ("secondary", MEASURES[2])]
    described = tuple(one._replace(description="as a nurse notes it") for one in registered(same))
    one = version(outcomes=described, first_submitted="2020-01-01")
    said = {"data-sharing": Fact("“Data are available.”", "paper.pdf, page 9")}
    paper = reported(same)._replace(
        outcomes=tuple(one._replace(description="as a nurse notes it") for one in reported(same).outcomes),
        statements=said,
    )
    case = TrialCase(as_of=date(2020, 6, 1), registry=history(one, complete=True), reported=paper)
    view, _ = viewed(case)
    assert view.unsettled == ()
    assert "have no question" in flat(query_text(view))
    unconfirmed, _ = viewed(TrialCase(case.as_of, case.registry, reported=paper._replace(confirmed=False)))
    letter = flat(query_text(unconfirmed))
    assert "not yet read by a person" in letter
    assert "have no question" not in letter
    assert "nobody has confirmed" in unconfirmed.headline.casefold()


def test_duties_of_the_sponsor_are_not_asked_of_authors() -> None:
    late = version(
        first_submitted="2020-06-01", status="COMPLETED", date="2021-06-01", start=on("2020-01-15"),
        primary_completion=on("2020-12-01"), completion=on("2020-12-01"),
    )  # fmt: skip
    view, findings = viewed(TrialCase(as_of=date(2026, 1, 1), registry=history(late)))
    failing = {one.rule for one in findings if one.status is Status.FAILS}
    assert {"registered-before-enrolment", "fdaaa-registered"} <= failing
    letter, note = flat(query_text(view)), flat(note_text(view))
    assert "42 CFR" not in letter
    assert [one.to for one in view.questions if "fdaaa-registered" in one.rules] == ["sponsor"]
    assert [one.to for one in view.questions if "registered-before-enrolment" in one.rules] == ["authors"]
    assert "about the sponsor's duties" in letter
    assert "To the party responsible for" in note


def test_every_rule_named_for_a_letter_is_a_rule() -> None:
    assert SPONSORS_RULES | OUTCOME_RULES | {RECORD_RULE} <= {one.id for one in TRIAL_RULES}


def test_an_outcome_in_place_of_another_is_not_called_the_same() -> None:
    case = TrialCase(
        date(2020, 6, 1), history(version(outcomes=registered([("primary", MEASURES[0])]))),
        reported=reported([("primary", MEASURES[4])]),
    )  # fmt: skip
    view, findings = viewed(case)
    assert "reported-were-registered" in {one.rule for one in findings if one.status is Status.FAILS}
    said = next(one for one in findings if one.rule == "reported-as-registered")
    assert said.status is Status.DOES_NOT_APPLY
    assert "no difference" not in said.sentence
    assert view.exit_code == 1


def test_sixteen_outcomes_of_one_kind_are_one_question() -> None:
    base = [("primary", MEASURES[0])]
    organs = ("liver", "kidney", "heart", "lung", "skin", "brain", "bone", "eye", "ear", "nose", "tooth", "spleen",
              "thyroid", "pancreas", "colon", "bladder")  # fmt: skip
    added = [("secondary", (f"Biopsy score of the {organ}", "2 years")) for organ in organs]
    case = TrialCase(
        date(2020, 6, 1), history(version(outcomes=registered(base), first_submitted="2020-01-01"), complete=True),
        reported=reported([*base, *added]),
    )  # fmt: skip
    view, _ = viewed(case)
    asked = [one for one in view.questions if "reported-were-registered" in one.rules]
    assert len(asked) == 1
    assert len(asked[0].paper) == 16
    letter = flat(query_text(view))
    assert all(f"“Biopsy score of the {organ} [2 years]”" in letter for organ in organs)
    assert letter.count("Was this outcome planned") + letter.count("was this outcome planned") == 1


def test_tooltips_of_a_record_claim_nothing_of_a_chain() -> None:
    view, _ = viewed(TrialCase(as_of=date(2026, 1, 1), registry=history()))
    page = check_html(view)
    drawing = page[page.index("<svg") :]
    assert "<title>" in drawing
    assert "sealed" not in "".join(part.partition("</title>")[0] for part in drawing.split("<title>")[1:])
    assert "UTC" not in drawing


@pytest.mark.parametrize("confirmed", [True, False])
def test_measured_reliability_stands_beside_the_answers(confirmed: bool) -> None:
    same = [("primary", MEASURES[0])]
    case = TrialCase(
        date(2026, 1, 1), history(version(outcomes=registered(same))), reported=reported(same, confirmed=confirmed)
    )
    view, _ = viewed(case)
    assert len(view.measured) == 1
    assert "of 100 such answers" in view.measured[0]
    assert view.measured[0] in check_html(view).replace("&#x27;", "'")


def test_a_note_without_questions_says_how_much_of_the_duties_is_not_known() -> None:
    one = version(outcomes=registered([("primary", MEASURES[0])]), first_submitted="2019-12-01", whole=None)
    view, findings = viewed(TrialCase(date(2021, 6, 1), history(one)))
    unknown = [one for one in findings if one.status is Status.UNDETERMINED and one.rule in SPONSORS_RULES]
    assert not view.asked_of("sponsor")
    assert len(unknown) > 1
    assert f"; {len(unknown)} checks of its duties cannot be determined." in flat(note_text(view))


def test_letter_and_page_count_alike_what_cannot_be_determined() -> None:
    one = version(outcomes=registered([("primary", MEASURES[0])]), first_submitted="2019-12-01", whole=None)
    paper = reported([("primary", MEASURES[4])])
    view, findings = viewed(TrialCase(date(2026, 1, 1), history(one), reported=paper))
    whose = [finding.rule in SPONSORS_RULES for finding in findings if finding.status is Status.UNDETERMINED]
    assert any(whose) and not all(whose)  # of both kinds
    assert f"{len(whose)} cannot be determined" in view.headline
    words = f"{len(whose)} checks cannot be determined, {sum(whose)} of them about the sponsor's duties"
    assert words in flat(query_text(view))


def test_a_letter_names_the_records_own_date_and_the_day_of_the_comparison() -> None:
    one = version(date="2020-06-03", outcomes=registered([("primary", MEASURES[0])]), first_submitted="2019-12-01")
    view, _ = viewed(TrialCase(date(2026, 1, 1), history(one), reported=reported([("primary", MEASURES[4])])))
    words = f"On 2026-01-01 we read the public record of {NUMBER}, last updated on 2020-06-03"
    assert words in flat(query_text(view))


def test_of_outcomes_in_one_sentence_each_question_names_its_own() -> None:
    one = version(outcomes=registered([("primary", MEASURES[0])]), first_submitted="2019-12-01")
    said = reported([("primary", MEASURES[0]), ("secondary", MEASURES[4]), ("secondary", MEASURES[5])])
    sentence = "Secondary outcomes were quality of life and change in weight."
    quotes = {measure: sentence for measure, _ in MEASURES[4:6]}
    case = TrialCase(date(2026, 1, 1), history(one), reported=said)
    view = check_view(case, judge_trial(case), Brought(quotes=quotes))
    letter = flat(query_text(view))
    assert "1. 2 secondary outcomes: reported as secondary, not found among those registered (CONSORT" in letter
    assert f"on “Quality of life [1 year]”): “{sentence}”" in letter
    assert f"on “Change in weight [6 months]”): “{sentence}”" in letter
