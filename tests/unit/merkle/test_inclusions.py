"""Inclusion of many leaves in one tree: the same answer as of each alone, whatever was asked before."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialseal.errors import FailedError
from trialseal.merkle import tree
from trialseal.merkle.inclusions import Inclusions

LEAVES = [tree.leaf_hash(bytes([n])) for n in range(130)]


def fault(verify: Callable[[], None]) -> str | None:
    try:
        verify()
    except FailedError as error:
        return str(error)
    return None


@pytest.mark.parametrize("size", [1, 2, 31, 32, 33, 63, 64, 65, 96, 127, 128, 130])
def test_every_leaf_is_found_and_at_no_other_place(size: int) -> None:
    leaves = LEAVES[:size]
    root = tree.root(leaves)
    many = Inclusions(size, root)
    proofs = [tree.inclusion_proof(leaves, index) for index in range(size)]
    for leaf, index in zip(leaves, range(size), strict=True):
        many.verify(leaf, index, proofs[index])
        many.verify(leaf, index, proofs[index])
    for index in range(size):
        for other in {index - 1, index + 1, index ^ 32, index + 128, -1} - {index}:
            alone = fault(lambda: tree.verify_inclusion(leaves[index], other, size, proofs[index], root))  # noqa: B023
            assert alone and fault(lambda: many.verify(leaves[index], other, proofs[index])) == alone  # noqa: B023


@given(st.integers(33, 130), st.data())
def test_an_altered_proof_fails_after_any_number_of_true_ones(size: int, data: st.DataObject) -> None:
    leaves = LEAVES[:size]
    root = tree.root(leaves)
    many = Inclusions(size, root)
    for index in range(size):
        many.verify(leaves[index], index, tree.inclusion_proof(leaves, index))
    index = data.draw(st.integers(0, size - 1))
    proof = tree.inclusion_proof(leaves, index)
    place = data.draw(st.integers(0, len(proof) - 1))
    others = [
        [*proof[:place], other, *proof[place + 1 :]] for other in (bytes(32), proof[place][:31], proof[place] + b"x")
    ]
    others += [proof[:place], proof[place + 1 :], [*proof, proof[place]]]
    for other in others:
        alone = fault(lambda: tree.verify_inclusion(leaves[index], index, size, other, root))  # noqa: B023
        assert alone and fault(lambda: many.verify(leaves[index], index, other)) == alone  # noqa: B023
    assert fault(lambda: many.verify(bytes(32), index, proof))
    assert fault(lambda: many.verify(leaves[index][:31], index, proof))
