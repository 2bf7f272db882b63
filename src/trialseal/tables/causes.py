"""Why a cell may differ from the sealed one: what programs do to tables. A cause is named, never forgiven."""

from __future__ import annotations

import json
import struct
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final, Literal, NamedTuple

from trialseal.tables.cell_words import SPECIAL_MISSING
from trialseal.tables.schema import Column

Apply = Callable[[Any], Any]


class Change(NamedTuple):
    """What a program may do to a cell."""

    words: str
    """As of what was done: rounded to 15 digits."""
    types: tuple[str, ...]
    apply: Apply
    """The canonical cell as it becomes, as a JSON value; itself where it is not concerned."""

    def of(self, cell: Any, column: Column) -> Any:
        """The cell as it becomes."""
        if column.type not in self.types or cell is None:
            return cell
        with suppress(ValueError, OverflowError, TypeError, UnicodeError):
            return self.apply(cell)
        return cell


def _digits(digits: int, cell: Any) -> Any:
    return float(f"{cell:.{digits}g}") if isinstance(cell, int | float) else cell


def _decimals(decimals: int, cell: Any) -> Any:
    return round(float(cell), decimals) if isinstance(cell, int | float) else cell


def _single(cell: Any) -> Any:
    return struct.unpack("f", struct.pack("f", cell))[0] if isinstance(cell, int | float) else cell


def _moved(by: timedelta, cell: Any) -> Any:
    zone = cell.endswith("Z")
    text = cell.removesuffix("Z")
    seconds, point, fraction = text.partition(".")
    if "T" not in seconds:
        return (date.fromisoformat(seconds) + by).isoformat()
    return (datetime.fromisoformat(seconds) + by).isoformat() + point + fraction + ("Z" if zone else "")


def _cut(length: int, cell: Any) -> Any:
    return cell[:length].rstrip(" ") or None


def _encoded(written: str, read: str, cell: Any) -> Any:
    return cell.encode(written).decode(read)


def _replaced(old: str, new: str, cell: Any) -> Any:
    return cell.replace(old, new)


def _translated(marks: dict[int, str], cell: Any) -> Any:
    return cell.translate(marks)


def _normal(form: Literal["NFC", "NFD"], cell: Any) -> Any:
    return unicodedata.normalize(form, cell)


def _every_blank(cell: Any) -> Any:
    return " ".join(cell.split()) or None


_NUMBERS = ("number",)
_TIMES = ("datetime",)
_TEXT = ("text",)
_NOT_TEXT: Final = ("number", "integer", "decimal", "date", "datetime", "time")
_PLAIN_MARKS: Final = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " "}
)
_FORMS: Final[tuple[tuple[Literal["NFC", "NFD"], str], ...]] = (("NFC", "composed"), ("NFD", "decomposed"))
_HOURS = [hours for size in range(1, 15) for hours in (size, -size)]


def _changes() -> Iterator[Change]:
    yield Change(
        "a special missing value became an ordinary one",
        _NOT_TEXT,
        lambda cell: None if cell in SPECIAL_MISSING else cell,
    )
    for digits in (15, 12, 10, 9, 8, 7, 6):
        yield Change(f"rounded to {digits} digits", _NUMBERS, partial(_digits, digits))
    yield Change("kept in single precision (a float of Stata, float32)", _NUMBERS, _single)
    for decimals in range(6, -1, -1):
        yield Change(f"rounded to {decimals} decimals", _NUMBERS, partial(_decimals, decimals))
    yield Change("without its zone", _TIMES, lambda cell: cell.removesuffix("Z"))
    yield Change(
        "without fractions of seconds",
        (*_TIMES, "time"),
        lambda cell: cell.partition(".")[0] + "Z" * cell.endswith("Z"),
    )
    yield Change("without its time of day", _TIMES, lambda cell: cell[:10] + "T00:00:00")
    for hours in _HOURS:
        yield Change(f"moved by {hours:+} h, as by a zone", _TIMES, partial(_moved, timedelta(hours=hours)))
    for days, why in (
        (1, "as by a zone"),
        (-1, "as by a zone"),
        (1462, "as by 1904 dates"),
        (-1462, "as by 1904 dates"),
    ):
        yield Change(f"moved by {days:+,} d, {why}", ("date", "datetime"), partial(_moved, timedelta(days=days)))
    for old, new, name in (("\r\n", "\n", "LF"), ("\r", "\n", "LF"), ("\n", "\r\n", "CRLF"), ("\n", "\r", "CR")):
        yield Change(f"with line ends within it turned to {name}", _TEXT, partial(_replaced, old, new))
    yield Change("with typographic marks made plain", _TEXT, partial(_translated, _PLAIN_MARKS))
    yield Change("without the blanks around it", _TEXT, lambda cell: cell.strip() or None)
    yield Change("with each run of blanks turned to one", _TEXT, _every_blank)
    for form, name in _FORMS:
        yield Change(f"with its accents {name} ({form})", _TEXT, partial(_normal, form))
    for code in ("cp1252", "latin-1", "cp437", "mac-roman"):
        yield Change(f"read as {code} though it is UTF-8", _TEXT, partial(_encoded, "utf-8", code))
    yield Change(
        "with the characters lost that are not ASCII", _TEXT, lambda cell: cell.encode("ascii", "replace").decode()
    )
    for length in (40, 80, 200, 244, 255, 32767):
        yield Change(f"cut after {length} characters", _TEXT, partial(_cut, length))
    yield Change("without the zeros in front", _TEXT, lambda cell: cell.lstrip("0") or "0")
    yield Change("in capitals", _TEXT, str.upper)
    yield Change("in small letters", _TEXT, str.lower)
    yield Change("with a word for nothing turned to nothing", _TEXT, _nothing)


def _nothing(cell: Any) -> Any:
    from trialseal.tables.infer import MISSING_WORDS

    return None if cell in MISSING_WORDS else cell


CHANGES: Final = tuple(_changes())


def causes_of(sealed: Any, here: Any, column: Column) -> list[str]:
    """The changes by which one cell may have become the other, in either direction."""
    found = [f"{one.words} here" for one in CHANGES if one.of(sealed, column) == here]
    return found + [f"{one.words} in the sealed table" for one in CHANGES if one.of(here, column) == sealed]


class ColumnDifference(NamedTuple):
    """How a column differs from the sealed one."""

    column: str
    cells: int
    """Of its cells that differ."""
    seen: int
    """Of those, how many were looked at for a cause."""
    cause: str | None
    """What explains most of them."""
    explained: int
    known: str = ""
    """What is known of the column itself, in a sentence."""

    @property
    def words(self) -> str:
        """One line for a person."""
        differ = "1 cell differs" if self.cells == 1 else f"{self.cells:,} cells differ"
        said = f"column {self.column}: {differ}"
        if self.known:
            return f"{said}: {self.known}"
        if self.cause is None:
            return said
        if self.cells == 1:
            return f"{said}, as if {self.cause}"
        part = "all" if self.explained == self.cells else f"{self.explained:,} of the {self.seen:,} looked at"
        return f"{said}, {part} as if {self.cause}"


def column_difference(column: Column, pairs: Iterable[tuple[Any, Any]], count: int) -> ColumnDifference:
    """What most of these pairs of cells, sealed and here, have in common."""
    found: Counter[str] = Counter()
    seen = 0
    for sealed, here in pairs:
        seen += 1
        found.update(causes_of(sealed, here, column))
    # Of causes that explain as many, the first listed is the mildest.
    cause, explained = max(found.items(), key=lambda one: one[1], default=(None, 0))
    return ColumnDifference(column.name, count, seen, cause, explained)


class Guess(NamedTuple):
    """What a row, which is known by a digest alone, was."""

    columns: tuple[str, ...]
    cause: str
    sealed: Any
    here: Any
    """Both of the first of the columns."""


def guessed(form: str, columns: Sequence[Column], is_sealed: Callable[[str], bool]) -> Guess | None:
    """What was sealed in place of a row, if one change explains it: of one cell, or of all cells that it concerns.

    `is_sealed` says of a row's form whether it is the sealed one.
    """
    cells = json.loads(form)
    for words, apply in _inverse():
        others = [apply(cell, column) for cell, column in zip(cells, columns, strict=True)]
        places = [place for place, (cell, other) in enumerate(zip(cells, others, strict=True)) if cell != other]
        for chosen in [[place] for place in places] + [places] * (len(places) > 1):
            changed = [others[place] if place in chosen else cell for place, cell in enumerate(cells)]
            if is_sealed(_form(changed)):
                first = chosen[0]
                return Guess(tuple(columns[place].name for place in chosen), words, others[first], cells[first])
    return None


def _inverse() -> Iterator[tuple[str, Callable[[Any, Column], Any]]]:
    """What may have been sealed in place of a cell: what it becomes by a change, or what a change made it of."""
    for special in SPECIAL_MISSING:
        yield f"{CHANGES[0].words} here", partial(_special, special)
    for one in CHANGES:
        yield f"{one.words} in the sealed table", one.of
    for written, read in (("cp1252", "utf-8"), ("latin-1", "utf-8")):
        change = Change("", _TEXT, partial(_encoded, written, read))
        yield f"read as {written} though it is UTF-8 here", change.of
    yield "without its zone here", lambda cell, column: f"{cell}Z" if column.type == "datetime" and cell else cell


def _special(special: str, cell: Any, column: Column) -> Any:
    return special if cell is None and column.type in _NOT_TEXT else cell


def _form(cells: Sequence[Any]) -> str:
    from trialseal.documents.canonical import canonical_bytes

    return canonical_bytes(
        [float(cell) if isinstance(cell, int) and not isinstance(cell, bool) else cell for cell in cells]
    ).decode()
