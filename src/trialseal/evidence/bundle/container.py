"""The file that a bundle is: one zip archive, stored, whose every byte follows from names and contents of its members.

Readers of zip archives pass over much: junk before and behind, comments, entries that no directory names. Here one rule
covers all of that: what is read is written again, and a file that differs in any byte from what was written is refused.
Format: PKWARE's APPNOTE 6.3.10, of which only the forms below are used.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import BinaryIO

from trialseal.errors import UsageError

ENDING = ".trialseal"
MOST_MEMBERS = 10_000
LONGEST_NAME = 200
# All of it is in memory at once. Zip's own limit is 4 GiB, beyond which programs write its fields in more than one way.
LARGEST_MEMBER = LARGEST_FILE = 1 << 30
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_VERSION, _MADE_BY_UNIX = 20, 3 << 8 | 20
# The first moment that the format has: 1 January 1980, 00:00.
_TIME, _DATE = 0, 1 << 5 | 1
_MODE = 0o100644 << 16
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./")


def is_name(name: str) -> bool:
    """Whether a member may be called so: plain ASCII, relative, and no step of the path with a dot in front."""
    steps = name.split("/")
    return 0 < len(name) <= LONGEST_NAME and set(name) <= _PLAIN and not any(s == "" or s[0] in ".-" for s in steps)


def clash(names: Iterable[str]) -> tuple[str, str] | None:
    """Two names that cannot both be files of one folder, on computers that tell capitals apart or not; else None."""
    files: dict[str, str] = {}
    for name in names:
        if (other := files.setdefault(name.lower(), name)) != name:
            return other, name
    for name in files:
        for end in (place for place, letter in enumerate(name) if letter == "/"):
            if name[:end] in files:
                return files[name[:end]], files[name]
    return None


def pack(members: Mapping[str, bytes]) -> bytes:
    """A bundle's bytes, the same everywhere for the same members. UsageError if a name or a size does not fit."""
    if len(members) > MOST_MEMBERS:
        raise UsageError(f"a bundle holds {MOST_MEMBERS:,} files at most, not {len(members):,}: make it for fewer")
    if sum(map(len, members.values())) > LARGEST_FILE:
        raise UsageError("a bundle has at most 1 GiB: leave large documents out with --with digests")
    if both := clash(members):
        raise UsageError(f"{both[0]} and {both[1]} cannot lie beside each other in a bundle: rename one of them")
    parts: list[bytes] = []
    directory: list[bytes] = []
    at = 0
    for name in sorted(members):
        if not is_name(name):
            raise UsageError(f"a file in a bundle cannot be called {name!r}")
        content = members[name]
        crc = zlib.crc32(content)
        head = _local(name, len(content), crc)
        parts += [head, content]
        directory.append(_central(name, len(content), crc, at))
        at += len(head) + len(content)
    size = sum(map(len, directory))
    return b"".join([*parts, *directory, _end(len(members), size, at)])


def contents(file: BinaryIO, shown: str) -> dict[str, bytes]:
    """What each member of a bundle holds; UsageError with the place of the first byte that does not belong.

    `file` can be read anywhere; `shown` names it. Every byte is read once, and held against what `pack` writes.
    """
    size = file.seek(0, 2)
    entries = _directory(file, size, shown)
    expected = 0
    found: dict[str, bytes] = {}
    file.seek(0)
    directory: list[bytes] = []
    for name, length, crc in entries:
        head = _local(name, length, crc)
        _require(file, head, expected, f"before {name} and by the list of files", shown)
        content = file.read(length)
        if len(content) != length or zlib.crc32(content) != crc:
            raise _damaged(shown, f"{name}, from byte {expected + len(head):,} on, is not what was packed")
        found[name] = content
        directory.append(_central(name, length, crc, expected))
        expected += len(head) + length
    tail = b"".join(directory)
    _require(file, tail + _end(len(entries), len(tail), expected), expected, "in the list of files at the end", shown)
    if file.read(1):
        raise _damaged(shown, f"something follows its end, at byte {file.tell() - 1:,}")
    return found


def _directory(file: BinaryIO, size: int, shown: str) -> list[tuple[str, int, int]]:
    """Names, sizes and checksums from the list at the end; they are held against the rest afterwards."""
    if size < _END.size or size > LARGEST_FILE:
        raise _damaged(shown, f"it has {size:,} bytes, of which byte 0 is the first")
    file.seek(size - _END.size)
    mark, _, _, _, number, length, at, _ = _END.unpack(file.read(_END.size))
    if mark != b"PK\5\6" or at + length + _END.size != size:
        raise _damaged(
            shown,
            f"its last {_END.size} bytes, from byte {size - _END.size:,} on, are not the end of a bundle: it is cut "
            "off, or goes on",
        )
    if length > MOST_MEMBERS * (_CENTRAL.size + LONGEST_NAME):
        raise _damaged(shown, f"it lists {number:,} files, at byte {size - _END.size:,}")
    file.seek(at)
    data = file.read(length)
    found: list[tuple[str, int, int]] = []
    place = 0
    while place < len(data):
        if place + _CENTRAL.size > len(data):
            raise _damaged(shown, f"the list of files is cut off at byte {at + place:,}")
        fields = _CENTRAL.unpack_from(data, place)
        crc, stored, name_length = fields[7], fields[9], fields[10]
        name = data[place + _CENTRAL.size : place + _CENTRAL.size + name_length].decode("latin-1")
        if not is_name(name):
            raise _damaged(
                shown,
                f"in the list of files, a name at byte {at + place + _CENTRAL.size:,} is not one that a bundle has",
            )
        if stored > LARGEST_MEMBER:
            raise _damaged(shown, f"{name} has {stored:,} bytes by the list of files, at byte {at + place:,}")
        found.append((name, stored, crc))
        place += _CENTRAL.size + name_length
    names = [name for name, _, _ in found]
    for before, after in pairwise(names):
        if before >= after:
            raise _damaged(shown, f"{after} stands in the list of files, from byte {at:,} on, twice, or out of order")
    if both := clash(names):
        raise _damaged(shown, f"{both[0]} and {both[1]}, listed from byte {at:,} on, cannot lie beside each other")
    if sum(stored for _, stored, _ in found) > size:
        raise _damaged(shown, f"by the list of files, at byte {at:,}, they are larger than the bundle is")
    return found


def _require(file: BinaryIO, expected: bytes, at: int, where: str, shown: str) -> None:
    found = file.read(len(expected))
    if found != expected:
        same = next((n for n, (a, b) in enumerate(zip(found, expected, strict=False)) if a != b), len(found))
        raise _damaged(shown, f"byte {at + same:,}, {where}, is not as it was packed")


def _local(name: str, size: int, crc: int) -> bytes:
    raw = name.encode("ascii")
    return _LOCAL.pack(b"PK\3\4", _VERSION, 0, 0, _TIME, _DATE, crc, size, size, len(raw), 0) + raw


def _central(name: str, size: int, crc: int, at: int) -> bytes:
    raw = name.encode("ascii")
    fields = (_MADE_BY_UNIX, _VERSION, 0, 0, _TIME, _DATE, crc, size, size, len(raw), 0, 0, 0, 0, _MODE, at)
    return _CENTRAL.pack(b"PK\1\2", *fields) + raw


def _end(number: int, size: int, at: int) -> bytes:
    return _END.pack(b"PK\5\6", 0, 0, number, number, size, at, 0)


def _damaged(shown: str, why: str) -> UsageError:
    return UsageError(f"{shown} is not a bundle as it was packed: {why}; ask for it again")
