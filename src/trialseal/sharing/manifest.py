"""The list of a package's files: which they are, what their digests are, to whom they belong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from trialseal.documents.canonical import parse_json
from trialseal.errors import FailedError
from trialseal.escaping import path as shown_path
from trialseal.merkle.tree import leaf_hash, root

ENDING = ".age"
DOCUMENT = "package.json"
_HEX = re.compile("[0-9a-f]{64}")


class Packed(NamedTuple):
    """A file of a package."""

    path: str
    sha256: str
    """Of the plain file."""
    bytes: int
    """How large that is."""
    stored: str
    """SHA-256 of the encrypted file, after which it is named."""
    subjects: tuple[str, ...]
    """To whom it belongs, by pseudonym."""


def manifest_bytes(packed: Iterable[Packed]) -> bytes:
    """The list as it is encrypted, a file a line: laying it out deeper takes a tenth of the time of small files."""
    rows = ",\n".join(json.dumps(one._asdict(), ensure_ascii=False) for one in packed)
    return ('{"files": [\n' + rows + "\n]}\n").encode()


def read_manifest(data: bytes) -> tuple[Packed, ...]:
    """The files of a list; FailedError if it is none, or names a file twice or outside its folder."""
    value = parse_json(data, "the package's list of files")
    rows = value.get("files") if isinstance(value, dict) else None
    if not isinstance(rows, list):
        raise FailedError("the package's list of files holds none: it is damaged; ask for the package again")
    found = tuple(map(_packed, rows))
    for name in ("path", "stored"):
        seen: set[str] = set()
        for one in found:
            if getattr(one, name) in seen:
                raise FailedError(f"the package's list names {shown_path(one.path)} twice: ask who packed it")
            seen.add(getattr(one, name))
    return found


def _packed(row: Any) -> Packed:
    try:
        one = Packed(row["path"], row["sha256"], row["bytes"], row["stored"], tuple(row["subjects"]))
        known = (
            all(isinstance(text, str) for text in (one.path, one.sha256, one.stored, *one.subjects))
            and type(one.bytes) is int
            and _HEX.fullmatch(one.sha256)
            and _HEX.fullmatch(one.stored)
        )
    except (KeyError, TypeError):
        known = None
    if not known:
        raise FailedError("a row of the package's list of files is not one: it is damaged; ask for the package again")
    if not _is_below(one.path):
        raise FailedError(
            f"the package's list names {shown_path(one.path)}, which is not below its folder: it is not opened"
        )
    return one


def _is_below(text: str) -> bool:
    """Whether a path stays below the folder that it is put in, on every system."""
    parts = PurePosixPath(text).parts
    return (
        bool(parts)
        and not text.startswith("/")
        and text == "/".join(parts)
        and not any(part in ("..", ".") for part in parts)
        and not any(sign in text for sign in ("\\", "\0", ":"))
    )


def root_of(manifest: str, stored: Sequence[str]) -> bytes:
    """The tree head of a package: the list's file first, the others in the order of their digests."""
    return root([leaf_hash(bytes.fromhex(one)) for one in (manifest, *sorted(stored))])
