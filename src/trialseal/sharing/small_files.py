"""Small files of a package: encrypted in memory, and hashed many at a time, before and after."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
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
_AHEAD = 2  # of so many files that are hashed together may wait
# Hashing fewer bytes takes less time than the C core's trial.
_WORTH_CORE = 1 << 26


class _Small(NamedTuple):
    """A small file, with its bytes before and after encryption."""

    source: Source
    data: bytes
    stored: bytes


class SmallFiles:
    """Packs small files into a folder, some at a time: what waits is packed by `rest` at the latest.

    They are hashed and written by a thread beside, while the next are read and encrypted.
    """

    def __init__(self, folder: Path, recipient: str, beside: ThreadPoolExecutor) -> None:
        self._folder = folder
        self._encrypt = age_files.encrypting_to(recipient)
        self._beside = beside
        self._waiting: list[_Small] = []
        self._begun: deque[Future[list[Packed]]] = deque()
        self._bytes = self._hashed = 0

    def take(self, source: Source, data: bytes) -> Iterator[Packed]:
        """Takes a file's bytes; gives those that are packed by now."""
        self._waiting.append(_Small(source, data, self._encrypt(data)))
        self._bytes += len(data)
        if len(self._waiting) >= _MOST or self._bytes >= _MOST_BYTES:
            self._begin()
        if len(self._begun) > _AHEAD:
            yield from self._begun.popleft().result()

    def rest(self) -> Iterator[Packed]:
        """Packs all that wait."""
        self._begin()
        while self._begun:
            yield from self._begun.popleft().result()

    def _begin(self) -> None:
        if self._waiting:
            self._begun.append(self._beside.submit(self._packed, self._waiting))
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
        core = library.core() if self._hashed >= _WORTH_CORE else None
        if core is None:
            return [sha256(one).hexdigest() for one in messages]
        found = bytes(hashing.each(core, hashing.Messages.of(messages))).hex()
        return [found[start : start + 64] for start in range(0, len(found), 64)]
