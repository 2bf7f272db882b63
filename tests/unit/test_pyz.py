"""`trialseal.pyz`: a bundle is verified by a Python without anything installed, wherever the archive lies."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUNDLE = ROOT / "tests" / "vectors" / "bundles" / "2026-11.trialseal"
KNOWN = json.loads(BUNDLE.with_suffix(".json").read_text())


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    spec = importlib.util.spec_from_file_location("pyz", ROOT / "tools" / "pyz.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    place = tmp_path_factory.mktemp("pyz")
    return Path(module.pack(place / "試験 a" / "trialseal.pyz"))


def run(archive: Path, *words: str) -> tuple[int, str, str]:
    """With Python's own library alone: no installed package, no variable, no folder of the caller's."""
    command = [sys.executable, "-I", "-S", archive.name, *words]
    done = subprocess.run(command, capture_output=True, text=True, cwd=archive.parent, env={}, check=False)
    return done.returncode, done.stdout, done.stderr


def test_a_bundle_is_verified(archive: Path) -> None:
    code, out, _ = run(archive, "verify", str(BUNDLE), "--block-hash", KNOWN["block_hash"], "--json")
    assert code == KNOWN["exit_code"]
    assert {one["file"]: one["exit_code"] for one in json.loads(out)} == KNOWN["verdicts"]


def test_a_byte_that_was_changed_is_found(archive: Path, tmp_path: Path) -> None:
    data = bytearray(BUNDLE.read_bytes())
    data[len(data) // 2] ^= 1
    changed = tmp_path / "changed.trialseal"
    changed.write_bytes(data)
    code, out, err = run(archive, "verify", str(changed), "--block-hash", KNOWN["block_hash"])
    assert code in (1, 3) and "Traceback" not in err and out + err


def test_what_needs_more_names_the_source_and_no_name_of_an_index(archive: Path) -> None:
    code, _, err = run(archive, "check", "NCT99999901.json", "--reported", "paper.txt")
    assert (code, err.count("\n")) == (3, 1)
    assert err.endswith('not installed: in the folder of trialseal\'s source, type pip install "."\n')
