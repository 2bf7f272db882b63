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

from running import ROOT, Count, Row, Run

PAGE = ROOT / "docs" / "performance.md"
# What was measured last, so that one benchmark can be run alone.
KEPT = ROOT / "docs" / "performance.json"
TIMED = (
    "commands", "install", "bundles", "tree", "files", "datasets", "events", "kits", "sharing", "journals", "relayer",
    "office",
)  # fmt: skip
COUNTED = ("scale",)
NAMES = (*TIMED, *COUNTED)


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
        timed = [one for name in TIMED for one in kept.get(name, ())]
        rows = [Row(*one)._replace(ours=Run(*one[1]), theirs=Run(*one[4])) for one in timed]
        PAGE.write_text(page(rows, [Count(*one) for name in COUNTED for one in kept.get(name, ())]))
    print(PAGE.read_text())
    return 0


def page(rows: list[Row], counts: list[Count]) -> str:
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
        *(counted(counts) if counts else ()),
        "Gas is in [gas.md](gas.md).",
        "",
    ]
    return "\n".join(lines)


def counted(counts: list[Count]) -> list[str]:
    """The table of what is counted."""
    return [
        "On a chain of very many trials of one sponsor (`make bench ONLY=scale`), requests and bytes are counted:",
        "",
        "| what | requests | bytes received | bytes of evidence |",
        "|---|---:|---:|---:|",
        *(f"| {one.what} | {one.requests} | {one.received:,} | {one.evidence:,} |" for one in counts),
        "",
        "A list of trials is proven complete as a whole or not at all, by 52 bytes of each registration; a node sends",
        "some 700. The evidence counted is that of the page, without the registrations of the others.",
        "`trials --of FILE` proves the trials of a table that was listed before, and says nothing of others.",
        "",
    ]


def megabytes(run: Run) -> str:
    """Without digits that the next run would change."""
    return "" if run.megabytes is None else f"{run.megabytes:,.0f}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
