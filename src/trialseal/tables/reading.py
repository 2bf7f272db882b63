"""Which reader reads which file."""

from __future__ import annotations

import codecs
import importlib
import re
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
    ".dta": ("stata", "open_stata"),
    ".sav": ("spss", "open_spss"),
    ".zsav": ("spss", "open_spss"),
    ".por": ("spss", "open_portable"),
    ".parquet": ("parquet", "open_parquet"),
    ".json": ("dataset_json", "open_dataset_json"),
    ".ndjson": ("dataset_json", "open_dataset_json"),
    ".dsjc": ("dataset_json", "open_dataset_json"),
    ".xml": ("odm", "open_odm"),
    ".odm": ("odm", "open_odm"),
    ".fhir": ("fhir", "open_fhir"),
    ".xlsx": ("excel", "open_excel"),
    ".xlsm": ("excel", "open_excel"),
    ".xls": ("old_excel", "open_old_excel"),
    ".ods": ("ods", "open_ods"),
}


_INSTEAD = {
    ".xlsb": "save it as .xlsx",
    ".fods": "save it as .ods",
    ".numbers": "export it as .xlsx or CSV",
    ".rds": "save it as CSV, in R: write.csv(x, FILE, row.names = FALSE)",
    ".rdata": "save it as CSV, in R: write.csv(x, FILE, row.names = FALSE)",
    ".gz": "unpack it first",
    ".zip": "unpack it first",
}
"""Forms that are not taken, and what to do instead."""
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # [MS-CFB], 2.2: old Excel files begin so, and encrypted new ones
_ZIP = b"PK\x03\x04"
_TEXT = frozenset({".csv", ".tsv", ".tab", ".txt"})
# How files begin that are no text, what they are and what to do.
_NO_TEXT = (
    (_ZIP, "a workbook or another archive", "say --format xlsx or --format ods if it is a workbook"),
    (_OLE, "an old Excel workbook or a workbook with a password", "say --format xls, or save it as .xlsx without one"),
    (b"PAR1\x15", "a Parquet file", "say --format parquet"),
    (b"HEADER RECORD*******LIB", "a SAS transport file", "say --format xpt"),
    (bytes(12) + bytes.fromhex("c2ea8160b31411cf"), "a SAS data set", "say --format sas7bdat"),
    (b"$FL2", "an SPSS file", "say --format sav"),
    (b"$FL3", "an SPSS file", "say --format zsav"),
    (b"<stata_dta>", "a Stata file", "say --format dta"),
    (b"%PDF-", "a PDF file", "export the table as CSV"),
    (b"\x1f\x8b", "a packed file", "unpack it first"),
)
_JSON = re.compile(rb'\s*(?:\{\s*["}]|\[\s*[\[{])')
_FIRST = 8  # bytes, which tell: names of columns hardly begin with other letters than Latin ones
_MARKS = b"\xef\xbb\xbf \t\r\n"
_RESOURCE = re.compile(rb'"resourceType"\s*:')
_START = 1 << 16


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
    """The ending whose reader reads a file: as stated, or of its name, unless the file shows that it is another."""
    ending = path.suffix.lower() if reading.form is None else f".{reading.form.lower().lstrip('.')}"
    if reading.form is not None and ending not in _READERS:
        known = " ".join(one[1:] for one in _READERS)
        raise UsageError(f"--format {reading.form} is not a form of tables that can be read: use one of {known}")
    with open_file(path) as file:
        start = file.read(_START)
    if ending == ".xls":
        return _old_ending(path, start, reading)
    if start.startswith(_OLE) and ending in (".xlsx", ".xlsm"):
        raise UsageError(
            f"{path} is protected by a password, or an old .xls file: save it without a password, or say --format xls"
        )
    if _RESOURCE.search(start.partition(b"\n")[0]):
        if ending == ".ndjson":
            return ".fhir"
        if ending == ".json":
            raise UsageError(f"{path} is a FHIR resource: write one resource a line, and call it .ndjson")
    if ending in _TEXT:
        require_text(path, start, reading)
    if ending in _READERS:
        return ending
    if ending in _INSTEAD:
        raise UsageError(f"{path} is of a form that is not read: {_INSTEAD[ending]}")
    raise UsageError(
        f"{path} has an ending of no known table: say what it is with --format; known are {' '.join(_READERS)}, and "
        "folders"
    )


def require_text(path: Path | str, start: bytes, reading: Reading) -> None:
    """UsageError where a file of text begins as something else does."""
    for mark, what, cure in _NO_TEXT:
        if start.startswith(mark):
            raise UsageError(f"{path} is {what}, whatever its name says: {cure}")
    if reading.form is None and start.lstrip(_MARKS).startswith(b"<"):
        cure = "export the table as CSV, or say --format odm if it is ODM, --format csv if it is a table all the same"
        raise UsageError(f"{path} is HTML or XML, whatever its name says: {cure}")
    if reading.form is None and _JSON.match(start.removeprefix(codecs.BOM_UTF8)):
        cure = "say --format json or --format ndjson if it is Dataset-JSON or FHIR, --format csv if it is a table"
        raise UsageError(f"{path} is JSON, whatever its name says: {cure}")
    if reading.encoding is None and (wide := _without_mark(start)):
        raise UsageError(f"{path} has a null byte beside each character: is --encoding {wide} meant?")


def _without_mark(start: bytes) -> str | None:
    """The encoding of text in UTF-16 without a byte order mark, by its first characters; None of other text."""
    first = start[:_FIRST] if len(start) >= _FIRST else start[: len(start) // 2 * 2]
    for name, nulls, others in (("utf-16-le", first[1::2], first[::2]), ("utf-16-be", first[::2], first[1::2])):
        if len(first) > 2 and not any(nulls) and all(others):
            return name
    return None


def _old_ending(path: Path, start: bytes, reading: Reading) -> str:
    """What a file called .xls is: many programs call text so, and newer workbooks."""
    if start.startswith(_OLE):
        return ".xls"
    if start.startswith(_ZIP):
        return ".xlsx"
    if start.lstrip(_MARKS).startswith(b"<"):
        raise UsageError(f"{path} is HTML or XML, whatever its name says: open it and save it as .xlsx or CSV")
    if b"\0" in start and not start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UsageError(f"{path} is of a form that is not read: save it as .xlsx or CSV")
    require_text(path, start, reading)
    return ".txt"


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
