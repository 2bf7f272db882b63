"""How numbers, dates and missing values are written in a file of other habits, as its reader states.

A statement changes how cells are read, never what text says: columns of type text keep every character.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from trialseal.documents.numerals import is_numeral

if TYPE_CHECKING:
    from trialseal.tables.table import Array

DATE_ORDERS: Final = ("dmy", "mdy")
_COMMA = re.compile(r"([+-]?[0-9]*),([0-9]+(?:[eE][+-]?[0-9]{1,4})?)", re.ASCII)
_POINT = re.compile(r"[+-]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?", re.ASCII)
_DATE = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})(?:[ T]([0-9:.,]+))?", re.ASCII)
LIKE_COMMA: Final = r"^[+-]?[0-9]+,[0-9]+$"
LIKE_THOUSANDS: Final = (
    r"^[+-]?[0-9]{1,3}(?:(?:,[0-9]{3})+(?:\.[0-9]+)?|(?:\.[0-9]{3})+(?:,[0-9]+)?"
    r"|(?:['’ \x{a0}\x{202f}][0-9]{3})+(?:[.,][0-9]+)?)$"
)
LIKE_DATE: Final = r"^[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{4}$"
"""What looks like a number with a comma, with marks between thousands, and like a date that does not begin with its
year: RE2 of whole cells."""


@dataclass(frozen=True, slots=True)
class Notation:
    """What was stated; by default nothing."""

    decimal: str = "."
    """What stands before the decimals: a point or a comma."""
    dates: str | None = None
    """The order of day, month and year in dates that do not begin with the year: one of DATE_ORDERS."""

    @property
    def is_plain(self) -> bool:
        """Whether nothing is written otherwise than the rules of cells say."""
        return self.decimal == "." and self.dates is None

    def plain(self, text: str) -> str:
        """A cell of any type but text as the rules of cells have it."""
        trimmed = text.strip(" ")
        if self.decimal == ",":
            if found := _COMMA.fullmatch(trimmed):
                return f"{found[1]}.{found[2]}"
            if _POINT.fullmatch(trimmed):
                return f"{trimmed} (with a point)"  # which is a thousand, or another habit: no number here
        if self.dates is not None and (found := _DATE.fullmatch(trimmed)):
            day, month = (found[1], found[3]) if self.dates == "dmy" else (found[3], found[1])
            return f"{found[4]}-{month:0>2}-{day:0>2}" + (f"T{found[5]}" if found[5] else "")
        return text

    def plain_array(self, array: Array) -> Array:
        """`plain` of each cell of an Arrow array of strings."""
        return array if self.is_plain else _mapped(array, self.plain)


PLAIN: Final = Notation()


def without(array: Array, missing: tuple[str, ...]) -> Array:
    """An array in which the words that stand for nothing are missing, whatever the column's type: of doubles, those
    that the words which are numbers mean."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_struct(array.type):
        value, special = array.flatten()
        return pa.StructArray.from_arrays([without(value, missing), special], ["value", "missing"])
    if pa.types.is_floating(array.type):
        gone = pa.array([float(word) for word in missing if is_numeral(word)], array.type)
        return pc.if_else(pc.is_in(array, gone), pa.scalar(None, array.type), array) if len(gone) else array
    if not pa.types.is_string(array.type):
        return array
    words = frozenset(missing)
    return _mapped(array, lambda text: None if text.strip(" ") in words else text)


def _mapped(array: Array, convert: Callable[[str], str | None]) -> Array:
    """An array with each different value converted once."""
    import pyarrow as pa

    encoded = array.dictionary_encode()
    values = pa.array([None if one is None else convert(one) for one in encoded.dictionary.to_pylist()], pa.string())
    return values.take(encoded.indices)
