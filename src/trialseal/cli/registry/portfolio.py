"""`portfolio`: all rules on many trials, as a table and as a page of plots."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from trialseal.cli.session import Session
from trialseal.cli.times import as_of_day
from trialseal.errors import UndeterminedError, UsageError
from trialseal.evidence.wording import count
from trialseal.files import is_file, read_file
from trialseal.registries.reading import histories_in, record_files

if TYPE_CHECKING:
    from datetime import date

    from trialseal.report.portfolio.replies import Reply
    from trialseal.report.portfolio.table import Rows

_LARGEST_REPLIES = 16 * 1024 * 1024
# So many trials with open questions are named.
_MOST_TRIALS = 30
# So many trials are judged between two words of progress.
_PROGRESS_EVERY = 25


def portfolio(session: Session) -> int:
    """All rules on many trials: a table, as CSV and as a page of plots."""
    from trialseal.outputs import write_output
    from trialseal.report.portfolio.table import portfolio_csv, portfolio_rows

    args, out = session.args, session.out
    if args.csv == "-" and session.args.json:
        raise UsageError("--csv - and --json both want standard output: choose one")
    as_of = as_of_day(args.as_of)
    replies = _replies(args.replies) if args.replies else {}
    files, unreadable = _records_named([Path(path) for path in args.paths])
    out.progress(f"reading {len(files)} files …")
    histories = histories_in(".", unreadable, files)
    if not histories:
        why = f": {unreadable[0]}" if unreadable else ""
        raise UndeterminedError(f"no registry record was found in what was named{why}")

    def progress(done: int) -> None:
        if done % _PROGRESS_EVERY == 0:
            out.progress(f"judging trial {done} of {len(histories)} …")

    rows = portfolio_rows(histories, as_of, interventional=args.interventional, progress=progress)
    if args.replies:
        for row in rows:
            row["reply"] = "\n".join(one.words for one in replies.get(row["number"], ())) or None
    if args.csv:
        text = portfolio_csv(rows)
        if args.csv == "-":
            out.text(text)
        else:
            write_output(Path(args.csv), text.encode())
    if args.html:
        from trialseal.report.portfolio.page import portfolio_html

        write_output(Path(args.html), portfolio_html(rows, as_of, unreadable, replies).encode())
    if args.csv != "-":
        _say_portfolio(session, rows, as_of, unreadable)
        for number in sorted(set(replies) - {row["number"] for row in rows}):
            out.say(f"note: {args.replies} answers for {number}, of which no record was given")
    out.value({"as_of": as_of, "trials": rows, "passed_over": unreadable})
    return 2 if unreadable else 0


def _replies(path: str) -> dict[str, list[Reply]]:
    from trialseal.report.portfolio.replies import read_replies

    try:
        text = read_file(path, _LARGEST_REPLIES).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8 text: save the sheet as CSV in UTF-8") from None
    return read_replies(text, path)


def _say_portfolio(session: Session, rows: Rows, as_of: date, unreadable: list[str]) -> None:
    from trialseal.report.portfolio.table import open_trials, status_counts

    args, out = session.args, session.out
    out.say(f"{count(len(rows), 'trial')}, judged for {as_of}")
    asked = [one for one in open_trials(rows) if one.questions]
    verb = "has" if len(asked) == 1 else "have"
    out.say(f"{len(asked)} of {len(rows)} {verb} open questions" + (":" if asked else ""))
    for one in asked[:_MOST_TRIALS]:
        out.say(f"  {one.number}, record of {one.seen}: {', '.join(rule for rule, _ in one.questions)}")
    if len(asked) > _MOST_TRIALS:
        out.say(f"  … and {len(asked) - _MOST_TRIALS} more (--csv FILE or --html FILE lists all)")
    out.table(status_counts(rows))
    for sentence in unreadable:
        out.say(f"skipped: {sentence}")
    for what, path in (("table", args.csv), ("plots", args.html)):
        if path:
            out.say(f"{what} written to {path}")


def _records_named(paths: list[Path]) -> tuple[list[Path], list[str]]:
    """The files that are meant, and a sentence for each thing in a folder that is not an ordinary file."""
    files: list[Path] = []
    unreadable: list[str] = []
    for path in paths:
        if path.is_dir():
            found, odd = record_files(path)
            files += found
            unreadable += [f"{one} is {kind}, and was not read" for one, kind in odd]
        elif is_file(path):
            files.append(path)
        else:
            raise UsageError(f"there is no file or folder {path}: name files and folders of registry records")
    return files, unreadable
