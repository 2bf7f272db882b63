"""From a row of a file to the events that a map makes of it."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from trialseal.documents.canonical import shown
from trialseal.documents.events.kinds import EVENT_TYPES
from trialseal.documents.events.rows import event_from_row, numeric_members
from trialseal.errors import FailedError, UsageError
from trialseal.streams.maps.clocks import Clock
from trialseal.streams.maps.event_map import EventMap, FileForm, MappedEvent, Member
from trialseal.tables.notation import Notation

# Ten bytes: among a million rows two have the same once in 2^41.
_KEY_BYTES = 10
_TIMES = frozenset(("at", "corrected_at"))
_DATES = frozenset(("onset",))
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?=[T ])", re.ASCII)
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_STEP = re.compile(r"([^.\[\]]+)|\[([0-9]+)\]")


class Applied(NamedTuple):
    """An event that a row gave."""

    event: dict[str, object]
    correction: dict[str, object]
    """What the row says of who changed it, when and why, for the case that it corrects an entry."""


def plain_event(row: Mapping[str, Any], form: FileForm, stated: Mapping[str, str], name: str) -> dict[str, object]:
    """The event of a row whose columns are called as members are. FailedError, UsageError as `Mapper.events`."""
    cells = {key: "" if cell_text(cell) in form.missing else cell for key, cell in row.items()}
    type = cells["type"] = cell_text(cells.get("type")) or stated.get("type", "")
    numbers, notation = numeric_members(type), Notation(form.decimal or ".")
    for key, cell in cells.items():
        if isinstance(cell, str) and cell.strip():
            if key in _TIMES or key in _DATES:
                cells[key] = read_time(form.clock, key, cell, name)
            elif key in numbers and not notation.is_plain:
                cells[key] = notation.plain(cell)
    cells |= {key: one for key, one in stated.items() if cells.get(key) in (None, "") and has_member(type, key)}
    return event_from_row(cells, name)


def read_time(clock: Clock, member: str, cell: str, name: str) -> str:
    """A time of a file as a member takes it; errors name the row and the member."""
    if member in _DATES and (day := _DAY.match(cell)):
        cell = day[0]
    try:
        found = clock.read(cell)
    except ValueError as error:
        raise FailedError(f"{name}: {member}: {error}") from None
    except UsageError as error:
        raise UsageError(f"{name}: {member}: {error}") from None
    return found[:10] if member in _DATES else found


class Mapper:
    """A map at work: turns rows into events, ids included."""

    def __init__(self, map: EventMap, form: FileForm, site_key: bytes, stated: Mapping[str, str]) -> None:
        self._map, self._clock, self._site_key, self._stated = map, form.clock, site_key, stated
        self._missing = frozenset(form.missing)
        self._paths = frozenset(column for column in map.columns() if "." in column or "[" in column)
        self._notation = Notation(form.decimal or ".")

    def events(self, row: Mapping[str, Any], name: str) -> Iterator[Applied]:
        """The events of a row: none where no condition of the map holds.

        FailedError naming `name` for a cell that has no such meaning; UsageError where the map does not say enough to
        read any row.
        """
        for one in self._map.events:
            if all(self._holds(row, column, cells) for column, cells in one.where):
                yield self._event(one, row, name)

    def _holds(self, row: Mapping[str, Any], column: str, cells: tuple[str, ...]) -> bool:
        cell = self._cell(row, column)
        return cell in cells or ("*" in cells and cell != "")

    def _event(self, one: MappedEvent, row: Mapping[str, Any], name: str) -> Applied:
        cells: dict[str, object] = {"type": one.type}
        numbers = numeric_members(one.type)
        if one.key:
            cells["id"] = self._id(one, row, name)
        for member, source in one.members:
            found = self._value(source, row, name, member)
            cells[member] = self._plain(found) if member in numbers and isinstance(found, str) else found
        for member, stated in self._stated.items():
            if cells.get(member) in (None, "") and has_member(one.type, member):
                cells[member] = stated
        said = ((member, self._value(source, row, name, member)) for member, source in self._map.correction)
        return Applied(event_from_row(cells, name), {member: one for member, one in said if one not in ("", None)})

    def _plain(self, text: str) -> str:
        return text if self._notation.is_plain else self._notation.plain(text)

    def _id(self, one: MappedEvent, row: Mapping[str, Any], name: str) -> str:
        values = [self._cell(row, column) for column in one.key]
        if empty := [column for column, value in zip(one.key, values, strict=True) if not value]:
            raise FailedError(f"{name}: {empty[0]} is empty, by which the map knows a row again: fill it in")
        if "subject" not in one.names:  # two participants' files may have the same rows
            values += [self._stated[member] for member in ("subject",) if member in self._stated]
        told = _json([one.prefix, *values]).encode("utf-8", "surrogatepass")
        digest = hmac.digest(self._site_key, b"event id" + told, "sha256")
        return f"{one.prefix}-{digest[:_KEY_BYTES].hex()}"

    def _value(self, source: Member, row: Mapping[str, Any], name: str, member: str) -> object:
        if source.constant is not None:
            return source.constant
        if source.flags:
            return [word for column, word in source.flags if self._cell(row, column).upper() in source.yes] or ""
        column, cell = source.columns[0], ""
        for one in source.columns:
            if cell := self._cell(row, one):
                column = one
                break
        if not cell:
            return ""
        if source.match is not None:
            found = source.match.fullmatch(cell)
            if found is None:
                raise FailedError(
                    f"{name}: {column} is {shown(cell)}, which is not like {source.match.pattern}: correct it"
                )
            cell = (found[1] or "") if found.re.groups else found[0]
        if source.values is not None:
            for given, meaning in source.values:
                if given == cell:
                    return meaning
            if source.otherwise is not None:
                return source.otherwise
            raise FailedError(
                f"{name}: {column} is {shown(cell)}, for which the map of {member} has no value: "
                "add it there, or otherwise"
            )
        if member in _TIMES or member in _DATES:
            return self._time(source, row, cell, name, member)
        return cell

    def _time(self, source: Member, row: Mapping[str, Any], cell: str, name: str, member: str) -> str:
        clock = self._clock
        if source.dates is not None:
            clock = clock._replace(order=source.dates)
        if source.time is not None and (time := self._cell(row, source.time)):
            cell = f"{cell} {time}"
        return read_time(clock, member, cell, name)

    def _cell(self, row: Mapping[str, Any], column: str) -> str:
        value = row.get(column)
        if value is None:
            value = at_path(row, column) if column in self._paths else ""
        text = value.strip() if type(value) is str else cell_text(value)
        return "" if text in self._missing else text


def has_member(type: str, member: str) -> bool:
    """Whether events of a type have a member."""
    model = EVENT_TYPES.get(type)
    return model is not None and member in model.model_fields


def cell_text(value: object) -> str:
    """A cell as text, whatever kind of file it comes from, without blanks around it; '' for nothing."""
    if isinstance(value, str):
        return value.strip()
    if value is None or value != value:  # NaN
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def at_path(value: object, path: str) -> object:
    """What lies in an object at a path such as code.coding[0].display; None for nothing.

    A list without a number gives what its first item that has anything gives.
    """
    if "." not in path and "[" not in path:
        return value.get(path) if isinstance(value, Mapping) else None
    return _down(value, [(name, number) for name, number in _STEP.findall(path)])


def _down(value: object, steps: list[tuple[str, str]]) -> object:
    for place, (name, number) in enumerate(steps):
        if number:
            if not isinstance(value, list) or int(number) >= len(value):
                return None
            value = value[int(number)]
            continue
        if isinstance(value, list):
            return next((one for item in value if (one := _down(item, steps[place:])) is not None), None)
        if not isinstance(value, Mapping) or name not in value:
            return None
        value = value[name]
    return None if isinstance(value, list | dict) else value
