"""The lines of a store's log, one an entry: what they say, and that they are not what they were."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trialseal.errors import FailedError

# Lines that are hashed, written or read at a time; a larger number is not faster.
CHUNK = 4096
ERASED = b'{"erased":'


class Damaged(FailedError):
    """The store is not what was written: `file` and `entry` say where."""

    def __init__(self, file: Path, entry: int | None, what: str) -> None:
        self.file, self.entry, self.place = file, entry, f"{file}: {what}"
        super().__init__(f"{self.place}; nothing was appended: restore the stream's folder from a backup")


def subject_of(event: Mapping[str, Any]) -> str | None:
    """Whose secret an event's nonce is made from; None: the stream's own. A tombstone outlives its subject's."""
    return None if event.get("type") == "erasure" else event.get("subject")


def parse_line(line: bytes) -> dict[str, Any]:
    """The object in a line of the log; ValueError if it is none."""
    try:
        value = json.loads(line.decode())  # of bytes, json would look each time how they are encoded
    except RecursionError:
        raise ValueError("nests too deep") from None
    if not isinstance(value, dict) or not line.endswith(b"\n"):
        raise ValueError("not a line of the log")
    return value


def stored_event(line: bytes, log: Path, index: int) -> dict[str, Any]:
    """The object in the line of an entry of a store; Damaged if it is none."""
    try:
        return parse_line(line)
    except ValueError:
        raise Damaged(log, index, f"entry {index} cannot be read") from None


def erased_line(type: str, length: int) -> bytes:
    """What an erased entry's line of this length is overwritten with: its type, and blanks."""
    return (ERASED + json.dumps(type).encode() + b"}").ljust(length - 1) + b"\n"
