"""Where each entry of the log ends, and a fingerprint of each event id, by which a second use of one is found.

A record is 16 bytes: the byte behind the entry's line, and the first 8 bytes of BLAKE2b of the id (0 if erased).
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from trialseal import files
from trialseal.errors import FailedError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Prints = NDArray[np.uint64]

FILE = "index"
RECORD_BYTES = 16
ERASED = bytes(8)
# Fingerprints of a store that are looked at one after the other, not all at once.
BLOCK = 1 << 16


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

    def prints(self, start: int, stop: int) -> Prints:
        """The fingerprints of the entries from `start` to before `stop`."""
        import numpy as np

        table = np.fromfile(self.path, dtype=">u8", count=2 * (stop - start), offset=start * RECORD_BYTES)
        return table[1::2].astype(np.uint64)

    def with_print(self, wanted: bytes, size: int) -> list[int]:
        """Which of the first `size` entries have this fingerprint."""
        number = int.from_bytes(wanted, "big")
        found: list[int] = []
        for start in range(0, size, BLOCK):
            prints = self.prints(start, min(start + BLOCK, size))
            found += (start + (prints == number).nonzero()[0]).tolist()
        return found


class KnownIds:
    """The fingerprints of all entries in memory, 8 bytes each, in sorted runs of growing length."""

    def __init__(self, runs: Sequence[Prints] = ()) -> None:
        self.runs = list(runs)

    def suspects(self, prints: Prints) -> list[int]:
        """Which of these are known already, by their places; each must be looked at, since two ids may share one."""
        import numpy as np

        hit = np.zeros(len(prints), dtype=bool)
        for run in self.runs:
            places = np.searchsorted(run, prints)
            hit |= run[np.minimum(places, len(run) - 1)] == prints
        found: list[int] = hit.nonzero()[0].tolist()
        return found

    def add(self, prints: Prints) -> None:
        """Adds fingerprints; runs of like length are merged, so that there are only a few."""
        import numpy as np

        if not len(prints):
            return
        run = np.sort(prints)
        while self.runs and len(self.runs[-1]) <= 2 * len(run):
            run = np.sort(np.concatenate([self.runs.pop(), run]), kind="stable")
        self.runs.append(run)
