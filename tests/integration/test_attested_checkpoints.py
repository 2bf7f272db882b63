"""A block that a party attested on another chain is believed by who names that party and the other chain's block."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.integration.test_bundles_compared import chain, packed
from tests.integration.test_command import ROOT, User, home, registered, trial, user

from trialseal.evidence.bundle.bundle import open_bundle
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.codes import AttestationKind
from trialseal.ledger.reference.attested import Attestations, AttestedCheckpoint, standing_checkpoints
from trialseal.ledger.reference.vouching import by_attested
from trialseal.values import replace

__all__ = ["home", "registered", "trial", "user"]
GENESIS = "ab" * 32
"""Of the chain that the checkpoints are about. A test's one chain plays the other one too."""


def test_an_attested_checkpoint_vouches_for_a_bundle(user: User, registered: Path, home: Path, tmp_path: Path) -> None:
    told, anchor = packed(user, registered, tmp_path / "trial.trialseal"), tmp_path / "anchor.trialseal"
    known = chain(home).as_of().hash
    mine = {one["account"]: one["party"] for one in json.loads((home / "parties.json").read_text())}
    about = (GENESIS, "--digest", known.removeprefix("0x"), "--account", "regulator")
    user("attest", "checkpoint", *about)
    made = user("bundle", "--attested", GENESIS, "--out", anchor).out
    assert "1 attestation about abababab…, which is all, as of block" in made
    other = chain(home).as_of()
    trusted = ("--checkpoints", anchor, "--checkpoint-party", mine["regulator"])

    first = user("verify", told, *trusted, "--checkpoint-block", other.hash).out.splitlines()[0]
    assert f"vouched for by a checkpoint that party {mine['regulator'][:8]}… attested on chain 31337" in first
    assert f"as of its block {other.number:,} ({other.hash}, " in first
    assert "vouched for by the hash that you typed" in first
    # Nobody vouches for the other chain's block, or the party is another.
    said = user("verify", told, *trusted, code=2).out
    assert "count for nothing yet" in said and "--checkpoint-block" in said
    said = user("verify", told, *trusted, "--checkpoint-block", "0x" + "1" * 64, code=2).out
    assert "count for nothing yet" in said and "is another block's, or another chain's" in said
    stranger = ("--checkpoints", anchor, "--checkpoint-party", mine["sponsor"], "--checkpoint-block", other.hash)
    assert "no party that you named with --checkpoint-party" in user("verify", told, *stranger, code=2).out
    assert "with --checkpoint-party" in user("verify", told, "--checkpoints", anchor, code=3).err
    # The checkpoint is of that block alone; and a node is read as of it.
    later = packed(user, registered, tmp_path / "later.trialseal")
    said = user("verify", later, *trusted, "--checkpoint-block", other.hash, code=2).out
    assert "of 1 attested checkpoint none is of this block" in said
    assert known in user("history", registered, *trusted, "--checkpoint-block", other.hash, code=None).out

    listed = user("verify", anchor, "--block-hash", other.hash).out
    assert f"about {GENESIS}: 1 attestation" in listed
    assert f"checkpoint: {known[2:]}, by party {mine['regulator']}" in listed
    user("verify", anchor, code=2)
    nothing = tmp_path / "no.trialseal"
    for words in (
        ("verify", anchor, registered / "protocol.json"),
        ("verify", anchor, anchor),
        ("bundle", "--update", anchor, "--out", nothing),
        ("bundle", registered, "--attested", GENESIS, "--out", nothing),
        ("bundle", "--attested", "12", "--out", nothing),
    ):
        user(*words, code=3)
    assert not nothing.exists()
    # Taken back, it counts no more.
    user("withdraw", *about)
    user("bundle", "--attested", GENESIS, "--out", anchor)
    now = chain(home).as_of().hash
    assert "has ended or was withdrawn there" in user("verify", told, *trusted, "--checkpoint-block", now, code=2).out


RECORD = AttestationRecord(
    number=1,
    author=b"a" * 32,
    kind=AttestationKind.CHECKPOINT,
    code=0,
    territory=0,
    date=0,
    time=100,
    until=200,
    withdrawn_at=0,
    document=bytes(32),
    subject=b"g" * 32,
    digest=b"h" * 32,
)


@pytest.mark.parametrize(("time", "stands"), [(99, False), (100, True), (199, True), (200, False)])
def test_a_checkpoint_counts_from_its_second_until_its_end(time: int, stands: bool) -> None:
    found = standing_checkpoints([RECORD], {b"a" * 32}, time, "on chain 1")
    assert bool(found.found) is stands and bool(found.doubts) is not stands


def test_other_kinds_and_parties_are_no_checkpoints() -> None:
    others = [replace(RECORD, kind=AttestationKind.SNAPSHOT), replace(RECORD, author=b"b" * 32)]
    assert not standing_checkpoints(others, {b"a" * 32}, 150, "on chain 1").found


@pytest.mark.parametrize(
    ("digest", "genesis", "vouches"),
    [("own", None, True), ("own", "0x" + "AB" * 32, True), ("own", "0x" + "cd" * 32, False), ("other", None, False)],
)
def test_a_checkpoint_is_of_one_block_of_one_chain(digest: str, genesis: str | None, vouches: bool) -> None:
    header = open_bundle(ROOT / "tests" / "vectors" / "bundles" / "2026-11.trialseal", "it").evidence.header
    named = header.hash if digest == "own" else bytes(32)
    found = Attestations((AttestedCheckpoint(bytes.fromhex(GENESIS), named, 1, "one"),))
    vouchers, doubts = by_attested(found, header, genesis)
    assert [one.words for one in vouchers] == (["one"] if vouches else [])
    assert doubts == ([] if vouches else ["of 1 attested checkpoint none is of this block"])
