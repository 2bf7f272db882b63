"""Where a bundle may be written: in the place of an earlier one of the same trial, and of nothing else."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from trialseal import escaping
from trialseal.errors import UsageError
from trialseal.evidence.bundle import manifest
from trialseal.evidence.bundle.bundle import NO_TRIAL
from trialseal.files import open_file
from trialseal.outputs import ZIPPED, require_replaceable

# A manifest has some 150 bytes a file, and a bundle tens of thousands of files.
_LARGEST = 1 << 26
_UNREADABLE = (UsageError, OSError, KeyError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error)


def require_place(target: Path, trial: bytes) -> None:
    """UsageError if something else lies there than a bundle of this trial, or nothing: it may be nowhere else."""
    require_replaceable(target, ZIPPED)
    if not target.exists() or not target.stat().st_size:
        return
    shown = escaping.path(target)
    try:
        there = manifest.manifest_from(_manifest(target), shown).trial
    except _UNREADABLE:
        raise UsageError(
            f"{shown} is there already, and is no bundle that can be read: it was left as it is; name another file"
        ) from None
    if there != trial:
        what = "a bundle of no trial" if there == NO_TRIAL else f"a bundle of another trial, {there.hex()[:8]}…"
        raise UsageError(f"{shown} is there already, and is {what}: it was left as it is; name another file")


def _manifest(path: Path) -> bytes:
    """The manifest alone: of a large bundle the rest need not be read to know its trial."""
    with open_file(path) as file, zipfile.ZipFile(file) as packed, packed.open(manifest.NAME) as found:
        return found.read(_LARGEST)
