"""`check` of one trial with sixty outcomes, and `portfolio` of a thousand trials beside reading them with pandas."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from running import ROOT, TRIALSEAL, Row, compare, row, run

RECORD = ROOT / "tests" / "vectors" / "documents" / "ctgov-v2.json"
# Real records are used where they are at hand; they are no part of the project.
REAL = Path(os.environ.get("TRIALSEAL_DATA", ROOT.parent / "shared" / "data")) / "ctgov-v2"
TRIALS = 1_000
RUNS = 5
READ_ALL = """
import json, pathlib, sys, pandas
files = sorted(pathlib.Path(sys.argv[1]).glob("*.json"))
print(len(pandas.json_normalize([json.loads(file.read_bytes()) for file in files])))
"""
# Whatever the rules say of a record: a question (1), or what cannot be told (2).
ANSWERS = (0, 1, 2)


def measure(place: Path) -> list[Row]:
    """`check` is a cold start of the command each time."""
    record, paper = place / "NCT99999901.json", place / "paper.txt"
    outcomes = sixty()
    record.write_text(json.dumps(with_outcomes(json.loads(RECORD.read_bytes()), outcomes)))
    paper.write_text(manuscript(outcomes))
    check = [*TRIALSEAL, "check", record, "--reported", paper, "--html", place / "check.html", "--as-of", "2024-01-01"]
    rows = [
        compare(
            "`trialseal check` of a trial with 60 outcomes and a manuscript of them, cold, to a page",
            lambda: run(check, ANSWERS),
            "`python -c 'import pandas'`",
            lambda: run([sys.executable, "-c", "import pandas"]),
            RUNS,
        )
    ]
    few, many = place / "few", place / "many"
    for folder, count in ((few, TRIALS // 10), (many, TRIALS)):
        write_records(folder, count)
    portfolio = [*TRIALSEAL, "portfolio"]
    written = ["--as-of", "2024-01-01", "--csv", place / "trials.csv", "--html", place / "trials.html"]
    whole = compare(
        f"`trialseal portfolio` of {TRIALS:,} records, all rules, to CSV and a page",
        lambda: run([*portfolio, many, *written], ANSWERS, memory=True),
        "reading the same files with json and pandas.json_normalize",
        lambda: run([sys.executable, "-c", READ_ALL, many]),
        3,
        warm=False,
    )
    tenth = run([*portfolio, few, *written], ANSWERS, memory=True)
    return [*rows, whole, row("the same", whole.ours, f"{TRIALS // 10} records", tenth)]


def write_records(folder: Path, count: int) -> None:
    """A new folder of so many records, each of a trial of its own."""
    folder.mkdir()
    for number, study in zip(range(count), records(), strict=False):
        identification = study["protocolSection"]["identificationModule"]
        identification["nctId"] = f"NCT{99000000 + number}"
        (folder / f"{identification['nctId']}.json").write_text(json.dumps(study))


def records() -> Iterator[dict[str, Any]]:
    """Studies over and over, each a new object."""
    files = sorted(REAL.glob("NCT*.json")) or [RECORD]
    while True:
        for file in files:
            yield json.loads(file.read_bytes())


def sixty() -> list[dict[str, str]]:
    """Outcomes of an invented trial, three of them primary."""
    measures = (
        "Change in systolic blood pressure",
        "Urinary sodium",
        "Serious adverse events",
        "Quality of life score",
    )
    places = ("clinic", "home", "ward", "ambulatory", "laboratory")
    return [
        {
            "measure": f"{measure} ({place})",
            "timeFrame": f"{week} weeks",
            "description": f"Mean of three at week {week}",
        }
        for week in (4, 12, 26)
        for place in places
        for measure in measures
    ]


def with_outcomes(study: dict[str, Any], outcomes: list[dict[str, str]]) -> dict[str, Any]:
    """The study with these instead of its own."""
    study["protocolSection"]["outcomesModule"] = {"primaryOutcomes": outcomes[:3], "secondaryOutcomes": outcomes[3:]}
    return study


def manuscript(outcomes: list[dict[str, str]]) -> str:
    """A paper that reports them, but for one that it makes primary and one that it drops."""
    primary, secondary = [*outcomes[:3], outcomes[9]], [*outcomes[3:9], *outcomes[11:]]
    said = [f"The primary outcome was {one['measure'].lower()} at {one['timeFrame']}." for one in primary]
    said += [f"A secondary outcome was {one['measure'].lower()} at {one['timeFrame']}." for one in secondary]
    return "Less salt (fictitious)\n\nTrial registration: NCT99999901\n\nMethods\n\n" + "\n".join(said) + "\n"
