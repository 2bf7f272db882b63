"""Rows of sealed tables with their proofs, made for a bundle, or chosen from one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from trialseal import escaping
from trialseal.cli.session import Session
from trialseal.errors import UsageError
from trialseal.evidence.bundle import container
from trialseal.evidence.bundle.bundle import FILES
from trialseal.evidence.bundle.member import Member, of_written

if TYPE_CHECKING:
    from trialseal.tables.row_numbers import RowNumbers

ROWS = "rows/"
"""Where they lie beside a bundle's other files."""
ENDING = ".rows"
_SINGLE = re.compile(rf"{ROWS}(.+)\.row-([0-9]+)\.json")


def rows_shown(session: Session, trial: bytes) -> dict[str, Member]:
    """The rows of each table that `--rows` names, all with their proofs in one file, by its name in the bundle.

    UsageError for a name of another form, or a table that is not sealed in this trial; FailedError for a table that is
    another than the sealed one.
    """
    if not session.args.rows:
        return {}
    from trialseal.cli.dataset.sealing import path_named
    from trialseal.cli.dataset.seals import row_verdicts, seal_of
    from trialseal.tables.reading import open_table
    from trialseal.tables.shown_rows import write_shown

    made: dict[str, Member] = {}
    judged = row_verdicts(session)
    for file, rows in _named(session.args.rows, str).items():
        path = path_named(file)
        sealed = seal_of(session, path)
        if judged.of_seal(sealed.document).trial != trial:
            raise UsageError(f"--rows {file}: {escaping.path(sealed.path)} is not sealed in this trial: seal it first")
        name = f"{ROWS}{path.name}{ENDING}"
        if not container.is_name(FILES + name):
            name = f"{ROWS}{sealed.digest.hex()[:16]}{ENDING}"
        table = open_table(path, sealed.reading)
        content = of_written(partial(write_shown, sealed, table, rows, progress=session.out.progress))
        if made.setdefault(name, content).digest != content.digest:
            raise UsageError(f"--rows {file}: another table has the same name in a bundle: make two bundles")
    return made


def keep_rows(session: Session, kept: dict[str, Member]) -> None:
    """Leaves in what a bundle holds only the rows that `--rows` names; UsageError for one that it does not hold."""
    chosen: dict[str, Member] = {}
    for table, rows in _named(session.args.rows, lambda file: Path(file).name).items():
        name = f"{ROWS}{table}{ENDING}"
        if name in kept:
            chosen[name] = of_written(partial(_choose, kept[name], name, rows))
            continue
        single = {int(found[2]): one for one in kept if (found := _SINGLE.fullmatch(one)) and found[1] == table}
        lacking = next((row for one in rows.stretches for row in one if row not in single), None)
        if lacking is not None:
            raise UsageError(_lacks(table, lacking))
        chosen |= {name: kept[name] for row, name in single.items() if row in rows}
    for name in [one for one in kept if one.startswith(ROWS)]:
        del kept[name]
    kept |= chosen


def _choose(held: Member, name: str, rows: RowNumbers, out: BinaryIO) -> None:
    from trialseal.tables.row_runs import Run, choose

    if (lacking := choose(Run(held.chunks(), name), rows, out)) is not None:
        raise UsageError(_lacks(name.removeprefix(ROWS).removesuffix(ENDING), lacking))


def _lacks(table: str, row: int) -> str:
    return f"--rows {table}:{row}: the bundle holds no such row: name rows that it has"


def _named(given: list[str], key: Callable[[str], str]) -> Mapping[str, RowNumbers]:
    """The rows that are named of each table, by what `key` makes of its file."""
    from trialseal.tables.row_numbers import RowNumbers

    found: dict[str, RowNumbers] = {}
    for named in given:
        file, colon, numbers = named.rpartition(":")
        rows = RowNumbers.of(numbers)
        if not (file and colon and rows):
            raise UsageError(f"--rows {named}: name rows as FILE:N, FILE:N-M or FILE:N,M, counted from 1")
        table = key(file)
        found[table] = found[table] | rows if table in found else rows
    return found
