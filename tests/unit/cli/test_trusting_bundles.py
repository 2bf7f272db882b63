"""What a command comes to that reads a bundle for whose block nobody vouches, and options that do nothing there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from trialseal.cli import main

BUNDLE = Path(__file__).parents[2] / "vectors" / "bundles" / "2026-11.trialseal"
BLOCK = json.loads(BUNDLE.with_suffix(".json").read_text())["block_hash"]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIALSEAL_HOME", str(tmp_path))


@pytest.mark.parametrize("words", [["history", "NCT00000123"], ["history", "12" * 32]])
def test_that_nothing_is_shown_is_no_more_certain_than_the_block(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    line = [*words, "--bundle", str(BUNDLE)]
    assert main(line) == 2
    capsys.readouterr()
    assert main([*line, "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["exit_code"] == 2
    assert main([*line, "--block-hash", BLOCK]) == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["--trust-node"], "name them with --network"),
        (["--quorum", "2"], "name them with --network"),
        (["--quorum", "0"], "--quorum needs 2 operators or more"),
        (["--checkpoint-key", "0x" + "12" * 20], "name their file with --checkpoints"),
        (["--checkpoint-party", "12" * 32], "name their file with --checkpoints"),
        (["--checkpoint-block", "12" * 32], "name their file with --checkpoints"),
    ],
)
def test_an_option_that_would_do_nothing_is_said_to(
    typed: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(BUNDLE), *typed]) == 3
    assert said in capsys.readouterr().err
