"""What every reader yields: a table's name and native schema, and its rows as blocks of raw columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from trialseal.errors import UsageError
from trialseal.escaping import quoted
from trialseal.tables.notation import Notation
from trialseal.tables.schema import Schema

# Arrow has no types of its own for mypy: an Array is a pyarrow.Array.
Array = Any
Block = list[Array]

# Rows of a block. A power of two, so that a block's tree is a whole subtree of the table's; small enough that a block
# of twenty columns and its canonical form take some tens of megabytes.
BLOCK_ROWS = 1 << 13


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is to be read where it does not say so itself; what is sealed with it is read alike later."""

    encoding: str | None = None
    """Of text in CSV and SAS files; None is UTF-8 for CSV and what the file says for SAS, else UTF-8."""
    delimiter: str | None = None
    """Between the cells of a CSV file; None is a comma, or a tab in a file called .tsv."""
    sheet: str | None = None
    """Of an Excel file; None is the first."""

    decimal: str | None = None
    """What stands before the decimals of numbers that are text: None is a point, else a comma."""
    dates: str | None = None
    """The order in dates that do not begin with the year: dmy or mdy."""
    missing: tuple[str, ...] = ()
    """Words that stand for nothing, in columns of every type."""
    names_row: int | None = None
    """The line of a CSV file, or the row of a sheet, that holds the names, from 1; None is the first."""
    form: str | None = None
    """What kind of file it is where its ending does not say so: the ending that it might have, without the point."""

    @property
    def notation(self) -> Notation:
        """How numbers and dates are written."""
        return Notation(self.decimal or ".", self.dates)

    def as_json(self) -> dict[str, Any]:
        """The statements that were made."""
        stated = {one.name: getattr(self, one.name) for one in fields(self)}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in stated.items()
            if value not in (None, ())
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Reading:
        """The inverse of `as_json`."""
        given: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in value.items()}
        return cls(**given)


@dataclass(frozen=True, slots=True)
class Table:
    """A table in a file of some form. Blocks can be read again and again, always the same.

    A raw column is an Arrow array of strings (text as it stands there; null where nothing does), of doubles (null where
    missing), or a struct of `value` (double) and `missing` (a SAS special missing value, else null).
    """

    path: Path
    name: str
    """The table's own name, else the file's without its ending."""
    form: str
    """What kind of file it is, in words."""
    schema: Schema
    """Its columns; types as the form itself states them."""
    blocks: Callable[[], Iterator[Block]]
    sas: bool = False
    """Whether numbers count days and seconds from 1960 where they are dates and times."""
    untyped: bool = False
    """Whether the form states no types (CSV), so that they are inferred from the values."""
    sample: Callable[[], Iterator[Block]] | None = None
    """The first rows alone, to infer types from; None where `blocks` begins with few enough."""
    reading: Reading = field(default=Reading())
    """How it is read."""
    subject: str | None = None
    """The column that tells participants apart, where the form says so."""
    notes: tuple[str, ...] = field(default=())
    """What a reader should be told of the file."""


def named(path: Path, reading: Reading, known: Sequence[str]) -> str:
    """The one of several tables in a file that is meant; UsageError naming them."""
    some = some_of(known)
    if reading.sheet is None and len(known) > 1:
        raise UsageError(f"{path} holds several tables: name one with --sheet, of {some}")
    if reading.sheet is not None and reading.sheet not in known:
        raise UsageError(f"{path} has no table {quoted(reading.sheet)}: it has {some}")
    return reading.sheet or known[0]


def some_of(known: Sequence[str]) -> str:
    """Names of tables, the first twenty of many."""
    return ", ".join(map(quoted, known[:20])) + (f" and {len(known) - 20} more" if len(known) > 20 else "")
