"""Many rows of one sealed table in one file, in their order, with what proves them all: read as they pass by.

A first line has the seal document; behind it each line is a row that is shown, `[number,"nonce",[cells]]`, or
the hash of a node over rows that are not. Which node, follows from the rows around it. docs/bytes.md fixes the bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice, zip_longest
from typing import Any, BinaryIO, NamedTuple

from trialseal.documents.canonical import MAX_DOCUMENT_BYTES, canonical_bytes, parse_json
from trialseal.documents.versions import format_of, version_of
from trialseal.errors import FailedError, UsageError
from trialseal.merkle.covering import Folding, Hiding, heights
from trialseal.merkle.tree import leaf_hash
from trialseal.tables.row_numbers import RowNumbers
from trialseal.tables.row_proof import cells_of_form, cells_of_forms, cells_words
from trialseal.tables.row_text import RUNS
from trialseal.tables.seal_form import require

# Lines that are looked at together.
_BATCH = 512
# Rows of which cells are told, and stretches of rows that are named, in one sentence.
_MOST_TOLD, _MOST_SPANS = 3, 4
# More nodes than this lie between no two rows: there are fewer than 2^53.
_MOST_NODES = 128
_ROW = re.compile(rb'\[([1-9][0-9]{0,14}),"([0-9a-f]{64})",(\[.*\])\]')
_NODE = re.compile(rb'"([0-9a-f]{64})"')


class ShownRow(NamedTuple):
    """A row that is disclosed."""

    row: int
    """From 1."""
    nonce: bytes
    form: bytes
    """Its canonical form."""
    cells: list[Any]

    @property
    def leaf(self) -> bytes:
        """Its leaf hash, 32 bytes."""
        return leaf_hash(self.nonce + self.form)


class Part(NamedTuple):
    """A part of the tree: a row that is shown, or a node over rows that are not."""

    first: int
    """Its first leaf, from 0, which is the schema's."""
    height: int
    """It has 2^height leaves."""
    node: bytes
    shown: ShownRow | None


class Writing:
    """Writes such a file, given every leaf of the table from the left, shown or hidden."""

    def __init__(self, file: BinaryIO, seal: Mapping[str, Any]) -> None:
        self._write = file.write
        self._hidden = Hiding()
        self._tree = Folding()
        self._write(canonical_bytes({"format": format_of(RUNS), "seal": dict(seal)}) + b"\n")

    def hide(self, height: int, node: bytes) -> None:
        """Puts a node over 2^height leaves at the end, and does not show them."""
        self._hidden.add(self._tree.size, height, node)
        self._tree.add(height, node)

    def show(self, nonce: bytes, form: bytes) -> None:
        """Puts a row at the end, and shows it."""
        self._write_hidden()
        self._write(b'[%d,"%s",%s]\n' % (self._tree.size, nonce.hex().encode(), form))
        self._tree.add(0, leaf_hash(nonce + form))

    def end(self) -> bytes:
        """Ends the file; the root over all leaves."""
        self._write_hidden()
        return self._tree.root()

    def _write_hidden(self) -> None:
        for node in self._hidden.taken():
            self._write(b'"%s"\n' % node.hex().encode())


class Run:
    """Such a file, read from the beginning, once."""

    def __init__(self, chunks: Iterable[bytes], name: str) -> None:
        """`name` is said in faults. FailedError if it does not begin as such a file; LaterVersion if a later version
        made it."""
        self.name = name
        self._lines = enumerate(_lines(chunks, name), 1)
        _, line = next(self._lines, (1, b""))
        try:
            value = parse_json(line, f"{name}, line 1")
        except UsageError as error:
            raise FailedError(str(error)) from None
        if isinstance(value, dict):
            version_of(value.get("format"), RUNS, name)
        seal = value.get("seal") if isinstance(value, dict) and value.keys() == {"format", "seal"} else None
        if not isinstance(seal, dict) or canonical_bytes(value) != line:
            raise self._fault(1, "is not a seal document in canonical form")
        require(seal, f"{name}, line 1")
        self.seal: Mapping[str, Any] = seal
        """The same object for all rows."""
        self._columns, self._size = len(seal["columns"]), seal["rows"] + 1

    def parts(self) -> Iterator[Part]:
        """What the tree is made of, from the left to the right, all of it.

        FailedError for what has another form; behind the last part, if they lead to another root than the sealed one:
        until then, none of it counts.
        """
        tree, number = Folding(), 1
        nodes: list[bytes] = []
        for number, record in self._records():
            if isinstance(record, bytes):
                nodes.append(record)
                if len(nodes) > _MOST_NODES:
                    raise self._fault(number, "is one node more than can lie between two rows")
                continue
            if not tree.size <= record.row < self._size:
                raise self._fault(number, f"shows row {record.row}, which is out of order or not in the table")
            yield from self._hidden(tree, nodes, record.row, number)
            node = record.leaf
            yield Part(tree.size, 0, node, record)
            tree.add(0, node)
        yield from self._hidden(tree, nodes, self._size, number + 1)
        if tree.root().hex() != self.seal["root"]:
            raise FailedError(f"{self.name}: its rows and nodes lead to another root than the sealed one")

    def rows(self) -> Iterator[ShownRow]:
        """The rows that are shown, as `parts` gives them: none counts until the last has passed."""
        return (part.shown for part in self.parts() if part.shown is not None)

    def _hidden(self, tree: Folding, nodes: list[bytes], end: int, number: int) -> Iterator[Part]:
        """The nodes between the tree so far and leaf `end`, which then are in the tree."""
        needed = list(heights(tree.size, end))
        if len(needed) != len(nodes):
            raise self._fault(number, f"should follow {len(needed)} nodes, not {len(nodes)}")
        for height, node in zip(needed, nodes, strict=True):
            yield Part(tree.size, height, node, None)
            tree.add(height, node)
        nodes.clear()

    def _records(self) -> Iterator[tuple[int, ShownRow | bytes]]:
        """Each line behind the first with its number: a row, or a node."""
        while batch := list(islice(self._lines, _BATCH)):
            found = [_ROW.fullmatch(line) for _, line in batch]
            forms = [one[3] for one in found if one]
            cells = chain(cells_of_forms(forms, self._columns) or self._one_by_one(batch, found))
            for (number, line), row in zip(batch, found, strict=True):
                if row:
                    yield number, ShownRow(int(row[1]), bytes.fromhex(row[2].decode()), row[3], next(cells))
                elif node := _NODE.fullmatch(line):
                    yield number, bytes.fromhex(node[1].decode())
                else:
                    raise self._fault(number, "is neither a row nor a node")

    def _one_by_one(
        self, batch: Iterable[tuple[int, bytes]], found: Iterable[re.Match[bytes] | None]
    ) -> Iterator[list[Any]]:
        """The cells of each row; FailedError for the first that is in no canonical form."""
        for (number, _), row in zip(batch, found, strict=True):
            if row is None:
                continue
            cells = cells_of_form(row[3])
            if cells is None or len(cells) != self._columns:
                raise self._fault(number, f"is not a row in canonical form with {self._columns} cells")
            yield cells

    def _fault(self, number: int, what: str) -> FailedError:
        return FailedError(f"{self.name}: line {number:,} {what}")


def rows_words(run: Run) -> str:
    """'rows 2 and 3 of the 17 of the sealed table adsl: …', once all is read that proves them; FailedError if not.

    Names and cells are as they are; of more than a few rows no cells are told.
    """
    number, first, spans = 0, list[ShownRow](), list[list[int]]()
    for one in run.rows():
        number += 1
        if number <= _MOST_TOLD:
            first.append(one)
        if spans and spans[-1][1] + 1 == one.row:
            spans[-1][1] = one.row
        elif len(spans) <= _MOST_SPANS:
            spans.append([one.row, one.row])
    if not number:
        raise FailedError(f"{run.name}: it shows no row")
    table = f"of the {run.seal['rows']:,} of the sealed table {run.seal['name']}"
    if number <= _MOST_TOLD:
        told = [f"row {one.row} {table}: {cells_words(run.seal, one.cells)}" for one in first]
        return "; ".join(told)
    told = [f"{begin:,}" if begin == end else f"{begin:,} to {end:,}" for begin, end in spans[:_MOST_SPANS]]
    return f"{number:,} rows {table}: {', '.join(told)}{', and more' if len(spans) > _MOST_SPANS else ''}"


def choose(run: Run, wanted: RowNumbers, file: BinaryIO) -> int | None:
    """Writes a file that shows only the wanted rows of those that another shows; the first that it lacks, else None.

    FailedError if the other does not hold.
    """
    writing, found = Writing(file, run.seal), list[int]()
    for part in run.parts():
        if part.shown and part.shown.row in wanted:
            writing.show(part.shown.nonce, part.shown.form)
            found.append(part.shown.row)
        else:
            writing.hide(part.height, part.node)
    writing.end()
    rows = (row for one in wanted.stretches for row in one)
    return next((row for row, here in zip_longest(rows, found) if row != here), None)


def _lines(chunks: Iterable[bytes], name: str) -> Iterator[bytes]:
    """The lines, without their ends; FailedError for one that is too long, or has no end."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
        if len(rest) > MAX_DOCUMENT_BYTES:
            break
    if rest:
        raise FailedError(f"{name}: its last line has no end, or one is longer than any is")
