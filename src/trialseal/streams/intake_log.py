"""What was taken in when: a line for each file that a stream took in, kept beside it for the site's own overview.

No evidence: nothing binds it, and a crash between a batch and its line loses the line.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import NamedTuple

from trialseal import files
from trialseal.kept_json import value_of
from trialseal.streams import disk

FILE = "intake.ndjson"
_LARGEST = 1 << 26


class Intaken(NamedTuple):
    """How a file's rows were taken in."""

    at: int
    """Unix seconds."""
    stored: int
    same: int
    corrected: int
    gone: int
    """Rows that were there before, withdrawn or not."""
    refused: int


def write(folder: Path, one: Intaken) -> None:
    """Adds a line, on disk when it returns."""
    path = folder / FILE
    if not path.exists():
        path.touch(disk.PRIVATE)
    with files.opened_to_change(path) as file:
        file.seek(0, os.SEEK_END)
        file.write(json.dumps(one._asdict()).encode() + b"\n")
        disk.sync(file)


def read(folder: Path) -> list[Intaken]:
    """All whole lines; what is no such line is skipped."""
    path = folder / FILE
    if not files.is_file(path, follow=False):
        return []
    found = []
    for line in files.read_small(path, _LARGEST, follow=False).splitlines():
        try:
            value = value_of(line)
            found.append(Intaken(*(int(value[name]) for name in Intaken._fields)))
        except (ValueError, KeyError, TypeError):
            continue
    return found
