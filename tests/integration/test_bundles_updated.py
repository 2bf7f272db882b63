"""A bundle gets a later block, in a new file, if the later history extends the earlier; else both proofs are named."""

from __future__ import annotations

from pathlib import Path

from tests.integration.test_bundled_entries import opened
from tests.integration.test_bundles_compared import chain, packed
from tests.integration.test_command import SPONSOR, User, free_port, home, registered, trial, user
from tests.integration.test_event_commands import events

from trialseal.evidence.bundle.bundle import open_bundle, write

__all__ = ["home", "opened", "registered", "trial", "user"]


def test_a_later_block_is_added_and_the_old_file_stays(user: User, opened: Path, home: Path, tmp_path: Path) -> None:
    old, new, newest = (tmp_path / f"{name}.trialseal" for name in ("old", "new", "newest"))
    user("bundle", opened, "--events", "ae:AE-1", "--out", old)
    before, kept = open_bundle(old, "it"), old.read_bytes()
    user("milestone", opened, "data-lock", "--on", "2023-01-01", *SPONSOR)
    user("events", "append", opened, "ae", events(tmp_path, 3, 5))
    user("events", "anchor", opened, "ae", *SPONSOR)
    said = user("bundle", "--update", old, "--out", new).out
    assert "it begins with the same 2 acts, and adds 1 act and 1 head of stream" in said
    assert old.read_bytes() == kept
    held = open_bundle(new, "it")
    assert held.files.keys() == before.files.keys()  # no folder was named
    assert [one.header.number for one in held.earlier] == [before.evidence.header.number]
    user("milestone", opened, "completion", "--on", "2023-02-01", *SPONSOR)
    user("bundle", opened, "--update", new, "--events", "ae:AE-4", "--out", newest)
    assert {"proofs/ae-1.json", "proofs/ae-4.json"} <= open_bundle(newest, "it").files.keys()
    known = chain(home).as_of().hash
    user("devnet", "down")
    try:
        said = user("verify", newest, "--block-hash", known, code=None).out
        first, second = [line for line in said.splitlines() if "as of its earlier block" in line]
        assert first.endswith("the same first 2 acts, 2 acts since") and before.evidence.header.hash.hex() in first
        assert second.endswith("the same first 3 acts, 1 act since")
        assert "ae-1.json is the proof of an event" in said and "ae-4.json is the proof of an event" in said
        smaller = tmp_path / "smaller.trialseal"
        user("bundle", held.trial.hex(), "--bundle", newest, "--with", "digests", "--out", smaller, code=2)
        assert len(open_bundle(smaller, "it").earlier) == 2
        assert "extends" in user("bundle", "--update", old, "--bundle", newest, "--out", smaller, code=2).out
    finally:
        user("devnet", "up", "--port", str(free_port()))


def test_a_history_that_does_not_extend_the_earlier_is_refused_with_both_proofs(
    user: User, registered: Path, home: Path, tmp_path: Path
) -> None:
    node, new = chain(home), tmp_path / "new.trialseal"
    before = node.rpc.call("evm_snapshot", [])
    user("milestone", registered, "data-lock", "--on", "2023-01-01", *SPONSOR)
    old = packed(user, registered, tmp_path / "old.trialseal")
    node.rpc.call("evm_revert", [before])
    assert "ends at block" in user("bundle", "--update", old, "--out", new, code=2).err
    user("milestone", registered, "recruitment-closed", "--on", "2022-01-01", *SPONSOR)
    user("milestone", registered, "completion", "--on", "2022-02-01", *SPONSOR)
    refused = user("bundle", "--update", old, "--out", new, code=1)
    assert "contradict each other" in refused.out and "act 2 is the log " in refused.out
    for one in (open_bundle(old, "it").evidence.header.hash.hex(), chain(home).as_of().hash):
        assert one in refused.out
    assert "was not updated, and nothing was written" in refused.err and not new.exists()
    later = packed(user, registered, tmp_path / "later.trialseal")
    forged = open_bundle(later, "it")._replace(earlier=(open_bundle(old, "it").evidence,))
    with new.open("wb") as file:
        write(forged, file)
    known = chain(home).as_of().hash
    said = user("verify", new, "--block-hash", known, code=1).err
    assert "contradicts itself: " in said and "act 2 is the log " in said


def test_what_cannot_be_updated_is_said_in_a_sentence(user: User, registered: Path, tmp_path: Path) -> None:
    old, new = packed(user, registered, tmp_path / "old.trialseal"), tmp_path / "new.trialseal"
    kept = old.read_bytes()
    assert "as of block" in user("bundle", "--update", old, "--out", new, code=3).err
    assert "stays as it is" in user("bundle", "--update", old, "--out", old, code=3).err
    assert "is of trial" in user("bundle", "ab" * 32, "--update", old, "--out", new, code=3).err
    assert "name the trial" in user("bundle", "--out", new, code=3).err
    assert old.read_bytes() == kept and not new.exists()
