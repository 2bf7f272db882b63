"""Whose secret each row of a block has; participants that are new get one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from trialseal.errors import FailedError
from trialseal.tables import columns as columns_of
from trialseal.tables.cells import NULL

if TYPE_CHECKING:
    from trialseal.core.joining import Coded
    from trialseal.tables.notation import Notation
    from trialseal.tables.salting import Salting
    from trialseal.tables.schema import Column
    from trialseal.tables.table import Array

# Participants of a table. Each takes some 200 bytes of memory; no trial has had as many.
MAX_SUBJECTS = 2_000_000


def codes_of(
    array: Array | None, count: int, column: Column | None, salting: Salting, *, sas: bool, notation: Notation
) -> tuple[list[bytes], bytes]:
    """The secrets of a block's participants, and which of them each of its `count` rows has, as 32-bit numbers.

    `array` is the column that names them, None where the table has none. columns.CellMisfit for a cell that it cannot
    hold. May be asked by several threads.
    """
    import numpy as np

    if array is None or column is None:
        return [salting.own], bytes(4 * count)
    named, cells = _distinct(array, column, sas=sas, notation=notation)
    return _secrets(cells.to_pylist(), column, salting), named.indices.to_numpy().astype(np.int32).tobytes()


def codes_of_texts(coded: Coded, column: Column, salting: Salting) -> tuple[list[bytes], bytes]:
    """As `codes_of`, of a column of text that is kept as codes of its different cells."""
    import numpy as np

    known = len(coded.texts.starts)
    filled = coded.codes.fill_null(known) if coded.codes.null_count else coded.codes
    codes = filled.to_numpy()
    used = np.bincount(codes, minlength=known + 1).nonzero()[0]
    places = np.zeros(known + 1, np.int32)
    places[used] = np.arange(len(used), dtype=np.int32)
    return _secrets(coded.texts.named(used), column, salting), places[codes].tobytes()


def moved(codes: bytes, by: int) -> bytes:
    """Codes behind those of so many secrets."""
    import numpy as np

    return codes if not by else (np.frombuffer(codes, np.int32) + np.int32(by)).tobytes()


def _distinct(array: Array, column: Column, *, sas: bool, notation: Notation) -> tuple[Any, Array]:
    """A column by the values that it has, and the canonical cell of each; those of two may be alike."""
    import pyarrow as pa

    if pa.types.is_string(array.type):
        named = array.dictionary_encode("encode")
        try:
            return named, columns_of.fragments(named.dictionary, column, sas=sas, notation=notation)
        except columns_of.CellMisfit:
            pass  # in a row that only the whole column tells
    named = columns_of.fragments(array, column, sas=sas, notation=notation).dictionary_encode()
    return named, named.dictionary


def _secrets(subjects: Iterable[str], column: Column, salting: Salting) -> list[bytes]:
    with salting.lock:
        return [_secret(subject, column, salting) for subject in subjects]


def _secret(subject: str, column: Column, salting: Salting) -> bytes:
    if subject == NULL:
        return salting.own
    if subject not in salting.secrets and salting.new_secret:
        if len(salting.secrets) >= MAX_SUBJECTS:
            raise FailedError(
                f"column {column.name} names more than {MAX_SUBJECTS} subjects: name the subject's column with "
                "--subject, or seal without one with --no-subject"
            )
        salting.secrets[subject] = salting.new_secret()
    return salting.secrets.get(subject, salting.own)
