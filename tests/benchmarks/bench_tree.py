"""A tree over a million entries and 1,000 proofs from it, beside other libraries and beside nothing but hashing."""

from __future__ import annotations

import sys
from pathlib import Path

from running import HERE, ROOT, TOOLS, Row, Run, compare, run

ENTRIES = 1_000_000
# Nobody waits for the tree of a million by opentimestamps, which takes minutes and gigabytes.
FEWER = 100_000
PYTHON = Path(sys.executable)
PEER_PYTHON = TOOLS / "venv" / "bin" / "python"
NODE = ROOT / ".toolchain" / "bin" / "node"


def measure(_: Path) -> list[Row]:
    """Ours in turns with each."""
    program = HERE / "tree_programs.py"

    def python(library: str, python: Path = PYTHON, entries: int = ENTRIES) -> Run:
        timed = run([python, program, library, str(entries)])
        return timed._replace(megabytes=together.get(library, timed.megabytes))

    # Of several processes the memory is looked at in a run of its own, which takes a little longer for it.
    together: dict[str, float | None] = {}
    for library in ("ours", "hashlib_two"):
        together[library] = run([PYTHON, program, library, str(ENTRIES)], memory=True).megabytes

    def node(library: str) -> Run:
        heap = "--max-old-space-size=6000"
        return run([NODE, heap, HERE / "tree_programs.mjs", library, str(ENTRIES), TOOLS])

    def opentimestamps() -> Run:
        part, times = python("opentimestamps", PEER_PYTHON, FEWER), ENTRIES / FEWER
        return Run(part.seconds * times, part.megabytes and part.megabytes * times)

    what = f"a tree over {ENTRIES:,} entries and 1,000 proofs, from memory"
    peers = [
        ("bare hashlib, two forked processes, root only", lambda: python("hashlib_two"), 7),
        ("bare hashlib, one process", lambda: python("hashlib_one"), 5),
        ("pymerkle", lambda: python("pymerkle"), 3),
        ("merkletools (no leaf prefix)", lambda: python("merkletools", PEER_PYTHON), 3),
        ("merkletreejs", lambda: node("merkletreejs"), 3),
        ("@openzeppelin/merkle-tree (keccak, sorted)", lambda: node("openzeppelin"), 1),
        (f"opentimestamps, {FEWER:,} entries times {ENTRIES // FEWER}", opentimestamps, 1),
    ]
    rows = []
    for name, theirs, runs in peers:
        rows.append(compare(what, lambda: python("ours"), name, theirs, runs, warm=False))
        what = "the same"
    return rows
