"""The Merkle tree of RFC 9162, section 2.1, with SHA-256: root, inclusion proof, its verification."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from trialseal.errors import FailedError, UsageError

HASH_BYTES = 32
# A leaf and a node can never hash alike, because their preimages begin differently (RFC 9162, 2.1.1).
_LEAF = b"\x00"
_NODE = b"\x01"


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 ‖ data): the 32-byte leaf of an entry (RFC 9162, 2.1.1)."""
    return sha256(_LEAF + data).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The Merkle tree head of leaf hashes, 32 bytes; of none, SHA-256 of nothing (RFC 9162, 2.1.1)."""
    _check_leaves(leaves)
    if not leaves:
        return sha256(b"").digest()
    level = leaves
    while len(level) > 1:
        level = _parents(level)
    return level[0]


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The siblings from leaf `index` (from 0) up to the root, lowest first (RFC 9162, 2.1.3.1)."""
    _check_leaves(leaves)
    if not 0 <= index < len(leaves):
        raise UsageError(f"there is no leaf {index} in a tree of {len(leaves)}: count from 0")
    proof = []
    level = leaves
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):  # the last node of an odd level has none: it rises unchanged
            proof.append(level[sibling])
        level = _parents(level)
        index >>= 1
    return proof


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raise FailedError, naming the step, unless `proof` leads from leaf hash `leaf` to `root`.

    `index` counts from 0, `size` is the number of leaves. The steps are those of RFC 9162, 2.1.3.2.
    """
    for what, value in (("leaf", leaf), ("root", root), *((f"proof[{i}]", p) for i, p in enumerate(proof))):
        if len(value) != HASH_BYTES:
            raise FailedError(f"the inclusion proof is malformed: {what} has {len(value)} bytes, not {HASH_BYTES}")
    # Step 1: the index lies in the tree.
    if not 0 <= index < size:
        raise FailedError(f"the inclusion proof fails at step 1: index {index} is not in a tree of {size} leaves")
    # Steps 2 and 3.
    fn, sn, r = index, size - 1, leaf
    # Step 4: fold the siblings, left or right by the bits of the index.
    for number, sibling in enumerate(proof):
        if sn == 0:
            raise FailedError(
                f"the inclusion proof fails at step 4: it has {len(proof)} hashes, but {number} reach the root"
            )
        if fn & 1 or fn == sn:
            r = sha256(_NODE + sibling + r).digest()
            while not fn & 1 and fn != 0:
                fn >>= 1
                sn >>= 1
        else:
            r = sha256(_NODE + r + sibling).digest()
        fn >>= 1
        sn >>= 1
    # Step 5: every level is used up, and the result is the root.
    if sn != 0:
        raise FailedError(
            f"the inclusion proof fails at step 5: {len(proof)} hashes are too few for leaf {index} of {size}"
        )
    if r != root:
        raise FailedError(
            f"the inclusion proof fails at step 5: it leads to root {r.hex()}, the root given is {root.hex()}"
        )


def _parents(level: Sequence[bytes]) -> list[bytes]:
    """The level above. Pairing from the left and letting an odd last node rise is the RFC's split
    at the largest power of two, without its recursion."""
    pairs = [sha256(_NODE + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
    if len(level) & 1:
        pairs.append(level[-1])
    return pairs


def _check_leaves(leaves: Sequence[bytes]) -> None:
    for number, leaf in enumerate(leaves):
        if len(leaf) != HASH_BYTES:
            raise UsageError(f"leaf {number} has {len(leaf)} bytes, not {HASH_BYTES}: give leaf hashes, not data")
