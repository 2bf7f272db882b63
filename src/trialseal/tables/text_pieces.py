"""Plain CSV in pieces of whole rows, read once: for the C core, which cuts them where they lie."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from trialseal.core.splitting import Cut, Search
from trialseal.errors import UsageError
from trialseal.files import open_file

if TYPE_CHECKING:
    from ctypes import CDLL

    from trialseal.tables.file_facts import Facts
    from trialseal.tables.table import Block

_READ = 1 << 20
# Arrow refuses rows of more; whether it takes one that is a little shorter depends on where its blocks end.
_LONGEST_ROW = 1 << 19


class NotPlain(Exception):
    """Something in a file that is left to Arrow's reader: it knows what to make of it, or says what is wrong."""


@dataclass(frozen=True, slots=True)
class PlainText:
    """How a CSV file in UTF-8 is written, of which every column is the table's."""

    path: Path
    names: tuple[str, ...]
    delimiter: str
    mark: int
    """Bytes of the byte order mark."""


@dataclass(frozen=True, slots=True)
class TextBlocks:
    """Blocks of a table (`Table.blocks`) whose rows may be had from the text too."""

    arrays: Callable[[], Iterator[Block]]
    text: PlainText

    def __call__(self) -> Iterator[Block]:
        """The blocks."""
        return self.arrays()


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole rows, as they are in the file."""

    data: bytearray
    rows: int
    text: PlainText

    def cut(self, core: CDLL) -> Cut:
        """Its cells, to be asked for once; NotPlain where anything is odd."""
        cut = Cut.of(core, self.data, self.text.delimiter, len(self.text.names), self.rows)
        if cut is None:
            raise NotPlain
        return cut


def pieces_of(core: CDLL, text: PlainText, size: int, facts: Facts) -> Iterator[tuple[int, Piece]]:
    """The rows in pieces that are whole subtrees of `size`: the schema leaf takes the first place of the first one.

    Yields the number of the first row, from 1. NotPlain where the names are not those of the first row.
    """
    facts.begin()
    row, wanted = 0, 1  # row 0 holds the names
    data, ends = bytearray(), False
    try:
        with open_file(text.path, buffering=0) as file:
            while True:
                search = Search(core)
                while not search.go_on(data, wanted) and not ends:
                    read = file.read(_READ)
                    facts.take(read)
                    data += read
                    if not read:
                        ends = True
                        data += b"" if data.endswith(b"\n") else b"\n"
                    if len(data) - search.at > _LONGEST_ROW + _READ:
                        raise NotPlain
                if search.longest > _LONGEST_ROW or (ends and search.rows < wanted and search.at < len(data)):
                    raise NotPlain
                piece, data = Piece(data[: search.at], search.rows, text), data[search.at :]
                if row == 0:
                    _require_names(core, piece)
                elif piece.rows:
                    yield row, piece
                if piece.rows < wanted:
                    break
                row, wanted = row + piece.rows, size if row else size - 1
    except OSError as error:
        raise UsageError(f"{text.path} cannot be read: {error.strerror or error}") from None
    facts.end()


def _require_names(core: CDLL, piece: Piece) -> None:
    text = piece.text
    names = Piece(piece.data[text.mark :], piece.rows, text).cut(core)
    found = (bytes(names.data[start:end]) for start, end in zip(names.starts, names.ends, strict=True))
    if piece.rows != 1 or [one.decode() for one in found] != list(text.names):
        raise NotPlain
