"""verify judges the proofs of second clocks that a folder or a bundle holds, by what the reader rests on."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

from tests.integration.test_bundles_compared import chain
from tests.integration.test_command import SPONSOR, User, home, registered, trial, user
from tests.unit.clocks.clock_servers import GENESIS_HEADER, GENESIS_TRANSACTION, authority, serving

from trialseal.clocks.steps import SHA256, Bitcoin, Operation, Proof, write_proof
from trialseal.folder import layout

__all__ = ["home", "registered", "trial", "user"]
# What Bitcoin's first block dates: its only transaction, sealed here as a milestone's document.
PROOF = Proof(sha256(GENESIS_TRANSACTION).digest(), (Operation(SHA256), Bitcoin(0)))


def test_clocks_of_a_bundle_are_judged_offline(user: User, registered: Path, home: Path, tmp_path: Path) -> None:
    sealed, path, copy = registered / "documents" / "lock.bin", tmp_path / "a.trialseal", tmp_path / "copy.bin"
    for file in (sealed, copy):
        file.write_bytes(GENESIS_TRANSACTION)
    user("milestone", registered, "data-lock", "--on", "2023-01-01", "--document", sealed, *SPONSOR)
    (registered / "clocks").mkdir()
    name = layout.clock_proof_name(PROOF.digest, "bitcoin", layout.OPENTIMESTAMPS_ENDING)
    (registered / "clocks" / name).write_bytes(write_proof(PROOF))
    here = authority(tmp_path / "tsa")
    with serving(here.answer) as url:
        user("timestamp", sealed, "--authority", url)
    user("bundle", registered, "--out", path)
    known = ("--block-hash", chain(home).as_of().hash)
    plain = user("verify", path, *known, code=None)
    assert "note: 2 proofs of second clocks not judged: name the block header or root" in plain.out
    assert "second clock:" not in plain.out

    def judged(*words: str | Path, code: int = 0) -> str:
        user("verify", sealed, *known, *words, code=code)
        others = code or 2  # when the first participant was enrolled is not stated
        assert "/receipts" not in user("verify", path, copy, *known, *words, code=others).out
        said = user("verify", path, *known, *words, code=others).out
        assert "  second clock: " in said
        return said

    header = ("--bitcoin-header", f"0={GENESIS_HEADER.hex()}")
    said = judged(*header)
    assert "by a second clock it existed by 2009-01-03 18:15 UTC" in said
    assert "second clock: Bitcoin block 0: holds: these bytes existed by 2009-01-03 18:15:05 UTC" in said
    assert "note: 1 proof of second clocks not judged" in said
    said = judged("--tsa-root", here.root)
    assert "as an authority under your root says (by " in said and "Bitcoin" not in said
    said = judged(*header, "--tsa-root", here.root)
    assert said.count("  second clock: ") == 2 and "not judged" not in said
    [value] = [
        one
        for one in json.loads(user("verify", path, *known, *header, "--json", code=2).out)
        if any(finding["rule"] == "second-clock" for finding in one["findings"])
    ]
    assert value["digest"] == PROOF.digest.hex()
    other = Proof(PROOF.digest, (Operation(SHA256), Operation(SHA256), Bitcoin(0)))
    (registered / "clocks" / name).write_bytes(write_proof(other))
    user("bundle", registered, "--out", path)
    said = judged(*header, code=1)
    assert "a proof of a second clock fails" in said and "does not lead to the header" in said
    said = judged("--bitcoin-header", f"1={GENESIS_HEADER.hex()}", code=2)
    assert "what second clocks say cannot be determined" in said
    assert "no certificate" in user("verify", path, *known, "--tsa-root", copy, code=3).err
    assert "160 hexadecimal digits" in user("verify", path, *known, "--bitcoin-header", "12", code=3).err
