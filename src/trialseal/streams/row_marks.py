"""A mark for each entry of the row of a file that it came from, by which the same row is known again unread.

A record is 8 bytes of a keyed digest, or zeros: of an entry that came otherwise, or was erased. The file is a help and
no evidence: what is missing in it costs time alone, so nothing else of a store depends on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from trialseal import files
from trialseal.streams import disk

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Marks = NDArray[np.uint64]

FILE = "marks"
BYTES = 8
NONE = bytes(BYTES)


def read(folder: Path, start: int, stop: int) -> Marks:
    """The marks of the entries from `start` to before `stop`, zeros where there are none."""
    import numpy as np

    marks = np.zeros(stop - start, dtype=np.uint64)
    path = folder / FILE
    if files.is_file(path, follow=False):
        with files.opened(path, follow=False) as file:
            file.seek(start * BYTES)
            data = file.read((stop - start) * BYTES)
        found = np.frombuffer(data[: len(data) // BYTES * BYTES], dtype=">u8")
        marks[: len(found)] = found
    return marks


def erase(folder: Path, indices: Iterable[int]) -> None:
    """Writes zeros over the marks of entries, on disk when it returns."""
    path = folder / FILE
    if not path.exists():
        return
    with files.opened_to_change(path) as file:
        for index in indices:
            file.seek(index * BYTES)
            file.write(NONE)
        disk.sync(file)


def numbers(marks: Iterable[bytes]) -> Marks:
    """Marks as numbers."""
    import numpy as np

    return np.frombuffer(b"".join(marks), dtype=">u8").astype(np.uint64)


def among(marks: Marks, known: Marks) -> NDArray[np.bool_]:
    """Which marks are among those known, which are sorted."""
    import numpy as np

    if not len(known):
        return np.zeros(len(marks), dtype=np.bool_)
    found: NDArray[np.bool_] = known[np.minimum(np.searchsorted(known, marks), len(known) - 1)] == marks
    return found
