"""A trial in one file: packed from a node, checked without one, made smaller, and every changed bit named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.integration.test_command import SPONSOR, User, home, registered, trial, user
from tests.packed_bundles import contents
from tests.unit.clocks.clock_servers import calendar

from trialseal.evidence.bundle.bundle import open_bundle
from trialseal.ledger import networks
from trialseal.ledger.chain import Chain

__all__ = ["home", "registered", "trial", "user"]


@pytest.fixture
def bundle(user: User, registered: Path, tmp_path: Path) -> Path:
    user("milestone", registered, "data-lock", "--on", "2023-01-01", *SPONSOR)
    path = tmp_path / "trial.trialseal"
    said = user("bundle", registered, "--out", path).out
    assert "and evidence of" in said and "trialseal verify" in said
    return path


def the_hash(home: Path) -> str:
    block = Chain(networks.resolve("devnet", home)).block()
    assert block is not None
    return block["hash"]


def test_a_bundle_is_checked_without_a_node(user: User, bundle: Path, home: Path) -> None:
    known = the_hash(home)
    port = user("devnet", "status", "--json").value["url"].rpartition(":")[2]
    user("devnet", "down")
    try:
        unvouched = user("verify", bundle, code=2).out
        assert "vouched for by nobody whom you trust" in unvouched.splitlines()[0]
        assert "type --block-hash" in unvouched and "--trust-node" not in unvouched  # no node was asked
        said = user("verify", bundle, "--block-hash", known, code=None)
        assert "vouched for by the hash that you typed" in said.out.splitlines()[0]
        assert "2 acts, which are all of them" in said.out
        assert "protocol.json is protocol version 1 of" in said.out
        trial = open_bundle(bundle, "b").trial.hex()
        whole = user("history", trial, "--bundle", bundle, "--block-hash", known).out
        assert "complete: 2 acts, which are all of them" in whole
        (bundle.parent / "foreign.txt").write_text("sealed by nobody")
        for brought in (("--bundle", bundle), (bundle,)):  # either way the bundle's trial is meant
            said = user("verify", bundle.parent / "foreign.txt", *brought, "--block-hash", known, code=1).out
            assert "foreign.txt is not sealed here" in said
        assert "holds no proof of all trials" in user("trials", "--bundle", bundle, "--block-hash", known, code=2).out
    finally:
        user("devnet", "up", "--port", port)


def test_the_same_evidence_makes_the_same_bytes(user: User, registered: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "a.trialseal", tmp_path / "b.trialseal"
    user("bundle", registered, "--out", first)
    user("bundle", registered, "--out", second)
    assert first.read_bytes() == second.read_bytes()


def test_proofs_of_second_clocks_are_packed_and_set_aside(
    user: User, registered: Path, tmp_path: Path, home: Path
) -> None:
    with calendar() as here:
        user("timestamp", registered / "protocol.json", "--calendar", here.url)
    [proof] = (registered / "clocks").iterdir()
    path = tmp_path / "trial.trialseal"
    user("bundle", registered, "--out", path)
    assert open_bundle(path, "b").files[f"clocks/{proof.name}"].read() == proof.read_bytes()
    said = user("verify", path, "--block-hash", the_hash(home), code=None).out
    assert "clocks (a proof of a second clock)" in said


def test_a_smaller_bundle_out_of_a_bundle(user: User, bundle: Path, tmp_path: Path) -> None:
    smaller = tmp_path / "smaller.trialseal"
    trial = open_bundle(bundle, "b").trial.hex()
    user("bundle", trial, "--bundle", bundle, "--with", "digests", "--out", smaller, code=2)  # nobody vouches for it
    assert smaller.stat().st_size < bundle.stat().st_size
    again = tmp_path / "again.trialseal"
    user("bundle", trial, "--bundle", bundle, "--out", again, code=2)
    assert again.read_bytes() == bundle.read_bytes()  # nothing was added, nothing was lost
    assert "of them" in user("verify", smaller, code=2).out


def test_a_reader_elsewhere_learns_what_the_parties_call_themselves(
    user: User, bundle: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial, known, smaller = open_bundle(bundle, "b").trial.hex(), the_hash(home), tmp_path / "smaller.trialseal"
    monkeypatch.setenv("TRIALSEAL_HOME", str(tmp_path / "elsewhere"))
    user("bundle", trial, "--bundle", bundle, "--with", "digests", "--out", smaller, "--block-hash", known)
    for one in (bundle, smaller):
        [profile] = [name for name in open_bundle(one, "b").files if name.startswith("parties/")]
        said = user("verify", one, "--block-hash", known, code=None).out
        assert f"{Path(profile).name} is the profile of party " in said
        assert 'a party that calls itself "Test sponsor"' in said


def test_every_flipped_bit_is_found_and_placed(bundle: Path, tmp_path: Path) -> None:
    data = bundle.read_bytes()
    changed = tmp_path / "changed.trialseal"
    for place in range(0, len(data), 7):
        flipped = bytearray(data)
        flipped[place] ^= 1 << place % 8
        changed.write_bytes(flipped)
        with (
            pytest.raises(
                Exception, match="not a bundle as it was packed.*byte|not a bundle as it was packed.*from byte"
            ),
            changed.open("rb") as file,
        ):
            contents(file)


def test_json_names_the_reference_block(user: User, bundle: Path, home: Path) -> None:
    verdicts = user("verify", bundle, "--block-hash", the_hash(home), "--json", code=None).value
    assert {json.dumps(one["as_of"]["vouched_by"]) for one in verdicts} == {'["the hash that you typed"]'}
    assert "protocol.json" in {one["file"] for one in verdicts}  # as it is called in the bundle


def test_a_newer_block_that_the_reader_knows_vouches_for_an_older_bundle(
    user: User, registered: Path, bundle: Path, home: Path
) -> None:
    older = the_hash(home)
    user("milestone", registered, "completion", "--on", "2023-02-01", *SPONSOR)
    newer, url = the_hash(home), networks.resolve("devnet", home).url
    by = ("--network", url, "--block-hash")
    first = user("verify", bundle, *by, newer, code=None).out.splitlines()[0]
    assert (
        "vouched for by the hash that you typed, of block " in first and "whose state holds this block's hash" in first
    )
    assert user("history", "--bundle", bundle, open_bundle(bundle, "b").trial.hex(), *by, newer).out
    # A block before the bundle's holds nothing of it, and neither does one that nobody has.
    chain = Chain(networks.resolve("devnet", home))
    [number] = [chain.block(one) for one in (0,)]
    assert number is not None and older != number["hash"]
    for wrong, words in ((number["hash"], "is not one of the 8,191 after"), ("0x" + "ab" * 32, "has no block 0xabab")):
        said = user("verify", bundle, *by, wrong, code=2).out
        assert "vouched for by nobody whom you trust" in said and words in said
