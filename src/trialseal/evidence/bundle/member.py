"""One file in a bundle: its size and checksums, and its bytes as often as they are asked for, never all at once."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, NamedTuple

from trialseal.errors import UsageError
from trialseal.files import open_file

CHUNK = 1 << 20


class Member(NamedTuple):
    """What a bundle holds under one name."""

    size: int
    """Bytes."""
    crc: int
    """CRC-32, as zip archives have it."""
    digest: bytes
    """SHA-256."""
    chunks: Callable[[], Iterator[bytes]]
    """The bytes from the beginning; UsageError at the end if they are no longer those of the digest."""

    def read(self) -> bytes:
        """All of it, for what is known to be small."""
        return b"".join(self.chunks())


def of_bytes(content: bytes) -> Member:
    """A member that is in memory."""
    return Member(len(content), zlib.crc32(content), sha256(content).digest(), lambda: iter((content,)))


def of_file(path: Path) -> Member:
    """A file as it is now, read once here and once more when it is packed. UsageError if it cannot be read."""
    with open_file(path) as file:
        found = _member(lambda: _all(file))
    return found._replace(chunks=Stretch(path, 0, found.size, found.digest))


class Stretch:
    """So many bytes of a file from a place on, read when it is called; UsageError at their end unless they have this
    SHA-256. A bundle has tens of thousands, so each takes little memory."""

    __slots__ = ("_at", "_digest", "_path", "_size")

    def __init__(self, path: Path, at: int, size: int, digest: bytes) -> None:
        self._path, self._at, self._size, self._digest = path, at, size, digest

    def __call__(self) -> Iterator[bytes]:
        found, rest = sha256(), self._size
        with open_file(self._path) as file:
            file.seek(self._at)
            while rest and (chunk := file.read(min(CHUNK, rest))):
                rest -= len(chunk)
                found.update(chunk)
                yield chunk
        if found.digest() != self._digest:
            raise UsageError(f"{self._path} was written to while it was read: run the command again")


def of_written(write: Callable[[BinaryIO], object]) -> Member:
    """What `write` writes, in a file without a name that is gone with the member: for what may be large."""
    from tempfile import TemporaryFile

    file = TemporaryFile()  # noqa: SIM115 - open as long as the member is there
    write(file)

    def chunks() -> Iterator[bytes]:
        file.seek(0)
        return _all(file)

    return _member(chunks)


def _member(chunks: Callable[[], Iterator[bytes]]) -> Member:
    size, crc, digest = 0, 0, sha256()
    for chunk in chunks():
        size, crc = size + len(chunk), zlib.crc32(chunk, crc)
        digest.update(chunk)
    return Member(size, crc, digest.digest(), chunks)


def _all(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk
