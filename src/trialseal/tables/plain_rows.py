"""The rows of a block by the C core, in one pass over cells as they stand in the file; what is odd, by `columns`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from trialseal.core.hashing import Messages
from trialseal.core.joining import (
    DATE,
    DATETIME,
    DECIMAL,
    DOUBLE,
    INTEGER,
    NUMBER,
    READY,
    TEXT,
    WHOLE,
    Cells,
    Coded,
    joined,
)
from trialseal.core.splitting import Cut
from trialseal.tables import columns as columns_of
from trialseal.tables.infer import still
from trialseal.tables.notation import Notation
from trialseal.tables.schema import Column, Schema
from trialseal.tables.stored_blocks import Stored

if TYPE_CHECKING:
    from ctypes import CDLL

    from trialseal.tables.table import Array

_KINDS: Final = {
    "text": TEXT,
    "number": NUMBER,
    "integer": INTEGER,
    "decimal": DECIMAL,
    "date": DATE,
    "datetime": DATETIME,
}


def rows_of(
    core: CDLL, block: Cut | Stored | Any, schema: Schema, *, sas: bool, notation: Notation, unsure: frozenset[int]
) -> Messages | None:
    """0x00 ‖ canonical form of each row, as `columns.row_forms` makes them; None where a cell does not fit its column.

    `block` is cut from a file's text, or as a file keeps it, or an Arrow record batch. `unsure` are the columns whose
    types are inferred from other rows: they do not fit if these would give another type.
    """
    count = block.count if isinstance(block, Cut | Stored) else block.num_rows
    cells = [
        _cells(core, block, number, column, notation, number in unsure) for number, column in enumerate(schema.columns)
    ]
    odd: Sequence[int] = [number for number, one in enumerate(cells) if one is None]
    while True:
        for number in odd:
            array, column = array_of(core, block, number), schema.columns[number]
            if number in unsure and not still(notation.plain_array(array), column):
                return None
            try:
                ready = columns_of.fragments(array, column, sas=sas, notation=notation)
            except columns_of.CellMisfit:
                return None
            cells[number] = Cells(ready, READY)
        found = joined(core, [one for one in cells if one is not None], count)
        if isinstance(found, Messages):
            return found
        odd = found


def array_of(core: CDLL, block: Cut | Stored | Any, number: int) -> Array:
    """A column of a block as an Arrow array."""
    if isinstance(block, Stored):
        return block.column(number)
    return block.column(core, number) if isinstance(block, Cut) else block.column(number)


def _cells(
    core: CDLL, block: Cut | Stored | Any, number: int, column: Column, notation: Notation, unsure: bool
) -> Cells | None:
    """What the core is given of a column; None where it cannot tell all that must be told."""
    import pyarrow as pa

    if column.type not in _KINDS or (column.type == "decimal" and column.decimals is None):
        return None
    if column.type == "text" and unsure:
        return None
    kind, decimals = _KINDS[column.type], column.decimals or 0
    if isinstance(block, Cut) and (kind == TEXT or notation.is_plain):
        return Cells(block, kind, decimals, unsure, number)
    if isinstance(block, Stored):
        kept = block.batch.column(number)
        if kind == TEXT and (texts := block.texts[number]) is not None:
            return Cells(Coded(texts, kept.indices), READY)
        if kind == NUMBER and pa.types.is_integer(kept.type) and not pa.types.is_uint64(kept.type):
            return Cells(kept if pa.types.is_int64(kept.type) else kept.cast("int64"), WHOLE)
        if kind == NUMBER and pa.types.is_float64(kept.type):
            return Cells(kept, DOUBLE)
    array = array_of(core, block, number)
    if pa.types.is_float64(array.type):
        return Cells(array, DOUBLE) if kind == NUMBER else None
    if not pa.types.is_string(array.type):
        return None
    return Cells(array if kind == TEXT else notation.plain_array(array), kind, decimals, unsure)
