"""A folder of files (images, scanned forms) as a table: one row a file, with its path, size and SHA-256.

Files are hashed and never parsed. Links are not followed; what is not an ordinary file has a row that says so.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from trialseal.documents.canonical import file_digests
from trialseal.errors import FailedError, UsageError
from trialseal.tables.schema import Column, Schema
from trialseal.tables.table import BLOCK_ROWS, Reading, Table

if TYPE_CHECKING:
    from trialseal.tables.table import Block

SCHEMA = Schema((Column("path", "text"), Column("size", "number"), Column("sha256", "text"), Column("note", "text")))
# Deeper folders are not an archive of images, and every level costs a step in Python.
MAX_DEPTH = 100


class ListedFile(NamedTuple):
    """A file or what else lies in a folder."""

    path: str
    """Below the folder, with /, in NFC; bytes that are no UTF-8 as \\xff."""
    place: str
    """As the operating system calls it."""
    note: str | None
    """Why it is not hashed, else None."""


def open_folder(path: Path, reading: Reading) -> Table:
    """The manifest of a folder. Files are hashed when blocks are read."""
    entries = listed(path)
    odd = tuple(f"{one.path}: {one.note}" for one in entries if one.note)

    read: list[Block] = []

    def blocks() -> Iterator[Block]:
        # A file is hashed once, so that whoever asks again is told the same.
        for place in range(-(-len(entries) // BLOCK_ROWS)):
            if place == len(read):
                read.append(_block(entries[place * BLOCK_ROWS : (place + 1) * BLOCK_ROWS]))
            yield read[place]

    return Table(path, path.resolve().name, "folder", SCHEMA, blocks, notes=odd)


def _block(entries: Sequence[ListedFile]) -> Block:
    import pyarrow as pa

    hashed = iter(file_digests([one.place for one in entries if not one.note]))
    return [
        pa.array([one.path for one in entries], pa.string()),
        pa.array([None if one.note else float(os.stat(one.place).st_size) for one in entries], pa.float64()),
        pa.array([None if one.note else next(hashed).hex() for one in entries], pa.string()),
        pa.array([one.note for one in entries], pa.string()),
    ]


def listed(folder: Path) -> list[ListedFile]:
    """Everything below a folder in the order of the paths' UTF-8 bytes; UsageError for what cannot be read.

    FailedError where two names are one in NFC, so that a path names one file.
    """
    entries = list(_below(str(folder), "", 0))
    entries.sort(key=lambda one: one.path.encode("utf-8"))
    for one, other in pairwise(entries):
        if one.path == other.path:
            raise FailedError(f"{folder}: two files are called {one.path} once their names are in NFC: rename one")
    return entries


def _below(place: str, path: str, depth: int) -> Iterator[ListedFile]:
    if depth > MAX_DEPTH:
        raise UsageError(f"{place} lies more than {MAX_DEPTH} folders deep: name a folder further down")
    try:
        with os.scandir(place) as found:
            children = sorted(found, key=lambda one: os.fsencode(one.name))
    except OSError as error:
        raise UsageError(f"{place} cannot be read, so the folder was not sealed: {error.strerror or error}") from None
    for child in children:
        name = f"{path}/{_name(child.name)}" if path else _name(child.name)
        if child.is_symlink():
            yield ListedFile(name, child.path, "a link, not followed")
        elif child.is_dir(follow_symlinks=False):
            yield from _below(child.path, name, depth + 1)
        elif not child.is_file(follow_symlinks=False):
            kind = stat.filemode(child.stat(follow_symlinks=False).st_mode)[0]
            what = {"p": "a named pipe", "s": "a socket", "b": "a device", "c": "a device"}.get(kind, "no file")
            yield ListedFile(name, child.path, f"{what}, not read")
        elif not os.access(child.path, os.R_OK):
            raise UsageError(f"{child.path} cannot be read, so the folder was not sealed: give access to it")
        else:
            yield ListedFile(name, child.path, None)


def _name(name: str) -> str:
    """A name in NFC; bytes that are no UTF-8, control characters and blanks at its end as \\xff, \\ doubled."""
    plain = os.fsencode(name).replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace")
    text = unicodedata.normalize("NFC", plain)
    text = "".join(f"\\x{ord(one):02x}" if ord(one) < 32 else one for one in text)
    kept = text.rstrip(" ")
    return kept + "\\x20" * (len(text) - len(kept))
