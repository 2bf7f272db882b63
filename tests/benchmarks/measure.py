"""Measures what docs/performance.md publishes: ratios to a named peer, taken in turns in one run.

    python tests/benchmarks/measure.py [NAME …]     the names are those of the modules bench_NAME.py; default: all

A run of some writes those rows anew and keeps the others.
"""

from __future__ import annotations

import importlib
import json
import os
import platform
import sys
import tempfile
from pathlib import Path

from running import ROOT, Row, Run

PAGE = ROOT / "docs" / "performance.md"
# What was measured last, so that one benchmark can be run alone.
KEPT = ROOT / "docs" / "performance.json"
NAMES = ("commands", "tree", "files", "datasets", "events", "kits", "journals")


def main(names: list[str]) -> int:
    """Runs the measurements and writes the page."""
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        print(f"there is no benchmark {unknown[0]}: the names are {', '.join(NAMES)}", file=sys.stderr)
        return 3
    # Without compiled modules every start compiles the library anew, which no installation does.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    for name in names or NAMES:
        with tempfile.TemporaryDirectory(prefix="trialseal-bench-") as place:
            kept[name] = importlib.import_module(f"bench_{name}").measure(Path(place))
        kept = {name: kept[name] for name in NAMES if name in kept}
        KEPT.write_text(json.dumps(kept, indent=1) + "\n")
        rows = [Row(*one)._replace(ours=Run(*one[1]), theirs=Run(*one[4])) for some in kept.values() for one in some]
        PAGE.write_text(page(rows))
    print(PAGE.read_text())
    return 0


def page(rows: list[Row]) -> str:
    """docs/performance.md."""
    lines = [
        "# Speed",
        "",
        "Written by `make bench` (`make bench ONLY=tree` measures some of it anew): whole processes, ours and the peer",
        f"in turns, medians, on {os.cpu_count()} cores of {platform.machine()}, Python {platform.python_version()},",
        "against a local anvil. MB is the peak of memory, of all processes together where several work long, else of",
        "the largest. Only ratios carry over to other machines.",
        "",
        "| what | seconds | MB | times | of | seconds | MB |",
        "|---|---:|---:|---:|---|---:|---:|",
        *(
            f"| {one.what} | {one.ours.seconds:,.3f} | {megabytes(one.ours)} | {one.ratio:.2f} | {one.peer} "
            f"| {one.theirs.seconds:,.3f} | {megabytes(one.theirs)} |"
            for one in rows
        ),
        "",
        "Gas is in [gas.md](gas.md).",
        "",
    ]
    return "\n".join(lines)


def megabytes(run: Run) -> str:
    """Without digits that the next run would change."""
    return "" if run.megabytes is None else f"{run.megabytes:,.0f}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
