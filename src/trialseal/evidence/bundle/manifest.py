"""What a bundle says of itself: its files with their digests, and of which block its evidence is. Claims, all of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from trialseal.documents.canonical import canonical_bytes, parse_json
from trialseal.documents.versions import is_later
from trialseal.errors import FailedError, UsageError
from trialseal.evidence.bundle.member import Member

NAME = "manifest.json"
_FAMILY = "trialseal-bundle"
_FORMATS = (f"{_FAMILY}/1", f"{_FAMILY}/2")
_HAS_ROWS = re.compile(r"files/rows/[^/]+\.rows")
_HEX = re.compile("[0-9a-f]{64}")
_LARGEST = 1 << 53


class Manifest(NamedTuple):
    """A bundle's manifest."""

    trial: bytes
    chain_id: int
    devnet: bool
    """Whether whoever packed it read a chain for development."""
    files: Mapping[str, str]
    """SHA-256 of each other file, as 64 digits, by name."""


def format_for(names: Iterable[str]) -> str:
    """The form of a bundle with these members: the second, if one of them has rows as `trialseal-rows`. Bundles
    without stay readable for programs that know no such rows."""
    return f"{_FAMILY}/{2 if any(map(_HAS_ROWS.fullmatch, names)) else 1}"


def manifest_bytes(trial: bytes, chain_id: int, devnet: bool, files: Mapping[str, Member]) -> bytes:
    """A manifest's RFC 8785 form."""
    return canonical_bytes(
        {
            "format": format_for(files),
            "trial": trial.hex(),
            "chain_id": chain_id,
            "devnet": devnet,
            "files": {name: one.digest.hex() for name, one in files.items()},
        }
    )


def manifest_from(data: bytes, shown: str) -> Manifest:
    """The manifest that these bytes are; UsageError in one sentence if they are none."""
    value = json_in(data, NAME, shown)
    said = value.get("format") if isinstance(value, dict) else None
    if is_later(said):
        raise UsageError(f"{shown} was made by a later version of trialseal: use that one")
    if said not in _FORMATS:
        raise UsageError(f"{shown}: {NAME} is not of the form {' or '.join(_FORMATS)}")
    if canonical_bytes(value) != data or not _fits(value):
        raise UsageError(f"{shown}: {NAME} has members of another form: ask for another bundle")
    return Manifest(bytes.fromhex(value["trial"]), value["chain_id"], value["devnet"], value["files"])


def json_in(data: bytes, name: str, shown: str) -> Any:
    """The value that a bundle's member holds; UsageError if it is not JSON, or is not fit to be read."""
    try:
        return parse_json(data, f"{shown}, {name}")
    except FailedError as error:
        raise UsageError(f"{error}: ask for another bundle") from None


def _fits(value: Mapping[str, Any]) -> bool:
    files, chain_id = value.get("files"), value.get("chain_id")
    return (
        value.keys() == {"format", "trial", "chain_id", "devnet", "files"}
        and _is_digest(value["trial"])
        and type(chain_id) is int
        and 0 < chain_id < _LARGEST
        and isinstance(value["devnet"], bool)
        and isinstance(files, dict)
        and value["format"] in (_FORMATS[0], format_for(files))
        and all(map(_is_digest, files.values()))
    )


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and _HEX.fullmatch(value) is not None
