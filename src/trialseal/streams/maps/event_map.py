"""What a map says: how its file is written, and from which columns each member of an event comes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from trialseal import files
from trialseal.documents.canonical import shown
from trialseal.documents.events import EVENT_TYPES
from trialseal.documents.versions import version_of
from trialseal.errors import FailedError, UsageError
from trialseal.nearest import meant
from trialseal.streams.maps.clocks import ORDERS, REPEATED, Clock, zone_named

FAMILY: Final = "trialseal-event-map"
_LARGEST = 1 << 20
_OWN = ("erasure", "padding")
CORRECTION: Final = {
    "by": "corrected_by",
    "at": "corrected_at",
    "source": "correction_source",
    "reason": "correction_reason",
}
"""What a map calls the members of a correction that come from an export's own audit columns."""


@dataclass(frozen=True, slots=True)
class FileForm:
    """How a file is written, where it does not say so itself."""

    form: str | None = None
    """What kind of file it is, as the ending that it might have; None: by its name."""
    encoding: str | None = None
    delimiter: str | None = None
    names_row: int | None = None
    """The line that holds the names, from 1."""
    decimal: str | None = None
    """What stands before decimals: a point, else a comma."""
    missing: tuple[str, ...] = ()
    """Words that stand for nothing."""
    dates: str | None = None
    zone: str | None = None
    repeated_hour: str | None = None
    cumulative: bool = False
    """Whether each export holds all rows that there ever were, so that a row which is gone means something."""

    @property
    def clock(self) -> Clock:
        """How it writes times."""
        return Clock(self.dates or "ymd", self.zone, self.repeated_hour)


@dataclass(frozen=True, slots=True)
class Member:
    """Where a member of an event comes from: a column, or a constant."""

    columns: tuple[str, ...] = ()
    """The first that holds anything counts."""
    constant: object = None
    optional: bool = False
    """Whether the file may lack the columns."""
    match: re.Pattern[str] | None = None
    """What of a cell counts: the group of this expression, which the whole cell must match."""
    values: tuple[tuple[str, object], ...] | None = None
    """What each cell means; an empty text leaves the member out."""
    otherwise: object = None
    """What any other cell means."""
    flags: tuple[tuple[str, str], ...] = ()
    """Columns that say yes or no, each with the word that a yes adds to a list."""
    yes: tuple[str, ...] = ("Y", "YES", "TRUE", "1")
    time: str | None = None
    """The column of the time of day, where a date stands alone."""
    dates: str | None = None

    def named_columns(self) -> Iterator[tuple[str, bool]]:
        """The columns that it reads, and whether the file may lack each."""
        optional = self.optional or len(self.columns) > 1
        yield from ((one, optional) for one in self.columns)
        yield from ((one, True) for one, _ in self.flags)
        if self.time is not None:
            yield self.time, self.optional


@dataclass(frozen=True, slots=True)
class MappedEvent:
    """One event that a row may give."""

    type: str
    members: tuple[tuple[str, Member], ...]
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Columns with the cells that they must have, else the row does not give it; '*' is any that is not empty."""
    key: tuple[str, ...] = ()
    """Columns that together name the row; the event's id is made of them. Empty: `id` is a member like others."""
    prefix: str = ""
    """What such an id begins with."""

    @property
    def names(self) -> frozenset[str]:
        """Its members."""
        return frozenset(name for name, _ in self.members)


@dataclass(frozen=True, slots=True)
class EventMap:
    """How the rows of one kind of file become events."""

    title: str
    events: tuple[MappedEvent, ...]
    file: FileForm = field(default_factory=FileForm)
    correction: tuple[tuple[str, Member], ...] = ()
    """Members of a correction that the file itself tells."""
    running_ids: bool = False
    """Whether ids count rows, so that a participant's number in one is chance."""

    def columns(self) -> dict[str, bool]:
        """The columns that it reads, each with whether the file may lack it."""
        found: dict[str, bool] = {}
        for one in self.events:
            optional = [(column, False) for column, _ in one.where] + [(column, False) for column in one.key]
            for _, member in one.members:
                optional += member.named_columns()
            for column, may_lack in optional:
                found[column] = found.get(column, True) and may_lack
        for _, member in self.correction:
            for column, _ in member.named_columns():
                found.setdefault(column, True)
        return found


def read_map(path: Path) -> EventMap:
    """The map in a file; UsageError in one sentence for what is wrong in it."""
    return parse_map(files.read_file(path, _LARGEST), str(path))


def parse_map(data: bytes, name: str) -> EventMap:
    """The map in a TOML text; UsageError naming `name`, the place and the cure."""
    try:
        value = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{name} is not a map: {error}; trialseal events map FILE drafts one") from None
    except RecursionError:
        raise UsageError(f"{name} is not a map: it nests too deep") from None
    try:
        version_of(value.get("format"), FAMILY, name)
    except FailedError as error:
        raise UsageError(str(error)) from None
    try:
        return _map(value, name)
    except (ValueError, UsageError) as error:
        raise UsageError(f"{name}: {error}") from None


def _map(value: dict[str, Any], name: str) -> EventMap:
    _known(value, ("format", "title", "about", "tried", "file", "members", "events", "correction", "running_ids"), "it")
    common = _table(value.get("members", {}), "members")
    listed = value.get("events")
    if not isinstance(listed, list) or not listed or not all(isinstance(one, dict) for one in listed):
        raise ValueError("it names no events: add [[events]] with a type")
    correction = _table(value.get("correction", {}), "correction")
    _known(correction, CORRECTION, "correction")
    return EventMap(
        title=_text(value.get("title", Path(name).stem), "title"),
        events=tuple(_event(one, common, number) for number, one in enumerate(listed, 1)),
        file=_file(_table(value.get("file", {}), "file")),
        correction=tuple((CORRECTION[key], _member(one, f"correction.{key}")) for key, one in correction.items()),
        running_ids=_yes_or_no(value.get("running_ids", False), "running_ids"),
    )


def _event(value: dict[str, Any], common: dict[str, Any], number: int) -> MappedEvent:
    where = f"events, number {number}"
    _known(value, ("type", "where", "key", "prefix", "members"), where)
    type = value.get("type")
    if not isinstance(type, str) or type not in EVENT_TYPES or type in _OWN:
        known = [one for one in EVENT_TYPES if one not in _OWN]
        raise ValueError(f"{where}: type is {shown(type)}: use one of {', '.join(known)}")
    allowed = set(EVENT_TYPES[type].model_fields) - {"format", "kind", "type"}
    own = _table(value.get("members", {}), f"{where}: members")
    for name in own:
        if name not in allowed:
            raise ValueError(f"{where}: {type} has no member {shown(name)}{meant(name, sorted(allowed))}")
    given = {**{name: one for name, one in common.items() if name in allowed}, **own}
    key = _texts(value.get("key", []), f"{where}: key")
    if bool(key) == ("id" in given):
        raise ValueError(f"{where}: give it either key, the columns that together name a row, or the member id")
    if len(set(key)) < len(key):
        raise ValueError(f"{where}: key names a column twice: name each once")
    prefix = _text(value.get("prefix", type), f"{where}: prefix")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}", prefix, re.ASCII):
        raise ValueError(f"{where}: prefix is {shown(prefix)}: use up to 32 letters, digits, '.', '_' and '-'")
    conditions = _table(value.get("where", {}), f"{where}: where")
    return MappedEvent(
        type=type,
        members=tuple((name, _member(one, f"{where}: members.{name}")) for name, one in given.items()),
        where=tuple((column, _texts(cells, f"{where}: where.{column}")) for column, cells in conditions.items()),
        key=key,
        prefix=prefix,
    )


_MEMBER = ("column", "columns", "constant", "optional", "match", "values", "otherwise", "flags", "yes", "time", "dates")


def _member(value: object, where: str) -> Member:
    if isinstance(value, str):
        return Member((value,))
    given = _table(value, where)
    _known(given, _MEMBER, where)
    columns = _texts(given.get("columns", given.get("column", [])), f"{where}: column")
    flags = {name: _text(word, f"{where}: flags") for name, word in _table(given.get("flags", {}), where).items()}
    sources = [bool(columns), "constant" in given, bool(flags)]
    if sources.count(True) != 1 or ("column" in given and "columns" in given):
        raise ValueError(f"{where}: give it one of column, columns, constant and flags")
    if len(set(columns)) < len(columns):
        raise ValueError(f"{where}: it names a column twice: name each once")
    values = given.get("values")
    if values is not None:
        values = tuple((key, _plain(one, where)) for key, one in _table(values, f"{where}: values").items())
    return Member(
        columns=columns,
        constant=_plain(given["constant"], where) if "constant" in given else None,
        optional=_yes_or_no(given.get("optional", False), f"{where}: optional"),
        match=_expression(given["match"], where) if "match" in given else None,
        values=values,
        otherwise=_plain(given["otherwise"], where) if "otherwise" in given else None,
        flags=tuple(flags.items()),
        yes=_texts(given.get("yes", list(Member().yes)), f"{where}: yes"),
        time=_text(given["time"], f"{where}: time") if "time" in given else None,
        dates=_one_of(given["dates"], ORDERS, f"{where}: dates") if "dates" in given else None,
    )


def _file(given: dict[str, Any]) -> FileForm:
    known = [one.name for one in fields(FileForm)]
    _known(given, known, "file")
    checked: dict[str, Any] = {}
    for key, value in given.items():
        where = f"file.{key}"
        match key:
            case "names_row":
                if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                    raise ValueError(f"{where} is {shown(value)}: it counts lines from 1")
                checked[key] = value
            case "missing":
                checked[key] = _texts(value, where)
            case "cumulative":
                checked[key] = _yes_or_no(value, where)
            case _:
                checked[key] = _text(value, where)
    return check_form(FileForm(**checked))


def check_form(form: FileForm) -> FileForm:
    """The form itself; UsageError for a zone, an order or a sign that there is not."""
    for value, known, what in (
        (form.dates, ORDERS, "dates"),
        (form.repeated_hour, REPEATED, "repeated_hour"),
        (form.decimal, (".", ","), "decimal"),
    ):
        if value is not None and value not in known:
            raise UsageError(f"{what} is {shown(value)}: use one of {', '.join(known)}")
    if form.delimiter is not None and len(form.delimiter) != 1:
        raise UsageError(f"delimiter is {shown(form.delimiter)}: it is one character")
    if form.zone is not None:
        zone_named(form.zone)
    return form


def _known(value: Mapping[str, object], names: Any, where: str) -> None:
    for key in value:
        if key not in names:
            raise ValueError(f"{where} has no setting {shown(key)}{meant(key, list(names))}")


def _table(value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{where} is {shown(value)}, not a table: write name = value")
    return value


def _text(value: object, where: str) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"{where} is {shown(value)}: write text in quotes")
    return value


def _texts(value: object, where: str) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError(f"{where} is {shown(value)}: write a text, or a list of texts")
    return tuple(value)


def _plain(value: object, where: str) -> object:
    if isinstance(value, list):
        return [_plain(one, where) for one in value]
    if not isinstance(value, str | bool | int | float):
        raise ValueError(f"{where}: {shown(str(value))} is not a text, a number, true or false")
    return value


def _yes_or_no(value: object, where: str) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{where} is {shown(value)}: write true or false")
    return value


def _one_of(value: object, known: tuple[str, ...], where: str) -> str:
    if value not in known:
        raise ValueError(f"{where} is {shown(value)}: use one of {', '.join(known)}")
    return str(value)


def _expression(value: object, where: str) -> re.Pattern[str]:
    try:
        found = re.compile(_text(value, f"{where}: match"))
    except re.error as error:
        raise ValueError(f"{where}: match is not a regular expression: {error}") from None
    if found.groups > 1:
        raise ValueError(f"{where}: match has {found.groups} groups: one at most says what counts")
    return found
