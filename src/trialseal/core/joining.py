"""Rows in canonical form by the C core, from columns as Arrow has them in memory."""

from __future__ import annotations

from collections.abc import Sequence
from ctypes import Structure, addressof, c_int32, c_int64, c_void_p
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple

from trialseal.core.hashing import Messages, place_of
from trialseal.core.splitting import Cut

if TYPE_CHECKING:
    from ctypes import CDLL

READY: Final = 0
"""Cells that are canonical already."""
TEXT, NUMBER, INTEGER, DECIMAL, DATE, DATETIME = range(1, 7)
"""Of these types, as they are written in a file."""
DOUBLE: Final = 7
"""Numbers as IEEE doubles."""
WHOLE: Final = 8
"""Numbers as 64-bit integers."""
# What a cell takes beside its text: quotes, a comma, or null; and of a double.
_AROUND, _OF_DOUBLE = 6, 26
# Of a column's bytes: so many are asked for even where they may not all be needed.
_MUCH = 1 << 22
NULL: Final = "null"
"""A missing cell."""
# What the core wants free before it writes anything.
_ROOM = 256


class Texts(NamedTuple):
    """Different cells, each of them once, canonical already."""

    data: Any
    starts: Any
    """Where each starts and ends: numpy's 32-bit numbers."""
    ends: Any
    longest: int

    def named(self, numbers: Any) -> list[str]:
        """Some of them, by numpy's numbers in order; the number behind the last is that of a missing cell."""
        known, view = numbers[numbers < len(self.starts)], memoryview(self.data)
        places = zip(self.starts[known].tolist(), self.ends[known].tolist(), strict=True)
        return [str(view[start:end], "utf-8") for start, end in places] + [NULL] * (len(numbers) - len(known))


class Coded(NamedTuple):
    """A column by such cells."""

    texts: Texts
    codes: Any
    """Which of them each is: an Arrow array of 32-bit numbers."""


class Cells(NamedTuple):
    """A column."""

    source: Any
    """An Arrow array of strings, of doubles or of 64-bit integers; or rows that were cut into cells; or Coded."""
    kind: int
    decimals: int = 0
    exact: bool = False
    """Whether a number that its double does not keep is odd."""
    number: int = 0
    """Of rows that were cut, which column."""


class _Column(Structure):
    """As in rows.c."""

    _fields_: ClassVar = [
        ("data", c_void_p),
        ("starts", c_void_p),
        ("ends", c_void_p),
        ("codes", c_void_p),
        ("valid", c_void_p),
        ("stride", c_int64),
        ("valid_offset", c_int64),
        ("bytes", c_int64),
        ("known", c_int64),
        ("kind", c_int32),
        ("decimals", c_int32),
        ("exact", c_int32),
        ("odd", c_int32),
    ]


def texts_of(core: CDLL, array: Any) -> Texts | None:
    """An Arrow array of different strings as canonical cells; None where they are too long for one place."""
    import numpy as np

    rows = joined(core, [Cells(array, TEXT)], len(array))
    if not isinstance(rows, Messages) or rows.size >= 1 << 31:
        return None
    behind = rows.ends.astype(np.int32)
    starts, ends = np.concatenate((np.zeros(1, np.int32), behind))[:-1] + np.int32(2), behind - np.int32(1)  # 0 [ … ]
    return Texts(rows.data, starts, ends, int((ends - starts).max(initial=0)))


def joined(core: CDLL, columns: Sequence[Cells], count: int) -> Messages | list[int]:
    """0x00 ‖ canonical form of each row; or which columns have a cell that is not written plainly, so that Python must
    make their cells."""
    import numpy as np

    described = (_Column * len(columns))(*map(_described, columns))
    room = sum(map(_bytes_of, columns)) + (_AROUND * len(columns) + 3) * count + _ROOM
    ends = np.empty(count, np.uint64)
    while True:
        data = np.empty(room, np.uint8)
        for column in described:
            column.odd = 0
        found = core.trialseal_join(
            addressof(described), len(columns), count, place_of(data), room, place_of(ends) if count else None
        )
        if found != -1:
            break
        room *= 2  # much that must be escaped
    if found < 0:
        raise ValueError("a column's offsets do not lie within its bytes")
    if found:
        return [number for number, column in enumerate(described) if column.odd]
    return Messages(data, int(ends[-1]) if count else 0, ends, count)


def _described(cells: Cells) -> _Column:
    source, about = cells.source, (cells.kind, cells.decimals, cells.exact, 0)
    if isinstance(source, Cut):
        data = place_of(source.data) if source.data else None
        places = (data, *(one.ctypes.data + 4 * cells.number for one in (source.starts, source.ends)))
        return _Column(*places, None, None, source.width, 0, len(source.data), 0, *about)
    coded = isinstance(source, Coded)
    array = source.codes if coded else source
    valid, *buffers = array.buffers()
    there = valid.address if valid is not None and array.null_count else None
    if coded:
        texts, codes = source.texts, buffers[0].address + 4 * array.offset
        places = (place_of(texts.data), texts.starts.ctypes.data, texts.ends.ctypes.data)
        return _Column(*places, codes, there, 1, array.offset, len(texts.data), len(texts.starts), *about)
    if cells.kind in (DOUBLE, WHOLE):
        places = (buffers[0].address + 8 * array.offset, None, None)
        size = 8 * len(array)
    else:
        offsets, data = buffers
        start = offsets.address + 4 * array.offset
        places = (data.address if data is not None else None, start, start + 4)
        size = data.size if data is not None else 0
    return _Column(*places, None, there, 1, array.offset, size, 0, *about)


def _bytes_of(cells: Cells) -> int:
    """About how many bytes a column's cells take."""
    if isinstance(cells.source, Cut):
        return len(cells.source.data) // cells.source.width
    if isinstance(cells.source, Coded):
        texts, count = cells.source
        most = texts.longest * len(count)
        return most if most < _MUCH else texts.longest + len(count) * len(texts.data) // len(texts.starts)
    if cells.kind in (DOUBLE, WHOLE):
        return _OF_DOUBLE * len(cells.source)
    return int(cells.source.nbytes)
