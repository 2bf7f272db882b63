"""The trees over a table's rows: unsalted, which is its content digest, and salted, from which rows are disclosed.

Blocks of rows go to threads or worker processes, each a whole subtree, so that two cores work and no leaf need be kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from trialseal.errors import FailedError
from trialseal.merkle import tree
from trialseal.tables.block_hashing import BlockDone
from trialseal.tables.file_facts import Facts
from trialseal.tables.hashed_blocks import CellError, hashed_blocks
from trialseal.tables.infer import Mixed, guessed, guesses, settled
from trialseal.tables.row_blocks import block_rows
from trialseal.tables.salting import Salting, subject_of
from trialseal.tables.schema import Column, Schema
from trialseal.tables.sparing import spare_pandas
from trialseal.tables.text_pieces import NotPlain
from trialseal.tables.workers import core_tried

if TYPE_CHECKING:
    from trialseal.tables.table import Table

__all__ = ["CellError", "Content", "Opened", "Progress", "content_of", "first_guess"]

Progress = Callable[[str], None]


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
    facts: Facts | None = None,
) -> Content:
    """The trees over a table's rows, read under `schema`, else under types stated by its form or inferred.

    Writes PREFIX_BYTES of each row to `prefixes` (Salting.prefix), which needs a salting. CellError for a cell that its
    column cannot hold. Where the rows are taken from the text itself, `facts` are then found too.
    """
    with core_tried(table.path):
        spare_pandas()
        types, mixed, unsure = (table.schema, (), frozenset[int]()) if schema or not table.untyped else _sampled(table)
    types = schema or types
    surveyed = not table.untyped
    facts = facts or Facts()
    is_plain = True
    while True:
        try:
            answers = hashed_blocks(table, types, salting, open_row, unsure, facts if is_plain else None)
            found = _content(table, types, salting, open_row, prefixes, progress, answers)
            return replace(found, mixed=mixed)
        except NotPlain:
            is_plain = False
        except CellError as error:
            if schema is not None:
                raise
            if not surveyed:
                surveyed, unsure = True, frozenset()
                types, mixed = guessed(table.blocks(), table.schema.names, table.reading.notation)
            elif (wider := _wider(error.column, sas=table.sas)) is not None:
                types = types.replaced(wider)
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
    answers: Iterator[BlockDone],
) -> Content:
    rows = 0
    roots: list[bytes] = []
    salted_roots: list[bytes] = []
    opened: tuple[int, str, list[bytes], int] | None = None
    for done in answers:
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
