"""The types of a table whose form states none: text, unless every value of a column is written as another type is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from trialseal.documents.datasets import columns as columns_of
from trialseal.documents.datasets.schema import MAX_DECIMALS, Column, Schema

if TYPE_CHECKING:
    from trialseal.documents.datasets.table import Array, Block

_NUMBER = Column("", "number")
_WHOLE = r"^(?:0|-?[1-9][0-9]*)$"
_FIXED = r"^-?(?:0|[1-9][0-9]*)\.[0-9]+$"


class Guess:
    """What a column can be, by the values seen so far."""

    def __init__(self) -> None:
        self._seen = False
        self._number = self._integer = self._date = self._fixed = True
        self._decimals: int | None = None

    def see(self, array: Array) -> None:
        """Takes in a block of the column's texts."""
        import pyarrow as pa
        import pyarrow.compute as pc

        values = pc.filter(array, pc.greater(pc.utf8_length(pc.utf8_rtrim(array, " ")), 0))
        if not len(values):
            return
        self._seen = True
        if self._number:
            self._number = _all_numbers(values)
        if self._integer and not self._number:
            self._integer = bool(pc.all(pc.match_substring_regex(values, _WHOLE)).as_py())
        if self._date:
            try:
                values.cast("date32")
            except pa.ArrowInvalid:
                self._date = False
        if self._fixed:
            self._see_decimals(values)

    def column(self, name: str) -> Column:
        """The column as it is inferred: the first of number, integer, decimal, date that all values are written as."""
        if not self._seen:
            return Column(name, "text")
        if self._number:
            return Column(name, "number")
        if self._integer:
            return Column(name, "integer")
        if self._fixed and self._decimals is not None:
            return Column(name, "decimal", self._decimals)
        return Column(name, "date") if self._date else Column(name, "text")

    def _see_decimals(self, values: Array) -> None:
        import pyarrow.compute as pc

        if not pc.all(pc.match_substring_regex(values, _FIXED)).as_py():
            self._fixed = False
            return
        behind = pc.subtract(pc.binary_length(values), pc.add(pc.find_substring(values, "."), 1))
        extremes = pc.min_max(behind).as_py()
        decimals = int(extremes["min"])
        if decimals != extremes["max"] or decimals > MAX_DECIMALS or self._decimals not in (None, decimals):
            self._fixed = False
        self._decimals = decimals


def guessed(blocks: Iterable[Block], names: list[str]) -> Schema:
    """The schema inferred from all these blocks."""
    guesses = [Guess() for _ in names]
    for block in blocks:
        for guess, array in zip(guesses, block, strict=True):
            guess.see(array)
    return Schema(tuple(guess.column(name) for guess, name in zip(guesses, names, strict=True)))


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
