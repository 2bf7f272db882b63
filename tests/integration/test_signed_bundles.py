"""Whoever packs a bundle may sign it; a reader is told whose key that is as far as it is proven, and no more."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pytest
from tests.integration.test_bundles_compared import chain
from tests.integration.test_command import User, home, registered, trial, user
from tests.packed_bundles import contents, packed

from trialseal.documents.canonical import canonical_bytes
from trialseal.errors import UsageError
from trialseal.evidence.bundle import manifest, signature
from trialseal.evidence.bundle.bundle import open_bundle, write
from trialseal.ledger import accounts

__all__ = ["home", "registered", "trial", "user"]


def test_who_signed_a_bundle_is_told(user: User, registered: Path, home: Path, tmp_path: Path) -> None:
    signed, again, smaller, unknown = (tmp_path / f"{name}.trialseal" for name in ("a", "b", "c", "d"))
    for path in (signed, again):
        user("bundle", registered, "--out", path, "--signed-by", "committee")
    assert signed.read_bytes() == again.read_bytes()
    known = ("--block-hash", chain(home).as_of().hash)
    held = open_bundle(signed, "it")
    packer = held.packer
    assert packer is not None and packer.party is not None
    said = user("verify", signed, *known).out
    assert f'  packed by a party that calls itself "Test committee", by its key {packer.key}; that says who' in said
    user("bundle", held.trial.hex(), "--bundle", signed, "--out", smaller, code=None)
    assert open_bundle(smaller, "it").packer is None
    assert "packed by" not in user("verify", smaller, *known).out

    # Without the evidence of its party, the key is anybody's.
    reduced = open_bundle(smaller, "it")
    with unknown.open("wb") as file:
        locked = accounts.Locked(home, "committee", lambda: "correct horse")
        write(reduced, file, signature.Signing(packer, locked.sign_message))
    said = user("verify", unknown, *known).out
    assert (
        f"packed by whoever has the key {packer.key}, who says that it is of party {packer.party.hex()[:8]}…; " in said
    )
    assert "Test committee" not in said


def test_a_key_of_no_party_signs_as_that(user: User, registered: Path, home: Path, tmp_path: Path) -> None:
    accounts.new(home, "nobody", "correct horse", light=True)
    path = tmp_path / "a.trialseal"
    user("bundle", registered, "--out", path, "--signed-by", "nobody")
    assert "; whose it is, nothing in the bundle proves" in user("verify", path, code=2).out
    others = next(one["party"] for one in json.loads((home / "parties.json").read_text()))
    for words in (["--signed-by", "nobody", "--party", others], ["--party", others], ["--signed-by", "stranger"]):
        user("bundle", registered, "--out", tmp_path / "b.trialseal", *words, code=3)
    assert not (tmp_path / "b.trialseal").exists()
    # A party that the account has on another chain is none here.
    kept = (home / "parties.json").read_text()
    elsewhere = {"party": "ab" * 32, "account": "nobody", "legal_name": "Elsewhere"}
    try:
        (home / "parties.json").write_text(json.dumps([*json.loads(kept), elsewhere]))
        user("bundle", registered, "--out", tmp_path / "c.trialseal", "--signed-by", "nobody")
        named = ("--signed-by", "nobody", "--party", "ab" * 32)
        user("bundle", registered, "--out", tmp_path / "d.trialseal", *named, code=3)
    finally:
        (home / "parties.json").write_text(kept)
    packer = open_bundle(tmp_path / "c.trialseal", "it").packer
    assert packer is not None and packer.party is None


KEPT = Path(__file__).parents[1] / "vectors" / "bundles" / "2026-11.trialseal"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"key": "0x" + "1" * 40}, "is not by 0x1111"),
        ({"party": "2" * 64}, "is not by 0x"),
        ({"signature": "0x" + "0" * 130}, "is not by 0x"),
        ({"signature": "0x00"}, "is not of the form trialseal-bundle-signature/1"),
        ({"party": 7}, "is not of the form"),
        ({"note": "approved"}, "is not of the form"),
        ({"format": "trialseal-bundle-signature/2"}, "signed by a later version"),
        ({"format": "trialseal-bundle/1"}, "is not of the form"),
    ],
    ids=str,
)
def test_a_signature_of_another_form_or_manifest_is_refused(
    tmp_path: Path, change: dict[str, object], words: str
) -> None:
    accounts.new(tmp_path, "packer", "correct horse", light=True)
    locked = accounts.Locked(tmp_path, "packer", lambda: "correct horse")
    key, made = locked.address.lower(), BytesIO()
    write(open_bundle(KEPT, "it"), made, signature.Signing(signature.Packer(key), locked.sign_message))
    members, path = contents(made), tmp_path / "signed.trialseal"
    path.write_bytes(packed(members))
    assert open_bundle(path, "it").packer == signature.Packer(key)
    value = json.loads(members[signature.NAME]) | change
    path.write_bytes(packed(members | {signature.NAME: canonical_bytes(value)}))
    with pytest.raises(UsageError, match=words):
        open_bundle(path, "it")
    said = json.loads(members[manifest.NAME]) | {"devnet": False}
    path.write_bytes(packed(members | {manifest.NAME: canonical_bytes(said)}))
    with pytest.raises(UsageError, match="is not by 0x"):
        open_bundle(path, "it")
