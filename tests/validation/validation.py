"""Runs the tests that hold each requirement, and writes docs/validation.md: `make validation`."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

from trialseal import __version__

ROOT = Path(__file__).parents[2]
LIST = Path(__file__).with_name("requirements.toml")
PAGE = ROOT / "docs" / "validation.md"
KEPT = ROOT / "docs" / "validation.json"  # the run, so that the page can be made again without one
_WORDS = """# Validation

Written by `make validation` from `tests/validation/requirements.toml`, where each requirement names the tests that
hold it.

ICH E6(R3) 4.3 asks whoever uses a computerised system in a trial to show that it is fit for that use; 21 CFR 11.10(a)
asks for validation. This page is what the project can give to that: what each command promises, the rule behind it,
the tests, and how they ended. What remains for an office: its own requirements, and that these are they; that its
installation does the same (keep what `trialseal selftest` prints after each installation and update); who is trained
and who may use it; and what it does when it fails. Nobody from outside has audited this.
"""


class Requirement(NamedTuple):
    """What is promised, and which tests hold it."""

    commands: tuple[str, ...]
    promise: str
    source: str
    tests: tuple[str, ...]
    """Each FILE::FUNCTION below tests/."""


class Outcome(NamedTuple):
    """How the cases of a test ended."""

    passed: int
    failed: int
    skipped: int


def requirements() -> list[Requirement]:
    """The list as it is written."""
    listed = tomllib.loads(LIST.read_text(encoding="utf-8"))["requirement"]
    return [Requirement(tuple(r["commands"]), r["promise"], r["source"], tuple(r["tests"])) for r in listed]


def run(tests: Sequence[str]) -> dict[str, Outcome]:
    """Runs these tests; how the cases of each ended."""
    with tempfile.TemporaryDirectory(prefix="trialseal-validation-") as place:
        report = Path(place) / "report.xml"
        named = [f"tests/{one}" for one in tests]
        command = [sys.executable, "-m", "pytest", "-q", "-n", "0", f"--junitxml={report}", *named]
        subprocess.run(command, cwd=ROOT, check=False)
        return outcomes(report.read_bytes(), tests)


def outcomes(report: bytes, tests: Sequence[str]) -> dict[str, Outcome]:
    """How the cases of each test ended, by pytest's report; a test without a case is counted as one that failed."""
    counted: dict[str, Counter[str]] = {one: Counter() for one in tests}
    for case in ElementTree.fromstring(report).iter("testcase"):
        file = case.get("classname", "").removeprefix("tests.").replace(".", "/")
        test = f"{file}.py::{case.get('name', '').partition('[')[0]}"
        if test in counted:
            children = {child.tag for child in case}
            counted[test][
                "failed" if children & {"failure", "error"} else "skipped" if "skipped" in children else "passed"
            ] += 1
    return {
        test: Outcome(found["passed"], found["failed"] or int(not found), found["skipped"])
        for test, found in counted.items()
    }


def page(listed: Sequence[Requirement], kept: Mapping[str, Any]) -> str:
    """docs/validation.md."""
    ended = {test: Outcome(*outcome) for test, outcome in kept["tests"].items()}
    whole = _sum(ended.values())
    lines = [
        _WORDS,
        f"**Run {kept['day']}**, trialseal {kept['version']}, Python {kept['python']}, {kept['system']}: "
        f"{len(listed)} requirements, {len(ended)} tests, {_words(whole)}.",
        "",
        "| no. | command | what it promises | source | as run |",
        "|---:|---|---|---|---|",
    ]
    for number, one in enumerate(listed, 1):
        commands = ", ".join(f"`{name}`" for name in one.commands)
        outcome = _words(_sum(ended[test] for test in one.tests))
        lines.append(f"| {number} | {commands} | {one.promise} | {one.source} | {outcome} |")
    lines += ["", "## The tests of each", ""]
    for number, one in enumerate(listed, 1):
        lines += [f"{number}. {one.promise}", ""]
        lines += [f"   - `tests/{test}`: {_words(ended[test])}" for test in one.tests] + [""]
    return "\n".join(lines)


def _sum(many: Any) -> Outcome:
    return Outcome(*map(sum, zip(*many, strict=True)))


def _words(outcome: Outcome) -> str:
    """'5 cases passed', '4 cases passed, 1 failed'."""
    more = "".join(
        f", {number} {word}" for number, word in ((outcome.failed, "failed"), (outcome.skipped, "skipped")) if number
    )
    return f"{outcome.passed:,} case{'' if outcome.passed == 1 else 's'} passed{more}"


def main() -> int:
    """Runs, writes the page; 1 if a test failed."""
    listed = requirements()
    tests = list(dict.fromkeys(test for one in listed for test in one.tests))
    ended = run(tests)
    kept = {
        "day": datetime.now(UTC).date().isoformat(),
        "version": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "tests": ended,
    }
    KEPT.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(listed, kept), encoding="utf-8")
    failed = [test for test, outcome in ended.items() if outcome.failed]
    for test in failed:
        print(f"failed: {test}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
