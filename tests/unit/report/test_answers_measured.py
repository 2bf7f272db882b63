"""How often an answer was wrong is said of each kind that was measured, with the figures of docs/evaluation.md."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import cast

import pytest

from trialseal.outcomes.judgement import Answer
from trialseal.outcomes.measured import Compared
from trialseal.registries.dates import RegistryDate
from trialseal.registries.history import RegistryHistory, RegistryOutcome, RegistryVersion
from trialseal.report.answers_measured import how_often_wrong, of_versions

ROOT = Path(__file__).parents[3]
MEASURED = json.loads(files("trialseal.outcomes").joinpath("measured.json").read_text(encoding="utf-8"))
KINDS = [(compared, answer) for compared, answers in MEASURED.items() for answer in answers]
HEADINGS = {
    "versions": "Registry versions",
    "confirmed": "Registered against published, the outcomes found confirmed as they are",
    "unconfirmed": "Registered against published, as read from the paper's words",
}
ROWS = {
    "question": "questions on what raters call changed",
    "reader": "gets a reader, and is changed",
    "holds": "holds, and is changed",
}


@pytest.mark.parametrize(("compared", "answer"), KINDS)
def test_each_kind_that_was_measured_is_said_with_its_interval(compared: str, answer: str) -> None:
    changed, answers, low, high = MEASURED[compared][answer]
    [said] = how_often_wrong([(cast(Compared, compared), cast(Answer, answer))] * 2)
    assert f"about {round(100 * changed / answers)} ({low} to {high}) were on outcomes" in said
    assert f"({answers} were measured)" in said and low <= 100 * changed / answers <= high
    assert low != high  # so few cases leave nothing certain


@pytest.mark.parametrize(("compared", "answer"), KINDS)
def test_the_page_of_figures_says_the_same(compared: str, answer: str) -> None:
    """Both are written by one run of `make evaluate`."""
    report = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")
    table = report[report.index(f"| **{HEADINGS[compared]}** (") :]
    changed, answers, low, high = MEASURED[compared][answer]
    row = re.search(rf"^\| {ROWS[answer]} \| [\d.]+ \((\d+) of (\d+); ([\d.]+) to ([\d.]+)\)", table, re.MULTILINE)
    assert row and [int(row[1]), int(row[2])] == [changed, answers]
    assert [round(100 * float(row[3])), round(100 * float(row[4]))] == [low, high]


def test_an_answer_that_was_never_given_when_measured_gets_no_sentence() -> None:
    assert not list(how_often_wrong([("unconfirmed", "question")]))


def _history(*measures: str) -> RegistryHistory:
    versions = [
        RegistryVersion(
            number,
            date=f"202{number}-06-01",
            source="a file",
            status="RECRUITING",
            start=RegistryDate("2021-07-01"),
            outcomes=(RegistryOutcome("primary", measure, "", "week 24"),),
        )
        for number, measure in enumerate(measures, 1)
    ]
    return RegistryHistory("NCT00000001", tuple(versions))


@pytest.mark.parametrize(
    ("after", "answer"),
    [("Overall survival", "question"), ("HbA1c", "holds"), ("70 years", "reader"), ("Gesamtüberleben", "reader")],
)
def test_the_kind_is_that_of_the_answer_shown(after: str, answer: str) -> None:
    assert list(of_versions(_history("HbA1c", after))) == [("versions", answer)]


def test_one_version_is_no_comparison() -> None:
    assert not list(of_versions(_history("HbA1c"))) and not list(of_versions(None))
