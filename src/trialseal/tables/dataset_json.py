"""CDISC Dataset-JSON: 1.1 (.json, .ndjson, the compressed .dsjc) row by row whatever the file's size, and 1.0."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from trialseal.documents.canonical import shown
from trialseal.errors import FailedError, UsageError
from trialseal.files import opened
from trialseal.tables.dataset_json_old import as_new, is_old
from trialseal.tables.schema import Column, Schema, Type, require_names
from trialseal.tables.table import BLOCK_ROWS, Reading, Table

if TYPE_CHECKING:
    from trialseal.tables.table import Array, Block

# Real tables compress by 10 to 20 (the thirteen of CDISC's own examples), very repetitive ones by some hundred; deflate
# itself reaches 1,032. Small files may do as they like.
MAX_EXPANSION = 400
FREE_BYTES = 64 << 20
# Read as a stream, size costs only time: this much takes an hour. No clinical table comes near it.
MAX_EXPANDED_BYTES = 1 << 40
# A row or the metadata must be held whole. The metadata of 20,000 columns take some 5 MB.
MAX_VALUE_CHARACTERS = 64 << 20
_PIECE = 1 << 20
_ANY_HEADER = zlib.MAX_WBITS | 32  # gzip or zlib
# Rows that are turned into columns at a time: Python objects are some ten times as large as what they came from.
_ROWS = 1 << 12
assert BLOCK_ROWS % _ROWS == 0

_TYPES: dict[str, Type] = {
    "string": "text",
    "URI": "text",
    "integer": "number",
    "float": "number",
    "double": "number",
    "decimal": "decimal",
    "boolean": "boolean",
    "date": "date",
    "datetime": "datetime",
    "time": "time",
}
_DATES = ("date", "datetime", "time")


def open_dataset_json(path: Path, reading: Reading) -> Table:
    """The table in a Dataset-JSON file of any of its three forms; FailedError where it is none or cut short."""
    stream = _Values(path)
    header = stream.header()
    held: list[list[Any]] | None = None
    if is_old(header):
        header, held = as_new(header, path, reading)
    columns = _columns(header, path)
    records = header.get("records")
    if records is not None and (not isinstance(records, str) or not re.fullmatch("[0-9]{1,18}", records)):
        raise FailedError(f"{path}: records is {shown(records)}, but must be a whole number")

    def blocks() -> Iterator[Block]:
        rows: list[list[Any]] = []
        count = 0
        for row in held if held is not None else _Values(path).rows():
            if not isinstance(row, list) or len(row) != len(columns):
                what = f"{len(row)} cells" if isinstance(row, list) else shown(row)
                raise FailedError(f"{path}: row {count + 1} has {what}, but there are {len(columns)} columns")
            rows.append(row)
            count += 1
            if len(rows) == _ROWS:
                yield _block(rows, columns, count - len(rows), path)
                rows = []
        if rows:
            yield _block(rows, columns, count - len(rows), path)
        if records is not None and int(records) != count:
            raise FailedError(
                f"{path} promises {int(records)} records and holds {count}: it is cut short, or was edited by hand"
            )

    name = header.get("name")
    if isinstance(name, str):
        _require_whole(name, f"{path}: its name")
    form = "Dataset-JSON 1.0" if held is not None else "Dataset-JSON"
    form += ", compressed" if stream.compressed else ""
    known = name if isinstance(name, str) and name else path.stem
    return Table(path, known, form, Schema(columns), blocks)


def _columns(header: dict[str, Any], path: Path) -> tuple[Column, ...]:
    described = header.get("columns")
    if not isinstance(described, list):
        raise FailedError(f"{path} is not Dataset-JSON: it has no list of columns")
    columns = []
    for number, one in enumerate(described, 1):
        name = one.get("name") if isinstance(one, dict) else None
        if not isinstance(name, str):
            raise FailedError(f"{path}: columns[{number - 1}] has no name: give every column one")
        _require_whole(name, f"{path}: the name of column {number}")
        kind, target = one.get("dataType"), one.get("targetDataType")
        if kind not in _TYPES:
            raise FailedError(f"{path}: column {name} has the dataType {shown(kind)}: use one of {', '.join(_TYPES)}")
        # Dates that are text in SAS may be partial (2012-05); only with a numeric target are they days or seconds.
        type_: Type = "text" if kind in _DATES and target is None else _TYPES[kind]
        columns.append(Column(name, type_))
    require_names([column.name for column in columns], str(path))
    return tuple(columns)


def _block(rows: list[list[Any]], columns: tuple[Column, ...], first: int, path: Path) -> Block:
    return [
        _array(list(values), column, first, path)
        for values, column in zip(zip(*rows, strict=True), columns, strict=True)
    ]


def _array(values: list[Any], column: Column, first: int, path: Path) -> Array:
    import pyarrow as pa

    try:
        return pa.array(values, pa.string())
    except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError, UnicodeEncodeError):
        return pa.array([_plain(one, column, first + row, path) for row, one in enumerate(values, 1)], pa.string())


def _plain(value: Any, column: Column, row: int, path: Path) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        _require_whole(value, f"{path}: row {row}, column {column.name}")
        return value
    if value is None:
        return None
    raise FailedError(f"{path}: row {row}, column {column.name} holds {shown(value)}, which is not a cell of a table")


def _require_whole(text: str, where: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise FailedError(f"{where} holds half a surrogate pair ({text!a}): correct the text") from None


class _Values:
    """A file as a stream of JSON values. Numbers are kept as the text that they are."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._pieces = self._text()
        self._text_left = ""
        self._at = 0
        self._ended = False
        self.compressed = False
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._members, parse_float=str, parse_int=str, parse_constant=self._constant
        )

    def header(self) -> dict[str, Any]:
        """The metadata: the members of the object beside its rows, read as far as needed to know the columns."""
        return next(self._parts(header_only=True))

    def rows(self) -> Iterator[Any]:
        """Every row: of the member rows, or one a line behind the metadata."""
        parts = self._parts(header_only=False)
        yield from parts

    def _parts(self, *, header_only: bool) -> Iterator[Any]:
        header: dict[str, Any] = {}
        self._expect("{")
        seen_rows = False
        if self._peek() != "}":
            while True:
                name = self._value()
                if not isinstance(name, str):
                    self._fail("a name was expected")
                self._expect(":")
                if name in header or (name == "rows" and seen_rows):
                    self._fail(f"it has the member {shown(name)} twice")
                if name == "rows":
                    seen_rows = True
                    if header_only and "columns" in header and "records" in header:
                        yield header
                        return
                    for row in self._items():
                        if not header_only:
                            yield row
                else:
                    header[name] = self._value()
                if self._peek() != ",":
                    break
                self._expect(",")
        self._expect("}")
        if header_only:
            yield header
            return
        while self._peek():
            if seen_rows:
                self._fail("there is more behind its end")
            yield self._value()

    def _items(self) -> Iterator[Any]:
        self._expect("[")
        if self._peek() == "]":
            self._expect("]")
            return
        while True:
            yield self._value()
            if self._peek() != ",":
                break
            self._expect(",")
        self._expect("]")

    def _value(self) -> Any:
        """The next JSON value, whole."""
        self._peek()
        wanted = _PIECE
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text_left, self._at)
            except json.JSONDecodeError as error:
                if not self._more(wanted):
                    if error.pos >= len(self._text_left.rstrip()) - 6 or error.msg.startswith("Unterminated"):
                        self._cut()
                    self._fail(f"{error.msg} near {shown(self._text_left[error.pos : error.pos + 30])}")
            except RecursionError:
                self._fail("it nests too deep")
            else:
                # A number at the very end of what was read may go on in the next piece.
                if end < len(self._text_left) or not self._more(wanted):
                    self._at = end
                    return value
            wanted *= 2

    def _peek(self) -> str:
        """The next character that is not white space; empty at the end."""
        while True:
            while self._at < len(self._text_left):
                if self._text_left[self._at] not in " \t\r\n":
                    return self._text_left[self._at]
                self._at += 1
            if not self._more(_PIECE):
                return ""

    def _expect(self, character: str) -> None:
        found = self._peek()
        if found != character:
            if not found:
                self._cut()
            self._fail(f"{character!r} was expected, not {shown(self._text_left[self._at : self._at + 20])}")
        self._at += 1

    def _more(self, wanted: int) -> bool:
        """Reads on; whether there was more."""
        pieces, got = [], 0
        while got < wanted and not self._ended:
            piece = next(self._pieces, None)
            if piece is None:
                self._ended = True
            else:
                pieces.append(piece)
                got += len(piece)
        if not got:
            return False
        self._text_left = self._text_left[self._at :] + "".join(pieces)
        self._at = 0
        if len(self._text_left) > MAX_VALUE_CHARACTERS + _PIECE:
            self._fail(f"a single row or value has more than {MAX_VALUE_CHARACTERS} characters")
        return True

    def _text(self) -> Iterator[str]:
        import codecs

        decoder = codecs.getincrementaldecoder("utf-8-sig")()
        offset = 0
        for piece in self._bytes():
            try:
                text = decoder.decode(piece)
            except UnicodeDecodeError as error:
                raise FailedError(
                    f"{self.path} is not UTF-8: byte 0x{error.object[error.start]:02x} near byte "
                    f"{offset + error.start} of its text; Dataset-JSON is UTF-8"
                ) from None
            offset += len(piece)
            if text:
                yield text
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            self._cut()

    def _bytes(self) -> Iterator[bytes]:
        try:
            with opened(self.path) as file:
                start = file.read(2)
                file.seek(0)
                # gzip, or zlib with any of its four usual levels.
                self.compressed = start == b"\x1f\x8b" or start in (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
                if self.compressed:
                    yield from self._inflated(file)
                else:
                    while piece := file.read(_PIECE):
                        yield piece
        except OSError as error:
            raise UsageError(f"{self.path} cannot be read: {error.strerror or error}") from None

    def _inflated(self, file: Any) -> Iterator[bytes]:
        inflater = zlib.decompressobj(wbits=_ANY_HEADER)
        read = written = 0
        compressed, ended = b"", False
        while True:
            if not compressed and not ended:
                compressed = file.read(1 << 16)
                read += len(compressed)
                ended = not compressed
            if inflater.eof and compressed:  # gzip files may follow one another
                inflater = zlib.decompressobj(wbits=_ANY_HEADER)
            try:
                piece = inflater.decompress(compressed, _PIECE)
            except zlib.error:
                raise FailedError(f"{self.path} is damaged: it cannot be decompressed; get it again") from None
            written += len(piece)
            if (written > FREE_BYTES and written > MAX_EXPANSION * read) or written > MAX_EXPANDED_BYTES:
                raise FailedError(
                    f"{self.path} is not read on: {read} of its bytes grew to more than {written >> 20} MiB, as no "
                    "table's do"
                )
            compressed = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
            if piece:
                yield piece
            elif ended:
                break
        if not inflater.eof:
            self._cut()

    def _cut(self) -> NoReturn:
        raise FailedError(f"{self.path} is cut short: it ends in the middle; get the whole file")

    def _fail(self, problem: str) -> NoReturn:
        raise FailedError(f"{self.path} is not Dataset-JSON: {problem}")

    def _members(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) < len(pairs):
            self._fail(f"an object that begins with {shown(pairs[0][0])} has a member twice")
        return members

    def _constant(self, text: str) -> NoReturn:
        self._fail(f"it holds {text}, which is not a JSON number: a missing value is null")
