"""Mutation testing of what verdicts rest on: faults are put into the code, one at a time; the tests must see each.

    python tests/mutation/mutants.py [--number 600] [--seed 1] [--only proofs] [--out FILE]

Faults are those of cosmic-ray's operators, drawn by a seed. Each is put into a module as it is imported by a process of
its own, which runs the tests that know that module, the quick ones first, and stops at the first that fails. Survivors
are shown with what was changed; docs/mutants.md says why those that remain change nothing that anybody could see.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import importlib.abc
import importlib.util
import json
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"
TIMEOUT = 300.0
_QUICK = (
    "tests/integration/test_carried.py",
    "tests/integration/test_as_it_stood.py",
    "tests/unit/ledger/test_words.py",
    "tests/unit/ledger/test_heads.py",
    "tests/unit/ledger/test_logs.py",
)
_VERIFY = tuple(
    f"tests/integration/test_verify{part}.py" for part in ("", "_times_and_parties", "_documents", "_nodes")
)
_LEDGER = (
    *_QUICK,
    "tests/integration/test_proven_words.py",
    "tests/integration/test_ledger_heads.py",
    "tests/integration/test_ledger_chain.py",
    "tests/integration/test_ledger_parties.py",
    "tests/integration/test_lying_nodes.py",
)
# Modules, and the tests that know them, in the order in which they are asked.
TARGETS: dict[str, tuple[str, ...]] = {
    "trialseal/ledger/proofs/*.py": ("tests/unit/ledger/proofs", "tests/property/test_state_tries.py", *_QUICK[:2]),
    "trialseal/ledger/reference/*.py": (
        "tests/unit/ledger/reference",
        "tests/unit/cli/test_trusting.py",
        "tests/integration/test_checkpoints.py",
        "tests/integration/test_bundles.py",
    ),
    "trialseal/ledger/state.py": _LEDGER,
    "trialseal/ledger/reader.py": _LEDGER,
    "trialseal/ledger/rolling.py": _LEDGER,
    "trialseal/ledger/records.py": _LEDGER,
    "trialseal/ledger/logs.py": _LEDGER,
    "trialseal/ledger/attestations.py": (*_LEDGER, "tests/unit/rules"),
    "trialseal/ledger/claims.py": _LEDGER,
    "trialseal/ledger/parties.py": (*_LEDGER, "tests/unit/rules"),
    "trialseal/ledger/heads.py": _LEDGER,
    "trialseal/ledger/carried.py": ("tests/integration/test_carried.py", "tests/integration/test_bundles.py"),
    "trialseal/evidence/*.py": (
        "tests/unit/evidence",
        "tests/unit/rules",
        *_VERIFY,
        "tests/integration/test_lying_nodes.py",
        "tests/integration/test_consent.py",
        "tests/integration/test_registry_commands.py",
    ),
    "trialseal/evidence/bundle/*.py": (
        "tests/integration/test_kept_bundles.py",
        "tests/integration/test_bundles.py",
    ),
    **{
        f"trialseal/rules/{name}.py": (
            "tests/unit/rules",
            "tests/unit/report/trial",
            *_VERIFY,
        )
        for name in (
            "sealing",
            "sealed_trial",
            "approvals",
            "parties",
            "results",
            "timing",
            "attesting",
            "authority",
            "contested",
        )
    },
}


class Mutant(NamedTuple):
    """One fault: which operator changes which of its places in a module."""

    module: str
    operator: str
    occurrence: int
    tests: tuple[str, ...]


def mutants() -> Iterator[Mutant]:
    """Every fault that the operators know in the modules."""
    from cosmic_ray.ast import ast_nodes, get_ast_from_path
    from cosmic_ray.plugins import get_operator, operator_names

    # Operators that take arguments are for faults of one's own; the others are the default.
    operators = [(name, get_operator(name)) for name in sorted(operator_names())]
    plain = [(name, operator()) for name, operator in operators if not operator.arguments()]
    for pattern, tests in TARGETS.items():
        for path in sorted(SOURCE.glob(pattern)):
            nodes = list(ast_nodes(get_ast_from_path(path)))
            for name, operator in plain:
                for occurrence in range(sum(1 for node in nodes for _ in operator.mutation_positions(node))):
                    yield Mutant(str(path.relative_to(SOURCE)), name, occurrence, tests)


def is_fault(before: str, after: str) -> bool:
    """Whether a change is one of the code: annotations are not run, and docstrings say nothing to a computer."""
    return _run_part(before) != _run_part(after)


def _run_part(source: str) -> str:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
        elif isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.FunctionDef):
            node.returns = None
    return ast.dump(tree)


def mutated(mutant: Mutant) -> tuple[str, str]:
    """A module's source before and after."""
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    before = (SOURCE / mutant.module).read_text(encoding="utf-8")
    after = mutate_code(before, get_operator(mutant.operator)(), mutant.occurrence)
    return before, before if after is None else after


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module another source."""

    def __init__(self, name: str, path: Path, source: str) -> None:
        self._name, self._path, self._source = name, path, source

    def find_spec(self, name: str, path: object = None, target: object = None) -> object:
        if name != self._name:
            return None
        return importlib.util.spec_from_file_location(name, self._path, loader=self)  # type: ignore[arg-type]

    def create_module(self, spec: object) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self._source, str(self._path), "exec"), module.__dict__)


def survives(mutant: Mutant, source: str) -> str:
    """'killed', 'survived' or 'timed out': what the tests make of a fault, in a process of its own."""
    child = os.fork()
    if child == 0:
        os.setsid()
        os._exit(_tests_fail(mutant, source))
    end = time.monotonic() + TIMEOUT
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            _end(child)
            return "survived" if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0 else "killed"
        time.sleep(0.05)
    _end(child)
    os.waitpid(child, 0)
    return "timed out"


def _end(child: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # local chains that its tests started too


def _tests_fail(mutant: Mutant, source: str) -> int:
    """0 if all tests pass."""
    import pytest

    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    name = mutant.module.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    sys.meta_path.insert(0, _Changed(name, SOURCE / mutant.module, source))
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))  # as `python -m pytest` does
    for tests in mutant.tests:
        code = pytest.main(["-q", "-x", "-p", "no:cacheprovider", "-p", "no:pytest-brownie", "--no-header", tests])
        if code not in (0, 5):
            return 1
        for loaded in [one for one in sys.modules if one.startswith(("test_", "conftest", "tests."))]:
            del sys.modules[loaded]
    return 0


def main() -> int:
    """Draws, runs, and writes what became of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="modules whose path holds this")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "mutants.json")
    args = parser.parse_args()
    everything = [one for one in mutants() if args.only in one.module]
    random.Random(args.seed).shuffle(everything)
    print(f"{args.number} of {len(everything)} changes, seed {args.seed}", flush=True)
    # What takes long to import and is not under test is there before the processes part.
    for heavy in ("pytest", "hypothesis", "coincurve", "eth_account", "brownie", "pandas", "pydantic"):
        importlib.import_module(heavy)
    for tests in dict.fromkeys(one.tests for one in everything):
        untouched = Mutant("trialseal/__main__.py", "", 0, tests)
        if survives(untouched, (SOURCE / untouched.module).read_text(encoding="utf-8")) != "survived":
            print(f"these tests fail without any fault, so that they would see every one: {', '.join(tests)}")
            return 1
    rows: list[dict[str, object]] = []
    args.out.parent.mkdir(parents=True, exist_ok=True)
    for one in everything:
        if len(rows) == args.number:
            break
        before, after = mutated(one)
        if not is_fault(before, after):
            continue
        began = time.monotonic()
        outcome = survives(one, after)
        change = [
            line
            for line in difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
            if line[:1] in "+-@" and line[:3] not in ("---", "+++")
        ]
        rows.append({**one._asdict(), "outcome": outcome, "change": change})
        args.out.write_text(json.dumps(rows, indent=1))
        print(f"{len(rows):4} {outcome:9} {time.monotonic() - began:5.1f} s  {one.module} {one.operator}", flush=True)
        if outcome == "survived":
            print("\n".join(f"       {line}" for line in change), flush=True)
    counted = {
        outcome: sum(row["outcome"] == outcome for row in rows) for outcome in sorted({r["outcome"] for r in rows})
    }
    print(counted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
