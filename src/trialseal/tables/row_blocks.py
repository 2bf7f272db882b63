"""The rows of a table in pieces that are whole subtrees of its tree."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from trialseal.tables.table import BLOCK_ROWS, Table

if TYPE_CHECKING:
    import pyarrow as pa


# Cells of a piece: 8,192 rows of 128 columns.
_MOST_CELLS = 1 << 20


def block_rows(table: Table) -> int:
    """Rows of a piece: a power of two, fewer where a table is so wide that they would fill the memory."""
    size = BLOCK_ROWS
    while size > 1 and size * len(table.schema.columns) > _MOST_CELLS:
        size //= 2
    return size


def blocks_of(table: Table, size: int | None = None) -> Iterator[tuple[int, pa.RecordBatch]]:
    """The rows in pieces that are whole subtrees: the schema leaf takes the first place of the first one.

    Yields the number of the first row, from 1, and the raw columns.
    """
    import pyarrow as pa

    size = size or block_rows(table)
    names = [str(number) for number in range(len(table.schema.columns))]
    pending: deque[pa.RecordBatch] = deque()
    waiting, row, wanted = 0, 1, size - 1
    for block in table.blocks():
        pending.append(pa.RecordBatch.from_arrays(block, names))
        waiting += pending[-1].num_rows
        while waiting >= wanted:
            yield row, _taken(pending, wanted)
            waiting, row, wanted = waiting - wanted, row + wanted, size
    if waiting:
        yield row, _taken(pending, waiting)


def _taken(pending: deque[pa.RecordBatch], wanted: int) -> pa.RecordBatch:
    """The next `wanted` rows of what is pending, as one batch."""
    import pyarrow as pa

    pieces = []
    while wanted:
        batch = pending.popleft()
        if batch.num_rows > wanted:
            pending.appendleft(batch.slice(wanted))
            batch = batch.slice(0, wanted)
        pieces.append(batch)
        wanted -= batch.num_rows
    if len(pieces) == 1:
        return pieces[0]
    arrays = [concatenated([piece.column(number) for piece in pieces]) for number in range(pieces[0].num_columns)]
    return pa.RecordBatch.from_arrays(arrays, pieces[0].schema.names)


def concatenated(arrays: list[Any]) -> Any:
    """Arrays one behind the other; where only some blocks hold SAS's special missing values, or are text."""
    import pyarrow as pa

    kinds = {array.type for array in arrays}
    if len(kinds) > 1:
        if any(pa.types.is_string(kind) for kind in kinds):  # whole numbers too large for doubles in one of them
            arrays = [one if pa.types.is_string(one.type) else one.cast("int64").cast("string") for one in arrays]
        else:
            arrays = [
                one
                if pa.types.is_struct(one.type)
                else pa.StructArray.from_arrays([one, pa.nulls(len(one), pa.string())], ["value", "missing"])
                for one in arrays
            ]
    return pa.concat_arrays(arrays)
