"""Tables of a million rows sealed and verified beside their readers, and a CSV of gigabytes for its memory."""

from __future__ import annotations

import os
import sys
from functools import partial
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
# The other forms of the same table.
SAVE = """
import sys
import pandas, pyreadstat
table = pandas.read_csv(sys.argv[1])
table.to_parquet(sys.argv[2])
pyreadstat.write_xport(table, sys.argv[3], table_name="TABLE", file_format_version=8)
"""
# The call alone, without the start of Python and pandas; with the threads that pandas takes by itself, and with one.
READ = """
import json, sys, time
import pandas, pyarrow.dataset, pyarrow.parquet, pyreadstat
if sys.argv[2] == "1":
    pandas.set_option("mode.max_threads", 1)
readers = {"csv": pandas.read_csv, "parquet": pandas.read_parquet, "xpt": pyreadstat.read_xport}
read = readers[sys.argv[1].rpartition(".")[2]]
started = time.perf_counter()
read(sys.argv[1])
print(json.dumps({"seconds": time.perf_counter() - started}))
"""
OWN, ONE = "pandas.read_csv, threads of its own choice", "pandas.read_csv, one thread"
# What makes the command do without its C core.
SWITCH = "TRIALSEAL_CORE"


def measure(place: Path) -> list[Row]:
    """Sealing and verifying beside reading; the whole command, with the start of Python, against the call."""
    table = place / "table.csv"
    run([sys.executable, "-c", MAKE, str(ROWS), table])
    others = {"Parquet": (place / "table.parquet", "pandas.read_parquet"), "XPT": (place / "table.xpt", "pyreadstat")}
    run([sys.executable, "-c", SAVE, table, *(path for path, _ in others.values())])

    def sealed(path: Path) -> Run:
        for part in path.parent.glob(f"{path.name}.*"):
            part.unlink()
        return run([*TRIALSEAL, "dataset", "seal", path, "--offline"])

    def verified(path: Path) -> Run:
        return run([*TRIALSEAL, "dataset", "verify", path, "--offline"], codes=(2,))

    def read(path: Path, threads: int = 0) -> Run:
        return run([sys.executable, "-c", READ, path, str(threads)])

    size = f"file of {ROWS:,} rows and 20 columns"
    rows = [
        compare(f"dataset {word}: a CSV {size}", partial(ours, table), peer, partial(read, table, threads), RUNS)
        for word, ours in (("seal", sealed), ("verify", verified))
        for peer, threads in ((OWN, 0), (ONE, 1))
    ]
    for form, (path, peer) in others.items():
        rows.append(compare(f"dataset seal: a {form} {size}", partial(sealed, path), peer, partial(read, path), RUNS))
    os.environ[SWITCH] = "python"
    what = f"dataset seal, without the C core: a CSV {size}"
    rows.append(compare(what, partial(sealed, table), OWN, partial(read, table), RUNS))
    del os.environ[SWITCH]
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
