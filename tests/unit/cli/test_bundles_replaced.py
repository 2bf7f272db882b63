"""What a bundle may be written over: an earlier one of its trial, and nothing else."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from trialseal.cli.bundle.replacing import require_place
from trialseal.errors import UsageError
from trialseal.evidence.bundle.bundle import NO_TRIAL, open_bundle

BUNDLE = Path(__file__).parents[2] / "vectors" / "bundles" / "2026-11.trialseal"
TRIAL = open_bundle(BUNDLE, "b").trial


@pytest.fixture
def there(tmp_path: Path) -> Path:
    path = tmp_path / "there.trialseal"
    path.write_bytes(BUNDLE.read_bytes())
    return path


def test_an_earlier_bundle_of_the_trial_gives_way(there: Path, tmp_path: Path) -> None:
    require_place(there, TRIAL)
    require_place(tmp_path / "new.trialseal", TRIAL)
    (tmp_path / "empty.trialseal").touch()
    require_place(tmp_path / "empty.trialseal", TRIAL)


@pytest.mark.parametrize("trial", [bytes([TRIAL[0] ^ 1]) + TRIAL[1:], NO_TRIAL])
def test_a_bundle_of_another_trial_stays(there: Path, trial: bytes) -> None:
    with pytest.raises(UsageError, match=f"a bundle of another trial, {TRIAL.hex()[:8]}…: it was left as it is"):
        require_place(there, trial)


def test_a_bundle_of_no_trial_stays(tmp_path: Path) -> None:
    path = tmp_path / "checkpoints.trialseal"
    with zipfile.ZipFile(BUNDLE) as packed, zipfile.ZipFile(path, "w") as made:
        manifest = packed.read("manifest.json").replace(TRIAL.hex().encode(), NO_TRIAL.hex().encode())
        assert json.loads(manifest)["trial"] == NO_TRIAL.hex()
        made.writestr("manifest.json", manifest)
    require_place(path, NO_TRIAL)
    with pytest.raises(UsageError, match="a bundle of no trial"):
        require_place(path, TRIAL)


@pytest.mark.parametrize("kind", ["another archive", "cut short", "no archive"])
def test_what_is_no_bundle_stays(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "x.trialseal"
    if kind == "another archive":
        with zipfile.ZipFile(path, "w") as made:
            made.writestr("word/document.xml", "a paper")
    else:
        path.write_bytes(BUNDLE.read_bytes()[:-30] if kind == "cut short" else b"a table")
    with pytest.raises(UsageError, match=r"x\.trialseal is there already, and is n\w+ .*it was left as it is"):
        require_place(path, TRIAL)
