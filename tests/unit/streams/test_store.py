"""The store against a list of entries, and against whoever edits it by hand."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from streams_at_hand import SALT, TRIAL, event, new_stream, row, rows

from trialseal.documents import nonces
from trialseal.documents.events import event_form
from trialseal.errors import FailedError, UsageError
from trialseal.merkle import tree
from trialseal.streams.batch import RefusedRow, Row
from trialseal.streams.check import Walk
from trialseal.streams.config import stream_id
from trialseal.streams.disk import Busy, alone
from trialseal.streams.head_file import Place
from trialseal.streams.store import StreamStore, open_stream

FORGET = {"by": "data protection office", "reason": "asked for it", "legal_basis": "GDPR, 17(1)(b)", "at": "2021-01-01"}


@pytest.fixture
def stream(tmp_path: Path) -> StreamStore:
    return new_stream(tmp_path)


def leaf_of(stream: StreamStore, index: int, value: dict[str, Any]) -> bytes:
    """The leaf by the words of docs/bytes.md, with the secret from the store's file."""
    data = (stream.folder / "secrets").read_bytes()
    secret = data[16:48]
    if value["type"] != "erasure" and "subject" in value:
        name = bytes.fromhex(value["subject"])
        secret = next(data[i + 16 : i + 48] for i in range(48, len(data), 48) if data[i : i + 16] == name)
    nonce = nonces.nonce(secret, TRIAL, stream_id(SALT, "adverse-events"), index)
    return tree.leaf_hash(nonce + event_form(value))


def all_is_well(stream: StreamStore) -> bool:
    return len(list(Walk(stream))) == stream.size


def test_an_empty_store_has_the_root_of_nothing(stream: StreamStore) -> None:
    assert stream.size == 0
    assert stream.root() == tree.root([])
    assert list(stream.entries()) == []
    assert all_is_well(stream)


def test_entries_come_back_as_they_were_appended_with_the_leaves_that_the_bytes_page_gives(stream: StreamStore) -> None:
    given = [event(n, None if n % 5 == 0 else n % 3) for n in range(20)]
    assert stream.append(map(row, given[:7])) == 7
    assert stream.append(map(row, given[7:])) == 13
    found = list(open_stream(stream.folder).entries())
    assert [entry.event for entry in found] == given
    assert [entry.type for entry in found] == [one["type"] for one in given]
    assert [entry.leaf for entry in found] == [leaf_of(stream, n, one) for n, one in enumerate(given)]
    assert [entry.index for entry in stream.entries(4, 9)] == [4, 5, 6, 7, 8]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 21, 64, 100])
def test_every_root_and_proof_is_that_of_the_tree_over_the_leaves(stream: StreamStore, size: int) -> None:
    stream.append(rows(0, size))
    leaves = [entry.leaf for entry in stream.entries()]
    for old in range(1, size + 1):
        assert stream.root(old) == tree.root(leaves[:old])
        assert stream.consistency_proof(old) == tree.consistency_proof(leaves, old)
    for index in range(size):
        assert stream.inclusion_proof(index) == tree.inclusion_proof(leaves, index)


def test_what_raises_in_the_middle_of_a_batch_leaves_nothing_of_it(stream: StreamStore) -> None:
    stream.append(rows(0, 10))

    def broken() -> Iterator[Row]:
        yield from rows(10, 9000, subjects=50)
        raise FailedError("the file is cut off")

    before = {path.name: path.read_bytes() for path in stream.folder.iterdir() if path.name != "head.json"}
    with pytest.raises(FailedError, match="cut off"):
        stream.append(broken())
    assert {path.name: path.read_bytes() for path in stream.folder.iterdir() if path.name != "head.json"} == before
    assert stream.append(rows(10, 20)) == 10
    assert all_is_well(open_stream(stream.folder))


def test_an_event_id_is_used_once_in_a_batch_and_once_in_the_store(stream: StreamStore) -> None:
    stream.append(rows(0, 5000))
    with pytest.raises(RefusedRow, match="event id E-3 is stored already as entry 3") as refused:
        stream.append([*rows(5000, 5003), row(event(3), 77)])
    assert refused.value.row.line == 77
    with pytest.raises(RefusedRow, match="E-5001 is used twice, first in line 5002"):
        stream.append([*rows(5000, 5003), row(event(5001), 9)])
    with pytest.raises(RefusedRow, match="E-5001 is used twice in the file"):  # many rows apart
        stream.append([*rows(5000, 10_000), row(event(5001), 9)])
    assert open_stream(stream.folder).size == stream.size == 5000
    with pytest.raises(RefusedRow):  # another process has other eyes
        open_stream(stream.folder).append(rows(4, 5))


def test_ids_that_share_a_fingerprint_are_told_apart(stream: StreamStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trialseal.streams.entry_index.fingerprint", lambda id: b"\0" * 7 + b"\7")
    stream.append(rows(0, 3))
    stream.append(rows(3, 5))
    with pytest.raises(RefusedRow, match="entry 4"):
        stream.append(rows(4, 5))
    assert stream.find("E-2") == 2
    assert stream.find("E-9") is None


def test_the_place_of_a_followed_file_is_committed_with_its_rows(stream: StreamStore) -> None:
    stream.append(rows(0, 2), {"a.csv": Place(100, 3)})
    stream.append(rows(2, 3), {"b.csv": Place(7, 1)})
    with pytest.raises(RefusedRow):
        stream.append(rows(2, 3), {"a.csv": Place(200, 6)})
    assert open_stream(stream.folder).head.followed == {"a.csv": Place(100, 3), "b.csv": Place(7, 1)}


# ----- two writers -----


def test_of_two_writers_one_is_told_to_come_again_and_loses_nothing(stream: StreamStore) -> None:
    other = open_stream(stream.folder)
    with alone(stream.folder, "stream"), pytest.raises(Busy, match="another process is writing"):
        other.append(rows(0, 3))
    stream.append(rows(0, 3))
    assert other.append(rows(3, 5)) == 2  # reads what the first has added
    assert stream.append(rows(5, 6)) == 1
    assert [entry.event["id"] for entry in stream.entries() if entry.event] == [f"E-{n}" for n in range(6)]
    assert all_is_well(stream)


# ----- forgetting -----


def test_forgetting_leaves_nothing_of_a_subject_and_every_proof_holds(stream: StreamStore) -> None:
    stream.append(rows(0, 50, subjects=5))
    root, leaves = stream.root(), [entry.leaf for entry in stream.entries()]
    proofs = [stream.inclusion_proof(n) for n in range(50)]
    secret = (stream.folder / "secrets").read_bytes()
    inode = (stream.folder / "entries.ndjson").stat().st_ino

    done = stream.forget(f"{3:032x}", **FORGET)
    assert done is not None
    assert done.counts == {"adverse-event": 10}
    assert done.indices == tuple(range(3, 50, 5))
    assert (stream.folder / "entries.ndjson").stat().st_ino == inode  # overwritten where it stood

    again = open_stream(stream.folder)
    [tombstone] = [entry for entry in again.entries() if entry.type == "erasure"]
    assert tombstone.index == done.tombstone == 50
    assert tombstone.event is not None
    assert tombstone.event["counts"] == {"adverse-event": 10}
    assert tombstone.event["legal_basis"] == FORGET["legal_basis"]
    log = (stream.folder / "entries.ndjson").read_bytes()
    assert log.count(f"{3:032x}".encode()) == 1  # the tombstone's
    assert b'"E-3"' not in log
    kept = (stream.folder / "secrets").read_bytes()
    destroyed = [n for n in range(0, len(secret), 48) if kept[n + 16 : n + 48] == bytes(32)]
    assert [secret[n : n + 16] for n in destroyed] == [bytes.fromhex(f"{3:032x}")]

    assert [entry.event is None for entry in again.entries(0, 50)] == [n % 5 == 3 for n in range(50)]
    assert [entry.leaf for entry in again.entries(0, 50)] == leaves
    assert again.root(50) == root
    for index in range(50):
        assert again.inclusion_proof(index, 50) == proofs[index]
    for nothing in (lambda: again.form(3), lambda: again.nonce(3, f"{3:032x}")):
        with pytest.raises(UsageError, match="erased|forgotten"):
            nothing()
    assert all_is_well(again)


def test_forgetting_twice_does_nothing_and_a_forgotten_subject_takes_nothing_more(stream: StreamStore) -> None:
    stream.append(rows(0, 5))
    assert stream.forget(f"{1:032x}", **FORGET)
    assert stream.forget(f"{1:032x}", **FORGET) is None
    with pytest.raises(UsageError, match="nothing about participant"):
        stream.forget(f"{99:032x}", **FORGET)
    with pytest.raises(RefusedRow, match="was erased"):
        stream.append([row(event(100, 1))])
    assert stream.size == 6
    assert stream.append(rows(7, 8)) == 1


@pytest.mark.parametrize("step", ["before the tombstone", "before the rows", "before the secret", "before the end"])
def test_a_crash_while_forgetting_is_made_good_by_the_next_writer(
    stream: StreamStore, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    stream.append(rows(0, 20, subjects=4))

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        if step == "before the tombstone":
            patch.setattr(StreamStore, "_append", crash)
        elif step == "before the rows":
            patch.setattr(StreamStore, "_finish_forgetting", lambda self: None if self.size == 20 else crash())
        elif step == "before the secret":
            patch.setattr("trialseal.streams.subject_secrets.SubjectSecrets.destroy", crash)
        else:
            patch.setattr(Path, "unlink", crash)
        with pytest.raises(KeyboardInterrupt):
            stream.forget(f"{2:032x}", **FORGET)

    again = open_stream(stream.folder)
    again.recover()
    gone = step != "before the tombstone"
    assert again.size == (21 if gone else 20)
    assert again.secrets.is_forgotten(f"{2:032x}") is gone
    assert [entry.event is None for entry in again.entries(0, 20)] == [gone and n % 4 == 2 for n in range(20)]
    assert all_is_well(again)
    assert not (stream.folder / "forgetting.json").exists()


# ----- any course of things -----


class StoreMachine(RuleBasedStateMachine):
    """The store beside a plain list of what it should hold."""

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp())
        self.stream = new_stream(self.place)
        self.model: list[dict[str, Any] | None] = []
        self.leaves: list[bytes] = []
        self.roots: dict[int, bytes] = {}
        self.forgotten: set[int] = set()
        self.number = 0

    def teardown(self) -> None:
        shutil.rmtree(self.place)

    @rule(subjects=st.lists(st.one_of(st.none(), st.integers(0, 4)), max_size=12))
    def append(self, subjects: list[int | None]) -> None:
        made = [event(self.number + n, subject) for n, subject in enumerate(subjects)]
        if self.forgotten & set(subjects):
            with pytest.raises(RefusedRow):
                self.stream.append(map(row, made))
            return
        assert self.stream.append(map(row, made)) == len(made)
        self.number += len(made)
        self.model += made
        self.leaves += [leaf_of(self.stream, len(self.leaves) + n, one) for n, one in enumerate(made)]
        self.roots[len(self.model)] = self.stream.root()

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def append_a_known_id(self, data: st.DataObject) -> None:
        known = [one for one in self.model if one and one["type"] != "erasure"]
        if known:
            with pytest.raises(RefusedRow):
                self.stream.append([row(event(self.number, None)), row(data.draw(st.sampled_from(known)))])

    @rule(subject=st.integers(0, 4))
    def forget(self, subject: int) -> None:
        name = f"{subject:032x}"
        known = any(one and one.get("subject") == name for one in self.model)
        if not known:
            with pytest.raises(UsageError):
                self.stream.forget(name, **FORGET)
            return
        done = self.stream.forget(name, **FORGET)
        assert (done is None) == (subject in self.forgotten)
        if done is None:
            return
        self.forgotten.add(subject)
        for index in done.indices:
            self.model[index] = None
        entry = self.stream.entry(done.tombstone)
        assert entry.event is not None
        self.model.append(entry.event)
        self.leaves.append(leaf_of(self.stream, done.tombstone, entry.event))
        self.roots[len(self.model)] = self.stream.root()

    @rule(name=st.sampled_from(["entries.ndjson", "index", "tree", "secrets"]), length=st.integers(1, 200))
    def crash_behind_the_committed(self, name: str, length: int) -> None:
        with (self.stream.folder / name).open("ab") as file:
            file.write(b"\xab" * length)

    @rule()
    def reopen(self) -> None:
        self.stream = open_stream(self.stream.folder)

    @invariant()
    def holds_what_the_list_holds(self) -> None:
        found = list(self.stream.entries())
        assert [entry.event for entry in found] == self.model
        assert [entry.leaf for entry in found] == self.leaves
        for size, root in self.roots.items():
            assert self.stream.root(size) == root == tree.root(self.leaves[:size])
        assert all_is_well(self.stream)


StoreMachine.TestCase.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)
TestAnyCourseOfThings = StoreMachine.TestCase
