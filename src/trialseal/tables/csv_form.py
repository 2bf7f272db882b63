"""CSV (RFC 4180): text in every cell, so that types come from a sealed schema or are inferred from the values."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from trialseal.documents.numerals import is_numeral
from trialseal.errors import FailedError, UsageError
from trialseal.files import open_file, open_text
from trialseal.tables.schema import Column, Schema, require_names
from trialseal.tables.table import Reading, Table
from trialseal.tables.text_pieces import PlainText, TextBlocks

if TYPE_CHECKING:
    from trialseal.tables.table import Block

# Arrow reads some thirty blocks ahead, so that this decides how much memory a file of any size takes.
_BLOCK_BYTES = 1 << 20
_SAMPLE_BYTES = 1 << 18
# The line of names; with 20,000 columns of 32 characters it takes 660 kB.
_MAX_HEADER = 4 << 20
_BOM = "\ufeff"
_TABBED = (".tsv", ".tab")
_LINED_UP = re.compile(r"\S {2,}\S")
# Lines of titles that some programs write above a table; OpenClinica's have some ten.
_MOST_TITLES = 40


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
    if layout.delimiter == "\t" and path.suffix.lower() not in _TABBED and not reading.form:
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
    mark = len(_BOM.encode()) if layout.has_bom else 0
    return PlainText(path, tuple(layout.names), layout.delimiter, mark)


def layout_of(path: Path, reading: Reading) -> TextLayout:
    """How a file is written, by what is stated and by how it begins; UsageError that says which option it needs."""
    ending = f".{reading.form}" if reading.form else path.suffix.lower()
    delimiter = reading.delimiter or ("\t" if ending in _TABBED else ",")
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
        with open_text(path, encoding, "replace") as file:
            rows = csv.reader(islice(_lines(file), 1, _MOST_TITLES), delimiter=delimiter)
            below = next((number for number, row in enumerate(rows, 2) if len(row) > 1 and _are_names(row)), None)
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
        lines = [line.rstrip("\r\n") for line in islice(_lines(file), _MOST_TITLES)]
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
            self._left = piece.replace(_BOM, "").encode()
        count = min(len(buffer), len(self._left))
        buffer[:count], self._left = self._left[:count], self._left[count:]
        return count

    def close(self) -> None:
        """Closes the file."""
        self._text.close()
        super().close()


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
            bom = file.read(1) == _BOM
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
        line = line.replace(_BOM, "")
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
    if len(names) == 1 or (more and line <= _MOST_TITLES and _are_names(row)):
        return f"if that line holds the names, say --names-row {line}"
    return "it is cut short, or a cell holds the delimiter without quotes"


def _are_names(row: list[str]) -> bool:
    """Whether a row may be names: each says something else, and none is a number."""
    plain = [cell.strip() for cell in row]
    return all(plain) and len(set(plain)) == len(plain) and not any(map(is_numeral, plain))


def require_closed_quotes(path: Path, quotes: int | None, encoding: str | None) -> None:
    """FailedError if a file has an odd number of quotation marks: then a quoted cell has no end.

    `quotes` counts bytes, which are marks in every encoding but UTF-16 and UTF-32; None: all are known to be closed.
    """
    if quotes and quotes % 2 and not is_wide(encoding or ""):
        raise FailedError(
            f"{path} has {quotes} quotation marks, an odd number: it is cut short in a cell, or a mark within a cell "
            "is not doubled"
        )
