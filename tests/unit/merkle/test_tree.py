"""The tree against the RFC's own recursion, an independent implementation, and whoever forges proofs."""

from __future__ import annotations

from hashlib import sha256

import pymerkle
import pytest
import rfc
from pymerkle.proof import InvalidProof
from rfc import leaves_of

from trialseal.errors import FailedError, UsageError
from trialseal.merkle import tree


@pytest.mark.parametrize("size", [*range(34), 63, 64, 65, 100])
def test_root_and_proofs_are_those_of_the_rfcs_recursion(size: int) -> None:
    leaves = leaves_of(size)
    root = tree.root(leaves)
    assert root == rfc.root(leaves)
    for index in range(size):
        proof = tree.inclusion_proof(leaves, index)
        assert proof == rfc.path(index, leaves)
        tree.verify_inclusion(leaves[index], index, size, proof, root)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 21])
def test_root_and_proofs_are_those_of_pymerkle(size: int) -> None:
    other = pymerkle.InmemoryTree(algorithm="sha256")
    for number in range(size):
        other.append_entry(f"entry {number}".encode())
    leaves = leaves_of(size)
    assert other.get_root() == tree.root(leaves)
    for index in range(size):
        theirs = other.prove_inclusion(index + 1)
        # pymerkle puts the leaf itself first in its path.
        assert theirs.path[1:] == tree.inclusion_proof(leaves, index)
        pymerkle.verify_inclusion(leaves[index], tree.root(leaves), theirs)


def test_pymerkle_refuses_what_we_refuse() -> None:
    other = pymerkle.InmemoryTree(algorithm="sha256")
    for number in range(5):
        other.append_entry(f"entry {number}".encode())
    with pytest.raises(InvalidProof):
        pymerkle.verify_inclusion(leaves_of(5)[2], tree.root(leaves_of(5)), other.prove_inclusion(2))


def test_many_leaves_do_not_exhaust_the_stack() -> None:
    leaf = tree.leaf_hash(b"")
    leaves = [leaf] * 100_000
    proof = tree.inclusion_proof(leaves, 99_999)
    tree.verify_inclusion(leaf, 99_999, 100_000, proof, tree.root(leaves))


@pytest.mark.parametrize("size", [1, 2, 5, 8, 11])
def test_every_flipped_bit_of_a_proof_is_found(size: int) -> None:
    leaves = leaves_of(size)
    root = tree.root(leaves)
    for index in range(size):
        proof = tree.inclusion_proof(leaves, index)
        for place in range(len(proof)):
            for byte in (0, 31):
                forged = list(proof)
                forged[place] = bytes(v ^ (1 if i == byte else 0) for i, v in enumerate(proof[place]))
                with pytest.raises(FailedError, match="leads to root"):
                    tree.verify_inclusion(leaves[index], index, size, forged, root)


def test_another_leaf_or_root_is_found() -> None:
    leaves = leaves_of(6)
    proof = tree.inclusion_proof(leaves, 3)
    with pytest.raises(FailedError, match="step 5"):
        tree.verify_inclusion(leaves[2], 3, 6, proof, tree.root(leaves))
    with pytest.raises(FailedError, match="step 5"):
        tree.verify_inclusion(leaves[3], 3, 6, proof, tree.root(leaves[:5]))


@pytest.mark.parametrize("size", range(2, 12))
def test_a_proof_fits_one_place_only(size: int) -> None:
    leaves = leaves_of(size)
    root = tree.root(leaves)
    for index in range(size):
        proof = tree.inclusion_proof(leaves, index)
        for other in (i for i in range(size) if i != index):
            with pytest.raises(FailedError):
                tree.verify_inclusion(leaves[index], other, size, proof, root)


def test_an_index_beyond_the_tree_is_refused_at_step_1() -> None:
    leaves = leaves_of(3)
    for index, size in ((3, 3), (-1, 3), (0, 0)):
        with pytest.raises(FailedError, match="step 1"):
            tree.verify_inclusion(leaves[0], index, size, [], tree.root(leaves))


def test_a_proof_that_is_too_short_is_refused() -> None:
    leaves = leaves_of(5)
    with pytest.raises(FailedError, match="too few"):
        tree.verify_inclusion(leaves[1], 1, 5, tree.inclusion_proof(leaves, 1)[:-1], tree.root(leaves))


def test_a_proof_that_is_too_long_is_refused() -> None:
    """Else the root would be a leaf of a taller tree, of the forger's making."""
    leaves = leaves_of(5)
    with pytest.raises(FailedError, match="step 4"):
        tree.verify_inclusion(leaves[1], 1, 5, [*tree.inclusion_proof(leaves, 1), bytes(32)], tree.root(leaves))
    with pytest.raises(FailedError, match="step 4"):
        tree.verify_inclusion(leaves[0], 0, 1, [bytes(32)], leaves[0])


def test_an_inner_node_is_no_leaf() -> None:
    """The forgery against trees that hash leaves and nodes alike: two children as one 64-byte entry."""
    leaves = leaves_of(4)
    node = leaves[0] + leaves[1]
    sibling = sha256(b"\x01" + leaves[2] + leaves[3]).digest()
    with pytest.raises(FailedError, match="leads to root"):
        tree.verify_inclusion(tree.leaf_hash(node), 0, 2, [sibling], tree.root(leaves))


@pytest.mark.parametrize("length", [0, 20, 31, 33, 64])
def test_hashes_of_another_length_are_refused(length: int) -> None:
    leaves, wrong = leaves_of(2), bytes(length)
    root, proof = tree.root(leaves), tree.inclusion_proof(leaves, 0)
    for leaf, path, head in ((wrong, proof, root), (leaves[0], [wrong], root), (leaves[0], proof, wrong)):
        with pytest.raises(FailedError, match=f"has {length} bytes, not 32"):
            tree.verify_inclusion(leaf, 0, 2, path, head)
    with pytest.raises(UsageError, match="leaf 1 has"):
        tree.root([leaves[0], wrong])
    with pytest.raises(UsageError, match="leaf 0 has"):
        tree.inclusion_proof([wrong, leaves[0]], 0)


def test_a_proof_of_a_leaf_that_is_not_there_is_refused() -> None:
    for index in (-1, 2):
        with pytest.raises(UsageError, match=f"no leaf {index} in a tree of 2"):
            tree.inclusion_proof(leaves_of(2), index)
