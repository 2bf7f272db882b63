"""Excel workbooks (.xlsx): one sheet, its first row the names."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialseal.documents.canonical import shown
from trialseal.documents.numerals import MISSING_NUMERAL
from trialseal.errors import FailedError, UsageError
from trialseal.escaping import quoted
from trialseal.tables.cells import number
from trialseal.tables.infer import Mixed
from trialseal.tables.schema import Column, Schema, Type, require_names
from trialseal.tables.table import Reading, Table

if TYPE_CHECKING:
    from trialseal.tables.table import Block

_ROWS = 1 << 12
# An Excel sheet has at most 1,048,576 rows and 16,384 columns; 2 GiB of unpacked XML is more than a full one of 50.
MAX_UNPACKED_BYTES = 2 << 30
MAX_ROWS = 1 << 20
# Real sheets shrink to a tenth, very repetitive ones to a thirtieth. Small parts may do as they like. Texts that cells
# share must be held whole, and take some five times as much memory.
MAX_EXPANSION = 100
FREE_BYTES = 32 << 20
MAX_SHARED_BYTES = 256 << 20
# What openpyxl raises on a damaged workbook: it checks little itself.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,  # ElementTree's ParseError
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)


def open_excel(path: Path, reading: Reading) -> Table:
    """The table in a sheet. Types are those of its cells: a column of several kinds is text."""
    names, types, mixed = _survey(path, reading)
    require_names(names, str(path))

    def blocks() -> Iterator[Block]:
        import pyarrow as pa

        rows: list[list[str | None]] = []
        for row in _rows(path, reading, len(names)):
            rows.append([_text(value) for value in row])
            if len(rows) == _ROWS:
                yield [pa.array(list(column), pa.string()) for column in zip(*rows, strict=True)]
                rows = []
        if rows:
            yield [pa.array(list(column), pa.string()) for column in zip(*rows, strict=True)]

    columns = tuple(Column(name, type_) for name, type_ in zip(names, types, strict=True))
    notes = tuple(one.words for one in mixed)
    return Table(path, path.stem, "Excel", Schema(columns), blocks, notes=notes)


class _Seen:
    """The kinds of a column's cells."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        self._missing = frozenset((*missing, "", MISSING_NUMERAL))
        self._kinds: dict[Type, int] = {}
        self._text: tuple[int, str] | None = None  # the first that is text, with its row

    def see(self, value: Any, row: int) -> None:
        """Takes in a cell of a row, counted from 1."""
        if value is None or (isinstance(value, str) and value.strip(" ") in self._missing):
            return
        kind = _type(value)
        self._kinds[kind] = self._kinds.get(kind, 0) + 1
        if kind == "text" and self._text is None:
            self._text = row, value

    @property
    def type(self) -> Type:
        """What all of its cells are; text where they are of several kinds."""
        kinds = set(self._kinds)
        if kinds == {"date", "datetime"}:
            return "datetime"
        return kinds.pop() if len(kinds) == 1 else "text"

    def mixed(self, name: str) -> Mixed | None:
        """What makes it text, where some of its cells are numbers or dates."""
        seen = sum(self._kinds.values())
        if self._text is None:
            return None
        if like := self._kinds.get("number", 0):
            return Mixed(name, "numbers", like, seen, *self._text)
        dates = self._kinds.get("date", 0) + self._kinds.get("datetime", 0)
        return Mixed(name, "dates", dates, seen, *self._text) if dates else None


def _survey(path: Path, reading: Reading) -> tuple[list[str], list[Type], list[Mixed]]:
    names = _header(path, reading)
    seen = [_Seen(reading.missing) for _ in names]
    for number_, row in enumerate(_rows(path, reading, len(names)), 1):
        for one, value in zip(seen, row, strict=True):
            one.see(value, number_)
    mixed = [found for one, name in zip(seen, names, strict=True) if (found := one.mixed(name)) is not None]
    return names, [one.type for one in seen], mixed


def _header(path: Path, reading: Reading) -> list[str]:
    with _Sheet(path, reading, data_only=True) as sheet:
        first = next(islice(sheet.rows(), (reading.names_row or 1) - 1, None), None)
    if not first:
        if reading.names_row is not None:
            raise UsageError(f"{path} has no names in row {reading.names_row}: correct --names-row")
        raise FailedError(f"{path}: the sheet is empty: its first row names the columns")
    names = list(first)
    while names and names[-1] is None:
        names.pop()
    for number_, name in enumerate(names, 1):
        if name is not None and not isinstance(name, str):
            raise FailedError(
                f"{path}: the name of column {number_} is {shown(name)}: the first row names the columns, or the one "
                "that --names-row states"
            )
    return [name or "" for name in names]


def _rows(path: Path, reading: Reading, width: int) -> Iterator[list[Any]]:
    """The rows below the names, each `width` cells; rows without any cell at the sheet's end are none."""
    empty = 0
    with _Sheet(path, reading, data_only=True) as values, _Sheet(path, reading, data_only=False) as formulas:
        above = reading.names_row or 1
        pairs = islice(zip_longest(values.rows(), formulas.rows()), above, None)
        for number_, (row, written) in enumerate(pairs, above + 1):
            if number_ > MAX_ROWS:
                raise FailedError(f"{path} has a row beyond {MAX_ROWS:,}, where Excel's sheets end: it is damaged")
            cells = list(row or ())
            for place, (cell, formula) in enumerate(zip_longest(cells, written or ())):
                if cell is None and formula is not None:
                    raise FailedError(
                        f"{path}: row {number_}, column {place + 1} holds a formula without its result: open the file "
                        "in Excel and save it, or replace formulas by values"
                    )
                if place >= width and cell is not None:
                    raise FailedError(f"{path}: row {number_} has a cell beyond its {width} named columns")
            cells = (cells + [None] * width)[:width]
            if all(cell is None for cell in cells):
                empty += 1
                continue
            for _ in range(empty):
                yield [None] * width
            empty = 0
            yield cells


class _Sheet:
    """A sheet that is read row by row and closed afterwards."""

    def __init__(self, path: Path, reading: Reading, *, data_only: bool) -> None:
        import openpyxl
        from openpyxl.utils.exceptions import InvalidFileException

        try:
            _require_modest(path)
            self._book = openpyxl.load_workbook(path, read_only=True, data_only=data_only)
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None
        except (InvalidFileException, *_DAMAGED) as error:
            raise FailedError(f"{path} is not a whole Excel workbook (.xlsx): {_first_line(error)}") from None
        self._path = path
        if not self._book.sheetnames:  # so openpyxl reads the form of ISO/IEC 29500 Strict, which it does not know
            raise FailedError(
                f"{path} has no sheet that can be read; if Excel saved it as 'Strict Open XML Spreadsheet', save it as "
                "'Excel Workbook (*.xlsx)' or as CSV"
            )
        if reading.sheet is not None and reading.sheet not in self._book.sheetnames:
            raise UsageError(
                f"{path} has no sheet {quoted(reading.sheet)}: it has {', '.join(map(quoted, self._book.sheetnames))}"
            )
        self._sheet = self._book[reading.sheet or self._book.sheetnames[0]]

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The rows that there are; FailedError where the sheet's XML is damaged."""
        try:
            self._sheet.reset_dimensions()  # some programs write a wrong size
            yield from self._sheet.iter_rows(values_only=True)
        except _DAMAGED as error:
            raise FailedError(f"{self._path}: its sheet is damaged: {_first_line(error)}") from None

    def __enter__(self) -> _Sheet:
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()


def _require_modest(path: Path) -> None:
    """FailedError for a workbook that would unpack to more than any table."""
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
    unpacked = sum(one.file_size for one in parts)
    if (
        unpacked > MAX_UNPACKED_BYTES
        or any(one.file_size > FREE_BYTES and one.file_size > MAX_EXPANSION * one.compress_size for one in parts)
        or any(one.file_size > MAX_SHARED_BYTES for one in parts if "sharedstrings" in one.filename.lower())
    ):
        raise FailedError(
            f"{path} is not read: it would unpack to {unpacked >> 20:,} MiB, as no table's workbook does; save the "
            "table in another form, such as CSV"
        )


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _type(value: Any) -> Type:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, datetime):
        return "date" if value.time() == time() else "datetime"
    if isinstance(value, date):
        return "date"
    if isinstance(value, time | timedelta):
        return "time"
    return "text"


def _text(value: Any) -> str | None:
    """A cell as text that reads back under its type."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value) if isinstance(value, int) else number(value).strip('"')
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, timedelta):
        micros = value // timedelta(microseconds=1)
        seconds, fraction = divmod(abs(micros), 1_000_000)
        clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{fraction:06}"
        return f"-{clock}" if micros < 0 else clock
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)
