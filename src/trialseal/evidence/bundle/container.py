"""The file that a bundle is: one zip archive, stored, whose every byte follows from names and contents of its members.

Readers of zip archives pass over much: junk before and behind, comments, entries that no directory names. Here one rule
covers all of that: what is read is written again, and a file that differs in any byte from what was written is refused.
A member's bytes pass by in pieces, so that memory does not grow with them.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import BinaryIO, TypeVar

from trialseal.errors import UsageError
from trialseal.evidence.bundle import records
from trialseal.evidence.bundle.member import CHUNK, Member
from trialseal.evidence.bundle.records import Entry

# Fewer than the 65,535 from which on the end of an archive counts elsewhere.
MOST_MEMBERS = 60_000
LONGEST_NAME = 200
LARGEST_FILE = 1 << 40
_STEP = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"
_NAME = re.compile(f"{_STEP}(/{_STEP})*")
Kept = TypeVar("Kept")


def is_name(name: str) -> bool:
    """Whether a member may be called so: plain ASCII, relative, and no step of the path with a dot in front."""
    return len(name) <= LONGEST_NAME and _NAME.fullmatch(name) is not None


def clash(names: Iterable[str]) -> tuple[str, str] | None:
    """Two names that cannot both be files of one folder, on computers that tell capitals apart or not; else None."""
    files: dict[str, str] = {}
    for name in names:
        if (other := files.setdefault(name.lower(), name)) != name:
            return other, name
    looked_at: set[str] = set()
    for name in files:
        folder = name.rpartition("/")[0]
        if folder in looked_at:
            continue
        looked_at.add(folder)
        for end in (place for place, letter in enumerate(name) if letter == "/"):
            if name[:end] in files:
                return files[name[:end]], files[name]
    return None


def write(file: BinaryIO, members: Mapping[str, Member]) -> int:
    """Writes a bundle, the same bytes everywhere for the same members; how many. UsageError if one does not fit."""
    if len(members) > MOST_MEMBERS:
        raise UsageError(f"a bundle holds {MOST_MEMBERS:,} files at most, not {len(members):,}: make it for fewer")
    if sum(one.size for one in members.values()) > LARGEST_FILE:
        raise UsageError("a bundle has at most 1 TiB: leave large documents out with --with digests")
    if both := clash(members):
        raise UsageError(f"{both[0]} and {both[1]} cannot lie beside each other in a bundle: rename one of them")
    directory: list[bytes] = []
    at = 0
    for name in sorted(members):
        if not is_name(name):
            raise UsageError(f"a file in a bundle cannot be called {name!r}")
        one = members[name]
        head = records.local(name, one.size, one.crc)
        file.write(head)
        for chunk in one.chunks():
            file.write(chunk)
        directory.append(records.central(Entry(name, one.size, one.crc, at)))
        at += len(head) + one.size
    size = sum(map(len, directory))
    end = records.end(len(members), size, at)
    file.write(b"".join([*directory, end]))
    return at + size + len(end)


def contents(file: BinaryIO, shown: str, keep: Callable[[Entry, Iterator[bytes]], Kept]) -> dict[str, Kept]:
    """What `keep` makes of each member of a bundle; UsageError with the place of the first byte that does not belong.

    `keep` gets the entry, `at` being the place of the first byte, and the bytes in pieces, of which it takes what it
    needs. `file` can be read anywhere; `shown` names it. Every byte is read once, and held against what `write` writes.
    """
    size = file.seek(0, 2)
    entries = _directory(file, size, shown)
    expected = 0
    found: dict[str, Kept] = {}
    file.seek(0)
    directory = bytearray()
    for entry in entries:
        name, head = entry.name, records.local(entry.name, entry.size, entry.crc)
        _require(file, head, expected, f"before {name} and by the list of files", shown)
        directory += records.central(Entry(name, entry.size, entry.crc, expected))
        expected += len(head)
        passing = _Passing(file, entry.size)
        placed = Entry(name, entry.size, entry.crc, expected)
        found[name] = keep(placed, iter((passing.whole(),)) if entry.size <= CHUNK else passing.chunks())
        for _ in passing.chunks():
            pass
        if passing.rest or passing.crc != entry.crc:
            raise _damaged(shown, f"{name}, from byte {expected:,} on, is not what was packed")
        expected += entry.size
    directory += records.end(len(entries), len(directory), expected)
    _require(file, directory, expected, "in the list of files at the end", shown)
    if file.read(1):
        raise _damaged(shown, f"something follows its end, at byte {file.tell() - 1:,}")
    return found


class _Passing:
    """The bytes of one member as they pass by."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self.rest, self.crc = size, 0

    def whole(self) -> bytes:
        """All of them, of a member that is small."""
        data = self._file.read(self.rest)
        self.rest, self.crc = self.rest - len(data), zlib.crc32(data)
        return data

    def chunks(self) -> Iterator[bytes]:
        while self.rest and (chunk := self._file.read(min(CHUNK, self.rest))):
            self.rest -= len(chunk)
            self.crc = zlib.crc32(chunk, self.crc)
            yield chunk


def _directory(file: BinaryIO, size: int, shown: str) -> list[Entry]:
    """Names, sizes and checksums from the list at the end; they are held against the rest afterwards."""
    if size < records.END_BYTES or size > LARGEST_FILE:
        raise _damaged(shown, f"it has {size:,} bytes, of which byte 0 is the first")
    file.seek(max(0, size - records.LARGE_END_BYTES))
    end = records.read_end(file.read(records.LARGE_END_BYTES))
    if end is None or end.at + end.size + end.end_bytes != size:
        raise _damaged(
            shown,
            f"its last {records.END_BYTES} bytes, from byte {size - records.END_BYTES:,} on, are not the end of a "
            "bundle: it is cut off, or goes on",
        )
    if end.size > MOST_MEMBERS * (records.CENTRAL_BYTES + LONGEST_NAME + records.LARGEST_EXTRA):
        raise _damaged(shown, f"it lists {end.number:,} files, at byte {size - end.end_bytes:,}")
    at = end.at
    file.seek(at)
    data = file.read(end.size)
    found: list[Entry] = []
    place = 0
    while place < len(data):
        read = records.read_central(data, place)
        if read is None:
            raise _damaged(shown, f"the list of files is cut off at byte {at + place:,}")
        entry, behind = read
        if not is_name(entry.name):
            raise _damaged(
                shown,
                f"in the list of files, a name at byte {at + place + records.CENTRAL_BYTES:,} is not one that a bundle "
                "has",
            )
        if entry.size > size:
            raise _damaged(shown, f"{entry.name} has {entry.size:,} bytes by the list of files, at byte {at + place:,}")
        found.append(entry)
        place = behind
    if len(found) > MOST_MEMBERS:
        raise _damaged(shown, f"it lists {len(found):,} files, at byte {at:,}")
    for before, after in pairwise(entry.name for entry in found):
        if before >= after:
            raise _damaged(shown, f"{after} stands in the list of files, from byte {at:,} on, twice, or out of order")
    if both := clash(entry.name for entry in found):
        raise _damaged(shown, f"{both[0]} and {both[1]}, listed from byte {at:,} on, cannot lie beside each other")
    if sum(entry.size for entry in found) > size:
        raise _damaged(shown, f"by the list of files, at byte {at:,}, they are larger than the bundle is")
    return found


def _require(file: BinaryIO, expected: bytes | bytearray, at: int, where: str, shown: str) -> None:
    found = file.read(len(expected))
    if found != expected:
        same = next((n for n, (a, b) in enumerate(zip(found, expected, strict=False)) if a != b), len(found))
        raise _damaged(shown, f"byte {at + same:,}, {where}, is not as it was packed")


def _damaged(shown: str, why: str) -> UsageError:
    return UsageError(f"{shown} is not a bundle as it was packed: {why}; ask for it again")
