"""Drops one adverse event from a stream of many, and edits another: the chain refuses it, the audit shows it.

python scripts/demo_streams.py [EVENTS [HEADS]]: how many events (100000), anchored in how many heads (10). The one who
tries could do it best: the writer itself, with its key, every secret and the whole store.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from demo import PASSWORD, create_party, free_port
from trialseal.acts import streams, trials
from trialseal.acts.act import ZERO
from trialseal.acts.carrying_out import carry_out
from trialseal.acts.desk import Desk, agree
from trialseal.acts.lines import other_line, trial_line
from trialseal.acts.own import Own, open_desk
from trialseal.documents.events import event_form
from trialseal.documents.versions import FORMAT
from trialseal.errors import TrialsealError
from trialseal.folder.trial_folder import TrialFolder
from trialseal.ledger import accounts, deployment, devnet, networks
from trialseal.ledger.chain import Chain
from trialseal.ledger.contracts import contract
from trialseal.streams import config as configs
from trialseal.streams import head_file, parallel, pseudonyms, sources
from trialseal.streams.audit import Anchored, audit_stream
from trialseal.streams.batch import Row
from trialseal.streams.intake import Settings
from trialseal.streams.lines import subject_of
from trialseal.streams.store import StreamStore, create_stream, open_stream

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
    chain = Chain(networks.resolve("devnet", home))
    devnet.fund(chain, dict(accounts.list_accounts(home))["sponsor"], 100)
    deployment.deploy(open_desk_of_nobody(home).sender)
    create_party(home, "sponsor", trial / "sponsor.json")
    desk = open_desk(ask=agree)
    folder = TrialFolder.open(trial)
    registered = carry_out(desk, trials.register(desk.party, folder.protocol()), folder)
    print(trial_line(registered))
    store = open_store(desk, folder, registered.act.about, registered.time)
    place = store.folder

    print(f"\n{events} adverse events, in {heads} batches, each appended and anchored:")
    started = time.monotonic()
    key = pseudonyms.site_key(home / "site-key")
    for number in range(heads):
        batch = PLACE / "batch.csv"
        write_batch(batch, events * number // heads, events * (number + 1) // heads)
        append(store, batch, key)
        line = anchor(desk, store)
        if number < 2 or number == heads - 1:
            print(line)
        if number == 1 and heads > 3:
            print(f"… and {heads - 3} more like these …")
    spent = time.monotonic() - started
    print(f"({spent:.0f} s, {events / spent:.0f} events a second)")
    if not audited(chain, open_stream(place)):
        print("\nSomething did not go as it should: see above.")
        return 1

    victim = events // 3
    event = open_stream(place).entry(victim).event
    assert event is not None
    print(f"\nOne event is dropped: entry {victim}, {event['id']}, {event['seriousness']} {event['term'].lower()}.")
    print("The writer rebuilds its whole store without it, with every secret in its place, and puts it in its stead:")
    true = PLACE / "true"
    place.rename(true)
    forge(open_stream(true), place, without=victim)
    ok = not audited(chain, open_stream(place))
    print("It sends the contract what its own tree gives:")
    ok &= is_refused(desk, open_stream(place), "the forged head, with the forged tree's proof")
    ok &= is_refused(
        desk, open_stream(place), "the forged head, with the true tree's proof", proof_of=open_stream(true)
    )

    print(f"\nThe true store again; now one digit of entry {victim} is edited where it stands, its grade:")
    shutil.rmtree(place)
    true.rename(place)
    edit(place, victim)
    ok &= not audited(chain, open_stream(place))
    print("\nNeither the chain nor the audit accepted it." if ok else "\nSomething did not go as it should: see above.")
    return 0 if ok else 1


def open_desk_of_nobody(home: Path) -> Desk:
    """A desk of the account alone, before it speaks for a party."""
    own = Own(home)
    return Desk(Chain(networks.resolve("devnet", home)), home, own.account, own.signing, ZERO)


def open_store(desk: Desk, folder: TrialFolder, trial: bytes, registered: int) -> StreamStore:
    """Makes a stream's store, and seals its opening."""
    config = configs.StreamConfig(
        trial=trial,
        writer=desk.party,
        name=NAME,
        salt=secrets.token_bytes(configs.SALT_BYTES),
        registered_at=registered,
        created_at=int(time.time()),
        schedule=None,
    )
    store = create_stream(folder.path / "streams" / NAME, config)
    print(trial_line(carry_out(desk, trials.open_stream(trial, desk.party, config.id, NAME), folder)))
    return store


def append(store: StreamStore, path: Path, key: bytes) -> None:
    """Appends the events of a file, all of them."""
    settings = Settings(store.config, key, path.name, int(time.time()))
    with path.open("rb") as file:
        store.append(parallel.rows(settings, iter(sources.TextSource(file, path.name, "csv"))))


def anchor(desk: Desk, store: StreamStore, size: int | None = None, proof_of: StreamStore | None = None) -> str:
    """Puts a store's head on the chain, with the proof that it extends the one there; what was done, in words."""
    config, size = store.config, size or store.size
    where = (config.trial, config.writer, config.id)
    desk.chain.renew()
    present = desk.chain.head(*where)
    proof = (proof_of or store).consistency_proof(present.size, size) if present else []
    return other_line(carry_out(desk, streams.extend(*where, size, store.root(size), proof, NAME)))


def audited(chain: Chain, store: StreamStore) -> bool:
    """Whether a store agrees with every head on the chain; says what it found, and how long it took."""
    started, config = time.monotonic(), store.config
    chain.renew()
    history = chain.head_history(config.trial, config.writer, config.id)
    heads = [Anchored(one.number, one.size, one.root, one.time) for one in history.heads]
    found = audit_stream(store, heads)
    print(f"audit of {store.size} entries against {len(heads)} heads ({time.monotonic() - started:.1f} s):")
    for fault in found.faults:
        print(f"  FAILS: {fault}")
    if not found.faults:
        print("  the store agrees with every head")
    return not found.faults and history.complete


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


def forge(stream: StreamStore, folder: Path, without: int) -> None:
    """The store that there would be if one entry had never been: same stream, same secrets, all later entries."""
    made = create_stream(folder, stream.config)
    shutil.copy(stream.folder / "secrets", folder / "secrets")
    empty = head_file.Committed(0, 0, stream.head.subjects, made.head.root, head_file.stamps(folder))
    head_file.write(folder, empty)
    open_stream(folder).append(rows_but(stream, without))


def rows_but(stream: StreamStore, without: int) -> Iterator[Row]:
    """The rows of a store but one."""
    with (stream.folder / head_file.LOG).open("rb") as log:
        for entry, line in zip(stream.entries(), log, strict=True):
            if entry.index != without and entry.event is not None:
                yield Row(entry.event["id"], subject_of(entry.event), line[:-1])


def is_refused(desk: Desk, forged: StreamStore, words: str, proof_of: StreamStore | None = None) -> bool:
    """Whether the contract refuses a head of the forged store, one entry larger than what is anchored."""
    config = forged.config
    desk.chain.renew()
    present = desk.chain.head(config.trial, config.writer, config.id)
    assert present is not None
    for store in filter(None, (forged, proof_of)):
        store.append(filler(present.size + 1 - store.size))
    try:
        anchor(desk, forged, present.size + 1, proof_of)
    except TrialsealError as error:
        print(f"  {words}: {error}")
        return True
    print(f"  {words}: {contract('TrialLog').address} accepted it")
    return False


def filler(count: int) -> Iterator[Row]:
    """Entries of padding."""
    for number in range(count):
        id = f"padding-{time.time_ns()}-{number}"
        event = {"format": FORMAT, "kind": "event", "type": "padding", "id": id, "at": "2026-01-01"}
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


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main(*map(int, sys.argv[1:])))
