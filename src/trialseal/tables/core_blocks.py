"""The leaves of one block of rows and the roots over them by the C core, in one pass over the cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from trialseal.core import hashing
from trialseal.core.hashing import HASH_BYTES, Messages
from trialseal.core.joining import Coded
from trialseal.tables import columns as columns_of
from trialseal.tables.block_hashing import BlockDone, BlockWork, hash_block
from trialseal.tables.plain_rows import array_of, rows_of
from trialseal.tables.row_blocks import concatenated
from trialseal.tables.stored_blocks import Stored
from trialseal.tables.subject_codes import codes_of, codes_of_texts, moved
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
    data: Piece | list[Stored] | Any
    """Rows as they are in the file, or as it keeps them in columns, or an Arrow record batch of raw columns."""
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
    parts: list[Any] = work.data if isinstance(work.data, list) else [work.data]
    if isinstance(work.data, Piece):
        parts = [work.data.cut(core)]
    sizes = [one.num_rows if hasattr(one, "num_rows") else one.count for one in parts]
    count = sum(sizes)
    nonces = None
    if salting is not None:
        found = _subjects(work, parts, sizes, salting)
        if isinstance(found, BlockDone):
            return found
        nonces = (salting.trial + salting.dataset, *found)
    opened = work.open_row if work.open_row is not None and work.first <= work.open_row < work.first + count else None
    made = []
    for part in parts:
        forms = rows_of(core, part, schema, sas=work.sas, notation=work.notation, unsure=work.unsure)
        if forms is None:  # a cell does not fit, which Python says in its words
            return _by_python(work, parts, nonces, opened)
        made.append(forms)
    rows = Messages.together(made)
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


def _subjects(
    work: CoreWork, parts: Sequence[Any], sizes: Sequence[int], salting: Salting
) -> tuple[list[bytes], bytes] | BlockDone:
    """The secrets of a block's participants, and which of them each row has; or the cell that does not fit."""
    where = salting.subject
    secrets: list[bytes] = []
    codes = b""
    first = work.first
    for part, size in zip(parts, sizes, strict=True):
        column = None if where is None else work.schema.columns[where]
        texts = part.texts[where] if isinstance(part, Stored) and where is not None else None
        try:
            if texts is not None and column is not None:
                found = codes_of_texts(Coded(texts, part.batch.column(where).indices), column, salting)
            else:
                named = None if where is None else array_of(work.core, part, where)
                found = codes_of(named, size, column, salting, sas=work.sas, notation=work.notation)
        except columns_of.CellMisfit as misfit:
            return BlockDone(0, b"", None, b"", None, None, (misfit.column, first + misfit.row, misfit.problem))
        codes += moved(found[1], len(secrets))
        secrets += found[0]
        first += size
    return secrets, codes


def _by_python(
    work: CoreWork, parts: Sequence[Any], nonces: tuple[bytes, list[bytes], bytes] | None, opened: int | None
) -> BlockDone:
    import pyarrow as pa

    arrays = [
        concatenated([array_of(work.core, part, number) for part in parts])
        for number in range(len(work.schema.columns))
    ]
    batch = pa.RecordBatch.from_arrays(arrays, [str(number) for number in range(len(arrays))])
    return hash_block(
        BlockWork(work.first, batch, work.schema, work.sas, work.notation, nonces, opened, work.unsure or None)
    )
