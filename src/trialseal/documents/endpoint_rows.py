"""Endpoints as rows of a sheet: which columns there are, what a cell says, and the endpoint that a row makes.

As with a synopsis, a member is replaced only where its cell says something else: estimands, components and nonces,
which no column holds, stay with their endpoint.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from trialseal.documents.synopsis import LATER
from trialseal.errors import FailedError
from trialseal.escaping import quoted
from trialseal.nearest import meant

MOST_ROWS: Final = 1000
"""A sheet with more is none of endpoints: the largest platform trials have some hundred."""
ID, ROLE, DRAFTED, CONFIRMED = "id", "role", "drafted from", "confirmed"
_ROLES = ("primary", "secondary", "other")
_UNITS = ("second", "minute", "hour", "day", "week", "month", "year")
_TIME = re.compile(
    rf"(?P<value>\d{{1,6}}(?:\.\d{{1,3}})?)(?: to (?P<until>\d{{1,6}}(?:\.\d{{1,3}})?))? (?P<unit>{'|'.join(_UNITS)})s?"
    r"(?: after (?P<anchor>\S.*))?",
    re.ASCII,
)
_WHO_AND_WHEN = re.compile(r"(?=.*[^\W\d_]{2}).*(?<!\d)\d{4}-\d{2}-\d{2}(?!\d).*", re.DOTALL)

Endpoint = Mapping[str, Any]
Row = Mapping[str, str]


class Column(NamedTuple):
    """A column of the sheet that is a member of an endpoint."""

    name: str
    place: tuple[str, ...]
    read: Callable[[str], object]
    shown: Callable[[Any], str]


def _text(cell: str) -> str:
    return cell


def _parts(cell: str) -> list[str]:
    return [one.strip() for one in cell.split(";") if one.strip()]


def _times(cell: str) -> list[dict[str, Any]]:
    return [_time(one) for one in _parts(cell)]


def _time(words: str) -> dict[str, Any]:
    found = _TIME.fullmatch(words)
    if found is None:
        return {"text": words}
    made: dict[str, Any] = {"value": _number(found["value"]), "unit": found["unit"]}
    if found["until"]:
        made["until"] = _number(found["until"])
    if found["anchor"]:
        made["anchor"] = found["anchor"]
    return made


def _number(digits: str) -> int | float:
    return float(digits) if "." in digits else int(digits)


def _times_shown(times: Sequence[Mapping[str, Any]]) -> str:
    return "; ".join(map(_time_shown, times))


def _time_shown(time: Mapping[str, Any]) -> str:
    if "value" not in time:
        return str(time["text"])
    until = f" to {time['until']}" if "until" in time else ""
    several = "" if (time.get("until", time["value"])) == 1 else "s"
    anchor = f" after {time['anchor']}" if "anchor" in time else ""
    return f"{time['value']}{until} {time['unit']}{several}{anchor}"


COLUMNS: Final = (
    Column("what is measured", ("measurement_variable",), _text, _text),
    Column("analysis metric", ("analysis_metric",), _text, _text),
    Column("aggregation", ("aggregation",), _text, _text),
    Column("time points", ("time_points",), _times, _times_shown),
    Column("domain", ("domain",), _text, _text),
    Column("parts", ("parts",), _parts, "; ".join),
    Column("registry's measure", ("registry_words", "measure"), _text, _text),
    Column("registry's description", ("registry_words", "description"), _text, _text),
    Column("registry's time frame", ("registry_words", "time_frame"), _text, _text),
)
HEADINGS: Final = (ID, ROLE, *(one.name for one in COLUMNS), DRAFTED, CONFIRMED)
"""The sheet's first row."""
ASKED: Final = tuple(one.name for one in COLUMNS[:4])
"""What CONSORT 2025 item 14 has said of each endpoint."""
_NEEDED = (ID, ROLE)


def row_of(endpoint: Endpoint, drafted: str = "") -> dict[str, str]:
    """The row of an endpoint; `drafted` says from which record."""
    row = {ID: str(endpoint.get("id", "")), ROLE: str(endpoint.get("role", ""))}
    row |= {one.name: _cell(endpoint, one) for one in COLUMNS}
    return {**row, DRAFTED: drafted, CONFIRMED: ""}


def heading_faults(headings: Sequence[str], name: str) -> Iterator[str]:
    """A sentence for each column that is not known, missing, or there twice."""
    for number, one in enumerate(headings, 1):
        if one not in HEADINGS:
            known = meant(one, HEADINGS) or f": use {', '.join(HEADINGS)}"
            yield f"{name}, row 1, column {number}: there is no column {quoted(one)}{known}"
        elif one in headings[: number - 1]:
            yield f"{name}, row 1, column {number}: column {quoted(one)} is there twice: leave one"
    for one in _NEEDED:
        if one not in headings:
            yield f"{name}, row 1: column {quoted(one)} is missing: add it"


def is_confirmation(cell: str) -> bool:
    """Whether a cell says who compared an endpoint with the protocol, and when."""
    return _WHO_AND_WHEN.fullmatch(cell) is not None


def unconfirmed(rows: Sequence[Row]) -> list[str]:
    """The ids of drafted endpoints that nobody has confirmed."""
    return [row[ID] for row in rows if row.get(DRAFTED) and not row.get(CONFIRMED)]


def endpoints_of(rows: Sequence[tuple[int, Row]], known: Sequence[Endpoint], name: str) -> list[dict[str, Any]]:
    """The endpoints of a sheet's rows, each with the number of its row there; `known` are those of before.

    FailedError with every fault, which names file, row and column.
    """
    before = {one.get("id"): one for one in known}
    wrong = list(_faults(rows, name))
    if wrong:
        raise FailedError(wrong[0], tuple(wrong))
    return [_endpoint(row, before.get(row[ID], {})) for _, row in rows]


def changes(rows: Sequence[Row], known: Sequence[Endpoint]) -> list[str]:
    """In words, what a sheet's rows change in the endpoints of before."""
    before = {one.get("id"): one for one in known}
    found = []
    for row in rows:
        one = before.pop(row[ID], None)
        if one is None:
            found.append(f"endpoint {row[ID]}")
            continue
        if (role := one.get("role")) != row[ROLE]:
            found.append(f"endpoint {row[ID]}, role: {quoted(role)} is now {row[ROLE]}")
        for column in COLUMNS:
            was, now = _cell(one, column), _said(row, column.name)
            if was != now:
                found.append(f"endpoint {row[ID]}, {column.name}: {quoted(was)} is now {quoted(now)}")
    return [*found, *(f"endpoint {one} is no longer in the sheet" for one in before)]


def _faults(rows: Sequence[tuple[int, Row]], name: str) -> Iterator[str]:
    if not rows:
        yield f"{name} has no endpoint: write a row for each"
    if len(rows) > MOST_ROWS:
        yield f"{name} has {len(rows):,} rows, and a sheet of endpoints {MOST_ROWS:,} at most: is it another sheet?"
        return
    seen: dict[str, int] = {}
    for number, row in rows:
        where = f"{name}, row {number}"
        one = row.get(ID, "")
        if not one:
            yield f"{where}: it has no id: write P1 for the first primary endpoint, S1 for a secondary one"
        elif one in seen:
            yield f"{where}: id {quoted(one)} is in row {seen[one]} too: give each endpoint its own"
        seen.setdefault(one, number)
        if row.get(ROLE) not in _ROLES:
            yield f"{where}: role is {quoted(row.get(ROLE, ''))}: write {', '.join(_ROLES[:2])} or {_ROLES[2]}"
        if not any(_said(row, column) for column in ("what is measured", "domain", "registry's measure")):
            yield f"{where}: it does not say what is measured: fill the column 'what is measured'"
        if row.get(CONFIRMED) and not is_confirmation(row[CONFIRMED]):
            yield (
                f"{where}: confirmed is {quoted(row[CONFIRMED])}: write who compared it with the protocol, and when, "
                "such as R. Jones 2026-03-02"
            )


def _endpoint(row: Row, before: Endpoint) -> dict[str, Any]:
    made: dict[str, Any] = {**before, "id": row[ID], "role": row[ROLE]}
    for column in COLUMNS:
        said = _said(row, column.name)
        if said == _cell(before, column):
            continue
        inner, last = made, column.place[-1]
        if len(column.place) > 1:
            inner = made[column.place[0]] = dict(made.get(column.place[0], {}))
        if said:
            inner[last] = column.read(said)
        else:
            inner.pop(last, None)
            if not inner:
                made.pop(column.place[0])
    return made


def _said(row: Row, column: str) -> str:
    cell = " ".join(row.get(column, "").split())
    return "" if cell.casefold() == LATER else cell


def _cell(endpoint: Endpoint, column: Column) -> str:
    value: Any = endpoint
    for step in column.place:
        value = value.get(step) if isinstance(value, Mapping) else None
    if value is None or value == []:
        return ""
    try:
        return " ".join(column.shown(value).split())
    except (AttributeError, KeyError, TypeError):  # of another form than the model's: validation tells
        return ""
