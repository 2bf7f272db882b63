"""Bundles that were made once are read for ever."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from trialseal.cli import main

KEPT = sorted((Path(__file__).parents[1] / "vectors" / "bundles").glob("*.trialseal"))


@pytest.mark.parametrize("bundle", KEPT, ids=lambda path: path.stem)
def test_a_bundle_of_its_day_is_still_read(
    bundle: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TRIALSEAL_HOME", str(tmp_path))
    known = json.loads(bundle.with_suffix(".json").read_text())
    words = ["verify", str(bundle), "--block-hash", known["block_hash"], "--json"]
    assert main(words) == known["exit_code"]
    verdicts = json.loads(capsys.readouterr().out)
    assert {one["file"]: one["exit_code"] for one in verdicts} == known["verdicts"]
    assert {one["as_of"]["block_hash"] for one in verdicts} == {known["block_hash"]}


def test_there_is_one_of_every_version() -> None:
    assert KEPT
