"""What a site does with a stream: events open, append, anchor, forget."""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from trialseal.acts import streams, trials
from trialseal.acts.carrying_out import send
from trialseal.acts.desk import Desk
from trialseal.cli.acting import do
from trialseal.cli.events.stores import chain_time, site_key, store_folder, store_named
from trialseal.cli.session import Session
from trialseal.cli.trial.acts import seconds
from trialseal.cli.trial.naming import trial_named
from trialseal.cli.trial.receipting import when
from trialseal.documents.versions import format_of
from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.evidence.wording import entries
from trialseal.files import is_file, open_file, write_json
from trialseal.ledger.codes import ActCode
from trialseal.ledger.contracts import contract
from trialseal.ledger.heads import head_from
from trialseal.ledger.moments import iso_time
from trialseal.ledger.records import Head, HeadState

if TYPE_CHECKING:
    from trialseal.streams.batch import Row
    from trialseal.streams.head_file import Place
    from trialseal.streams.intake import Intake, Settings
    from trialseal.streams.schedule import Schedule
    from trialseal.streams.sources import SourceRow
    from trialseal.streams.store import Stream

HEAD_RECEIPT = "trialseal-receipt-of-head"
# Rows of a growing file that are committed at a time, and seconds between two looks at it.
_FOLLOW_ROWS = 50_000
_FOLLOW_PAUSE = 0.5


# ----- open -----


def open_stream(session: Session) -> int:
    """Makes a stream's store and seals its opening."""
    from trialseal.streams import config as configs
    from trialseal.streams import store

    args = session.args
    trial, folder = trial_named(session, args.trial)
    place = Path(args.folder) if args.folder else folder.path if folder else None
    if place is None:
        raise UsageError(f"{args.trial} is no folder: say with --folder FOLDER where the stream's store is to be kept")
    state = session.chain.trial(trial)
    if state is None:
        raise FailedError(
            f"trial {trial.hex()} is not registered on chain {session.chain.chain_id()}: register it first"
        )
    path = store_folder(place, args.stream)
    if path.exists():
        stream = store.open_stream(path)
        if (stream.config.trial, stream.config.writer, stream.config.name) != (trial, session.party, args.stream):
            raise UsageError(
                f"{path} is a stream of another trial, of another name or of another party "
                f"({stream.config.writer.hex()[:8]}…): choose another name, or act for that party"
            )
        if (args.every or args.pad) and _schedule(session, stream.config.created_at) != stream.config.schedule:
            raise UsageError(
                f"{path} was made with other fixed times: they stand as they are, leave --every and --pad out"
            )
    else:
        now = chain_time(session)
        config = configs.StreamConfig(
            trial=trial,
            writer=session.party,
            name=args.stream,
            salt=secrets.token_bytes(configs.SALT_BYTES),
            registered_at=state.created_at,
            created_at=now,
            schedule=_schedule(session, now),
        )
        if args.dry_run:  # its salt, and so the id that is shown, will be another one
            do(session, [trials.open_stream(trial, session.party, config.id, args.stream)], folder)
            return 0
        stream = store.create_stream(path, config)
    id = stream.config.id
    if not session.chain.is_permitted(trial, session.party, ActCode.OPEN_STREAM, id):
        raise FailedError(
            f"party {session.party.hex()[:8]}… is neither the trial's sponsor nor appointed for this stream: ask the "
            f"sponsor to run trialseal appoint TRIAL {session.party.hex()} --stream {id.hex()}, then run the same "
            f"command again (the store is made: {path})"
        )
    done = do(session, [trials.open_stream(trial, session.party, id, args.stream)], folder)
    if done is None:
        return 0
    write_json(path / "receipts" / session.chain_name / "opened.json", done[0].receipt)
    session.out.say(f"  store: {path} (private: it stays with the site; keep a backup)")
    if stream.config.schedule:
        session.out.say(f"  {_schedule_words(stream.config.schedule)}")
    session.out.value({**done[0].value, "stream": id, "store": str(path)})
    return 0


def _schedule(session: Session, start: int) -> Schedule | None:
    from trialseal.streams.schedule import Schedule, period

    args = session.args
    if args.every is None and args.pad is None:
        if args.start:
            raise UsageError(
                "--start belongs to --every and --pad: say how often a head is due, and of how many entries"
            )
        return None
    if args.every is None or args.pad is None:
        raise UsageError("--every and --pad go together: times alone betray by sizes, and sizes by times")
    if not 1 <= args.pad <= 1 << 32:
        raise UsageError(f"--pad {args.pad} is not a number of entries: say more than there will ever be in one period")
    return Schedule(seconds(args.start, "--start") if args.start else start, period(args.every), args.pad)


def _schedule_words(schedule: Schedule) -> str:
    return (
        f"a head of exactly {schedule.step} more entries at fixed times, first {when(schedule.next(schedule.start))}, "
        f"each to be anchored within {_span(schedule.window)} of its time"
    )


# ----- append -----


def append(session: Session) -> int:
    """Appends the events of a file: all or none; or as the file grows."""
    from trialseal.streams import sources
    from trialseal.streams.intake import Settings

    args = session.args
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


def _append_all(session: Session, stream: Stream, settings: Settings, source: Iterator[SourceRow]) -> None:
    from trialseal.streams import parallel
    from trialseal.streams.batch import Refused
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
    except Refused as refused:
        raise FailedError(f"{settings.name}, line {refused.row.line}: {refused}; nothing was appended") from None
    except (Busy, Damaged, NotWritten):
        raise
    except FailedError as error:
        raise FailedError(f"{error}; nothing was appended") from None


def _follow(session: Session, stream: Stream, settings: Settings) -> int:
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


def _take_over(stream: Stream, path: Path, kind: str, intake: Intake) -> int:
    """Appends the whole rows that a growing file has behind its last place; those before a bad row, then the error."""
    from trialseal.streams import sources
    from trialseal.streams.batch import Refused

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
    except Refused as refused:
        good = rows.index(refused.row)
        if good:
            stream.append(rows[:good], behind(places[good - 1]))
        fault, added = FailedError(f"{path}, line {refused.row.line}: {refused}"), good
    if fault:
        before = "1 event before it was" if added == 1 else f"{added} events before it were"
        raise FailedError(f"{fault}; {before} appended, correct the line and follow again")
    return added


def _appended_words(stream: Stream, added: int) -> str:
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


# ----- anchor -----


def anchor(session: Session) -> int:
    """Puts the head of a stream on the chain, with the proof that it extends the one there."""
    stream = store_named(session)
    config = stream.config
    where = (config.trial, config.writer, config.id)
    if not session.chain.stream_opened_at(*where):
        raise FailedError(
            f"stream {config.name} is not opened on chain {session.chain.chain_id()}: run trialseal events open "
            f"{session.args.trial} {config.name} first"
        )
    desk = session.desk(config.writer)
    if session.args.dry_run:
        return _planned_anchor(session, stream)
    with desk.alone(config.id):
        journal = desk.journal("extend", config.id)
        if journal.exists():  # what an earlier run signed and could not finish comes first
            desk.sender.resume(journal)
            session.chain.renew()
        stream.recover()
        present = session.chain.head(*where)
        _require_prefix(session, stream, present)
        size = _next_size(session, stream, present)
        if size is None:
            return 0
        head = None if present and present.size == size else _extend(desk, stream, present, size)
        sent = head is not None
        if head is None:
            assert present is not None
            history = session.chain.head_history(*where)
            if history.gap:
                raise UndeterminedError(
                    f"the chain's log of this stream is not complete: {history.gap}; try another node"
                )
            head = history.heads[-1]
    path, receipt = _keep_head_receipt(session, stream, head)
    if sent:
        session.out.say(
            f"head {head.number} of stream {config.name}: {entries(head.size)}, anchored {when(head.time)} in block "
            f"{head.block}"
        )
        session.out.say(f"  receipt: {path}")
    else:
        session.out.say(
            f"head {head.number} of stream {config.name} holds all {entries(head.size)} already, anchored "
            f"{when(head.time)}: nothing was sent"
        )
    if waiting := stream.size - size:
        session.out.say(f"  {entries(waiting)} beyond the fixed step, for the next time")
    session.out.value({"sent": sent, "waiting": waiting, "receipt": receipt, "file": str(path)})
    return 0


def _planned_anchor(session: Session, stream: Stream) -> int:
    """What anchoring would send now; nothing is padded."""
    config = stream.config
    present = session.chain.head(config.trial, config.writer, config.id)
    _require_prefix(session, stream, present)
    size = stream.size
    if config.schedule is not None:
        size = (present.size if present else 0) + config.schedule.step
        if size > stream.size:
            session.out.say(f"{entries(size - stream.size)} of padding would be added first")
            session.out.value({"dry_run": True, "padding": size - stream.size})
            return 0
    if not size or (present and present.size == size):
        session.out.say(f"stream {config.name} has nothing to anchor: nothing would be sent")
        session.out.value({"dry_run": True, "acts": []})
        return 0
    proof = stream.consistency_proof(present.size, size) if present else []
    act = streams.extend(config.trial, config.writer, config.id, size, stream.root(size), proof, config.name)
    do(session, [act], desk=session.desk(config.writer))
    return 0


def _extend(desk: Desk, stream: Stream, present: HeadState | None, size: int) -> Head:
    config = stream.config
    proof = stream.consistency_proof(present.size, size) if present else []
    act = streams.extend(config.trial, config.writer, config.id, size, stream.root(size), proof, config.name)
    return head_from(send(desk, act)[0])


def _require_prefix(session: Session, stream: Stream, present: HeadState | None) -> None:
    """FailedError unless the chain's head is of the first entries of the store."""
    if present is None:
        return
    if present.size > stream.size:
        raise FailedError(
            f"{stream.folder} holds {entries(stream.size)}, and {present.size} are anchored on chain "
            f"{session.chain.chain_id()}: it is an older copy, find the newest"
        )
    if stream.root(present.size) != present.root:
        raise FailedError(
            f"{stream.folder}: its first {entries(present.size)} are not those whose head is anchored on chain "
            f"{session.chain.chain_id()}: nothing was sent; trialseal events audit says more"
        )


def _next_size(session: Session, stream: Stream, present: HeadState | None) -> int | None:
    """Of how many entries the next head is; None if none is due, which has been said then."""
    schedule = stream.config.schedule
    if schedule is None:
        if not stream.size:
            raise UsageError(f"stream {stream.config.name} holds no entry yet: append some first")
        return stream.size
    now = chain_time(session)
    due = schedule.due(now)
    if due is None or (present and present.time >= due):
        following = schedule.next(now)
        why = "the head of this time is anchored already" if due else "now is not one of the stream's fixed times"
        if not session.args.wait:
            session.out.say(f"{why}: nothing was sent; the next time is {when(following)}")
            session.out.value({"sent": False, "next_time": following})
            return None
        session.out.say(f"{why}: waiting until {when(following)} …")
        while (now := chain_time(session)) < following:
            time.sleep(min(following - now, 30))
        due = following
    size = (present.size if present else 0) + schedule.step
    if size > stream.size:
        stream.append(_padding(size - stream.size, due))
    return size


def _padding(count: int, time: int) -> Iterator[Row]:
    """Entries that say nothing."""
    from trialseal.documents.events import event_form
    from trialseal.documents.fields import FORMAT
    from trialseal.streams.batch import Row

    at = iso_time(time)
    for _ in range(count):
        id = f"padding-{secrets.token_hex(16)}"
        event = {"format": FORMAT, "kind": "event", "type": "padding", "id": id, "at": at}
        yield Row(id, None, event_form(event))


def _keep_head_receipt(session: Session, stream: Stream, head: Head) -> tuple[Path, dict[str, Any]]:
    """Writes the receipt of a head beside the store, unless it is there."""
    path = stream.folder / "receipts" / session.chain_name / f"head-{head.number:06}.json"
    fields = {name: value.hex() if isinstance(value, bytes) else value for name, value in asdict(head).items()}
    receipt = {
        "format": format_of(HEAD_RECEIPT),
        **fields,
        "chain_id": session.chain.chain_id(),
        "contract": contract("TrialLog").address,
        "finality": session.chain.finality(head.block),
        "recorded": iso_time(head.time),
    }
    if not path.exists():
        write_json(path, receipt)
    return path, receipt


# ----- forget -----


def forget(session: Session) -> int:
    """Erases one participant's entries and secret, and appends the tombstone."""
    from trialseal.documents.privacy import require_private
    from trialseal.streams.pseudonyms import Pseudonyms

    args = session.args
    stream = store_named(session)
    subject = Pseudonyms(site_key(session, make=False)).of(args.subject)
    said = {"by": args.by, "reason": args.reason, "legal_basis": args.legal_basis}
    # A tombstone stays for ever: it must not tell again what it is there to forget.
    require_private(said, "the tombstone", {args.subject} - {subject})
    done = stream.forget(
        subject,
        by=args.by,
        reason=args.reason,
        legal_basis=args.legal_basis,
        at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    if done is None:
        session.out.say(f"participant {subject} was erased before: nothing was changed")
        session.out.value({"subject": subject, "erased": 0})
        return 0
    erased = sum(done.counts.values())
    types = ", ".join(f"{count} {type}" for type, count in done.counts.items())
    session.out.say(
        f"participant {subject} is erased from stream {stream.config.name}: {entries(erased)} erased ({types}), its "
        f"secret destroyed; the tombstone is entry {done.tombstone}"
    )
    session.out.say(
        "  not in reach of this command, and yours to erase: the files that the events came from, backups, proofs "
        "handed out, and this participant in other streams"
    )
    session.out.value({"subject": subject, "erased": erased, "counts": done.counts, "tombstone": done.tombstone})
    return 0


# ----- words -----


def _span(seconds: int) -> str:
    """A length of time, in the largest unit that leaves a number above one."""
    for unit, length in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} seconds"
