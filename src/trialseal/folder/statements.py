"""What an office states of its duties: a CSV in the trial's folder, a line a duty that was met. It proves nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from trialseal.documents.identifiers import date_code
from trialseal.errors import UsageError
from trialseal.files import alone_in, read_file, write_bytes
from trialseal.spreadsheets import csv_text, unguarded

FILE = "duties-met.csv"
COLUMNS = ("duty", "since", "on", "by")
_LARGEST = 1 << 22


class Met(NamedTuple):
    """Somebody's statement that a duty was met: it takes the duty off the list, and proves nothing."""

    id: str
    since: str
    """What started its clock, in the words of the list."""
    on: str
    """The day, ISO 8601."""
    by: str = ""


def met_in(folder: Path) -> tuple[Met, ...]:
    """What the folder's file states; UsageError with the line for one that is none."""
    path = folder / FILE
    if not path.exists():
        return ()
    try:
        text = read_file(path, _LARGEST).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8 text: save it as UTF-8") from None
    try:
        return tuple(_rows(path, text))
    except csv.Error as error:
        raise UsageError(f"{path} is no CSV ({error}): save it as CSV in UTF-8") from None


def _rows(path: Path, text: str) -> Iterator[Met]:
    rows = csv.reader(io.StringIO(text, newline=""))
    header = next(rows, [])
    if tuple(header) != COLUMNS:
        raise UsageError(f"{path}, line 1: the columns are {','.join(COLUMNS)}: give them back, or move the file away")
    for row in rows:
        if not row:
            continue
        where = f"{path}, line {rows.line_num}"
        if len(row) != len(COLUMNS):
            raise UsageError(f"{where}: it has {len(row)} cells, and the file {len(COLUMNS)} columns: correct it")
        duty, since, on, by = map(unguarded, row)
        try:
            date_code(on)
        except UsageError as error:
            raise UsageError(f"{where}: {error}") from None
        yield Met(duty, since, on, by)


def state(folder: Path, one: Met) -> Path:
    """Adds a statement; where it was written. The same duty is stated once: a later statement takes its place."""
    path = folder / FILE
    with alone_in(folder):
        kept = [other for other in met_in(folder) if (other.id, other.since) != (one.id, one.since)]
        write_bytes(path, csv_text(COLUMNS, [*kept, one]).encode())
    return path
