"""One file of five gigabytes and a folder of fewer, hashed beside sha256sum."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from running import Row, Run, compare, run

GIGABYTES = float(os.environ.get("BENCH_GIGABYTES", "5"))
RUNS = 3
ONE = "import sys; from trialseal.documents.canonical import file_digest; print(file_digest(sys.argv[1]).hex())"
MANY = "import sys; from trialseal.documents.canonical import file_digests; print(len(file_digests(sys.argv[1:])))"


def measure(place: Path) -> list[Row]:
    """Each beside sha256sum, or shasum where there is none."""
    peer = "sha256sum" if shutil.which("sha256sum") else "shasum"
    theirs = [peer] if peer == "sha256sum" else [peer, "-a", "256"]
    size = int(GIGABYTES * 1e9)
    file = place / "large"
    write(file, size)

    def ours() -> Run:
        return run([sys.executable, "-c", ONE, file], memory=True)

    rows = [compare(f"hashing a file of {GIGABYTES:g} GB", ours, peer, lambda: run([*theirs, file]), RUNS)]
    file.unlink()
    parts = [place / str(number) for number in range(8)]
    for part in parts:
        write(part, size // 16)
    rows.append(
        compare(
            f"hashing 8 files, {GIGABYTES / 2:g} GB together",
            lambda: run([sys.executable, "-c", MANY, *parts], memory=True),
            peer,
            lambda: run([*theirs, *parts]),
            RUNS,
        )
    )
    return rows


def write(path: Path, size: int) -> None:
    """A file of random bytes, the same mebibyte over and over."""
    piece = os.urandom(1 << 20)
    with path.open("wb") as file:
        for _ in range(size >> 20):
            file.write(piece)
