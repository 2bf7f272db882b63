"""`events append`: the events of a file, all or none, or as the file grows."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from trialseal.cli.events import epcis
from trialseal.cli.events.stores import site_key, store_named
from trialseal.cli.session import Session
from trialseal.errors import FailedError, UsageError
from trialseal.evidence.wording import entries
from trialseal.files import is_file, open_file

if TYPE_CHECKING:
    from trialseal.streams.batch import Row
    from trialseal.streams.head_file import Place
    from trialseal.streams.intake import Intake, Settings
    from trialseal.streams.sources import SourceRow
    from trialseal.streams.store import StreamStore


# Rows of a growing file that are committed at a time, and seconds between two looks at it.
_FOLLOW_ROWS = 50_000
_FOLLOW_PAUSE = 0.5


def append(session: Session) -> int:
    """Appends the events of a file: all or none; or as the file grows."""
    from trialseal.streams import sources
    from trialseal.streams.intake import Settings

    args = session.args
    if args.epcis:
        return epcis.append(session)
    stream = store_named(session)
    name = "standard input" if args.file == "-" else args.file
    # A new key would give subjects of this stream a second pseudonym, under which forgetting would not find the first.
    key = site_key(session, make=not stream.secrets.has_subjects)
    settings = Settings(stream.config, key, name, int(time.time()), args.before_registration, args.pseudonyms)
    if args.follow:
        return _follow(session, stream, settings)
    if args.stop_after is not None:
        raise UsageError("--stop-after belongs to --follow: without it the file is read to its end")
    before = stream.size
    if args.file == "-":
        file: BinaryIO = sys.stdin.buffer
        kind = sources.format_of("", _peek(file), args.format)
        if kind == "parquet":
            raise UsageError("Parquet cannot be read from standard input: name the file")
        _append_all(session, stream, settings, iter(sources.TextSource(file, name, kind)))
    else:
        path = _source(args.file)
        with open_file(path) as file:
            kind = sources.format_of(path.name, _peek(file), args.format)
            source = sources.parquet_rows(path) if kind == "parquet" else iter(sources.TextSource(file, name, kind))
            _append_all(session, stream, settings, source)
    added = stream.size - before
    session.out.say(_appended_words(stream, added))
    session.out.value({"appended": added, "size": stream.size, "root": stream.root()})
    return 0


def _append_all(session: Session, stream: StreamStore, settings: Settings, source: Iterator[SourceRow]) -> None:
    from trialseal.streams import parallel
    from trialseal.streams.batch import RefusedRow
    from trialseal.streams.disk import Busy
    from trialseal.streams.lines import Damaged
    from trialseal.streams.store import NotWritten

    def told() -> Iterator[Row]:
        for number, row in enumerate(parallel.rows(settings, source), 1):
            if not number & 0x3FFF:
                session.out.progress(f"{number} events read …")
            yield row

    try:
        stream.append(told())
    except RefusedRow as refused:
        raise FailedError(f"{settings.name}, line {refused.row.line}: {refused}; nothing was appended") from None
    except (Busy, Damaged, NotWritten):
        raise
    except FailedError as error:
        raise FailedError(f"{error}; nothing was appended") from None


def _follow(session: Session, stream: StreamStore, settings: Settings) -> int:
    """Appends what a file has and what is added to it. Its place is committed with its rows."""
    from trialseal.streams import sources
    from trialseal.streams.disk import Busy
    from trialseal.streams.intake import Intake

    args = session.args
    path = _source(args.file)
    with open_file(path) as file:
        kind = sources.format_of(path.name, _peek(file), args.format)
    if args.file == "-" or kind == "parquet":
        raise UsageError("--follow reads a CSV or NDJSON file that grows: name one")
    before, quiet_since = stream.size, time.monotonic()
    session.out.say(f"following {path}; Ctrl-C ends it, and the next run goes on from there")
    with suppress(KeyboardInterrupt):
        while args.stop_after is None or time.monotonic() - quiet_since < args.stop_after:
            try:
                now = int(time.time())  # each time anew: what is written next month is not from the future then
                added = _take_over(stream, path, kind, Intake(settings._replace(now=now)))
            except Busy:
                added = 0
            if added:
                quiet_since = time.monotonic()
                session.out.say(_appended_words(stream, added))
            else:
                time.sleep(_FOLLOW_PAUSE)
    session.out.value({"appended": stream.size - before, "size": stream.size, "root": stream.root()})
    return 0


def _take_over(stream: StreamStore, path: Path, kind: str, intake: Intake) -> int:
    """Appends the whole rows that a growing file has behind its last place; those before a bad row, then the error."""
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
        source = sources.TextSource(file, str(path), kind, start=start, growing=True)
        try:
            for one in islice(source, _FOLLOW_ROWS):
                rows.append(intake.row(one))
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


def _appended_words(stream: StreamStore, added: int) -> str:
    if not added:
        return f"no event to append; stream {stream.config.name} holds {entries(stream.size)}"
    last = stream.size - 1
    if added == 1:
        what, where, them = "1 event", f"entry {last}", "it is anchored, it"
    else:
        what, where, them = f"{added} events", f"entries {stream.size - added} to {last}", "they are anchored, they"
    return f"{what} appended to stream {stream.config.name} as {where}; until {them} could still be changed"


def _source(name: str) -> Path:
    path = Path(name)
    if name != "-" and not is_file(path):
        raise UsageError(f"there is no file {name}: name the file of events, or - for standard input")
    return path


def _peek(file: BinaryIO) -> bytes:
    """How a file begins, still to be read."""
    peek = getattr(file, "peek", None)
    return bytes(peek(16)[:16]) if peek else b""
