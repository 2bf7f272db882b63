"""What the tests make of a fault: each is put in in a process of its own, which stops at the first test that fails.

A fault inside a function is put into that function where everything is imported and all tests are collected already, so
that it costs no more than its tests. Any other, and what survives so but runs at import too, is put into its module as
it is imported.
"""

from __future__ import annotations

import functools
import gc
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import NamedTuple

import pytest
from reach import TESTS, arguments, quiet_hypothesis

from faults import SOURCE, Fault

# Seconds that all tests of a fault may take, and one of them, beyond a multiple of what it takes without a fault.
_LONGEST = 600.0
_PATIENCE, _TIMES = 15.0, 20.0
_SURVIVED, _KILLED, _BROKEN, _NOT_HERE = 0, 1, 3, 4
_OUTCOMES = {_SURVIVED: "survived", _KILLED: "killed", _NOT_HERE: "not here"}


class Attempt(NamedTuple):
    """What became of a fault."""

    outcome: str
    """'killed', 'timed out', 'survived', or 'broken': the tests could not be run."""
    by: str
    """The test that failed."""


class Tried(NamedTuple):
    """What a process of its own needs to know."""

    fault: Fault
    before: str
    after: str
    tests: Sequence[str]
    seconds: dict[str, float]


Work = Callable[[Callable[[Tried], Attempt]], None]
"""Takes what tries a fault, and has it try what is to be tried."""


def in_process(run: Callable[[Path], int]) -> Attempt:
    """Runs in a process of its own, in a folder that is removed afterwards, with whatever it started."""
    with tempfile.TemporaryDirectory(prefix="mutants", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        child = os.fork()
        if child == 0:
            os.setsid()
            os.environ["PYTEST_DEBUG_TEMPROOT"] = made
            code = _BROKEN
            try:
                code = run(folder / "by")
            finally:
                os._exit(code)
        ended = _ended(child)
        by = folder / "by"
        test = by.read_text() if by.exists() else ""
        for devnet in folder.rglob("devnet.json"):  # a session of its own
            with suppress(OSError, ValueError, KeyError, TypeError):
                os.kill(json.loads(devnet.read_bytes())["pid"], signal.SIGKILL)
        if ended is None or ended == -signal.SIGALRM:
            return Attempt("timed out", test)
        # A fault that ends the interpreter itself, by its memory or its stack, is seen too.
        return Attempt("killed" if ended < 0 else _OUTCOMES.get(ended, "broken"), test if ended else "")


def _ended(child: int) -> int | None:
    end = time.monotonic() + _LONGEST
    pause = 0.005
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            with suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)
            return os.waitstatus_to_exitcode(status)
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


class InFunctions:
    """Tries faults of functions: a plugin of pytest, which collects all tests and then runs those that it is told."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Instead of the tests, the work that is to be done with them."""
        items = {item.nodeid: item for item in session.items}
        self._work(lambda tried: in_process(lambda by: _try_function(tried, items, session, by)))
        return True


def _try_function(tried: Tried, items: dict[str, pytest.Item], session: pytest.Session, by: Path) -> int:
    path = str(SOURCE / tried.fault.module)
    if tried.after != tried.before:
        changes = _changes(compile(tried.before, path, "exec"), compile(tried.after, path, "exec"))
        if not changes or not _put_in(path, changes):
            return _NOT_HERE
    failing = _Failing(by, tried.seconds)
    session.config.pluginmanager.register(failing)
    # What a test is called may come from files other than its own: then those known no longer are passed over.
    chosen = [items[test] for test in tried.tests if test in items]
    for item, following in zip(chosen, [*chosen[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if failing.failed:
            with suppress(BaseException):
                session._setupstate.teardown_exact(None)
            return _KILLED
    return _SURVIVED


def _changes(before: CodeType, after: CodeType) -> dict[tuple[str, int], CodeType] | None:
    """New code by a function's name and line; None if more than the insides of functions differs."""
    found: dict[tuple[str, int], CodeType] = {}
    old, new = (tuple(one for one in code.co_consts if isinstance(one, CodeType)) for code in (before, after))
    if len(old) != len(new) or _without_insides(before) != _without_insides(after):
        return None
    for was, now in zip(old, new, strict=True):
        if was == now:
            continue
        if was.co_flags & 0x02 and was.co_name != "<lambda>":  # local variables: a function, no class
            if was.co_freevars != now.co_freevars:
                return None
            found[was.co_qualname, was.co_firstlineno] = now
        else:
            inner = _changes(was, now)
            if inner is None:
                return None
            found |= inner
    return found


def _without_insides(code: CodeType) -> CodeType:
    return code.replace(co_consts=tuple(None if isinstance(one, CodeType) else one for one in code.co_consts))


def _put_in(path: str, changes: dict[tuple[str, int], CodeType]) -> bool:
    found = set()
    for known in gc.get_objects():
        if isinstance(known, FunctionType) and known.__code__.co_filename == path:
            at = known.__code__.co_qualname, known.__code__.co_firstlineno
            if at in changes:
                known.__code__ = changes[at]
                found.add(at)
        elif isinstance(known, functools._lru_cache_wrapper):  # what was answered without the fault
            known.cache_clear()
    return found == set(changes)


class _Failing:
    """Which test failed, and how long each may take."""

    def __init__(self, by: Path, seconds: dict[str, float]) -> None:
        self.failed = False
        self._by, self._seconds = by, seconds

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._by.write_text(nodeid)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, _PATIENCE + _TIMES * self._seconds.get(nodeid, 1))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed = True

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.failed = True
            self._by.write_text(f"{report.nodeid} could not be collected")


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module another source."""

    def __init__(self, name: str, path: Path, source: str) -> None:
        self._name, self._path, self._source = name, path, source

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None, /
    ) -> importlib.machinery.ModuleSpec | None:
        if name != self._name:
            return None
        return importlib.util.spec_from_file_location(name, self._path, loader=self)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self._source, str(self._path), "exec"), module.__dict__)


def _try_module(tried: Tried, by: Path) -> int:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    sys.meta_path.insert(0, _Changed(tried.fault.name, SOURCE / tried.fault.module, tried.after))
    failing = _Failing(by, tried.seconds)
    files = list(dict.fromkeys(test.partition("::")[0] for test in tried.tests))
    # By file, so that a module that cannot be imported is seen; then what is chosen of them, in its order.
    code = pytest.main([*arguments(files), "-x"], plugins=[failing, _Chosen(tried.tests)])
    if code in (0, 5):
        return _SURVIVED
    # 1: a test failed; 2 and 4: tests, or what they share, could not be collected: the module cannot be imported.
    return _KILLED if code in (1, 2, 4) or failing.failed else _BROKEN


class _Chosen:
    """Keeps some tests of those collected."""

    def __init__(self, tests: Sequence[str]) -> None:
        self._order = {test: n for n, test in enumerate(tests)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted((one for one in items if one.nodeid in self._order), key=lambda one: self._order[one.nodeid])


def in_functions(work: Work) -> None:
    """Tries faults of functions, or tests without a fault, where everything is imported and all tests are collected."""
    quiet_hypothesis()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    pytest.main(arguments(TESTS), plugins=[InFunctions(work)])


def at_import(work: Work) -> None:
    """Tries any fault; nothing of trialseal may be imported yet."""
    work(lambda tried: in_process(lambda by: _try_module(tried, by)))


class Server:
    """A process that tries what it is told, a line of JSON each."""

    def __init__(self, serve: Callable[[Work], None]) -> None:
        out_of, requests = os.pipe()
        answers, into = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(requests)
            os.close(answers)
            with suppress(BaseException):
                serve(lambda attempt: _work(attempt, out_of, into))
            os._exit(1)
        os.close(out_of)
        os.close(into)
        self._requests, self._answers = os.fdopen(requests, "w"), os.fdopen(answers)

    def attempt(self, tried: Tried) -> Attempt:
        """What became of a fault; 'not here' if it is not one of the inside of a function, where only those are."""
        print(json.dumps(tried), file=self._requests, flush=True)
        answer = self._answers.readline()
        if not answer:
            raise SystemExit("the tests could not be collected")
        return Attempt(*json.loads(answer))

    def end(self) -> None:
        """Ends the process; those that were started after it hold its end of the pipe, so that it would wait on."""
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)


def _work(attempt: Callable[[Tried], Attempt], requests: int, answers: int) -> None:
    with os.fdopen(requests) as lines, os.fdopen(answers, "w") as out:
        for line in lines:
            fault, *others = json.loads(line)
            print(json.dumps(attempt(Tried(Fault(*fault), *others))), file=out, flush=True)
