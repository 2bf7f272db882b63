"""Commands that read take a bundle in place of a node; what it does not hold is said in a sentence."""

from __future__ import annotations

from pathlib import Path

from test_check import AS_REGISTERED, write_outcomes, write_record
from tests.integration.test_bundled_entries import opened
from tests.integration.test_command import SPONSOR, User, free_port, home, registered, trial, user

from trialseal.evidence.bundle.bundle import open_bundle
from trialseal.ledger import networks
from trialseal.ledger.chain import Chain

__all__ = ["home", "opened", "registered", "trial", "user"]


def test_what_a_journal_and_an_auditor_ask_is_in_a_bundle(user: User, opened: Path, home: Path, tmp_path: Path) -> None:
    record, number = write_record(tmp_path / "NCT01234567.json"), "NCT01234567"
    reported = write_outcomes(tmp_path / "o.csv", *AS_REGISTERED)
    user("add-id", opened, number, "--submitted", "2020-01-01", *SPONSOR)
    user("snapshot", record, "--account", "regulator")
    path, known = tmp_path / "a.trialseal", Chain(networks.resolve("devnet", home)).as_of().hash
    user("bundle", opened, "--events", "ae:AE-1", "--out", path)
    held = ("--bundle", path, "--block-hash", known)
    user("devnet", "down")
    try:
        assert "0 enrolled participants" in user("consent", "audit", opened, *held).out
        assert "date-stamped about NCT01234567" in user("snapshot", record, "--check", *held).out
        checked = user("check", record, "--reported", reported, *held, "--folder", opened, "--json", code=2).value
        found = {one["rule"]: one["answer"] for item in checked["items"] for one in item["findings"]}
        assert found["record-notarised"] == found["acts-complete"] == "holds"
        for words in (("consent", "audit", opened), ("snapshot", record, "--check"), ("check", record)):
            user(*words, "--bundle", path, code=2)  # nobody vouches for its block
    finally:
        user("devnet", "up", "--port", str(free_port()))


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
