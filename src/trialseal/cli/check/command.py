"""`check`: one trial's record beside its history and what a paper reports, or a folder of manuscripts."""

from __future__ import annotations

from trialseal.cli.check.answering import say_check, write_reports
from trialseal.cli.check.judging import judged
from trialseal.cli.check.record import record_and_history
from trialseal.cli.session import Session
from trialseal.cli.times import as_of_day
from trialseal.errors import UsageError


def check(session: Session) -> int:
    """Judges one trial and says what was found, in words, as JSON, as a page and as a letter."""
    from trialseal.cli.check.reported import reported_side

    args = session.args
    if args.batch:
        from trialseal.cli.check.batch import check_batch

        return check_batch(session)
    if args.csv:
        raise UsageError("--csv is for many manuscripts: name their folder with --batch")
    if not (args.record or args.reported or args.history):
        raise UsageError("name a registry record, or a manuscript with --reported; check --help shows how")
    as_of = as_of_day(args.as_of)
    side = reported_side(session)
    registry, sources = record_and_history(session, side)
    view = judged(session, as_of, side, registry, sources)
    write_reports(session, view)
    say_check(session, view)
    return view.exit_code
