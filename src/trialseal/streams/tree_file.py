"""Every node of a stream's tree that is complete, in one file that only grows.

A node is written when its last leaf is: the leaf, then each subtree that the leaf completes, lowest first. So node
(level, index), whose last leaf makes the size s = (index + 1) · 2^level, lies behind all nodes of the first s - 1
leaves and `level` nodes of its own leaf; n leaves have 2n - popcount(n) complete nodes. The file of n leaves is the
beginning of the file of any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from trialseal import files
from trialseal.errors import FailedError
from trialseal.merkle import nodes
from trialseal.merkle.tree import HASH_BYTES

FILE = "tree"
_NODE = b"\x01"


def node_count(size: int) -> int:
    """How many complete nodes a tree of `size` leaves has."""
    return 2 * size - size.bit_count()


def place(level: int, index: int) -> int:
    """The byte at which a node begins."""
    before = ((index + 1) << level) - 1
    return (node_count(before) + level) * HASH_BYTES


class Growth:
    """The right edge of a tree, to which leaves are put; gives the bytes that each adds to the file."""

    def __init__(self, size: int = 0, edge: Sequence[bytes] = ()) -> None:
        self.size = size
        self._edge = list(edge)  # complete subtrees, the largest first: one for each bit of `size`

    def extend(self, leaves: Iterable[bytes]) -> bytes:
        """Puts leaf hashes at the end; the nodes that are complete with them, in the order of the file."""
        edge, size = self._edge, self.size
        made = []
        for leaf in leaves:
            node = leaf
            made.append(node)
            rest = size
            while rest & 1:
                node = sha256(_NODE + edge.pop() + node).digest()
                made.append(node)
                rest >>= 1
            edge.append(node)
            size += 1
        self.size = size
        return b"".join(made)

    def root(self) -> bytes:
        """The root of all leaves (RFC 9162, 2.1.1)."""
        if not self._edge:
            return sha256(b"").digest()
        root = self._edge[-1]
        for node in reversed(self._edge[:-1]):
            root = sha256(_NODE + node + root).digest()
        return root


class TreeFile:
    """Reads nodes from the file; roots and proofs of every size up to the one committed."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self._file: BinaryIO | None = None

    def node(self, level: int, index: int) -> bytes:
        """The hash of complete subtree `index` of 2^level leaves."""
        if self._file is None:
            self._file = files.opened(self.path, follow=False, buffering=0)
        self._file.seek(place(level, index))
        found = self._file.read(HASH_BYTES)
        if len(found) != HASH_BYTES:
            raise FailedError(f"{self.path} is cut off before entry {(index + 1) << level}: restore it from a backup")
        return found

    def growth(self, size: int) -> Growth:
        """The right edge of the first `size` leaves."""
        edge, done = [], 0
        for level in reversed(range(size.bit_length())):
            if size >> level & 1:
                edge.append(self.node(level, done >> level))
                done += 1 << level
        return Growth(size, edge)

    def root(self, size: int) -> bytes:
        """The root of the first `size` leaves."""
        return nodes.root_from(self.node, size)

    def inclusion_proof(self, index: int, size: int) -> list[bytes]:
        """The inclusion proof of leaf `index` in the tree of the first `size` leaves."""
        return nodes.inclusion_from(self.node, index, size)

    def consistency_proof(self, old_size: int, new_size: int) -> list[bytes]:
        """The consistency proof from the first `old_size` leaves to the first `new_size`."""
        return nodes.consistency_from(self.node, old_size, new_size)

    def leaves(self, start: int, stop: int) -> list[bytes]:
        """The leaf hashes of the entries from `start` to before `stop`."""
        first = node_count(start)
        with files.opened(self.path, follow=False) as file:
            file.seek(first * HASH_BYTES)
            data = file.read((node_count(stop) - first) * HASH_BYTES)
        if len(data) != (node_count(stop) - first) * HASH_BYTES:
            raise FailedError(f"{self.path} is cut off before entry {stop}: restore it from a backup")
        places = ((node_count(index) - first) * HASH_BYTES for index in range(start, stop))
        return [data[place : place + HASH_BYTES] for place in places]

    def close(self) -> None:
        """Lets go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None
