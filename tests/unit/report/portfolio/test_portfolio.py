"""Many trials as a table and a page: every rule a column, nothing executed, no sponsor ranked."""

from __future__ import annotations

import csv
import io
import os
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from trialseal.registries.history import RegistryHistory
from trialseal.registries.history_lists import history_from
from trialseal.registries.reading import histories_in
from trialseal.report.check.registry_changes import changes, history_lines, summed_up
from trialseal.report.portfolio.page import portfolio_html
from trialseal.report.portfolio.table import open_trials, portfolio_csv, portfolio_frame, status_counts
from trialseal.rules.trial_catalogue import TRIAL_RULES

AS_OF = date(2026, 1, 1)
DATA = Path(os.environ.get("TRIALSEAL_DATA", Path(__file__).parents[5] / "shared" / "data"))


def history(number: str = "NCT01234567", *measures: str, **members: Any) -> RegistryHistory:
    versions = [
        {
            "date": f"201{n}-03-10",
            "overall_status": "Recruiting",
            "start_date": "2010-02-01",
            "outcomes": [{"section": "Primary Outcome Measures", "text": f"{measure} [ Time Frame: 12 weeks ]"}],
        }
        | members
        for n, measure in enumerate(measures or ("Pain", "Pain"))
    ]
    return history_from({"trial_id": number, "versions": versions}, "h")


def test_a_row_a_trial_and_a_column_a_rule() -> None:
    frame = portfolio_frame([history(), history("NCT07654321", "Pain", "Deaths from any cause")], AS_OF)
    assert list(frame["number"]) == ["NCT01234567", "NCT07654321"]
    assert {rule.id for rule in TRIAL_RULES} <= set(frame.columns)
    assert list(frame["outcomes changed during recruitment"]) == ["none", "major"]
    assert list(frame["registered-outcomes-kept"]) == ["holds", "fails"]
    counts = {row["rule"]: row for row in status_counts(frame)}
    assert counts["registered-outcomes-kept"]["fails"] == "1"
    assert "consent-audit" not in counts  # asked of none of them


def test_the_reader_s_word_on_the_type_of_study() -> None:
    for interventional, status in ((False, "undetermined"), (True, "fails")):
        frame = portfolio_frame([history()], AS_OF, interventional=interventional)
        assert list(frame["registered-before-enrolment"]) == [status]


def test_a_text_that_a_spreadsheet_would_run_is_made_harmless() -> None:
    frame = portfolio_frame([history()], AS_OF).assign(sponsor="=HYPERLINK(1)")
    [row] = csv.DictReader(io.StringIO(portfolio_csv(frame)))
    assert row["sponsor"] == "'=HYPERLINK(1)"
    assert row["number"] == "NCT01234567"


def test_the_page_has_the_plots_and_runs_nothing() -> None:
    named = history("NCT01234567", "<script>alert(1)</script>", "<b>血压</b>")
    page = portfolio_html(portfolio_frame([named], AS_OF, interventional=True), AS_OF, ["<img src=x onerror=y>"])
    assert page.count("<svg ") >= 2
    assert "<script" not in page and "<img" not in page and "&lt;img" in page
    assert not re.findall(r'(?:src|href)="(?!#)', page)
    assert "rank no sponsor" in re.sub(r"\s+", " ", page)
    assert page == portfolio_html(
        portfolio_frame([named], AS_OF, interventional=True), AS_OF, ["<img src=x onerror=y>"]
    )


def test_a_page_about_trials_that_no_rule_applies_to() -> None:
    one = history(overall_status="Withdrawn", start_date="NA")
    page = portfolio_html(portfolio_frame([one], AS_OF), AS_OF)
    assert "No trial given has both dates to the day" in page


def test_what_changed_between_versions() -> None:
    before, after = history("NCT01234567", "Pain", "Deaths from any cause").versions
    found = changes(before, after)
    assert found[0].severity.value == "major"
    assert summed_up([]) == "nothing in dates, status and outcomes"
    lines = list(history_lines(history()))
    assert [len(found) for _, found in lines] == [0, 0]


@pytest.mark.skipif(not (DATA / "histories").is_dir(), reason="no histories/ under TRIALSEAL_DATA")
def test_every_real_record_and_history_is_judged() -> None:
    histories = histories_in(DATA / "ctgov-v2") + histories_in(DATA / "histories")
    frame = portfolio_frame(histories, AS_OF).set_index("number")
    assert len(frame) == 109
    rules = [rule.id for rule in TRIAL_RULES]
    pfizer, stopped, observed = frame.loc["NCT04368728"], frame.loc["NCT01668784"], frame.loc["NCT05594173"]
    assert "fails" not in set(pfizer[rules])
    assert pfizer["fdaaa-results"] == "holds"
    assert pfizer["primary outcomes"] == 64
    assert "fails" not in set(stopped[rules])
    assert stopped["results-after-completion"] == "holds"
    assert observed["registered-before-enrolment"] == "does-not-apply"
    assert "fails" not in set(observed[rules])
    assert "<svg " in portfolio_html(frame.reset_index(), AS_OF)


def test_which_trials_have_questions_and_which_stands_first() -> None:
    switched = history("NCT00000002", "Pain", "Deaths from any cause")
    frame = portfolio_frame([history(), switched], AS_OF, interventional=True)
    trials = open_trials(frame)
    asked = [one for one in trials if one.questions]
    assert {one.number for one in asked} == set(frame[frame["exit code"] == 1]["number"])
    assert "registered-outcomes-kept" in {rule for one in asked for rule, _ in one.questions if one.number[-1] == "2"}
    assert [len(one.questions) for one in trials] == sorted((len(one.questions) for one in trials), reverse=True)
    page = portfolio_html(frame, AS_OF)
    assert page.index("Trials with open questions") < page.index("Registered before enrolment")
    for one in asked:
        assert one.number in page
        assert all(f"<code>{rule}</code>" in page for rule, _ in one.questions)
    verb = "has" if len(asked) == 1 else "have"
    assert f"{len(asked)} of 2 trials {verb} open questions" in page
