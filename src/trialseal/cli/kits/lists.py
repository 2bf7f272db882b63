"""Lists of kits as the user gives them: a table, or the seal document of one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from trialseal import escaping
from trialseal.documents.kit_list import ARM, COLUMNS, KitRow, kit_rows
from trialseal.errors import FailedError, UsageError
from trialseal.evidence.custody import ListedKit
from trialseal.files import is_file
from trialseal.tables import names

KIT: Final = COLUMNS[0]
_MOST_COLUMNS: Final = 8
_OPTION: Final = re.compile(r" --[a-z]")
Say = Callable[[str], None]


def blinded(name: str, say: Say) -> dict[str, ListedKit]:
    """The kits of a blinded list; UsageError for one that tells the arms."""
    rows = _read(name, say)
    if any(row.arm is not None for row in rows.values()):
        raise UsageError(f"{name} tells the arms: give the blinded list, without the column {ARM}")
    return {kit: ListedKit(row.lot, row.expires, row.gtin, row.serial) for kit, row in rows.items()}


def arms(name: str, say: Say) -> dict[str, str]:
    """The arm of each kit by the unblinded party's list; UsageError for one that does not tell them."""
    rows = _read(name, say)
    found = {kit: row.arm for kit, row in rows.items() if row.arm is not None}
    if not found:
        raise UsageError(f"{name} has no column {ARM}: give the unblinded party's list with --unblinded")
    return found


def _read(name: str, say: Say) -> dict[str, KitRow]:
    given = Path(name)
    path = names.sealed_path(given) if given.name.endswith(names.SEAL_ENDING) else given
    found = kit_rows(_rows(path), str(path))
    say(_sealed_words(path))
    return found


def _rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a list, read as it was sealed if it was: with its delimiter, in its encoding."""
    from trialseal.tables.reading import open_table
    from trialseal.tables.sealing import read_seal

    seal = names.seal_path(path)
    reading = read_seal(seal).reading if is_file(seal, follow=False) else None
    try:
        table = open_table(path, reading)
        columns = table.schema.names
        _require_kits(path, columns)
        for block in table.blocks():
            for cells in zip(*(column.to_pylist() for column in block), strict=True):
                yield {column: _text(cell) for column, cell in zip(columns, cells, strict=True)}
    except (UsageError, FailedError) as error:
        if not _OPTION.search(str(error)):
            raise
        # It names an option of the commands that read any table.
        raise FailedError(
            f"{escaping.path(path)} cannot be read as it is: save it as CSV, with commas and in UTF-8, or as .xlsx"
        ) from None


def _require_kits(path: Path, columns: Sequence[str]) -> None:
    if KIT in columns:
        return
    shown = ", ".join(map(escaping.visible, columns[:_MOST_COLUMNS]))
    more = ", …" if len(columns) > _MOST_COLUMNS else ""
    raise FailedError(
        f"{escaping.path(path)} has no column {KIT}, only {shown}{more}: name the column of the kits' numbers so"
    )


def _sealed_words(path: Path) -> str:
    """What the list is, by its seal document beside it; FailedError where it is not what was sealed."""
    from trialseal.tables.file_facts import file_facts
    from trialseal.tables.sealing import read_seal

    seal, shown = names.seal_path(path), escaping.path(path)
    if not is_file(seal, follow=False):
        return f"{shown}: a list of kits that no seal document beside it vouches for"
    sealed = read_seal(seal)
    if sealed.private is None:
        private = names.private_path(seal).name
        return f"{shown}: whether it is the list that {seal.name} seals cannot be told without {private}"
    if sealed.private.digest != file_facts(path).digest:
        raise FailedError(
            f"{path} is not the list that {seal.name} seals: give the sealed one, or the later list's own seal "
            "(trialseal dataset diff says what changed)"
        )
    return f"{shown}: the list that {seal.name} seals (digest {sealed.digest.hex()[:8]}…)"


def _text(cell: object) -> str:
    """A cell as it would be typed; a number that is whole, without a point."""
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
