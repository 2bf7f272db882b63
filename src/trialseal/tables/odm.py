"""CDISC ODM 1.3 and 2.0 (ODM-XML): the data of one item group are a table, read as a stream.

The whole file can be sealed as it is, with its metadata and audit records, as any file can. As a table it is what is
analysed: an export of another day, with another date of writing, holds the same content.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialseal.documents.canonical import shown
from trialseal.errors import FailedError, UsageError
from trialseal.escaping import quoted
from trialseal.files import open_file
from trialseal.tables.schema import Column, Schema, Type, require_names
from trialseal.tables.table import Reading, Table, named

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from trialseal.tables.table import Block

_ROWS = 1 << 12
# Where a row comes from: columns, and by element the attributes that they are taken from.
_KEYS = ("SubjectKey", "StudyEventOID", "StudyEventRepeatKey", "FormOID", "FormRepeatKey", "ItemGroupRepeatKey")
_STATED = {
    "SubjectData": ("SubjectKey",),
    "StudyEventData": ("StudyEventOID", "StudyEventRepeatKey"),
    "FormData": ("FormOID", "FormRepeatKey"),
    "ItemGroupData": ("ItemGroupRepeatKey",),
}
# ODM 1.3.2, 3.1.3.3.1 and 2.0, 3.6.9: what may be partial or is no single number is text.
_TYPES: dict[str, Type] = {
    "integer": "number",
    "float": "number",
    "double": "number",
    "decimal": "decimal",
    "date": "date",
    "datetime": "datetime",
    "time": "time",
    "boolean": "boolean",
}


@dataclass
class _Groups:
    """What a file holds."""

    items: dict[str, list[str]] = field(default_factory=dict)
    """By item group, the items that its definition or its data name, in their order."""
    types: dict[str, Type] = field(default_factory=dict)
    filled: dict[str, None] = field(default_factory=dict)
    """The groups that have data."""


def open_odm(path: Path, reading: Reading) -> Table:
    """The table of an item group; UsageError where there are several and none is named, or the file records changes."""
    groups = _surveyed(path)
    if not groups.filled:
        raise FailedError(f"{path} holds no data of an item group: to seal it as it is, say trialseal seal")
    group = named(path, reading, list(groups.filled))
    items = groups.items[group]
    names = [*_KEYS, *items]
    require_names(names, f"{path}: item group {quoted(group)}")
    places = {name: place for place, name in enumerate(names)}

    def blocks() -> Iterator[Block]:
        import pyarrow as pa

        rows: list[list[str | None]] = []
        for keys, element in _data(path):
            if element.get("ItemGroupOID") != group:
                continue
            row: list[str | None] = [*keys, *[None] * len(items)]
            for item, value in _values(element, path):
                row[places[item]] = value
            rows.append(row)
            if len(rows) == _ROWS:
                yield [pa.array(list(column), pa.string()) for column in zip(*rows, strict=True)]
                rows = []
        if rows:
            yield [pa.array(list(column), pa.string()) for column in zip(*rows, strict=True)]

    is_typed = all(item in groups.types for item in items)
    columns = tuple(Column(name, groups.types.get(name, "text") if name in items else "text") for name in names)
    note = "audit records, annotations and signatures are not part of the table: trialseal seal seals the file as it is"
    return Table(path, group, "ODM", Schema(columns), blocks, untyped=not is_typed, subject=_KEYS[0], notes=(note,))


def _surveyed(path: Path) -> _Groups:
    found = _Groups()
    defined: list[str] = []
    for event, one, _ in _elements(path):
        name = _local(one)
        if event == "start" and name == "ItemGroupDef":
            defined = found.items.setdefault(one.get("OID", ""), [])
        elif event == "start" and name == "ItemRef":
            _add(defined, one.get("ItemOID", ""))
        elif event == "start" and name == "ItemDef":
            kind = one.get("DataType", "")
            found.types[one.get("OID", "")] = _TYPES.get(kind, "text")
        elif event == "end" and name == "ItemGroupDef":
            defined = []
        elif event == "end" and name == "ItemGroupData":
            group = one.get("ItemGroupOID", "")
            found.filled[group] = None
            items = found.items.setdefault(group, [])
            for item, _ in _values(one, path):
                _add(items, item)
    return found


def _add(items: list[str], item: str) -> None:
    if item not in items:
        items.append(item)


def _data(path: Path) -> Iterator[tuple[list[str | None], Element]]:
    """Each row: its keys, and the element that holds its items."""
    for event, one, above in _elements(path):
        if event == "end" and _local(one) == "ItemGroupData":
            keys: dict[str, str] = {}
            for element in (*above, one):
                for name in _STATED.get(_local(element), ()):
                    if (value := element.get(name)) is not None:
                        # In ODM 2.0 a group may lie within another: then both keys tell the row.
                        keys[name] = f"{keys[name]}/{value}" if name in keys else value
            yield [keys.get(name) for name in _KEYS], one


def _values(group: Element, path: Path) -> Iterator[tuple[str, str | None]]:
    """The items of a group and their values; FailedError where one stands there twice."""
    seen = set()
    for one in group:
        kind = _local(one)
        if not kind.startswith("ItemData"):
            continue
        item = one.get("ItemOID", "")
        if item in seen:
            raise FailedError(f"{path}: item {shown(item)} stands twice in one item group: it is damaged")
        seen.add(item)
        yield item, _value(one, path)


def _value(one: Element, path: Path) -> str | None:
    if one.get("IsNull") == "Yes":
        return None
    if "Value" in one.attrib:
        return one.attrib["Value"]
    values = [child for child in one if _local(child) == "Value"]
    if len(values) > 1:
        raise FailedError(
            f"{path}: item {shown(one.get('ItemOID'))} has {len(values)} values, and a cell holds one: seal the file "
            "as it is with trialseal seal"
        )
    return values[0].text if values else one.text if _local(one) != "ItemData" else None


def _elements(path: Path) -> Iterator[tuple[str, Element, list[Element]]]:
    """The elements of a file as they begin and end, with those around them; what is done with is forgotten."""
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    above: list[Element] = []
    try:
        with open_file(path) as file:
            for event, one in iterparse(file, ("start", "end"), forbid_dtd=True):
                if event == "start":
                    _require_snapshot(one, path, is_root=not above)
                    yield event, one, above
                    above.append(one)
                    continue
                above.pop()
                yield event, one, above
                if above and not _local(one).startswith(("ItemData", "Value")):
                    above[-1].remove(one)
    except DefusedXmlException:
        raise FailedError(f"{path} declares a document type, as no ODM file needs: it is not read") from None
    except (ParseError, ValueError, LookupError) as error:
        raise FailedError(f"{path} is damaged XML, or cut short: {error}") from None


def _require_snapshot(one: Element, path: Path, *, is_root: bool) -> None:
    if is_root and _local(one) != "ODM":
        raise UsageError(f"{path} is XML, but not ODM: to seal it as it is, say trialseal seal")
    kind: Any = one.get("TransactionType", "Insert")
    if kind not in ("Insert", "Context"):
        raise UsageError(
            f"{path} records changes ({quoted(kind)}), and is a history, not a table: export a snapshot, or seal it as "
            "it is with trialseal seal"
        )


def _local(one: Element) -> str:
    """An element's name, without its namespace."""
    return one.tag.rpartition("}")[2]
