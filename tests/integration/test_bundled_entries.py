"""Proofs of entries in a bundle, with the heads that they lead to, verified while the node is down."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.integration.test_command import SPONSOR, User, free_port, home, registered, trial, user
from tests.integration.test_event_commands import events

from trialseal.evidence.bundle.bundle import open_bundle
from trialseal.ledger import networks
from trialseal.ledger.chain import Chain

__all__ = ["home", "registered", "trial", "user"]


@pytest.fixture
def opened(user: User, registered: Path, tmp_path: Path) -> Path:
    user("events", "open", registered, "ae", *SPONSOR)
    user("events", "append", registered, "ae", events(tmp_path, 0, 3))
    user("events", "anchor", registered, "ae", *SPONSOR)
    return registered


def test_an_entry_is_proven_out_of_a_bundle(user: User, opened: Path, home: Path, tmp_path: Path) -> None:
    path, digests = tmp_path / "a.trialseal", tmp_path / "b.trialseal"
    user("bundle", opened, "--events", "ae:AE-1", "ae:AE-2", "--out", path)
    user("bundle", opened, "--events", "ae:AE-1", "--with", "digests", "--out", digests)
    held = open_bundle(path, "it")
    assert {"proofs/ae-1.json", "proofs/ae-2.json"} <= held.files.keys()
    assert "proofs/ae-1.json" in open_bundle(digests, "it").files
    known = Chain(networks.resolve("devnet", home)).as_of().hash
    proof = tmp_path / "proof.json"
    proof.write_bytes(held.files["proofs/ae-1.json"].read())
    user("devnet", "down")
    try:
        for one in (path, digests):
            said = user("verify", one, "--block-hash", known, code=None).out
            assert "ae-1.json is the proof of an event: entry 1 of the 3" in said, said
        trusting = ("--bundle", path, "--block-hash", known)
        assert "in the stream: entry 1 of the 3" in user("events", "verify", proof, *trusting).out
        other = json.loads(proof.read_text())
        other["event"]["id"] = "AE-9"
        proof.write_text(json.dumps(other))
        assert "NOT PROVEN" in user("events", "verify", proof, *trusting, code=1).out
        smaller = tmp_path / "smaller.trialseal"
        user("bundle", held.trial.hex(), "--bundle", path, "--with", "digests", "--out", smaller, code=2)
        assert {"proofs/ae-1.json", "proofs/ae-2.json"} <= open_bundle(smaller, "it").files.keys()
    finally:
        user("devnet", "up", "--port", str(free_port()))


def test_entries_that_cannot_be_proven_are_refused_in_a_sentence(user: User, opened: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.trialseal"

    def refused(*words: str, code: int) -> str:
        said = user("bundle", opened, "--out", path, "--events", *words, code=code).err
        assert not path.exists()
        return said

    assert "name each entry as STREAM:ID" in refused("ae", code=3)
    assert "holds no event with id AE-9" in refused("ae:AE-9", code=3)
    assert "has no stream other" in refused("other:AE-1", code=3)
    user("events", "append", opened, "ae", events(tmp_path, 3, 4))
    assert "is not anchored yet" in refused("ae:AE-3", code=2)
