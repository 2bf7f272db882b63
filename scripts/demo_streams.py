"""Drops one adverse event from a stream of many, and edits another: neither the chain nor the audit accepts it.

python scripts/demo_streams.py [EVENTS [HEADS]]: how many events (100000), anchored in how many heads (10). The one who
tries could do it best: the writer itself, with its key, every secret and the whole store.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

from demo import PASSWORD, free_port, run
from trialseal.cli.output import Output
from trialseal.cli.session import Session
from trialseal.documents.events import event_form
from trialseal.errors import TrialsealError
from trialseal.ledger import accounts, devnet, networks
from trialseal.ledger.chain import Chain
from trialseal.ledger.contracts import contract
from trialseal.streams import head_file
from trialseal.streams.lines import subject_of
from trialseal.streams.store import Row, Stream, create_stream, open_stream

EXAMPLE = Path("trials/fictitious-late-registration")
PLACE = Path(".toolchain/demo-streams")
NAME = "adverse-events"
TERMS = ("Headache", "Nausea", "Pyrexia", "Fatigue", "Chills", "Arthralgia")
SUBJECTS = 5000


def main(events: int = 100_000, heads: int = 10) -> int:
    """The whole demonstration; 0 if neither chain nor audit was deceived."""
    shutil.rmtree(PLACE, ignore_errors=True)
    trial, home = PLACE / "trial", PLACE / "home"
    shutil.copytree(EXAMPLE, trial, ignore=shutil.ignore_patterns("receipts"))
    home.mkdir()
    (home / "password").write_text(PASSWORD, encoding="utf-8")
    os.environ |= {"TRIALSEAL_HOME": str(home), "TRIALSEAL_PASSWORD_FILE": str(home / "password")}
    devnet.up(home, port=free_port())
    try:
        return demonstrate(home, trial, events, heads)
    finally:
        devnet.down(home)


def demonstrate(home: Path, trial: Path, events: int, heads: int) -> int:
    """Registers, fills, anchors, audits; then drops, then edits."""
    accounts.new(home, "sponsor", PASSWORD, light=True)
    devnet.fund(Chain(networks.resolve("devnet", home)), dict(accounts.list_accounts(home))["sponsor"], 100)
    ok = run("deploy") and run("party", "create", "--name", "Demo sponsor") and run("register", str(trial))
    ok = ok and run("events", "open", str(trial), NAME)
    folder = trial / "streams" / NAME

    print(f"\n{events} adverse events, in {heads} batches, each appended and anchored:")
    started = time.monotonic()
    for number in range(heads):
        batch = PLACE / "batch.csv"
        write_batch(batch, events * number // heads, events * (number + 1) // heads)
        shown = number < 2 or number == heads - 1
        ok = ok and quietly(shown, "events", "append", str(trial), NAME, str(batch))
        ok = ok and quietly(shown, "events", "anchor", str(trial), NAME)
        if number == 1 and heads > 3:
            print(f"… and {heads - 3} more like these …")
    print(f"({time.monotonic() - started:.0f} s, {events / (time.monotonic() - started):.0f} events a second)")
    ok = ok and timed("events", "audit", str(trial))
    if not ok:
        print("\nSomething did not go as it should: see above.")
        return 1

    victim = events // 3
    event = open_stream(folder).entry(victim).event
    assert event is not None
    print(f"\nOne event is dropped: entry {victim}, {event['id']}, {event['seriousness']} {event['term'].lower()}.")
    print("The writer rebuilds its whole store without it, with every secret in its place, and puts it in its stead:")
    true = PLACE / "true"
    folder.rename(true)
    forge(open_stream(true), folder, without=victim)
    ok &= timed("events", "audit", str(trial), code=1)
    ok &= run("events", "anchor", str(trial), NAME, code=1)
    print("\nIt goes around the command, and sends the contract what its own tree gives:")
    ok &= is_refused(open_stream(folder), "the forged head, with the forged tree's proof")
    ok &= is_refused(open_stream(folder), "the forged head, with the true tree's proof", proof_of=open_stream(true))

    print(f"\nThe true store again; now one digit of entry {victim} is edited where it stands, its grade:")
    shutil.rmtree(folder)
    true.rename(folder)
    edit(folder, victim)
    ok &= timed("events", "audit", str(trial), code=1)
    write_batch(PLACE / "batch.csv", events, events + 1)
    ok &= run("events", "append", str(trial), NAME, str(PLACE / "batch.csv"), code=1)
    print("\nNeither the chain nor the audit accepted it." if ok else "\nSomething did not go as it should: see above.")
    return 0 if ok else 1


def write_batch(path: Path, first: int, last: int) -> None:
    """A file of invented adverse events number `first` to before `last`."""
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with path.open("w", encoding="utf-8") as file:
        file.write("id,type,at,subject,seriousness,term,grade\n")
        for number in range(first, last):
            subject = number * 7919 % SUBJECTS
            serious = "serious" if number % 3 == 0 else "not-serious"
            file.write(
                f"AE-{number:07},adverse-event,{at},D-{subject:05},{serious},{TERMS[number % 6]},{number % 5 + 1}\n"
            )


def forge(stream: Stream, folder: Path, without: int) -> None:
    """The store that there would be if one entry had never been: same stream, same secrets, all later entries."""
    made = create_stream(folder, stream.config)
    shutil.copy(stream.folder / "secrets", folder / "secrets")
    empty = head_file.Committed(0, 0, stream.head.subjects, made.head.root, head_file.stamps(folder))
    head_file.write(folder, empty)
    open_stream(folder).append(rows_but(stream, without))
    shutil.copytree(stream.folder / "receipts", folder / "receipts")


def rows_but(stream: Stream, without: int) -> Iterator[Row]:
    """The rows of a store but one."""
    with (stream.folder / head_file.LOG).open("rb") as log:
        for entry, line in zip(stream.entries(), log, strict=True):
            if entry.index != without and entry.event is not None:
                yield Row(entry.event["id"], subject_of(entry.event), line[:-1])


def is_refused(forged: Stream, words: str, proof_of: Stream | None = None) -> bool:
    """Whether the contract refuses a head of the forged store, one entry larger than what is anchored."""
    session = Session(SimpleNamespace(network=None), Output(as_json=False))  # type: ignore[arg-type]
    config = forged.config
    present = session.chain.head(config.trial, config.writer, config.id)
    assert present is not None
    for store in filter(None, (forged, proof_of)):
        store.append(filler(present.size + 1 - store.size))
    size = present.size + 1
    proof = (proof_of or forged).consistency_proof(present.size, size)
    head = (config.trial, config.writer, config.id, size, forged.root(size))
    try:
        session.sender.send("TrialLog", "extend", [head, proof])
    except TrialsealError as error:
        print(f"  {words}: {error}")
        return True
    print(f"  {words}: {contract('TrialLog').address} accepted it")
    return False


def filler(count: int) -> Iterator[Row]:
    """Entries of padding."""
    for number in range(count):
        id = f"padding-{time.time_ns()}-{number}"
        event = {"format": "trialseal/1", "kind": "event", "type": "padding", "id": id, "at": "2026-01-01"}
        yield Row(id, None, event_form(event))


def edit(folder: Path, index: int) -> None:
    """Raises the grade of an entry by one, 5 to 1, in the log."""
    stream = open_stream(folder)
    start = stream.index.end(index - 1)
    line = stream.form(index)
    place = line.index(b'"grade":') + len(b'"grade":')
    digit = str(int(line[place : place + 1]) % 5 + 1)
    with (folder / head_file.LOG).open("r+b") as log:
        log.seek(start + place)
        log.write(digit.encode())
    print(f"  {folder / head_file.LOG}, line {index + 1}: grade {chr(line[place])} became {digit}")


def quietly(shown: bool, *words: str) -> bool:
    """One command, printed only if `shown`."""
    if shown:
        return run(*words)
    with Path(os.devnull).open("w") as nowhere:
        out, sys.stdout = sys.stdout, nowhere
        try:
            return run(*words)
        finally:
            sys.stdout = out


def timed(*words: str, code: int = 0) -> bool:
    """One command, and how long it took."""
    started = time.monotonic()
    ok = run(*words, code=code)
    print(f"  ({time.monotonic() - started:.1f} s)")
    return ok


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main(*map(int, sys.argv[1:])))
