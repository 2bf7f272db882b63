"""Where each entry of the log ends, and a fingerprint of each event id, by which a second use of one is found.

A record is 16 bytes: the byte behind the entry's line, and the first 8 bytes of BLAKE2b of the id (0 if erased).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from trialseal import files
from trialseal.errors import FailedError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Prints = NDArray[np.uint64]

FILE = "index"
RECORD_BYTES = 16
ERASED = bytes(8)
# Fingerprints that are looked at one after the other, not all at once.
BLOCK = 1 << 16
_MOST_BYTES = 1 << 50  # of a log: far above what a disk holds, far below what a file's position holds


def numbers(prints: Iterable[bytes]) -> Prints:
    """Fingerprints as numbers."""
    import numpy as np

    return np.frombuffer(b"".join(prints), dtype=">u8").astype(np.uint64)


def fingerprint(id: str) -> bytes:
    """8 bytes that are the same for the same id, and for two others once in 2^64; never those of an erased one."""
    return blake2b(id.encode("utf-8"), digest_size=8).digest().replace(ERASED, b"\0" * 7 + b"\1")


def records(ends: Sequence[int], prints: bytes) -> bytes:
    """The records of entries that end at these bytes of the log, with their fingerprints one behind the other."""
    import numpy as np

    table = np.empty((len(ends), 2), dtype=">u8")
    table[:, 0] = ends
    table[:, 1] = np.frombuffer(prints, dtype=">u8")
    return table.tobytes()


def bounds(file: BinaryIO, path: Path, index: int) -> tuple[int, int]:
    """The bytes of the log from which and before which an entry stands; `file` is the open index, `path` its name.

    FailedError if it does not say that.
    """
    file.seek(max(index - 1, 0) * RECORD_BYTES)
    data = file.read(RECORD_BYTES + 8 if index else 8)
    start, end = int.from_bytes(data[:8], "big") if index else 0, int.from_bytes(data[-8:], "big")
    if len(data) % RECORD_BYTES != 8:
        raise FailedError(f"{path} is cut off before entry {index}: restore it from a backup")
    if not start < end <= _MOST_BYTES:
        raise FailedError(f"{path} does not say where entry {index} stands: restore it from a backup")
    return start, end


class IndexFile:
    """Reads the records of a store."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE

    def end(self, index: int) -> int:
        """The byte of the log behind entry `index`; 0 for entry -1."""
        if index < 0:
            return 0
        with files.opened(self.path, follow=False) as file:
            file.seek(index * RECORD_BYTES)
            data = file.read(8)
        if len(data) != 8:
            raise FailedError(f"{self.path} is cut off before entry {index}: restore it from a backup")
        return int.from_bytes(data, "big")

    def bounds(self, index: int) -> tuple[int, int]:
        """The bytes of the log from which and before which an entry stands."""
        with files.opened(self.path, follow=False) as file:
            return bounds(file, self.path, index)

    def prints(self, start: int, stop: int) -> Prints:
        """The fingerprints of the entries from `start` to before `stop`."""
        import numpy as np

        with files.opened(self.path, follow=False) as file:
            file.seek(start * RECORD_BYTES)
            data = file.read((stop - start) * RECORD_BYTES)
        if len(data) != (stop - start) * RECORD_BYTES:
            raise FailedError(f"{self.path} is cut off before entry {stop - 1}: restore it from a backup")
        return np.frombuffer(data, dtype=">u8")[1::2].astype(np.uint64)

    def with_prints(self, wanted: Prints, start: int, stop: int) -> list[int]:
        """Which of the entries from `start` to before `stop` have one of these fingerprints."""
        import numpy as np

        found: list[int] = []
        for first in range(start, stop, BLOCK):
            prints = self.prints(first, min(first + BLOCK, stop))
            found += (first + np.isin(prints, wanted).nonzero()[0]).tolist()
        return found
