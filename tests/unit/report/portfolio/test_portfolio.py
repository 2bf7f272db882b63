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

from trialseal.errors import UsageError
from trialseal.registries.history import RegistryHistory
from trialseal.registries.history_lists import history_from
from trialseal.registries.reading import histories_in
from trialseal.report.check.registry_changes import changes, history_lines, summed_up
from trialseal.report.portfolio.page import portfolio_html
from trialseal.report.portfolio.replies import read_replies
from trialseal.report.portfolio.table import open_trials, portfolio_csv, portfolio_rows, status_counts
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
    rows = portfolio_rows([history(), history("NCT07654321", "Pain", "Deaths from any cause")], AS_OF)
    assert [row["number"] for row in rows] == ["NCT01234567", "NCT07654321"]
    assert {rule.id for rule in TRIAL_RULES} <= set(rows[0]) == set(rows[1])
    assert [row["outcomes changed during recruitment"] for row in rows] == ["none", "major"]
    assert [row["registered-outcomes-kept"] for row in rows] == ["holds", "fails"]
    counts = {row["rule"]: row for row in status_counts(rows)}
    assert counts["registered-outcomes-kept"]["fails"] == "1"
    assert "consent-audit" not in counts  # asked of none of them


def test_the_page_says_how_often_such_answers_were_wrong() -> None:
    kept, changed = history(), history("NCT07654321", "Pain", "Deaths from any cause")
    page = portfolio_html(portfolio_rows([kept, changed], AS_OF), AS_OF)
    assert page.count("between versions of a record: of 100 such answers about ") == 2
    page = portfolio_html(portfolio_rows([changed], AS_OF), AS_OF)
    assert "Where trialseal asks the authors about a primary outcome, between versions" in page
    assert "Where it finds no difference" not in page
    assert "of 100 such answers" not in portfolio_html(portfolio_rows([history("NCT01234567", "Pain")], AS_OF), AS_OF)


def test_the_reader_s_word_on_the_type_of_study() -> None:
    for interventional, status in ((False, "undetermined"), (True, "fails")):
        [row] = portfolio_rows([history()], AS_OF, interventional=interventional)
        assert row["registered-before-enrolment"] == status


def test_a_text_that_a_spreadsheet_would_run_is_made_harmless() -> None:
    [row] = portfolio_rows([history()], AS_OF)
    [row] = csv.DictReader(io.StringIO(portfolio_csv([row | {"sponsor": "=HYPERLINK(1)"}])))
    assert row["sponsor"] == "'=HYPERLINK(1)"
    assert row["number"] == "NCT01234567"


def test_the_page_has_the_plots_and_runs_nothing() -> None:
    named = history("NCT01234567", "<script>alert(1)</script>", "<b>血压</b>")
    page = portfolio_html(portfolio_rows([named], AS_OF, interventional=True), AS_OF, ["<img src=x onerror=y>"])
    assert page.count("<svg ") >= 2
    assert "<script" not in page and "<img" not in page and "&lt;img" in page
    assert not re.findall(r'(?:src|href)="(?!#)', page)
    assert "rank no sponsor" in re.sub(r"\s+", " ", page)
    assert page == portfolio_html(portfolio_rows([named], AS_OF, interventional=True), AS_OF, ["<img src=x onerror=y>"])


def test_a_page_about_trials_that_no_rule_applies_to() -> None:
    one = history(overall_status="Withdrawn", start_date="NA")
    page = portfolio_html(portfolio_rows([one], AS_OF), AS_OF)
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
    rows = portfolio_rows(histories, AS_OF)
    assert len(rows) == 109
    pfizer, stopped, observed = (
        next(row for row in rows if row["number"] == number) for number in ("NCT04368728", "NCT01668784", "NCT05594173")
    )
    for row in (pfizer, stopped, observed):
        assert "fails" not in {row[rule.id] for rule in TRIAL_RULES}
    assert pfizer["fdaaa-results"] == "holds"
    assert pfizer["primary outcomes"] == 64
    assert stopped["results-after-completion"] == "holds"
    assert observed["registered-before-enrolment"] == "does-not-apply"
    assert "<svg " in portfolio_html(rows, AS_OF)


def test_which_trials_have_questions_and_which_stands_first() -> None:
    switched = history("NCT00000002", "Pain", "Deaths from any cause")
    rows = portfolio_rows([history(), switched], AS_OF, interventional=True)
    trials = open_trials(rows)
    asked = [one for one in trials if one.questions]
    assert {one.number for one in asked} == {row["number"] for row in rows if row["exit code"] == 1}
    assert "registered-outcomes-kept" in {rule for one in asked for rule, _ in one.questions if one.number[-1] == "2"}
    assert [len(one.questions) for one in trials] == sorted((len(one.questions) for one in trials), reverse=True)
    page = portfolio_html(rows, AS_OF)
    assert page.index("Trials with open questions") < page.index("Registered before enrolment")
    for one in asked:
        assert one.number in page
        assert all(f"<code>{rule}</code>" in page for rule, _ in one.questions)
    verb = "has" if len(asked) == 1 else "have"
    assert f"{len(asked)} of 2 trials {verb} open questions" in page


# ----- the sponsors' answers -----


def test_answers_stand_beside_the_questions_and_there_is_room_where_none_was_given() -> None:
    rows = portfolio_rows([history(), history("NCT00000002")], AS_OF, interventional=True)
    assert all(row["exit code"] == 1 for row in rows)
    text = "number,reply,date\nnct00000002,<b>It was registered elsewhere.</b>,2026-02\nNCT00000002,See ISRCTN.,\n"
    page = portfolio_html(rows, AS_OF, replies=read_replies(text, "replies.csv"))
    first, second = re.findall(r"<tr><td data-name=Trial>.*?</tr>", page)
    assert "NCT00000002" in first and "none given" in second
    assert "&lt;b&gt;It was registered elsewhere.&lt;/b&gt;" in first and "2026-02" in first and "See ISRCTN." in first
    assert "record of" in first and "Cannot be determined" in first


def test_an_answer_about_a_trial_without_a_question_is_shown_too() -> None:
    calm = history(overall_status="Withdrawn", start_date="NA")
    page = portfolio_html(
        portfolio_rows([calm], AS_OF), AS_OF, replies=read_replies("reply,number\nIt never began.,NCT01234567\n", "r")
    )
    assert page.index("Answers about trials without an open question") < page.index("It never began.")


def test_what_cannot_be_determined_is_said_with_the_record_s_date_and_why() -> None:
    [row] = portfolio_rows([history()], AS_OF)
    [one] = open_trials([row])
    assert one.unknown and not one.questions
    page = portfolio_html([row], AS_OF)
    assert f"<b>NCT01234567</b>, record of {one.seen}" in page
    assert one.unknown[0][1].split(":")[0][:30] in page


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no column number"),
        ("number,answer\n", "no column reply"),
        ("number,reply\nabc,Yes.\n", "row 2: 'abc' is not a registry number"),
        ("number,reply\n\nNCT01234567,\n", "row 3: the reply is empty"),
        ("number,reply,date\nNCT01234567,Yes.,yesterday\n", "row 2: "),
        ("number,reply\nNCT01234567," + "x" * 20_001, "20,001 characters"),
        ('number,reply\nNCT01234567,"open', "not CSV"),
    ],
)
def test_a_file_of_answers_that_is_none_says_where_and_what_to_do(text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_replies(text, "replies.csv")
    assert str(caught.value).startswith("replies.csv")
    assert said in str(caught.value)
