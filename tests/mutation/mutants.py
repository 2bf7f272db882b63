"""Mutation testing of what verdicts rest on: faults are put into the code, one at a time; the tests must see each.

    python tests/mutation/mutants.py [--number 600] [--seed 1] [--only proofs] [--out FILE]

Faults are those of cosmic-ray's operators, drawn by a seed. Each is tried with the tests that run what it changes, the
quick ones first. Survivors are shown with what was changed; docs/mutants.md says of each that remains why.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import random
import sys
import time
from pathlib import Path

from faults import ROOT, SOURCE, Fault, changed_lines, faults, is_fault, place, sources
from reach import Reach, quiet_hypothesis, reach
from trying import Attempt, Server, Tried, at_import

_MANY = 150


def chosen_tests(known: Reach, fault: Fault, before: str, after: str) -> list[str]:
    """The tests that run what a fault changes, then those that run the function around it, the quick ones first."""
    at = place(before, after)
    if at is None:
        return known.in_order(known.of(fault.module, range(1, before.count("\n") + 2)))
    statement, function = at
    first = known.of(fault.module, statement)
    # Many of them say the same again: what runs a function but not the fault is asked only where few run it.
    others = known.of(fault.module, function) - first if len(first) < _MANY else set()
    return [*known.in_order(first), *known.in_order(others)]


def attempt(server: Server, tried: Tried) -> Attempt:
    """Survivors in a function are tried once more at import, where what is computed at import has the fault too."""
    if not tried.tests:
        return Attempt("survived", "")
    result = server.attempt(tried)
    return at_import(tried) if result.outcome in ("survived", "not here") else result


def main() -> int:
    """Draws, tries, and writes what became of each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--number", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="modules whose path holds this")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "mutants.json")
    args = parser.parse_args()
    os.chdir(ROOT)
    # As `python -m pytest` does, and the sources that the faults are put into before any that are installed.
    sys.path[:0] = [str(SOURCE), str(ROOT)]
    everything = [one for one in faults() if args.only in one.module]
    random.Random(args.seed).shuffle(everything)
    print(f"{args.number} of {len(everything)} changes, seed {args.seed}", flush=True)
    # What takes long to import and is not under test is there before the processes part.
    for heavy in ("hypothesis", "coincurve", "eth_account", "brownie", "pandas", "pydantic"):
        importlib.import_module(heavy)
    quiet_hypothesis()
    known = reach(ROOT / "build" / "mutants-reach.json")
    server = Server()
    rows: list[dict[str, object]] = []
    args.out.parent.mkdir(parents=True, exist_ok=True)
    for one in everything:
        if len(rows) == args.number:
            break
        before, after = sources(one)
        if not is_fault(before, after):
            continue
        began = time.monotonic()
        tests = chosen_tests(known, one, before, after)
        result = attempt(server, Tried(one, before, after, tests, {test: known.seconds[test] for test in tests}))
        change = changed_lines(before, after)
        rows.append({**one._asdict(), **result._asdict(), "tests": len(tests), "change": change})
        args.out.write_text(json.dumps(rows, indent=1))
        took = f"{len(rows):4} {result.outcome:9} {time.monotonic() - began:5.1f} s"
        print(f"{took}  {one.module} {one.operator} {result.by.rpartition('/')[2]}", flush=True)
        if result.outcome not in ("killed", "timed out"):
            print("\n".join(f"       {line}" for line in [f"{len(tests)} tests", *change]), flush=True)
    server.end()
    outcomes = [str(row["outcome"]) for row in rows]
    print({outcome: outcomes.count(outcome) for outcome in sorted(set(outcomes))})
    return 0


if __name__ == "__main__":
    sys.exit(main())
