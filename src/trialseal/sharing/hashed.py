"""Pieces of files as they pass through encryption, hashed in a thread beside it: hashing lets other threads run.

What is hashed is what is encrypted, the same bytes, so that a file that changes meanwhile cannot get another's digest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from typing import Final, NamedTuple

PIECE: Final = 1 << 19
"""Bytes that are read, hashed and written at once."""
ReadInto = Callable[[memoryview], int]
"""Fills memory with what comes next, as far as that goes, and says how many bytes it is; 0 at the end only."""
Write = Callable[[bytes | memoryview], object]


class Threads(NamedTuple):
    """Where hashing is done: one thread for what is read and one for what is written, since pieces keep their order."""

    reading: ThreadPoolExecutor
    writing: ThreadPoolExecutor


@contextmanager
def threads() -> Iterator[Threads]:
    """Both, until all that they were given is done."""
    with ThreadPoolExecutor(1) as reading, ThreadPoolExecutor(1) as writing:
        yield Threads(reading, writing)


class Digest:
    """The digest of pieces in their order, each hashed in a thread of its own while the next is made."""

    def __init__(self, beside: ThreadPoolExecutor) -> None:
        self._beside = beside
        self._digest = sha256()
        self._begun: Future[None] | None = None
        self.count = 0
        """Bytes that were added."""

    def add(self, piece: bytes | memoryview) -> None:
        """Hashes one more piece, when the last is hashed: what that lay in may then be written over."""
        self._wait()
        self.count += len(piece)
        self._begun = self._beside.submit(self._digest.update, piece)

    def hexdigest(self) -> str:
        """The digest of all pieces."""
        self._wait()
        return self._digest.hexdigest()

    def _wait(self) -> None:
        if self._begun is not None:
            self._begun.result()


class HashedReading:
    """Gives out what `read_into` reads, in smaller pieces, with its digest."""

    def __init__(self, read_into: ReadInto, beside: ThreadPoolExecutor) -> None:
        self._read_into = read_into
        self._piece, self._at = b"", 0
        self.digest = Digest(beside)

    def read(self, size: int) -> bytes:
        """The next bytes, `size` at most; none at the end."""
        end = self._at + size
        data = self._piece[self._at : end]
        self._at = end
        return data or self._next(size)

    def _next(self, size: int) -> bytes:
        room = memoryview(bytearray(PIECE))
        self._piece = bytes(room[: self._read_into(room)])
        if self._piece:
            self.digest.add(self._piece)
        self._at = size
        return self._piece[:size]


class HashedWriting:
    """Writes by `write` what it is given, in larger pieces, with its digest."""

    def __init__(self, write: Write, beside: ThreadPoolExecutor) -> None:
        self._write = write
        self._held: list[bytes] = []
        self._size = 0
        self.digest = Digest(beside)

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
        self.digest.add(piece)
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
