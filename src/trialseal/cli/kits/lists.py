"""Lists of kits as the user gives them."""

from __future__ import annotations

from pathlib import Path

from trialseal.documents.kit_list import ARM, KitRow, kit_rows
from trialseal.errors import UsageError
from trialseal.evidence.custody import ListedKit


def blinded(name: str) -> dict[str, ListedKit]:
    """The kits of a blinded list; UsageError for one that tells the arms."""
    rows = _read(name)
    if any(row.arm is not None for row in rows.values()):
        raise UsageError(f"{name} tells the arms: give the blinded list, without the column {ARM}")
    return {kit: ListedKit(row.lot, row.expires, row.gtin, row.serial) for kit, row in rows.items()}


def arms(name: str) -> dict[str, str]:
    """The arm of each kit by the unblinded party's list; UsageError for one that does not tell them."""
    rows = _read(name)
    found = {kit: row.arm for kit, row in rows.items() if row.arm is not None}
    if not found:
        raise UsageError(f"{name} has no column {ARM}: give the unblinded party's list with --unblinded")
    return found


def _read(name: str) -> dict[str, KitRow]:
    from trialseal.tables.reading import open_table

    table = open_table(Path(name))
    columns = table.schema.names
    rows = (
        {column: _text(cell) for column, cell in zip(columns, cells, strict=True)}
        for block in table.blocks()
        for cells in zip(*(column.to_pylist() for column in block), strict=True)
    )
    return kit_rows(rows, name)


def _text(cell: object) -> str:
    """A cell as it would be typed; a number that is whole, without a point."""
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
