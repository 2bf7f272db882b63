"""`verify` of files beside which a bundle lies, by somebody who has no node, or only a practice chain."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

import pytest

from trialseal.cli import main
from trialseal.ledger import accounts, networks

BLOCK = "0x448f023e87c5ee2fff7226aa289c24003d7e9eed259dfc09745bc09feead54d0"


@pytest.fixture
def received(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder as it came by mail, in a home without a network, on a computer where nothing answers."""
    monkeypatch.setenv("TRIALSEAL_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    assert main(["example", "first-use"]) == 0
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    monkeypatch.setattr(networks, "DEVNET_PORT", port)
    monkeypatch.chdir(tmp_path / "first-use")
    return tmp_path / "first-use" / "received"


def test_a_file_beside_a_bundle(received: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "received/results.json", "--block-hash", BLOCK]) == 2
    said = capsys.readouterr().err
    line = f"trialseal verify received/trial.trialseal received/results.json --block-hash {BLOCK}"
    assert said.rstrip().endswith(line) and "devnet" not in said
    assert main(line.split()[1:]) == 0


def test_a_folder_as_it_came_by_mail(received: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (received / "altered.json").unlink()
    assert main(["verify", "received", "--block-hash", BLOCK]) == 0
    shown = capsys.readouterr()
    first = (shown.err + shown.out).splitlines()[0]
    assert "none answers: read by the bundle that lies there, received/trial.trialseal" in first
    assert "trial.trialseal is not sealed" not in shown.out and "results.json is the results document" in shown.out


def test_a_network_that_was_named_is_meant(received: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "received", "--network", f"http://127.0.0.1:{networks.DEVNET_PORT}"]) == 2
    assert "trialseal verify received/trial.trialseal received" in capsys.readouterr().err


def test_of_several_bundles_none_is_taken(received: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(received / "trial.trialseal", received / "another one.trialseal")
    assert main(["verify", "received"]) == 2
    said = capsys.readouterr().err
    assert "; bundles lie there" in said and 'trialseal verify "received/another one.trialseal" received' in said


@pytest.mark.parametrize("words", [["verify", "paper.txt"], ["history", "NCT99999902"]])
def test_whoever_has_no_node(received: Path, capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    assert main(words) == 2
    said = capsys.readouterr().err
    assert "name a bundle with --bundle, or a node with --network" in said and "devnet" not in said
    (received.parents[1] / "home" / "devnet").mkdir(parents=True)
    assert main(words) == 2
    assert "the rehearsal on this computer goes on after trialseal devnet up" in capsys.readouterr().err


def test_whoever_acts_can_rehearse(received: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["milestone", "ab" * 32, "data-lock", "--on", "2020-01-01", "--dry-run"]
    words += ["--account", "alice", "--party", "cd" * 32]
    accounts.new(received.parents[1] / "home", "alice", "correct horse", light=True)
    assert main(words) == 2
    assert "to rehearse on this computer, trialseal devnet up starts one" in capsys.readouterr().err
    assert main([*words, "--network", f"http://127.0.0.1:{networks.DEVNET_PORT}"]) == 2
    assert "start a node there, or name another with --network" in capsys.readouterr().err
