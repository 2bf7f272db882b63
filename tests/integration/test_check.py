"""`check` as an editor runs it: a record, a manuscript, and what comes out as words, page, letter and JSON."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
import textwrap
import time
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
        "NCT01234567, version 1 of 2021-01-10",
        "NCT01234567, version 2 of 2021-06-10",
    ]
    assert "We read the public record" in (tmp_path / "q.txt").read_text(encoding="utf-8")


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


# ----- what is not there, or wrong -----


def test_it_says_where_to_download_what_is_not_there(check: Check, tmp_path: Path) -> None:
    found = check("NCT07654321")
    assert found.code == 3
    assert "https://clinicaltrials.gov/api/v2/studies/NCT07654321" in found.err
    assert "history" in found.err


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("Methods\nWe did things. NCT01234567.\n", 2, "no sentence was found in paper.txt that states its outcomes"),
        ("Methods\nThe primary outcome was pain.\n", 3, "names no registry number"),
        ("Abstract\nTrial registration: NCT01234567 and NCT07654321.\n", 3, "several registry numbers"),
        ("Abstract\nTrial registration: NCT07654321.\n", 3, "the record of NCT07654321 is not here"),
    ],
)
def test_manuscripts_that_do_not_say_enough(check: Check, tmp_path: Path, text: str, code: int, words: str) -> None:
    write_paper(tmp_path / "paper.txt", text)
    found = check("--reported", "paper.txt")
    assert found.code == code
    assert words in found.out + found.err


def test_another_trials_number_is_pointed_out(check: Check, tmp_path: Path) -> None:
    write_paper(tmp_path / "paper.txt", PAPER.replace("NCT01234567", "NCT07777777"))
    found = check("NCT01234567.json", "--reported", "paper.txt", "--json")
    assert any("is it the right record?" in notice for notice in found.value["notices"])
    assert found.finding("numbers-agree")["answer"] != "holds"


def test_a_scan_cannot_be_determined(check: Check, tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(pdf([[], []]))
    found = check("NCT01234567.json", "--reported", "scan.pdf")
    assert (found.code, "as a scan does" in found.err) == (2, True)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("o.csv", "role,measure,timeframe\nprimary,x,y\n", "unknown column 'timeframe': did you mean time_frame?"),
        ("o.csv", "role,Endpunkt\nprimary,x\n", "unknown column 'Endpunkt'"),
        ("o.csv", "measure\nx\n", "lacks the column role"),
        ("o.csv", "role,measure\nmain,x\n", "row 2: role is 'main', but must be one of primary, secondary, other"),
        ("o.csv", "role,measure\nprimary,\n", "row 2 has no measure"),
        ("o.csv", "role,measure\nprimary,a,b\n", "3 cells under 2 columns"),
        ("o.csv", "", "is empty"),
        ("o.json", '{"outcomes": [{"role": "primary", "measur": "x"}]}', "outcomes[0].measure is missing"),
        ("o.json", '{"kind": "protocol"}', "a document of the kind 'protocol'"),
        ("o.json", "[", "is cut off"),
    ],
)
def test_an_outcomes_file_that_cannot_be_used_is_one_sentence(
    check: Check, tmp_path: Path, name: str, text: str, words: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = check("NCT01234567.json", "--reported", name)
    assert found.code in (1, 3)
    assert words in found.err
    assert len(found.err.strip().splitlines()) == 1


def test_a_trial_without_endpoints_and_an_empty_history(check: Check, tmp_path: Path) -> None:
    write_record(tmp_path / "NCT01234567.json", primary=[], secondary=[])
    write_outcomes(tmp_path / "o.csv", *AS_REGISTERED)
    found = check("NCT01234567.json", "--reported", "o.csv", "--json")
    assert found.finding("reported-were-registered")["answer"] == "undetermined"
    (tmp_path / "h.jsonl").write_text("", encoding="utf-8")
    assert check("NCT01234567.json", "--history", "h.jsonl").code == 3


@pytest.mark.parametrize(
    "words",
    [
        ("--json",),
        ("NCT01234567.json", "--outcomes", "o.csv"),
        ("NCT01234567.json", "--reported", "nothing.pdf"),
        ("NCT01234567.json", "--as-of", "2021"),
        ("NCT01234567.json", "--submitted", "soon"),
        ("NCT01234567.json", "--trial", "NCT01234567"),
        ("NCT01234567.json", "--offline", "--network", "devnet"),
        ("NCT01234567.json", "--html", "a", "--markdown", "a"),
        ("NCT01234567.json", "--reply", "nothing.txt"),
    ],
)
def test_wrong_use(check: Check, words: tuple[str, ...]) -> None:
    assert check(*words).code == 3


def test_nothing_in_a_field_is_run_or_reorders_the_page(check: Check, tmp_path: Path) -> None:
    evil = '<script>alert(1)</script><img src=x onerror="alert(2)">\u202egnp'
    write_record(tmp_path / "NCT01234567.json", title=evil, primary=[{"measure": evil, "timeFrame": evil}])
    write_outcomes(tmp_path / "o.csv", ("primary", f"{evil} دواء", evil), ("secondary", "生活の質、12週", "12週"))
    found = check(
        "NCT01234567.json", "--reported", "o.csv", "--html", "r.html", "--markdown", "r.md", "--query", "q.txt"
    )
    assert found.code in (1, 2)
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "<img" not in page
    assert "\u202e" not in page + (tmp_path / "r.md").read_text("utf-8") + (tmp_path / "q.txt").read_text("utf-8")
    assert "default-src 'none'" in page
    assert "生活の質、12週" in page
    assert "دواء" in page
    assert "<script>" not in (tmp_path / "r.md").read_text(encoding="utf-8")


# ----- real records -----


def real(number: str) -> Path:
    if not (DATA / f"{number}.json").exists():
        pytest.skip(f"no {number}.json under TRIALSEAL_DATA")
    return DATA / f"{number}.json"


@pytest.mark.parametrize(
    ("number", "published"),
    [("NCT01668784", "2015-09-25"), ("NCT04368728", "2020-12-10"), ("NCT04470427", "2020-12-30")],
)
def test_published_papers_are_not_accused(check: Check, number: str, published: str) -> None:
    outcomes = PUBLISHED / f"{number}.csv"
    found = check(real(number), "--reported", outcomes, "--submitted", published, "--json", "--as-of", "2026-11-01")
    fails = [one["rule"] for item in found.value["items"] for one in item["findings"] if one["answer"] == "fails"]
    assert fails == []
    assert found.code == 2
    assert found.finding("registered-before-enrolment")["answer"] == "holds"
    assert found.finding("results-after-completion")["answer"] == "holds"
    assert found.finding("fdaaa-results")["answer"] == "holds"
    assert all(question["needs_reader"] for question in found.value["questions"])


def test_parts_that_a_paper_is_not_about_are_outside_scope(check: Check) -> None:
    found = check(real("NCT04368728"), "--reported", PUBLISHED / "NCT04368728.csv", "--json")
    outside = [row["registered"][0]["measure"]["text"] for row in found.value["outcomes"] if row["outside_scope"]]
    assert len(outside) > 40
    assert not any(text.endswith("Phase 2/3") for text in outside)


def test_a_part_that_nothing_names_is_refused(check: Check) -> None:
    words = (real("NCT04368728"), "--reported", PUBLISHED / "NCT04368728.csv", "--json")
    refused = check(*words, "--part", "phase 9")
    assert refused.code == 3
    assert "--part 'phase 9': neither the record nor a protocol nor the manuscript names that part" in (
        refused.err or refused.out
    )
    assert check(*words, "--part", "Phase 2/3").code == check(*words).code


def test_one_trial_of_ninety_outcomes_is_checked_in_two_seconds_cold(tmp_path: Path) -> None:
    record = real("NCT04368728")
    words = [
        sys.executable,
        "-m",
        "trialseal.cli",
        "check",
        str(record),
        "--reported",
        str(PUBLISHED / "NCT04368728.csv"),
    ]
    started = time.monotonic()
    done = subprocess.run([*words, "--html", str(tmp_path / "r.html")], capture_output=True, check=False, timeout=60)
    taken = time.monotonic() - started
    assert done.returncode == 2, done.stderr
    assert taken < 6, f"{taken:.1f} s"  # two when the computer is quiet
    heavy = ("pandas", "web3", "pdfminer", "docx")
    probe = (
        "import sys, trialseal.cli; trialseal.cli.main(sys.argv[1:]); "
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", probe, *words[3:]], capture_output=True, text=True, check=False, timeout=60
    )
    assert loaded.stdout.rstrip().endswith("[]"), loaded.stdout[-200:]
