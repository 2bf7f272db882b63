"""Many hashes at a time, one behind the other in one piece of memory instead of an object each."""

from __future__ import annotations

from collections.abc import Iterator
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


def pieces(leaves: Leaves) -> Iterator[Leaves]:
    """A thousand leaves at a time."""
    step = _PIECE * HASH_BYTES if isinstance(leaves, bytes) else _PIECE
    return (leaves[start : start + step] for start in range(0, len(leaves), step))


def as_hashes(leaves: Leaves) -> bytes:
    """Leaf hashes: those given, or SHA-256(0x00 ‖ entry) of each entry (RFC 9162, 2.1.1)."""
    if isinstance(leaves, bytes):
        return leaves
    hashes = bytearray()
    for start in range(0, len(leaves), _PIECE):
        hashes += b"".join([sha256(_LEAF + entry).digest() for entry in leaves[start : start + _PIECE]])
    return bytes(hashes)


def parents(level: bytes | bytearray | memoryview) -> bytes:
    """The nodes above an even number of nodes: SHA-256(0x01 ‖ left ‖ right) of each pair (RFC 9162, 2.1.1)."""
    hashes, step = bytearray(), 2 * HASH_BYTES * _PIECE
    for start in range(0, len(level), step):
        pairs = iter_unpack("64s", level[start : start + step])
        hashes += b"".join([sha256(_NODE + pair).digest() for (pair,) in pairs])
    return bytes(hashes)


def count_of(hashes: bytes) -> int:
    """How many hashes these bytes are; UsageError if no whole number."""
    count, rest = divmod(len(hashes), HASH_BYTES)
    if rest:
        raise UsageError(f"{len(hashes)} bytes are not a whole number of hashes of {HASH_BYTES} bytes each")
    return count
