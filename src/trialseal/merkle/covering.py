"""A tree of which some leaves are shown: where the others stand, the nodes over them, as few as there can be.

Read from left to right, shown leaves and such nodes cover the tree, and what lies under one node is proven once for all
leaves that are shown. Beyond the nodes that are not yet folded, nothing is in memory: some 60 hashes at most.
"""

from __future__ import annotations

from collections.abc import Iterator

from trialseal.merkle.tree import node_hash


class Folding:
    """The root over leaves and nodes that come from left to right (RFC 9162, 2.1.1)."""

    def __init__(self) -> None:
        self.size = 0
        """Leaves so far."""
        # One for each bit of the size: the roots of the complete subtrees, the largest first.
        self._nodes: list[bytes] = []

    def add(self, height: int, node: bytes) -> None:
        """Puts the root of 2^height leaves at the end, whose number so far is a multiple of that."""
        place = self.size >> height
        self.size += 1 << height
        while place & 1:
            node = node_hash(self._nodes.pop(), node)
            place >>= 1
        self._nodes.append(node)

    def root(self) -> bytes:
        """The root, 32 bytes, of one leaf or more."""
        nodes = self._nodes[::-1]
        found = nodes[0]
        for node in nodes[1:]:
            found = node_hash(node, found)
        return found


class Hiding:
    """The fewest nodes over leaves that are not shown, of any that come from left to right."""

    def __init__(self) -> None:
        self._nodes: list[tuple[int, bytes]] = []

    def add(self, first: int, height: int, node: bytes) -> None:
        """Hides the 2^height leaves from `first` on, a multiple of that, behind those hidden last."""
        while self._nodes and self._nodes[-1][0] == height and first >> height & 1:
            node = node_hash(self._nodes.pop()[1], node)
            first -= 1 << height
            height += 1
        self._nodes.append((height, node))

    def taken(self) -> list[bytes]:
        """The nodes over what was hidden since the last call: of heights as `heights` says."""
        nodes, self._nodes = self._nodes, []
        return [node for _, node in nodes]


def heights(first: int, end: int) -> Iterator[int]:
    """The heights of the fewest complete subtrees over leaves from `first` up to but not including `end`."""
    while first < end:
        height = (end - first).bit_length() - 1
        if first:
            height = min(height, (first & -first).bit_length() - 1)
        yield height
        first += 1 << height
