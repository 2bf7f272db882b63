"""Workbooks of Excel before 2007 (.xls), read by calamine. A sheet of them has at most 65,536 rows and 256 columns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from trialseal.errors import FailedError, UsageError
from trialseal.files import open_file
from trialseal.tables.sheets import first_line, sheet_named, sheet_table
from trialseal.tables.table import Reading, Table


def open_old_excel(path: Path, reading: Reading) -> Table:
    """The table in a sheet of an old workbook; FailedError where it is damaged or locked."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    with open_file(path) as file:
        try:
            book = CalamineWorkbook.from_filelike(file)
            sheet = book.get_sheet_by_name(sheet_named(path, reading, book.sheet_names))
        except PasswordError:
            raise UsageError(f"{path} is protected by a password: save it without one") from None
        except CalamineError as error:
            raise FailedError(f"{path} is not a whole Excel workbook (.xls): {first_line(error)}") from None
    start = sheet.start or (0, 0)

    def rows() -> Iterator[list[Any]]:
        for _ in range(start[0]):
            yield []
        for row in sheet.iter_rows():
            yield [None if cell == "" else cell for cell in row]

    return sheet_table(path, reading, "Excel 97-2003", rows)
