"""Bundles of one trial are held against each other: a later one extends an earlier, or both proofs are shown."""

from __future__ import annotations

import json
from pathlib import Path

from tests.integration.test_command import SPONSOR, User, home, registered, trial, user

from trialseal.ledger import networks
from trialseal.ledger.chain import Chain

__all__ = ["home", "registered", "trial", "user"]


def chain(home: Path) -> Chain:
    return Chain(networks.resolve("devnet", home))


def packed(user: User, registered: Path, path: Path) -> Path:
    user("bundle", registered, "--out", path)
    return path


def test_a_later_bundle_extends_an_earlier(user: User, registered: Path, home: Path, tmp_path: Path) -> None:
    first = packed(user, registered, tmp_path / "z-first.trialseal")
    user("milestone", registered, "data-lock", "--on", "2023-01-01", *SPONSOR)
    second = packed(user, registered, tmp_path / "a-second.trialseal")
    known = chain(home).as_of().hash
    said = user("verify", second, first, "--block-hash", known).out  # in whatever order
    assert f"{second} extends {first}: it begins with the same 1 act, and adds 1 act\n" in said
    assert "vouched for by the hash that you typed" in said.splitlines()[0]
    assert "contradict" not in said
    user("verify", first, second, code=2)  # nobody vouches for the later
    [value] = user("verify", first, second, "--json", code=2).value
    assert (value["contradictions"], value["not_compared"]) == ([], [])
    assert value["later"]["block_hash"] == known
    again = user("verify", first, first, "--block-hash", value["earlier"]["block_hash"]).out
    assert "begins with the same 1 act\n" in again


def test_bundles_that_contradict_each_other_are_named_with_both_proofs(
    user: User, registered: Path, home: Path, tmp_path: Path
) -> None:
    node = chain(home)
    before = node.rpc.call("evm_snapshot", [])
    user("milestone", registered, "data-lock", "--on", "2023-01-01", *SPONSOR)
    first = packed(user, registered, tmp_path / "one.trialseal")
    node.rpc.call("evm_revert", [before])  # another history, as a fork of the chain would have it
    user("milestone", registered, "recruitment-closed", "--on", "2022-01-01", *SPONSOR)
    second = packed(user, registered, tmp_path / "two.trialseal")
    said = user("verify", first, second, code=1).out
    [line] = [one for one in said.splitlines() if "contradict each other: at most one of them is of the chain" in one]
    assert str(first) in line and str(second) in line
    assert "  act 2 is the log " in said
    [value] = user("verify", first, second, "--json", code=1).value
    assert value["earlier"]["block_hash"] != value["later"]["block_hash"]
    assert value["earlier"]["block_hash"] in said and value["later"]["block_hash"] in said
    assert said.count("2 that lead to") == 2


def test_bundles_that_cannot_be_compared_are_refused_in_a_sentence(
    user: User, registered: Path, tmp_path: Path
) -> None:
    first = packed(user, registered, tmp_path / "one.trialseal")
    protocol = json.loads((registered / "protocol.json").read_text())
    protocol["trial"]["code"] = "another"
    other = tmp_path / "other"
    other.mkdir()
    (other / "protocol.json").write_text(json.dumps(protocol))
    user("register", other, *SPONSOR)
    second = packed(user, other, tmp_path / "two.trialseal")
    assert "name bundles of one trial" in user("verify", first, second, code=3).err
    mixed = user("verify", first, first, registered, code=3).err
    assert "name them alone" in mixed
    assert "name one of the two" in user("verify", first, "--bundle", second, code=3).err
