"""Commands that read take a bundle in place of a node; what it does not hold is said in a sentence."""

from __future__ import annotations

from pathlib import Path

from tests.integration.test_bundled_entries import opened
from tests.integration.test_command import User, free_port, home, registered, trial, user

from trialseal.evidence.bundle.bundle import open_bundle
from trialseal.ledger import networks
from trialseal.ledger.chain import Chain

__all__ = ["home", "opened", "registered", "trial", "user"]


def test_commands_read_a_bundle_while_the_node_is_down(user: User, opened: Path, home: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.trialseal"
    user("bundle", opened, "--events", "ae:AE-1", "--out", path)
    bare = tmp_path / "bare.trialseal"
    user("bundle", opened, "--out", bare)
    known = Chain(networks.resolve("devnet", home)).as_of().hash
    held = ("--bundle", path, "--block-hash", known)
    user("devnet", "down")
    try:
        assert "ae of" in user("events", "audit", opened, *held).out
        assert "vouched for" in user("verify", opened / "protocol.json", *held, code=None).out
        sponsor = user("history", open_bundle(path, "it").trial.hex(), *held, "--json").value["sponsor"]
        assert sponsor[:8] in user("party", "show", sponsor, *held, code=None).out
        for words in (
            ("trials", *held),
            ("events", "audit", opened, "--bundle", bare, "--block-hash", known),
        ):
            said = user(*words, code=2)
            assert "holds no proof of" in said.err + said.out, words
    finally:
        user("devnet", "up", "--port", str(free_port()))
