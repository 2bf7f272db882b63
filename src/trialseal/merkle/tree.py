"""The Merkle tree of RFC 9162, section 2.1, with SHA-256: root, proofs of inclusion and consistency, verification.

For trees that grow, or of very many leaves, see `growing`; these functions build the whole tree anew at each call.
"""

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


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right): the 32-byte node above two others (RFC 9162, 2.1.1)."""
    return sha256(_NODE + left + right).digest()


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
    return _siblings(leaves, index)


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """The nodes that lead both to the root of the first `old_size` leaves and to that of all (RFC 9162, 2.1.4.1).

    Empty where both are the same tree. `old_size` is at least 1.
    """
    _check_leaves(leaves)
    check_sizes(old_size, len(leaves))
    if old_size == len(leaves):
        return []
    height, index = last_complete(old_size)
    level = leaves
    for _ in range(height):
        level = _parents(level)
    # The verifier has the old root already where it is that node.
    return [*([level[index]] if index else []), *_siblings(level, index)]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raise FailedError, naming the step, unless `proof` leads from leaf hash `leaf` to `root`.

    `index` counts from 0, `size` is the number of leaves. The steps are those of RFC 9162, 2.1.3.2.
    """
    _check_hashes("inclusion", proof, leaf=leaf, root=root)
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


def verify_consistency(old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raise FailedError, naming the step, unless `proof` shows the tree of `old_root` to be the beginning of that
    of `new_root`.

    Sizes are numbers of leaves, at least 1; a root alone does not tell its size, so both come from a head. The steps
    are those of RFC 9162, 2.1.4.2; of equal sizes, which it leaves out, the proof is empty and the roots are equal.
    """
    _check_hashes("consistency", proof, **{"old root": old_root, "new root": new_root})
    fails = "the consistency proof fails at step"
    if not 0 < old_size <= new_size:
        raise FailedError(f"{fails} 1: no tree of {old_size} leaves is the beginning of one of {new_size}")
    if old_size == new_size:
        if proof:
            raise FailedError(f"{fails} 1: between trees of {old_size} leaves each it has {len(proof)} hashes, not 0")
        if old_root != new_root:
            raise FailedError(
                f"{fails} 7: two trees of {old_size} leaves have the roots {old_root.hex()} and {new_root.hex()}"
            )
        return
    # Step 1.
    if not proof:
        raise FailedError(f"{fails} 1: it is empty, though the tree grew from {old_size} to {new_size} leaves")
    # Step 2: an old tree of 2^n leaves is itself the node to start from.
    first, *others = proof if old_size & (old_size - 1) else [old_root, *proof]
    # Steps 3 and 4: rise to the last complete subtree of the old tree.
    height, fn = last_complete(old_size)
    sn = new_size - 1 >> height
    # Step 5.
    fr = sr = first
    # Step 6: fold the others, those on the left into both roots, those on the right into the new one.
    for number, other in enumerate(others, start=len(proof) - len(others)):
        if sn == 0:
            raise FailedError(f"{fails} 6: it has {len(proof)} hashes, but {number} reach the root")
        if fn & 1 or fn == sn:
            fr, sr = node_hash(other, fr), node_hash(other, sr)
            while not fn & 1 and fn != 0:
                fn >>= 1
                sn >>= 1
        else:
            sr = node_hash(sr, other)
        fn >>= 1
        sn >>= 1
    # Step 7: every level is used up, and the results are the roots.
    if sn != 0:
        raise FailedError(f"{fails} 7: {len(proof)} hashes are too few from {old_size} to {new_size} leaves")
    for what, result, given in (("old", fr, old_root), ("new", sr, new_root)):
        if result != given:
            raise FailedError(f"{fails} 7: it leads to the {what} root {result.hex()}, the root given is {given.hex()}")


def check_sizes(old_size: int, new_size: int) -> None:
    """UsageError unless a tree of `old_size` leaves can be the beginning of one of `new_size`."""
    if not 0 < old_size <= new_size:
        raise UsageError(
            f"no tree of {old_size} leaves grows into one of {new_size}: give two sizes from 1, the smaller first"
        )


def last_complete(size: int) -> tuple[int, int]:
    """The level (0: leaves) and the index in it of the last complete subtree of a tree of `size` > 0 leaves: the
    lowest node that a tree grown from it still has, and where its consistency proof begins."""
    height = (size & -size).bit_length() - 1
    return height, (size >> height) - 1


def _siblings(level: Sequence[bytes], index: int) -> list[bytes]:
    """What the node at `index` of a level is hashed with on its way to the root, lowest first."""
    siblings = []
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):  # the last node of an odd level has none: it rises unchanged
            siblings.append(level[sibling])
        level = _parents(level)
        index >>= 1
    return siblings


def _parents(level: Sequence[bytes]) -> list[bytes]:
    """The level above. Pairing from the left and letting an odd last node rise is the RFC's split
    at the largest power of two, without its recursion."""
    nodes = iter(level)
    pairs = [sha256(_NODE + left + right).digest() for left, right in zip(nodes, nodes, strict=False)]
    if len(level) & 1:
        pairs.append(level[-1])
    return pairs


def _check_leaves(leaves: Sequence[bytes]) -> None:
    if set(map(len, leaves)) <= {HASH_BYTES}:
        return
    for number, leaf in enumerate(leaves):
        if len(leaf) != HASH_BYTES:
            raise UsageError(f"leaf {number} has {len(leaf)} bytes, not {HASH_BYTES}: give leaf hashes, not data")


def _check_hashes(kind: str, proof: Sequence[bytes], **others: bytes) -> None:
    if set(map(len, proof)) | set(map(len, others.values())) == {HASH_BYTES}:
        return
    for what, value in (*others.items(), *((f"proof[{i}]", p) for i, p in enumerate(proof))):
        if len(value) != HASH_BYTES:
            raise FailedError(f"the {kind} proof is malformed: {what} has {len(value)} bytes, not {HASH_BYTES}")
