"""Small files of a package: encrypted in memory, and hashed many at a time, before and after."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from trialseal import age_files, files
from trialseal.core import hashing, library
from trialseal.sharing.manifest import ENDING, Packed
from trialseal.sharing.owners import Source

LARGEST = 1 << 19
"""Bytes of a small file, at most."""
# So many, before and after encryption, the C core hashes side by side; and no more bytes than memory can spare.
_MOST, _MOST_BYTES = 8, 1 << 22
WORTH_CORE = 1 << 26
"""Hashing fewer bytes takes less time than the C core's trial."""


class _Small(NamedTuple):
    """A small file, with its bytes before and after encryption."""

    source: Source
    data: bytes
    stored: bytes


class SmallFiles:
    """Packs small files into a folder, some at a time: what waits is packed by `rest` at the latest."""

    def __init__(self, folder: Path, recipient: str) -> None:
        self._folder = folder
        self._encrypt = age_files.encrypting_to(recipient)
        self._waiting: list[_Small] = []
        self._bytes = self._hashed = 0

    def take(self, source: Source, data: bytes) -> Iterator[Packed]:
        """Takes a file's bytes; gives those that are packed by now."""
        self._waiting.append(_Small(source, data, self._encrypt(data)))
        self._bytes += len(data)
        if len(self._waiting) >= _MOST or self._bytes >= _MOST_BYTES:
            yield from self.rest()

    def rest(self) -> Iterator[Packed]:
        """Packs all that wait."""
        if self._waiting:
            yield from self._packed(self._waiting)
            self._waiting, self._bytes = [], 0

    def _packed(self, those: list[_Small]) -> list[Packed]:
        digests = self._digests([*(one.data for one in those), *(one.stored for one in those)])
        found = []
        for place, (source, data, stored) in enumerate(those):
            name = digests[len(those) + place]
            with open(self._folder / f"{name}{ENDING}", "xb", buffering=0) as file:
                files.write_all(file.fileno(), stored)
            found.append(Packed(source.path, digests[place], len(data), name, source.subjects))
        return found

    def _digests(self, messages: list[bytes]) -> list[str]:
        self._hashed += sum(map(len, messages))
        core = library.core() if self._hashed >= WORTH_CORE else None
        if core is None:
            return [sha256(one).hexdigest() for one in messages]
        found = bytes(hashing.each(core, hashing.Messages.of(messages))).hex()
        return [found[start : start + 64] for start in range(0, len(found), 64)]
