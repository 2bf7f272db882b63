"""check: what is not there, or wrong, is said in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from manuscript_files import PAPER, pdf
from tests.integration.test_check import AS_REGISTERED, Check, check, write_outcomes, write_paper, write_record

__all__ = ["check"]


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
