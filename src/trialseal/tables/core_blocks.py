"""The leaves of one block of rows and the roots over them by the C core, in one pass over the cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from trialseal.core import hashing
from trialseal.core.hashing import HASH_BYTES
from trialseal.tables import columns as columns_of
from trialseal.tables.block_hashing import BlockDone, BlockWork, hash_block
from trialseal.tables.plain_rows import array_of, rows_of
from trialseal.tables.subject_codes import codes_of
from trialseal.tables.text_pieces import Piece

if TYPE_CHECKING:
    from ctypes import CDLL

    from trialseal.tables.notation import Notation
    from trialseal.tables.salting import Salting
    from trialseal.tables.schema import Schema


class CoreWork(NamedTuple):
    """One block for a thread."""

    core: CDLL
    first: int
    """The row number of its first row, from 1."""
    data: Piece | Any
    """Rows as they are in the file, or an Arrow record batch of raw columns."""
    schema: Schema
    sas: bool
    notation: Notation
    salting: Salting | None
    open_row: int | None
    """A row to be opened, which need not be one of these."""
    unsure: frozenset[int]
    """Columns whose types are inferred from other rows, and must be what these would give too."""


def hash_in_core(work: CoreWork) -> BlockDone:
    """What `block_hashing.hash_block` makes of a block; NotPlain where its text is left to another reader."""
    core, schema, salting = work.core, work.schema, work.salting
    block: Any = work.data.cut(core) if isinstance(work.data, Piece) else work.data
    count: int = work.data.rows if isinstance(work.data, Piece) else block.num_rows
    nonces = None
    if salting is not None:
        where = salting.subject
        named, column = (None, None) if where is None else (array_of(core, block, where), schema.columns[where])
        try:
            secrets, codes = codes_of(named, count, column, salting, sas=work.sas, notation=work.notation)
        except columns_of.CellMisfit as misfit:
            return BlockDone(0, b"", None, b"", None, None, (misfit.column, work.first + misfit.row, misfit.problem))
        nonces = (salting.trial + salting.dataset, secrets, codes)
    rows = rows_of(core, block, schema, sas=work.sas, notation=work.notation, unsure=work.unsure)
    opened = work.open_row if work.open_row is not None and work.first <= work.open_row < work.first + count else None
    if rows is None:  # a cell does not fit, which Python says in its words
        return _by_python(work, block, nonces, opened)
    before = bytearray(schema.leaf() if work.first == 1 else b"")
    plain = hashing.each(core, rows)
    content = hashing.root(core, before + plain)
    if nonces is None:
        return BlockDone(count, content, None, b"", None, None)
    about, secrets, codes = nonces
    salted, prefixes = hashing.salted(core, rows, codes, secrets, about, work.first, plain)
    form = leaves = None
    if opened is not None:
        place = opened - work.first
        begin = int(rows.ends[place - 1]) if place else 0
        form = bytes(rows.data[begin + 1 : int(rows.ends[place])]).decode()
        whole = before + salted
        leaves = [bytes(whole[start : start + HASH_BYTES]) for start in range(0, len(whole), HASH_BYTES)]
    return BlockDone(count, content, hashing.root(core, before + salted), bytes(prefixes), form, leaves)


def _by_python(
    work: CoreWork, block: Any, nonces: tuple[bytes, list[bytes], bytes] | None, opened: int | None
) -> BlockDone:
    import pyarrow as pa

    arrays = [array_of(work.core, block, number) for number in range(len(work.schema.columns))]
    batch = pa.RecordBatch.from_arrays(arrays, [str(number) for number in range(len(arrays))])
    return hash_block(
        BlockWork(work.first, batch, work.schema, work.sas, work.notation, nonces, opened, work.unsure or None)
    )
