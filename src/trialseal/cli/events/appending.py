"""`events append`: the events of a file, all or none, or as the file grows."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, BinaryIO

from trialseal.cli.events import epcis
from trialseal.cli.events.choices import Choices
from trialseal.cli.events.forms import export_of, settings_of
from trialseal.cli.events.intake_words import appended_words, outcome_lines, outcome_value
from trialseal.cli.events.stores import store_named
from trialseal.cli.session import Session
from trialseal.errors import FailedError, UsageError
from trialseal.evidence.wording import count
from trialseal.files import is_file, open_file

if TYPE_CHECKING:
    from trialseal.streams.batch import Row
    from trialseal.streams.head_file import Place
    from trialseal.streams.intake import Intake, Settings
    from trialseal.streams.reconciling import Reconciling, Scope
    from trialseal.streams.sources import Refused, SourceRow
    from trialseal.streams.store import StreamStore


# Rows of a growing file that are committed at a time, and seconds between two looks at it.
_FOLLOW_ROWS = 50_000
_FOLLOW_PAUSE = 0.5
_LISTED = 200
"""Refused rows that are listed; the rest is counted."""


def append(session: Session) -> int:
    """Appends the events of a file: all or none; or as the file grows.

    1 if rows were refused and left out, 2 if rows that changed or are gone wait for a reason.
    """
    args = session.args
    stream = store_named(session)
    if args.epcis:
        return _take_in_document(session, stream)
    settings = settings_of(session, stream)
    if args.follow:
        return _follow(session, stream, settings)
    if args.stop_after is not None:
        raise UsageError("--stop-after belongs to --follow: without it the file is read to its end")
    if args.file == "-":
        return _take_in_file(session, stream, settings, None, sys.stdin.buffer)
    path = _source(args.file)
    with open_file(path) as file:
        return _take_in_file(session, stream, settings, path, file)


def _take_in_document(session: Session, stream: StreamStore) -> int:
    document = epcis.read(session, stream)
    for note in document.passed_over:
        session.out.say(note)
    more = {"passed_over": list(document.passed_over)}
    return _take_in(session, stream, document.settings, lambda refuse: iter(document.rows), more=more)


def _take_in_file(session: Session, stream: StreamStore, settings: Settings, path: Path | None, file: BinaryIO) -> int:
    from trialseal.streams import exports

    export, scope = export_of(session, stream, settings, path)
    return _take_in(session, stream, settings, lambda refuse: exports.rows(export._replace(refuse=refuse), file), scope)


def _take_in(
    session: Session,
    stream: StreamStore,
    settings: Settings,
    source: Callable[[Callable[[Refused], None]], Iterator[SourceRow]],
    scope: Scope | None = None,
    more: Mapping[str, object] = MappingProxyType({}),
) -> int:
    """Takes in what `source` gives, which tells each row that it cannot read to what it is given.

    `more` is told to programs beside the outcome.
    """
    from trialseal.streams import intake_log
    from trialseal.streams.disk import Busy
    from trialseal.streams.lines import Damaged
    from trialseal.streams.reconciling import Reconciling
    from trialseal.streams.store import NotWritten

    args = session.args
    taking = Reconciling(stream, settings, scope)
    choices = Choices(session, settings.name, dry_run=args.dry_run)
    before = stream.size

    def told() -> Iterator[Row]:
        for number, row in enumerate(taking.new_rows(source(taking.refuse)), 1):
            if not number & 0x3FFF:
                session.out.progress(f"{number} events read …")
            yield row

    try:
        added = stream.append(
            told(),
            then=_afterwards(session, taking, choices),
            refuse=taking.refuse_given,
            keep=not args.dry_run,
            wait=args.wait or 0,
        )
    except (Busy, Damaged, NotWritten):
        raise
    except FailedError as error:
        _list_refused(session, taking, settings, but=str(error))
        raise FailedError(f"{error}; nothing was appended") from None
    finally:
        taking.close()
    outcome = taking.outcome
    outcome.stored = added - outcome.corrected - outcome.withdrawn
    if not args.dry_run:
        gone, refused = len(outcome.gone), len(outcome.refused)
        intake_log.write(
            stream.folder,
            intake_log.Intaken(int(time.time()), outcome.stored, outcome.same, outcome.corrected, gone, refused),
        )
    _list_refused(session, taking, settings)
    for line in outcome_lines(stream, outcome, before, added, dry_run=args.dry_run):
        session.out.say(line)
    session.out.value({**outcome_value(stream, outcome, added, dry_run=args.dry_run), **more})
    if outcome.refused:
        return 1
    return 2 if len(outcome.changed) > outcome.corrected or len(outcome.gone) > outcome.withdrawn else 0


def _afterwards(session: Session, taking: Reconciling, choices: Choices) -> Iterator[Row]:
    """What is decided once all rows were read: whether refused ones are left out, what is corrected and withdrawn."""
    outcome = taking.outcome
    taking.refuse_contradicted()
    taking.look_for_gone()
    if outcome.refused and not choices.leave_out_refused(outcome):
        first, *others = sorted(outcome.refused)
        raise FailedError(
            first.why
            if not others
            else f"{first.why}; {count(len(others), 'more row')} cannot be taken either: correct them"
            + (", or append the others with --skip-refused" if choices.others(outcome) else "")
        )
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    told = [one for one in outcome.changed if choices.is_told(one)]
    asked = [one for one in outcome.changed if not choices.is_told(one)]
    reasons = choices.for_changed(asked)
    yield from taking.corrections(told, reasons, at)
    if reasons:
        yield from taking.corrections(asked, reasons, at)
    if outcome.gone and (withdrawing := choices.for_gone(outcome.gone)):
        yield from taking.withdrawals(outcome.gone, withdrawing, at)


def _list_refused(session: Session, taking: Reconciling, settings: Settings, but: str = "") -> None:
    """Lists the refused rows by reason, without what is said anyway."""
    lines: dict[str, list[int]] = {}
    for one in sorted(taking.outcome.refused):
        if not but.startswith(one.why):
            lines.setdefault(one.why.partition(f", {settings.counted} {one.line}: ")[2] or one.why, []).append(one.line)
    for why, numbers in lines.items():
        more = f" and {len(numbers) - _LISTED} more" if len(numbers) > _LISTED else ""
        places = f"{settings.counted}{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers[:_LISTED]))}{more}"
        session.out.say(f"refused: {places}: {why}")


def _follow(session: Session, stream: StreamStore, settings: Settings) -> int:
    """Appends what a file has and what is added to it. Its place is committed with its rows."""
    from trialseal.streams import sources
    from trialseal.streams.disk import Busy
    from trialseal.streams.intake import Intake

    args = session.args
    if args.dry_run:
        raise UsageError("--dry-run reads a whole file: leave --follow out")
    path = _source(args.file)
    with open_file(path) as file:
        kind = sources.format_of(path.name, _peek(file), args.format)
    if args.file == "-" or kind not in ("csv", "ndjson"):
        raise UsageError("--follow reads a CSV or NDJSON file that grows: name one")
    if (settings.form.encoding or "utf-8").lower().replace("_", "-") not in ("utf-8", "utf8", "utf-8-sig"):
        raise UsageError("--follow reads UTF-8 alone: leave it out, and append the file again as it grows")
    before, quiet_since = stream.size, time.monotonic()
    session.out.say(f"following {path}; Ctrl-C ends it, and the next run goes on from there")
    with suppress(KeyboardInterrupt):
        while args.stop_after is None or time.monotonic() - quiet_since < args.stop_after:
            try:
                now = int(time.time())  # each time anew: what is written next month is not from the future then
                added = _take_over(stream, path, kind, Intake(settings._replace(now=now)), settings)
            except Busy:
                added = 0
            if added:
                quiet_since = time.monotonic()
                session.out.say(appended_words(stream, added))
            else:
                time.sleep(_FOLLOW_PAUSE)
    session.out.value({"appended": stream.size - before, "size": stream.size, "root": stream.root()})
    return 0


def _take_over(stream: StreamStore, path: Path, kind: str, intake: Intake, settings: Settings) -> int:
    """Appends the whole rows that a growing file has behind its last place; those before a bad row, then the error."""
    from trialseal.cli.events.forms import style_of
    from trialseal.streams import sources
    from trialseal.streams.batch import RefusedRow

    key = str(path.resolve())
    stream.refresh()
    start = stream.head.followed.get(key)
    if start and path.stat().st_size < start.position:
        raise FailedError(
            f"{path} is shorter than what was appended from it already ({start.line} lines): it is another file; give "
            "it another name"
        )
    if start and stream.mark(path, start.position) != start.mark:
        raise FailedError(
            f"{path} does not begin with the {start.line} lines that were appended from it already: it is another "
            "file, or was edited there; give what is new another name"
        )
    rows, places, fault = [], [], None
    with open_file(path) as file:
        source = sources.TextSource(file, str(path), kind, start=start, growing=True, style=style_of(settings))
        try:
            for one in islice(source, _FOLLOW_ROWS):
                for row in intake.rows(one):
                    rows.append(row)
                    places.append(source.place)
        except FailedError as error:
            fault = error

    def behind(place: Place) -> dict[str, Place]:
        return {key: replace(place, mark=stream.mark(path, place.position))}

    try:
        added = stream.append(rows, behind(places[-1])) if rows else 0
    except RefusedRow as refused:
        good = rows.index(refused.row)
        if good:
            stream.append(rows[:good], behind(places[good - 1]))
        fault, added = FailedError(f"{path}, line {refused.row.line}: {refused}"), good
    if fault:
        before = "1 event before it was" if added == 1 else f"{added} events before it were"
        raise FailedError(f"{fault}; {before} appended, correct the line and follow again")
    return added


def _source(name: str) -> Path:
    path = Path(name)
    if name != "-" and not is_file(path):
        raise UsageError(f"there is no file {name}: name the file of events, or - for standard input")
    return path


def _peek(file: BinaryIO) -> bytes:
    """How a file begins, still to be read."""
    peek = getattr(file, "peek", None)
    return bytes(peek(16)[:16]) if peek else b""
