"""What every kind of spreadsheet has: rows of cells of several kinds, one of them the names."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialseal.documents.numerals import MISSING_NUMERAL
from trialseal.errors import FailedError, UsageError
from trialseal.escaping import quoted
from trialseal.tables.cells import number
from trialseal.tables.infer import Mixed
from trialseal.tables.schema import Column, Schema, Type, require_names
from trialseal.tables.table import Reading, Table, some_of

if TYPE_CHECKING:
    from trialseal.tables.table import Block

_ROWS = 1 << 12
# A sheet has at most 1,048,576 rows and 16,384 columns; 2 GiB of unpacked XML is more than a full one of 50.
MAX_UNPACKED_BYTES = 2 << 30
MAX_ROWS = 1 << 20
# Real sheets shrink to a tenth, very repetitive ones to a thirtieth. Small parts may do as they like. Texts that cells
# share must be held whole, and take some five times as much memory.
MAX_EXPANSION = 100
FREE_BYTES = 32 << 20
MAX_SHARED_BYTES = 256 << 20

_LOOKED_FOR_NAMES = 50
Rows = Callable[[], Iterator[list[Any]]]
"""All rows of a sheet from its first, each as long as it is: None, text, numbers, booleans, dates and times."""


def sheet_table(
    path: Path, reading: Reading, form: str, known: Sequence[str], rows: Rows, hidden: Collection[str] = ()
) -> Table:
    """The table in a sheet, of those that are `known`. Types are those of its cells: a column of several kinds is text.

    Which sheets there are, and which of them are `hidden`, need only be known when the first row has been read.
    """
    names = _header(path, reading, known, rows)
    require_names(names, str(path))
    seen = [_Seen(reading.missing) for _ in names]
    for number_, row in enumerate(_below(path, reading, rows, len(names)), 1):
        for one, value in zip(seen, row, strict=True):
            one.see(value, number_)

    def blocks() -> Iterator[Block]:
        import pyarrow as pa

        held: list[list[str | None]] = []
        for row in _below(path, reading, rows, len(names)):
            held.append([cell_text(value) for value in row])
            if len(held) == _ROWS:
                yield [pa.array(list(column), pa.string()) for column in zip(*held, strict=True)]
                held = []
        if held:
            yield [pa.array(list(column), pa.string()) for column in zip(*held, strict=True)]

    columns = tuple(Column(name, one.type) for name, one in zip(names, seen, strict=True))
    mixed = [found for one, name in zip(seen, names, strict=True) if (found := one.mixed(name)) is not None]
    notes = [one.words for one in mixed]
    if reading.sheet is None and len(known) > 1:
        which = f"{quoted(known[0])} alone, which is hidden" if known[0] in hidden else f"{quoted(known[0])} alone"
        notes.insert(0, f"of its {len(known)} sheets this is {which}; {_others(known)}")
    return Table(path, path.stem, form, Schema(columns), blocks, notes=tuple(notes))


def sheet_named(path: Path, reading: Reading, known: Sequence[str]) -> str:
    """The sheet that is meant; UsageError naming those that there are."""
    if reading.sheet is not None and reading.sheet not in known:
        raise UsageError(f"{path} has no sheet {quoted(reading.sheet)}: it has {some_of(known)}")
    return reading.sheet or known[0]


def _others(known: Sequence[str]) -> str:
    return f"--sheet takes another, of {some_of(known[1:])}"


def first_line(error: BaseException) -> str:
    """What a library says is wrong, in one line."""
    return (str(error).splitlines() or [type(error).__name__])[0]


def require_modest(path: Path) -> None:
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


def _header(path: Path, reading: Reading, known: Sequence[str], rows: Rows) -> list[str]:
    first = next(islice(rows(), (reading.names_row or 1) - 1, None), None)
    if not first:
        if reading.names_row is not None:
            raise UsageError(f"{path} has no names in row {reading.names_row}: correct --names-row")
        if below := _names_below(rows):
            raise UsageError(f"{path}: the sheet's first row is empty: {below}")
        if reading.sheet is None and len(known) > 1:
            raise UsageError(f"{path}: its first sheet, {quoted(known[0])}, is empty; {_others(known)}")
        raise FailedError(f"{path}: the sheet is empty: its first row names the columns")
    names = _filled(first)
    for number_, name in enumerate(names, 1):
        if name is not None and not isinstance(name, str):
            raise FailedError(
                f"{path}: the name of column {number_} is {cell_text(name)}: the first row names the columns, or "
                "the one that --names-row states"
            )
    return [name or "" for name in names]


def _below(path: Path, reading: Reading, rows: Rows, width: int) -> Iterator[list[Any]]:
    """The rows below the names, each `width` cells; rows without any cell at the sheet's end are none."""
    empty = 0
    above = reading.names_row or 1
    for number_, row in enumerate(islice(rows(), above, None), above + 1):
        if number_ > MAX_ROWS:
            raise FailedError(f"{path} has a row beyond {MAX_ROWS:,}, where sheets end: it is damaged")
        if any(cell is not None for cell in row[width:]):
            what = f"{path}: row {number_} has a cell beyond its {width} named columns"
            if reading.names_row is None and (below := _names_below(rows)):
                raise UsageError(f"{what}: {below}")
            raise FailedError(f"{what}: give every column a name, or say with --names-row which row holds the names")
        if all(cell is None for cell in row):
            empty += 1
            continue
        for _ in range(empty):
            yield [None] * width
        empty = 0
        yield (row + [None] * width)[:width]


def _names_below(rows: Rows) -> str | None:
    """What to say where a row further down looks like the names of a table, under a title or empty rows."""
    looked = [_filled(row) for row in islice(rows(), _LOOKED_FOR_NAMES)]
    for place, row in enumerate(looked[1:-1], 2):
        texts = {cell for cell in row if isinstance(cell, str)}
        if len(row) > 1 and len(texts) == len(row) and all(len(one) <= len(row) for one in looked[place:]):
            return f"if row {place} holds the names, say --names-row {place}"
    return None


def _filled(row: list[Any]) -> list[Any]:
    """A row up to its last cell that holds anything."""
    while row and row[-1] is None:
        row = row[:-1]
    return row


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


def cell_text(value: Any) -> str | None:
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
