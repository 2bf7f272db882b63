"""CSV (RFC 4180): text in every cell, so that types come from a sealed schema or are inferred from the values."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialseal.errors import FailedError, UsageError
from trialseal.files import open_file, open_text
from trialseal.tables.schema import Column, Schema, require_names
from trialseal.tables.table import Reading, Table
from trialseal.tables.text_layout import BOM, MOST_TITLES, TABBED, TextLayout, are_names, is_wide, layout_of
from trialseal.tables.text_pieces import PlainText, TextBlocks

if TYPE_CHECKING:
    from trialseal.tables.table import Block

# Arrow reads some thirty blocks ahead, so that this decides how much memory a file of any size takes.
_BLOCK_BYTES = 1 << 20
_SAMPLE_BYTES = 1 << 18


def open_csv(path: Path, reading: Reading) -> Table:
    """The table in a CSV file; FailedError where rows differ in length, names repeat, or the text ends early."""
    layout = layout_of(path, reading)
    names = layout.names[layout.columns]
    require_names(names, str(path))

    def blocks() -> Iterator[Block]:
        row = 1
        for batch in _batches(path, layout, path):
            yield _table_columns(path, layout, batch.columns, row)
            row += batch.num_rows

    def sample() -> Iterator[Block]:
        for batch in _batches(path, layout, _beginning(path)):
            yield batch.columns[layout.columns]

    notes = []
    if layout.has_bom:
        notes.append("it begins with a byte order mark, which is not part of its content")
    if layout.numbers_rows:
        notes.append("its first column has no name and numbers the rows: it is left out")
    wide = is_wide(layout.encoding)
    if wide:
        reading = replace(reading, encoding=layout.encoding)
    if layout.delimiter == "\t" and path.suffix.lower() not in TABBED and not reading.form:
        reading = replace(reading, delimiter="\t")  # what was found is stated
    return Table(
        path,
        path.stem,
        "CSV",
        Schema(tuple(Column(name, "text") for name in names)),
        TextBlocks(blocks, text) if (text := _plain_text(path, layout)) else blocks,
        untyped=True,
        sample=None if wide else sample,
        reading=reading,
        notes=tuple(notes),
    )


def _plain_text(path: Path, layout: TextLayout) -> PlainText | None:
    """How the text is written, where it may be cut as it is."""
    if (
        layout.encoding.lower() not in ("utf-8", "utf8")
        or layout.skipped
        or layout.columns != slice(0, len(layout.names))
    ):
        return None
    if not layout.delimiter.isascii():
        return None
    mark = len(BOM.encode()) if layout.has_bom else 0
    return PlainText(path, tuple(layout.names), layout.delimiter, mark)


def _table_columns(path: Path, layout: TextLayout, columns: Block, row: int) -> Block:
    """The table's columns of a block; FailedError where a column without a name says something."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if layout.ends_blank:
        says = pc.indices_nonzero(pc.not_equal(pc.utf8_trim(columns[-1], " "), ""))
        if len(says):
            cell = columns[-1][says[0].as_py()].as_py()
            raise FailedError(
                f"{path}: column {len(layout.names)} has no name, but its row {row + says[0].as_py()} holds {cell!r}: "
                "give every column a name of its own"
            )
    if layout.numbers_rows:
        expected = pa.array([str(number) for number in range(row, row + len(columns[0]))], pa.string())
        wrong = pc.indices_nonzero(pc.not_equal(columns[0], expected))
        if len(wrong):
            cell = columns[0][wrong[0].as_py()].as_py()
            raise FailedError(
                f"{path}: column 1 has no name and does not number the rows: row {row + wrong[0].as_py()} holds "
                f"{cell!r}; give it a name, or export without row names"
            )
    return columns[layout.columns]


def _beginning(path: Path) -> BytesIO:
    """The first lines of a file: whole ones, if it is longer."""
    with open_file(path) as file:
        start = file.read(_SAMPLE_BYTES)
    return BytesIO(start if len(start) < _SAMPLE_BYTES else start[: start.rfind(b"\n") + 1])


def _batches(path: Path, layout: TextLayout, source: Path | BytesIO) -> Iterator[Any]:
    import pyarrow as pa
    import pyarrow.csv as arrow_csv

    names, encoding, delimiter = layout.names, layout.encoding, layout.delimiter
    wide = is_wide(encoding)
    options = arrow_csv.ReadOptions(
        block_size=_BLOCK_BYTES,
        encoding="utf-8" if wide else encoding,
        use_threads=False,
        skip_rows=layout.skipped + layout.lines * layout.is_short,
        column_names=names if layout.is_short else None,
    )
    try:
        reader = arrow_csv.open_csv(
            source if not isinstance(source, Path) else _Narrow(source, encoding) if wide else open_file(source),
            read_options=options,
            # An empty line is not a row: in a table of one column a missing cell is written as "".
            parse_options=arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=True),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
        if reader.schema.names != names:
            raise FailedError(
                f"{path}: line {layout.skipped + 1} is not a plain list of names: write one a column, in quotes"
            )
        for batch in reader:
            if batch.num_rows:
                yield batch
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        if "Empty CSV file or block" in str(error):
            return  # names without a line end: as with one, a table of no rows
        _refuse(path, str(error), names, encoding, delimiter)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None


class _Narrow(io.RawIOBase):
    """A text of wide characters as UTF-8, without byte order marks: some programs write one before every cell."""

    def __init__(self, path: Path, encoding: str) -> None:
        super().__init__()
        self._text = open_text(path, encoding)
        self._left = b""

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """As of RawIOBase."""
        while not self._left:
            piece = self._text.read(_BLOCK_BYTES)
            if not piece:
                return 0
            self._left = piece.replace(BOM, "").encode()
        count = min(len(buffer), len(self._left))
        buffer[:count], self._left = self._left[:count], self._left[count:]
        return count

    def close(self) -> None:
        """Closes the file."""
        self._text.close()
        super().close()


def _refuse(path: Path, problem: str, names: list[str], encoding: str, delimiter: str) -> None:
    """FailedError that says where a file that Arrow refused is wrong."""
    if (found := re.search(r"Expected (\d+) columns, got (\d+)", problem)) or "CSV parser got out of sync" in problem:
        with open_text(path, encoding, "replace") as file:
            rows = csv.reader(file, delimiter=delimiter)
            for row in rows:
                if row and len(row) != len(names):
                    raise FailedError(
                        f"{path}: line {rows.line_num} has {len(row)} cells, but there are {len(names)} columns: "
                        f"{_why_other(row, rows.line_num, names)}"
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
                        f"{path}: line {number} holds the byte 0x{line[error.start]:02x}, which is not "
                        f"{encoding.upper()}: state the encoding, such as --encoding windows-1252"
                    ) from None
    if "straddling" in problem:
        raise FailedError(
            f"{path} has a row of more than {_BLOCK_BYTES >> 20} MiB: a quotation mark is probably not closed"
        )
    raise FailedError(f"{path} is not a readable CSV file: {problem.splitlines()[0]}")


def _why_other(row: list[str], line: int, names: list[str]) -> str:
    """Why a row may have other cells than there are columns, and what to do."""
    more = row[len(names) :]
    if more and not any(cell.strip() for cell in more):
        return "it ends with a delimiter that other lines lack: take it away"
    if len(more) == 1 and line == 2:
        return "each row may begin with R's row names: export with row.names = FALSE"
    if len(names) == 1 or (more and line <= MOST_TITLES and are_names(row)):
        return f"if that line holds the names, say --names-row {line}"
    return "it is cut short, or a cell holds the delimiter without quotes"


def require_closed_quotes(path: Path, quotes: int | None, encoding: str | None) -> None:
    """FailedError if a file has an odd number of quotation marks: then a quoted cell has no end.

    `quotes` counts bytes, which are marks in every encoding but UTF-16 and UTF-32; None: all are known to be closed.
    """
    if quotes and quotes % 2 and not is_wide(encoding or ""):
        raise FailedError(
            f"{path} has {quotes} quotation marks, an odd number: it is cut short in a cell, or a mark within a cell "
            "is not doubled"
        )
