"""Where the real tables are, and how tests write and read small ones."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import Any

import pytest

from trialseal.tables.columns import row_forms
from trialseal.tables.content import Content, content_of
from trialseal.tables.reading import open_table
from trialseal.tables.schema import Column, Schema
from trialseal.tables.table import Reading

# Not part of the project, because they are others': a folder of them beside it, or wherever this says.
DATA = Path(os.environ.get("TRIALSEAL_DATA", Path(__file__).parents[4] / "shared" / "data"))


def real_tables(pattern: str) -> list[object]:
    """Parameters for a test, one for each table; a single skipped one where there are none."""
    files = sorted(DATA.glob(pattern))
    if not files:
        return [pytest.param(None, marks=pytest.mark.skip(reason=f"no {pattern} under TRIALSEAL_DATA"))]
    return [pytest.param(file, id=file.stem) for file in files]


def schema(**types: str) -> Schema:
    """A schema from name=type, a decimal's as decimal2."""
    columns = []
    for name, kind in types.items():
        plain = kind.rstrip("0123456789")
        columns.append(Column(name, plain, int(kind[len(plain) :]) if kind != plain else None))  # type: ignore[arg-type]
    return Schema(tuple(columns))


def content(path: Path, under: Schema | None = None, **reading: Any) -> Content:
    """The content of a file."""
    return content_of(open_table(path, Reading(**reading)), under)


def rows(path: Path, under: Schema | None = None, **reading: Any) -> list[list[Any]]:
    """The canonical cells of every row, as JSON values."""
    table = open_table(path, Reading(**reading))
    under = under or content_of(table).schema
    forms = [form for block in table.blocks() for form in row_forms(block, under, sas=table.sas).to_pylist()]
    return [json.loads(form) for form in forms]


def write_csv(path: Path, names: list[str], cells: list[list[Any]]) -> Path:
    """A CSV file of canonical cells; a missing one is empty."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows(cells)
    return path
