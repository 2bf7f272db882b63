"""The records of a zip archive, as bundles have them: each byte follows from name, size, checksum and place.

Format: PKWARE's APPNOTE 6.3.10, of which only the forms below are used. Where a number does not fit into 32 bits, it is
in an extra field (4.5.3), and the end has a record and a locator of its own (4.3.14, 4.3.15); nowhere else.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_LARGE_END = struct.Struct("<4sQHHIIQQQQ")
_LOCATOR = struct.Struct("<4sIQI")
_EXTRA = struct.Struct("<HH")
_FULL = 0xFFFFFFFF
"""In the place of a number that stands elsewhere, because it is so large or larger."""
_LARGE = 1
_VERSION, _LARGE_VERSION, _UNIX = 20, 45, 3 << 8
# The first moment that the format has: 1 January 1980, 00:00.
_TIME, _DATE = 0, 1 << 5 | 1
_MODE = 0o100644 << 16

CENTRAL_BYTES = _CENTRAL.size
LARGEST_EXTRA = _EXTRA.size + 24
END_BYTES = _END.size
LARGE_END_BYTES = _LARGE_END.size + _LOCATOR.size + _END.size


class Entry(NamedTuple):
    """A member as the list at the end names it."""

    name: str
    size: int
    crc: int
    at: int
    """Where its local header begins."""


class End(NamedTuple):
    """What the end of an archive says of its list."""

    number: int
    size: int
    at: int
    end_bytes: int
    """How many bytes the end itself has."""


def local(name: str, size: int, crc: int) -> bytes:
    """What stands before a member's bytes."""
    raw, extra = name.encode("ascii"), _extra([size, size] if size >= _FULL else [])
    version, short = _LARGE_VERSION if extra else _VERSION, min(size, _FULL)
    return _LOCAL.pack(b"PK\3\4", version, 0, 0, _TIME, _DATE, crc, short, short, len(raw), len(extra)) + raw + extra


def central(entry: Entry) -> bytes:
    """A member's record in the list."""
    raw = entry.name.encode("ascii")
    extra = _extra([number for number in (entry.size, entry.size, entry.at) if number >= _FULL])
    version, size, at = _LARGE_VERSION if extra else _VERSION, min(entry.size, _FULL), min(entry.at, _FULL)
    fields = (_UNIX | version, version, 0, 0, _TIME, _DATE, entry.crc, size, size)
    return _CENTRAL.pack(b"PK\1\2", *fields, len(raw), len(extra), 0, 0, 0, _MODE, at) + raw + extra


def end(number: int, size: int, at: int) -> bytes:
    """What stands behind the list of so many members and bytes, which begins at `at`."""
    large = b""
    if max(size, at) >= _FULL:
        version = _UNIX | _LARGE_VERSION
        large = _LARGE_END.pack(
            b"PK\6\6", _LARGE_END.size - 12, version, _LARGE_VERSION, 0, 0, number, number, size, at
        )
        large += _LOCATOR.pack(b"PK\6\7", 0, at + size, 1)
    return large + _END.pack(b"PK\5\6", 0, 0, number, number, min(size, _FULL), min(at, _FULL), 0)


def read_end(tail: bytes) -> End | None:
    """What an archive's last bytes, up to LARGE_END_BYTES of them, say; None if they are no end. To be held against
    `end` afterwards."""
    if len(tail) < END_BYTES:
        return None
    mark, _, _, _, number, size, at, _ = _END.unpack(tail[-END_BYTES:])
    if mark != b"PK\5\6":
        return None
    if _FULL in (size, at) and len(tail) == LARGE_END_BYTES:
        large = _LARGE_END.unpack(tail[: _LARGE_END.size])
        return End(number, large[8], large[9], LARGE_END_BYTES) if large[0] == b"PK\6\6" else None
    return End(number, size, at, END_BYTES)


def read_central(data: bytes, place: int) -> tuple[Entry, int] | None:
    """The record at a place of the list, and where the next begins; None if it is none. Names are to be checked."""
    if place + CENTRAL_BYTES > len(data):
        return None
    fields = _CENTRAL.unpack_from(data, place)
    crc, size, name_bytes, extra_bytes, at = fields[7], fields[9], fields[10], fields[11], fields[16]
    behind = place + CENTRAL_BYTES + name_bytes
    name, extra = data[place + CENTRAL_BYTES : behind], data[behind : behind + extra_bytes]
    numbers = [value for (value,) in struct.iter_unpack("<Q", extra[_EXTRA.size :])] if len(extra) % 8 == 4 else []
    if size == _FULL and len(numbers) > 1:
        size = numbers[0]
    if at == _FULL and numbers:
        at = numbers[-1]
    return Entry(name.decode("latin-1"), size, crc, at), behind + extra_bytes


def _extra(numbers: list[int]) -> bytes:
    if not numbers:
        return b""
    return _EXTRA.pack(_LARGE, 8 * len(numbers)) + struct.pack(f"<{len(numbers)}Q", *numbers)
