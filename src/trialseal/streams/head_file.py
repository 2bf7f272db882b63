"""The one file whose replacement makes a batch a part of the store: how far each other file counts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trialseal import files
from trialseal.documents.versions import format_of, version_of
from trialseal.errors import FailedError
from trialseal.kept_json import value_of
from trialseal.merkle.tree import HASH_BYTES
from trialseal.streams import disk, entry_index, subject_secrets, tree_file

FILE = "head.json"
LOG = "entries.ndjson"
_FAMILY = "trialseal-stream-head"
DATA_FILES = (LOG, entry_index.FILE, tree_file.FILE, subject_secrets.FILE)


@dataclass(frozen=True, slots=True)
class Place:
    """How far a growing file has been taken over."""

    position: int  # bytes
    line: int  # lines before it
    mark: str = ""  # of what lies before it (Stream.mark), so that another file under the same name is told apart


@dataclass(frozen=True, slots=True)
class Committed:
    """What the store holds. What lies in its files beyond is what a crash left, and is cut off."""

    size: int  # entries
    log_bytes: int
    subjects: int  # records of secrets
    root: bytes
    stamps: Mapping[str, int] = field(default_factory=dict)  # file -> when it was written last, nanoseconds
    followed: Mapping[str, Place] = field(default_factory=dict)  # path -> how far it was followed

    def lengths(self) -> dict[str, int]:
        """Bytes of each data file."""
        return {
            LOG: self.log_bytes,
            entry_index.FILE: self.size * entry_index.RECORD_BYTES,
            tree_file.FILE: tree_file.node_count(self.size) * HASH_BYTES,
            subject_secrets.FILE: self.subjects * subject_secrets.RECORD_BYTES,
        }


def stamps(folder: Path) -> dict[str, int]:
    """When each data file was written last, or changed, which unlike the time of writing nobody sets back."""
    found = {name: (folder / name).stat() for name in DATA_FILES}
    return {name: max(one.st_mtime_ns, one.st_ctime_ns) for name, one in found.items()}


def write(folder: Path, head: Committed) -> None:
    """Commits: from here on the store holds what `head` says."""
    value: dict[str, Any] = {
        "format": format_of(_FAMILY),
        "size": head.size,
        "log_bytes": head.log_bytes,
        "subjects": head.subjects,
        "root": head.root.hex(),
        "written": dict(head.stamps),
        "followed": {name: [place.position, place.line, place.mark] for name, place in head.followed.items()},
    }
    value["sum"] = disk.checksum(value)
    files.put(folder / FILE, (json.dumps(value, indent=2) + "\n").encode(), disk.PRIVATE)


def read(folder: Path) -> Committed:
    """What the store holds; FailedError if the file is damaged."""
    data = disk.read_whole(folder / FILE, "how much the store holds")
    try:
        value = value_of(data)
        version_of(value["format"], _FAMILY, str(folder / FILE))
        if value.pop("sum") != disk.checksum(value):
            raise ValueError
        head = Committed(
            size=_count(value["size"]),
            log_bytes=_count(value["log_bytes"]),
            subjects=_count(value["subjects"]),
            root=bytes.fromhex(value["root"]),
            stamps={str(name): int(time) for name, time in value["written"].items()},
            followed={str(k): Place(_count(v[0]), _count(v[1]), str(v[2])) for k, v in value["followed"].items()},
        )
        if len(head.root) != HASH_BYTES:
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        raise FailedError(
            f"{folder / FILE} is damaged or was edited: nothing was appended; restore it, and the files beside it, "
            "from a backup"
        ) from None
    return head


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError
    return value
