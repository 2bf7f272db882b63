"""A sealed table from which participants were erased: compared by the salted tree, in which their leaves stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from trialseal.documents.nonces import Nonces, salted_leaf
from trialseal.errors import FailedError
from trialseal.merkle.growing import GrowingTree
from trialseal.tables import columns as columns_of
from trialseal.tables.cells import NULL
from trialseal.tables.content import CellError, Opened, Progress
from trialseal.tables.row_blocks import blocks_of
from trialseal.tables.salting import PREFIX_BYTES, Salting
from trialseal.tables.tombstones import leaves_of, left_out_of, numbers

if TYPE_CHECKING:
    from trialseal.tables.schema import Schema
    from trialseal.tables.sealing import SealedTable
    from trialseal.tables.table import Table

_TELL = 1 << 12


class Row(NamedTuple):
    """A row of a file, as one of the sealed table."""

    number: int
    """In the sealed table, from 1; beyond its rows where the file has more."""
    subject: str
    """The canonical cell that names its participant."""
    form: str
    place: int
    """In the file, from 1."""


@dataclass(frozen=True)
class Standing:
    """What a file is of a sealed table from which rows were erased."""

    rows: int
    """Of the file."""
    agrees: bool
    """Whether every row that was not erased is what was sealed, and in its place."""
    unfinished: tuple[int, ...]
    """Rows of the sealed table that were erased, and still are in the file."""
    left_out: frozenset[int]
    """Rows of the sealed table that the file lacks, as it should."""
    tree: GrowingTree

    def opened(self, row: int, form: str, nonce: bytes) -> Opened:
        """What discloses a row of the sealed table."""
        return Opened(row, form, nonce, self.tree.inclusion_proof(row))


def rows_of(table: Table, schema: Schema, subject: int | None, left_out: frozenset[int]) -> Iterator[Row]:
    """The rows of a file; CellError for a cell that its column cannot hold. `subject` is the participants' column."""
    numbered, notation = numbers(left_out), table.reading.notation
    for first, batch in blocks_of(table):
        try:
            forms = columns_of.row_forms(batch.columns, schema, sas=table.sas, notation=notation).to_pylist()
            cells = [NULL] * len(forms)
            if subject is not None:
                column = schema.columns[subject]
                cells = columns_of.fragments(
                    batch.column(subject), column, sas=table.sas, notation=notation
                ).to_pylist()
        except columns_of.CellMisfit as misfit:
            raise CellError(table, misfit.column, first + misfit.row, misfit.problem) from None
        for place, (form, cell) in enumerate(zip(forms, cells, strict=True), first):
            yield Row(next(numbered), cell, form, place)


def standing(sealed: SealedTable, table: Table, progress: Progress | None = None) -> Standing:
    """Compares a file with the sealed table."""
    tombstones = sealed.needed().erased
    left_out = frozenset(leaves_of(tombstones))
    found = _standing(sealed, table, left_out, progress)
    other = left_out_of(tombstones, sealed.rows, found.rows)
    return found if found.agrees or other == left_out else _standing(sealed, table, other, progress)


def _standing(sealed: SealedTable, table: Table, left_out: frozenset[int], progress: Progress | None) -> Standing:
    salting, erased = sealed.salting(), leaves_of(sealed.needed().erased)
    tree, nonces = GrowingTree(sealed.schema.leaf()), NoncesOf(salting)
    rows, unfinished = 0, []
    for row in rows_of(table, sealed.schema, salting.subject, left_out):
        while tree.size in left_out:
            tree.append(erased[tree.size])
        rows += 1
        if row.number in erased:
            unfinished.append(row.number)
            tree.append(erased[row.number])
        else:
            tree.append(salted_leaf(nonces.of(row), row.form.encode()))
        if progress and not rows % _TELL:
            progress(f"{rows:,} rows of {table.path.name} …")
    while tree.size in left_out:
        tree.append(erased[tree.size])
    agrees = tree.size == sealed.rows + 1 and tree.root().hex() == sealed.document["root"]
    return Standing(rows, agrees, tuple(unfinished), left_out, tree)


def write_prefixes(sealed: SealedTable, table: Table, left_out: frozenset[int], file: BinaryIO) -> None:
    """Salting.prefix of each row of a file; zeros for those that were erased and are still in it."""
    salting, erased = sealed.salting(), leaves_of(sealed.needed().erased)
    for row in rows_of(table, sealed.schema, salting.subject, left_out):
        file.write(bytes(PREFIX_BYTES) if row.number in erased else salting.prefix(row.form))


def open_row(sealed: SealedTable, table: Table, row: int, progress: Progress | None = None) -> Opened:
    """What discloses a row; FailedError where it was erased, or where the table is another one."""
    if row in leaves_of(sealed.needed().erased):
        raise FailedError(f"row {row} of {sealed.name} was erased: nobody can open it any more")
    found = standing(sealed, table, progress=progress)
    if not found.agrees:
        raise FailedError(
            f"{table.path} is not the table that {sealed.path} seals: trialseal dataset verify says where they differ"
        )
    salting = sealed.salting()
    for one in rows_of(table, sealed.schema, salting.subject, found.left_out):
        if one.number == row:
            return found.opened(row, one.form, NoncesOf(salting).of(one))
    raise AssertionError("a table that agrees has every row that was not erased")


class NoncesOf:
    """The nonces of rows, by participant."""

    def __init__(self, salting: Salting) -> None:
        self._salting = salting
        self._made: dict[bytes, Nonces] = {}

    def of(self, row: Row) -> bytes:
        """The nonce of a row."""
        salting = self._salting
        secret = salting.own if row.subject == NULL else salting.secrets.get(row.subject, salting.own)
        if secret not in self._made:
            self._made[secret] = Nonces(secret, salting.trial, salting.dataset)
        return self._made[secret].at(row.number)
