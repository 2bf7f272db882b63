"""Whose secret each row of a block has; participants that are new get one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trialseal.errors import FailedError
from trialseal.tables import columns as columns_of

if TYPE_CHECKING:
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
    with salting.lock:
        secrets = [_secret(subject, column, salting) for subject in cells.to_pylist()]
    return secrets, named.indices.to_numpy().astype(np.int32).tobytes()


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


def _secret(subject: str, column: Column, salting: Salting) -> bytes:
    if subject == "null":
        return salting.own
    if subject not in salting.secrets and salting.new_secret:
        if len(salting.secrets) >= MAX_SUBJECTS:
            raise FailedError(
                f"column {column.name} names more than {MAX_SUBJECTS} subjects: name the subject's column with "
                "--subject, or seal without one with --no-subject"
            )
        salting.secrets[subject] = salting.new_secret()
    return salting.secrets.get(subject, salting.own)
