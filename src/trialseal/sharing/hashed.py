"""Pieces of files as they pass through encryption by pyrage, hashed as they pass.

What is hashed is what is encrypted, the same bytes, so that a file that changes meanwhile cannot get another's digest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from typing import Final

PIECE: Final = 1 << 16
"""Bytes that are read, hashed and written at once."""
ReadInto = Callable[[memoryview], int]
"""Fills memory with what comes next, as far as that goes, and says how many bytes it is; 0 at the end only."""
Write = Callable[[bytes | memoryview], object]


class HashedReading:
    """Gives out what `read_into` reads, in smaller pieces, with its digest and number of bytes."""

    def __init__(self, read_into: ReadInto) -> None:
        self._read_into = read_into
        self._room = memoryview(bytearray(PIECE))
        self._piece, self._at = b"", 0
        self.digest = sha256()
        self.count = 0

    def read(self, size: int) -> bytes:
        """The next bytes, `size` at most; none at the end."""
        end = self._at + size
        data = self._piece[self._at : end]
        self._at = end
        return data or self._next(size)

    def _next(self, size: int) -> bytes:
        self._piece = bytes(self._room[: self._read_into(self._room)])
        self.count += len(self._piece)
        self.digest.update(self._piece)
        self._at = size
        return self._piece[:size]


class HashedWriting:
    """Writes by `write` what it is given, in larger pieces, with its digest."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._held: list[bytes] = []
        self._size = 0
        self.digest = sha256()

    def write(self, data: bytes) -> int:
        """Takes bytes, all of them."""
        self._held.append(data)
        self._size += len(data)
        if self._size >= PIECE:
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Writes what is held."""
        piece = b"".join(self._held)
        self._held.clear()
        self._size = 0
        self.digest.update(piece)
        self._write(piece)


def pieces(chunks: Iterable[bytes]) -> ReadInto:
    """A reader of what comes in pieces: memory is filled but for the end."""
    source: Iterator[bytes] = iter(chunks)
    held = bytearray()

    def read_into(room: memoryview) -> int:
        while len(held) < len(room) and (piece := next(source, None)) is not None:
            held.extend(piece)
        size = min(len(room), len(held))
        room[:size] = held[:size]
        del held[:size]
        return size

    return read_into
