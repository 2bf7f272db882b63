"""Which tests run which lines of the modules that faults are put into, and how long each test takes."""

from __future__ import annotations

import difflib
import functools
import hashlib
import importlib
import json
import os
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, NamedTuple

import pytest

from faults import ROOT, SOURCE, modules

# What the tests of a fault are chosen from. Left out is what starts programs of its own, into which no fault gets.
TESTS = (
    *(
        f"tests/unit/{room}"
        for room in ("evidence", "rules", "ledger", "report/trial", "report/summary", "acts", "custody", "sharing")
    ),
    "tests/unit/folder",
    "tests/unit/tables/test_row_text.py",
    "tests/unit/test_once.py",
    "tests/unit/report/test_act_words.py",
    "tests/unit/cli/test_trusting.py",
    "tests/unit/test_trials.py",
    "tests/property/test_state_tries.py",
    *(
        f"tests/integration/test_{name}.py"
        for name in (
            "any_number",
            "as_it_stood",
            "attested_checkpoints",
            "blocks_left_behind",
            "bundled_endpoints",
            "bundled_entries",
            "bundled_rows",
            "bundles",
            "bundles_compared",
            "bundles_updated",
            "carried",
            "check_chain",
            "checkpoints",
            "clocks_verified",
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
            "signed_bundles",
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
_QUICK_ENOUGH = 20.0
_KEPT_EACH = 30.0

Hook = Generator[None, object, object]
Lines = set[tuple[str, int]]
Notes = dict[str, dict[str, Any]]


class Reach(NamedTuple):
    """What the tests run."""

    seconds: dict[str, float]
    """Of each test, by its id, in the order in which they run."""
    tests: dict[str, dict[int, list[str]]]
    """By module and line."""
    at_import: Lines
    """The lines of functions that run as the modules are imported: by module and line."""

    def of(self, module: str, lines: Iterable[int]) -> set[str]:
        """The tests that run any of these lines."""
        known = self.tests.get(module, {})
        return {test for line in lines for test in known.get(line, ())}

    def in_order(self, tests: set[str]) -> list[str]:
        """The quick ones first; but one file's tests mostly say the same, so that those of others come between."""
        ranks: Counter[str] = Counter()
        keys = {}
        for test in sorted(tests, key=lambda test: (self.seconds[test], test)):
            file = test.partition("::")[0]
            ranks[file] += 1
            keys[test] = self.seconds[test] * ranks[file]
        return sorted(tests, key=lambda test: (keys[test], test))


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
    notes: Notes = json.loads(kept.read_text()) if kept.exists() else {"sources": {}, "files": {}}
    stale = [file for file, state in states.items() if notes["files"].get(file, {}).get("state") != state]
    if stale:
        print(f"which tests of {len(stale)} files run which lines is noted first; this takes a while", flush=True)
        child = os.fork()
        if child == 0:
            os._exit(_note(kept, stale, states, notes))
        _, status = os.waitpid(child, 0)
        if os.waitstatus_to_exitcode(status):
            raise SystemExit("the tests could not be run")
        notes = json.loads(kept.read_text())
    now = {str(path.relative_to(SOURCE)): path.read_text(encoding="utf-8") for path in modules()}

    @functools.cache
    def moved(module: str, source: str) -> dict[int, range]:
        return _moved(notes["sources"].get(source, ""), now[module])

    seconds: dict[str, float] = {}
    tests: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for file in states:
        note = notes["files"].get(file)
        if note is None:  # all of its tests are skipped
            continue
        for test in note["failed"]:
            print(f"fails without any fault, and is left out: {test}", flush=True)
        seconds |= note["seconds"]
        for test, lines in note["lines"].items():
            for module in now.keys() & lines.keys():
                to = moved(module, note["of"][module])
                for line in {after for before in lines[module] for after in to.get(before, ())}:
                    tests[module][line].append(test)
    return Reach(seconds, tests, _at_import())


def _moved(before: str, after: str) -> dict[int, range]:
    """Where lines went since they were noted; lines that were rewritten went to all that stand in their place."""
    found: dict[int, range] = {}
    matcher = difflib.SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False)
    for tag, old, old_end, new, new_end in matcher.get_opcodes():
        for line in range(old, old_end):
            at = new + line - old
            found[line + 1] = range(at + 1, at + 2) if tag == "equal" else range(new + 1, new_end + 1)
    return found


def _at_import() -> Lines:
    """The lines of functions that run as the modules are imported, in a process of its own."""
    out_of, into = os.pipe()
    child = os.fork()
    if child == 0:
        noting = _Noting(lambda noting, file: None)
        sys.settrace(noting.trace)
        for path in modules():
            importlib.import_module(
                str(path.relative_to(SOURCE).with_suffix("")).replace("/", ".").removesuffix(".__init__")
            )
        sys.settrace(None)
        with os.fdopen(into, "w") as out:
            json.dump(sorted(noting.now), out)
        os._exit(0)
    os.close(into)
    with os.fdopen(out_of) as lines:
        found = {(module, line) for module, line in json.load(lines)}
    os.waitpid(child, 0)
    return found


def _states() -> dict[str, str]:
    """The digest of each file of tests.

    What tests share, and the program, may have changed since lines were noted: then the choice of tests is little
    worse, and what fails without any fault is found as faults are tried.
    """
    found = {}
    for named in TESTS:
        path = ROOT / named
        for file in [path] if path.suffix else sorted(path.rglob("test_*.py")):
            found[str(file.relative_to(ROOT))] = hashlib.sha256(file.read_bytes()).hexdigest()
    return found


def _note(kept: Path, files: list[str], states: dict[str, str], notes: Notes) -> int:
    quiet_hypothesis()
    of = {}
    for path in modules():
        text = path.read_text(encoding="utf-8")
        of[str(path.relative_to(SOURCE))] = source = hashlib.sha256(text.encode()).hexdigest()
        notes["sources"][source] = text
    kept.parent.mkdir(parents=True, exist_ok=True)

    written = time.monotonic()

    def keep(noting: _Noting, file: str) -> None:
        nonlocal written
        notes["files"][file] = {"state": states[file], "of": of, **noting.of_file(file)}
        if time.monotonic() > written + _KEPT_EACH:  # so that an end in between loses little
            kept.write_text(json.dumps(notes))
            written = time.monotonic()

    code = pytest.main(arguments(files), plugins=[_Noting(keep)])
    for file in notes["files"].keys() - states.keys():
        del notes["files"][file]
    kept.write_text(json.dumps(notes))
    return 0 if code in (0, 1) else 1


class _Noting:
    """Notes lines, as a plugin of pytest."""

    def __init__(self, keep: Callable[[_Noting, str], None]) -> None:
        self._keep = keep
        self._seconds: dict[str, float] = {}
        self._failed: set[str] = set()
        self._files = {str(path): str(path.relative_to(SOURCE)) for path in modules()}
        self._of_tests: dict[str, Lines] = {}
        self._of_fixtures: dict[str, Lines] = defaultdict(set)
        self._fixtures: dict[str, list[str]] = {}
        self.now: Lines = set()
        self._calls: Counter[CodeType] = Counter()

    def of_file(self, file: str) -> dict[str, Any]:
        """Which tests of a file failed; of the others how long each took, and its lines by module.

        Lines of the fixtures that it shares with others are among them.
        """
        mine = [test for test in self._of_tests if test.partition("::")[0] == file]
        passed = [test for test in mine if test not in self._failed and self._seconds[test] <= _QUICK_ENOUGH]
        lines: dict[str, dict[str, list[int]]] = {test: defaultdict(list) for test in passed}
        for test in passed:
            of_fixtures = (self._of_fixtures.get(one, set()) for one in self._fixtures[test])
            for module, line in sorted(self._of_tests[test].union(*of_fixtures)):
                lines[test][module].append(line)
        return {
            "failed": [test for test in mine if test in self._failed],
            "seconds": {test: self._seconds[test] for test in passed},
            "lines": lines,
        }

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> Hook:
        own = self.now = self._of_tests[item.nodeid] = set()
        found = getattr(item, "_fixtureinfo", None)
        named = found.name2fixturedefs.values() if found else ()
        self._fixtures[item.nodeid] = [str(id(one)) for several in named for one in several]
        self._calls.clear()
        began = time.monotonic()
        threading.settrace(self.trace)
        sys.settrace(self.trace)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            threading.settrace(None)
            self.now = own
            self._seconds[item.nodeid] = round(time.monotonic() - began, 3)
            file = item.nodeid.partition("::")[0]
            if nextitem is None or nextitem.nodeid.partition("::")[0] != file:
                self._keep(self, file)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Hook:
        before = self.now
        if fixturedef.scope != "function":
            self.now = self._of_fixtures[str(id(fixturedef))]
        try:
            return (yield)
        finally:
            self.now = before

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._failed.add(report.nodeid)

    def trace(self, frame: FrameType, event: str, argument: object) -> Any:
        """Notes the lines of functions."""
        code = frame.f_code
        module = self._files.get(code.co_filename)
        if module is None or not code.co_flags & 0x02:  # local variables: a function, neither a module nor a class
            return None
        self.now.add((module, frame.f_lineno))
        self._calls[code] += 1
        if self._calls[code] > _CALLS:
            return None

        def line(frame: FrameType, event: str, argument: object) -> object:
            self.now.add((module, frame.f_lineno))
            return line

        return line
