"""Rows of plain CSV found and cut into cells by the C core, where they lie in memory."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trialseal.core.hashing import place_of

if TYPE_CHECKING:
    from ctypes import CDLL


class Search:
    """Where rows end in bytes that come piece by piece."""

    def __init__(self, core: CDLL) -> None:
        self._core = core
        self._state = array("Q", bytes(8 * 5))

    def go_on(self, data: bytearray, wanted: int) -> bool:
        """Whether so many rows have ended in `data`, which begins where a row does, and is as before but for what has
        come to its end. Empty lines are no rows."""
        self._core.trialseal_rows(place_of(data), len(data), wanted, place_of(self._state))
        return self.rows == wanted

    @property
    def at(self) -> int:
        """Behind the last row that was found."""
        return self._state[1]

    @property
    def rows(self) -> int:
        """How many were found."""
        return self._state[2]

    @property
    def longest(self) -> int:
        """The bytes of the longest row that was found."""
        return self._state[4]


@dataclass(frozen=True, slots=True)
class Cut:
    """Rows cut into cells."""

    data: bytearray
    width: int
    count: int
    starts: Any
    """Where each cell starts and ends, row by row: numpy's 32-bit numbers."""
    ends: Any

    @classmethod
    def of(cls, core: CDLL, data: bytearray, delimiter: str, width: int, count: int) -> Cut | None:
        """The cells of `count` rows, which fill `data` and end with a line feed; None where anything is odd: another
        number of cells, marks within a cell, single carriage returns, what is not UTF-8. What is between quotation
        marks is changed in place."""
        import numpy as np

        starts, ends = np.empty(count * width, np.int32), np.empty(count * width, np.int32)
        odd = core.trialseal_split(
            place_of(data), len(data), ord(delimiter), width, count, place_of(starts), place_of(ends)
        )
        return None if odd else cls(data, width, count, starts, ends)

    def column(self, core: CDLL, number: int) -> Any:
        """A column as an Arrow array of strings."""
        import numpy as np
        import pyarrow as pa

        starts, ends = self.starts[number:], self.ends[number:]
        size = int((ends[:: self.width] - starts[:: self.width]).sum())
        texts, offsets = np.empty(size + 1, np.uint8), np.empty(self.count + 1, np.int32)
        core.trialseal_column(
            place_of(self.data),
            place_of(starts),
            place_of(ends),
            self.width,
            self.count,
            place_of(texts),
            place_of(offsets),
        )
        return pa.StringArray.from_buffers(self.count, pa.py_buffer(offsets), pa.py_buffer(texts))
