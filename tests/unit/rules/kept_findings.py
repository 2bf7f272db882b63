"""What rules find of made cases, word for word, in files of `findings/` that people read: status, sentence, facts.

Where a wording is meant to change: python tests/unit/rules/kept_findings.py writes the files anew; read what differs.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from pathlib import Path

from trialseal.rules.finding import Case, Rule

FOLDER = Path(__file__).parent / "findings"
Cases = Mapping[str, tuple[Rule[Case], Case]]
"""By a title that says what the case is made of."""


def written(cases: Cases) -> str:
    """A section for each case."""
    sections = []
    for title, (rule, case) in cases.items():
        found = rule(case)
        facts = (f"- {one}" for one in found.facts)
        sections.append("\n".join([f"## {title}", f"{rule.id} {found.status.value}: {found.sentence}", *facts]))
    return "\n\n".join(sections)


def kept(name: str, title: str) -> str:
    """The section of a case."""
    return next((one for one in _sections(name) if one.partition("\n")[0] == f"## {title}"), "")


def titles(name: str) -> list[str]:
    """The titles of all sections."""
    return [one.partition("\n")[0].removeprefix("## ") for one in _sections(name)]


def _sections(name: str) -> list[str]:
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8").rstrip("\n").split("\n\n")


if __name__ == "__main__":
    sys.path[:0] = [str(FOLDER.parent), str(FOLDER.parents[2])]
    FOLDER.mkdir(exist_ok=True)
    for path in sorted(FOLDER.parent.glob("test_*_findings.py")):
        sections = written(importlib.import_module(path.stem).CASES)
        name = path.stem.removeprefix("test_").removesuffix("_findings")
        (FOLDER / f"{name}.txt").write_text(sections + "\n", encoding="utf-8")
