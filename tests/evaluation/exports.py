"""Write docs/exports.md: how files that study databases exported are read, at once, with the option named, or not.

python tests/evaluation/exports.py NAME=FOLDER [NAME=FOLDER …]
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from trialseal.errors import TrialsealError
from trialseal.files import write_bytes
from trialseal.tables.content import content_of
from trialseal.tables.reading import open_table
from trialseal.tables.table import Reading

PAGE = Path(__file__).parents[2] / "docs" / "exports.md"
_OPTION = re.compile(r"--(delimiter|encoding|names-row|format|sheet) (\$'\\t'|'[^']*'|[^\s,;?]+)")
_MEMBERS = {"names-row": "names_row", "format": "form"}
_MOST_TRIES = 4


class Exports(NamedTuple):
    """What became of the files of one program."""

    at_once: int
    by_option: Counter[str]
    """By the options that were named and then taken."""
    refused: Counter[str]


def read_exports(folder: Path, endings: tuple[str, ...]) -> Exports:
    """Reads every file below a folder that has one of these endings."""
    found = Exports(0, Counter(), Counter())
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.suffix.lower() not in endings:
            continue
        options, problem = _tried(path)
        if problem is not None:
            found.refused[problem] += 1
        elif options:
            found.by_option[options] += 1
        else:
            found = found._replace(at_once=found.at_once + 1)
    return found


def _tried(path: Path) -> tuple[str, str | None]:
    """The options that it took, and why it is not read with them either."""
    reading, options, problem = Reading(), list[str](), ""
    for _ in range(_MOST_TRIES):
        try:
            content_of(open_table(path, reading))
            return " ".join(sorted(options)), None
        except TrialsealError as error:
            problem = str(error).replace(str(path), "").strip(": ")
            named: dict[str, Any] = {}
            for name, value in _OPTION.findall(problem):
                plain = "\t" if value.startswith("$") else value.strip("'")
                named.setdefault(_MEMBERS.get(name, name), int(plain) if name == "names-row" else plain)
                options.append(f"--{name}")
            if not named or replace(reading, **named) == reading:
                break
            reading = replace(reading, **named)
    return "", re.sub(r"[0-9]+|'[^']*'", "…", problem)


def page(found: dict[str, Exports]) -> str:
    """The page as Markdown."""
    lines = [
        "# Exports of study databases",
        "",
        "<!-- Made by tests/evaluation/exports.py: run it again, do not edit. -->",
        "",
        "Files that real databases exported, as other projects publish them to test against: how many are read at",
        "once, how many with the options that the refusal names, and why others are not.",
        "",
        "| from | at once | with the named option | not | why not |",
        "|---|---:|---:|---:|---|",
    ]
    for name, one in found.items():
        options = ", ".join(f"{count} {option}" for option, count in one.by_option.most_common())
        why = "; ".join(f"{count}: {problem}" for problem, count in one.refused.most_common())
        refused = sum(one.refused.values())
        lines.append(f"| {name} | {one.at_once:,} | {options or 0} | {refused} | {why.replace('|', '/')} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Writes the page of the folders that are named."""
    given = [one.partition("=") for one in sys.argv[1:]]
    if not given or not all(folder for *_, folder in given):
        raise SystemExit("name folders of exports: see the first lines of this file")
    found = {name: read_exports(Path(folder), (".csv", ".tsv", ".txt", ".xls")) for name, _, folder in given}
    write_bytes(PAGE, page(found).encode())


if __name__ == "__main__":
    main()
