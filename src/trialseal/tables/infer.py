"""The types of a table whose form states none, from how the values of each column are written.

A column is of the first of number, integer, decimal and date that all of its values are written as; else text. Where
only some of them are numbers or dates, `Guess.mixed` says which cell is not, so that nothing becomes text in silence.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from trialseal import escaping
from trialseal.documents.canonical import shown
from trialseal.documents.numerals import MAX_DIGITS, is_kept, is_numeral
from trialseal.tables import columns as columns_of
from trialseal.tables.cells import Misfit, from_text
from trialseal.tables.notation import DATE_ORDERS, LIKE_COMMA, LIKE_DATE, LIKE_THOUSANDS, Notation
from trialseal.tables.schema import MAX_DECIMALS, Column, Schema

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from trialseal.tables.table import Array, Block

    Mask = NDArray[np.bool_]

_NUMBER = Column("", "number")
# Without a plus or zeros in front, which a code may have and a number loses: 007, +49.
_PLAIN = r"^-?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?$"
_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_WHOLE = r"^-?(?:0|[1-9][0-9]*)$"
_FIXED = r"^-?(?:0|[1-9][0-9]*)\.[0-9]+$"
# An empty cell, a lone full stop, and SAS's special missing values.
_NOTHING = r"^(?:\.[_A-Z]?)?$"
# As long a text of digits, sign and point has at most 15 digits, which every double keeps.
_SHORT = 15
MISSING_WORDS = frozenset(
    ("NA", "N/A", "n/a", "na", "NaN", "nan", "NULL", "null", "None", "none", "#N/A", "-", "--", "?", "missing", "ND")
)
"""What programs and people write where nothing is; to trialseal it is text."""


class Mixed(NamedTuple):
    """A column that is text though some of its values are numbers or dates."""

    column: str
    kind: str
    """numbers, dates, numbers with a comma …"""
    like: int
    """How many are."""
    seen: int
    """Of how many that were looked at."""
    row: int
    """From 1: of the first that is none; of those in another notation, of the first that is."""
    text: str
    cure: str | None = None
    """For what is written in another notation, what reads it."""

    @property
    def words(self) -> str:
        """What a person is told: the cell, and what to type."""
        if self.cure is not None:
            return (
                f"column {self.column} is text, though {self.like:,} of the {self.seen:,} cells looked at look like "
                f"{self.kind}: row {self.row} holds {shown(self.text)}; {self.cure}, or "
                f"--type {escaping.argument(f'{self.column}=text')} says that text is meant"
            )
        kind = self.kind.removesuffix("s")
        if kind == "number" and is_numeral(self.text):
            why = f"{shown(self.text)}, which as a number would lose its plus sign or the zeros in front"
            cure = f"--type {escaping.argument(f'{self.column}=number')} reads it so all the same"
        elif self.text in MISSING_WORDS:
            why, cure = shown(self.text), f"--missing {escaping.argument(self.text)} says that nothing is there"
        else:
            why, cure = f"{shown(self.text)}, which is not a {kind}", "correct the cell"
        meant = f"--type {escaping.argument(f'{self.column}=text')}"
        return (
            f"column {self.column} is text, though {self.like:,} of the {self.seen:,} cells looked at are {self.kind}: "
            f"row {self.row} holds {why}; {cure}, or {meant} says that it is meant"
        )


class Guess:
    """What a column can be, by the values seen so far."""

    def __init__(self) -> None:
        self.seen = 0
        self._rows = 0
        self._numbers = self._wide = self._dates = 0  # wide: numbers that no double keeps
        self._whole = self._fixed = True
        self._decimals: int | None = None
        self._words = False  # whether there is a value that is text beyond doubt
        self._no_number: tuple[int, str] | None = None  # the first, with its row
        self._no_date: tuple[int, str] | None = None
        self._commas = self._other_dates = 0
        self._decimal_comma = False  # whether one stands where none stands between thousands
        self._thousands = 0
        self._comma: tuple[int, str] | None = None
        self._thousand: tuple[int, str] | None = None
        self._other_date: tuple[int, str] | None = None
        self._orders = set(DATE_ORDERS)

    @property
    def is_open(self) -> bool:
        """Whether other values may still make it anything: all seen may stand for nothing."""
        return not (self._numbers or self._dates or self._words or self._in_other_notations)

    @property
    def _in_other_notations(self) -> int:
        return self._commas + self._thousands + self._other_dates

    def see(self, array: Array) -> None:
        """Takes in a block of the column's texts, the one behind those seen before."""
        start, self._rows = self._rows, self._rows + len(array)
        places, values = _filled(array)
        if not len(values):
            return
        earlier, self.seen = self.seen, self.seen + len(values)
        if earlier and self._words and not (self._numbers or self._dates or self._in_other_notations):
            return  # a column of words, as it was at its beginning
        number, wide = _numbers(values)
        date = _dates(values) & ~number
        other = self._see_other_notations(values, ~number & ~date, start, places)
        self._numbers += int(number.sum())
        self._wide += len(wide)
        self._dates += int(date.sum())
        if number.all() and (self._whole or self._fixed):
            self._see_digits(values)
        for is_like, name in ((number, "_no_number"), (date, "_no_date")):
            if getattr(self, name) is None and not is_like.all():
                place = int((~is_like).argmax())
                setattr(self, name, (start + int(places[place]) + 1, values[place].as_py()))
        if other.any() and not self._words:
            self._words = any(text not in MISSING_WORDS for text in _chosen(values, other).unique().to_pylist())

    def _see_other_notations(self, values: Array, other: Mask, start: int, places: NDArray[np.int64]) -> Mask:
        """Counts, of these values, those in another notation; which are in none."""
        if not other.any():
            return other
        comma = _matching(values, LIKE_COMMA) & other
        thousands = _matching(values, LIKE_THOUSANDS) & other
        self._decimal_comma = self._decimal_comma or bool((comma & ~thousands).any())
        thousands &= ~comma
        date = _matching(values, LIKE_DATE) & other
        self._commas += int(comma.sum())
        self._thousands += int(thousands.sum())
        self._other_dates += int(date.sum())
        for is_like, name in ((comma, "_comma"), (thousands, "_thousand"), (date, "_other_date")):
            if getattr(self, name) is None and is_like.any():
                place = int(is_like.argmax())
                setattr(self, name, (start + int(places[place]) + 1, values[place].as_py()))
        for text in _chosen(values, date).unique().to_pylist():
            self._orders -= {order for order in DATE_ORDERS if not _is_date(Notation(dates=order).plain(text))}
        return other & ~comma & ~thousands & ~date

    def _see_digits(self, values: Array) -> None:
        self._whole = self._whole and _all_match(values, _WHOLE)
        decimals = _decimals_of(values)
        self._fixed = self._fixed and decimals is not None and self._decimals in (None, decimals)
        self._decimals = decimals

    def column(self, name: str) -> Column:
        """The column as it is inferred."""
        if self.seen and self._numbers == self.seen:
            if not self._wide:
                return Column(name, "number")
            return Column(name, "integer") if self._whole else Column(name, "decimal", self._fixed_decimals)
        return Column(name, "date" if self.seen and self._dates == self.seen else "text")

    @property
    def _fixed_decimals(self) -> int | None:
        return self._decimals if self._fixed else None

    def mixed(self, name: str) -> Mixed | None:
        """What makes it text, where some of it is numbers or dates; None where all is alike."""
        alike = self._commas + self._thousands
        if self._thousand and 2 * (alike + self._numbers) >= self.seen:
            cure = "export them without such marks"
            return Mixed(name, "numbers with marks between thousands", alike, self.seen, *self._thousand, cure)
        if self._comma and 2 * (alike + self._numbers) >= self.seen:
            sure = "" if self._decimal_comma else " if the comma stands before decimals, and not between thousands"
            cure = f"--decimal , reads them so{sure}"
            return Mixed(name, "numbers with a comma", self._commas, self.seen, *self._comma, cure)
        if self._other_date and 2 * self._other_dates >= self.seen and self._orders:
            cure = " or ".join(f"--dates {order}" for order in DATE_ORDERS if order in self._orders)
            like = "dates that begin with the day or month"
            return Mixed(name, like, self._other_dates, self.seen, *self._other_date, f"{cure} reads them so")
        if self._numbers and self._no_number:
            return Mixed(name, "numbers", self._numbers, self.seen, *self._no_number)
        if self._dates and self._no_date:
            return Mixed(name, "dates", self._dates, self.seen, *self._no_date)
        return None


def still(array: Array, column: Column) -> bool:
    """Whether a column, inferred from other values, is inferred alike with these; of text, one that was open."""
    if column.type == "number" and columns_of.is_shortest(array):  # most columns, in a twentieth of the time
        return True
    _, values = _filled(array)
    if not len(values):
        return True
    if column.type == "date":
        return bool(_dates(values).all())
    if column.type == "text":
        return all(text in MISSING_WORDS for text in values.unique().to_pylist())
    number, wide = _numbers(values)
    if not number.all():
        return False
    match column.type:
        case "number":
            return not wide
        case "integer":
            return _all_match(values, _WHOLE)
        case _:
            return column.decimals is None or _decimals_of(values) == column.decimals


def guessed(blocks: Iterable[Block], names: list[str], notation: Notation) -> tuple[Schema, tuple[Mixed, ...]]:
    """The schema inferred from all these blocks, and the columns that are text by some of their values only."""
    return settled(guesses(blocks, names, notation), names)


def settled(found: list[Guess], names: list[str]) -> tuple[Schema, tuple[Mixed, ...]]:
    """What guesses come to."""
    pairs = list(zip(found, names, strict=True))
    mixed = tuple(one for guess, name in pairs if (one := guess.mixed(name)) is not None)
    return Schema(tuple(guess.column(name) for guess, name in pairs)), mixed


def guesses(blocks: Iterable[Block], names: list[str], notation: Notation) -> list[Guess]:
    """What each column can be by these blocks."""
    found = [Guess() for _ in names]
    for block in blocks:
        for guess, array in zip(found, block, strict=True):
            guess.see(notation.plain_array(array))
    return found


def _filled(array: Array) -> tuple[Any, Array]:
    """The values that say something, without spaces around them, and their places in the array."""
    import pyarrow.compute as pc

    trimmed = pc.utf8_trim(array, " ")
    says = pc.invert(pc.fill_null(pc.match_substring_regex(trimmed, _NOTHING), True))
    return pc.indices_nonzero(says).to_numpy(), trimmed.filter(says)


def _numbers(values: Array) -> tuple[Mask, list[int]]:
    """Which values are numbers; the places of those that no double keeps."""
    import pyarrow.compute as pc

    plain = pc.match_substring_regex(values, _PLAIN)
    short = pc.and_(
        pc.less_equal(pc.binary_length(values), _SHORT), pc.invert(pc.match_substring_regex(values, "[eE]"))
    )
    number: Mask = plain.to_numpy(zero_copy_only=False).copy()
    wide: list[int] = []
    unsure = pc.indices_nonzero(pc.and_(plain, pc.invert(short)))
    if len(unsure):
        unsure = unsure.filter(pc.invert(_are_shortest(values.take(unsure))))
    known: dict[str, bool | None] = {}
    for place, text in zip(unsure.to_pylist(), values.take(unsure).to_pylist(), strict=True):
        if text not in known:
            known[text] = _keeps(text)
        if known[text] is None:
            number[place] = False
        elif not known[text]:
            wide.append(place)
    return number, wide


def _are_shortest(values: Array) -> Array:
    """Which numbers are their double's shortest digits, as most programs write them: those are kept by it."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        return pc.equal(values, columns_of.fragments(values, _NUMBER, sas=False))
    except columns_of.CellMisfit:
        return pa.array([False] * len(values))


def _keeps(text: str) -> bool | None:
    """Whether a double keeps a number; None for what no column of numbers holds."""
    if len(text) > MAX_DIGITS:
        return None
    if is_kept(text):
        return True
    try:
        from_text(text, Column("", "decimal"))
    except Misfit:
        return None
    return False


def _dates(values: Array) -> Mask:
    """Which values are dates like 2014-01-02."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    shaped: Mask = pc.match_substring_regex(values, _DATE).to_numpy(zero_copy_only=False).copy()
    if shaped.any():
        likely = _chosen(values, shaped)
        try:
            likely.cast("date32")
        except pa.ArrowInvalid:
            shaped[np.flatnonzero(shaped)] = [_is_date(text) for text in likely.to_pylist()]
    return shaped


def _is_date(text: str) -> bool:
    try:
        from_text(text, Column("", "date"))
    except Misfit:
        return False
    return True


def _matching(values: Array, pattern: str) -> Mask:
    import pyarrow.compute as pc

    found: Mask = pc.match_substring_regex(values, pattern).to_numpy(zero_copy_only=False)
    return found


def _chosen(values: Array, mask: Mask) -> Array:
    import pyarrow as pa

    return values.filter(pa.array(mask))


def _all_match(values: Array, pattern: str) -> bool:
    import pyarrow.compute as pc

    return bool(pc.all(pc.match_substring_regex(values, pattern)).as_py())


def _decimals_of(values: Array) -> int | None:
    """How many digits all values have behind the point; None if they differ, or not all are such numbers."""
    import pyarrow.compute as pc

    if not _all_match(values, _FIXED):
        return None
    behind = pc.subtract(pc.binary_length(values), pc.add(pc.find_substring(values, "."), 1))
    extremes = pc.min_max(behind).as_py()
    same = extremes["min"] == extremes["max"] and extremes["max"] <= MAX_DECIMALS
    return int(extremes["min"]) if same else None
