"""From a row of a table to the event that it says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from trialseal.documents.canonical import shown
from trialseal.documents.events.kinds import EVENT_TYPES
from trialseal.documents.numerals import MISSING_NUMERAL, is_numeral
from trialseal.documents.versions import FORMAT
from trialseal.errors import FailedError


def event_from_row(row: Mapping[str, object], name: str) -> dict[str, object]:
    """The event that a row of a table says, format and kind filled in; FailedError where a cell has no such value.

    Empty cells are left out, and so is a lone full stop where a number belongs. Text becomes the number, truth value or
    list that the type's member asks for, a list's items being separated by semicolons; whatever else is wrong with it,
    `parse_event` says.
    """
    event: dict[str, object] = {"format": FORMAT, "kind": "event"}
    typed = _typed_members(str(row.get("type")))
    for key, cell in row.items():
        if cell is None or cell == "":
            continue
        kinds = typed.get(key)
        if kinds is None or not isinstance(cell, str):
            event[key] = cell
        elif cell.strip(" ") != MISSING_NUMERAL or tuple in kinds:
            event[key] = _cell(cell, kinds, name, key)
    return event


def _cell(text: str, kinds: frozenset[object], name: str, key: str) -> object:
    if tuple in kinds:
        return [item.strip() for item in text.split(";")]
    if bool in kinds:
        if text.lower() not in ("true", "false"):
            raise FailedError(f"{name}: {key} is {shown(text)}, but must be true or false")
        return text.lower() == "true"
    text = text.strip(" ")
    if not is_numeral(text):
        raise FailedError(f"{name}: {key} is {shown(text)}, but must be a number")
    if text.lstrip("+-").isdigit():
        return _whole(text)
    value = float(text)
    # Programs that keep numbers as doubles write a whole one with a point: 2.0.
    return int(value) if float not in kinds and value.is_integer() else value


@lru_cache(maxsize=64)
def numeric_members(type: str) -> frozenset[str]:
    """The members of a type that are numbers."""
    return frozenset(key for key, kinds in _typed_members(type).items() if bool not in kinds and tuple not in kinds)


@lru_cache(maxsize=64)
def _typed_members(type: str) -> Mapping[str, frozenset[object]]:
    """The members of a type that are not text, with the Python types that they may have."""
    model = EVENT_TYPES.get(type)
    fields: Mapping[str, Any] = model.model_fields if model else {}
    kinds = {key: _kinds(field.annotation) for key, field in fields.items()}
    return {key: found for key, found in kinds.items() if found & {tuple, bool, int}}


def _whole(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:  # a fraction, or more digits than Python reads: neither is a count
        return float(text)


@lru_cache(maxsize=1024)
def _kinds(annotation: Any) -> frozenset[object]:
    """The Python types that a member's annotation allows, without its constraints."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _kinds(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return frozenset().union(*map(_kinds, get_args(annotation))) - {NoneType}
    return frozenset({origin or annotation})
