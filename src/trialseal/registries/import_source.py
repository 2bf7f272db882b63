"""Reading a foreign JSON object field by field, so that an import can say exactly what it left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from trialseal.documents.canonical import MAX_INTEGER, shown, step_text
from trialseal.documents.identifiers import date_code
from trialseal.documents.models import Document
from trialseal.errors import UsageError

_T = TypeVar("_T")
# Sources have at most some twenty fields at a place; a hostile one could have millions.
_MAX_NAMES = 40


@dataclass(frozen=True)
class Imported:
    """A document made from another format, and sentences on all in the source that it does not hold."""

    document: Document
    left_out: list[str]


class SourceObject:
    """An object of the source. It notes which fields are read, so that the rest can be reported.

    Each method returns None (or nothing) for a field that is absent, null or blank, and raises UsageError
    with the field's path for one of the wrong type.
    """

    def __init__(self, fields: dict[str, object], name: str) -> None:
        """`name` is the file's, for messages."""
        self._fields = fields
        self._path = ""
        self._name = name
        # Shared by all objects of one source: which object (by identity), which field.
        self._read: set[tuple[int, str]] = set()

    def path(self, key: str) -> str:
        """Where a field is, for messages: protocolSection.outcomesModule.primaryOutcomes[0].measure."""
        return f"{self._path}.{key}" if self._path else key

    def wrong(self, key: str, value: object, wanted: str) -> UsageError:
        """The error for a field that cannot be used."""
        return UsageError(f"{self._name}: {self.path(key)} is {shown(value)}, but must be {wanted}")

    def missing(self, key: str) -> UsageError:
        """The error for a field without which there is no document."""
        return UsageError(f"{self._name}: {self.path(key)} is missing: get a complete copy of the source")

    def look(self, key: str) -> object:
        """What a field holds, of whatever type, without counting it as read."""
        return self._fields.get(key)

    def text(self, key: str) -> str | None:
        """A string with something in it, as it is."""
        value = self._take(key, str, "text")
        return value if value and value.strip() else None

    def required_text(self, key: str) -> str:
        """A string without which there is no document."""
        text = self.text(key)
        if text is None:
            raise self.missing(key)
        return text

    def flag(self, key: str) -> bool | None:
        """True or false."""
        return self._take(key, bool, "true or false")

    def count(self, key: str) -> int | None:
        """A whole number from 0 on, even if written 10.0."""
        value = self._take(key, object, "")
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MAX_INTEGER:
            raise self.wrong(key, value, "a whole number from 0 on")
        if value != int(value):
            raise self.wrong(key, value, "a whole number")
        return int(value)

    def date(self, key: str) -> str | None:
        """An ISO 8601 date of whatever precision; a time of day behind it is cut off."""
        text = self.text(key)
        if text is None:
            return None
        day = text.partition("T")[0]
        try:
            date_code(day)
        except UsageError as error:
            raise UsageError(f"{self._name}: {self.path(key)}: {error}") from None
        return day

    def texts(self, key: str) -> list[str]:
        """A list of strings; blank ones are dropped."""
        texts: list[str] = []
        for value in self._take(key, list, "a list") or []:
            if not isinstance(value, str):
                raise self.wrong(key, value, "text in each place")
            if value.strip():
                texts.append(value)
        return texts

    def child(self, key: str) -> SourceObject:
        """The object in a field; an empty one where there is none."""
        value = self._fields.get(key)
        if value is None:
            value = {}
        if not isinstance(value, dict):
            raise self.wrong(key, value, "an object")
        return self._at(value, key)

    def children(self, key: str) -> list[SourceObject]:
        """The objects in a list."""
        values = self._fields.get(key)
        if values is None:
            return []
        if not isinstance(values, list):
            raise self.wrong(key, values, "a list")
        for index, value in enumerate(values):
            if not isinstance(value, dict):
                raise self.wrong(f"{key}[{index}]", value, "an object")
        return [self._at(value, f"{key}[{index}]") for index, value in enumerate(values)]

    def left_out(self, depths: Sequence[tuple[str, int]], ignore: frozenset[str]) -> list[str]:
        """One sentence for each place from which something was not read: the names, and how many values.

        `depths` says for a beginning of a path, the longest first, after how many steps its remains are put
        together; `ignore` names fields that say nothing of the trial.
        """
        places: dict[tuple[str, ...], dict[str, int]] = {}
        todo: list[tuple[object, tuple[str, ...]]] = [(self._fields, ())]
        while todo:
            value, path = todo.pop()
            if isinstance(value, dict):
                todo.extend(
                    (member, (*path, key))
                    for key, member in reversed(value.items())
                    if (id(value), key) not in self._read and (key not in ignore or isinstance(member, dict | list))
                )
            elif isinstance(value, list):
                todo.extend((member, path) for member in reversed(value))
            elif value is not None and value != "":
                joined = ".".join(path)
                depth = next((steps for start, steps in depths if joined.startswith(start)), len(path))
                depth = min(depth, len(path) - 1)
                names = places.setdefault(path[:depth], {})
                names[path[depth]] = names.get(path[depth], 0) + 1
        return [_sentence(".".join(map(step_text, place)), names) for place, names in places.items()]

    def _at(self, fields: dict[str, object], step: str) -> SourceObject:
        child = SourceObject(fields, self._name)
        child._path = self.path(step)
        child._read = self._read
        return child

    def _take(self, key: str, kind: type[_T], wanted: str) -> _T | None:
        value = self._fields.get(key)
        if value is None:
            return None
        if not isinstance(value, kind):
            raise self.wrong(key, value, wanted)
        self._read.add((id(self._fields), key))
        return value


def known(**fields: object) -> dict[str, object]:
    """The fields that have something in them: no None, no empty text, list or object."""
    return {key: value for key, value in fields.items() if value is not None and value not in ("", [], {})}


def _sentence(place: str, names: Mapping[str, int]) -> str:
    parts = [step_text(name) + (f" ×{count}" if count > 1 else "") for name, count in names.items()]
    if len(parts) > _MAX_NAMES:
        parts[_MAX_NAMES:] = [f"and {len(parts) - _MAX_NAMES} more"]
    return f"{place or 'the top level'}: {', '.join(parts)}"
