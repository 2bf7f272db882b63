"""`events types`: what a stream may hold, and a table to fill in."""

from __future__ import annotations

from pathlib import Path

from trialseal.cli.session import Session
from trialseal.errors import UsageError
from trialseal.files import write_bytes
from trialseal.nearest import meant
from trialseal.spreadsheets import csv_text


def types(session: Session) -> int:
    """Says which types of events there are, or all of one; writes its template."""
    from trialseal.documents.events import describing

    args, out = session.args, session.out
    known = describing.types()
    if args.type is None:
        if args.template:
            raise UsageError("--template writes the table of one type: name it, as events types visit")
        out.table([{"type": name, "what it is": words} for name, words in known.items()])
        out.say("trialseal events types TYPE lists the members of one; --template FILE writes a table to fill in")
        out.value(known)
        return 0
    if args.type not in known:
        raise UsageError(
            f"there is no type {args.type}{meant(args.type, known) or ': trialseal events types lists them'}"
        )
    for line in describing.about(args.type).splitlines():
        out.say(line)
    out.say("* must be given; several words in a cell are joined by ;")
    columns, example = describing.template(args.type)
    if args.template:
        write_bytes(Path(args.template), csv_text(columns, [example]).encode(), overwrite=False)
        out.say(f"{args.template}: the columns of {args.type}, and an example row to write over")
    out.value({"type": args.type, "about": known[args.type], "columns": columns, "example": example})
    return 0
