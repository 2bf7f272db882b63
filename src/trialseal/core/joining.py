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
# What a cell takes beside its text: quotes, a comma, or null; and of a double.
_AROUND, _OF_DOUBLE = 6, 26
# What the core wants free before it writes anything.
_ROOM = 256


class Cells(NamedTuple):
    """A column."""

    source: Any
    """An Arrow array of strings, or of doubles; or rows that were cut into cells."""
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
        ("valid", c_void_p),
        ("stride", c_int64),
        ("valid_offset", c_int64),
        ("bytes", c_int64),
        ("kind", c_int32),
        ("decimals", c_int32),
        ("exact", c_int32),
        ("odd", c_int32),
    ]


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
    array = cells.source
    if isinstance(array, Cut):
        data = place_of(array.data) if array.data else None
        places = (data, *(one.ctypes.data + 4 * cells.number for one in (array.starts, array.ends)))
        return _Column(*places, None, array.width, 0, len(array.data), cells.kind, cells.decimals, cells.exact, 0)
    if cells.kind == DOUBLE:
        valid, values = array.buffers()
        places = (values.address + 8 * array.offset, None, None)
        size = 8 * len(array)
    else:
        valid, offsets, data = array.buffers()
        start = offsets.address + 4 * array.offset
        places = (data.address if data is not None else None, start, start + 4)
        size = data.size if data is not None else 0
    there = valid.address if valid is not None and array.null_count else None
    return _Column(*places, there, 1, array.offset, size, cells.kind, cells.decimals, cells.exact, 0)


def _bytes_of(cells: Cells) -> int:
    """About how many bytes a column's cells take."""
    if isinstance(cells.source, Cut):
        return len(cells.source.data) // cells.source.width
    if cells.kind == DOUBLE:
        return _OF_DOUBLE * len(cells.source)
    return int(cells.source.nbytes)
