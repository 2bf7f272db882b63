"""Many hashes at a time, one behind the other in one piece of memory instead of an object each."""

from __future__ import annotations

from hashlib import sha256
from struct import iter_unpack

from trialseal.merkle.tree import HASH_BYTES

# Of as many nodes the objects fit into a processor's cache, which is worth a tenth of the time.
_PIECE = 2048 * HASH_BYTES
_NODE = b"\x01"


def parents(level: bytes | bytearray | memoryview) -> bytes:
    """The nodes above an even number of nodes: SHA-256(0x01 ‖ left ‖ right) of each pair (RFC 9162, 2.1.1)."""
    hashes = []
    for start in range(0, len(level), _PIECE):
        pairs = iter_unpack("64s", level[start : start + _PIECE])
        hashes.append(b"".join([sha256(_NODE + pair).digest() for (pair,) in pairs]))
    return b"".join(hashes)
