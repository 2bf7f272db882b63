"""Assembly answers the same whatever lies in memory that is nobody's, and touches nothing that is somebody's.

What `batch` writes beyond the free pointer is tested in test_batch.py: the padding of a short reason after a long one.
"""

from __future__ import annotations

import importlib.util
import os
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import brownie
import pytest
import yaml

from trialseal.merkle import tree

from .chain import ZERO, log_of, mined, raw, step
from .stage import Stage, digest

ROOT = Path(__file__).parents[2]
DIRT = [ZERO, b"\xff" * 32, digest("dirt")]


@pytest.fixture(scope="module")
def dirty(stage: Stage, module_starts_from_the_stage: None) -> Any:
    """The harness, compiled as the contracts are."""
    spec = importlib.util.spec_from_file_location("artifacts_tool", ROOT / "tools" / "artifacts.py")
    assert spec and spec.loader
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    solc = yaml.safe_load((ROOT / "brownie-config.yaml").read_text(encoding="utf-8"))["compiler"]["solc"]
    compiler = str(Path(os.environ["SOLCX_BINARY_PATH"]) / f"solc-v{solc['version']}")
    file = Path("tests/contracts/harness/DirtyMemory.sol")
    artifact = tool.compile_file(ROOT, file, compiler, tool.settings_of(solc))["DirtyMemory"]
    receipt = mined({"from": str(brownie.accounts[9]), "data": artifact["initCode"]})
    return brownie.Contract.from_abi("DirtyMemory", receipt["contractAddress"], artifact["abi"])


@pytest.mark.parametrize("dirt", DIRT, ids=["zeros", "ones", "noise"])
def test_a_step(dirty: Any, dirt: bytes) -> None:
    rng = Random(84)
    for author in (rng.randbytes(32), b"\xff" * 32, ZERO):
        before, digest_ = rng.randbytes(32), rng.randbytes(32)
        stepped, untouched = dirty.step(before, author, digest_, dirt)
        assert raw(stepped) == sha256(before + author[:20] + digest_).digest() and untouched


@pytest.mark.parametrize("dirt", DIRT, ids=["zeros", "ones", "noise"])
@pytest.mark.parametrize("data", [0, 32, 224])
def test_a_log(dirty: Any, data: int, dirt: bytes) -> None:
    """It is written as it was given, and its bytes, the length in front of them too, are still there."""
    words = Random(data).randbytes(128 + data)
    call = {"from": str(brownie.accounts[9]), "to": dirty.address, "data": dirty.write.encode_input(words, dirt)}
    answer = raw(brownie.web3.provider.make_request("eth_call", [call, "latest"])["result"])
    assert answer == sha256(words).digest() + (1).to_bytes(32, "big")
    (log,) = map(log_of, mined(call)["logs"])
    assert b"".join(log) == words
    assert step(ZERO, log) == sha256(ZERO + words[96:116] + sha256(words).digest()).digest()


@pytest.mark.parametrize("dirt", DIRT, ids=["zeros", "ones", "noise"])
def test_proofs(dirty: Any, dirt: bytes) -> None:
    leaves = [digest(f"leaf {number}") for number in range(21)]
    for size in (1, 2, 7, 21):
        for index in {0, size // 2, size - 1}:
            proof = tree.inclusion_proof(leaves[:size], index)
            root, untouched = dirty.rootOf(leaves[index], index, size, proof, dirt)
            assert raw(root) == tree.root(leaves[:size]) and untouched
    for old, new in ((1, 2), (4, 8), (5, 21), (7, 8), (20, 21)):
        proof = tree.consistency_proof(leaves[:new], old)
        *roots, untouched = dirty.rootsOf(old, new, tree.root(leaves[:old]), proof, dirt)
        assert [raw(root) for root in roots] == [tree.root(leaves[:old]), tree.root(leaves[:new])] and untouched
