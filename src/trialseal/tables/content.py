"""The trees over a table's rows: unsalted, which is its content digest, and salted, from which rows are disclosed.

Blocks of rows go to threads or worker processes, each a whole subtree, so that two cores work and no leaf need be kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from trialseal.errors import FailedError
from trialseal.merkle import tree
from trialseal.tables import columns as columns_of
from trialseal.tables.block_hashing import BlockWork
from trialseal.tables.infer import Mixed, guessed, guesses, settled
from trialseal.tables.row_blocks import block_rows, blocks_of
from trialseal.tables.salting import Salting, subject_of
from trialseal.tables.schema import Column, Schema
from trialseal.tables.workers import core_for, hashing, here

if TYPE_CHECKING:
    from ctypes import CDLL

    from trialseal.tables.table import Table

Progress = Callable[[str], None]
# Subjects of a table. Each takes some 200 bytes of memory; no trial has had as many.
MAX_SUBJECTS = 2_000_000


class CellError(FailedError):
    """A cell that cannot be of its column's type."""

    def __init__(self, table: Table, column: Column, row: int, problem: str) -> None:
        super().__init__(f"{table.path}: row {row}, column {column.name} {problem}")
        self.column = column
        self.row = row
        """From 1."""
        self.problem = problem


class Opened(NamedTuple):
    """What discloses one row."""

    row: int
    """From 1; it is leaf `row`."""
    form: str
    nonce: bytes
    proof: list[bytes]


@dataclass(frozen=True)
class Content:
    """What the rows of a table come to."""

    schema: Schema
    rows: int
    root: bytes
    """The unsalted root: the content digest."""
    salted_root: bytes | None
    opened: Opened | None = None
    mixed: tuple[Mixed, ...] = ()
    """Of inferred types: the columns that are text though some of their values are numbers or dates."""


def content_of(
    table: Table,
    schema: Schema | None = None,
    *,
    salting: Salting | None = None,
    open_row: int | None = None,
    prefixes: BinaryIO | None = None,
    progress: Progress | None = None,
) -> Content:
    """The trees over a table's rows, read under `schema`, else under types stated by its form or inferred.

    Writes PREFIX_BYTES of each row to `prefixes` (Salting.prefix), which needs a salting. CellError for a cell that its
    column cannot hold.
    """
    if schema is not None:
        return _content(table, schema, salting, open_row, prefixes, progress)
    schema, mixed, unsure = _sampled(table) if table.untyped else (table.schema, (), None)
    surveyed = not table.untyped
    while True:
        try:
            found = _content(table, schema, salting, open_row, prefixes, progress, unsure)
            return replace(found, mixed=mixed)
        except CellError as error:
            if not surveyed:
                surveyed, unsure = True, None
                schema, mixed = guessed(table.blocks(), table.schema.names, table.reading.notation)
            elif (wider := _wider(error.column, sas=table.sas)) is not None:
                schema = schema.replaced(wider)
            else:
                raise
            if prefixes is not None:
                prefixes.seek(0)
                prefixes.truncate()


def first_guess(table: Table) -> Schema:
    """The schema inferred from the first block: right for most tables, corrected for the others."""
    return _sampled(table)[0]


def _sampled(table: Table) -> tuple[Schema, tuple[Mixed, ...], frozenset[int]]:
    """What is inferred from the first block, and the columns to which any other value may give another type."""
    try:
        first = next((table.sample or table.blocks)(), None)
    except FailedError:  # the sample may end within a cell; what is wrong with the file, its blocks say
        first = next(table.blocks(), None)
    names = table.schema.names
    found = guesses([first] if first is not None else [], names, table.reading.notation)
    schema, mixed = settled(found, names)
    # What is text by some value stays text.
    unsure = [number for number, guess in enumerate(found) if schema.columns[number].type != "text" or guess.is_open]
    return schema, mixed, frozenset(unsure)


def _content(
    table: Table,
    schema: Schema,
    salting: Salting | None,
    open_row: int | None,
    prefixes: BinaryIO | None,
    progress: Progress | None,
    unsure: frozenset[int] | None = None,
) -> Content:
    rows = 0
    roots: list[bytes] = []
    salted_roots: list[bytes] = []
    opened: tuple[int, str, list[bytes], int] | None = None
    core = core_for(table)
    with hashing(table, core) as hashed:
        sent = hashed is not here and core is None
        for done in hashed(_work(table, schema, salting, open_row, unsure, core, sent=sent)):
            if done.misfit:
                column, row, problem = done.misfit
                raise CellError(table, column, row, problem)
            if done.form is not None and done.leaves is not None:
                opened = (len(roots), done.form, done.leaves, rows)
            rows += done.rows
            roots.append(done.root)
            if done.salted_root:
                salted_roots.append(done.salted_root)
            if prefixes is not None:
                prefixes.write(done.prefixes)
            if progress:
                progress(f"{rows:,} rows of {table.path.name} …")
    if not roots:
        roots = salted_roots = [schema.leaf()]
    # Each root is that of a whole subtree of block_rows leaves but for the last, so that the splits of a tree over them
    # are those of RFC 9162, 2.1.1.
    salted = tree.root(salted_roots) if salting else None
    proven = None
    if opened and open_row and salting:
        block, form, leaves, _ = opened
        place = open_row - block * block_rows(table)
        proof = [*tree.inclusion_proof(leaves, place), *tree.inclusion_proof(salted_roots, block)]
        subject = subject_of(form, salting)
        proven = Opened(open_row, form, salting.nonce(subject, open_row), proof)
    return Content(schema, rows, tree.root(roots), salted, proven)


def _work(
    table: Table,
    schema: Schema,
    salting: Salting | None,
    open_row: int | None,
    unsure: frozenset[int] | None,
    core: CDLL | None,
    *,
    sent: bool,
) -> Iterator[BlockWork]:
    import pyarrow as pa

    for first, batch in blocks_of(table):
        nonces = None
        if salting is not None:
            try:
                nonces = _subjects(batch, schema, salting, table)
            except columns_of.CellMisfit as misfit:
                raise CellError(table, misfit.column, first + misfit.row, misfit.problem) from None
        data: Any = batch
        if sent:
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, batch.schema) as writer:
                writer.write_batch(batch)
            data = sink.getvalue().to_pybytes()
        last = first + batch.num_rows
        wanted = open_row if open_row is not None and first <= open_row < last else None
        yield BlockWork(first, data, schema, table.sas, table.reading.notation, nonces, wanted, unsure, core)


def _subjects(batch: Any, schema: Schema, salting: Salting, table: Table) -> tuple[bytes, list[bytes], bytes]:
    """Whose secret each row of a block has; new subjects get one."""
    import numpy as np

    about = salting.trial + salting.dataset
    if salting.subject is None:
        return about, [salting.own], bytes(4 * batch.num_rows)
    column = schema.columns[salting.subject]
    cells = columns_of.fragments(batch.column(salting.subject), column, sas=table.sas, notation=table.reading.notation)
    named = cells.dictionary_encode()
    secrets = []
    for subject in named.dictionary.to_pylist():
        if subject == "null":
            secrets.append(salting.own)
            continue
        if subject not in salting.secrets and salting.new_secret:
            if len(salting.secrets) >= MAX_SUBJECTS:
                raise FailedError(
                    f"column {column.name} names more than {MAX_SUBJECTS} subjects: name the subject's column with "
                    "--subject, or seal without one with --no-subject"
                )
            salting.secrets[subject] = salting.new_secret()
        secrets.append(salting.secrets.get(subject, salting.own))
    return about, secrets, named.indices.to_numpy().astype(np.int32).tobytes()


# ----- hashing, here or in worker processes -----


def _wider(column: Column, *, sas: bool) -> Column | None:
    """The next type that holds more, where a form's own type does not hold all of a column's values."""
    match column.type:
        case "number":
            return Column(column.name, "integer")
        case "integer":
            return Column(column.name, "decimal")
        case "date" | "datetime" | "time" if sas:
            return Column(column.name, "number")
        case "text":
            return None
        case _:
            return Column(column.name, "text")


# ----- the bytes of a file -----
