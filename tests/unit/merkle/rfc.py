"""The recursions of RFC 9162 as it writes them, slow and plain: what the library's trees are tested against."""

from __future__ import annotations

from hashlib import sha256

from trialseal.merkle.tree import leaf_hash


def leaves_of(size: int) -> list[bytes]:
    """Leaf hashes of `size` entries, each another."""
    return [leaf_hash(f"entry {number}".encode()) for number in range(size)]


def root(leaves: list[bytes]) -> bytes:
    """2.1.1, MTH."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return sha256(b"\x01" + root(leaves[:k]) + root(leaves[k:])).digest()


def path(index: int, leaves: list[bytes]) -> list[bytes]:
    """2.1.3.1, PATH."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return [*path(index, leaves[:k]), root(leaves[k:])]
    return [*path(index - k, leaves[k:]), root(leaves[:k])]


def proof(old_size: int, leaves: list[bytes]) -> list[bytes]:
    """2.1.4.1, PROOF."""
    return subproof(old_size, leaves, True)


def subproof(m: int, leaves: list[bytes], known: bool) -> list[bytes]:
    """2.1.4.1, SUBPROOF; `known` is the RFC's b: whether the verifier has the root of these leaves."""
    if m == len(leaves):
        return [] if known else [root(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], known), root(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), root(leaves[:k])]


def split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1
