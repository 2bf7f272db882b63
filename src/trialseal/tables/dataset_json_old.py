"""CDISC Dataset-JSON 1.0: one file that holds tables by item group, each with its items and their data.

1.1 has one table a file and is read as a stream; a table of 1.0 is held whole. What both say of one table is the same
content: the number of each record, which 1.0 writes as an item ITEMGROUPDATASEQ, is none of the table's columns.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trialseal.documents.canonical import shown
from trialseal.errors import FailedError
from trialseal.tables.table import Reading, named

_SEQUENCE = "ITEMGROUPDATASEQ"


def is_old(header: dict[str, Any]) -> bool:
    """Whether the members of a file are those of Dataset-JSON 1.0."""
    return "columns" not in header and ("clinicalData" in header or "referenceData" in header)


def as_new(header: dict[str, Any], path: Path, reading: Reading) -> tuple[dict[str, Any], list[list[Any]]]:
    """What 1.1 would say of the table, and its rows; UsageError where the file has several and none is named."""
    groups: dict[str, dict[str, Any]] = {}
    for part in ("clinicalData", "referenceData"):
        data = header.get(part)
        found = data.get("itemGroupData") if isinstance(data, dict) else None
        for oid, group in found.items() if isinstance(found, dict) else ():
            if not isinstance(group, dict):
                raise FailedError(f"{path}: {part}.itemGroupData.{oid} is {shown(group)}, not an object")
            groups[str(group.get("name") or oid)] = group
    if not groups:
        raise FailedError(f"{path} is not Dataset-JSON: it has no item group")
    name = named(path, reading, list(groups))
    return _table(name, groups[name], path)


def _table(name: str, group: dict[str, Any], path: Path) -> tuple[dict[str, Any], list[list[Any]]]:
    items, rows = group.get("items"), group.get("itemData")
    if not isinstance(items, list) or not all(isinstance(one, dict) for one in items) or not isinstance(rows, list):
        raise FailedError(f"{path}: table {name} has no list of items and of itemData: it is cut short, or none")
    for number, row in enumerate(rows, 1):
        if not isinstance(row, list) or len(row) != len(items):
            what = f"{len(row)} cells" if isinstance(row, list) else shown(row)
            raise FailedError(f"{path}: row {number} has {what}, but there are {len(items)} items")
    kept = [place for place, one in enumerate(items) if one.get("name") != _SEQUENCE]
    columns = [{"name": items[place].get("name"), "dataType": items[place].get("type")} for place in kept]
    found: dict[str, Any] = {"name": name, "columns": columns}
    records = group.get("records")
    if records is not None:
        found["records"] = str(records)
    return found, [[row[place] for place in kept] for row in rows]
