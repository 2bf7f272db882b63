"""The fingerprints of many entries in order, in one file: so that a few are found among millions by reading little.

A run is made from a store's own files alone and is no part of the store. It names the root of the tree over all entries
up to its last, so that a run of another store, or of the same before a backup was restored, is told apart; and it says
of itself what each block of it must be, so that a block that was damaged is found when it is read.

All numbers are little-endian. 48 bytes: magic, first entry, entry behind the last, how many blocks, how many marks,
zeros. Root of 32 bytes. The first fingerprint of each block, 8 bytes each; the CRC-32 of each block, likewise. SHA-256
of all this. Then the blocks: 128 fingerprints in order, 8 bytes each, and for each the entry, 4 bytes, counted from the
first; then the marks of rows in order, 8 bytes each, which nothing but time depends on.
"""

from __future__ import annotations

import mmap
import os
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from zlib import crc32

from trialseal import files
from trialseal.merkle.tree import HASH_BYTES
from trialseal.streams import disk, row_marks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from trialseal.streams.entry_index import Prints
    from trialseal.streams.row_marks import Marks

    Places = NDArray[np.int64]

_MAGIC = int.from_bytes(b"tsrun-1\n", "little")
_HEAD = 6  # numbers
_BLOCK = 128
_BLOCK_BYTES = _BLOCK * (8 + 4)
# What fills the last block up: no entry has this number.
_NOBODY = 2**32 - 1


class Unsound(Exception):
    """A file that is not a run, or no longer."""


class Ordered:
    """The entries from `start` to before `stop`, by fingerprint."""

    def __init__(self, start: int, prints: Prints, marks: Marks) -> None:
        """`prints` and `marks` are of each entry in turn; zeros are of entries that have none."""
        import numpy as np

        self.start, self.stop = start, start + len(prints)
        order = np.argsort(prints)
        erased = int(np.count_nonzero(prints == 0))
        self.offsets = order[erased:]
        self.prints = prints[self.offsets]
        self.marks: Marks = np.sort(marks)
        self.marks = self.marks[np.searchsorted(self.marks, 1) :]

    def with_prints(self, wanted: Prints) -> tuple[Places, Places]:
        """Which of those wanted are the fingerprint of which entry: places in `wanted`, and an entry for each."""
        places, entries = matches(self.prints, wanted)
        return places, self.offsets[entries] + self.start

    def with_marks(self, wanted: Marks) -> NDArray[np.bool_]:
        """Which of these marks a row of these entries has."""
        return row_marks.among(wanted, self.marks)

    def write(self, path: Path, root: bytes) -> None:
        """Makes the file of a run; `root` is of the tree over the first `stop` entries. OSError."""
        import numpy as np

        count = -(-len(self.prints) // _BLOCK)
        prints = np.full(count * _BLOCK, 2**64 - 1, dtype="<u8")
        prints[: len(self.prints)] = self.prints
        offsets = np.full(count * _BLOCK, _NOBODY, dtype="<u4")
        offsets[: len(self.offsets)] = self.offsets
        table = np.empty(count, dtype=_block_type())
        table["prints"], table["offsets"] = prints.reshape(-1, _BLOCK), offsets.reshape(-1, _BLOCK)
        blocks = table.tobytes()
        sums = [crc32(blocks[place : place + _BLOCK_BYTES]) for place in range(0, len(blocks), _BLOCK_BYTES)]
        numbers = np.array([_MAGIC, self.start, self.stop, count, len(self.marks), 0], dtype="<u8")
        head = numbers.tobytes() + root + prints[::_BLOCK].tobytes() + np.array(sums, dtype="<u8").tobytes()
        files.put(path, head + sha256(head).digest() + blocks + self.marks.astype("<u8").tobytes(), disk.PRIVATE)


class SortedRun:
    """A run that was kept. A block is looked at before anything in it is believed."""

    def __init__(self, path: Path, root: bytes, start: int, stop: int) -> None:
        """Opens the run of these entries, after which the tree has this root; Unsound if it is not that."""
        import numpy as np

        self.path, self.start, self.stop = path, start, stop
        try:
            with files.opened(path, follow=False) as file:
                data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
                count, marks = self._head(data, file, root)
        except (OSError, ValueError):  # ValueError: an empty file
            raise Unsound from None
        place = _HEAD * 8 + HASH_BYTES
        numbers = np.frombuffer(data, dtype="<u8", count=2 * count, offset=place).copy()
        self._fences, self._sums = numbers[:count], numbers[count:]
        place += 2 * count * 8 + sha256().digest_size
        self._bytes = memoryview(data)[place : place + count * _BLOCK_BYTES]
        self._blocks = np.frombuffer(data, dtype=_block_type(), count=count, offset=place)
        self._marks: Marks = np.frombuffer(data, dtype="<u8", count=marks, offset=place + count * _BLOCK_BYTES)
        self._seen = np.zeros(count, dtype=bool)

    def _head(self, data: mmap.mmap, file: BinaryIO, root: bytes) -> tuple[int, int]:
        """How many blocks and marks a file has that is as long as it says, and says what it must."""
        numbers = [int.from_bytes(data[place : place + 8], "little") for place in range(0, _HEAD * 8, 8)]
        magic, start, stop, count, marks, _ = numbers
        head = _HEAD * 8 + HASH_BYTES + 16 * count
        if (
            (magic, start, stop) != (_MAGIC, self.start, self.stop)
            or os.fstat(file.fileno()).st_size != head + 32 + count * _BLOCK_BYTES + marks * 8
            or data[_HEAD * 8 : _HEAD * 8 + HASH_BYTES] != root
            or sha256(memoryview(data)[:head]).digest() != data[head : head + 32]
        ):
            raise Unsound
        return count, marks

    def with_prints(self, wanted: Prints) -> tuple[Places, Places]:
        """As of `Ordered`; Unsound if a block that must be read is damaged."""
        import numpy as np

        none = np.zeros(0, dtype=np.int64)
        if not len(self._fences) or not len(wanted):
            return none, none
        # Where a fingerprint begins a block, its like may end the one before.
        first = np.maximum(np.searchsorted(self._fences, wanted) - 1, 0)
        last = np.maximum(np.searchsorted(self._fences, wanted, side="right") - 1, 0)
        spread = bool(np.any(last - first > 1))
        touched = np.arange(len(self._fences)) if spread else np.unique(np.concatenate([first, last]))
        self._look_at(touched)
        blocks = self._blocks[touched]
        places, found = matches(blocks["prints"].ravel(), wanted)
        offsets = blocks["offsets"].ravel()[found].astype(np.int64)
        real = offsets != _NOBODY
        return places[real], offsets[real] + self.start

    def _look_at(self, blocks: Any) -> None:
        for block in blocks[~self._seen[blocks]].tolist():
            if crc32(self._bytes[block * _BLOCK_BYTES : (block + 1) * _BLOCK_BYTES]) != self._sums[block]:
                raise Unsound
            self._seen[block] = True

    def with_marks(self, wanted: Marks) -> NDArray[np.bool_]:
        """As of `Ordered`."""
        return row_marks.among(wanted, self._marks)


def matches(known: Prints, wanted: Prints) -> tuple[Places, Places]:
    """Where numbers that are sought stand in others, which are in order: pairs of places in `wanted` and `known`."""
    import numpy as np

    first = np.searchsorted(known, wanted)
    counts = np.searchsorted(known, wanted, side="right") - first
    hit = counts.nonzero()[0]
    counts = counts[hit]
    before = np.cumsum(counts) - counts
    return np.repeat(hit, counts), np.arange(int(counts.sum())) + np.repeat(first[hit] - before, counts)


def _block_type() -> Any:
    import numpy as np

    return np.dtype([("prints", "<u8", _BLOCK), ("offsets", "<u4", _BLOCK)])
