"""What needs no key: events prove, verify, audit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialseal import escaping
from trialseal.cli.events.anchoring import HEAD_RECEIPT
from trialseal.cli.events.stores import store_named, stores_in
from trialseal.cli.events.trail import check_options, say_contests, write_trail
from trialseal.cli.session import Session
from trialseal.cli.times import when
from trialseal.cli.trial.naming import trial_named
from trialseal.documents.erasing import basis_words, kept_of, must_be_asked
from trialseal.documents.versions import version_of
from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.evidence.wording import entries
from trialseal.files import is_file, read_small
from trialseal.folder.layout import PROTOCOL, STREAMS
from trialseal.folder.receipts import LARGEST
from trialseal.kept_json import value_of
from trialseal.ledger.records import HeadHistory
from trialseal.ledger.records import Stream as OpenedStream
from trialseal.outputs import first_lines, write_output

if TYPE_CHECKING:
    from trialseal.evidence.trails import Held
    from trialseal.streams.audit import Erased, StreamAudit
    from trialseal.streams.head_file import Committed
    from trialseal.streams.proof import EventProof
    from trialseal.streams.store import StreamStore


# ----- prove -----


def prove(session: Session) -> int:
    """Writes the proof of one entry against the newest head that the store has a receipt of."""
    from trialseal.streams.proof import file_bytes

    args = session.args
    stream = store_named(session)
    index = args.index if args.index is not None else entry_named(stream, args.id)
    proof, receipt = proof_of(session, stream, index)
    value = proof.as_json()
    if args.out:
        data = file_bytes(proof)
        write_output(Path(args.out), data, first_lines(data, 2))
        session.out.say(
            f"entry {index} of stream {stream.config.name} ({value['event']['type']} {value['event']['id']}), proven "
            f"against head {receipt['number']} of {entries(receipt['size'])}: {args.out}"
        )
        session.out.say("  it shows this entry, whole, to whoever you give it to, and nothing of any other")
        session.out.value({"index": index, "file": args.out, "proof": value})
    else:
        session.out.text(file_bytes(proof).decode())
    return 0


def entry_named(stream: StreamStore, id: str) -> int:
    """The place of the entry with an event's id, from 0. UsageError if the store has none."""
    index = stream.find(id)
    if index is None:
        raise UsageError(f"stream {stream.config.name} holds no event with id {id}")
    return index


def proof_of(session: Session, stream: StreamStore, index: int) -> tuple[EventProof, dict[str, Any]]:
    """The proof of an entry, and the receipt of the head that it leads to. UndeterminedError while none is anchored."""
    from trialseal.streams.proof import make_proof

    stream.entry(index)
    receipt = _newest_receipt(session, stream)
    if receipt is None or receipt["size"] <= index:
        raise UndeterminedError(
            f"entry {index} is not anchored yet, so there is nothing to prove it against: run trialseal events anchor "
            f"{escaping.argument(stream.folder.parent.parent)} {escaping.argument(stream.config.name)} first"
        )
    root, contract = bytes.fromhex(receipt["root"]), bytes.fromhex(receipt["contract"][2:])
    return make_proof(stream, index, receipt["size"], root, receipt["chain_id"], contract), receipt


def _newest_receipt(session: Session, stream: StreamStore) -> dict[str, Any] | None:
    """The receipt of the newest head on the chain that is meant: the only one with receipts, or by `--network`."""
    chains = [path for path in sorted((stream.folder / "receipts").glob("*")) if list(path.glob("head-*.json"))]
    if not chains:
        return None
    if len(chains) > 1 or session.args.network:
        chains = [stream.folder / "receipts" / session.chain_name]
    receipts = sorted(chains[0].glob("head-*.json"))
    if not receipts:
        return None
    try:
        receipt: dict[str, Any] = value_of(read_small(receipts[-1], LARGEST, follow=False))
        kinds = {"root": str, "contract": str, "size": int, "chain_id": int, "number": int}
        version_of(receipt["format"], HEAD_RECEIPT, str(receipts[-1]))
        if any(type(receipt[key]) is not kind for key, kind in kinds.items()):
            raise ValueError
        if len(bytes.fromhex(receipt["root"])) != 32 or len(bytes.fromhex(receipt["contract"][2:])) != 20:
            raise ValueError
    except (OSError, ValueError, KeyError, TypeError, RecursionError, FailedError):
        raise UsageError(f"{receipts[-1]} is not a receipt of a head: delete it, and run events anchor again") from None
    return receipt


# ----- verify -----


def verify(session: Session) -> int:
    """Checks proofs of entries; 1 if one fails, 2 if one is right but its head was not looked for."""
    from trialseal.streams.proof import read_proof

    codes, values = [], []
    for name in session.args.proofs:
        proof = read_proof(Path(name))
        try:
            code, words, facts = _verdict(session, proof)
        except FailedError as error:
            code, words, facts = 1, str(error), {}
        except UndeterminedError as error:
            if len(session.args.proofs) == 1:
                raise
            code, words, facts = 2, str(error), {}
        codes.append(code)
        event = proof.event
        # Whoever wrote the file chose these: they must not look like lines of ours.
        what = f"{_one_line(event.get('type'))} {_one_line(event.get('id'))} of {_one_line(event.get('at'))}"
        answer = {0: "in the stream", 1: "NOT PROVEN", 2: "undetermined"}[code]
        session.out.say(f"{escaping.path(name)}: {what}: {answer}: {words}")
        values.append({"file": name, "answer": answer.lower(), "sentence": words, "event": event, **facts})
    session.out.value(values)
    return 1 if 1 in codes else max(codes)


def _one_line(value: object) -> str:
    return escaping.quoted(value)


def _verdict(session: Session, proof: EventProof) -> tuple[int, str, dict[str, Any]]:
    from trialseal.evidence.event_proofs import anchored, place_of

    if session.args.offline:
        return 2, f"it is {place_of(proof)}; whether that head is anchored was not asked of any chain", {}
    proof.verify()
    named = session.args.trial
    found = anchored(session.reader, proof, trial_named(session, named)[0] if named else None, named or "")
    return 0, found.sentence, found.facts


# ----- audit -----


def audit(session: Session) -> int:
    """Checks every stream of a trial against every head; 1 if one fails, 2 if one cannot be checked."""
    args = session.args
    check_options(session)
    folders = [Path(one) for one in args.folder]
    place = Path(args.trial)
    if place.is_dir() and (place / STREAMS).is_dir():
        folders.insert(0, place)
    trial = trial_audited(session, place)
    stores: dict[tuple[bytes, bytes], StreamStore] = {}
    damaged: list[FailedError] = []
    for one in stores_in(folders, damaged):
        if one.config.trial != trial:
            session.out.say(f"{one.folder} is of another trial ({one.config.trial.hex()[:8]}…): it was not looked at")
            continue
        other = stores.setdefault((one.config.writer, one.config.id), one)
        if other is not one and not other.folder.samefile(one.folder):
            raise UsageError(
                f"{other.folder} and {one.folder} are two copies of stream {one.config.name}: audit one folder at a "
                "time, since each may hold what the other does not"
            )
    opened = session.reader.streams(trial)
    state = session.reader.trial(trial)
    registered = state.created_at if state else 0
    held: list[Held] = []
    answers = [_audit_one(session, one, stores.pop((one.writer, one.stream), None), registered, held) for one in opened]
    for store in stores.values():
        words = f"stream {store.config.name} in {store.folder} was never opened on chain {session.reader.chain_id()}"
        session.out.say(f"{words}: what it holds ({entries(store.size)}) is bound by nothing")
        answers.append((1, {"name": store.config.name, "opened": False, "size": store.size, "faults": [words]}))
    for error in damaged:
        session.out.say(f"FAILS: {error}")
    contested = say_contests(session, held)
    files = write_trail(session, trial, held)
    codes = [code for code, _ in answers] + [1] * len(damaged)
    failing, unchecked = codes.count(1), codes.count(2)
    rest = [f"{n} {word}" for n, word in ((failing, "fail"), (unchecked, "could not be checked whole")) if n]
    count = f"{len(opened)} {'stream was' if len(opened) == 1 else 'streams were'}" if opened else "no stream was"
    verdict = f": {', '.join(rest) or 'all hold'}" if codes else ""
    session.out.say(f"{count} ever opened in trial {trial.hex()[:8]}…{verdict}")
    session.out.value(
        {
            "trial": trial,
            "streams": [value for _, value in answers],
            "damaged": [str(error) for error in damaged],
            "contested": contested,
            "trail": files,
        }
    )
    return 1 if failing else 2 if unchecked else 0


def trial_audited(session: Session, place: Path) -> bytes:
    """The trial's id: of a folder that holds nothing but stores, theirs."""
    if place.is_dir() and not is_file(place / PROTOCOL, follow=False):
        trials = {one.config.trial for one in stores_in([place])}
        if len(trials) != 1:
            holds = f"streams of {len(trials)} trials" if trials else "neither a protocol nor streams"
            raise UsageError(f"{place} holds {holds}: name the trial, and the folder of its streams with --folder")
        return trials.pop()
    return trial_named(session, str(place))[0]


def _audit_one(
    session: Session, opened: OpenedStream, store: StreamStore | None, registered: int, held: list[Held]
) -> tuple[int, dict[str, Any]]:
    """Says what one stream is worth; its exit code, and the same for a program. A whole store goes into `held`."""
    from trialseal.evidence.trails import Held
    from trialseal.streams.audit import Anchored, audit_stream, bytes_behind, schedule_faults
    from trialseal.streams.disk import Busy

    history = session.reader.head_history(opened.trial, opened.writer, opened.stream)
    value: dict[str, Any] = {
        "stream": opened.stream,
        "writer": opened.writer,
        "opened_at": opened.time,
        "heads": len(history.heads),
        "heads_complete": history.complete,
        "anchored_entries": history.state.size if history.state else 0,
    }
    writer = next((one.legal_name for one in session.parties if one.party == opened.writer), None)
    who = f"{escaping.name(writer) if writer else 'party'} ({opened.writer.hex()[:8]}…)"
    if store is None:
        session.out.say(
            f"stream {opened.stream.hex()[:8]}… of {who}, opened {when(opened.time)}: {_heads_words(history)}; its "
            "store was not found, so its entries could not be checked"
        )
        return 2, value | {"store": None}
    store.refresh()
    behind = bytes_behind(store)
    try:
        store.recover(check=False)
    except Busy:  # they are being written
        behind = 0
    except (FailedError, OSError):  # the walk below says what it is; a copy to read only stays as it is
        pass
    store.refresh()
    before = store.head
    # Of heads that do not lead to the digest in state none is believed, but the last, which is in state itself.
    last = history.state
    heads = [Anchored(one.number, one.size, one.root, one.time) for one in history.heads]
    if history.gap:
        heads = [Anchored(last.heads, last.size, last.root, last.time)] if last else []
    found = audit_stream(
        store,
        heads,
        lambda done, total: session.out.progress(f"{store.config.name}: {done} of {total} entries …"),
        registered=registered,
    )
    if found.faults and _written_to(store, before):
        raise UndeterminedError(f"{store.folder} was written to while it was read: run the audit again")
    faults = list(found.faults)
    if store.config.schedule and not history.gap:
        faults += schedule_faults(store.config.schedule, heads)
    if not found.faults:
        held.append(Held(store, store.config.name, who, heads, found.types["contest"]))
    head_line = f"stream {store.config.name} of {who}, opened {when(opened.time)}: {_heads_words(history)}"
    agrees = "the store agrees with itself" if history.state is None else "the store agrees with every one"
    whole = f"; {agrees}, {store.size} {'entry' if store.size == 1 else 'entries'}"
    session.out.say(head_line + ("" if faults or history.gap else whole))
    for fault in faults:
        session.out.say(f"  FAILS: {fault}")
    if history.gap:
        session.out.say(f"  cannot be determined: {history.gap}; name another node with --network")
    for line in _audit_lines(store, found):
        session.out.say(f"  {line}")
    if behind:
        session.out.say(
            f"  behind its last entry the store's log held {behind:,} more bytes: a write that was cut short, or lines "
            "that were put there by hand; they are no entries, and were left out"
        )
    value |= {
        "name": store.config.name,
        "store": str(store.folder),
        "size": found.size,
        "heads_reproduced": found.heads,
        "faults": faults,
        "types": dict(found.types),
        "tombstones": len(found.erasures),
        "erasures": [one._asdict() for one in found.erasures],
        "erased": dict(found.erased),
        "median_delay": found.median_delay,
        "longest_delay": found.longest_delay,
        "longest_delay_entry": found.longest_entry,
        "not_anchored": found.waiting,
        "tombstones_not_anchored": found.waiting_tombstones,
        "oldest_not_anchored": found.oldest_waiting,
        "before_registration": found.early,
        "corrected": found.corrected,
        "entered_in_error": found.in_error,
    }
    asked = any(must_be_asked(one.counts) for one in found.erasures)
    return (1 if faults else 2 if history.gap or asked else 0), value


def _written_to(store: StreamStore, before: Committed) -> bool:
    """Whether another process writes to the store, or has since `before`: what was read then may be half of each."""
    from trialseal.streams import disk

    try:
        with disk.alone(store.folder, store.config.name):
            store.refresh()
    except disk.Busy:
        return True
    except (FailedError, OSError):
        return False
    return store.head != before


def _heads_words(history: HeadHistory) -> str:
    if history.state is None:
        return "what is anchored is not known" if history.gap else "nothing is anchored"
    count = len(history.heads)
    whole = "all there are" if history.complete else "NOT ALL"
    return (
        f"{count} {'head' if count == 1 else 'heads'} ({whole}), the last of {entries(history.state.size)} "
        f"{when(history.state.time)}"
    )


def _audit_lines(store: StreamStore, found: StreamAudit) -> list[str]:
    lines = []
    if found.median_delay is not None and found.longest_delay is not None:
        lines.append(
            f"from event to anchor: {span(found.median_delay)} in the median, {span(found.longest_delay)} at most "
            f"(entry {found.longest_entry})"
        )
    if found.waiting:
        words = f"not yet anchored, so that it could still be changed: {_count(found.waiting, 'entry', 'entries')}"
        words += f", of which {_count(found.waiting_tombstones, 'tombstone')}" if found.waiting_tombstones else ""
        lines.append(words + (f", the oldest of {found.oldest_waiting}" if found.oldest_waiting else ""))
    if found.erasures:
        erased = ", ".join(f"{count} {type}" for type, count in sorted(found.erased.items())) or "nothing"
        lines.append(f"tombstones: {len(found.erasures)}, by which were erased: {erased}")
        lines += [asked for one in found.erasures if (asked := _asked_words(one))]
    if found.corrected or found.in_error:
        lines.append(
            f"corrected: {found.corrected}; entered in error: {found.in_error} (what was written first stays, and "
            "counts no longer)"
        )
    if found.early:
        lines.append(f"dated before the trial's registration: {found.early}")
    if found.types["padding"]:
        lines.append(f"padding: {found.types['padding']} of {entries(found.size)}")
    return lines


def _asked_words(one: Erased) -> str | None:
    """What is asked of an erasure of what must usually be kept."""
    if not (types := must_be_asked(one.counts)):
        return None
    erased = " and ".join(f"{one.counts[type]} {type}" for type in types)
    source = "; ".join(kept.source for kept in kept_of(types))
    return (
        f"cannot be determined: entry {one.entry} erased {erased}, by {one.by}, {basis_words(one.legal_basis)}: was "
        f"that checked against what must be kept ({source})? docs/erasing.md lists it"
    )


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def span(seconds: int) -> str:
    """A length of time in words, to two units."""
    parts = []
    for unit, length in (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1)):
        if count := seconds // length:
            parts.append(f"{count} {unit}")
            seconds -= count * length
        if len(parts) == 2 or (parts and count == 0):
            break
    return " ".join(parts) or "0 s"
