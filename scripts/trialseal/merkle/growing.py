"""Trees that grow by leaves put at their end: one that answers every question, and one that only knows its root."""

from __future__ import annotations

from trialseal.errors import UsageError
from trialseal.merkle import nodes
from trialseal.merkle.bulk import parents
from trialseal.merkle.tree import HASH_BYTES


class GrowingTree:
    """All nodes of a tree in memory, 64 bytes a leaf: roots and proofs at its size and every earlier one.

    Leaf hashes are given one behind the other, 32 bytes each. `processes` is how many may hash at a time.
    """

    def __init__(self, hashes: bytes = b"", processes: int = 1) -> None:
        self._processes = processes
        # Of each level the hashes of the complete subtrees, one behind the other.
        self._levels = [bytearray()]
        self.extend(hashes)

    @property
    def size(self) -> int:
        """Number of leaves."""
        return len(self._levels[0]) // HASH_BYTES

    def append(self, leaf: bytes) -> None:
        """Puts one leaf hash at the end."""
        if len(leaf) != HASH_BYTES:
            raise UsageError(f"a leaf hash has {HASH_BYTES} bytes, not {len(leaf)}")
        self.extend(leaf)

    def extend(self, hashes: bytes) -> None:
        """Puts leaf hashes at the end."""
        check_whole(hashes)
        self._levels[0] += hashes
        level = 0
        while len(self._levels[level]) >= 2 * HASH_BYTES:
            if level + 1 == len(self._levels):
                self._levels.append(bytearray())
            above = self._levels[level + 1]
            end = len(self._levels[level]) // (2 * HASH_BYTES) * 2 * HASH_BYTES
            if 2 * len(above) == end:
                break
            above += parents(memoryview(self._levels[level])[2 * len(above) : end])
            level += 1

    def node(self, level: int, index: int) -> bytes:
        """The hash of complete subtree `index` of 2^level leaves: what `nodes` calls Nodes."""
        place = index * HASH_BYTES
        found = bytes(self._levels[level][place : place + HASH_BYTES]) if 0 <= level < len(self._levels) else b""
        if not found or index < 0:
            raise UsageError(f"a tree of {self.size} leaves has no complete subtree {index} of 2^{level} leaves")
        return found

    def root(self, size: int | None = None) -> bytes:
        """The root of the first `size` leaves; of all, if not given."""
        return nodes.root_from(self.node, self._checked(size))

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """The inclusion proof of leaf `index` in the tree of the first `size` leaves."""
        return nodes.inclusion_from(self.node, index, self._checked(size))

    def consistency_proof(self, old_size: int, new_size: int | None = None) -> list[bytes]:
        """The consistency proof from the first `old_size` leaves to the first `new_size`."""
        return nodes.consistency_from(self.node, old_size, self._checked(new_size))

    def _checked(self, size: int | None) -> int:
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            raise UsageError(f"the tree has {self.size} leaves and has never had {size}")
        return size


class Frontier:
    """The right edge of a tree and nothing else, a few hundred bytes for any size: its root, but no proofs."""

    def __init__(self) -> None:
        self.size = 0
        """Number of leaves."""
        # By level the hash of the complete subtree that waits for its right sibling; empty if none does.
        self._waiting: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Puts one leaf hash at the end."""
        if len(leaf) != HASH_BYTES:
            raise UsageError(f"a leaf hash has {HASH_BYTES} bytes, not {len(leaf)}")
        self.extend(leaf)

    def extend(self, hashes: bytes) -> None:
        """Puts leaf hashes at the end; in memory twice as large as they are."""
        check_whole(hashes)
        self.size += len(hashes) // HASH_BYTES
        height = 0
        while hashes:
            if height == len(self._waiting):
                self._waiting.append(b"")
            hashes = self._waiting[height] + hashes
            even = len(hashes) // (2 * HASH_BYTES) * 2 * HASH_BYTES
            self._waiting[height] = bytes(hashes[even:])
            hashes = parents(memoryview(hashes)[:even])
            height += 1

    def root(self) -> bytes:
        """The root of all leaves."""
        return nodes.root_from(lambda level, _: self._waiting[level], self.size)


def check_whole(hashes: bytes) -> None:
    """UsageError unless these bytes are hashes, one behind the other."""
    if len(hashes) % HASH_BYTES:
        raise UsageError(f"{len(hashes)} bytes are no whole number of hashes of {HASH_BYTES} bytes each")
