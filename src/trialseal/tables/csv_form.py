"""CSV (RFC 4180): text in every cell, so that types come from a sealed schema or are inferred from the values."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialseal.errors import FailedError, UsageError
from trialseal.files import open_file, open_text
from trialseal.tables.schema import Column, Schema, require_names
from trialseal.tables.table import Reading, Table

if TYPE_CHECKING:
    from trialseal.tables.table import Block

# Arrow reads some thirty blocks ahead, so that this decides how much memory a file of any size takes.
_BLOCK_BYTES = 1 << 20
_SAMPLE_BYTES = 1 << 18
# The line of names; with 20,000 columns of 32 characters it takes 660 kB.
_MAX_HEADER = 4 << 20
_BOM = "\ufeff"


def open_csv(path: Path, reading: Reading) -> Table:
    """The table in a CSV file; FailedError where rows differ in length, names repeat, or the text ends early."""
    encoding = reading.encoding or "utf-8"
    delimiter = reading.delimiter or ("\t" if path.suffix.lower() in (".tsv", ".tab") else ",")
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise UsageError(f"{delimiter!r} cannot stand between cells: use one character, such as ; or a tab")
    names, bom = _names(path, encoding, delimiter)
    require_names(names, str(path))
    if len(names) == 1 and (other := next((one for one in ";\t|," if one != delimiter and one in names[0]), None)):
        raise UsageError(f"{path} has one column, called {names[0]!r}: is --delimiter {other!r} meant?")

    def blocks() -> Iterator[Block]:
        for batch in _batches(path, names, encoding, delimiter, path):
            yield batch.columns

    def sample() -> Iterator[Block]:
        for batch in _batches(path, names, encoding, delimiter, _beginning(path)):
            yield batch.columns

    return Table(
        path,
        path.stem,
        "CSV",
        Schema(tuple(Column(name, "text") for name in names)),
        blocks,
        untyped=True,
        sample=sample,
        reading=reading,
        notes=("it begins with a byte order mark, which is no part of its content",) if bom else (),
    )


def _beginning(path: Path) -> BytesIO:
    """The first lines of a file: whole ones, if it is longer."""
    with open_file(path) as file:
        start = file.read(_SAMPLE_BYTES)
    return BytesIO(start if len(start) < _SAMPLE_BYTES else start[: start.rfind(b"\n") + 1])


def _batches(path: Path, names: list[str], encoding: str, delimiter: str, source: Path | BytesIO) -> Iterator[Any]:
    import pyarrow as pa
    import pyarrow.csv as arrow_csv

    try:
        reader = arrow_csv.open_csv(
            open_file(source) if isinstance(source, Path) else source,
            read_options=arrow_csv.ReadOptions(block_size=_BLOCK_BYTES, encoding=encoding, use_threads=False),
            # An empty line is no row: in a table of one column a missing cell is written as "".
            parse_options=arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=True),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
        if reader.schema.names != names:
            raise FailedError(f"{path}: its first line is no plain list of names: write one name a column, in quotes")
        for batch in reader:
            if batch.num_rows:
                yield batch
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        _refuse(path, str(error), names, encoding, delimiter)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None


def _names(path: Path, encoding: str, delimiter: str) -> tuple[list[str], bool]:
    """The names in the first line, and whether a byte order mark stands before them."""
    try:
        # What is wrong further down, the reader of the rows says with its line.
        with open_text(path, encoding, "surrogateescape") as file:
            bom = file.read(1) == _BOM
            if not bom:
                file.seek(0)
            line = next(csv.reader(_lines(file), delimiter=delimiter, strict=True), None)
    except LookupError:
        raise UsageError(f"there is no encoding {encoding!r}: use utf-8, windows-1252, …") from None
    except UnicodeError:
        raise FailedError(f"{path} is not {encoding.upper()}: state its encoding with --encoding") from None
    except csv.Error as error:
        raise FailedError(f"{path}: its first line is no list of names: {error}") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None
    if not line:
        raise FailedError(f"{path} is empty: a CSV file begins with a line of column names")
    odd = next((one for name in line for one in name if "\udc80" <= one <= "\udcff"), None)
    if odd:
        raise FailedError(
            f"{path} is not {encoding.upper()}: byte 0x{ord(odd) - 0xDC00:02x} in its first line; state the encoding, "
            "such as --encoding windows-1252"
        )
    return line, bom


def _lines(file: Any) -> Iterator[str]:
    """Lines ended by LF, CRLF or CR, as the reader of the rows ends them."""
    line = file.readline(_MAX_HEADER)
    while line:
        yield from line.splitlines(keepends=True) if "\r" in line else (line,)
        line = file.readline(_MAX_HEADER)


def _refuse(path: Path, problem: str, names: list[str], encoding: str, delimiter: str) -> None:
    """FailedError that says where a file that Arrow refused is wrong."""
    if (found := re.search(r"Expected (\d+) columns, got (\d+)", problem)) or "CSV parser got out of sync" in problem:
        with open_text(path, encoding, "replace") as file:
            rows = csv.reader(file, delimiter=delimiter)
            for row in rows:
                if row and len(row) != len(names):
                    raise FailedError(
                        f"{path}: line {rows.line_num} has {len(row)} cells, but there are {len(names)} columns: it is "
                        "cut short, or a cell holds the delimiter without quotes"
                    )
        raise FailedError(
            f"{path}: a row has {found[2] if found else 'other'} cells than the {len(names)} columns: check its quotes"
        )
    if "UTF8" in problem or "codec can't" in problem or ("invalid" in problem.lower() and "utf" in problem.lower()):
        with open_file(path) as file:
            for number, line in enumerate(file, 1):
                try:
                    line.decode(encoding)
                except UnicodeDecodeError as error:
                    raise FailedError(
                        f"{path}: line {number} holds the byte 0x{line[error.start]:02x}, which is no "
                        f"{encoding.upper()}: state the encoding, such as --encoding windows-1252"
                    ) from None
    if "straddling" in problem:
        raise FailedError(
            f"{path} has a row of more than {_BLOCK_BYTES >> 20} MiB: a quotation mark is probably not closed"
        )
    raise FailedError(f"{path} is no CSV that can be read: {problem.splitlines()[0]}")


def require_closed_quotes(path: Path, quotes: int, encoding: str | None) -> None:
    """FailedError if a file has an odd number of quotation marks: then a quoted cell has no end.

    `quotes` counts bytes, which are marks in every encoding but UTF-16 and UTF-32.
    """
    if quotes % 2 and not (encoding or "").lower().replace("_", "-").startswith(("utf-16", "utf-32", "utf16", "utf32")):
        raise FailedError(
            f"{path} has {quotes} quotation marks, an odd number: it is cut short in a cell, or a mark within a cell "
            "is not doubled"
        )
