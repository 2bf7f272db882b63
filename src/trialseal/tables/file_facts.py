"""What the bytes of a file come to, read once."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from trialseal.files import open_file


class FileFacts(NamedTuple):
    """What the bytes of a file come to."""

    digest: bytes
    """SHA-256."""
    size: int
    quotes: int | None
    """How many quotation marks it has; None where whoever read it knows that all are closed."""


class Facts:
    """The same, as the file is read by another."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Before a file is read, or read again."""
        self._digest, self._size = sha256(), 0
        self.found: FileFacts | None = None
        """Once all has been read."""

    def take(self, piece: bytes) -> None:
        """The next bytes."""
        self._digest.update(piece)
        self._size += len(piece)

    def end(self, quotes: int | None = None) -> FileFacts:
        """When all has been read."""
        self.found = FileFacts(self._digest.digest(), self._size, quotes)
        return self.found


def file_facts(path: Path) -> FileFacts:
    """Digest and more of a file's bytes, read once."""
    facts, quotes = Facts(), 0
    with open_file(path, buffering=0) as file:
        while piece := file.read(1 << 20):
            facts.take(piece)
            quotes += piece.count(b'"')
    return facts.end(quotes)
