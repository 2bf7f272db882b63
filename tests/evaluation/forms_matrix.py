"""Write docs/forms.md: for each pair of forms, how many real tables that are sealed as one verify as the other.

    python tests/evaluation/forms_matrix.py FOLDER [FOLDER …]

A FOLDER holds tables of others; files of one name in one folder are one table in several forms, as its publisher wrote
them. Beside these each table is written by pandas and pyreadstat in every form that they write, as anybody would do it.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pyreadstat

from trialseal.errors import TrialsealError
from trialseal.files import write_bytes
from trialseal.tables import comparing
from trialseal.tables.content import CellError, Content, content_of
from trialseal.tables.reading import open_table
from trialseal.tables.schema import Schema
from trialseal.tables.table import Table

PAGE = Path(__file__).parents[2] / "docs" / "forms.md"
_FORMS = ["xpt", "sas7bdat", "dta", "sav", "zsav", "por", "csv", "parquet", "xlsx", "ods", "json", "ndjson", "dsjc"]
_SOURCES = (
    "adam and sdtm: cdisc-org/DataExchange-DatasetJson; xpt: phuse-org/phuse-scripts; haven: tidyverse/haven at "
    "b2b170ed; pyreadstat: Roche/pyreadstat at 1adde46d (all on GitHub)."
)
_READ: dict[str, Callable[..., Any]] = {
    "xpt": pyreadstat.read_xport,
    "sas7bdat": pyreadstat.read_sas7bdat,
    "dta": pyreadstat.read_dta,
    "sav": pyreadstat.read_sav,
}


class Pair(NamedTuple):
    """A table that was sealed as one form and looked at as another."""

    sealed: str
    seen: str


class Found(NamedTuple):
    """What was found of all tables."""

    agree: Counter[Pair]
    tried: Counter[Pair]
    why: dict[str, set[str]]
    """By reason, the tables and forms."""
    unwritten: dict[str, set[str]]


def tables_below(folders: list[Path]) -> dict[str, dict[str, Path]]:
    """By table, its files by form."""
    found: dict[str, dict[str, Path]] = defaultdict(dict)
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            form = path.suffix.lower().lstrip(".")
            if path.is_file() and form in _FORMS:
                found[f"{path.parent.name}/{path.stem}"][form] = path
    return {name: files for name, files in found.items() if set(files) & set(_READ)}


def written(files: dict[str, Path], folder: Path, unwritten: dict[str, set[str]]) -> dict[str, Path]:
    """The table's files, and those that pandas and pyreadstat write of it."""
    form = next(form for form in _READ if form in files)
    try:
        frame, _ = _READ[form](files[form])
    except Exception:  # as a rule a byte that is none of the encoding
        try:
            frame, _ = _READ[form](files[form], encoding="windows-1252")
        except Exception:  # a date beyond what Python has: pandas cannot write what it cannot read
            return dict(files)
    writers: dict[str, Callable[[Path], object]] = {
        "xpt": lambda path: pyreadstat.write_xport(frame, path, file_format_version=5),
        "dta": lambda path: pyreadstat.write_dta(frame, path),
        "sav": lambda path: pyreadstat.write_sav(frame, path),
        "zsav": lambda path: pyreadstat.write_sav(frame, path, compress=True),
        "por": lambda path: pyreadstat.write_por(frame, path),
        "csv": lambda path: frame.to_csv(path, index=False),
        "parquet": lambda path: frame.to_parquet(path, index=False),
        "xlsx": lambda path: frame.to_excel(path, index=False),
    }
    if importlib.util.find_spec("odf"):
        writers["ods"] = lambda path: frame.to_excel(path, index=False, engine="odf")
    made = dict(files)
    for kind, write in writers.items():
        if kind not in files:
            path = folder / f"t.{kind}"
            try:
                write(path)
                made[kind] = path
            except Exception as error:  # what another program refuses is no matter of ours
                unwritten[f"{kind}: {str(error).splitlines()[0][:90]}"].add(files[form].stem)
    return made


def compared(name: str, files: dict[str, Path], found: Found) -> None:
    """Tries every pair of the table's forms."""
    opened: dict[str, Table] = {}
    contents: dict[str, Content] = {}
    for form, path in files.items():
        try:
            opened[form] = open_table(path)
            contents[form] = content_of(opened[form])
        except TrialsealError as error:
            found.why[f"{form} is not read: {str(error).replace(str(path), 'the file')}"].add(name)
            opened.pop(form, None)
    known: dict[tuple[str, Schema], Content | str] = {}
    for sealed, content in contents.items():
        for seen in contents:
            pair = Pair(sealed, seen)
            found.tried[pair] += 1
            key = (seen, content.schema)
            if key not in known:
                known[key] = _under(opened[seen], content.schema)
            other = known[key]
            if not isinstance(other, str) and other.root == content.root:
                found.agree[pair] += 1
                continue
            why = other if isinstance(other, str) else _why(opened[sealed], opened[seen], content.schema)
            found.why[why].add(f"{name} as {sealed}, seen as {seen}")


def _under(table: Table, schema: Schema) -> Content | str:
    try:
        table, reordered = comparing.selected(table, schema.names)
        return reordered or content_of(table, schema)
    except CellError as error:
        return f"a cell is no {error.column.type}: {error.column.name} {error.problem}"
    except TrialsealError as error:
        words = str(error).removeprefix(str(table.path)).strip()
        return words.partition(":")[0] if words.startswith("calls columns") else "columns have other names"


def _why(sealed: Table, seen: Table, schema: Schema) -> str:
    seen, _ = comparing.selected(seen, schema.names)
    try:
        columns = comparing.by_column(sealed, seen, schema)
    except TrialsealError as error:
        return str(error)
    if not columns:
        return "rows are missing, or are more"
    reasons = {one.known.partition(";")[0] or one.cause or f"cells differ: {one.column}" for one in columns}
    return "; ".join(sorted(reasons)[:3])


def page(found: Found, count: int) -> str:
    """The page as Markdown."""
    forms = [form for form in _FORMS if any(form in pair for pair in found.tried)]
    lines = [
        "# Forms of one table",
        "",
        "<!-- Made by tests/evaluation/forms_matrix.py: run it again, do not edit. -->",
        "",
        f"{count} real tables, each sealed as the form of its row and verified as the form of its column: how many "
        "agree, of how many. A table's own files are its publisher's; forms that it was not published in are what "
        "pandas and pyreadstat write of it.",
        "",
        _SOURCES,
        "",
        "| sealed as | " + " | ".join(forms) + " |",
        "|---|" + "---:|" * len(forms),
    ]
    for sealed in forms:
        cells = [f"{found.agree[Pair(sealed, seen)]} of {found.tried[Pair(sealed, seen)]}" for seen in forms]
        lines.append(f"| {sealed} | " + " | ".join(cells) + " |")
    lines += ["", "## Why others do not agree", "", "| reason | tables and forms | such as |", "|---|---:|---|"]
    for why, cases in sorted(found.why.items(), key=lambda one: (-len(one[1]), one[0])):
        lines.append(f"| {why.replace('|', '/')} | {len(cases)} | {min(cases)} |")
    if found.unwritten:
        lines += ["", "What other programs would not write, and so was not tried:", ""]
        lines += [f"- {why} ({len(names)} tables)" for why, names in sorted(found.unwritten.items())]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Writes the page of the folders that are named."""
    warnings.simplefilter("ignore")
    tables = tables_below([Path(name) for name in sys.argv[1:]])
    if not tables:
        raise SystemExit("name folders that hold tables: see the first lines of this file")
    found = Found(Counter(), Counter(), defaultdict(set), defaultdict(set))
    for name, files in tables.items():
        with tempfile.TemporaryDirectory() as folder:
            compared(name, written(files, Path(folder), found.unwritten), found)
        print(name, file=sys.stderr)
    write_bytes(PAGE, page(found, len(tables)).encode())


if __name__ == "__main__":
    main()
