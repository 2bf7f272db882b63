"""Streams as their users keep them: opened, filled, anchored, proven, forgotten, audited, on a real local chain."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.integration.test_command import PROTOCOL, User, free_port

from trialseal.cli import main
from trialseal.cli.events import anchoring
from trialseal.ledger import accounts, devnet, networks
from trialseal.ledger.chain import Chain
from trialseal.streams.store import StreamStore, open_stream

SPONSOR, SITE = ("--account", "sponsor"), ("--account", "site")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with a devnet of its own, a sponsor and a site."""
    path = tmp_path_factory.mktemp("home")
    (path / "password").write_text("correct horse")
    settings = {"TRIALSEAL_HOME": str(path), "TRIALSEAL_PASSWORD_FILE": str(path / "password")}
    before = {name: os.environ.get(name) for name in (*settings, "TRIALSEAL_ACCOUNT")}
    os.environ.update(settings)
    os.environ.pop("TRIALSEAL_ACCOUNT", None)
    try:
        assert main(["devnet", "up", "--port", str(free_port())]) == 0
        for name in ("sponsor", "site"):
            accounts.new(path, name, "correct horse", light=True)
            assert main(["devnet", "fund", name]) == 0
        assert main(["deploy", *SPONSOR]) == 0
        for name in ("sponsor", "site"):
            assert main(["party", "create", "--name", f"Test {name}", "--account", name]) == 0
        yield path
    finally:
        main(["devnet", "down"])
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})


@pytest.fixture
def user(home: Path, capsys: pytest.CaptureFixture[str]) -> User:
    return User(home, capsys)


@pytest.fixture
def trial(user: User, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """The folder of a registered trial."""
    folder = tmp_path / "trial"
    folder.mkdir()
    protocol = json.loads(PROTOCOL.read_text())
    protocol["trial"] = {"sponsor": "Test sponsor", "code": sha256(request.node.nodeid.encode()).hexdigest()[:20]}
    (folder / "protocol.json").write_text(json.dumps(protocol))
    user("register", folder, *SPONSOR)
    return folder


@pytest.fixture
def opened(user: User, trial: Path) -> Path:
    """The folder with stream `ae` opened."""
    user("events", "open", trial, "ae", *SPONSOR)
    return trial


def chain(home: Path) -> Chain:
    return Chain(networks.resolve("devnet", home))


def store(folder: Path, name: str = "ae") -> StreamStore:
    return open_stream(folder / "streams" / name)


def events(folder: Path, first: int, last: int, **members: Any) -> Path:
    """A file of adverse events number `first` to before `last`."""
    path = folder / f"events-{first}.ndjson"
    rows = [
        {"id": f"AE-{n}", "type": "adverse-event", "at": now(), "subject": f"S-{n % 3}", "seriousness": "serious"}
        for n in range(first, last)
    ]
    path.write_text("".join(json.dumps(row | members) + "\n" for row in rows))
    return path


def now() -> str:
    """Now."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def test_from_event_to_verified_proof(user: User, opened: Path, tmp_path: Path) -> None:
    assert "2 events appended" in user("events", "append", opened, "ae", events(tmp_path, 0, 2)).out
    assert "S-1" not in (opened / "streams" / "ae" / "entries.ndjson").read_text()  # a pseudonym instead
    refused = user("events", "prove", opened, "ae", "--id", "AE-1", code=2)
    assert "not anchored yet" in refused.err

    anchored = user("events", "anchor", opened, "ae", "--json", *SPONSOR).value
    assert anchored["sent"] is True
    assert (anchored["receipt"]["size"], anchored["receipt"]["number"]) == (2, 1)
    user("events", "append", opened, "ae", events(tmp_path, 2, 7))
    user("events", "anchor", opened, "ae", *SPONSOR)
    again = user("events", "anchor", opened, "ae", *SPONSOR)
    assert "nothing was sent" in again.out

    proof = tmp_path / "proof.json"
    user("events", "prove", opened, "ae", "--id", "AE-1", "--out", proof)
    verified = user("events", "verify", proof)
    assert "in the stream: entry 1 of the 7" in verified.out
    assert "devnet: the operator sets the clock" in verified.out
    [value] = user("events", "verify", proof, "--json").value
    assert (value["answer"], value["head"], value["event"]["id"]) == ("in the stream", 2, "AE-1")
    assert "was not asked of any chain" in user("events", "verify", proof, "--offline", code=2).out
    shown = user("verify", proof).out
    assert "is the proof of an event: entry 1 of the 7" in shown and "not sealed" not in shown
    other = json.loads(proof.read_text())
    other["event"]["id"] = "AE-2"
    changed = proof.with_name("changed.json")
    changed.write_text(json.dumps(other))
    assert "is the proof of an event, which does not hold" in user("verify", changed, code=1).out
    changed.write_text(json.dumps(json.loads(proof.read_text()) | {"chain_id": 1}))
    assert "name that chain with --network" in user("verify", changed, code=2).out
    changed.unlink()
    shown = json.loads(user("events", "prove", opened, "ae", "--index", "6").out)
    assert shown["event"]["id"] == "AE-6"


def test_a_proof_with_anything_altered_is_not_proven(user: User, opened: Path, tmp_path: Path) -> None:
    user("events", "append", opened, "ae", events(tmp_path, 0, 5))
    user("events", "anchor", opened, "ae", *SPONSOR)
    path = tmp_path / "proof.json"
    user("events", "prove", opened, "ae", "--index", "2", "--out", path)
    whole = json.loads(path.read_text())
    altered: dict[str, Any] = {
        "event": whole["event"] | {"seriousness": "not-serious"},
        "nonce": "00" * 32,
        "index": 3,
        "size": 6,
        "root": "00" * 32,
        "proof": whole["proof"][:-1],
        "trial": "00" * 32,
        "writer": "00" * 32,
        "stream": "00" * 32,
        "contract": "0x" + "00" * 20,
    }
    for name, value in altered.items():
        path.write_text(json.dumps(whole | {name: value}))
        answer = user("events", "verify", path, code=1)
        assert "NOT PROVEN" in answer.out, name
    path.write_text(json.dumps(whole | {"chain_id": 1}))
    assert "name that chain with --network" in user("events", "verify", path, code=3).err
    path.write_text(json.dumps({name: value for name, value in whole.items() if name != "nonce"}))
    assert "nonce is missing" in user("events", "verify", path, code=3).err


def test_a_receipt_that_a_crash_lost_is_written_again(user: User, opened: Path, tmp_path: Path) -> None:
    user("events", "append", opened, "ae", events(tmp_path, 0, 2))
    path = Path(user("events", "anchor", opened, "ae", "--json", *SPONSOR).value["file"])
    receipt = path.read_bytes()
    path.unlink()
    assert user("events", "anchor", opened, "ae", "--json", *SPONSOR).value["sent"] is False
    assert path.read_bytes() == receipt


def test_a_receipt_of_a_head_that_a_reorganisation_dropped_gives_way(user: User, opened: Path, tmp_path: Path) -> None:
    user("events", "append", opened, "ae", events(tmp_path, 0, 2))
    rpc = chain(user.home).rpc
    snapshot = rpc.call("evm_snapshot", [])
    old = user("events", "anchor", opened, "ae", "--json", *SPONSOR).value["receipt"]
    assert rpc.call("evm_revert", [snapshot])
    rpc.call("evm_mine", [])  # the head falls into another block
    user("events", "anchor", opened, "ae", *SPONSOR)
    [path] = (opened / "streams" / "ae" / "receipts").glob("*/head-*.json")
    kept = json.loads(path.read_text())
    assert kept["block_hash"] != old["block_hash"]
    assert kept["block_hash"] == rpc.call("eth_getTransactionReceipt", [kept["transaction"]])["blockHash"]
    [aside] = path.parent.glob("dropped/*.json")
    assert json.loads(aside.read_text()) == old
    proof = tmp_path / "AE-1.proof.json"
    user("events", "prove", opened, "ae", "--id", "AE-1", "--out", proof)
    assert "in the stream: entry 1 of the 2" in user("events", "verify", proof).out


def test_an_anchor_that_is_cut_off_after_sending_is_found_and_not_sent_again(
    user: User, home: Path, opened: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user("events", "append", opened, "ae", events(tmp_path, 0, 2))
    with monkeypatch.context() as patch:
        patch.setattr("trialseal.ledger.sending.Sender._await", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        user("events", "anchor", opened, "ae", *SPONSOR, code=130)
    user("events", "append", opened, "ae", events(tmp_path, 2, 5))  # before the command is run again
    user("events", "anchor", opened, "ae", *SPONSOR)
    config = store(opened).config
    assert [head.size for head in chain(home).head_history(config.trial, config.writer, config.id).heads] == [2, 5]
    user("events", "audit", opened)


def test_killed_while_anchoring_the_chain_never_has_a_head_that_the_store_cannot_prove(
    user: User, home: Path, opened: Path, tmp_path: Path
) -> None:
    chance, config = random.Random(3), store(opened).config
    words = ["events", "anchor", str(opened), "ae", *SPONSOR]
    for number in range(4):
        user("events", "append", opened, "ae", events(tmp_path, number * 10, number * 10 + 10))
        process = subprocess.Popen([sys.executable, "-m", "trialseal.cli", *words], stdout=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.3, 0.9))
        process.kill()
        process.wait(timeout=10)
        for head in chain(home).head_history(config.trial, config.writer, config.id).heads:
            assert store(opened).root(head.size) == head.root
    user("events", "anchor", opened, "ae", *SPONSOR)
    history = chain(home).head_history(config.trial, config.writer, config.id)
    assert history.complete
    assert history.heads[-1].size == 40
    user("events", "audit", opened)


def test_dropping_an_anchored_event_convinces_neither_audit_nor_chain(user: User, opened: Path, tmp_path: Path) -> None:
    user("events", "append", opened, "ae", events(tmp_path, 0, 8))
    user("events", "anchor", opened, "ae", *SPONSOR)
    user("events", "audit", opened)
    # Whoever writes the store anew without the event has secrets, salt and all, and the chain's head against it.
    forged = tmp_path / "forged"
    user("events", "append", opened, "ae", events(tmp_path, 8, 9))
    original = store(opened)
    rewrite(original, forged, without=3)
    os.rename(opened / "streams" / "ae", tmp_path / "true")
    os.rename(forged, opened / "streams" / "ae")

    answer = user("events", "audit", opened, code=1)
    assert "head 1 of 8 entries" in answer.out
    assert "was changed, dropped or put in after it was anchored" in answer.out
    assert "are not those whose head is anchored" in user("events", "anchor", opened, "ae", *SPONSOR, code=1).err


def rewrite(stream: StreamStore, folder: Path, without: int) -> None:
    """The same store without one entry, made by the store's own means."""
    from trialseal.streams.batch import Row
    from trialseal.streams.lines import subject_of
    from trialseal.streams.store import create_stream

    made = create_stream(folder, stream.config)
    rows = [
        Row(entry.event["id"], subject_of(entry.event), stream.form(entry.index))
        for entry in stream.entries()
        if entry.index != without and entry.event
    ]
    made.append(rows)
    shutil.copytree(stream.folder / "receipts", folder / "receipts")


def test_forgetting_leaves_other_proofs_and_is_counted(user: User, opened: Path, tmp_path: Path) -> None:
    user("events", "append", opened, "ae", events(tmp_path, 0, 9))
    user("events", "anchor", opened, "ae", *SPONSOR)
    words = ("--by", "Data protection office", "--reason", "asked for", "--legal-basis", "GDPR 17(1)(b)", "--yes")
    for told in ("S-1 asked for it", "asked for by Mr Smith"):  # a tombstone would tell it for ever
        refused = user("events", "forget", opened, "ae", "S-1", *words, "--reason", told, code=1)
        assert "the tombstone: reason holds" in refused.err
    asked = user("events", "forget", opened, "ae", "S-1", *words[:-1], code=3).err
    assert "this destroys 3 entries of type adverse-event" in asked and "nothing was erased" in asked
    done = user("events", "forget", opened, "ae", "S-1", *words)
    assert "3 entries erased (3 adverse-event)" in done.out
    assert "was erased before" in user("events", "forget", opened, "ae", "S-1", *words).out
    assert "holds nothing about" in user("events", "forget", opened, "ae", "S-9", *words, code=3).err
    assert "was erased" in user("events", "prove", opened, "ae", "--index", "4", code=3).err
    assert "was erased" in user("events", "append", opened, "ae", events(tmp_path, 13, 14), code=1).err
    user("events", "anchor", opened, "ae", *SPONSOR)
    proof = tmp_path / "proof.json"
    user("events", "prove", opened, "ae", "--index", "5", "--out", proof)
    user("events", "verify", proof)
    audited = user("events", "audit", opened, code=2).out  # safety data must usually be kept
    assert "tombstones: 1, by which were erased: 3 adverse-event" in audited
    assert "erased 3 adverse-event, by Data protection office, GDPR 17(1)(b)" in audited


def test_a_site_writes_a_stream_that_the_sponsor_appointed_it_for(user: User, trial: Path, tmp_path: Path) -> None:
    receipt = json.loads(next(trial.glob("receipts/*/0001*")).read_text())
    site = tmp_path / "site"
    refused = user("events", "open", receipt["trial"], "ae", "--folder", site, *SITE, code=1)
    stream = store(site)
    assert f"--stream {stream.config.id.hex()}" in refused.err
    party = stream.config.writer.hex()
    assert "appointed for stream" in user("appoint", trial, party, "--stream", stream.config.id.hex(), *SPONSOR).out
    user("events", "open", receipt["trial"], "ae", "--folder", site, *SITE)
    user("events", "append", site, "ae", events(tmp_path, 0, 2))
    user("events", "anchor", site, "ae", *SITE)

    alone = user("events", "audit", trial, code=2)
    assert "its store was not found" in alone.out
    assert "1 stream was ever opened" in user("events", "audit", site).out
    user("events", "open", trial, "mine", *SPONSOR)
    both = user("events", "audit", trial, "--folder", site)
    assert "2 streams were ever opened" in both.out
    assert "all hold" in both.out

    user("appoint", trial, party, "--stream", stream.config.id.hex(), "--end", *SPONSOR)
    user("events", "append", site, "ae", events(tmp_path, 2, 3))
    assert "may not write this stream" in user("events", "anchor", site, "ae", *SITE, code=1).err


def test_a_store_that_was_never_opened_is_bound_by_nothing(user: User, trial: Path, tmp_path: Path) -> None:
    party = json.loads(next(trial.glob("receipts/*/0001*")).read_text())["party"]
    user("events", "open", trial, "ae", "--party", "00" * 32, *SPONSOR, code=1)
    assert store(trial).config.writer.hex() != party
    assert "was never opened" in user("events", "audit", trial, code=1).out
    assert "is not opened on chain" in user("events", "anchor", trial, "ae", *SPONSOR, code=1).err


def test_an_older_copy_of_a_store_is_told_so(user: User, opened: Path, tmp_path: Path) -> None:
    user("events", "append", opened, "ae", events(tmp_path, 0, 2))
    shutil.copytree(opened / "streams" / "ae", tmp_path / "backup")
    user("events", "append", opened, "ae", events(tmp_path, 2, 4))
    user("events", "anchor", opened, "ae", *SPONSOR)
    shutil.rmtree(opened / "streams" / "ae")
    shutil.copytree(tmp_path / "backup", opened / "streams" / "ae")
    assert "it is an older copy" in user("events", "anchor", opened, "ae", *SPONSOR, code=1).err
    assert "entries that were anchored are missing" in user("events", "audit", opened, code=1).out


def test_lines_put_into_a_log_by_hand_are_told_of(user: User, opened: Path, tmp_path: Path) -> None:
    user("events", "append", opened, "ae", events(tmp_path, 0, 2))
    user("events", "anchor", opened, "ae", *SPONSOR)
    log = opened / "streams" / "ae" / "entries.ndjson"
    whole = log.read_bytes()
    assert "more bytes" not in user("events", "audit", opened).out
    log.write_bytes(whole + whole[-100:])
    said = user("events", "audit", opened).out
    assert "the store's log held 100 more bytes" in said and "they are no entries" in said


def test_wrong_use_says_what_to_do(user: User, opened: Path, tmp_path: Path) -> None:
    file = events(tmp_path, 0, 1)
    for words, says in (
        (("append", opened, "nothing", file), "has no stream nothing (there is ae)"),
        (("append", opened, "../x", file), "cannot be a stream's name"),
        (("append", opened, "ae", tmp_path / "none.csv"), "there is no file"),
        (("append", opened, "ae", file, "--stop-after", "1"), "belongs to --follow"),
        (("append", opened, "ae", file, "--site-key", tmp_path / "none"), "there is no key"),
        (("anchor", opened, "ae", *SPONSOR), "holds no entry yet"),
        (("prove", opened, "ae", "--index", "0"), "has no entry 0"),
        (("prove", opened, "ae", "--id", "X"), "holds no event with id X"),
        (("verify", PROTOCOL), "is not the proof of an event"),
        (("open", opened, "x", "--every", "7d", *SPONSOR), "--every and --pad go together"),
        (("open", opened, "x", "--every", "week", "--pad", "3", *SPONSOR), "is not a period"),
        (("open", opened, "ae", "--every", "7d", "--pad", "3", *SPONSOR), "was made with other fixed times"),
    ):
        assert says in user("events", *words, code=3).err
    assert not (opened / "streams" / "x").exists()


# Last, because it sets the chain's clock forward.
def test_a_blinded_stream_is_anchored_at_its_times_by_its_step(
    user: User, home: Path, trial: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = chain(home)
    opened_words = user("events", "open", trial, "ae", "--every", "8h", "--pad", "6", *SPONSOR).out
    assert "a head of exactly 6 more entries at fixed times" in opened_words
    assert "within 60 minutes" in opened_words
    schedule = store(trial).config.schedule
    assert schedule is not None
    user("events", "append", trial, "ae", events(tmp_path, 0, 8))
    early = user("events", "anchor", trial, "ae", *SPONSOR)
    assert "now is not one of the stream's fixed times: nothing was sent; the next time is" in early.out

    sizes = []
    for number in (1, 2, 3):
        devnet.set_time(clock, schedule.start + number * 8 * 3600 + 5)
        devnet.mine(clock)
        with monkeypatch.context() as patch:  # a crash between padding and sending pads no further
            patch.setattr(anchoring, "_extend", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            user("events", "anchor", trial, "ae", *SPONSOR, code=130)
        answer = user("events", "anchor", trial, "ae", "--json", *SPONSOR).value
        sizes.append((answer["receipt"]["size"], answer["waiting"]))
        assert "anchored already" in user("events", "anchor", trial, "ae", *SPONSOR).out
    assert sizes == [(6, 2), (12, 0), (18, 0)]
    devnet.set_time(clock, schedule.start + 4 * 8 * 3600 + 3601)  # too late for this time
    devnet.mine(clock)
    assert "not one of the stream's fixed times" in user("events", "anchor", trial, "ae", *SPONSOR).out
    assert "padding: 10 of 18 entries" in user("events", "audit", trial).out
    allocation = {"id": "A-1", "type": "allocation", "at": now(), "subject": "S-1", "arm": "active"}
    (tmp_path / "arm.ndjson").write_text(json.dumps(allocation) + "\n")
    refused = user("events", "append", trial, "ae", tmp_path / "arm.ndjson", "--before-registration", code=1)
    assert "belongs in no stream of a blinded party" in refused.err


def test_an_inspector_gets_the_audit_trail_with_contests_beside(user: User, opened: Path, tmp_path: Path) -> None:
    """Two streams of one trial: what the monitor holds against an entry is shown beside it, and counted."""
    user("events", "append", opened, "ae", events(tmp_path, 0, 3), "--before-registration")
    receipt = json.loads(next(opened.glob("receipts/*/0001*")).read_text())
    site = tmp_path / "site"
    user("events", "open", receipt["trial"], "monitoring", "--folder", site, *SITE, code=1)
    party, stream = store(site, "monitoring").config.writer.hex(), store(site, "monitoring").config.id.hex()
    user("appoint", opened, party, "--stream", stream, *SPONSOR)
    user("events", "open", receipt["trial"], "monitoring", "--folder", site, *SITE)
    user("events", "anchor", opened, "ae", *SPONSOR)
    user("events", "prove", opened, "ae", "--index", "1", "--out", tmp_path / "proof.json")
    words = ("--holds", "grade 3", "--reason", "source says grade 3", "--source", "source-data-verification")
    user("events", "contest", site, "monitoring", tmp_path / "proof.json", *words)
    said = user("events", "audit", opened, "--folder", site).out
    assert "contested by other parties, each entry staying as it is: 1 time" in said
    assert "entry 1 of stream ae is contested in entry 0 of stream monitoring" in said
    files = [str(tmp_path / name) for name in ("trail.html", "trail.csv", "plot.svg")]
    trails = ("--trail", files[0], "--trail", files[1], "--participant", "S-1", "--plot", files[2])
    user("events", "audit", opened, "--folder", site, *trails)
    page, table, plot = (Path(name).read_text() for name in files)
    assert "contested in entry 0 of stream monitoring" in page
    assert "head 1, " in page
    assert table.count("\n") > 1
    assert plot.startswith("<svg")
    for options, says in (
        (("--trail", "x.pdf"), "give a name that ends in .html or .csv"),
        (("--plot", "x.svg"), "name them with --participant"),
        (("--participant", "1"), "add --trail FILE"),
        (("--trail", files[0], "--stream", "eas"), "there is ae"),
    ):
        assert says in user("events", "audit", opened, *options, code=3).err
