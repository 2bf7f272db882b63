"""A table's blocks of rows, hashed: by the C core from the file's text or from columns, else by Python."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from trialseal.errors import FailedError
from trialseal.tables import columns as columns_of
from trialseal.tables.block_hashing import BlockDone, BlockWork
from trialseal.tables.core_blocks import CoreWork
from trialseal.tables.file_facts import Facts
from trialseal.tables.row_blocks import block_rows, blocks_of
from trialseal.tables.stored_blocks import Stored, StoredBlocks, stored_rows
from trialseal.tables.subject_codes import codes_of
from trialseal.tables.text_pieces import Piece, TextBlocks, pieces_of
from trialseal.tables.workers import core_for, hashing, here, in_threads

if TYPE_CHECKING:
    from trialseal.tables.salting import Salting
    from trialseal.tables.schema import Column, Schema
    from trialseal.tables.table import Table


class CellError(FailedError):
    """A cell that cannot be of its column's type."""

    def __init__(self, table: Table, column: Column, row: int, problem: str) -> None:
        super().__init__(f"{table.path}: row {row}, column {column.name} {problem}")
        self.column = column
        self.row = row
        """From 1."""
        self.problem = problem


def hashed_blocks(
    table: Table,
    schema: Schema,
    salting: Salting | None,
    open_row: int | None,
    unsure: frozenset[int],
    facts: Facts | None,
) -> Iterator[BlockDone]:
    """What becomes of each block of rows, in their order; CellError for a cell that its column cannot hold.

    With `facts`, the rows of plain CSV are taken from the text itself, whose facts are found by the way, and those of
    Parquet as it keeps them: NotPlain where that cannot be.
    """
    core = core_for(table.path)
    if core is None:
        with hashing(table) as hashed:
            sent = hashed is not here
            yield from _fitting(table, hashed(_work(table, schema, salting, open_row, unsure, sent=sent)))
        return
    blocks: Iterator[tuple[int, Piece | list[Stored] | Any]] = blocks_of(table)
    if facts is not None and isinstance(table.blocks, TextBlocks):
        blocks = pieces_of(core, table.blocks.text, block_rows(table), facts)
    elif facts is not None and isinstance(table.blocks, StoredBlocks) and schema.columns:
        blocks = stored_rows(core, table.blocks, schema, block_rows(table))
    work = (
        CoreWork(core, first, data, schema, table.sas, table.reading.notation, salting, open_row, unsure)
        for first, data in blocks
    )
    yield from _fitting(table, in_threads(work))


def _fitting(table: Table, done: Iterator[BlockDone]) -> Iterator[BlockDone]:
    for one in done:
        if one.misfit:
            raise CellError(table, *one.misfit)
        yield one


def _work(
    table: Table,
    schema: Schema,
    salting: Salting | None,
    open_row: int | None,
    unsure: frozenset[int],
    *,
    sent: bool,
) -> Iterator[BlockWork]:
    import pyarrow as pa

    for first, batch in blocks_of(table):
        nonces = None
        if salting is not None:
            where = salting.subject
            named, column = (None, None) if where is None else (batch.column(where), schema.columns[where])
            try:
                found = codes_of(named, batch.num_rows, column, salting, sas=table.sas, notation=table.reading.notation)
            except columns_of.CellMisfit as misfit:
                raise CellError(table, misfit.column, first + misfit.row, misfit.problem) from None
            nonces = (salting.trial + salting.dataset, *found)
        data: Any = batch
        if sent:
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, batch.schema) as writer:
                writer.write_batch(batch)
            data = sink.getvalue().to_pybytes()
        last = first + batch.num_rows
        wanted = open_row if open_row is not None and first <= open_row < last else None
        yield BlockWork(first, data, schema, table.sas, table.reading.notation, nonces, wanted, unsure or None)
