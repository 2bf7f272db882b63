"""The leaves of one block of rows and the roots over them, as a worker process makes them."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from itertools import pairwise
from struct import iter_unpack
from typing import TYPE_CHECKING, Any, NamedTuple

from trialseal.documents.nonces import Nonces
from trialseal.merkle.growing import GrowingTree
from trialseal.tables import columns as columns_of
from trialseal.tables.infer import still
from trialseal.tables.notation import PLAIN
from trialseal.tables.salting import PREFIX_BYTES, prefix_key

if TYPE_CHECKING:
    from trialseal.tables.notation import Notation
    from trialseal.tables.schema import Column, Schema


_ID_BYTES = 32


class BlockWork(NamedTuple):
    """One block for a worker."""

    first: int
    """The row number of its first row, from 1."""
    data: Any
    """Its raw columns: as they are, or as an Arrow stream for another process."""
    schema: Schema
    sas: bool
    notation: Notation
    nonces: tuple[bytes, list[bytes], bytes] | None
    """trial ‖ dataset; the secrets of the block's subjects; which of them each row has, as 32-bit numbers."""
    open_row: int | None
    unsure: frozenset[int] | None = None
    """Columns whose types are inferred from other rows, and must be what these would give too."""


class BlockDone(NamedTuple):
    """What a worker made of a block, or the cell that does not fit its column."""

    rows: int
    root: bytes
    salted_root: bytes | None
    prefixes: bytes
    form: str | None
    leaves: list[bytes] | None
    """The salted leaves, where a row of the block is opened."""
    misfit: tuple[Column, int, str] | None = None


def hash_block(work: BlockWork) -> BlockDone:
    """The roots over a block's leaves, unsalted and salted, with the schema's leaf before those of the first block."""
    import pyarrow as pa

    batch = work.data if isinstance(work.data, pa.RecordBatch) else pa.ipc.open_stream(work.data).read_next_batch()
    made: dict[int, columns_of.Made] = {}
    for number in sorted(work.unsure or ()):
        plain, column = work.notation.plain_array(batch.column(number)), work.schema.columns[number]
        if column.type in ("number", "date") and (cells := _made(plain, column)) is not None:
            made[number] = cells
            plain = columns_of.otherwise_written(cells, plain)  # a canonical number or date is one
        if not still(plain, column):
            return BlockDone(
                0, b"", None, b"", None, None, (column, work.first, "is not all of the type first inferred")
            )
    try:
        forms = columns_of.row_forms(
            batch.columns, work.schema, sas=work.sas, prefix="\0", notation=work.notation, made=made
        )
    except columns_of.CellMisfit as misfit:
        return BlockDone(0, b"", None, b"", None, None, (misfit.column, work.first + misfit.row, misfit.problem))
    entries = _entries(forms)
    plain = _hashed(entries)
    prefixes = _prefixes(plain, work) if work.nonces else b""
    before = [work.schema.leaf()] if work.first == 1 else []
    salted = before + _salted(entries, work) if work.nonces else None
    form = None
    if work.open_row is not None:
        form = entries[work.open_row - work.first][1:].decode()
    return BlockDone(
        len(entries),
        _root(before + plain),
        _root(salted) if salted else None,
        prefixes,
        form,
        salted if form is not None else None,
    )


def _made(plain: Any, column: Column) -> columns_of.Made | None:
    """The cells of a column of text; None where one does not fit it."""
    try:
        return columns_of.cells_of(plain, column, sas=False, notation=PLAIN)
    except columns_of.CellMisfit:
        return None


def _root(leaves: list[bytes]) -> bytes:
    return GrowingTree(b"".join(leaves)).root()


def _entries(forms: Any) -> list[bytes]:
    """What each row's unsalted leaf is the SHA-256 of."""
    import numpy as np

    _, offsets_buffer, data = forms.buffers()
    offsets = np.frombuffer(offsets_buffer, np.int32, len(forms) + 1, forms.offset * 4).tolist()
    whole = data.to_pybytes()
    return [whole[start:end] for start, end in pairwise(offsets)]


def _hashed(entries: Sequence[bytes]) -> list[bytes]:
    """SHA-256 of each. A copy of a fresh state costs two thirds of a new one."""
    fresh, leaves = sha256(), []
    for entry in entries:
        state = fresh.copy()
        state.update(entry)
        leaves.append(state.digest())
    return leaves


def _prefixes(leaves: Sequence[bytes], work: BlockWork) -> bytes:
    """Salting.prefix of each row, from its unsalted leaf."""
    import numpy as np

    assert work.nonces is not None
    about, secrets, codes = work.nonces
    keyed = [sha256(prefix_key(secret, about[-_ID_BYTES:])) for secret in secrets]
    found = []
    for leaf, code in zip(leaves, np.frombuffer(codes, np.int32).tolist(), strict=True):
        state = keyed[code].copy()
        state.update(leaf)
        found.append(state.digest()[:PREFIX_BYTES])
    return b"".join(found)


def _salted(entries: Sequence[bytes], work: BlockWork) -> list[bytes]:
    """The salted leaf of each row."""
    import numpy as np

    assert work.nonces is not None
    about, secrets, codes = work.nonces
    made = [Nonces(secret, about[:_ID_BYTES], about[_ID_BYTES:]).states for secret in secrets]
    indices = iter_unpack("8s", np.arange(work.first, work.first + len(entries), dtype=">u8").tobytes())
    fresh, leaves = sha256(b"\0"), []
    # What `nonces` says of one row, without its calls: they would take half of the time.
    for entry, code, (index,) in zip(entries, np.frombuffer(codes, np.int32).tolist(), indices, strict=True):
        inner, outer = made[code]
        state = inner.copy()
        state.update(index)
        digest = state.digest()
        state = outer.copy()
        state.update(digest)
        digest = state.digest()
        state = fresh.copy()
        state.update(digest + entry[1:])
        leaves.append(state.digest())
    return leaves
