"""A bundle of many documents and rows, verified offline, beside hashing the same bytes and nodes with hashlib."""

from __future__ import annotations

import json
import os
import sys
from functools import partial
from pathlib import Path

from bench_commands import registered_trial
from running import TRIALSEAL, Row, compare, run

from trialseal.evidence.bundle.bundle import Bundle, open_bundle, write
from trialseal.evidence.bundle.member import of_written
from trialseal.tables.row_numbers import RowNumbers
from trialseal.tables.row_runs import Run, choose

RUNS = 3
DOCUMENTS, ROWS, TIMES = 1_000, 10_000, 10
SIZE = 256 << 10
# Each member once, in pieces; each row's leaf, and the node above it.
HASHED = """
import hashlib, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as bundle:
    for name in bundle.namelist():
        digest = hashlib.sha256()
        with bundle.open(name) as member:
            while chunk := member.read(1 << 20):
                digest.update(chunk)
node = bytes(65)
for _ in range(int(sys.argv[2])):
    node = b"\\1" + hashlib.sha256(node).digest() + node[:32]
"""


def measure(place: Path) -> list[Row]:
    """A tenth of the documents and rows, then all: how much longer they take shows whether it is linear."""
    with registered_trial(place) as trial:
        packed = bundle_of(trial, place)
    held, rows = open_bundle(packed, "it"), list[Row]()
    for part in (TIMES, 1):
        documents, proofs = DOCUMENTS // part, ROWS // part
        kept = {name: one for name, one in held.files.items() if _number(name) < documents}
        kept["rows/rows.csv.rows"] = of_written(partial(choose, rows_of(held), RowNumbers([range(1, proofs + 1)])))
        path = place / f"{part}.trialseal"
        with path.open("wb") as file:
            write(held._replace(files=kept), file)
        words, hashes = [*TRIALSEAL, "verify", path], proofs * 2
        rows.append(
            compare(
                f"`trialseal verify BUNDLE` of {documents:,} documents of {SIZE >> 10} KiB and {proofs:,} rows",
                lambda words=words: run(words, (0, 2), memory=True),  # type: ignore[misc]
                "hashing its bytes, and each row's nodes once, with hashlib",
                lambda path=path, hashes=hashes: run([sys.executable, "-c", HASHED, path, str(hashes)]),  # type: ignore[misc]
                RUNS,
            )
        )
    return rows


def bundle_of(trial: Path, place: Path) -> Path:
    """A bundle of a trial that sealed so many documents, and a table of which it shows every row."""
    acts, path = place / "acts.ndjson", place / "all.trialseal"
    with acts.open("w") as file:
        for number in range(DOCUMENTS):
            document = trial / "documents" / f"d-{number}.bin"
            document.write_bytes(os.urandom(SIZE))
            act = {"act": "seal", "trial": str(trial), "file": str(document), "as": "other"}
            file.write(json.dumps(act) + "\n")
    run([*TRIALSEAL, "batch", acts, "--yes"])
    table = trial / "data" / "rows.csv"
    table.parent.mkdir(exist_ok=True)
    table.write_text("USUBJID,AGE,NOTE\n" + "".join(f"s-{n},{n % 90},visit {n}\n" for n in range(ROWS)))
    run([*TRIALSEAL, "dataset", "seal", table, "--yes"])
    run([*TRIALSEAL, "bundle", trial, "--rows", f"{table}:1-{ROWS}", "--out", path])
    return path


def rows_of(bundle: Bundle) -> Run:
    """All rows of the table, to be read."""
    return Run(bundle.files["rows/rows.csv.rows"].chunks(), "rows")


def _number(name: str) -> int:
    """Which document a member is; 0 of any other."""
    return int(Path(name).stem.removeprefix("d-")) if name.startswith("documents/d-") else 0
