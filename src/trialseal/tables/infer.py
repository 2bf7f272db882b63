"""The types of a table whose form states none: text, unless every value of a column is written as another type is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from trialseal.tables import columns as columns_of
from trialseal.tables.schema import MAX_DECIMALS, Column, Schema

if TYPE_CHECKING:
    from trialseal.tables.table import Array, Block

_NUMBER = Column("", "number")
_WHOLE = r"^(?:0|-?[1-9][0-9]*)$"
_FIXED = r"^-?(?:0|[1-9][0-9]*)\.[0-9]+$"


class Guess:
    """What a column can be, by the values seen so far."""

    def __init__(self) -> None:
        self.seen = False
        self._number = self._integer = self._date = self._fixed = True
        self._decimals: int | None = None

    def see(self, array: Array) -> None:
        """Takes in a block of the column's texts."""
        values = _filled(array)
        if not len(values):
            return
        self.seen = True
        if self._number:
            self._number = _all_numbers(values)
        if self._integer and not self._number:
            self._integer = _all_match(values, _WHOLE)
        if self._date:
            self._date = _all_dates(values)
        if self._fixed:
            decimals = _decimals_of(values)
            self._fixed = decimals is not None and self._decimals in (None, decimals)
            self._decimals = decimals

    def column(self, name: str) -> Column:
        """The column as it is inferred: the first of number, integer, decimal, date that all values are written as."""
        if not self.seen:
            return Column(name, "text")
        if self._number:
            return Column(name, "number")
        if self._integer:
            return Column(name, "integer")
        if self._fixed and self._decimals is not None:
            return Column(name, "decimal", self._decimals)
        return Column(name, "date") if self._date else Column(name, "text")


def still(array: Array, column: Column) -> bool:
    """Whether a column, inferred from other values, is inferred alike with these; of text, one that was blank."""
    if column.type == "number" and columns_of.is_shortest(array):  # most columns, in a twentieth of the time
        return True
    values = _filled(array)
    if not len(values):
        return True
    match column.type:
        case "number":
            return _all_numbers(values)
        case "integer":
            return _all_match(values, _WHOLE)
        case "decimal":
            return _decimals_of(values) == column.decimals
        case "date":
            return _all_dates(values)
        case _:
            return False


def guessed(blocks: Iterable[Block], names: list[str]) -> Schema:
    """The schema inferred from all these blocks."""
    return Schema(tuple(guess.column(name) for guess, name in zip(guesses(blocks, names), names, strict=True)))


def guesses(blocks: Iterable[Block], names: list[str]) -> list[Guess]:
    """What each column can be by these blocks."""
    found = [Guess() for _ in names]
    for block in blocks:
        for guess, array in zip(found, block, strict=True):
            guess.see(array)
    return found


def _filled(array: Array) -> Array:
    import pyarrow.compute as pc

    return pc.filter(array, pc.greater(pc.utf8_length(pc.utf8_rtrim(array, " ")), 0))


def _all_match(values: Array, pattern: str) -> bool:
    import pyarrow.compute as pc

    return bool(pc.all(pc.match_substring_regex(values, pattern)).as_py())


def _all_dates(values: Array) -> bool:
    import pyarrow as pa

    try:
        values.cast("date32")
    except pa.ArrowInvalid:
        return False
    return True


def _decimals_of(values: Array) -> int | None:
    """How many digits all values have behind the point; None if they differ, or not all are such numbers."""
    import pyarrow.compute as pc

    if not _all_match(values, _FIXED):
        return None
    behind = pc.subtract(pc.binary_length(values), pc.add(pc.find_substring(values, "."), 1))
    extremes = pc.min_max(behind).as_py()
    same = extremes["min"] == extremes["max"] and extremes["max"] <= MAX_DECIMALS
    return int(extremes["min"]) if same else None


def _all_numbers(values: Array) -> bool:
    """Whether each value is a double in its shortest digits: as ECMAScript writes it, whole ones with .0 behind, or as
    Python and R write exponents (1e-05)."""
    import pyarrow.compute as pc

    try:
        shortest = columns_of.fragments(values, _NUMBER, sas=False)
    except columns_of.CellMisfit:
        return False
    same = pc.equal(values, shortest)
    if pc.all(same).as_py():
        return True
    other, shortest = values.filter(pc.invert(same)), shortest.filter(pc.invert(same))
    same = pc.equal(other, pc.binary_join_element_wise(shortest, ".0", ""))
    return all(_is_repr(text) for text in other.filter(pc.invert(same)).to_pylist())


def _is_repr(text: str) -> bool:
    try:
        return repr(float(text)) == text and "n" not in text  # neither inf nor nan
    except ValueError:
        return False
