"""SAS transport files, version 5 (SAS TS-140) and version 8: read directly, so that every byte is accounted for."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialseal.documents.canonical import shown
from trialseal.errors import FailedError, UsageError
from trialseal.tables.cell_words import SPECIAL_MISSING
from trialseal.tables.sas import type_of_format
from trialseal.tables.schema import Column, Schema, require_names
from trialseal.tables.table import BLOCK_ROWS, Reading, Table

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from trialseal.tables.table import Block

_RECORD = 80
_BLANK = b" "
# Bytes of rows that are turned into columns at a time.
_BLOCK_BYTES = 8 << 20
_NAMESTR = struct.Struct(">hhhh8s40s8shhh2s8shhi")
# The first byte of a missing number: a full stop for the ordinary one, else the special one's letter.
_ORDINARY = ord(".")
_SPECIAL = {ord(name[1]): name for name in SPECIAL_MISSING}


@dataclass(frozen=True, slots=True)
class _Variable:
    name: str
    is_text: bool
    length: int
    position: int
    format: str


@dataclass(frozen=True, slots=True)
class _MemberLayout:
    version: int
    member: str
    variables: tuple[_Variable, ...]
    row_bytes: int
    start: int
    """Where the rows begin."""
    rows: int


def open_xpt(path: Path, reading: Reading) -> Table:
    """The table in a transport file of one member; FailedError where the file is not one or cut short."""
    import numpy as np

    try:
        data = np.memmap(path, dtype=np.uint8, mode="r") if path.stat().st_size else np.zeros(0, np.uint8)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None
    layout = _layout(path, data)
    columns = tuple(Column(one.name, "text" if one.is_text else type_of_format(one.format)) for one in layout.variables)
    require_names([column.name for column in columns], str(path))

    def blocks() -> Iterator[Block]:
        step = max(1, min(BLOCK_ROWS, _BLOCK_BYTES // max(1, layout.row_bytes)))
        for first in range(0, layout.rows, step):
            count = min(step, layout.rows - first)
            begin = layout.start + first * layout.row_bytes
            rows = data[begin : begin + count * layout.row_bytes].reshape(count, layout.row_bytes)
            yield [_column(path, rows, one, first, reading.encoding or "utf-8") for one in layout.variables]

    return Table(
        path, layout.member or path.stem, f"SAS transport version {layout.version}", Schema(columns), blocks, sas=True
    )


def ibm_to_double(raw: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """IBM System/360 floats, 8 bytes big-endian as uint64, as IEEE doubles: sign, 7-bit power of 16, 56-bit fraction.

    A fraction of more than 53 significant bits is rounded to the nearest double, ties to even; no double written by SAS
    has one.
    """
    import numpy as np

    fraction = (raw & np.uint64((1 << 56) - 1)).astype(np.float64)
    exponent = ((raw >> np.uint64(56)) & np.uint64(0x7F)).astype(np.int32)
    value = np.ldexp(fraction, 4 * (exponent - 64) - 56)
    return np.where(raw >> np.uint64(63) != 0, -value, value)


def _layout(path: Path, data: np.ndarray[Any, Any]) -> _MemberLayout:
    def record(offset: int) -> bytes:
        found = data[offset : offset + _RECORD].tobytes()
        if len(found) < _RECORD:
            raise FailedError(f"{path} is cut short: its header ends after {len(data)} bytes; get the whole file")
        return found

    def header(offset: int, *names: bytes) -> bytes:
        found = record(offset)
        if not any(
            found.startswith(b"HEADER RECORD*******" + name.ljust(8) + b"HEADER RECORD!!!!!!!") for name in names
        ):
            raise FailedError(
                f"{path} is not a SAS transport file: at byte {offset} the header {names[0].decode()} was expected, "
                f"not {shown(found[:40].decode('ascii', 'replace'))}"
            )
        return found

    version = 8 if header(0, b"LIBRARY", b"LIBV8")[20:25] == b"LIBV8" else 5
    member_header = header(3 * _RECORD, b"MEMBER", b"MEMBV8")
    namestr_bytes = _number(path, member_header[74:78])
    header(4 * _RECORD, b"DSCRPTR", b"DSCPTV8")
    member = record(5 * _RECORD)[8 : 16 if version == 5 else 40]
    if namestr_bytes not in (136, 140):
        raise FailedError(f"{path} describes variables in {namestr_bytes} bytes each, not 140: its header is damaged")
    namestr_header = header(7 * _RECORD, b"NAMESTR", b"NAMSTV8")
    start = 8 * _RECORD
    # Version 8 gives the count six digits by SAS's description; the files that ReadStat writes and reads have four.
    counts = [_number(path, namestr_header[54:end]) for end in ((58,) if version == 5 else (58, 60))]
    count = next((one for one in counts if _ends_at_header(data, start + one * namestr_bytes)), counts[0])
    described = data[start : start + count * namestr_bytes].tobytes()
    if len(described) < count * namestr_bytes:
        raise FailedError(f"{path} is cut short: it describes {count} variables, and ends before the last of them")
    variables = tuple(
        _variable(described[place : place + namestr_bytes], version)
        for place in range(0, len(described), namestr_bytes)
    )
    for one in variables:
        if one.length < 1 or one.position < 0:
            raise FailedError(
                f"{path} is damaged: it describes column {one.name} as {one.length} bytes at byte {one.position} of "
                "a row"
            )
    if version == 8:
        # What writes version 8 lays the cells of a row in the columns' order, whatever positions it states.
        ends = list(accumulate(one.length for one in variables))
        variables = tuple(replace(one, position=end - one.length) for one, end in zip(variables, ends, strict=True))
    offset = _whole_records(start + count * namestr_bytes)
    # Version 8 has labels of more than 40 characters in a section of their own.
    while version == 8 and not record(offset).startswith(b"HEADER RECORD*******OBSV8"):
        offset += _RECORD
    observations = header(offset, b"OBS", b"OBSV8")
    row_bytes = max((one.position + one.length for one in variables), default=0)
    begin = offset + _RECORD
    rows = _rows(path, data, begin, row_bytes, observations if version == 8 else b"")
    return _MemberLayout(version, member.decode("ascii", "replace").strip(" \0"), variables, row_bytes, begin, rows)


def _whole_records(offset: int) -> int:
    return -(-offset // _RECORD) * _RECORD


def _ends_at_header(data: np.ndarray[Any, Any], offset: int) -> bool:
    place = _whole_records(offset)
    return data[place : place + 20].tobytes() == b"HEADER RECORD*******"


def _rows(path: Path, data: np.ndarray[Any, Any], begin: int, row_bytes: int, observations: bytes) -> int:
    """How many rows there are: version 5 says so only by where the file ends, after fewer than 80 filling blanks."""
    room = len(data) - begin
    if row_bytes == 0:
        return 0
    if len(data) % _RECORD:
        raise FailedError(
            f"{path} is cut short: it has {len(data)} bytes, no multiple of {_RECORD}; get the whole file"
        )
    stated = observations[48:].strip(b" \0")
    if stated.isdigit() and int(stated):
        if int(stated) * row_bytes > room:
            raise FailedError(f"{path} is cut short: it promises {int(stated)} rows, and holds {room // row_bytes}")
        if room - int(stated) * row_bytes < _RECORD:
            return int(stated)
    rows, left = divmod(room, row_bytes)
    end = data[len(data) - min(room, _RECORD) :].tobytes()
    if left >= _RECORD or end[len(end) - left :].strip(_BLANK):
        if _second_member(data, begin):
            raise UsageError(f"{path} holds several tables: write each to a file of its own")
        raise FailedError(f"{path} is cut short: after {rows} rows of {row_bytes} bytes, {left} bytes are left over")
    # Rows shorter than a record: whole rows of blanks in the last record are filling.
    while rows and row_bytes < _RECORD and room - (rows - 1) * row_bytes <= _RECORD - 1:
        last = data[begin + (rows - 1) * row_bytes : begin + rows * row_bytes].tobytes()
        if last.strip(_BLANK):
            break
        rows -= 1
    if _second_member(data, begin):
        raise UsageError(f"{path} holds several tables: write each to a file of its own")
    return rows


def _second_member(data: np.ndarray[Any, Any], begin: int) -> bool:
    mark = b"HEADER RECORD*******MEMB"
    records = data[begin : begin + (len(data) - begin) // _RECORD * _RECORD].reshape(-1, _RECORD)
    return bool((records[:, 0] == mark[0]).any()) and any(
        records[row, : len(mark)].tobytes() == mark for row in (records[:, 0] == mark[0]).nonzero()[0]
    )


def _number(path: Path, digits: bytes) -> int:
    if not digits.strip(b" ").isdigit():
        raise FailedError(f"{path} is damaged: its header has {shown(digits.decode('ascii', 'replace'))} for a number")
    return int(digits)


def _variable(described: bytes, version: int) -> _Variable:
    kind, _, length, _, name, _, form, *_, position = _NAMESTR.unpack(described[: _NAMESTR.size])
    if version == 8 and len(described) >= 120 and (long := described[88:120].strip(b" \0")):
        name = long
    # Names of SAS variables are ASCII unless VALIDVARNAME=ANY; then the session's encoding, likeliest UTF-8.
    return _Variable(
        name.strip(b" \0").decode("utf-8", "replace"), kind == 2, length, position, form.decode("ascii", "replace")
    )


def _column(path: Path, rows: np.ndarray[Any, Any], variable: _Variable, first: int, encoding: str) -> pa.Array[Any]:
    import numpy as np

    begin, length = variable.position, variable.length
    cells = rows[:, begin : begin + length]
    if variable.is_text:
        return _text(path, np.ascontiguousarray(cells), variable, first, encoding)
    return _numbers(path, cells, variable, first)


def _text(path: Path, cells: np.ndarray[Any, Any], variable: _Variable, first: int, encoding: str) -> pa.Array[Any]:
    import pyarrow as pa
    import pyarrow.compute as pc

    fixed = pa.FixedSizeBinaryArray.from_buffers(pa.binary(variable.length), len(cells), [None, pa.py_buffer(cells)])
    try:
        if encoding.lower() in ("utf-8", "utf8", "ascii"):
            texts = fixed.cast(pa.binary()).cast(pa.string())
        else:
            texts = pa.array([value.decode(encoding) for value in fixed.to_pylist()], pa.string())
    except (pa.ArrowInvalid, UnicodeDecodeError):
        _refuse_text(path, fixed.to_pylist(), variable, first, encoding)
    # What lies behind the last character is filling, blanks as a rule; some writers fill up with zero bytes.
    return pc.utf8_rtrim(texts, " \0")


def _refuse_text(path: Path, cells: list[bytes], variable: _Variable, first: int, encoding: str) -> None:
    for row, cell in enumerate(cells, first + 1):
        try:
            cell.decode(encoding)
        except UnicodeDecodeError as error:
            raise FailedError(
                f"{path}: row {row}, column {variable.name} holds the byte 0x{cell[error.start]:02x}, which is not "
                f"{encoding.upper()}: state the encoding, such as --encoding windows-1252"
            ) from None


def _numbers(path: Path, cells: np.ndarray[Any, Any], variable: _Variable, first: int) -> pa.Array[Any]:
    import numpy as np
    import pyarrow as pa

    length = variable.length
    if not 2 <= length <= 8:
        raise FailedError(f"{path}: column {variable.name} has numbers of {length} bytes, not 2 to 8: it is damaged")
    whole = np.zeros((len(cells), 8), np.uint8)
    whole[:, :length] = cells
    raw = whole.view(">u8").reshape(-1).astype(np.uint64)
    # A missing number is its letter before zero bytes; a number whose fraction is zero is zero whatever its exponent.
    letter = whole[:, 0]
    bare = (raw & np.uint64((1 << 56) - 1)) == 0
    missing = bare & (letter != 0) & (letter != 0x80)
    codes = np.unique(letter[missing]).tolist()
    values = ibm_to_double(raw)
    if not codes:
        return pa.array(values)
    for code in codes:
        if code != _ORDINARY and code not in _SPECIAL:
            # An unnormalised zero such as 0x4000…: no missing value has this letter.
            missing &= letter != code
    doubles = pa.array(values, mask=missing)
    special = [code for code in codes if code in _SPECIAL]
    if not special:
        return doubles
    names = [_SPECIAL.get(code) if gone else None for code, gone in zip(letter.tolist(), missing.tolist(), strict=True)]
    return pa.StructArray.from_arrays([doubles, pa.array(names, pa.string())], ["value", "missing"])
