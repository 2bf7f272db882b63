"""Many rows of a sealed table at once, each with its proof: one pass over the table, however many they are."""

from __future__ import annotations

from typing import BinaryIO

from trialseal.documents.nonces import salted_leaf
from trialseal.errors import FailedError, UsageError
from trialseal.tables.content import Progress
from trialseal.tables.erased import NoncesOf, rows_of, standing
from trialseal.tables.row_numbers import RowNumbers
from trialseal.tables.row_runs import Writing
from trialseal.tables.sealing import SealedTable
from trialseal.tables.table import Table
from trialseal.tables.tombstones import leaves_of

_TELL = 1 << 12


def write_shown(
    sealed: SealedTable,
    table: Table,
    wanted: RowNumbers,
    file: BinaryIO,
    progress: Progress | None = None,
) -> None:
    """Writes a file of `row_runs` that shows the wanted rows of the sealed table.

    UsageError for a row that it does not have; FailedError, after something was written, where a row was erased, or
    the table is another one.
    """
    if odd := wanted.outside(sealed.rows):
        raise UsageError(f"there is no row {odd}: {sealed.name} has {sealed.rows}, counted from 1")
    gone = leaves_of(sealed.needed().erased)
    if erased := min((row for row in gone if row in wanted), default=0):
        raise FailedError(f"row {erased} of {sealed.name} was erased: nobody can open it any more")
    salting = sealed.salting()
    left_out = standing(sealed, table, progress).left_out if gone else frozenset()
    writing, nonces, number = Writing(file, sealed.document), NoncesOf(salting), 1
    writing.hide(0, sealed.schema.leaf())
    for row in rows_of(table, sealed.schema, salting.subject, left_out):
        while number in left_out:
            writing.hide(0, gone[number])
            number += 1
        form = row.form.encode()
        if row.number in gone:
            writing.hide(0, gone[row.number])
        elif row.number in wanted:
            writing.show(nonces.of(row), form)
        else:
            writing.hide(0, salted_leaf(nonces.of(row), form))
        number += 1
        if progress and not number % _TELL:
            progress(f"{number:,} rows of {table.path.name} …")
    while number in left_out:
        writing.hide(0, gone[number])
        number += 1
    if (number, writing.end().hex()) != (sealed.rows + 1, sealed.document["root"]):
        raise FailedError(
            f"{table.path} is not the table that {sealed.path} seals: trialseal dataset verify says where they differ"
        )
