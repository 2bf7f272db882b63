"""Trees of which some leaves are shown, and the fewest nodes over the others."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from trialseal.merkle import tree
from trialseal.merkle.covering import Folding, Hiding, heights


@given(st.integers(1, 70), st.sets(st.integers(0, 69)))
@example(1, set())
@example(64, set())
@example(7, {6})
def test_shown_leaves_and_the_nodes_between_them_lead_to_the_root(size: int, shown: set[int]) -> None:
    leaves = [tree.leaf_hash(b"%d" % number) for number in range(size)]
    hiding, tree_of, first = Hiding(), Folding(), 0
    for number in range(size + 1):
        if number < size and number not in shown:
            hiding.add(number, 0, leaves[number])
            continue
        nodes, sizes = hiding.taken(), list(heights(first, number))
        assert len(nodes) == len(sizes) <= 2 * size.bit_length()
        for height, node in zip(sizes, nodes, strict=True):
            assert node == tree.root(leaves[tree_of.size : tree_of.size + (1 << height)])
            tree_of.add(height, node)
        if number < size:
            tree_of.add(0, leaves[number])
        first = number + 1
    assert (tree_of.size, tree_of.root()) == (size, tree.root(leaves))


def test_nodes_are_hidden_like_the_leaves_below_them() -> None:
    leaves = [tree.leaf_hash(b"%d" % number) for number in range(12)]
    hiding = Hiding()
    hiding.add(0, 3, tree.root(leaves[:8]))
    hiding.add(8, 1, tree.root(leaves[8:10]))
    hiding.add(10, 1, tree.root(leaves[10:]))
    assert hiding.taken() == [tree.root(leaves[:8]), tree.root(leaves[8:])]
    assert list(heights(0, 12)) == [3, 2] and list(heights(5, 5)) == [] and list(heights(5, 8)) == [0, 1]
