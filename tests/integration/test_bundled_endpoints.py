"""Without the protocol, a bundle shows the endpoints for which results were reported, each with its proof."""

from __future__ import annotations

import json
from pathlib import Path

from tests.integration.test_bundles_compared import chain
from tests.integration.test_command import SPONSOR, User, home, registered, trial, user

from trialseal.documents.endpoint_proof import make_proof
from trialseal.documents.endpoints import endpoint_leaves
from trialseal.evidence.bundle.bundle import open_bundle, write
from trialseal.evidence.bundle.member import of_bytes

__all__ = ["home", "registered", "trial", "user"]


def report(user: User, folder: Path, *endpoints: str) -> None:
    protocol = json.loads((folder / "protocol.json").read_text())
    results = [
        {"endpoint": id, "protocol_version": 1, "planning": "planned", "stage": "final", "statement": id}
        for id in endpoints
    ]
    document = {"format": "trialseal/1", "kind": "results", "trial": protocol["trial"], "version": 1}
    (folder / "results.json").write_text(json.dumps({**document, "results": results}))
    user("results", folder, *SPONSOR)


def test_a_reported_endpoint_is_proven_without_its_protocol(
    user: User, registered: Path, home: Path, tmp_path: Path
) -> None:
    protocol = json.loads((registered / "protocol.json").read_text())
    first = protocol["endpoints"][0]["id"]
    report(user, registered, first)
    whole, path, again = (tmp_path / f"{name}.trialseal" for name in ("whole", "digests", "again"))
    user("bundle", registered, "--with", "digests", "--out", path)
    held, name = open_bundle(path, "it"), f"endpoints/v1-{first}.json"
    assert {one for one in held.files if not one.startswith(("receipts/", "parties/"))} == {name}
    known = ("--block-hash", chain(home).as_of().hash)
    said = user("verify", path, *known).out
    assert f"is the proof of an endpoint: {first} (" in said and "of protocol version 1 of trial" in said
    assert "1 result reported for it: act 2" in said
    user("bundle", registered, "--out", whole)
    user("bundle", held.trial.hex(), "--bundle", whole, "--with", "digests", "--out", again, code=2)
    assert open_bundle(again, "it").files[name].digest == held.files[name].digest

    def verdict(proof: dict[str, object], code: int) -> str:
        with again.open("wb") as file:
            write(held._replace(files={"endpoints/a.json": of_bytes(json.dumps(proof).encode())}), file)
        return user("verify", again, *known, code=code).out

    leaves = endpoint_leaves(protocol)
    last = len(leaves) - 1
    other = make_proof(held.trial, 1, protocol["endpoints"][last], last, leaves)
    assert "no result was reported for it" in verdict(other, 0)
    changed = {**protocol["endpoints"][0], "domain": "another"}
    for wrong, words in (
        (make_proof(held.trial, 1, changed, 0, leaves), "which does not hold"),
        (make_proof(held.trial, 2, protocol["endpoints"][0], 0, leaves), "has sealed no protocol version 2"),
        (make_proof(bytes(32), 1, protocol["endpoints"][0], 0, leaves), "it is of trial 00000000…, not of"),
        ({**other, "place": len(leaves) + 1}, "is not one of the"),
        ({**other, "place": 1}, "which does not hold"),
    ):
        assert words in verdict(wrong, 1)


def test_an_endpoint_under_embargo_is_left_out(user: User, trial: Path, tmp_path: Path) -> None:
    protocol = json.loads((trial / "protocol.json").read_text())
    protocol["endpoints"][0]["nonce"] = "ab" * 32
    (trial / "protocol.json").write_text(json.dumps(protocol))
    user("register", trial, *SPONSOR)
    report(user, trial, protocol["endpoints"][0]["id"])
    path = tmp_path / "digests.trialseal"
    said = user("bundle", trial, "--with", "digests", "--out", path).out
    assert "under embargo, and left out: 1 endpoint with a result" in said
    assert not any(name.startswith("endpoints/") for name in open_bundle(path, "it").files)
