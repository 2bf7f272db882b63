"""The published vectors: others' and this project's own."""

from __future__ import annotations

import doctest
import json
import struct
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from trialseal.documents import canonical, identifiers
from trialseal.documents.endpoints import endpoint_leaves, endpoint_root
from trialseal.errors import UsageError
from trialseal.merkle import tree

ROOT = Path(__file__).parents[3]
VECTORS = ROOT / "tests" / "vectors"


def vectors(name: str) -> Any:
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


def test_the_files_are_those_that_the_script_makes() -> None:
    subprocess.run([sys.executable, VECTORS / "make.py", "--check"], check=True)


def test_sha256(tmp_path: Path) -> None:
    for one in vectors("sha256")["messages"]:
        file = tmp_path / "message"
        file.write_bytes(one["text"].encode())
        assert canonical.file_digest(file).hex() == one["sha256"]


@pytest.mark.parametrize("one", vectors("rfc8785")["documents"], ids=lambda one: one["section"])
def test_rfc8785_documents(one: dict[str, str]) -> None:
    value = canonical.parse_json(one["input"].encode(), "vector")
    assert canonical.canonical_bytes(value) == one["canonical"].encode()


@pytest.mark.parametrize("one", vectors("rfc8785")["numbers"], ids=lambda one: one["ieee754"])
def test_rfc8785_numbers(one: dict[str, str | None]) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(str(one["ieee754"])))
    if one["canonical"] is None:
        with pytest.raises(UsageError, match="number"):
            canonical.canonical_bytes({"n": number})
    else:
        assert canonical.canonical_bytes(number) == one["canonical"].encode()


def test_rfc9162() -> None:
    given = vectors("rfc9162")
    leaves = [tree.leaf_hash(bytes.fromhex(entry)) for entry in given["entries"]]
    assert tree.root([]).hex() == given["empty_root"]
    assert [tree.root(leaves[:size]).hex() for size in range(1, 9)] == given["roots"]
    for one in given["inclusion"]:
        proof = [bytes.fromhex(step) for step in one["proof"]]
        assert tree.inclusion_proof(leaves[: one["size"]], one["index"]) == proof
        root = bytes.fromhex(given["roots"][one["size"] - 1])
        tree.verify_inclusion(leaves[one["index"]], one["index"], one["size"], proof, root)
    for one in given["consistency"]:
        proof = [bytes.fromhex(step) for step in one["proof"]]
        assert tree.consistency_proof(leaves[: one["new_size"]], one["old_size"]) == proof
        old_root, new_root = (bytes.fromhex(given["roots"][one[size] - 1]) for size in ("old_size", "new_size"))
        tree.verify_consistency(one["old_size"], one["new_size"], old_root, new_root, proof)


def test_ids() -> None:
    given = vectors("ids")
    for one in given["parties"]:
        party = identifiers.party_id(bytes.fromhex(one["address"]), bytes.fromhex(one["salt"]))
        assert party.hex() == one["party"]
    for one in given["trials"]:
        assert identifiers.trial_code_bytes(one["code"]).hex() == one["code_bytes"]
        assert identifiers.trial_id(bytes.fromhex(one["party"]), one["code"]).hex() == one["trial"]


def test_dates() -> None:
    for one in vectors("ids")["dates"]:
        assert identifiers.date_code(one["text"]) == one["code"]
        assert identifiers.date_text(one["code"]) == one["text"]


@pytest.mark.parametrize("text", vectors("ids")["refused_dates"])
def test_refused_dates(text: str) -> None:
    with pytest.raises(UsageError):
        identifiers.date_code(text)


@pytest.mark.parametrize("one", vectors("documents")["documents"], ids=lambda one: one["file"])
def test_documents(one: dict[str, Any]) -> None:
    file = VECTORS / one["file"]
    document = canonical.read_json(file)
    assert isinstance(document, dict)
    assert canonical.file_digest(file).hex() == one["file_digest"]
    assert len(canonical.canonical_bytes(document)) == one["canonical_length"]
    assert canonical.document_digest(document).hex() == one["document_digest"]
    if "endpoint_root" in one:
        leaves = endpoint_leaves(document)
        assert [leaf.hex() for leaf in leaves] == one["endpoint_leaves"]
        assert endpoint_root(document).hex() == one["endpoint_root"]
        for index, proof in enumerate(one["endpoint_proofs"]):
            steps = [bytes.fromhex(step) for step in proof]
            assert tree.inclusion_proof(leaves, index) == steps
            tree.verify_inclusion(leaves[index], index, len(leaves), steps, endpoint_root(document))


def test_private_files() -> None:
    for one in vectors("documents")["private_files"]:
        digest = sha256(one["text"].encode()).digest()
        assert digest.hex() == one["file_digest"]
        nonce = bytes.fromhex(one["nonce"])
        assert canonical.private_digest(nonce, digest).hex() == one["private_digest"]


def test_the_examples_of_docs_bytes_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    failed, tried = doctest.testfile(str(ROOT / "docs" / "bytes.md"), module_relative=False, encoding="utf-8")
    assert (failed, tried > 15) == (0, True)


def test_rolling_digest() -> None:
    """By hand, as docs/bytes.md tells; the ledger's own code is tested where it lives."""
    digest = bytes(32)
    for act in vectors("rolling")["acts"]:
        topics = [bytes.fromhex(topic) for topic in act["topics"]]
        log = sha256(b"".join(topics) + bytes.fromhex(act["data"])).digest()
        assert log.hex() == act["log"]
        digest = sha256(digest + topics[3][:20] + log).digest()
        assert digest.hex() == act["rolling"]
