"""Many manuscripts in one run: each is checked as it would be alone, and one that cannot be read ends nothing."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from tests.integration.test_check import (
    AS_REGISTERED,
    PAIN,
    PAPER,
    Check,
    check,
    write_outcomes,
    write_paper,
    write_record,
)

from trialseal.cli.check import batch
from trialseal.report.check.many import COLUMNS

__all__ = ["check"]

ELSEWHERE = ("primary", "Blood pressure", "12 weeks")


@pytest.fixture
def folder(check: Check, tmp_path: Path) -> Path:
    """Three manuscripts of one trial and three files that are none; the record lies in a folder of its own."""
    (tmp_path / "records").mkdir()
    write_record(tmp_path / "NCT01234567.json").rename(tmp_path / "records" / "NCT01234567.json")
    place = tmp_path / "manuscripts"
    (place / "later").mkdir(parents=True)
    write_paper(place / "paper.txt")
    write_outcomes(place / "NCT01234567.csv", *AS_REGISTERED)
    write_outcomes(place / "later" / "NCT01234567.csv", ELSEWHERE, *AS_REGISTERED[1:])
    write_paper(place / "another.txt", PAPER.replace("NCT01234567", "NCT07654321"))
    (place / "broken.pdf").write_bytes(b"%PDF-1.4 no more")
    (place / "=none.txt").write_text("A letter about nothing in particular, with several words in it.\n")
    (place / "__MACOSX").mkdir()
    for left_behind in (".hidden", "~$paper.docx", "Thumbs.db", "desktop.ini", "__MACOSX/paper.txt"):
        (place / left_behind).write_bytes(b"\0")
    return place


def rows(text: str) -> dict[str, dict[str, str]]:
    return {row["manuscript"]: row for row in csv.DictReader(io.StringIO(text))}


def test_each_manuscript_has_a_row_and_a_bad_one_says_what_to_do(check: Check, folder: Path) -> None:
    (folder / "letter.rtf").write_text("{\\rtf1\\ansi Methods}")
    answer = check("records", "--batch", "manuscripts", "--csv", "-")
    assert answer.code == 1
    found = rows(answer.out)
    assert list(found) == [
        "later/NCT01234567.csv", "paper.txt", "'=none.txt", "another.txt", "broken.pdf", "letter.rtf",
        "NCT01234567.csv",
    ]  # fmt: skip
    assert "is an RTF file: save it as .docx" in found["letter.rtf"]["not checked because"]
    asked = found["later/NCT01234567.csv"]
    assert asked["exit code"] == "1"
    assert "registered-were-reported" in asked["raises a question"].split()
    assert int(asked["questions to the authors"]) >= 1
    assert asked["outcomes confirmed"] == "yes"
    assert found["paper.txt"]["outcomes confirmed"] == "no"
    assert found["paper.txt"]["record of"] == "2022-11-02"
    assert "NCT07654321 is not among those given" in found["another.txt"]["not checked because"]
    assert "damaged PDF" in found["broken.pdf"]["not checked because"]
    assert "registry number" in found["'=none.txt"]["not checked because"]
    assert found["broken.pdf"]["verdict"] == ""


def test_a_row_tells_the_kind_of_paper_and_how_many_outcomes_stand_in_tracked_changes(
    check: Check, folder: Path
) -> None:
    write_paper(folder / "review.txt", "A systematic review of trials of pain\n" + PAPER)
    write_paper(folder / "tracked.docx", PAPER)
    with zipfile.ZipFile(folder / "tracked.docx") as old:
        members = {name: old.read(name) for name in old.namelist()}
    before, after = "days off work, and ", "serious adverse events."
    inserted = f'{before}</w:t></w:r><w:ins w:id="1"><w:r><w:t>falls, and </w:t></w:r></w:ins><w:r><w:t>{after}'
    xml = members["word/document.xml"].decode().replace(before + after, inserted)
    with zipfile.ZipFile(folder / "tracked.docx", "w") as new:
        for name, data in (members | {"word/document.xml": xml.encode()}).items():
            new.writestr(name, data)
    found = rows(check("records", "--batch", "manuscripts", "--csv", "-").out)
    told = {name: [row[column] for column in COLUMNS[-4:-1]] for name, row in found.items()}
    assert told["review.txt"] == ["review", "", ""]
    assert told["paper.txt"] == told["NCT01234567.csv"] == ["", "", ""]
    assert told["tracked.docx"] == ["", "1", "0"]


def test_each_answer_is_that_of_a_check_alone(check: Check, folder: Path, tmp_path: Path) -> None:
    alone = check("records/NCT01234567.json", "--reported", "manuscripts/paper.txt", "--html", "alone.html")
    assert check("records", "--batch", "manuscripts", "--html", "pages", "--query", "letters").code == 1
    page = (tmp_path / "pages" / "paper.txt.html").read_text(encoding="utf-8")
    assert page == (tmp_path / "alone.html").read_text(encoding="utf-8")
    assert (
        str(alone.code) == rows(check("records", "--batch", "manuscripts", "--csv", "-").out)["paper.txt"]["exit code"]
    )
    assert (tmp_path / "letters" / "later" / "NCT01234567.csv.txt").exists()
    assert not (tmp_path / "pages" / "broken.pdf.html").exists()


def test_corrected_outcomes_are_taken_from_a_folder(check: Check, folder: Path, tmp_path: Path) -> None:
    check("records", "--batch", "manuscripts", "--outcomes-out", "outcomes")
    written = tmp_path / "outcomes" / "paper.txt.csv"
    assert written.exists()
    for other in (tmp_path / "outcomes").rglob("*.csv"):
        if other != written:
            other.unlink()
    lines = written.read_text(encoding="utf-8-sig").splitlines()
    written.write_text("\n".join([lines[0], *(f"yes{line}" for line in lines[1:])]), encoding="utf-8")
    found = rows(check("records", "--batch", "manuscripts", "--outcomes", "outcomes", "--csv", "-").out)
    assert found["paper.txt"]["outcomes confirmed"] == "yes"


def test_records_may_lie_among_the_manuscripts(check: Check, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "records" / "NCT01234567.json").rename(folder / "NCT01234567.json")
    value: Any = json.loads(check("--batch", "manuscripts", "--json").out)
    assert [one["manuscript"] for one in value["manuscripts"]][:2] == ["later/NCT01234567.csv", "paper.txt"]
    assert "NCT01234567.json" not in [one["manuscript"] for one in value["manuscripts"]]
    assert set(value["manuscripts"][0]) == set(COLUMNS)
    assert value["manuscripts"][0]["raises a question"]


def test_the_code_of_all_is_2_where_nothing_asks_and_something_is_open(check: Check, folder: Path) -> None:
    (folder / "later" / "NCT01234567.csv").unlink()
    answer = check("records", "--batch", "manuscripts")
    assert answer.code == 2
    assert answer.out.startswith("0 of 5 manuscripts raise a question")


def test_what_the_command_wrote_among_the_manuscripts_is_none_of_them(check: Check, folder: Path) -> None:
    words = ("records", "--batch", "manuscripts", "--csv", "manuscripts/all.csv", "--html", "manuscripts/pages")
    first = check(*words)
    assert first.out.startswith("1 of 6 manuscripts")
    assert check(*words, "--query", ".").out.startswith("1 of 6 manuscripts")
    assert (folder / "pages" / "paper.txt.html").exists()
    assert check(*words) == first


def test_a_fault_in_one_manuscript_leaves_the_others_checked(
    check: Check, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = batch.judged

    def faulty(session: Any, *given: Any) -> Any:
        if session.args.reported.endswith("paper.txt"):
            raise ZeroDivisionError("private words")
        return judged(session, *given)

    monkeypatch.setattr(batch, "judged", faulty)
    answer = check("records", "--batch", "manuscripts", "--csv", "-")
    assert answer.code == 4
    found = rows(answer.out)
    assert "a fault of this program (ZeroDivisionError" in found["paper.txt"]["not checked because"]
    assert "private" not in answer.out
    assert found["NCT01234567.csv"]["exit code"] == "0"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--batch", "manuscripts", "--reported", "paper.txt"], "--reported is about one manuscript"),
        (["--batch", "manuscripts", "--part", "phase 2"], "--part is about one manuscript"),
        (["--batch", "nowhere"], "nowhere is not a folder"),
        (["--batch", "records"], "holds no manuscript"),
        (["nowhere", "--batch", "manuscripts"], "no file or folder nowhere"),
        (["--batch", "manuscripts", "--query", "out", "--sponsor-note", "out"], "name one folder"),
        (["--batch", "manuscripts", "--html", "manuscripts"], "give it its own"),
        (["--batch", "manuscripts", "--csv", "-", "--json"], "choose one"),
        (["records/NCT01234567.json", "--csv", "all.csv"], "--csv is for many manuscripts"),
    ],
)
def test_wrong_use_is_told_in_one_sentence(check: Check, folder: Path, words: list[str], said: str) -> None:
    answer = check(*words)
    assert answer.code == 3
    assert said in answer.err
    assert answer.err.count("\n") == 1


def test_a_trial_of_several_records_is_found_by_any_of_its_numbers(check: Check, folder: Path, tmp_path: Path) -> None:
    record = json.loads(write_record(tmp_path / "records" / "NCT01234567.json", primary=[PAIN]).read_text())
    record["protocolSection"]["identificationModule"]["secondaryIdInfos"] = [
        {"id": "ISRCTN12345672", "type": "REGISTRY", "domain": "ISRCTN"}
    ]
    (tmp_path / "records" / "NCT01234567.json").write_text(json.dumps(record), encoding="utf-8")
    write_outcomes(folder / "ISRCTN12345672.csv", *AS_REGISTERED)
    found = rows(check("records", "--batch", "manuscripts", "--csv", "-").out)
    assert found["ISRCTN12345672.csv"]["registry number"] == "NCT01234567"
