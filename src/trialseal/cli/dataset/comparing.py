"""`dataset diff`: what changed from one table to another."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialseal.cli.dataset.sealing import path_named, reading_of
from trialseal.cli.dataset.seals import stated_reading
from trialseal.cli.session import Session
from trialseal.errors import FailedError, UsageError
from trialseal.files import is_file
from trialseal.spreadsheets import csv_text
from trialseal.tables import names

if TYPE_CHECKING:
    from trialseal.tables.comparing import Difference
    from trialseal.tables.schema import Schema
    from trialseal.tables.table import Table


def diff(session: Session) -> int:
    """Lists what changed from A to B; 1 if anything did."""
    from trialseal.tables import comparing, sealing
    from trialseal.tables.reading import open_table

    args, out = session.args, session.out
    if args.csv == "-" and args.json:
        raise UsageError("--csv - and --json both want standard output: choose one")
    path_a, path_b = path_named(args.a), path_named(args.b)
    beside = Path(args.seal) if args.seal else names.seal_path(path_a)
    sealed = sealing.read_seal(beside) if is_file(beside, follow=False) or args.seal else None
    # What is said of both is not said of a table whose seal says how it is read.
    a = open_table(path_a, reading_of(args, sealed.reading if sealed else None, ("a_",) if sealed else ("", "a_")))
    b = open_table(path_b, reading_of(args, stated_reading(sealed, path_b) if sealed else None, ("", "b_")))
    schema = sealed.schema if sealed else _common_schema(a, b)
    notes: list[str] = []
    a, _ = comparing.selected(a, schema.names)
    try:
        b, reordered = comparing.selected(b, schema.names)
    except FailedError as error:
        notes.append(str(error))
        common = [name for name in schema.names if name in b.schema.names]
        if not common:
            raise UsageError(f"{path_a} and {path_b} have no column in common: are these the tables meant?") from None
        a, _ = comparing.selected(_narrowed(a, common), common)
        b, reordered = comparing.selected(_narrowed(b, common), common)
        schema = type(schema)(tuple(one for one in schema.columns if one.name in common))
    if reordered:
        notes.append(f"{path_b}: {reordered}")
    schema, misfits = comparing.readable((a, b), schema)
    notes += misfits
    key = [one.strip() for one in args.key.split(",")] if args.key else []
    found = list(comparing.differences(a, b, schema, key))
    if args.csv == "-":
        out.text(_csv(found, key))
        return 1 if found or notes else 0
    for note in notes:
        out.say(f"note: {note}")
    for one in found[: comparing.MOST_SHOWN]:
        out.say(one.words)
    if len(found) > comparing.MOST_SHOWN:
        out.say(f"… and {len(found) - comparing.MOST_SHOWN:,} more (--csv FILE lists every one)")
    out.say(f"{path_a} to {path_b}: {_summary(found)}")
    if not key and any(one.change != "altered" for one in found):
        out.say("rows were compared by their place; with --key COLUMNS they are found again wherever they stand")
    if args.csv:
        from trialseal.outputs import write_output

        write_output(Path(args.csv), _csv(found, key).encode())
        out.say(f"{_counted(len(found), 'difference')} written to {args.csv}")
    if out.as_json:
        out.value({"notes": notes, "summary": _counts(found), "differences": [one._asdict() for one in found]})
    return 1 if found or notes else 0


def _common_schema(a: Table, b: Table) -> Schema:
    """The types that a form states; of two CSV files, text throughout: '1.0' and '1' are then different cells."""
    typed = next((one for one in (a, b) if not one.untyped), a)
    columns = {column.name: column for column in typed.schema.columns}
    return type(a.schema)(tuple(columns.get(column.name, column) for column in a.schema.columns))


def _narrowed(table: Table, wanted: Sequence[str]) -> Table:
    """The table with these columns only."""
    from dataclasses import replace

    places = [place for place, name in enumerate(table.schema.names) if name in wanted]
    schema = type(table.schema)(tuple(table.schema.columns[place] for place in places))
    blocks = table.blocks

    def narrowed() -> Any:
        for block in blocks():
            yield [block[place] for place in places]

    return replace(table, schema=schema, blocks=narrowed, sample=None)


def _counts(found: Sequence[Difference]) -> dict[str, int]:
    counts = {"altered": 0, "added": 0, "dropped": 0}
    for one in found:
        counts[one.change] += 1
    return counts


def _summary(found: Sequence[Difference]) -> str:
    if not found:
        return "no row and no cell differs"
    counts = _counts(found)
    rows = len({one.row_a for one in found if one.change == "altered"})
    words = [f"{_counted(counts['altered'], 'cell')} altered in {_counted(rows, 'row')}"] if counts["altered"] else []
    words += [f"{_counted(counts[one], 'row')} {one}" for one in ("added", "dropped") if counts[one]]
    return ", ".join(words)


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _csv(found: Sequence[Difference], key: Sequence[str]) -> str:
    """One line a difference, for pandas.read_csv: change, row_a, row_b, the key's columns, column, a, b."""
    rows = (
        [one.change, one.row_a, one.row_b, *map(_plain, [*map(one.key.get, key), one.column, one.a, one.b])]
        for one in found
    )
    return csv_text(["change", "row_a", "row_b", *key, "column", "a", "b"], rows)


def _plain(cell: Any) -> Any:
    """A cell as CSV shows it; a whole row as JSON."""
    return json.dumps(cell, ensure_ascii=False) if isinstance(cell, dict) else cell
