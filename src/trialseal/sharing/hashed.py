"""Pieces of files as they pass through encryption, hashed in a thread beside it: hashing lets other threads run.

What is hashed is what is encrypted, the same bytes, so that a file that changes meanwhile cannot get another's digest.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from typing import Final, NamedTuple

PIECE: Final = 1 << 18
"""Bytes that are read, hashed and written at once."""
_WAITING = 4  # pieces at most: memory does not grow where encryption is ahead


class Threads(NamedTuple):
    """Where hashing is done: one thread for what is read and one for what is written, since pieces keep their order."""

    reading: ThreadPoolExecutor
    writing: ThreadPoolExecutor


@contextmanager
def threads() -> Iterator[Threads]:
    """Both, until all that they were given is done."""
    with ThreadPoolExecutor(1) as reading, ThreadPoolExecutor(1) as writing:
        yield Threads(reading, writing)


class _HashedBeside:
    """The digest of pieces in their order, made in a thread of its own."""

    def __init__(self, beside: ThreadPoolExecutor) -> None:
        self._beside = beside
        self._digest = sha256()
        self._waiting: deque[Future[None]] = deque()

    def add(self, piece: bytes) -> None:
        """Hashes one more piece, some time."""
        if len(self._waiting) >= _WAITING:
            self._waiting.popleft().result()
        self._waiting.append(self._beside.submit(self._digest.update, piece))

    def hexdigest(self) -> str:
        """The digest of all pieces."""
        while self._waiting:
            self._waiting.popleft().result()
        return self._digest.hexdigest()


class HashedReading:
    """Gives out what `read` reads, in smaller pieces, with its digest and number of bytes."""

    def __init__(self, read: Callable[[int], bytes], beside: ThreadPoolExecutor) -> None:
        self._read = read
        self._piece, self._at = b"", 0
        self.digest = _HashedBeside(beside)
        self.count = 0

    def read(self, size: int) -> bytes:
        """The next bytes, `size` at most; none at the end."""
        end = self._at + size
        data = self._piece[self._at : end]
        self._at = end
        return data or self._next(size)

    def _next(self, size: int) -> bytes:
        self._piece = self._read(PIECE)
        self.count += len(self._piece)
        if self._piece:
            self.digest.add(self._piece)
        self._at = size
        return self._piece[:size]


class HashedWriting:
    """Writes by `write` what it is given, in larger pieces, with its digest."""

    def __init__(self, write: Callable[[bytes], object], beside: ThreadPoolExecutor) -> None:
        self._write = write
        self._held: list[bytes] = []
        self._size = 0
        self.digest = _HashedBeside(beside)

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


def pieces(chunks: Iterable[bytes]) -> Callable[[int], bytes]:
    """A reader of what comes in pieces: of so many bytes at most as are asked for."""
    source: Iterator[bytes] = iter(chunks)
    held = bytearray()

    def read(size: int) -> bytes:
        while size < 0 or len(held) < size:
            piece = next(source, None)
            if piece is None:
                break
            held.extend(piece)
        data = bytes(held if size < 0 else held[:size])
        del held[: len(data)]
        return data

    return read
