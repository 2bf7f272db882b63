"""`dataset open`: the proof of one row, or of one file of a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from trialseal.cli.dataset.sealing import path_named
from trialseal.cli.dataset.seals import seal_of
from trialseal.cli.session import Session
from trialseal.errors import UsageError

if TYPE_CHECKING:
    pass


def open_one(session: Session) -> int:
    """Writes the proof of one row, or of one file of a folder."""
    from trialseal.files import json_bytes
    from trialseal.outputs import first_lines, write_output
    from trialseal.tables import sealing
    from trialseal.tables.file_list import listed
    from trialseal.tables.reading import open_table
    from trialseal.tables.row_proof import cells_of

    args = session.args
    path = path_named(args.file)
    sealed = seal_of(session, path)
    row = args.row
    if args.member is not None:
        if not path.is_dir():
            raise UsageError(f"{path} is not a folder: name a row with --row N")
        paths = [entry.path for entry in listed(path)]
        wanted = Path(args.member).as_posix()
        if wanted not in paths:
            raise UsageError(f"there is no file {args.member} below {path}: write its path as the manifest does")
        row = paths.index(wanted) + 1
    proof = sealing.open_row(sealed, open_table(path, sealed.reading), row, session.out.progress)
    out = Path(args.out) if args.out else path.with_name(f"{path.name}.row-{row}.json")
    data = json_bytes(proof)
    write_output(out, data, first_lines(data, 3))  # with its kind
    cells = cells_of(proof, str(out))
    from trialseal.tables.cell_words import shown as in_words

    shown = ", ".join(
        f"{name} {in_words(cell)}" for name, cell in zip(sealed.schema.names, cells, strict=True) if cell is not None
    )
    session.out.say(f"row {row} of {sealed.name}: {shown}")
    session.out.say(f"  proof: {out}; it discloses this row and nothing of the others")
    session.out.value({"proof": str(out), "row": row, "cells": dict(zip(sealed.schema.names, cells, strict=True))})
    return 0
