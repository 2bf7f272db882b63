"""Mutation testing of what verdicts rest on: faults are put into the code, one at a time; the tests must see each.

    python tests/mutation/mutants.py [--number 600] [--seed 1] [--only proofs] [--jobs 2] [--minutes 20] [--out FILE]

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
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate, islice
from pathlib import Path

from reach import Reach, quiet_hypothesis, reach
from trying import Attempt, Server, Tried, at_import, in_functions

from faults import ROOT, SOURCE, Fault, changed_lines, faults, is_fault, place, sources, users

_MANY = 150
_SEEN = ("killed", "timed out")


def chosen_tests(known: Reach, fault: Fault, before: str, after: str, seconds: float) -> tuple[list[str], bool]:
    """The tests that run what a fault changes, or what names it, then those that run the function around it, or its
    module, the quick ones first, as far as they take no more than these seconds together; and whether what it changes
    runs at import too."""
    at = place(before, after)
    imported = at is None or any((fault.module, line) in known.at_import for line in at[1])
    if at is None or imported:
        everything = known.of(fault.module, range(1, before.count("\n") + 2))
        first = known.of(fault.module, users(before, after))
        chosen = [*known.in_order(first), *known.in_order(everything - first)]
    else:
        statement, function = at
        first = known.of(fault.module, statement)
        # Many of them say the same again: what runs a function but not the fault is asked only where few run it.
        others = known.of(fault.module, function) - first if len(first) < _MANY else set()
        chosen = [*known.in_order(first), *known.in_order(others)]
    sums = accumulate(known.seconds[test] for test in chosen)
    return [test for test, taken in zip(chosen, sums, strict=True) if taken <= seconds or test == chosen[0]], imported


class Trying:
    """Tries faults; believes no test that fails without them too."""

    def __init__(self, known: Reach, seconds: float) -> None:
        self._known, self._seconds = known, seconds
        self._in_functions, self._at_import = Server(in_functions), Server(at_import)
        self._sound: set[str] = set()
        self._unsound: set[str] = set()

    def attempt(self, fault: Fault, before: str, after: str) -> tuple[Attempt, int]:
        """What became of a fault, and how many tests there were for it."""
        tests, imported = chosen_tests(self._known, fault, before, after, self._seconds)
        while True:
            tests = [test for test in tests if test not in self._unsound]
            if not tests:
                return Attempt("survived", ""), 0
            tried = Tried(fault, before, after, tests, {test: self._known.seconds[test] for test in tests})
            result = self._in_functions.attempt(tried)
            if result.outcome == "not here" or (result.outcome == "survived" and imported):
                result = self._at_import.attempt(tried)
            if result.by not in tests or self._is_sound(result.by, tried):
                return result, len(tests)

    def _is_sound(self, test: str, tried: Tried) -> bool:
        if test not in self._sound and test not in self._unsound:
            alone = self._in_functions.attempt(tried._replace(after=tried.before, tests=[test]))
            (self._sound if alone.outcome == "survived" else self._unsound).add(test)
            if test in self._unsound:
                print(f"fails without any fault, and is left out: {test}", flush=True)
        return test in self._sound

    def end(self) -> None:
        """Ends its processes."""
        self._in_functions.end()
        self._at_import.end()


def drawn(number: int, seed: int, only: str) -> Iterator[tuple[Fault, str, str]]:
    """Faults drawn by a seed, each with its module's source before and after."""
    everything = [one for one in faults() if only in one.module]
    random.Random(seed).shuffle(everything)
    print(f"{number} of {len(everything)} changes, seed {seed}", flush=True)
    changed = ((one, *sources(one)) for one in everything)
    return islice((one for one in changed if is_fault(one[1], one[2])), number)


def survivors(run: Path) -> Iterator[tuple[Fault, str, str]]:
    """The faults that survived a run before, each with its module's source before and after."""
    for row in json.loads(run.read_text(encoding="utf-8")):
        if row["outcome"] not in _SEEN:
            fault = Fault(row["module"], row["operator"], row["occurrence"])
            yield fault, *sources(fault)


def main() -> int:
    """Draws, tries, and writes what became of each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--number", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="modules whose path holds this")
    parser.add_argument("--again", type=Path, help="only what survived in the run of this file")
    parser.add_argument("--jobs", type=int, default=1, help="faults tried at once")
    parser.add_argument("--minutes", type=float, help="after which no further fault is begun")
    parser.add_argument("--seconds", type=float, default=120, help="that all tests of a fault may take")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "mutants.json")
    args = parser.parse_args()
    os.chdir(ROOT)
    # As `python -m pytest` does, and the sources that the faults are put into before any that are installed.
    sys.path[:0] = [str(SOURCE), str(ROOT)]
    chosen = survivors(args.again) if args.again else drawn(args.number, args.seed, args.only)
    # What takes long to import and is not under test is there before the processes part.
    for heavy in ("hypothesis", "coincurve", "eth_account", "brownie", "pandas", "pydantic"):
        importlib.import_module(heavy)
    quiet_hypothesis()
    known = reach(ROOT / "build" / "mutants-reach.json")
    rows: list[dict[str, object]] = []
    turn = threading.Lock()
    end = None if args.minutes is None else time.monotonic() + 60 * args.minutes
    args.out.parent.mkdir(parents=True, exist_ok=True)

    def work(trying: Trying) -> None:
        while True:
            with turn:
                following = next(chosen, None) if end is None or time.monotonic() < end else None
            if following is None:
                return
            fault, before, after = following
            began = time.monotonic()
            result, tests = trying.attempt(fault, before, after)
            change = changed_lines(before, after)
            with turn:
                rows.append({**fault._asdict(), **result._asdict(), "tests": tests, "change": change})
                args.out.write_text(json.dumps(rows, indent=1))
                took = f"{len(rows):4} {result.outcome:9} {time.monotonic() - began:5.1f} s"
                lines = [f"{took}  {fault.module} {fault.operator} {result.by.rpartition('/')[2]}"]
                if result.outcome not in _SEEN:
                    lines += [f"       {line}" for line in [f"{tests} tests", *change]]
                print("\n".join(lines), flush=True)

    working = [Trying(known, args.seconds) for _ in range(args.jobs)]
    with ThreadPoolExecutor(args.jobs) as threads:
        for done in [threads.submit(work, one) for one in working]:
            done.result()
    for each in working:
        each.end()
    outcomes = [str(row["outcome"]) for row in rows]
    print({outcome: outcomes.count(outcome) for outcome in sorted(set(outcomes))})
    return 0


if __name__ == "__main__":
    sys.exit(main())
