"""Erasing a participant from a sealed table: secret, rows, and by which a guess at a row could be tested.

The tombstone is written first, and the secret is gone with it; what a crash leaves undone from there on is finished
when the same command runs again.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from trialseal.errors import FailedError, UsageError
from trialseal.files import is_file, opened_to_change, put_and_blank
from trialseal.tables import cutting
from trialseal.tables.cells import Misfit, from_text
from trialseal.tables.content import Progress
from trialseal.tables.erased import Standing, rows_of, standing
from trialseal.tables.names import private_path, rows_path
from trialseal.tables.reading import open_table
from trialseal.tables.salting import PREFIX_BYTES
from trialseal.tables.sealing import SealedTable, read_seal
from trialseal.tables.table import Table
from trialseal.tables.tombstones import Tombstone, leaves_of

_PRIVATE_MODE = 0o600


@dataclass(frozen=True)
class Erasure:
    """What erasing a participant from a table would destroy."""

    sealed: SealedTable
    table: Table
    subject: str
    """The participant's canonical cell."""
    rows: tuple[int, ...]
    """Their rows in the sealed table."""
    leaves: tuple[bytes, ...]
    unfinished: tuple[int, ...]
    """Rows that were erased before, and still are in the file."""

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing left to erase."""
        return not self.rows and not self.unfinished and self.subject not in self.sealed.needed().subjects


def erasure(sealed: SealedTable, table: Table, participant: str, progress: Progress | None = None) -> Erasure:
    """What erasing a participant would destroy; FailedError unless the file is the sealed table, or what is left of
    it."""
    column = sealed.document.get("subject")
    if column is None:
        raise UsageError(
            f"{sealed.path} seals a table whose rows are of no participant in particular (--subject named no column): "
            "nobody can be erased from it; seal the table without them, under another name"
        )
    place = sealed.schema.index(column)
    try:
        cell = from_text(participant, sealed.schema.columns[place])
    except Misfit as misfit:
        raise UsageError(f"--participant {misfit}, as the column {column} is") from None
    found = standing(sealed, table, progress)
    if not found.agrees:
        raise FailedError(
            f"{table.path} is not the table that {sealed.path} seals: trialseal dataset verify says where they differ; "
            "nothing was erased"
        )
    erased = leaves_of(sealed.needed().erased)
    rows = tuple(
        row.number
        for row in rows_of(table, sealed.schema, place, found.left_out)
        if row.subject == cell and row.number not in erased
    )
    return Erasure(sealed, table, cell, rows, tuple(found.tree.node(0, row) for row in rows), found.unfinished)


def carry_out(planned: Erasure, *, by: str, reason: str, legal_basis: str, at: str) -> bool:
    """Erases; False if the rows still are in the file, because its form is not written here."""
    sealed = planned.sealed
    if planned.rows or planned.subject in sealed.needed().subjects:
        sealed = _with_tombstone(sealed, planned, Tombstone(planned.rows, planned.leaves, by, reason, legal_basis, at))
    erased = leaves_of(sealed.needed().erased)
    _blank(rows_path(sealed.path), erased)
    found = standing(sealed, planned.table)
    return not found.unfinished or _cut(sealed, planned.table, found)


def _with_tombstone(sealed: SealedTable, planned: Erasure, tombstone: Tombstone) -> SealedTable:
    """Writes the private file anew, without the secret and all by which a guess could be tested."""
    private = sealed.needed()
    changed = replace(
        private,
        nonce=None,
        content=None,
        digest=None,
        subjects={name: one for name, one in private.subjects.items() if name != planned.subject},
        erased=(*private.erased, tombstone),
    )
    text = json.dumps(changed.as_json(), ensure_ascii=False) + "\n"
    put_and_blank(private_path(sealed.path), lambda file: _written(file, text.encode()), _PRIVATE_MODE)
    return read_seal(sealed.path)


def _written(file: BinaryIO, data: bytes) -> None:
    file.write(data)


def _blank(prefixes: Path, erased: dict[int, bytes]) -> None:
    """Puts zeros in the places of erased rows."""
    if not is_file(prefixes, follow=False):
        return
    with opened_to_change(prefixes) as file:
        for row in erased:
            file.seek((row - 1) * PREFIX_BYTES)
            file.write(bytes(PREFIX_BYTES))


def _cut(sealed: SealedTable, table: Table, found: Standing) -> bool:
    """Writes the table's file without the rows that were erased; False where it stays as it is."""
    if not cutting.is_cut(table):
        return False
    path = table.path.resolve()
    mode = path.stat().st_mode & 0o777
    gone = frozenset(leaves_of(sealed.needed().erased))
    places = frozenset(row.place for row in rows_of(table, sealed.schema, None, found.left_out) if row.number in gone)
    try:
        put_and_blank(path, lambda file: cutting.write_without(table, places, file), mode, _checked(sealed, table))
    except csv.Error:  # a cell beyond what its reader takes
        return False
    return True


def _checked(sealed: SealedTable, table: Table) -> Callable[[Path], None]:
    """Looks at the file that is to take the table's place: it must hold every other row."""

    def check(path: Path) -> None:
        form = table.reading.form or table.path.suffix.lstrip(".")
        found = standing(sealed, open_table(path, replace(table.reading, form=form)))
        if not found.agrees or found.unfinished:
            raise FailedError(
                f"{table.path} could not be written without the erased rows: it is as it was; leave out rows "
                f"{', '.join(map(str, leaves_of(sealed.needed().erased)))} yourself"
            )

    return check
