"""Where two tables differ: rows added, rows dropped, cells altered; and where a table differs from a sealed one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from trialseal import escaping
from trialseal.errors import FailedError, UsageError
from trialseal.files import is_file
from trialseal.tables import columns as columns_of
from trialseal.tables.causes import ColumnDifference, column_difference
from trialseal.tables.cell_words import shown
from trialseal.tables.content import CellError
from trialseal.tables.row_blocks import blocks_of
from trialseal.tables.salting import PREFIX_BYTES
from trialseal.tables.schema import Column, Schema
from trialseal.tables.table import Block, Table

# Differences that are looked for in detail: nobody reads more, and the first tell what happened.
MOST_SHOWN = 20
# Cells of a column of which a cause is looked for.
MOST_EXPLAINED = 1000


class Difference(NamedTuple):
    """One difference between tables A and B. Rows count from 1."""

    change: str
    """added (only in B), dropped (only in A), altered."""
    row_a: int | None
    row_b: int | None
    key: dict[str, Any]
    """The key's columns and their values; empty where rows are compared by position."""
    column: str | None
    """The altered column."""
    a: Any
    """The cell, or for a dropped row all its cells by column."""
    b: Any

    @property
    def words(self) -> str:
        """One line for a person."""
        key = ", ".join(f"{name} {shown(value)}" for name, value in self.key.items())
        place = f"row {self.row_a or self.row_b}" + (f" ({key})" if key else "")
        if self.change == "altered":
            return f"{place}, column {self.column}: {shown(self.a)} became {shown(self.b)}"
        return f"{place} was {self.change}"


def selected(table: Table, names: Sequence[str]) -> tuple[Table, str | None]:
    """The table with its columns in the order of `names`, and a sentence if that is another order.

    FailedError naming the columns that one has and the other has not.
    """
    own = table.schema.names
    if own == list(names):
        return table, None
    missing = [name for name in names if name not in own]
    more = [name for name in own if name not in names]
    if missing or more:
        words = [f"lacks the column{'s' * (len(missing) > 1)} {_listed(missing)}"] if missing else []
        words += [f"has besides the column{'s' * (len(more) > 1)} {_listed(more)}"] if more else []
        if sorted(map(str.casefold, missing)) == sorted(map(str.casefold, more)):
            words = [f"calls columns otherwise, by capitals and small letters: {_listed(more)}"]
        raise FailedError(f"{table.path} {' and '.join(words)}")
    order = [own.index(name) for name in names]

    def blocks() -> Iterator[Block]:
        for block in table.blocks():
            yield [block[place] for place in order]

    schema = Schema(tuple(table.schema.columns[place] for place in order))
    return replace(table, schema=schema, blocks=blocks, sample=None), "its columns stand in another order"


def differences(a: Table, b: Table, schema: Schema, key: Sequence[str] = ()) -> Iterator[Difference]:
    """What changed from A to B, both read under `schema`, whose columns both have in that order.

    By position, or where `key` names columns, by their values, which must then tell rows apart in each table.
    """
    if key:
        yield from _by_key(a, b, schema, [schema.index(name) for name in key])
    else:
        yield from _by_position(a, b, schema)


def readable(tables: Sequence[Table], schema: Schema) -> tuple[Schema, list[str]]:
    """The schema under which all tables can be read: a column that one does not fit is compared as text."""
    sentences = []
    for table in tables:
        while True:
            try:
                for _ in _forms(table, schema):
                    pass
                break
            except CellError as error:
                if error.column.type == "text":
                    raise
                sentences.append(f"{error}; the column is compared as text")
                schema = schema.replaced(Column(error.column.name, "text"))
    return schema, sentences


def by_column(a: Table, b: Table, schema: Schema) -> list[ColumnDifference]:
    """The columns in which B differs from A, whose rows stand in the same places, with the likeliest cause of each."""
    import pyarrow.compute as pc

    counts = [0] * len(schema.columns)
    pairs: list[list[tuple[Any, Any]]] = [[] for _ in schema.columns]
    for (_, one), (_, other) in zip(blocks_of(a), blocks_of(b), strict=False):
        rows = min(one.num_rows, other.num_rows)
        for place, column in enumerate(schema.columns):
            left, right = (
                columns_of.fragments(batch.column(place)[:rows], column, sas=table.sas, notation=table.reading.notation)
                for table, batch in ((a, one), (b, other))
            )
            different = pc.indices_nonzero(pc.not_equal(left, right))
            counts[place] += len(different)
            some = different[: MOST_EXPLAINED - len(pairs[place])]
            cells = zip(left.take(some).to_pylist(), right.take(some).to_pylist(), strict=True)
            pairs[place] += [(json.loads(was), json.loads(here)) for was, here in cells]
    found = zip(schema.columns, pairs, counts, strict=True)
    differences_ = [column_difference(column, some, count) for column, some, count in found if count]
    return [_by_type(one, schema, a, b) if one.cause is None else one for one in differences_]


def _by_type(one: ColumnDifference, schema: Schema, a: Table, b: Table) -> ColumnDifference:
    """The difference, explained where a column was sealed as text that one of the tables knows to be something else."""
    place = schema.index(one.column)
    kinds = {table.schema.columns[place].type for table in (a, b) if not table.untyped} - {"text"}
    if schema.columns[place].type != "text" or len(kinds) != 1:
        return one
    [kind] = kinds
    cure = f"sealed with --type {escaping.argument(f'{one.column}={kind}')}, both agree"
    return one._replace(known=f"it was sealed as text, and is a {kind} in the other form; {cure}")


def _by_position(a: Table, b: Table, schema: Schema) -> Iterator[Difference]:
    import pyarrow.compute as pc

    for one, other in zip_longest(_forms(a, schema), _forms(b, schema)):
        first = (one or other)[0]
        left, right = one[1] if one else None, other[1] if other else None
        common = min(len(left) if left is not None else 0, len(right) if right is not None else 0)
        if common and left is not None and right is not None:
            for place in pc.indices_nonzero(pc.not_equal(left[:common], right[:common])).to_pylist():
                row = first + place
                yield from _cells(schema, row, row, {}, left[place].as_py(), right[place].as_py())
        for forms, change in ((left, "dropped"), (right, "added")):
            for place in range(common, len(forms) if forms is not None else 0):
                assert forms is not None
                yield _whole(change, first + place, {}, schema, forms[place].as_py())


def _by_key(a: Table, b: Table, schema: Schema, key: list[int]) -> Iterator[Difference]:
    known: dict[bytes, tuple[int, bytes]] = {}
    for row, form in _rows(a, schema):
        digest = _key(form, key)
        if digest in known:
            raise UsageError(
                f"{a.path}: rows {known[digest][0]} and {row} have the same key: name more columns with --key"
            )
        known[digest] = (row, sha256(form.encode()).digest()[:16])
    changed: dict[bytes, tuple[int, str]] = {}
    seen: dict[bytes, int] = {}
    added: list[Difference] = []
    for row, form in _rows(b, schema):
        digest = _key(form, key)
        if digest in seen:
            raise UsageError(f"{b.path}: rows {seen[digest]} and {row} have the same key: name more columns with --key")
        seen[digest] = row
        found = known.get(digest)
        if found is None:
            added.append(_whole("added", row, _keyed(schema, key, form), schema, form))
        elif found[1] != sha256(form.encode()).digest()[:16]:
            changed[digest] = (row, form)
    if changed or len(seen) - len(added) < len(known):
        for row, form in _rows(a, schema):
            digest = _key(form, key)
            if digest in changed:
                row_b, other = changed[digest]
                yield from _cells(schema, row, row_b, _keyed(schema, key, form), form, other)
            elif digest not in seen:
                yield _whole("dropped", row, _keyed(schema, key, form), schema, form)
    yield from added


def _forms(table: Table, schema: Schema) -> Iterator[tuple[int, Any]]:
    """Row forms by blocks that begin at the same rows for every table."""
    for first, batch in blocks_of(table):
        try:
            yield first, columns_of.row_forms(batch.columns, schema, sas=table.sas, notation=table.reading.notation)
        except columns_of.CellMisfit as misfit:
            raise CellError(table, misfit.column, first + misfit.row, misfit.problem) from None


def _rows(table: Table, schema: Schema) -> Iterator[tuple[int, str]]:
    for first, forms in _forms(table, schema):
        yield from enumerate(forms.to_pylist(), first)


def _key(form: str, key: list[int]) -> bytes:
    cells = json.loads(form)
    return sha256(json.dumps([cells[place] for place in key]).encode()).digest()[:16]


def _keyed(schema: Schema, key: list[int], form: str) -> dict[str, Any]:
    cells = json.loads(form)
    return {schema.columns[place].name: cells[place] for place in key}


def _cells(
    schema: Schema, row_a: int, row_b: int, key: dict[str, Any], form_a: str, form_b: str
) -> Iterator[Difference]:
    for column, a, b in zip(schema.columns, json.loads(form_a), json.loads(form_b), strict=True):
        if a != b or type(a) is not type(b):
            yield Difference("altered", row_a, row_b, key, column.name, a, b)


def _whole(change: str, row: int, key: dict[str, Any], schema: Schema, form: str) -> Difference:
    cells = dict(zip(schema.names, json.loads(form), strict=True))
    if change == "added":
        return Difference("added", None, row, key, None, None, cells)
    return Difference("dropped", row, None, key, None, cells, None)


# ----- against a sealed table that was not found -----


@dataclass(frozen=True)
class Located:
    """Where a table differs from the sealed one, as far as the beginnings of the sealed leaves tell."""

    sentence: str
    rows: tuple[int, ...] = ()
    """The first rows that differ, if rows stand where they stood."""
    count: int = 0


def located(found: BinaryIO, sealed: Path, left_out: frozenset[int] = frozenset()) -> Located | None:
    """Where rows differ, by what is kept of each (Salting.prefix); None if that of the sealed table is not given.

    `left_out` are sealed rows that the table lacks because they were erased; rows are numbered without them.
    """
    import numpy as np

    if not is_file(sealed, follow=False):
        return None
    found.seek(0)
    new = np.frombuffer(found.read(), np.dtype(f"V{PREFIX_BYTES}")).view("<u8")
    old = np.fromfile(sealed, "<u8")
    if left_out:
        old = np.delete(old, [row - 1 for row in left_out])
    common = min(len(old), len(new))
    differing = np.flatnonzero(old[:common] != new[:common])
    if len(old) == len(new):
        if not len(differing):
            return Located("no row differs")
        if len(differing) > 1 and np.array_equal(np.sort(old), np.sort(new)):
            return Located(f"the same rows stand in another order, from row {differing[0] + 1} on")
        rows = tuple(int(one) + 1 for one in differing[:MOST_SHOWN])
        return Located(_rows_words(rows, len(differing)), rows, len(differing))
    before = "1 row was" if len(old) == 1 else f"{len(old)} rows were"
    counts = f"{before} sealed, {len(new)} {'is' if len(new) == 1 else 'are'} here"
    first = int(differing[0]) if len(differing) else common
    gap = abs(len(old) - len(new))
    if len(new) < len(old) and np.array_equal(old[first + gap :], new[first:]):
        return Located(f"{counts}: {_span(first + 1, gap, 'is', 'are')} missing")
    if len(new) > len(old) and np.array_equal(old[first:], new[first + gap :]):
        return Located(f"{counts}: {_span(first + 1, gap, 'was', 'were')} not sealed")
    return Located(f"{counts}, and they differ from row {first + 1} on")


def _rows_words(rows: Sequence[int], count: int) -> str:
    if count == 1:
        return f"row {rows[0]} differs"
    some = ", ".join(map(str, rows[:5]))
    return f"{count} rows differ: {some}{' …' if count > 5 else ''}"


def _span(first: int, count: int, one: str, many: str) -> str:
    return f"row {first} {one}" if count == 1 else f"rows {first} to {first + count - 1} {many}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
