"""The draft of a map: what a look at a file shows of it, with a '?' for each thing that a person must decide."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from trialseal.documents.events import describing
from trialseal.documents.versions import format_of
from trialseal.streams.maps import guesses, shipped
from trialseal.streams.maps.event_map import FAMILY, FileForm
from trialseal.streams.maps.guesses import Sample

OPEN = "?"
_WORTH_A_GUESS = (
    "site", "term", "code", "grade", "onset", "device", "form_version",
    "kit", "lot", "expires", "destination", "shipment", "condition",
)  # fmt: skip
_ASKED = {"custody": ("kit",), "dispensing": ("kit",)}
"""What need not be there and is nearly always meant, by type."""


class Question(NamedTuple):
    """Something that the file does not tell by itself."""

    about: str
    """A member, or zone, dates, key, type."""
    words: str
    choices: tuple[str, ...] = ()
    """What may be answered; empty: anything."""


Ask = Callable[[Question], str]
"""Answers a question; '' leaves it open."""


@dataclass(slots=True)
class Draft:
    """A map as text, and what is left to decide in it."""

    text: str
    open: list[str] = field(default_factory=list)


def fitting(of: Sample) -> list[str]:
    """The shipped maps that read a file of these columns as it is."""
    found = []
    for name in shipped.names():
        map = shipped.read(name)
        kinds = {cells for one in map.events for column, cells in one.where if column == "resourceType"}
        if kinds:
            fits = any(set(of.columns.get("resourceType", ())) & set(cells) for cells in kinds)
        else:
            needed = [column for column, may_lack in map.columns().items() if not may_lack]
            fits = all(column in of.columns for column in needed)
        if fits:
            found.append(name)
    return found


def draft(name: str, of: Sample, form: FileForm, ask: Ask, type: str | None = None) -> Draft | None:
    """The draft for a file; None if nobody says of which type its events are."""
    type = type or ask(
        Question("type", "Which type of events does it hold?", tuple(describing.types()))
    ) or guesses.type_of(of)  # fmt: skip
    if type is None:
        return None
    made = _Drafting(of, form, ask)
    members = made.members(type)
    key = made.key(members.get("subject", ""))
    lines = [
        f"format = {_quoted(format_of(FAMILY))}",
        f"title = {_quoted(f'{type} from {name}')}",
        "",
        *made.file_lines(),
        "[[events]]",
        f"type = {_quoted(type)}",
        f"key = {key}",
        "",
        "[events.members]",
        *(f"{member} = {value}" for member, value in members.items()),
        *made.left_over(),
    ]
    return Draft("\n".join(lines) + "\n", made.open)


class _Drafting:
    def __init__(self, of: Sample, form: FileForm, ask: Ask) -> None:
        self._of, self._form, self._ask = of, form, ask
        self.open: list[str] = []
        self._used: set[str] = set()
        self._columns = tuple(of.columns)

    def members(self, type: str) -> dict[str, str]:
        """Each member with its value in TOML."""
        found: dict[str, str] = {}
        for one in (*describing.common_members(), *describing.members(type)):
            if one.name in ("id", "follows") or one.name in found:
                continue
            column = guesses.column_of(one.name, self._of)
            if column is None and one.required:
                column = self._ask(
                    Question(one.name, f"Which column is {one.name}: {one.words}", self._columns)
                ) or None  # fmt: skip
            if column is None and one.name in _ASKED.get(type, ()):
                words = f"Which column is {one.name}: {one.words}"
                column = self._ask(Question(one.name, words, self._columns)) or None
            if column is not None and (one.required or one.name in _WORTH_A_GUESS):
                self._used.add(column)
                found[one.name] = self._value(one, column)
            elif one.required:
                self.open.append(f"{one.name}: {one.words}")
                found[one.name] = f'{{ constant = "{OPEN}" }}  # or column = "…"; {one.words}'
        return found

    def _value(self, one: describing.Member, column: str) -> str:
        cells = self._of.columns[column]
        words = one.kind.split("|") if "|" in one.kind and not one.kind.startswith("several") else []
        if words:
            meant = guesses.meanings(one.name, cells, words)
            if unknown := [cell for cell, word in meant.items() if not word]:
                self.open.append(f"{one.name}: what {', '.join(map(_quoted, unknown))} in {column} means")
            pairs = ", ".join(f"{_quoted(cell)} = {_quoted(word or OPEN)}" for cell, word in meant.items())
            return f"{{ column = {_quoted(column)}, values = {{ {pairs} }} }}  # {', '.join(words)}"
        if one.name in ("at", "onset"):
            self._look_at_times(column, cells)
        return f"{{ column = {_quoted(column)}, optional = true }}" if not one.required else _quoted(column)

    def _look_at_times(self, column: str, cells: object) -> None:
        times = list(self._of.columns[column])
        order = self._form.dates or guesses.order_of(times)
        if order == "":
            order = self._ask(Question("dates", f"In {column}, does the day or the month come first?", ("dmy", "mdy")))
            if not order:
                self.open.append(f"dates: whether the day (dmy) or the month (mdy) comes first in {column}")
        self._form = _with(self._form, dates=order or (OPEN if order == "" else None))
        either = "dmy" if order == "" else order or "ymd"  # a time of day is seen in either order
        if self._form.zone is None and guesses.needs_zone(times, either):
            zone = self._ask(Question("zone", f"In which zone did the clock of {column} run, like Europe/Berlin?"))
            if not zone:
                self.open.append(f"zone: in which the clock of {column} ran")
            self._form = _with(self._form, zone=zone or OPEN)

    def key(self, subject: str) -> str:
        """The columns that name a row."""
        column = json.loads(subject) if subject.startswith('"') else None
        key = guesses.key_of(self._of, column)
        if not key and (
            answer := self._ask(Question("key", "Which column names a row, so that it is known again?", self._columns))
        ):
            key = (answer,)
        if not key:
            self.open.append("key: the columns that together name a row, so that it is known again in the next export")
        self._used.update(key)
        return f"[{', '.join(map(_quoted, key or (OPEN,)))}]"

    def file_lines(self) -> list[str]:
        """How the file is written."""
        said: Mapping[str, object] = {
            "form": self._form.form, "encoding": self._form.encoding, "delimiter": self._form.delimiter,
            "decimal": self._form.decimal, "dates": self._form.dates, "zone": self._form.zone,
        }  # fmt: skip
        lines = [f"{name} = {_quoted(str(value))}" for name, value in said.items() if value is not None]
        lines += [f"names_row = {self._form.names_row}"] if self._form.names_row else []
        return ["[file]", *lines, "cumulative = false  # true: each export holds all rows that there ever were", ""]

    def left_over(self) -> list[str]:
        """The columns that are not read, as a remark."""
        left = [name for name in self._columns if name not in self._used]
        return ["", "# not read:", *(f"#   {_quoted(name)}" for name in left)] if left else []


def _with(form: FileForm, **said: str | None) -> FileForm:
    from dataclasses import replace

    return replace(form, **{name: value for name, value in said.items() if value is not None})  # type: ignore[arg-type]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
