"""Sealed copies: each document of trialseal exactly as it was sealed, named by the chain's order and its digest."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

from trialseal import files
from trialseal.errors import UsageError
from trialseal.folder import layout
from trialseal.folder.reading import FileReading


def copies_folder(folder: Path) -> Path:
    """Where a trial's sealed copies lie."""
    return folder / layout.DOCUMENTS / layout.SEALED


def keep(folder: Path, number: int, kind: str, version: int, reading: FileReading) -> Path | None:
    """Keeps the very bytes that act `number` sealed; where they lie, or None if they are no document of trialseal.

    Only such documents are copied: other files may be private, or of any size. `version` is the chain's. A copy is
    never written over: where another file has its name, the new one's tells more digits of its digest. UsageError in
    a sentence if it cannot be written.
    """
    if reading.canonical is None or reading.data is None:
        return None
    place = copies_folder(folder)
    if place.is_symlink() or place.parent.is_symlink():
        raise UsageError(f"{place} is reached through a link, which is not followed: put a folder there")
    for digits in (8, 64):
        path = place / layout.copy_name(number, kind, version, reading.canonical, digits)
        if _holds(path, reading.raw):
            return path
        if not os.path.lexists(path):
            files.write_bytes(path, reading.data, overwrite=False)
            return path
    raise UsageError(f"{path} holds other bytes than were sealed: move it away, and run the same command again")


def _holds(path: Path, raw: bytes) -> bool:
    try:
        with files.opened(path, follow=False) as file:
            return sha256(file.read()).digest() == raw
    except OSError:
        return False
