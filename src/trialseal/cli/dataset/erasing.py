"""`dataset forget`: one participant's rows and secrets are erased from sealed tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from trialseal.cli.dataset.sealing import path_named
from trialseal.cli.dataset.seals import seal_of
from trialseal.cli.erasing import agreed, said
from trialseal.cli.session import Session
from trialseal.documents.erasing import basis_words
from trialseal.errors import UsageError

if TYPE_CHECKING:
    from trialseal.tables.forgetting import Erasure
    from trialseal.tables.tombstones import Tombstone


def forget(session: Session) -> int:
    """Says of each table what would go, asks once, erases, and says what stayed for others to erase."""
    from trialseal.tables import forgetting
    from trialseal.tables.reading import open_table

    args, out = session.args, session.out
    if args.seal and len(args.files) > 1:
        raise UsageError("--seal is of one table: erase from it with a command of its own")
    tombstone = said(session, [args.participant])
    planned: list[Erasure] = []
    for name in args.files:
        path = path_named(name)
        sealed = seal_of(session, path)
        found = forgetting.erasure(sealed, open_table(path, sealed.reading), args.participant, out.progress)
        if found.is_nothing:
            out.say(f"{path}: holds nothing about this participant")
        else:
            planned.append(found)
    if not planned:
        raise UsageError("nothing was erased: check the participant's number, written as in the tables")
    if not agreed(session, [_words(one) for one in planned], None):
        out.value({"dry_run": True, "files": [_value(one, done=False) for one in planned]})
        return 0
    values = []
    for one in planned:
        is_cut = forgetting.carry_out(one, **tombstone._asdict())
        out.say(_done(one, is_cut))
        values.append(_value(one, done=is_cut))
    out.say(
        "  not in reach of this command, and yours to erase: backups, copies, proofs handed out, the files that the "
        "tables were made from, and this participant in other tables and streams"
    )
    out.value({"files": values})
    return 0


def tombstone_words(tombstones: Sequence[Tombstone]) -> list[str]:
    """What is said of erased rows wherever their table is looked at."""
    return [
        f"erased {one.at[:10]} by {one.by}: {rows_words(one.rows)}; {one.reason} ({basis_words(one.legal_basis)})"
        for one in tombstones
    ]


def rows_words(rows: Sequence[int]) -> str:
    """2 rows (3, 7), of many the first."""
    some = ", ".join(map(str, rows[:5])) + (" …" if len(rows) > 5 else "")
    return f"{len(rows):,} row{'' if len(rows) == 1 else 's'}" + (f" ({some})" if rows else "")


def _words(one: Erasure) -> str:
    if one.rows:
        return f"{one.table.path}: {rows_words(one.rows)} of {one.sealed.rows:,}, and the participant's secret in it"
    if one.unfinished:
        return f"{one.table.path}: {rows_words(one.unfinished)} that an earlier erasing left in the file"
    return f"{one.table.path}: the participant's secret"


def _done(one: Erasure, is_cut: bool) -> str:
    name = one.sealed.name
    words = f"{one.table.path}: the participant is erased from table {name}, {rows_words(one.rows or one.unfinished)}; "
    if is_cut:
        return words + "proofs of all other rows hold"
    return (
        f"{words}their secret is destroyed, but the rows still are in this {one.table.form} file, which is not written "
        "here: write it without them, then say dataset verify"
    )


def _value(one: Erasure, *, done: bool) -> dict[str, object]:
    return {"file": str(one.table.path), "name": one.sealed.name, "rows": list(one.rows), "rows_gone": done}
