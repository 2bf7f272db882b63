"""`check` as an editor runs it: a record, a manuscript, and what comes out as words, page, letter and JSON."""

from __future__ import annotations

import csv
import json
import os
import re
import sys
import textwrap
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from trialseal.cli import main
from trialseal.report.check.as_json import SCHEMA

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "unit" / "manuscripts"))
from manuscript_files import PAPER, pdf, word  # noqa: E402

PUBLISHED = ROOT / "trials" / "published-outcomes"
DATA = Path(os.environ.get("TRIALSEAL_DATA", ROOT.parent / "shared" / "data")) / "ctgov-v2"
STUDY = json.loads((ROOT / "tests" / "vectors" / "documents" / "ctgov-v2.json").read_text(encoding="utf-8"))
PAIN = {"measure": "Change from baseline in pain", "description": "Numeric rating scale", "timeFrame": "12 weeks"}
QUALITY = {"measure": "Quality of life", "timeFrame": "12 weeks"}
WORK = {"measure": "Days off work", "timeFrame": "12 weeks"}
HARM = {"measure": "Serious adverse events", "timeFrame": "12 weeks"}


@dataclass
class Answer:
    code: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        value = json.loads(self.out)
        if "error" not in value:
            jsonschema.validate(value, json.loads(SCHEMA.read_text(encoding="utf-8")))
        return value

    def finding(self, rule: str) -> Any:
        return next(one for item in self.value["items"] for one in item["findings"] if one["rule"] == rule)


Check = Callable[..., Answer]


@pytest.fixture
def check(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Check:
    """Runs the command in a folder of its own that holds the record of PAPER's trial."""
    monkeypatch.chdir(tmp_path)
    write_record(tmp_path / "NCT01234567.json")

    def run(*words: str | Path) -> Answer:
        capsys.readouterr()
        code = main(["check", *map(str, words)])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Answer(code, captured.out, captured.err)

    return run


def write_record(path: Path, **changes: Any) -> Path:
    study = deepcopy(STUDY)
    protocol = study["protocolSection"]
    protocol["identificationModule"]["nctId"] = "NCT01234567"
    protocol["identificationModule"].pop("secondaryIdInfos")
    protocol["statusModule"] = {
        "overallStatus": "COMPLETED",
        "startDateStruct": {"date": "2021-03-03", "type": "ACTUAL"},
        "primaryCompletionDateStruct": {"date": "2022-09-30", "type": "ACTUAL"},
        "completionDateStruct": {"date": "2022-09-30", "type": "ACTUAL"},
        "studyFirstSubmitDate": changes.get("submitted", "2021-01-10"),
        "lastUpdateSubmitDate": "2022-11-02",
    }
    protocol["outcomesModule"] = {
        "primaryOutcomes": changes.get("primary", [PAIN]),
        "secondaryOutcomes": changes.get("secondary", [QUALITY, WORK, HARM]),
    }
    if "title" in changes:
        protocol["identificationModule"]["briefTitle"] = changes["title"]
    study.pop("resultsSection", None)
    path.write_text(json.dumps(study), encoding="utf-8")
    return path


def write_paper(path: Path, text: str = PAPER) -> Path:
    if path.suffix == ".pdf":
        lines = [row for line in text.splitlines() for row in textwrap.wrap(line, 70)]
        path.write_bytes(pdf([lines[:22], lines[22:]]))
    elif path.suffix == ".docx":
        path.write_bytes(word([("", line) for line in text.splitlines()]))
    else:
        path.write_text(text, encoding="utf-8")
    return path


def write_outcomes(path: Path, *rows: tuple[str, str, str]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("role", "measure", "time_frame"), *rows])
    return path


AS_REGISTERED = (
    ("primary", "Change from baseline in pain", "12 weeks"),
    ("secondary", "Quality of life", "12 weeks"),
    ("secondary", "Days off work", "12 weeks"),
    ("secondary", "Serious adverse events", "12 weeks"),
)


# ----- an editor's way -----


@pytest.mark.parametrize("name", ["paper.pdf", "paper.docx", "paper.txt"])
def test_a_manuscript_names_its_record_and_its_outcomes(check: Check, tmp_path: Path, name: str) -> None:
    write_paper(tmp_path / name)
    found = check("--reported", name, "--json")
    value = found.value
    assert value["trial"]["number"] == "NCT01234567"
    assert [row["reported"][0]["measure"]["text"] for row in value["outcomes"] if row["reported"]] == [
        "change from baseline in pain",
        "quality of life at 12 weeks",
        "days off work",
        "serious adverse events",
    ]
    assert all(row["answer"] in ("holds", "undetermined") for row in value["outcomes"])
    assert found.finding("registered-before-enrolment")["answer"] == "holds"
    assert found.finding("reported-were-registered")["answer"] == "holds"
    assert found.code == value["exit_code"] == 2
    said = {quote["text"] for item in value["items"] for quote in item["quotes"]}
    assert "One interim analysis was planned." in said
    assert any("patterns and nobody has confirmed" in notice for notice in value["notices"])


def test_outcomes_are_written_corrected_and_read_again(check: Check, tmp_path: Path) -> None:
    write_paper(tmp_path / "paper.pdf")
    first = check("--reported", "paper.pdf", "--outcomes-out", "found.csv")
    assert "4 outcomes, 1 of them primary written to found.csv" in first.out
    with (tmp_path / "found.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["place"] == "page 1, lines 19 to 20"
    assert rows[0]["quote"].startswith("The primary outcome was the change from baseline in pain")
    rows[0]["measure"] = "Death from any cause"
    for row in rows:
        row["confirmed"] = "yes"
    with (tmp_path / "found.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=";")  # as a European Excel saves it
        writer.writeheader()
        writer.writerows(rows)
    confirmed = (tmp_path / "found.csv").read_bytes()
    refused = check("--reported", "paper.pdf", "--outcomes-out", "found.csv")
    assert refused.code == 3 and "found.csv is there already, with other content" in refused.err
    assert (tmp_path / "found.csv").read_bytes() == confirmed
    again = check("--reported", "paper.pdf", "--outcomes", "found.csv", "--json")
    assert not any("nobody has confirmed" in notice for notice in again.value["notices"])
    # Confirmed, it is certain; and what the paper says of a change is about another outcome.
    assert again.finding("reported-were-registered")["answer"] == "fails"
    assert again.code == 1
    told = "In 2021 death from any cause replaced pain as the primary outcome."
    write_paper(
        tmp_path / "paper.pdf", PAPER.replace("The protocol was amended once", f"{told} The protocol was amended")
    )
    explained = check("--reported", "paper.pdf", "--outcomes", "found.csv", "--json")
    assert explained.finding("reported-were-registered")["answer"] == "undetermined"
    assert any(told in fact["text"] for fact in explained.finding("reported-were-registered")["facts"])


def test_a_replaced_primary_outcome_is_asked_about_with_both_texts(check: Check, tmp_path: Path) -> None:
    write_outcomes(tmp_path / "o.csv", ("primary", "Death from any cause", "1 year"), *AS_REGISTERED[1:])
    found = check(
        "NCT01234567.json", "--reported", "o.csv", "--query", "q.txt", "--markdown", "r.md", "--html", "r.html"
    )
    assert found.code == 1
    letter = " ".join((tmp_path / "q.txt").read_text(encoding="utf-8").split())
    version = "NCT01234567, record of 2022-11-02, primary outcome"
    assert f"The record says ({version}): “Change from baseline in pain [12 weeks]”" in letter
    assert "The manuscript says (o.csv, primary outcome): “Death from any cause [1 year]”" in letter
    assert "No explanation found in NCT01234567.json and o.csv." in letter
    assert not re.search(r"switch|hidden|missing|misconduct|wrong", letter, re.IGNORECASE)
    assert "raises a question" in (tmp_path / "r.md").read_text(encoding="utf-8")
    assert "Death from any cause" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_a_demoted_primary_outcome_is_asked_about(check: Check, tmp_path: Path) -> None:
    demoted = [
        ("secondary", *AS_REGISTERED[0][1:]),
        ("primary", *AS_REGISTERED[2][1:]),
        AS_REGISTERED[1],
        AS_REGISTERED[3],
    ]
    write_outcomes(tmp_path / "o.csv", *demoted)
    found = check("NCT01234567.json", "--reported", "o.csv", "--json")
    assert found.code == 1
    codes = {change["code"] for row in found.value["outcomes"] for change in row["changes"]}
    assert {"primary-demoted", "primary-promoted"} <= codes
    assert len(found.value["questions"]) >= 2


def test_all_as_registered(check: Check, tmp_path: Path) -> None:
    write_outcomes(tmp_path / "o.csv", *AS_REGISTERED)
    found = check("NCT01234567.json", "--reported", "o.csv", "--json", "--as-of", "2022-12-01")
    for rule in ("reported-were-registered", "registered-were-reported", "reported-as-registered"):
        assert found.finding(rule)["answer"] == "holds"
    assert found.value["questions"] == []


def test_a_late_registration_is_asked_about_without_any_report(check: Check, tmp_path: Path) -> None:
    write_record(tmp_path / "NCT01234567.json", submitted="2021-09-01")
    found = check("NCT01234567", "--json")
    assert found.code == 1
    assert found.finding("registered-before-enrolment")["answer"] == "fails"
    assert found.value["questions"][0]["item"] == "2"


def test_the_results_section_can_be_what_is_reported(check: Check, tmp_path: Path) -> None:
    study = json.loads((tmp_path / "NCT01234567.json").read_text(encoding="utf-8"))
    study["resultsSection"] = {
        "outcomeMeasuresModule": {
            "outcomeMeasures": [
                {"type": "PRIMARY", "title": PAIN["measure"], "timeFrame": "12 weeks"},
                {"type": "POST_HOC", "title": "Steps a day", "timeFrame": "12 weeks"},
            ]
        }
    }
    (tmp_path / "results.json").write_text(json.dumps(study), encoding="utf-8")
    found = check("NCT01234567.json", "--reported", "results.json", "--json")
    assert found.finding("reported-were-registered")["answer"] == "holds"
    assert found.value["outcomes"][0]["reported"][0]["place"] == "results section, outcome measure 1"


def test_earlier_versions_show_what_the_record_changed(check: Check, tmp_path: Path) -> None:
    history = tmp_path / "history"
    history.mkdir()
    first = write_record(
        history / "NCT01234567__2021-01-10.json", primary=[{"measure": "Death", "timeFrame": "1 year"}]
    )
    study = json.loads(first.read_text(encoding="utf-8"))
    study["protocolSection"]["statusModule"] |= {
        "lastUpdateSubmitDate": "2021-01-10",
        "overallStatus": "NOT_YET_RECRUITING",
    }
    study["protocolSection"]["statusModule"]["startDateStruct"]["type"] = "ESTIMATED"
    first.write_text(json.dumps(study), encoding="utf-8")
    found = check("NCT01234567.json", "--history", "history", "--json", "--html", "h.html")
    assert found.finding("registered-outcomes-kept")["answer"] == "fails"
    assert found.value["phases"][0]["outcomes"]
    assert "Outcomes within the record" in (tmp_path / "h.html").read_text(encoding="utf-8")


def test_a_primary_outcome_that_the_record_replaced_is_asked_about_with_both_texts(
    check: Check, tmp_path: Path
) -> None:
    def listed(number: int, day: str, status: str, text: str) -> dict[str, Any]:
        outcome = {"section": "Primary Outcome Measures", "label": "1.", "text": text}
        return {
            "version": number,
            "date": day,
            "overall_status": status,
            "start_date": "2021-03-01",
            "outcomes": [outcome],
        }

    versions = [
        listed(1, "2021-01-10", "Not yet recruiting", "Death [ Time Frame: 1 year ]"),
        listed(2, "2021-06-10", "Recruiting", "Pain on a scale [ Time Frame: 12 weeks ]"),
    ]
    history = {"trial_id": "NCT01234567", "total_versions": 2, "versions": versions}
    (tmp_path / "h.jsonl").write_text(json.dumps(history) + "\n", encoding="utf-8")
    (tmp_path / "NCT01234567.json").unlink()
    found = check("NCT01234567", "--history", "h.jsonl", "--json", "--query", "q.txt")
    [question] = [one for one in found.value["questions"] if one["item"] == "10"]
    assert [one["text"] for one in question["record"]] == ["Death [1 year]", "Pain on a scale [12 weeks]"]
    assert [one["place"] for one in question["record"]] == [
        "NCT01234567, version 1 of 2021-01-10, primary outcome",
        "NCT01234567, version 2 of 2021-06-10, primary outcome",
    ]
    assert "we read the public record" in (tmp_path / "q.txt").read_text(encoding="utf-8")


def test_a_number_in_the_introduction_is_another_trials(check: Check, tmp_path: Path) -> None:
    write_paper(tmp_path / "paper.txt")
    found = check("--reported", "paper.txt", "--json")
    assert any("speaks of other trials too (NCT07654321" in notice for notice in found.value["notices"])
    assert found.finding("numbers-agree")["answer"] == "holds"


def test_the_reply_travels_with_the_report_and_changes_no_answer(check: Check, tmp_path: Path) -> None:
    write_outcomes(tmp_path / "o.csv", ("primary", "Death from any cause", "1 year"))
    (tmp_path / "reply.txt").write_text("We answered this <b>before</b>.\n\nSee page 4.", encoding="utf-8")
    plain = check("NCT01234567.json", "--reported", "o.csv", "--json")
    found = check(
        "NCT01234567.json",
        "--reported",
        "o.csv",
        "--reply",
        "reply.txt",
        "--json",
        "--html",
        "r.html",
        "--markdown",
        "r.md",
    )
    assert found.value["reply"]["text"].startswith("We answered this")
    assert found.code == plain.code == 1
    assert "We answered this &lt;b&gt;before&lt;/b&gt;." in (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "> We answered this \\<b\\>before\\</b\\>." in (tmp_path / "r.md").read_text(encoding="utf-8")


def test_interactive_lets_the_editor_correct_each(
    check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_paper(tmp_path / "paper.txt")
    answers = iter(["", "d", "p", "e", "Severe harm", "by week 12", "Steps a day", "o", "12 weeks", ""])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda question: next(answers))
    check("--reported", "paper.txt", "--interactive", "--outcomes-out", "kept.csv")
    with (tmp_path / "kept.csv").open(encoding="utf-8-sig", newline="") as file:
        kept = [(row["role"], row["measure"], row["time_frame"]) for row in csv.DictReader(file)]
    assert kept == [
        ("primary", "change from baseline in pain", "at 12 weeks"),
        ("primary", "days off work", ""),
        ("secondary", "Severe harm", "by week 12"),
        ("other", "Steps a day", "12 weeks"),
    ]
