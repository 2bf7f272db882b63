"""Excel workbooks (.xlsx, .xlsm)."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

from trialseal.errors import FailedError, UsageError
from trialseal.files import open_file
from trialseal.tables.sheets import cell_text, first_line, require_modest, sheet_named, sheet_table
from trialseal.tables.table import Reading, Table

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

_MOST_SMALL_ROWS = 20_000


def open_excel(path: Path, reading: Reading) -> Table:
    """The table in a sheet of a workbook; FailedError where a formula's result is not in it."""

    known: list[str] = []
    hidden: list[str] = []

    def rows() -> Iterator[list[Any]]:
        above = reading.names_row or 1
        with _Sheet(path, reading, data_only=True) as values, _Sheet(path, reading, data_only=False) as formulas:
            known[:], hidden[:] = values.known, values.hidden
            for number, (row, written) in enumerate(zip_longest(values.rows(), formulas.rows()), 1):
                for place, (cell, formula) in enumerate(zip_longest(row or (), written or ()), 1):
                    if cell is None and formula is not None and number > above:
                        raise FailedError(
                            f"{path}: row {number}, column {place} holds a formula without its result: open the file "
                            "in Excel and save it, or replace formulas by values"
                        )
                yield list(row or ())

    return sheet_table(path, reading, "Excel", known, rows, hidden)


def small_sheet(path: Path) -> list[list[str]]:
    """The cells of a workbook's first sheet as text, row by row; FailedError where cells are merged or are formulas.

    For sheets that people fill by hand: all of it is held in memory.
    """
    with _Sheet(path, Reading(), data_only=False) as sheet:  # refuses what is too large or damaged
        if sum(1 for _ in zip(range(_MOST_SMALL_ROWS + 1), sheet.rows(), strict=False)) > _MOST_SMALL_ROWS:
            raise FailedError(f"{path} has more than {_MOST_SMALL_ROWS:,} rows: is it another sheet?")
    import openpyxl

    try:
        with open_file(path) as file:
            book = openpyxl.load_workbook(file)
            whole = book[book.sheetnames[0]]
            merged = [str(one) for one in whole.merged_cells.ranges]
            values = [list(row) for row in whole.iter_rows(values_only=True)]
    except _DAMAGED as error:
        raise FailedError(f"{path} is not a whole Excel workbook (.xlsx): {first_line(error)}") from None
    if merged:
        raise FailedError(f"{path}: cells {', '.join(sorted(merged)[:5])} are merged: unmerge them and fill each")
    for number, row in enumerate(values, 1):
        for place, cell in enumerate(row, 1):
            if isinstance(cell, str) and cell.startswith("="):
                raise FailedError(f"{path}: row {number}, column {place} holds a formula: write its result there")
    return [[(cell_text(cell) or "").strip() for cell in row] for row in values]


class _Sheet:
    """A sheet that is read row by row and closed afterwards."""

    def __init__(self, path: Path, reading: Reading, *, data_only: bool) -> None:
        import openpyxl
        from openpyxl.utils.exceptions import InvalidFileException

        try:
            require_modest(path)
            self._file = open_file(path)  # by its name alone, openpyxl would judge what it is
            self._book = openpyxl.load_workbook(self._file, read_only=True, data_only=data_only)
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None
        except (InvalidFileException, *_DAMAGED) as error:
            raise FailedError(f"{path} is not a whole Excel workbook (.xlsx): {first_line(error)}") from None
        self._path = path
        self.known = self._book.sheetnames
        if not self.known:  # so openpyxl reads the form of ISO/IEC 29500 Strict, which it does not know
            raise FailedError(
                f"{path} has no sheet that can be read; if Excel saved it as 'Strict Open XML Spreadsheet', save it as "
                "'Excel Workbook (*.xlsx)' or as CSV"
            )
        self.hidden = [one.title for one in self._book.worksheets if one.sheet_state != "visible"]
        self._sheet = self._book[sheet_named(path, reading, self.known)]

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The rows that there are; FailedError where the sheet's XML is damaged."""
        try:
            self._sheet.reset_dimensions()  # some programs write a wrong size
            yield from self._sheet.iter_rows(values_only=True)
        except _DAMAGED as error:
            raise FailedError(f"{self._path}: its sheet is damaged: {first_line(error)}") from None

    def __enter__(self) -> _Sheet:
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()
        self._file.close()
