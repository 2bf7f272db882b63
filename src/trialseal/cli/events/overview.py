"""`events intake`: what a stream took in, week by week, as this site's own notes have it."""

from __future__ import annotations

from pathlib import Path

from trialseal import escaping
from trialseal.cli.events.stores import store_named
from trialseal.cli.session import Session
from trialseal.errors import UsageError
from trialseal.outputs import write_output


def intake(session: Session) -> int:
    """Lists counts of rows by week, and draws them. No evidence: nothing binds the notes."""
    from trialseal.report import intake_plot
    from trialseal.streams import intake_log

    args, out = session.args, session.out
    if args.plot and Path(args.plot).suffix.lower() != ".svg":
        raise UsageError(f"--plot {escaping.path(args.plot)}: the plot is drawn as SVG: give a name that ends in .svg")
    stream = store_named(session)
    weeks = intake_plot.by_week(intake_log.read(stream.folder))
    if not weeks:
        out.say(f"no file was taken into stream {stream.config.name} yet, as far as its notes tell")
    out.table(
        [
            {"week of": str(week)} | {intake_plot.WORDS.get(kind, kind): f"{number:,}" for kind, number in of.items()}
            for week, of in weeks.items()
        ]
    )
    if args.plot:
        write_output(Path(args.plot), intake_plot.draw(weeks).encode())
        out.say(f"drawn in {escaping.path(args.plot)}")
    out.value({str(week): of for week, of in weeks.items()})
    return 0
