"""Nodes that keep only the newest block's state, or change their mind, while they are read: begun anew, a few times."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from gateway import Gateway, error
from trials_on_chain import TrialOnChain, World, world

from conftest import free_port
from trialseal.cli import main
from trialseal.errors import UndeterminedError
from trialseal.ledger import devnet
from trialseal.ledger.at_block import BlockGone
from trialseal.ledger.chain import Chain
from trialseal.ledger.network_file import Network
from trialseal.report.trial.verifying import verify

WINDOW = "distance to target block exceeds maximum proof window"


@pytest.fixture(scope="module")
def w(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("behind"), free_port()) as made:
        yield made


@pytest.fixture(scope="module")
def trial(w: World, tmp_path_factory: pytest.TempPathFactory) -> TrialOnChain:
    made = TrialOnChain(
        w, w.party("Test sponsor"), tmp_path_factory.mktemp("t") / "trial", sha256(b"t").hexdigest()[:16]
    )
    made.register()
    return made


@pytest.fixture
def through(w: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    monkeypatch.setenv("TRIALSEAL_HOME", str(tmp_path / "home"))
    made = Gateway(w.url)
    yield made
    made.close()


class Moving:
    """A node that proves its newest block only; so many blocks come, each just before proofs are asked for."""

    def __init__(self, w: World, blocks: int, refusal: Callable[[], Any]) -> None:
        self._w, self.left, self._refusal = w, blocks, refusal

    def __call__(self, request: dict[str, Any]) -> Any:
        if request["method"] != "eth_getProof":
            return None
        if self.left > 0:
            self.left -= 1
            devnet.mine(self._w.chain)
        return self._refusal() if int(request["params"][2], 16) < self._w.chain.newest() else None


REFUSALS: dict[str, Callable[[], Any]] = {
    "an error, as reth": lambda: error(WINDOW, -32602),
    "null, as Besu": lambda: {"result": None},
}


@pytest.mark.parametrize("how", sorted(REFUSALS))
def test_reading_begins_anew_as_of_the_newer_block(
    w: World, trial: TrialOnChain, through: Gateway, capsys: pytest.CaptureFixture[str], how: str
) -> None:
    through.before = Moving(w, 2, REFUSALS[how])
    assert main(["history", trial.id.hex(), "--network", through.url, "--trust-node"]) == 0
    said = capsys.readouterr().out
    assert said.count("proves nothing more of block") == 2 and said.count("as of block ") >= 3
    last = [line for line in said.splitlines() if line.startswith("as of block ")][-1]
    assert f"as of block {w.chain.newest():,} " in last
    assert "complete: 1 act" in said


def test_json_holds_the_newer_reading_alone(
    w: World, trial: TrialOnChain, through: Gateway, capsys: pytest.CaptureFixture[str]
) -> None:
    through.before = Moving(w, 1, REFUSALS["an error, as reth"])
    assert main(["history", trial.id.hex(), "--network", through.url, "--trust-node", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["as_of"]["block"] == w.chain.newest()


@pytest.mark.parametrize("how", sorted(REFUSALS))
def test_it_ends_where_blocks_never_end(
    w: World, trial: TrialOnChain, through: Gateway, capsys: pytest.CaptureFixture[str], how: str
) -> None:
    through.before = moving = Moving(w, 1000, REFUSALS[how])
    assert main(["verify", str(trial.folder / "protocol.json"), "--network", through.url, "--trust-node"]) == 2
    shown = capsys.readouterr()
    assert "read 4 times, each time anew" in shown.err and shown.err.count("\n") == 1
    assert "name a node that keeps the state of more blocks, or a bundle" in shown.err
    assert moving.left > 980


def test_a_block_that_the_reader_named_is_not_left_for_another(
    w: World, trial: TrialOnChain, through: Gateway, capsys: pytest.CaptureFixture[str]
) -> None:
    block = w.chain.block()
    assert block is not None
    through.before = Moving(w, 1, REFUSALS["an error, as reth"])
    assert main(["history", trial.id.hex(), "--network", through.url, "--block-hash", block["hash"]]) == 2
    shown = capsys.readouterr()
    assert "proves nothing more" not in shown.out and "gives no proofs of" in shown.err


def test_without_a_newer_block_nothing_is_asked_twice(w: World, trial: TrialOnChain, through: Gateway) -> None:
    for refusal in (error("method not found", -32601), {"result": None}):
        through.requests.clear()
        through.before = lambda request, said=refusal: said if request["method"] == "eth_getProof" else None
        with pytest.raises(UndeterminedError, match="gives no proofs of .* or a bundle") as caught:
            Chain(Network("gateway", through.url)).history(trial.id)
        assert not isinstance(caught.value, BlockGone)
        assert len(through.requests) == 3


def test_a_reorganisation_between_two_calls(
    w: World, trial: TrialOnChain, through: Gateway, capsys: pytest.CaptureFixture[str]
) -> None:
    """The block was read, and then its place was taken by another of the same number."""
    taken = False

    def before(request: dict[str, Any]) -> Any:
        nonlocal taken
        if request["method"] == "eth_getProof" and not taken:
            taken = True
            w.chain.rpc.call("anvil_revert", [snapshot])
            w.party("Somebody else")
        return None

    snapshot = w.chain.rpc.call("anvil_snapshot")
    w.chain.rpc.call("anvil_mine", ["0x2"])
    through.before = before
    files = [trial.folder / "protocol.json"]
    with pytest.raises(BlockGone):
        verify(Chain(Network("gateway", through.url)), files)
    assert main(["verify", *map(str, files), "--network", through.url, "--trust-node"]) in (0, 2)
    assert "is protocol version 1" in capsys.readouterr().out
