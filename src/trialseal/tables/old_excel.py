"""Workbooks of Excel before 2007 (.xls), read by calamine. A sheet of them has at most 65,536 rows and 256 columns."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from trialseal.errors import FailedError, UsageError
from trialseal.files import open_file
from trialseal.tables.sheets import first_line, sheet_named, sheet_table
from trialseal.tables.table import Reading, Table


def open_old_excel(path: Path, reading: Reading) -> Table:
    """The table in a sheet of an old workbook; FailedError where it is damaged or locked."""
    known, sheet = _sheet(path, reading)
    start = sheet.start or (0, 0)

    def rows() -> Iterator[list[Any]]:
        for _ in range(start[0]):
            yield []
        for row in sheet.iter_rows():
            yield [None if cell == "" else cell for cell in row]

    return sheet_table(path, reading, "Excel 97-2003", known, rows)


def _sheet(path: Path, reading: Reading) -> tuple[list[str], Any]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    with open_file(path) as file:
        try:
            with _silent():
                book = CalamineWorkbook.from_filelike(file)
                known = book.sheet_names
                if reading.sheet in (None, *known):
                    return known, book.get_sheet_by_name(reading.sheet or known[0])
        except PasswordError:
            raise UsageError(f"{path} is protected by a password: save it without one") from None
        except (CalamineError, IndexError) as error:
            raise _damaged(path, error) from None
        except BaseException as error:
            # What calamine takes for impossible ends its Rust code with an exception that is none of Python's classes.
            if type(error).__name__ != "PanicException":
                raise
            raise _damaged(path, error) from None
    raise AssertionError(sheet_named(path, reading, known))  # which says what sheets there are


def _damaged(path: Path, error: BaseException) -> FailedError:
    return FailedError(f"{path} is not a whole Excel workbook (.xls): {first_line(error)}")


@contextmanager
def _silent() -> Iterator[None]:
    """Without what Rust itself writes to standard error when its code ends so: the error is told in our sentence."""
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
