"""How a text file of a table is written: encoding, delimiter, the line of names; stated, or told by how it begins."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, NamedTuple

from trialseal.documents.numerals import is_numeral
from trialseal.errors import FailedError, UsageError
from trialseal.files import open_file, open_text
from trialseal.tables.table import Reading

BOM = "\ufeff"
TABBED = (".tsv", ".tab")
"""Endings of files in which tabs stand between cells."""
# The line of names; with 20,000 columns of 32 characters it takes 660 kB.
_MAX_HEADER = 4 << 20
# Lines of titles that some programs write above a table; OpenClinica's have some ten.
MOST_TITLES = 40
_LINED_UP = re.compile(r"\S {2,}\S")


class TextLayout(NamedTuple):
    """How a CSV file is written."""

    encoding: str
    delimiter: str
    names: list[str]
    """Of all columns of the file, also of those that are none."""
    skipped: int
    """Lines before the names."""
    lines: int
    """Of the names: more than one where a name has several."""
    is_short: bool
    """Whether rows lack the delimiter that ends the line of names."""
    has_bom: bool

    @property
    def numbers_rows(self) -> bool:
        """Whether its first column has no name: then it must number the rows, as R writes their names."""
        return len(self.names) > 1 and not self.names[0].strip()

    @property
    def ends_blank(self) -> bool:
        """Whether its last column has no name: then it must be empty, as where every line ends with a delimiter."""
        return len(self.names) > 1 and not self.names[-1].strip()

    @property
    def columns(self) -> slice:
        """Which columns are the table's."""
        return slice(int(self.numbers_rows), len(self.names) - int(self.ends_blank))


def layout_of(path: Path, reading: Reading) -> TextLayout:
    """How a file is written, by what is stated and by how it begins; UsageError that says which option it needs."""
    ending = f".{reading.form}" if reading.form else path.suffix.lower()
    delimiter = reading.delimiter or ("\t" if ending in TABBED else ",")
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise UsageError(f"{delimiter!r} cannot stand between cells: use one character, such as ; or a tab")
    with open_file(path) as file:
        start = file.read(2)
    encoding = reading.encoding or ("utf-16" if start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8")
    skipped = (reading.names_row or 1) - 1

    def by(delimiter: str) -> list[str]:
        with suppress(csv.Error):
            return _start(path, encoding, delimiter, skipped).names
        return []

    # Text has tabs whatever its ending; only in a .csv file can a name of several hold one.
    if reading.delimiter is None and (len(by(delimiter)) < 2 or ending != ".csv") and len(by("\t")) > 1:
        delimiter = "\t"
    if reading.delimiter is None and len(by(delimiter)) < 2:
        for other in ";|,":
            if other != delimiter and len(by(other)) > 1:
                raise UsageError(f"{path} has one column when read with commas: is --delimiter '{other}' meant?")
        if reading.names_row is None and (found := _table_below(path, encoding)):
            number, other = found
            options = f"--names-row {number}" + (f" --delimiter {_typed(other)}" if other != "," else "")
            raise UsageError(
                f"{path} has one column when read with commas, but several from line {number} on: is {options} meant? "
                "If not, say --delimiter ,"
            )
        if len(only := by(delimiter)) == 1 and _LINED_UP.search(only[0]):
            raise UsageError(
                f"{path} has one column when read with commas, and names that blanks keep apart: export it with a "
                "delimiter, as CSV. If it has one column, say --delimiter ,"
            )
    try:
        start_ = _start(path, encoding, delimiter, skipped)
    except csv.Error as error:
        raise FailedError(f"{path}: line {skipped + 1} is not a list of names: {error}") from None
    names = start_.names
    if reading.names_row is None and names[0].strip() and len(names) > 1 and not "".join(names[1:]).strip():
        with open_text(path, encoding, "replace") as text:
            rows = csv.reader(islice(_lines(text), 1, MOST_TITLES), delimiter=delimiter)
            below = next((number for number, row in enumerate(rows, 2) if len(row) > 1 and are_names(row)), None)
        if below:
            raise UsageError(
                f"{path}: line 1 holds one name for {len(names)} columns, line {below} one for each: is --names-row "
                f"{below} meant?"
            )
    is_short = len(names) > 2 and not names[-1].strip() and start_.width == len(names) - 1
    return TextLayout(
        encoding, delimiter, names[:-1] if is_short else names, skipped, start_.lines, is_short, start_.has_bom
    )


def _table_below(path: Path, encoding: str) -> tuple[int, str] | None:
    """Where a table begins below a title: the first of two lines of as many cells, and what stands between these."""
    with open_text(path, encoding, "replace") as file:
        lines = [line.rstrip("\r\n") for line in islice(_lines(file), MOST_TITLES)]
    for number, (one, other) in enumerate(pairwise(lines), 1):
        for delimiter in "\t;|,":
            with suppress(csv.Error):
                first, second = csv.reader([one, other], delimiter=delimiter, strict=True)
                if len(first) == len(second) > 1:
                    return number, delimiter
    return None


def _typed(delimiter: str) -> str:
    """A delimiter as it is typed in a shell."""
    return "$'\\t'" if delimiter == "\t" else f"'{delimiter}'"


def is_wide(encoding: str) -> bool:
    """Whether every character takes two bytes or more."""
    return encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32", "utf16", "utf32"))


class _Start(NamedTuple):
    """How a text begins."""

    names: list[str]
    lines: int
    width: int | None
    """Of the row below the names."""
    has_bom: bool


def _start(path: Path, encoding: str, delimiter: str, skipped: int) -> _Start:
    """The names in the line behind those that are skipped; csv.Error where that line is not a row of this delimiter."""
    width = None
    try:
        # What is wrong further down, the reader of the rows says with its line.
        with open_text(path, encoding, "surrogateescape") as file:
            bom = file.read(1) == BOM
            if not bom:
                file.seek(0)
            rows = csv.reader(islice(_lines(file), skipped, None), delimiter=delimiter, strict=True)
            line = next(rows, None)
            lines = rows.line_num
            with suppress(csv.Error):
                width = len(next(rows, [])) or None
    except LookupError:
        raise UsageError(f"there is no encoding {encoding!r}: use utf-8, windows-1252, …") from None
    except UnicodeError:
        raise FailedError(f"{path} is not {encoding.upper()}: state its encoding with --encoding") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None
    if not line:
        if skipped:
            raise UsageError(f"{path} has no names in line {skipped + 1}: correct --names-row")
        raise FailedError(f"{path} is empty: a CSV file begins with a line of column names")
    odd = next((one for name in line for one in name if "\udc80" <= one <= "\udcff"), None)
    if odd:
        raise FailedError(
            f"{path} is not {encoding.upper()}: byte 0x{ord(odd) - 0xDC00:02x} in its first line; state the encoding, "
            "such as --encoding windows-1252"
        )
    return _Start(line, lines, width, bom)


def _lines(file: Any) -> Iterator[str]:
    """Lines ended by LF, CRLF or CR, as the reader of the rows ends them, without byte order marks."""
    line = file.readline(_MAX_HEADER)
    while line:
        line = line.replace(BOM, "")
        yield from line.splitlines(keepends=True) if "\r" in line else (line,)
        line = file.readline(_MAX_HEADER)


def are_names(row: list[str]) -> bool:
    """Whether a row may be names: each says something else, and none is a number."""
    plain = [cell.strip() for cell in row]
    return all(plain) and len(set(plain)) == len(plain) and not any(map(is_numeral, plain))
