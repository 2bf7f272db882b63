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
    quotes: int
    """How many quotation marks it has."""


def file_facts(path: Path) -> FileFacts:
    """Digest and more of a file's bytes, read once."""
    digest, size, quotes = sha256(), 0, 0
    with open_file(path, buffering=0) as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
            size += len(piece)
            quotes += piece.count(b'"')
    return FileFacts(digest.digest(), size, quotes)
