"""`init --from FOLDER`: a folder for each trial of a registry's downloads."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from trialseal import escaping
from trialseal.cli.session import Session
from trialseal.errors import UsageError
from trialseal.evidence.wording import count
from trialseal.folder.drafted import COLUMNS, Drafted, Result, draft_folders
from trialseal.outputs import write_output
from trialseal.registries.reading import histories_in
from trialseal.spreadsheets import csv_text

# So many refusals are printed; the table has all.
_MOST = 20
_PROGRESS_EVERY = 25


def init_each(session: Session) -> int:
    """Makes the folders, and says of each record what became of it; 2 if something was refused."""
    args, out = session.args, session.out
    source, place = Path(args.source), Path(args.folder or ".")
    if args.csv == "-" and args.json:
        raise UsageError("--csv - and --json both want standard output: choose one")
    for option in ("answers", "endpoints"):
        if getattr(args, option):
            raise UsageError(f"--{option} is about one trial: leave it out, or name one record with --from")
    unreadable: list[str] = []
    out.progress(f"reading {source} …")
    histories = histories_in(source, unreadable, None if source.is_dir() else [source])
    if not histories:
        why = f": {unreadable[0]}" if unreadable else ""
        raise UsageError(f"no registry record was found in {source}{why}")

    def progress(done: int) -> None:
        if done % _PROGRESS_EVERY == 0:
            out.progress(f"drafting trial {done} of {len(histories)} …")

    found = draft_folders(place, histories, progress)
    found += [Drafted("", "", Result.REFUSED, sentence) for sentence in unreadable]
    table = csv_text(COLUMNS, [one.row for one in found])
    if args.csv == "-":
        out.text(table)
    else:
        if args.csv:
            write_output(Path(args.csv), table.encode())
        _say(session, place, found)
    out.value({"folder": str(place), "trials": [dict(zip(COLUMNS, one.row, strict=True)) for one in found]})
    return 2 if any(one.result is Result.REFUSED for one in found) else 0


def _say(session: Session, place: Path, found: list[Drafted]) -> None:
    args, out = session.args, session.out
    counts = Counter(one.result for one in found)
    words = ", ".join(f"{counts[one]:,} {one.value}" for one in Result)
    out.say(f"{count(len(found), 'record')} for {escaping.path(place)}: {words}")
    remarks = [one for one in found if one.why]
    for one in remarks[:_MOST]:
        named = f"{escaping.name(one.number)}: " if one.number else ""
        out.say(f"  {one.result.value}: {named}{escaping.visible(one.why)}")
    if len(remarks) > _MOST:
        out.say(f"  … and {len(remarks) - _MOST} more (--csv FILE lists all)")
    if args.csv:
        out.say(f"table written to {args.csv}")
    if counts[Result.MADE]:
        out.say(
            "each is a draft from its registry's record, which is not the protocol: write in its endpoints.csv who "
            "compared each endpoint with the protocol's own text, and when; trialseal validate FOLDER counts the rest"
        )
