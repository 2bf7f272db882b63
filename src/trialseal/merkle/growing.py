"""A tree that grows by leaves put at its end, and answers every question at each of its sizes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from itertools import pairwise

from trialseal.errors import UsageError
from trialseal.merkle import nodes
from trialseal.merkle.bulk import Leaves, as_hashes, core_for, count_of, parents
from trialseal.merkle.helper import HEIGHT, Helper
from trialseal.merkle.tree import HASH_BYTES, node_hash

# A part of as many leaves takes a process some 30 ms, which is what another one costs to start and to feed.
_PART = 1 << 15


class GrowingTree:
    """All nodes of a tree in memory, 64 bytes a leaf: roots and proofs at its size and every earlier one.

    Leaf hashes are given one behind the other, 32 bytes each. `processes` is how many may hash at a time where there
    are enough of them, as threads where the C core does it; `helper.cores()` says how many are of use.
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
        index, level, node = self.size, 0, bytes(leaf)
        self._levels[0] += node
        while index & 1:  # a right sibling completes the subtree above
            node = node_hash(bytes(self._levels[level][-2 * HASH_BYTES : -HASH_BYTES]), node)
            index >>= 1
            level += 1
            self._level(level).extend(node)

    def extend(self, hashes: bytes) -> None:
        """Puts leaf hashes at the end."""
        count = count_of(hashes)
        self._grow(count, lambda part: bytes(hashes[part.start * HASH_BYTES : part.stop * HASH_BYTES]))

    def extend_entries(self, entries: Sequence[bytes]) -> None:
        """Puts the leaf hashes of entries at the end."""
        whole = entries if isinstance(entries, list) else list(entries)
        self._grow(len(whole), lambda part: whole[part.start : part.stop])

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

    def _grow(self, count: int, leaves: Callable[[range], Leaves]) -> None:
        """Puts `count` leaves at the end, of which `leaves` gives any part, counted from the first new one."""
        if core_for(count):
            self._levels[0] += as_hashes(leaves(range(count)), self._processes)
            self._complete()
            return
        own, *others = self._parts(count)
        with ExitStack() as running:
            helpers = [running.enter_context(Helper(leaves(part))) for part in others]
            self._levels[0] += as_hashes(leaves(own))
            self._complete()
            for part, helper in zip(others, helpers, strict=True):
                levels = helper.levels()
                self._levels[0] += next(levels, None) or as_hashes(leaves(part))
                for level, hashes in enumerate(levels, start=1):
                    self._level(level).extend(hashes)
                self._complete()

    def _parts(self, count: int) -> list[range]:
        """New leaves by the process that hashes them, this one first."""
        parts = max(1, min(self._processes, count // _PART))
        bounds = [self.size + count * number // parts >> HEIGHT << HEIGHT for number in range(1, parts)]
        return [range(*part) for part in pairwise([0, *(bound - self.size for bound in bounds), count])]

    def _complete(self) -> None:
        """Adds the nodes that are not there yet, level by level."""
        level = 0
        while count := len(self._levels[level]) // (2 * HASH_BYTES):
            above = self._level(level + 1)
            above += parents(memoryview(self._levels[level])[2 * len(above) : count * 2 * HASH_BYTES], self._processes)
            level += 1

    def _level(self, level: int) -> bytearray:
        if level == len(self._levels):
            self._levels.append(bytearray())
        return self._levels[level]

    def _checked(self, size: int | None) -> int:
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            raise UsageError(f"the tree has {self.size} leaves and has never had {size}")
        return size
