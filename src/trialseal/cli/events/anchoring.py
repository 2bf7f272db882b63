"""`events anchor`: a stream's head goes on the chain, with the proof that it extends the one there."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialseal import escaping
from trialseal.acts import streams
from trialseal.acts.carrying_out import send
from trialseal.acts.desk import Desk
from trialseal.cli.acting import do
from trialseal.cli.events.stores import chain_time, store_named, stores_in
from trialseal.cli.session import Session
from trialseal.cli.times import when
from trialseal.documents.versions import format_of
from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.evidence.wording import count, entries
from trialseal.folder.receipts import keep
from trialseal.ledger.contracts import contract
from trialseal.ledger.heads import head_from
from trialseal.ledger.moments import iso_time
from trialseal.ledger.records import Head, HeadState

if TYPE_CHECKING:
    from trialseal.streams.batch import Row
    from trialseal.streams.store import StreamStore

HEAD_RECEIPT = "trialseal-receipt-of-head"


def anchor(session: Session) -> int:
    """Puts the head of a stream on the chain, with the proof that it extends the one there; or of all that are due."""
    args = session.args
    if args.all:
        return _anchor_all(session)
    if not args.stream:
        raise UsageError("STREAM is missing: name one, or say --all for every stream that is due")
    stream = store_named(session)
    _require_open(session, stream, args.trial)
    if args.dry_run or session.signs_only:
        return _planned_anchor(session, stream)
    session.out.value(_anchored(session, stream))
    return 0


def _anchor_all(session: Session) -> int:
    """Anchors every stream below a trial's folder, or a folder of trials, that is due; what fails ends no other."""
    args, out = session.args, session.out
    for option in ("stream", "dry_run", "wait", "sign_only"):
        if getattr(args, option):
            raise UsageError(f"--all anchors every stream that is due at once: leave {option.replace('_', '-')} out")
    place = Path(args.trial)
    damaged: list[FailedError] = []
    streams = stores_in([place, *sorted(one for one in place.glob("*/") if not one.is_symlink())], damaged)
    if not streams and not damaged:
        raise UsageError(f"{place} holds no stream: name a trial's folder, or the folder of several trials' folders")
    rows: list[dict[str, Any]] = []
    failed = [str(one) for one in damaged]
    for stream in streams:
        name = f"{stream.folder.parent.parent.name}/{stream.config.name}"
        if not stream.size and stream.config.schedule is None:
            out.say(f"{name}: no entry yet")
            continue
        try:
            _require_open(session, stream, str(stream.folder.parent.parent))
            rows.append({"stream": name, **_anchored(session, stream)})
        except (FailedError, UndeterminedError, UsageError) as error:
            failed.append(f"{name}: {error}")
    for one in failed:
        out.say(f"not anchored: {one}")
    sent = sum(1 for row in rows if row["sent"])
    out.say(
        f"{sent} of {count(len(streams), 'stream')} anchored now" + (f", {len(failed)} could not be" if failed else "")
    )
    out.value({"streams": rows, "failed": failed})
    return 1 if failed else 0


def _require_open(session: Session, stream: StreamStore, trial: str) -> None:
    config = stream.config
    if not session.chain.stream_opened_at(config.trial, config.writer, config.id):
        raise FailedError(
            f"stream {config.name} is not opened on chain {session.chain.chain_id()}: run trialseal events open "
            f"{escaping.argument(trial)} {escaping.argument(config.name)} first"
        )


def _anchored(session: Session, stream: StreamStore) -> dict[str, Any]:
    """Anchors a stream's head if that is due, and says what was done; the same for a program."""
    config = stream.config
    where = (config.trial, config.writer, config.id)
    desk = session.desk(config.writer)
    with desk.alone(config.id):
        # What an earlier run signed and could not finish comes first.
        if desk.sender.resume(desk.slot("extend", config.id)) is not None:
            session.chain.renew()
        stream.recover()
        present = session.chain.head(*where)
        _require_prefix(session, stream, present)
        size = _next_size(session, stream, present)
        if size is None:
            return {"sent": False, "next_time": _next_time(session, stream)}
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
    return {"sent": sent, "waiting": waiting, "receipt": receipt, "file": str(path)}


def _next_time(session: Session, stream: StreamStore) -> int:
    assert stream.config.schedule is not None  # a stream without fixed times is always due
    return stream.config.schedule.next(chain_time(session))


def _planned_anchor(session: Session, stream: StreamStore) -> int:
    """What anchoring would send now, said or signed; nothing is padded."""
    config = stream.config
    present = session.chain.head(config.trial, config.writer, config.id)
    _require_prefix(session, stream, present)
    size = stream.size
    if config.schedule is not None and session.signs_only:
        raise UsageError(
            f"stream {config.name} has fixed times, which whoever sends its heads must keep: anchor it with an account "
            "that can pay"
        )
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


def _extend(desk: Desk, stream: StreamStore, present: HeadState | None, size: int) -> Head:
    config = stream.config
    proof = stream.consistency_proof(present.size, size) if present else []
    act = streams.extend(config.trial, config.writer, config.id, size, stream.root(size), proof, config.name)
    return head_from(send(desk, act)[0])


def _require_prefix(session: Session, stream: StreamStore, present: HeadState | None) -> None:
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


def _next_size(session: Session, stream: StreamStore, present: HeadState | None) -> int | None:
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
    from trialseal.documents.versions import FORMAT
    from trialseal.streams.batch import Row

    at = iso_time(time)
    for _ in range(count):
        id = f"padding-{secrets.token_hex(16)}"
        event = {"format": FORMAT, "kind": "event", "type": "padding", "id": id, "at": at}
        yield Row(id, None, event_form(event))


def _keep_head_receipt(session: Session, stream: StreamStore, head: Head) -> tuple[Path, dict[str, Any]]:
    """Keeps the receipt of a head beside the store; one that a reorganisation dropped gives way."""
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
    keep(path, receipt)
    return path, receipt
