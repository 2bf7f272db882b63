"""Proofs that a tree only grew: against the RFC's own recursion, an independent implementation, and whoever forges."""

from __future__ import annotations

from hashlib import sha256

import pymerkle
import pytest
import rfc
from hypothesis import given, settings
from hypothesis import strategies as st
from rfc import leaves_of

from trialseal.errors import FailedError, UsageError
from trialseal.merkle import tree

LEAVES = leaves_of(64)
ROOTS = [tree.root(LEAVES[:size]) for size in range(65)]
PAIRS = [(old, new) for new in range(1, 12) for old in range(1, new)]


@pytest.mark.parametrize("new", range(1, 65))
def test_proofs_are_those_of_the_rfcs_recursion(new: int) -> None:
    for old in range(1, new + 1):
        proof = tree.consistency_proof(LEAVES[:new], old)
        assert proof == rfc.proof(old, LEAVES[:new])
        tree.verify_consistency(old, new, ROOTS[old], ROOTS[new], proof)


@settings(deadline=None, max_examples=50)
@given(st.data(), st.integers(1, 3000))
def test_proofs_of_larger_trees_are_those_of_the_rfcs_recursion(data: st.DataObject, new: int) -> None:
    old = data.draw(st.integers(1, new))
    leaves = leaves_of(new)
    proof = tree.consistency_proof(leaves, old)
    assert proof == rfc.proof(old, leaves)
    tree.verify_consistency(old, new, tree.root(leaves[:old]), tree.root(leaves), proof)


@pytest.mark.parametrize("new", [1, 2, 5, 8, 21, 32])
def test_pymerkle_agrees(new: int) -> None:
    """Its proofs have another form, with the old tree's subtrees one by one; it proves what we prove."""
    other = pymerkle.InmemoryTree(algorithm="sha256")
    for number in range(new):
        other.append_entry(f"entry {number}".encode())
    for old in range(1, new + 1):
        pymerkle.verify_consistency(ROOTS[old], ROOTS[new], other.prove_consistency(old, new), old, new)
        tree.verify_consistency(
            old, new, other.get_root(old), other.get_root(new), tree.consistency_proof(LEAVES[:new], old)
        )


def test_equal_trees_need_no_proof() -> None:
    assert tree.consistency_proof(LEAVES[:7], 7) == []
    tree.verify_consistency(7, 7, ROOTS[7], ROOTS[7], [])


def test_another_tree_of_the_same_size_is_found() -> None:
    with pytest.raises(FailedError, match="step 7: two trees of 7 leaves have the roots"):
        tree.verify_consistency(7, 7, ROOTS[7], ROOTS[6], [])


def test_a_proof_between_equal_trees_is_refused() -> None:
    with pytest.raises(FailedError, match="step 1: between trees of 7 leaves each it has 1 hashes"):
        tree.verify_consistency(7, 7, ROOTS[7], ROOTS[7], [ROOTS[1]])


def test_an_empty_proof_is_refused() -> None:
    with pytest.raises(FailedError, match="step 1: it is empty"):
        tree.verify_consistency(4, 7, ROOTS[4], ROOTS[7], [])


@pytest.mark.parametrize(("old", "new"), [(8, 7), (0, 7), (-1, 7), (0, 0)])
def test_a_tree_that_shrinks_or_begins_empty_is_refused(old: int, new: int) -> None:
    with pytest.raises(FailedError, match=f"step 1: no tree of {old} leaves is the beginning of one of {new}"):
        tree.verify_consistency(old, new, ROOTS[old], ROOTS[new], [])


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_every_dropped_leaf_is_found(old: int, new: int) -> None:
    """Who drops an entry of the old tree and proves honestly from then on proves from another old root."""
    for dropped in range(old):
        kept = LEAVES[:dropped] + LEAVES[dropped + 1 : new + 1]
        with pytest.raises(FailedError, match="step 7: it leads to the"):
            tree.verify_consistency(old, new, ROOTS[old], tree.root(kept), tree.consistency_proof(kept, old))


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_every_edited_leaf_is_found(old: int, new: int) -> None:
    for edited in range(old):
        leaves = LEAVES[:new]
        leaves[edited] = tree.leaf_hash(b"edited")
        # Also with the old tree's own nodes in the proof wherever they fit, so that the old root comes out.
        for proof in (tree.consistency_proof(leaves, old), tree.consistency_proof(LEAVES[:new], old)):
            with pytest.raises(FailedError, match="step 7: it leads to the"):
                tree.verify_consistency(old, new, ROOTS[old], tree.root(leaves), proof)


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_every_flipped_byte_of_a_proof_is_found(old: int, new: int) -> None:
    proof = tree.consistency_proof(LEAVES[:new], old)
    for place in range(len(proof)):
        for byte in range(32):
            forged = list(proof)
            forged[place] = bytes(value ^ (0x80 if at == byte else 0) for at, value in enumerate(proof[place]))
            with pytest.raises(FailedError, match="step 7: it leads to the"):
                tree.verify_consistency(old, new, ROOTS[old], ROOTS[new], forged)


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_a_proof_between_other_sizes_is_refused(old: int, new: int) -> None:
    """With the roots of the sizes that are claimed: a root alone does not tell its size, size and root are a head."""
    proof = tree.consistency_proof(LEAVES[:new], old)
    for sizes in PAIRS:
        if sizes != (old, new):
            with pytest.raises(FailedError):
                tree.verify_consistency(*sizes, ROOTS[sizes[0]], ROOTS[sizes[1]], proof)


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_a_proof_is_used_up_exactly(old: int, new: int) -> None:
    proof = tree.consistency_proof(LEAVES[:new], old)
    with pytest.raises(FailedError, match="step 6: it has"):
        tree.verify_consistency(old, new, ROOTS[old], ROOTS[new], [*proof, bytes(32)])
    with pytest.raises(FailedError, match="step 1: it is empty|step 7: . hashes are too few"):
        tree.verify_consistency(old, new, ROOTS[old], ROOTS[new], proof[:-1])
    if len(proof) > 1:
        with pytest.raises(FailedError, match="step 7"):
            tree.verify_consistency(old, new, ROOTS[old], ROOTS[new], proof[::-1])


def test_an_old_root_is_no_new_subtree_in_another_place() -> None:
    """The old tree moved to the right: its root is a node of the new tree, and the new tree does not begin with it."""
    moved = [*LEAVES[10:12], *LEAVES[:2]]
    forged = tree.node_hash(moved[0], moved[1])
    with pytest.raises(FailedError, match="step 7: it leads to the new root"):
        tree.verify_consistency(2, 4, ROOTS[2], tree.root(moved), [forged])


def test_a_power_of_two_starts_from_the_root_that_is_known() -> None:
    """Else whoever forges could give the first node of the proof instead of it."""
    other = leaves_of(9)[1:]
    proof = tree.consistency_proof(other, 4)
    with pytest.raises(FailedError, match="step 6: it has 2 hashes, but 1 reach"):
        tree.verify_consistency(4, 8, ROOTS[4], tree.root(other), [tree.root(other[:4]), *proof])
    with pytest.raises(FailedError, match="step 7: it leads to the new root"):
        tree.verify_consistency(4, 8, ROOTS[4], tree.root(other), proof)


def test_sizes_beyond_any_tree_end() -> None:
    for sizes in ((1, 2**63), (2**40, 2**63), (2**63 - 1, 2**64)):
        with pytest.raises(FailedError, match="too few"):
            tree.verify_consistency(*sizes, ROOTS[1], ROOTS[2], [sha256(b"").digest()])


@pytest.mark.parametrize("length", [0, 20, 31, 33, 64])
def test_hashes_of_another_length_are_refused(length: int) -> None:
    proof, wrong = tree.consistency_proof(LEAVES[:5], 3), bytes(length)
    for old_root, new_root, path, what in (
        (wrong, ROOTS[5], proof, "old root"),
        (ROOTS[3], wrong, proof, "new root"),
        (ROOTS[3], ROOTS[5], [proof[0], wrong, *proof[2:]], r"proof\[1\]"),
    ):
        with pytest.raises(FailedError, match=f"malformed: {what} has {length} bytes, not 32"):
            tree.verify_consistency(3, 5, old_root, new_root, path)


@pytest.mark.parametrize("old", [-1, 0, 6])
def test_a_proof_from_a_tree_that_never_was_is_refused(old: int) -> None:
    with pytest.raises(UsageError, match=f"no tree of {old} leaves grows into one of 5"):
        tree.consistency_proof(LEAVES[:5], old)
