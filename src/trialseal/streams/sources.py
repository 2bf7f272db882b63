"""Where events come from: CSV, NDJSON or Parquet, row by row, each with its line; cut and crooked files are refused.

A CSV has the members of events as columns, an empty cell is a member left out. A last line without line end may be cut
off: in a CSV nothing else would show it, so it is refused; in NDJSON the closing brace shows that it is whole.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from trialseal import escaping, files
from trialseal.documents import canonical
from trialseal.errors import FailedError, UsageError
from trialseal.nearest import meant
from trialseal.streams import row_marks
from trialseal.streams.head_file import Place

# An event is a few hundred bytes; a longer line is not a row of events.
LONGEST_LINE = 1 << 20
_BOM = b"\xef\xbb\xbf"
_SUFFIXES = {".csv": "csv", ".ndjson": "ndjson", ".jsonl": "ndjson", ".json": "ndjson", ".parquet": "parquet"}


class SourceRow(NamedTuple):
    """A row as it was read: cells of a table are text that is still to be typed, an object of JSON is not."""

    line: int
    value: Mapping[str, Any]
    is_table: bool
    mark: bytes = row_marks.NONE


class Refused(NamedTuple):
    """A row that cannot be taken, and why, in a sentence that names its line; '' where a map makes nothing of it."""

    line: int
    why: str


class Style(NamedTuple):
    """How a text file is written, and what is wanted of it."""

    delimiter: str = ","
    names_row: int = 1
    """The line that holds the names of a CSV file, from 1."""
    wanted: Mapping[str, bool] | None = None
    """The columns that are read, each with whether the file may lack it; None: all."""
    named: Collection[str] = ()
    """Columns without which the file cannot be read unless by a map."""
    refuse: Callable[[Refused], None] | None = None
    """Told of a row that cannot be read, which is left out then; else it is a BadRow."""
    mark: Callable[[str], bytes] | None = None
    """Makes the mark of a row."""


PLAIN = Style()


class BadRow(FailedError):
    """A line that is not a row; what was read before it is good."""

    def __init__(self, name: str, line: int, why: str) -> None:
        super().__init__(f"{name}, line {line}: {why}")
        self.line = line


class Unfinished(Exception):
    """The file ends within a row: it is still being written, or was cut off."""


def format_of(name: str, beginning: bytes, given: str | None) -> str:
    """csv, ndjson or parquet: as given, by the file's name, or by how it begins."""
    if given:
        return given
    known = _SUFFIXES.get(Path(name).suffix.lower())
    if known:
        return known
    if beginning.startswith(b"PAR1"):
        return "parquet"
    return "ndjson" if beginning.removeprefix(_BOM).lstrip().startswith(b"{") else "csv"


class TextSource:
    """The rows of an open CSV or NDJSON file, from a place on; `place` is behind the last row that was given.

    `growing`: a row that is not finished is left for the next time, instead of refused.
    """

    def __init__(
        self,
        file: BinaryIO,
        name: str,
        kind: str,
        *,
        start: Place | None = None,
        growing: bool = False,
        style: Style = PLAIN,
    ):
        self._file, self._name, self._growing, self._kind, self._style = file, name, growing, kind, style
        self._position = self._line = 0
        self._text = ""
        self._header: list[str] | None = None
        self.place = Place(0, 0)
        if start and start.position:
            if kind == "csv":
                self._header = self._read_header(self._reader())
            self._file.seek(start.position)
            self._position, self._line = start.position, start.line
            self.place = start

    def __iter__(self) -> Iterator[SourceRow]:
        try:
            yield from self._csv_rows() if self._kind == "csv" else self._json_rows()
        except Unfinished:
            if self._growing:
                return
            raise BadRow(
                self._name,
                self._line,
                "the file ends here without a line end, and may be cut off: get a whole copy, or add a line end if it "
                "is whole",
            ) from None

    def _lines(self) -> Iterator[str]:
        """Whole lines as text; Unfinished at one without its end."""
        while data := self._file.readline(LONGEST_LINE):
            self._line += 1
            if not data.endswith(b"\n"):
                if len(data) == LONGEST_LINE:
                    raise BadRow(self._name, self._line, f"is longer than {LONGEST_LINE} bytes: no event is")
                if self._kind == "csv" or self._growing or not data.rstrip().endswith(b"}"):
                    raise Unfinished
            text = data if self._position else data.removeprefix(_BOM)
            self._position += len(data)
            try:
                self._text = text.decode("utf-8")
            except UnicodeDecodeError as error:
                byte = text[error.start]
                raise BadRow(
                    self._name,
                    self._line,
                    f"is not UTF-8 (byte 0x{byte:02x}): save it as UTF-8, or say --encoding, like windows-1252",
                ) from None
            yield self._text

    def _reader(self) -> Any:
        return csv.reader(self._lines(), strict=True, delimiter=self._style.delimiter)

    def _csv_rows(self) -> Iterator[SourceRow]:
        reader = self._reader()
        if self._header is None:
            self._header = self._read_header(reader)
            if not self._header:
                return
        header, width, mark = self._header, len(self._header), self._style.mark
        while True:
            line = self._line + 1
            row = self._next(reader, line)
            if row is None:
                return
            if row and len(row) != width:
                row = self._fitted(row, line, width)
            self.place = Place(self._position, self._line)
            if row:
                made = mark("\x1f".join(row)) if mark else row_marks.NONE
                yield SourceRow(line, dict(zip(header, row, strict=True)), True, made)

    def _fitted(self, row: list[str], line: int, width: int) -> list[str]:
        """A row without the empty cells that it has too many; none if it is refused. BadRow if nobody is told."""
        if len(row) > width and not any(row[width:]):
            return row[:width]
        bad = BadRow(
            self._name,
            line,
            f"has {len(row)} cells, the header names {width} columns: correct the row{self._other_sign(row)}",
        )
        return self._refused(bad)

    def _refused(self, bad: BadRow) -> list[str]:
        if self._style.refuse is None:
            raise bad
        self._style.refuse(Refused(bad.line, str(bad)))
        return []

    def _other_sign(self, row: list[str]) -> str:
        """What may be meant where a header is one cell."""
        if self._header is None or len(self._header) > 1:
            return ""
        return _delimiter_hint(self._header[0], self._style.delimiter)

    def _next(self, reader: Any, line: int) -> list[str] | None:
        try:
            row: list[str] = next(reader)
        except StopIteration:
            return None
        except csv.Error as error:
            if "end of data" in str(error):
                raise Unfinished from None
            raise BadRow(self._name, line, f"is not a row of a CSV file: {error}") from None
        return row

    def _read_header(self, reader: Any) -> list[str]:
        for _ in range(self._style.names_row - 1):
            self._next(reader, 1)
        try:
            header = self._next(reader, self._style.names_row)
        except BadRow as error:  # quoted names with another sign between them
            hint = _delimiter_hint(self._text, self._style.delimiter)
            raise UsageError(f"{error}{hint}") if hint else error from None
        if header is None:
            if self._growing:
                return []
            raise UsageError(f"{self._name} is empty: the first line of a CSV file names the columns")
        names = [name.strip() for name in header]
        while len(names) > 1 and not names[-1]:  # some exports end each line with a sign
            names.pop()
        wanted = self._style.wanted
        hint = _delimiter_hint(names[0], self._style.delimiter) if len(names) == 1 else ""
        if hint:
            raise UsageError(f"{self._name} has one column, {escaping.quoted(names[0])}{hint}")
        for number, name in enumerate(names, 1):
            if not name and wanted is None:
                raise UsageError(f"{self._name}: column {number} has no name: give each column the name of a member")
            if names.index(name) != number - 1 and (wanted is None or name in wanted):
                raise UsageError(f"{self._name}: two columns are called {name}: name each member once")
        require_columns(names, wanted or {}, self._name)
        require_named(names, self._style.named, self._name)
        self.place = Place(self._position, self._line)
        return names

    def _json_rows(self) -> Iterator[SourceRow]:
        mark = self._style.mark
        for text in self._lines():
            place = Place(self._position, self._line)
            if not text.isspace():
                try:
                    value = _parsed(text, f"{self._name}, line {self._line}")
                except UsageError as error:
                    bad = BadRow(self._name, self._line, "")
                    bad.args = (str(error),)
                    self._refused(bad)
                    continue
                if not isinstance(value, dict):
                    self._refused(BadRow(self._name, self._line, "holds no JSON object: write one event a line"))
                    continue
                self.place = place
                yield SourceRow(self._line, value, False, mark(text) if mark else row_marks.NONE)
            self.place = place


def require_columns(names: Collection[str], wanted: Mapping[str, bool], name: str) -> None:
    """UsageError if a column lacks that may not."""
    lacking = [column for column, may_lack in wanted.items() if not may_lack and column not in names]
    if lacking:
        listed = ", ".join(lacking)
        raise UsageError(
            f"{name} has no column {escaping.quoted(lacking[0])}, which the map reads{meant(lacking[0], names)}"
            + (f" (it lacks {len(lacking)}: {escaping.quoted(listed)})" if len(lacking) > 1 else "")
        )


def require_named(names: Collection[str], wanted: Collection[str], name: str) -> None:
    """UsageError if a column lacks by which a row says itself which event it is: a map is needed then."""
    for one in wanted:
        if one not in names:
            raise UsageError(
                f"{name} has no column {one}: name a map with --map (trialseal events map {name} drafts one, and says "
                "whether a shipped one fits, such as irt-kits), or state it with --set"
            )


def _delimiter_hint(header: str, delimiter: str) -> str:
    found = next((sign for sign in ";\t|," if sign != delimiter and sign in header), None)
    if found is None:
        return ""
    return (
        f": its cells seem to be separated by another sign, say --delimiter {'tab' if found == chr(9) else repr(found)}"
    )


def _parsed(text: str, name: str) -> object:
    """The JSON value in a line, read as strictly as a document; three times as fast where nothing is strange."""
    if "\\u" not in text and text.count("{") + text.count("[") < canonical.MAX_DEPTH:
        with suppress(ValueError):  # of which the slow way says what it is
            return decode(text.strip(" \t\r\n"))
    return canonical.parse_json(text.encode("utf-8"), name)


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a key twice")
    return members


def _no_number(text: str) -> object:
    raise ValueError(text)


decode = json.JSONDecoder(object_pairs_hook=_members, parse_constant=_no_number).decode
"""The JSON value of a text; ValueError where it is none, has a key twice or holds what is no number."""


def parquet_rows(path: Path) -> Iterator[SourceRow]:
    """The rows of a Parquet file, numbered from 1 as if they were lines."""
    import pyarrow
    import pyarrow.parquet

    try:
        file = pyarrow.parquet.ParquetFile(files.open_file(path))
    except (pyarrow.ArrowException, OSError) as error:
        raise UsageError(f"{path} is not a whole Parquet file: {str(error).splitlines()[0]}") from None
    names = file.schema_arrow.names
    if len(set(names)) < len(names):
        raise UsageError(f"{path}: two columns have the same name: name each member once")
    number = 0
    try:
        for batch in file.iter_batches(batch_size=1 << 14):
            for row in batch.to_pylist():
                number += 1
                try:
                    yield SourceRow(number, {name: _plain(name, cell) for name, cell in row.items()}, True)
                except ValueError as error:
                    raise BadRow(str(path), number, str(error)) from None
    except (pyarrow.ArrowException, OSError) as error:
        raise BadRow(str(path), number + 1, f"the file cannot be read further: {str(error).splitlines()[0]}") from None


def _plain(name: str, cell: Any) -> Any:
    """A cell of Parquet as JSON has it."""
    if isinstance(cell, datetime):
        if cell.tzinfo is None:
            raise ValueError(f"{name} has no offset from UTC: give the column a time zone, or write it as text")
        return cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bytes):
        return cell.hex()
    if name == "subject" and isinstance(cell, float):
        raise ValueError("subject is a number with decimals, which loses zeros: write it as text")
    return cell
