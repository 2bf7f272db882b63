"""Which files are taken for bundles: by their name, or by what they begin with."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

from trialseal.evidence.bundle.named import is_bundle

BUNDLE = Path(__file__).parents[2] / "vectors" / "bundles" / "2026-11.trialseal"


def test_a_bundle_that_was_renamed_is_one(tmp_path: Path) -> None:
    renamed = tmp_path / "attachment.zip"
    shutil.copy(BUNDLE, renamed)
    assert is_bundle(str(renamed))
    renamed.write_bytes(BUNDLE.read_bytes()[: 30 + len("READ-ME-FIRST.txt")])
    assert is_bundle(str(renamed))
    renamed.write_bytes(BUNDLE.read_bytes()[: 29 + len("READ-ME-FIRST.txt")])
    assert not is_bundle(str(renamed))


def test_another_archive_is_none_unless_it_is_called_one(tmp_path: Path) -> None:
    other = tmp_path / "paper.docx"
    with zipfile.ZipFile(other, "w") as made:
        made.writestr("READ-ME-FIRST.doc", "x" * 60)
    assert not is_bundle(str(other))
    assert is_bundle("nowhere.trialseal") and not is_bundle(str(tmp_path / "nowhere")) and not is_bundle(str(tmp_path))
