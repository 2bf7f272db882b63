"""Rows as a file in columns keeps them, for the C core: numbers as they are, texts once each where it has them so."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from trialseal.core.joining import Texts, texts_of
from trialseal.tables.text_pieces import NotPlain

if TYPE_CHECKING:
    from ctypes import CDLL

    from trialseal.tables.schema import Schema
    from trialseal.tables.table import Array, Block


@dataclass(frozen=True, slots=True)
class StoredBlocks:
    """Blocks of a table (`Table.blocks`) whose rows may be had as they are kept too."""

    arrays: Callable[[], Iterator[Block]]
    batches: Callable[[int], Iterator[Any]]
    """Arrow record batches, of a few times so many rows."""
    raw: Callable[[Array], Array]
    """A column of such a batch as `Table` says that it is."""

    def __call__(self) -> Iterator[Block]:
        """The blocks."""
        return self.arrays()


@dataclass(frozen=True, slots=True)
class Stored:
    """Some rows."""

    batch: Any
    texts: tuple[Texts | None, ...]
    """Of each column the different cells, where its array is one of codes."""
    raw: Callable[[Array], Array]

    @property
    def count(self) -> int:
        """How many."""
        return int(self.batch.num_rows)

    def column(self, number: int) -> Array:
        """A raw column; NotPlain where it holds text that is not UTF-8."""
        array = self.raw(self.batch.column(number))
        _require_text(array)
        return array


def stored_rows(core: CDLL, blocks: StoredBlocks, schema: Schema, size: int) -> Iterator[tuple[int, list[Stored]]]:
    """The rows in pieces that are whole subtrees of `size`: the schema leaf takes the first place of the first one.

    Yields the number of the first row, from 1, and the rows in one part or more. NotPlain where text is not UTF-8.
    """
    dictionaries: list[tuple[Any, Texts | None] | None] = [None] * len(schema.columns)
    pending: deque[Stored] = deque()
    waiting, row, wanted = 0, 1, size - 1
    for batch in blocks.batches(size):
        for number, column in enumerate(schema.columns):
            if column.type == "text":
                dictionaries[number] = _texts(core, batch.column(number), dictionaries[number])
        pending.append(Stored(batch, tuple(one[1] if one else None for one in dictionaries), blocks.raw))
        waiting += batch.num_rows
        while waiting >= wanted:
            yield row, _taken(pending, wanted)
            waiting, row, wanted = waiting - wanted, row + wanted, size
    if waiting:
        yield row, _taken(pending, waiting)


def _taken(pending: deque[Stored], wanted: int) -> list[Stored]:
    """The next `wanted` rows of what is pending."""
    parts = []
    while wanted:
        part = pending.popleft()
        if part.count > wanted:
            pending.appendleft(replace(part, batch=part.batch.slice(wanted)))
            part = replace(part, batch=part.batch.slice(0, wanted))
        parts.append(part)
        wanted -= part.count
    return parts


def _texts(core: CDLL, array: Array, before: tuple[Any, Texts | None] | None) -> tuple[Any, Texts | None] | None:
    """A column's dictionary and its cells, which most batches have in common; None where it has no such."""
    import pyarrow as pa

    if not pa.types.is_dictionary(array.type) or not pa.types.is_string(array.type.value_type):
        return None
    if not pa.types.is_int32(array.type.index_type):
        return None
    if before is not None and array.dictionary.equals(before[0]):
        return before
    _require_text(array.dictionary)
    return array.dictionary, texts_of(core, array.dictionary)


def _require_text(array: Array) -> None:
    import pyarrow as pa

    if pa.types.is_string(array.type):
        try:
            array.validate(full=True)
        except pa.ArrowInvalid:
            raise NotPlain from None
