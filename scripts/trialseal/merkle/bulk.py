"""Many hashes at a time, one behind the other in one piece of memory instead of an object each."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from struct import iter_unpack

from trialseal.errors import UsageError
from trialseal.merkle.tree import HASH_BYTES

# The objects for as many hashes fit into a processor's cache, which is worth a tenth of the time.
_PIECE = 1024
Leaves = list[bytes] | bytes
"""Entries, or leaf hashes one behind the other."""

_LEAF = b"\x00"
_NODE = b"\x01"


def leaf_hashes(entries: Sequence[bytes]) -> bytes:
    """SHA-256(0x00 ‖ entry) of each, one behind the other (RFC 9162, 2.1.1)."""
    pieces = (entries[start : start + _PIECE] for start in range(0, len(entries), _PIECE))
    return b"".join([b"".join([sha256(_LEAF + entry).digest() for entry in piece]) for piece in pieces])


def as_hashes(leaves: Leaves) -> bytes:
    """Leaf hashes, which entries are hashed to."""
    return leaves if isinstance(leaves, bytes) else leaf_hashes(leaves)


def parents(level: bytes | bytearray | memoryview) -> bytes:
    """The nodes above an even number of nodes: SHA-256(0x01 ‖ left ‖ right) of each pair (RFC 9162, 2.1.1)."""
    step = 2 * HASH_BYTES * _PIECE
    pieces = (iter_unpack("64s", level[start : start + step]) for start in range(0, len(level), step))
    return b"".join([b"".join([sha256(_NODE + pair).digest() for (pair,) in piece]) for piece in pieces])


def count_of(hashes: bytes) -> int:
    """How many hashes these bytes are; UsageError if no whole number."""
    count, rest = divmod(len(hashes), HASH_BYTES)
    if rest:
        raise UsageError(f"{len(hashes)} bytes are no whole number of hashes of {HASH_BYTES} bytes each")
    return count
