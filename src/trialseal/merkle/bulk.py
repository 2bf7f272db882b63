"""Many hashes at a time, one behind the other in one piece of memory instead of an object each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from struct import iter_unpack
from typing import TYPE_CHECKING, Any

from trialseal.core.hashing import Messages, each
from trialseal.core.hashing import parents as hashed_pairs
from trialseal.errors import UsageError
from trialseal.merkle.tree import HASH_BYTES

if TYPE_CHECKING:
    from ctypes import CDLL

# The objects for as many hashes fit into a processor's cache, which is worth a tenth of the time.
_PIECE = 1024
# Below this Python is done before the C core has been tried; as many are a piece for a thread.
_WORTH_C = 1 << 15
Leaves = list[bytes] | bytes
"""Entries, or leaf hashes one behind the other."""
Hashes = bytes | bytearray | memoryview

_LEAF = b"\x00"
_NODE = b"\x01"


def pieces(leaves: Leaves) -> Iterator[Leaves]:
    """A thousand leaves at a time."""
    step = _PIECE * HASH_BYTES if isinstance(leaves, bytes) else _PIECE
    return (leaves[start : start + step] for start in range(0, len(leaves), step))


def as_hashes(leaves: Leaves, threads: int = 1) -> bytes | bytearray:
    """Leaf hashes: those given, or SHA-256(0x00 ‖ entry) of each entry (RFC 9162, 2.1.1)."""
    if isinstance(leaves, bytes):
        return leaves
    if core := core_for(len(leaves)):
        some = (leaves[start : start + _WORTH_C] for start in range(0, len(leaves), _WORTH_C))
        return _joined(lambda piece: each(core, _messages(piece), 0), some, threads)
    hashes = bytearray()
    for start in range(0, len(leaves), _PIECE):
        hashes += b"".join([sha256(_LEAF + entry).digest() for entry in leaves[start : start + _PIECE]])
    return hashes


def parents(level: Hashes, threads: int = 1) -> bytes | bytearray:
    """The nodes above an even number of nodes: SHA-256(0x01 ‖ left ‖ right) of each pair (RFC 9162, 2.1.1)."""
    step = 2 * HASH_BYTES * _PIECE
    if core := core_for(len(level) // (2 * HASH_BYTES)):
        view, step = memoryview(level), 2 * HASH_BYTES * _WORTH_C
        some = (view[start : start + step] for start in range(0, len(view), step))
        return _joined(lambda piece: hashed_pairs(core, piece), some, threads)
    hashes = bytearray()
    for start in range(0, len(level), step):
        pairs = iter_unpack("64s", level[start : start + step])
        hashes += b"".join([sha256(_NODE + pair).digest() for (pair,) in pairs])
    return hashes


def core_for(count: int) -> CDLL | None:
    """The C core, where there is one and so many hashes are worth its trial."""
    if count < _WORTH_C:
        return None
    from trialseal.core.library import core

    return core()


def _messages(entries: list[bytes]) -> Messages:
    """Entries for the C core, without a list of ends where all are of one size: it would take half of the time."""
    if len(set(map(len, entries))) > 1:
        return Messages.of(entries)
    data = b"".join(entries)
    return Messages(data, len(data), None, len(entries))


def _joined(hashed: Callable[[Any], bytearray], pieces: Iterable[Any], threads: int) -> bytes | bytearray:
    """What becomes of the pieces, one behind the other."""
    if threads < 2:
        return b"".join(map(hashed, pieces))
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(threads) as pool:  # the core leaves Python's lock to others
        return b"".join(pool.map(hashed, pieces))


def count_of(hashes: bytes) -> int:
    """How many hashes these bytes are; UsageError if no whole number."""
    count, rest = divmod(len(hashes), HASH_BYTES)
    if rest:
        raise UsageError(f"{len(hashes)} bytes are not a whole number of hashes of {HASH_BYTES} bytes each")
    return count
