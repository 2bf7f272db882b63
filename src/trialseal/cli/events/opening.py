"""`events open`: a stream's store, and the act that opens it."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from trialseal.acts import trials
from trialseal.cli.acting import do
from trialseal.cli.events.stores import chain_time, store_folder
from trialseal.cli.session import Session
from trialseal.cli.times import when
from trialseal.cli.trial.naming import trial_named
from trialseal.documents.times import unix_seconds
from trialseal.errors import FailedError, UsageError
from trialseal.files import write_json
from trialseal.ledger.codes import ActCode

if TYPE_CHECKING:
    from trialseal.streams.schedule import Schedule


def open_stream(session: Session) -> int:
    """Makes a stream's store and seals its opening."""
    from trialseal.streams import config as configs
    from trialseal.streams import store

    args = session.args
    trial, folder = trial_named(session, args.trial)
    place = Path(args.folder) if args.folder else folder.path if folder else None
    if place is None:
        raise UsageError(
            f"{args.trial} is not a folder: say with --folder FOLDER where the stream's store is to be kept"
        )
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
        raise UsageError(
            "--every and --pad go together: fixed times alone reveal sizes, and fixed sizes alone reveal times"
        )
    if not 1 <= args.pad <= 1 << 32:
        raise UsageError(f"--pad {args.pad} is not a number of entries: say more than there will ever be in one period")
    return Schedule(unix_seconds(args.start, "--start") if args.start else start, period(args.every), args.pad)


def _schedule_words(schedule: Schedule) -> str:
    return (
        f"a head of exactly {schedule.step} more entries at fixed times, first {when(schedule.next(schedule.start))}, "
        f"each to be anchored within {_span(schedule.window)} of its time"
    )


def _span(seconds: int) -> str:
    """A length of time, in the largest unit that leaves a number above one."""
    for unit, length in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} seconds"
