"""`dataset verify` of a table from which participants were erased: what is left is compared, what is gone is listed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialseal.cli.dataset.erasing import rows_words, tombstone_words
from trialseal.cli.dataset.sealing import reading_of
from trialseal.cli.dataset.seals import stated_reading
from trialseal.cli.session import Session
from trialseal.errors import FailedError
from trialseal.tables import names

if TYPE_CHECKING:
    from trialseal.tables.erased import Standing
    from trialseal.tables.sealing import SealedTable
    from trialseal.tables.table import Table


def compared_with_what_is_left(
    session: Session, sealed: SealedTable, path: Path
) -> tuple[bool, list[str], dict[str, Any]]:
    """Whether a file is the sealed table without the rows that were erased; if not, where they differ."""
    from trialseal.tables import comparing, erased
    from trialseal.tables.content import CellError
    from trialseal.tables.reading import open_table

    tombstones = sealed.needed().erased
    what = f"the sealed table {sealed.name}"
    listed = tombstone_words(tombstones)
    table = open_table(path, reading_of(session.args, stated_reading(sealed, path)))
    try:
        table, reordered = comparing.selected(table, sealed.schema.names)
        found = erased.standing(sealed, table, session.out.progress)
    except CellError as error:
        cell = f"row {error.row}, column {error.column.name} {error.problem}"
        return False, [f"not {what}: {cell} (sealed as {error.column.type})", *listed], {"content": False}
    except FailedError as error:
        return False, [f"not {what}: {str(error).removeprefix(f'{path} ')}", *listed], {"content": False}
    value: dict[str, Any] = {
        "content": found.agrees and not reordered,
        "rows": found.rows,
        "erased": [one.as_json() for one in tombstones],
        "unfinished": list(found.unfinished),
    }
    if not found.agrees or reordered:
        where = reordered if found.agrees else _where(sealed, table, found)
        return False, [f"not {what}: {where}", *listed], value
    count = sum(len(one.rows) for one in tombstones)
    words = f"{what} without {rows_words(range(count)).partition(' (')[0]} that were erased: "
    words += f"all other {sealed.rows - count:,} agree"
    if found.unfinished:
        words += f"; but {rows_words(found.unfinished)} that were erased still are in it, and what they say cannot be "
        words += "compared: write the file without them, or run dataset forget again"
    return True, [words, *listed], value


def _where(sealed: SealedTable, table: Table, found: Standing) -> str:
    """Where a file differs from what is left of the sealed table, by rows of the file."""
    from trialseal.tables import comparing, erased, sealing

    kept = names.rows_path(sealed.path)
    with sealing.temporary_rows(table) as rows:
        erased.write_prefixes(sealed, table, found.left_out, rows)
        place = comparing.located(rows, kept, found.left_out)
    return place.sentence if place else f"its rows differ; {kept} would show which"
