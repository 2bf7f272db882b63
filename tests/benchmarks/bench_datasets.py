"""A CSV file of a million rows sealed and verified beside pandas.read_csv, and one of gigabytes for its memory."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from running import TRIALSEAL, Row, Run, compare, row, run

ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
GIGABYTES = float(os.environ.get("BENCH_GIGABYTES", "5"))
RUNS = 3
MAKE = """
import sys
import numpy as np, pandas as pd
rows, path = int(sys.argv[1]), sys.argv[2]
random = np.random.default_rng(1)
words = np.array(["WHITE", "BLACK OR AFRICAN AMERICAN", "ASIAN", "Headache, severe", "NORMAL"])
columns = {"STUDYID": np.full(rows, "TRIAL-01"), "USUBJID": np.char.add("01-", (np.arange(rows) // 40).astype(str))}
columns["SEQ"] = np.arange(rows) % 40
columns |= {f"NUM{n}": np.round(random.normal(100, 15, rows), 2) for n in range(6)}
columns |= {f"REAL{n}": random.random(rows) for n in range(2)}
columns |= {f"WHOLE{n}": random.integers(0, 10_000, rows) for n in range(4)}
columns |= {f"TEXT{n}": words[random.integers(0, 5, rows)] for n in range(3)}
columns |= {f"DAY{n}": (np.datetime64("2015-01-01") + random.integers(0, 2000, rows)).astype(str) for n in range(2)}
pd.DataFrame(columns).to_csv(path, index=False)
"""
# The call alone, without the start of Python and pandas; with the threads that pandas takes by itself, and with one.
READ = """
import json, sys, time
import pandas
if sys.argv[2] == "1":
    pandas.set_option("mode.max_threads", 1)
started = time.perf_counter()
pandas.read_csv(sys.argv[1])
print(json.dumps({"seconds": time.perf_counter() - started}))
"""


def measure(place: Path) -> list[Row]:
    """Sealing and verifying beside reading; the whole command, with the start of Python, against the call."""
    table = place / "table.csv"
    run([sys.executable, "-c", MAKE, str(ROWS), table])

    def sealed() -> Run:
        for part in place.glob("table.csv.*"):
            part.unlink()
        return run([*TRIALSEAL, "dataset", "seal", table, "--offline"])

    def verified() -> Run:
        return run([*TRIALSEAL, "dataset", "verify", table, "--offline"])

    def read(threads: int) -> Run:
        return run([sys.executable, "-c", READ, table, str(threads)])

    size = f"a CSV file of {ROWS:,} rows and 20 columns"
    rows = [
        compare(f"dataset seal: {size}", sealed, "pandas.read_csv, threads of its own choice", lambda: read(0), RUNS),
        compare(
            f"dataset verify: {size}", verified, "pandas.read_csv, threads of its own choice", lambda: read(0), RUNS
        ),
        compare(f"dataset seal: {size}", sealed, "pandas.read_csv, one thread", lambda: read(1), RUNS),
    ]
    large = place / "large.csv"
    grown(table, large, int(GIGABYTES * 1e9))
    ours = run([*TRIALSEAL, "dataset", "seal", large, "--offline"], memory=True)
    small = run([*TRIALSEAL, "dataset", "seal", table, "--offline", "--out", place / "again"], memory=True)
    rows.append(row(f"dataset seal: a CSV file of {GIGABYTES:g} GB", ours, f"the same of {ROWS:,} rows", small))
    return rows


def grown(table: Path, large: Path, size: int) -> None:
    """The table's rows over and over."""
    names, _, rows = table.read_bytes().partition(b"\n")
    with large.open("wb") as file:
        file.write(names + b"\n")
        while file.tell() < size:
            file.write(rows)
