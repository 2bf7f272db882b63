"""`events audit`: contests between streams, and the audit trail for an inspector."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialseal import escaping
from trialseal.cli.events.stores import site_key
from trialseal.cli.session import Session
from trialseal.cli.trusting import first_lines
from trialseal.errors import UsageError
from trialseal.evidence.wording import count
from trialseal.outputs import write_output
from trialseal.spreadsheets import csv_text

if TYPE_CHECKING:
    from trialseal.evidence.trails import Contests, Held, TrailEntry

_SHOWN = 20
_LISTED = 5_000
"""Entries of a page; beyond, those that were entered once and stand are left to the table."""
_PSEUDONYM = re.compile(r"[0-9a-f]{32}")


def check_options(session: Session) -> None:
    """UsageError for options of the trail that do not go together, before anything is read."""
    args = session.args
    for name in args.trail:
        if Path(name).suffix.lower() not in (".html", ".htm", ".csv"):
            raise UsageError(f"--trail {escaping.path(name)}: give a name that ends in .html or .csv")
    if args.plot and Path(args.plot).suffix.lower() != ".svg":
        raise UsageError(f"--plot {escaping.path(args.plot)}: the plot is drawn as SVG: give a name that ends in .svg")
    if args.plot and not args.participant:
        raise UsageError("--plot draws one participant: name them with --participant")
    if (args.participant or args.stream) and not (args.trail or args.plot):
        raise UsageError("--participant and --stream choose what the trail tells of: add --trail FILE")


def say_contests(session: Session, held: Sequence[Held]) -> list[dict[str, Any]]:
    """Says what parties hold against entries of each other's streams; the same for a program."""
    from trialseal.evidence.trails import contests_in
    from trialseal.report.trail import words

    names = {(one.stream.config.writer.hex(), one.stream.config.id.hex()): one.name for one in held}
    found, lines = contests_in(held), []
    values = []
    for (writer, stream, index), contests in sorted(found.items()):
        name = names.get((writer, stream), f"{stream[:8]}…, whose store was not found")
        for one in contests:
            lines.append(f"  entry {index} of stream {name} is {words.contested(one)}")
            values.append(
                {
                    "writer": writer, "stream": stream, "entry": index, "by_stream": one.stream, "by_entry": one.index,
                    "holds": one.event.get("holds"), "agreed_by": one.event.get("agreed_by"), "same_leaf": one.is_same,
                }
            )  # fmt: skip
    if lines:
        session.out.say(f"contested by other parties, each entry staying as it is: {count(len(lines), 'time')}")
        for line in lines[:_SHOWN]:
            session.out.say(line)
        if len(lines) > _SHOWN:
            session.out.say(f"  … and {len(lines) - _SHOWN} more; --trail writes all")
    return values


def write_trail(session: Session, trial: bytes, held: Sequence[Held]) -> list[str]:
    """Writes what --trail and --plot ask for; the files' names."""
    from trialseal.evidence.trails import contests_in, trail

    args = session.args
    if not args.trail and not args.plot:
        return []
    streams = [one for one in held if args.stream in (None, one.name)]
    if args.stream and not streams:
        known = ", ".join(sorted({one.name for one in held})) or "none"
        raise UsageError(f"no stream {args.stream} of this trial is found whole: there is {known}")
    subject = _subject(session)
    contests = contests_in(held)

    def entries() -> Iterator[TrailEntry]:
        return chain.from_iterable(trail(one, contests, subject) for one in streams)

    for name in args.trail:
        if Path(name).suffix.lower() == ".csv":
            from trialseal.report.trail import table

            number = _write_table(Path(name), csv_text(table.COLUMNS, table.rows(entries())))
            session.out.say(f"the audit trail, {count(number, 'row')}: {escaping.path(name)}")
        else:
            write_output(Path(name), _page(session, trial, streams, subject, entries(), contests).encode())
            session.out.say(f"the audit trail as a page: {escaping.path(name)}")
    if args.plot and subject:
        from trialseal.report.trail.participant import draw

        write_output(Path(args.plot), draw(f"Participant {subject}", list(entries())).encode())
        session.out.say(f"participant {subject} over time: {escaping.path(args.plot)}")
    return [*args.trail, *([args.plot] if args.plot else [])]


def _write_table(path: Path, text: str) -> int:
    write_output(path, text.encode())
    return text.count("\n") - 1


def _page(
    session: Session,
    trial: bytes,
    streams: Sequence[Held],
    subject: str | None,
    entries: Iterator[TrailEntry],
    contests: Contests,
) -> str:
    from trialseal.evidence.trails import State
    from trialseal.report.trail.page import Told, trail_html
    from trialseal.report.trail.participant import drawing

    counts, contested = dict.fromkeys(State, 0), 0
    listed: list[TrailEntry] = []
    plain: list[TrailEntry] = []
    for one in entries:
        counts[one.state] += 1
        contested += len(one.contested)
        if not one.is_plain:
            listed.append(one)
        elif len(plain) <= _LISTED:
            plain.append(one)
    few = len(listed) + len(plain) <= _LISTED
    shown = sorted([*listed, *plain], key=lambda one: (one.stream, one.writer, one.index)) if few else listed
    reader = session.reader
    said = list(first_lines(reader.as_of(), reader.vouching(), reader.at))
    if reader.is_devnet():
        said.append("The chain is a devnet: its operator sets the clock, so that heads prove no date.")
    return trail_html(
        Told(
            title=f"Trial {trial.hex()[:8]}…",
            streams=", ".join(one.name for one in streams),
            participant=subject,
            entries=shown,
            counts=counts,
            contested=contested,
            plain_left_out=0 if few else counts[State.STANDS] - sum(one.state is State.STANDS for one in listed),
            notices=said,
            picture=drawing(f"Participant {subject}", shown) if subject else "",
        )
    )


def _subject(session: Session) -> str | None:
    """The pseudonym that --participant means."""
    from trialseal.streams.pseudonyms import pseudonym

    given: str | None = session.args.participant
    if given is None or _PSEUDONYM.fullmatch(given):
        return given
    return pseudonym(site_key(session, make=False), given)
