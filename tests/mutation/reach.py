"""Which tests run which lines of the modules that faults are put into, and how long each test takes."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, NamedTuple

import pytest
from faults import ROOT, SOURCE, modules

# What the tests of a fault are chosen from. Left out is what starts programs of its own, into which no fault gets.
TESTS = (
    *(f"tests/unit/{room}" for room in ("evidence", "rules", "ledger", "report/trial", "report/summary", "acts")),
    "tests/unit/report/test_act_words.py",
    "tests/unit/cli/test_trusting.py",
    "tests/unit/test_trials.py",
    "tests/property/test_state_tries.py",
    *(
        f"tests/integration/test_{name}.py"
        for name in (
            "any_number",
            "as_it_stood",
            "blocks_left_behind",
            "bundled_entries",
            "bundles",
            "bundles_compared",
            "carried",
            "check_chain",
            "checkpoints",
            "commands_on_bundles",
            "consent",
            "histories_shown",
            "hostile_text",
            "kept_bundles",
            "ledger_chain",
            "ledger_heads",
            "ledger_parties",
            "lies_in_bundles",
            "lies_to_commands",
            "lying_nodes",
            "proven_words",
            "registry_commands",
            "rights",
            "stores_apart",
            "summary",
            "verify",
            "verify_documents",
            "verify_nodes",
            "verify_times_and_parties",
        )
    ),
)
# Lines of a function that a test calls more often are not all noted: what runs that often is run by many tests.
_CALLS = 300
_QUICK_ENOUGH = 12.0

Lines = set[tuple[str, int]]


class Reach(NamedTuple):
    """What the tests run."""

    seconds: dict[str, float]
    """Of each test, by its id, in the order in which they run."""
    tests: dict[str, dict[int, list[str]]]
    """By module and line."""

    def of(self, module: str, lines: range) -> set[str]:
        """The tests that run any of these lines."""
        known = self.tests.get(module, {})
        return {test for line in lines for test in known.get(line, ())}

    def in_order(self, tests: set[str]) -> list[str]:
        """The quick ones first."""
        return sorted(tests, key=lambda test: (self.seconds[test], test))


def arguments(tests: tuple[str, ...] | list[str]) -> list[str]:
    """How pytest is started."""
    quiet = ["-q", "--no-header", "--tb=no", "-p", "no:cacheprovider", "-p", "no:pytest-brownie"]
    return [*quiet, *tests]


def quiet_hypothesis() -> None:
    """The same examples each time; none kept, none made smaller, none refused because the machine is busy."""
    from hypothesis import HealthCheck, Phase, settings

    settings.register_profile(
        "faults",
        database=None,
        derandomize=True,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=tuple(HealthCheck),
    )
    settings.load_profile("faults")


def reach(kept: Path) -> Reach:
    """What the tests run: as noted of files that are the same still, else noted now, which takes some minutes."""
    states = _states()
    notes: dict[str, dict[str, Any]] = json.loads(kept.read_text()) if kept.exists() else {}
    stale = [file for file, state in states.items() if notes.get(file, {}).get("state") != state]
    if stale:
        print(f"which tests of {len(stale)} files run which lines is noted first; this takes a while", flush=True)
        child = os.fork()
        if child == 0:
            os._exit(_note(kept, stale, states, notes))
        _, status = os.waitpid(child, 0)
        if os.waitstatus_to_exitcode(status):
            raise SystemExit("the tests could not be run")
        notes = json.loads(kept.read_text())
    seconds: dict[str, float] = {}
    tests: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for file in states:
        for test in notes[file]["failed"]:
            print(f"fails without any fault, and is left out: {test}", flush=True)
        for test, took in notes[file]["seconds"].items():
            seconds[test] = took
        for test, lines in notes[file]["lines"].items():
            for module, of in lines.items():
                for line in of:
                    tests[module][line].append(test)
    return Reach(seconds, tests)


def _states() -> dict[str, str]:
    """What the notes on each file of tests hang on: itself, all of the program, and what the tests share."""
    shared = hashlib.sha256()
    for path in sorted([*SOURCE.rglob("*.py"), *(ROOT / "tests").rglob("*.py")]):
        if not path.name.startswith("test_") and path.parent != Path(__file__).parent:
            shared.update(path.read_bytes())
    found = {}
    for named in TESTS:
        path = ROOT / named
        for file in [path] if path.suffix else sorted(path.rglob("test_*.py")):
            own = shared.copy()
            own.update(file.read_bytes())
            found[str(file.relative_to(ROOT))] = own.hexdigest()
    return found


def _note(kept: Path, files: list[str], states: dict[str, str], notes: dict[str, dict[str, Any]]) -> int:
    quiet_hypothesis()
    noting = _Noting()
    if pytest.main(arguments(files), plugins=[noting]) not in (0, 1):
        return 1
    for file in files:
        notes[file] = {"state": states[file], "failed": [], "seconds": {}, "lines": {}}
    for test, lines in noting.lines():
        note = notes[test.partition("::")[0]]
        if test in noting.failed:
            note["failed"].append(test)
        elif noting.seconds[test] <= _QUICK_ENOUGH:
            note["seconds"][test] = noting.seconds[test]
            of: dict[str, list[int]] = defaultdict(list)
            for module, line in sorted(lines):
                of[module].append(line)
            note["lines"][test] = of
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps({file: notes[file] for file in states}))
    return 0


class _Noting:
    """Notes lines, as a plugin of pytest."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.failed: set[str] = set()
        self._files = {str(path): str(path.relative_to(SOURCE)) for path in modules()}
        self._of_tests: dict[str, Lines] = {}
        self._of_fixtures: dict[str, Lines] = defaultdict(set)
        self._fixtures: dict[str, list[str]] = {}
        self._now: Lines = set()
        self._calls: Counter[CodeType] = Counter()

    def lines(self) -> Iterator[tuple[str, Lines]]:
        """The lines of each test, those of the fixtures it shares with others among them."""
        for test, own in self._of_tests.items():
            yield test, own.union(*(self._of_fixtures.get(one, set()) for one in self._fixtures[test]))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        own = self._now = self._of_tests[item.nodeid] = set()
        found = getattr(item, "_fixtureinfo", None)
        named = found.name2fixturedefs.values() if found else ()
        self._fixtures[item.nodeid] = [str(id(one)) for several in named for one in several]
        self._calls.clear()
        began = time.monotonic()
        threading.settrace(self._trace)  # type: ignore[arg-type]
        sys.settrace(self._trace)  # type: ignore[arg-type]
        try:
            return (yield)
        finally:
            sys.settrace(None)
            threading.settrace(None)  # type: ignore[arg-type]
            self._now = own
            self.seconds[item.nodeid] = round(time.monotonic() - began, 3)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[object]:
        before = self._now
        if fixturedef.scope != "function":
            self._now = self._of_fixtures[str(id(fixturedef))]
        try:
            return (yield)
        finally:
            self._now = before

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.add(report.nodeid)

    def _trace(self, frame: FrameType, event: str, argument: object) -> object:
        code = frame.f_code
        module = self._files.get(code.co_filename)
        if module is None:
            return None
        self._now.add((module, frame.f_lineno))
        self._calls[code] += 1
        if self._calls[code] > _CALLS:
            return None

        def line(frame: FrameType, event: str, argument: object) -> object:
            self._now.add((module, frame.f_lineno))
            return line

        return line
