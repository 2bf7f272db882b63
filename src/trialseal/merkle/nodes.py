"""Roots and proofs of a tree whose nodes are kept: each reads a number of nodes that grows with the logarithm.

Only nodes over complete subtrees are kept, because those never change while a tree grows: with them, every earlier size
has its root and its proofs too. The nodes of the right edge, which do change, are hashed from them when asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from trialseal.errors import UsageError
from trialseal.merkle.tree import check_sizes, last_complete, node_hash

Nodes = Callable[[int, int], bytes]
"""(level, index) to the hash of the complete subtree of 2^level leaves that is number `index` from the left, from 0."""


def root_from(nodes: Nodes, size: int) -> bytes:
    """The root of the first `size` leaves (RFC 9162, 2.1.1)."""
    return _edge(nodes, size, size.bit_length()) if size else sha256(b"").digest()


def inclusion_from(nodes: Nodes, index: int, size: int) -> list[bytes]:
    """The inclusion proof of leaf `index` in the tree of the first `size` leaves (RFC 9162, 2.1.3.1)."""
    if not 0 <= index < size:
        raise UsageError(f"there is no leaf {index} in a tree of {size}: count from 0")
    return _siblings(nodes, 0, index, size)


def consistency_from(nodes: Nodes, old_size: int, new_size: int) -> list[bytes]:
    """The consistency proof from the first `old_size` leaves to the first `new_size` (RFC 9162, 2.1.4.1)."""
    check_sizes(old_size, new_size)
    if old_size == new_size:
        return []
    level, index = last_complete(old_size)
    # The verifier has the old root already where it is that node.
    return [*([nodes(level, index)] if index else []), *_siblings(nodes, level, index, new_size)]


def _siblings(nodes: Nodes, level: int, index: int, size: int) -> list[bytes]:
    """What node `index` of a level is hashed with on its way to the root of `size` leaves, lowest first."""
    siblings = []
    last = size - 1 >> level
    while last:
        sibling = index ^ 1
        if sibling < size >> level:
            siblings.append(nodes(level, sibling))
        elif sibling == last:
            siblings.append(_edge(nodes, size, level))
        # Else the node is the last of an odd level, and rises unchanged.
        index >>= 1
        last >>= 1
        level += 1
    return siblings


def _edge(nodes: Nodes, size: int, level: int) -> bytes:
    """The hash over the leaves behind the last complete subtree of 2^level leaves, of which there must be some: a
    complete subtree for each lower bit of `size`, folded from the right."""
    result = b""
    for lower in range(level):
        if size >> lower & 1:
            node = nodes(lower, (size >> lower) - 1)
            result = node_hash(node, result) if result else node
    return result
