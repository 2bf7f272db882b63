"""`portfolio`: all rules on many trials, as a table and as a page of plots."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trialseal.cli.session import Session
from trialseal.cli.times import as_of_day
from trialseal.errors import UndeterminedError, UsageError
from trialseal.files import is_file
from trialseal.registries.reading import histories_in, record_files

# So many trials with open questions are named.
_MOST_TRIALS = 30
# So many trials are judged between two words of progress.
_PROGRESS_EVERY = 25


def portfolio(session: Session) -> int:
    """All rules on many trials: a data frame, as CSV and as a page of plots."""
    from trialseal.files import write_bytes
    from trialseal.report.portfolio.table import portfolio_csv, portfolio_frame, records_of

    args, out = session.args, session.out
    if args.csv == "-" and session.args.json:
        raise UsageError("--csv - and --json both want standard output: choose one")
    as_of = as_of_day(args.as_of)
    files, unreadable = _records_named([Path(path) for path in args.paths])
    out.progress(f"reading {len(files)} files …")
    histories = histories_in(".", unreadable, files)
    if not histories:
        why = f": {unreadable[0]}" if unreadable else ""
        raise UndeterminedError(f"no registry record was found in what was named{why}")

    def progress(done: int) -> None:
        if done % _PROGRESS_EVERY == 0:
            out.progress(f"judging trial {done} of {len(histories)} …")

    frame = portfolio_frame(histories, as_of, interventional=args.interventional, progress=progress)
    if args.csv:
        text = portfolio_csv(frame)
        if args.csv == "-":
            out.text(text)
        else:
            write_bytes(Path(args.csv), text.encode())
    if args.html:
        from trialseal.report.portfolio.page import portfolio_html

        write_bytes(Path(args.html), portfolio_html(frame, as_of, unreadable).encode())
    if args.csv != "-":
        _say_portfolio(session, frame, unreadable)
    out.value({"as_of": as_of, "trials": records_of(frame), "passed_over": unreadable})
    return 2 if unreadable else 0


def _say_portfolio(session: Session, frame: Any, unreadable: list[str]) -> None:
    from trialseal.report.portfolio.table import open_trials, status_counts

    args, out = session.args, session.out
    out.say(f"{len(frame)} trials, judged for {frame.attrs['as_of']}")
    asked = [one for one in open_trials(frame) if one.questions]
    verb = "has" if len(asked) == 1 else "have"
    out.say(f"{len(asked)} of {len(frame)} {verb} open questions" + (":" if asked else ""))
    for one in asked[:_MOST_TRIALS]:
        out.say(f"  {one.number}, record of {one.seen}: {', '.join(rule for rule, _ in one.questions)}")
    if len(asked) > _MOST_TRIALS:
        out.say(f"  … and {len(asked) - _MOST_TRIALS} more (--csv FILE or --html FILE lists all)")
    out.table(status_counts(frame))
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
