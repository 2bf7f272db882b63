"""A block's hash signed by one, believed by a reader who named the key, and by nobody else."""

from __future__ import annotations

import json
from pathlib import Path

from tests.integration.test_bundles import bundle
from tests.integration.test_command import SPONSOR, User, home, registered, trial, user

from trialseal.ledger import networks
from trialseal.ledger.chain import Chain

__all__ = ["bundle", "home", "registered", "trial", "user"]


def test_a_signed_checkpoint_vouches_for_a_bundle(user: User, bundle: Path, home: Path, tmp_path: Path) -> None:
    newest = Chain(networks.resolve("devnet", home)).block()
    assert newest is not None
    path, signer = tmp_path / "checkpoints.json", SPONSOR[:2]
    for number in (1, newest["number"]):
        user("checkpoint", "--block", number, "--output", path, *signer)
    first, second = json.loads(path.read_text())
    assert (first["block"], second["block"], second["hash"]) == (1, newest["number"], newest["hash"])
    key = second["signer"]
    said = user("verify", bundle, "--checkpoints", path, "--checkpoint-key", key, code=None)
    assert f"vouched for by a checkpoint signed by {key}" in said.out.splitlines()[0]
    stranger = user("verify", bundle, "--checkpoints", path, "--checkpoint-key", "0x" + "1" * 40, code=3)
    assert "no such key was named" in stranger.err
    path.write_text(path.read_text().replace(second["hash"], "0x" + "2" * 64))
    assert "the signature is not" in user("checkpoint", "--block", 1, "--output", path, *signer, code=3).err
    assert "final but the first: name one" in user("checkpoint", "--output", path, *signer, code=2).err
    user("checkpoint", "--block", newest["number"] + 1000, "--output", tmp_path / "other.json", *signer, code=2)
