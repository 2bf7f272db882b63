"""Which reader reads which file."""

from __future__ import annotations

import codecs
import importlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from trialseal.errors import UsageError
from trialseal.files import open_file, require_file
from trialseal.tables.notation import without
from trialseal.tables.table import Block, Reading, Table

_READERS = {
    ".csv": ("csv_form", "open_csv"),
    ".tsv": ("csv_form", "open_csv"),
    ".tab": ("csv_form", "open_csv"),
    ".txt": ("csv_form", "open_csv"),
    ".xpt": ("xpt", "open_xpt"),
    ".v5xpt": ("xpt", "open_xpt"),
    ".v8xpt": ("xpt", "open_xpt"),
    ".sas7bdat": ("sas7bdat", "open_sas7bdat"),
    ".parquet": ("parquet", "open_parquet"),
    ".json": ("dataset_json", "open_dataset_json"),
    ".ndjson": ("dataset_json", "open_dataset_json"),
    ".dsjc": ("dataset_json", "open_dataset_json"),
    ".xlsx": ("excel", "open_excel"),
}


_INSTEAD = {
    ".dta": 'save it as CSV, in Stata: export delimited using "FILE.csv"',
    ".sav": "save it as CSV, in SPSS: File, Save As, CSV; or in R: write.csv(haven::read_sav(FILE), row.names = FALSE)",
    ".zsav": "save it as CSV, in SPSS: File, Save As, CSV",
    ".por": "save it as CSV, in SPSS: File, Save As, CSV",
    ".xls": "save it as .xlsx",
    ".xlsb": "save it as .xlsx",
    ".xlsm": "save it as .xlsx",
    ".ods": "save it as .xlsx or CSV",
    ".xml": "export the tables of an ODM file as CSV or Dataset-JSON, or seal it as it is with trialseal seal",
    ".rds": "save it as CSV, in R: write.csv(x, FILE, row.names = FALSE)",
    ".rdata": "save it as CSV, in R: write.csv(x, FILE, row.names = FALSE)",
    ".gz": "unpack it first",
    ".zip": "unpack it first",
}
"""Forms that are not taken, and what to do instead."""
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # [MS-CFB], 2.2: old Excel files begin so, and encrypted new ones
_ZIP = b"PK"


def open_table(path: Path, reading: Reading | None = None) -> Table:
    """The table in a file, by the ending of its name or as `reading` states its form, or the manifest of a folder.

    UsageError for other files, which says what to do instead.
    """
    reading = reading or Reading()
    if path.is_dir():
        module, function = "file_list", "open_folder"
    else:
        require_file(path)
        module, function = _READERS[_ending(path, reading)]
    if reading.encoding is not None:
        require_encoding(reading.encoding)
    if reading.names_row is not None and reading.names_row < 1:
        raise UsageError(f"there is no line {reading.names_row}: --names-row counts from 1")
    opened: Table = getattr(importlib.import_module(f"trialseal.tables.{module}"), function)(path, reading)
    if opened.reading == Reading():  # a form that needs to be told nothing more than was stated
        opened = replace(opened, reading=reading)
    return _without_missing(opened, reading.missing)


def _ending(path: Path, reading: Reading) -> str:
    if reading.form is not None:
        ending = f".{reading.form.lower().lstrip('.')}"
        if ending not in _READERS:
            known = " ".join(one[1:] for one in _READERS)
            raise UsageError(f"--format {reading.form} is not a form of tables that can be read: use one of {known}")
        return ending
    ending = path.suffix.lower()
    with open_file(path) as file:
        start = file.read(len(_OLE))
    if ending == ".xls" and not start.startswith((_OLE, _ZIP)):
        raise UsageError(f"{path} is text, whatever its name says: read it with --format tsv, or csv")
    if start == _OLE and ending in (".xlsx", ".xlsm"):
        raise UsageError(f"{path} is protected by a password, or an old .xls file: save it as .xlsx without a password")
    if ending in _READERS:
        return ending
    if ending in _INSTEAD:
        raise UsageError(f"{path} is of a form that is not read: {_INSTEAD[ending]}")
    raise UsageError(
        f"{path} has an ending of no known table: say what it is with --format; known are {' '.join(_READERS)}, and "
        "folders"
    )


def _without_missing(table: Table, missing: tuple[str, ...]) -> Table:
    """The table without the words that stand for nothing."""
    if not missing:
        return table

    def fewer(blocks: Callable[[], Iterator[Block]]) -> Callable[[], Iterator[Block]]:
        return lambda: ([without(array, missing) for array in block] for block in blocks())

    sample = fewer(table.sample) if table.sample is not None else None
    return replace(table, blocks=fewer(table.blocks), sample=sample, reading=replace(table.reading, missing=missing))


def require_encoding(name: str) -> None:
    """UsageError if there is no such encoding of text."""
    try:
        known = codecs.lookup(name)._is_text_encoding  # rot13 and its like are none
    except (LookupError, ValueError):
        known = False
    if not known:
        raise UsageError(f"there is no encoding {name!r}: use utf-8, windows-1252, …")
