"""A bundle of many documents and rows, verified offline, beside hashing the same bytes and nodes with hashlib."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from bench_commands import registered_trial
from running import TRIALSEAL, Row, compare, run

from trialseal.evidence.bundle.bundle import open_bundle, write
from trialseal.evidence.bundle.member import of_bytes
from trialseal.files import json_bytes
from trialseal.merkle import tree
from trialseal.tables import sealing
from trialseal.tables.reading import open_table

RUNS = 3
DOCUMENTS, ROWS, TIMES = 1_000, 10_000, 10
SIZE = 256 << 10
# Each member once, in pieces; each row's leaf and siblings once.
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
    held, rows = open_bundle(packed, "it"), []
    for part in (TIMES, 1):
        documents, proofs = DOCUMENTS // part, ROWS // part
        kept = {
            name: one for name, one in held.files.items() if _number(name) < (proofs if "rows/" in name else documents)
        }
        path = place / f"{part}.trialseal"
        with path.open("wb") as file:
            write(held._replace(files=kept), file)
        words, hashes = [*TRIALSEAL, "verify", path], proofs * (ROWS.bit_length() + 1)
        rows.append(
            compare(
                f"`trialseal verify BUNDLE` of {documents:,} documents of {SIZE >> 10} KiB and {proofs:,} rows",
                lambda words=words: run(words, (0, 2), memory=True),  # type: ignore[misc]
                "hashing its bytes, and each row's nodes, with hashlib",
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
    run([*TRIALSEAL, "bundle", trial, "--out", path])
    held = open_bundle(path, "it")
    files = {name: one for name, one in held.files.items() if not name.startswith("documents/sealed/")}
    for proof in proofs_of(table):
        files[f"rows/rows.csv.row-{proof['row'] - 1}.json"] = of_bytes(json_bytes(proof))
    whole = place / "rows.trialseal"
    with whole.open("wb") as file_:
        write(held._replace(files=files), file_)
    return whole


def proofs_of(table: Path) -> Iterator[dict[str, object]]:
    """The proof of each row, from one tree."""
    sealed = sealing.read_seal(table.with_name(table.name + ".seal.json"))
    first = sealing.open_row(sealed, open_table(table, sealed.reading), 1)
    salting, forms = sealed.salting(), [f'["s-{n}",{n % 90},"visit {n}"]' for n in range(ROWS)]
    nonces = [salting.nonce(json.dumps(f"s-{n}"), n + 1) for n in range(ROWS)]
    leaves = [tree.leaf_hash(nonce + form.encode()) for nonce, form in zip(nonces, forms, strict=True)]
    levels = [[bytes.fromhex(first["proof"][0]), *leaves]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = [tree.node_hash(*below[n : n + 2]) for n in range(0, len(below) - 1, 2)]
        levels.append(pairs + below[len(pairs) * 2 :])
    for row, (form, nonce) in enumerate(zip(forms, nonces, strict=True), 1):
        places = ((level, row >> height ^ 1) for height, level in enumerate(levels))
        proof = [level[place].hex() for level, place in places if place < len(level)]
        yield {**first, "row": row, "form": form, "nonce": nonce.hex(), "proof": proof}


def _number(name: str) -> int:
    """Which document or row a member is; 0 of any other."""
    digits = "".join(one for one in Path(name).stem.rpartition("-")[2] if one.isdigit())
    return int(digits) if name.startswith(("documents/d-", "rows/")) else 0
