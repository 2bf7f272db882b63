"""check on real records and published papers."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest
from tests.integration.test_check import DATA, PUBLISHED, Check, check

__all__ = ["check"]


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


def test_one_trial_of_ninety_outcomes_is_checked_soon_cold(tmp_path: Path) -> None:
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
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([*words, "--html", str(tmp_path / "r.html")], capture_output=True, check=False, timeout=60)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 2, done.stderr
    # Of the processor's time, which what else the computer does changes least: 1.6 seconds on a busy one.
    taken = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert taken < 3, f"{taken:.1f} s"
    heavy = ("pandas", "web3", "pdfminer", "docx")
    probe = (
        "import sys, trialseal.cli; trialseal.cli.main(sys.argv[1:]); "
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", probe, *words[3:]], capture_output=True, text=True, check=False, timeout=60
    )
    assert loaded.stdout.rstrip().endswith("[]"), loaded.stdout[-200:]
