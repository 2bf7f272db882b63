"""The trees of RFC 9162 on chain: every pair of sizes up to 64, larger ones by chance, and proofs that are wrong in
every way, against the Python code and against pymerkle, which is independent of both.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pymerkle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialseal.errors import FailedError
from trialseal.merkle import nodes, tree

from .stage import Stage, digest

MOST = 64
ENTRIES = [f"entry {number}".encode() for number in range(MOST)]
LEAVES = [tree.leaf_hash(entry) for entry in ENTRIES]
ROOTS = [tree.root(LEAVES[:size]) for size in range(MOST + 1)]
NOISE = digest("no node of any tree")
LENGTH, LEADS_ELSEWHERE, OUTSIDE = "ProofLength", ("HeadsNotConsistent", "EntryNotIncluded"), "IndexOutsideTree"

Consistency = tuple[int, bytes, int, bytes, list[bytes]]  # old size and root, new size and root, proof
Inclusion = tuple[int, bytes, bytes, int, list[bytes]]  # size, root, leaf, index, proof


def consistency(old: int, new: int) -> Consistency:
    return old, ROOTS[old], new, ROOTS[new], tree.consistency_proof(LEAVES[:new], old)


def inclusion(index: int, size: int) -> Inclusion:
    return size, ROOTS[size], LEAVES[index], index, tree.inclusion_proof(LEAVES[:size], index)


def pairs(most: int) -> list[tuple[int, int]]:
    return [(old, new) for new in range(2, most + 1) for old in range(1, new)]


def names(refusals: list[tuple[Any, ...] | None]) -> set[str | None]:
    return {None if refusal is None else refusal[0] for refusal in refusals}


# ----- what is right -----


def test_consistency_of_every_pair_of_sizes(stage: Stage) -> None:
    calls = [consistency(old, new) for old, new in pairs(MOST)]
    assert names(stage.refusals(stage.log.verifyConsistency, calls)) == {None}


def test_every_entry_of_every_size(stage: Stage) -> None:
    calls = [inclusion(index, size) for size in range(1, MOST + 1) for index in range(size)]
    assert names(stage.refusals(stage.log.verifyInclusionIn, calls)) == {None}


def test_the_published_vectors(stage: Stage) -> None:
    """The reference entries of Certificate Transparency, whose roots are known from elsewhere."""
    given = json.loads((Path(__file__).parents[1] / "vectors" / "rfc9162.json").read_text(encoding="utf-8"))
    leaves = [tree.leaf_hash(bytes.fromhex(entry)) for entry in given["entries"]]
    roots = [bytes.fromhex(root) for root in given["roots"]]  # of the first one, two, …

    def proof(one: dict[str, Any]) -> list[bytes]:
        return [bytes.fromhex(node) for node in one["proof"]]

    grown = [
        (one["old_size"], roots[one["old_size"] - 1], one["new_size"], roots[one["new_size"] - 1], proof(one))
        for one in given["consistency"]
        if one["old_size"] != one["new_size"]
    ]
    included = [
        (one["size"], roots[one["size"] - 1], leaves[one["index"]], one["index"], proof(one))
        for one in given["inclusion"]
    ]
    assert (len(grown), len(included)) == (28, 36)
    assert names(stage.refusals(stage.log.verifyConsistency, grown)) == {None}
    assert names(stage.refusals(stage.log.verifyInclusionIn, included)) == {None}


def test_pymerkle_agrees_on_every_root_and_inclusion(stage: Stage) -> None:
    """Its consistency proofs have another form: what we prove is consistency between its roots."""
    other = pymerkle.InmemoryTree(algorithm="sha256")
    for entry in ENTRIES:
        other.append_entry(entry)
    roots = [other.get_root(size) for size in range(MOST + 1)]
    included, grown = [], []
    for size in range(1, MOST + 1):
        for index in range(size):
            path = other.prove_inclusion(index + 1, size).path  # the leaf itself comes first
            included.append((size, roots[size], path[0], index, path[1:]))
        for old in range(1, size):
            pymerkle.verify_consistency(roots[old], roots[size], other.prove_consistency(old, size), old, size)
            grown.append((old, roots[old], size, roots[size], tree.consistency_proof(LEAVES[:size], old)))
    assert names(stage.refusals(stage.log.verifyInclusionIn, included)) == {None}
    assert names(stage.refusals(stage.log.verifyConsistency, grown)) == {None}


# ----- what is wrong -----


def flipped(word: bytes, rng: Random) -> bytes:
    return (int.from_bytes(word, "big") ^ 1 << rng.randrange(256)).to_bytes(32, "big")


def of_another_length(proof: list[bytes]) -> Iterator[list[bytes]]:
    """A node left out, put in, or doubled, at every place."""
    for place in range(len(proof)):
        yield proof[:place] + proof[place + 1 :]
        yield [*proof[: place + 1], *proof[place:]]
    for place in range(len(proof) + 1):
        yield [*proof[:place], NOISE, *proof[place:]]


def of_the_same_length(proof: list[bytes], rng: Random) -> Iterator[list[bytes]]:
    """A bit of a node altered, two neighbours swapped, the order turned round."""
    for place, word in enumerate(proof):
        yield [*proof[:place], flipped(word, rng), *proof[place + 1 :]]
        if place and proof[place - 1] != word:
            yield [*proof[: place - 1], word, proof[place - 1], *proof[place + 1 :]]
    if proof != proof[::-1]:
        yield proof[::-1]


def test_a_proof_too_short_or_too_long(stage: Stage) -> None:
    calls: list[Any] = []
    for old, new in pairs(20):
        *head, proof = consistency(old, new)
        calls += [(*head, wrong) for wrong in of_another_length(proof)]
    assert names(stage.refusals(stage.log.verifyConsistency, calls)) == {LENGTH}
    calls = []
    for size in range(1, 14):
        for index in range(size):
            *entry, proof = inclusion(index, size)
            calls += [(*entry, wrong) for wrong in of_another_length(proof)]
    assert names(stage.refusals(stage.log.verifyInclusionIn, calls)) == {LENGTH}


def test_a_bit_altered_or_nodes_swapped(stage: Stage) -> None:
    rng, calls = Random(9162), []
    for old, new in pairs(24):
        old_size, old_root, new_size, new_root, proof = consistency(old, new)
        calls += [(old_size, old_root, new_size, new_root, wrong) for wrong in of_the_same_length(proof, rng)]
        calls.append((old_size, flipped(old_root, rng), new_size, new_root, proof))
        calls.append((old_size, old_root, new_size, flipped(new_root, rng), proof))
        calls.append((old_size, new_root, new_size, old_root, proof))
    assert names(stage.refusals(stage.log.verifyConsistency, calls)) == {LEADS_ELSEWHERE[0]}
    calls = []
    for size in range(1, 20):
        for index in range(size):
            _, root, leaf, _, proof = inclusion(index, size)
            calls += [(size, root, leaf, index, wrong) for wrong in of_the_same_length(proof, rng)]
            calls += [(size, flipped(root, rng), leaf, index, proof), (size, root, flipped(leaf, rng), index, proof)]
    assert names(stage.refusals(stage.log.verifyInclusionIn, calls)) == {LEADS_ELSEWHERE[1]}


def test_every_bit_of_one_proof(stage: Stage) -> None:
    """Of roots and proof, one after the other; what is proven is that the library looks at all of them."""
    old_size, old_root, new_size, new_root, proof = consistency(6, 13)
    words, calls = [old_root, new_root, *proof], []
    for place in range(len(words)):
        for bit in range(256):
            altered = list(words)
            altered[place] = (int.from_bytes(words[place], "big") ^ 1 << bit).to_bytes(32, "big")
            calls.append((old_size, altered[0], new_size, altered[1], altered[2:]))
    assert names(stage.refusals(stage.log.verifyConsistency, calls)) == {LEADS_ELSEWHERE[0]}


def test_sizes_out_of_order(stage: Stage) -> None:
    calls: list[Any] = []
    for old, new in ((0, 0), (0, 5), (5, 5), (6, 5), (2**64 - 1, 5), (2**64 - 1, 2**64 - 1)):
        calls += [(old, ROOTS[5], new, ROOTS[5], proof) for proof in ([], [ROOTS[5]], consistency(5, 6)[-1])]
    assert names(stage.refusals(stage.log.verifyConsistency, calls)) == {"SizesOutOfOrder"}


def test_a_proof_for_other_sizes_is_judged_as_the_rfc_has_it(stage: Stage) -> None:
    """Each proof under each pair of sizes. Some are accepted, since a root does not tell its size: of 2 entries and one
    that is added, (2, 4) can be said where (2, 3) is true. The old size is safe, as the contract knows it; a wrong new
    one leaves its writer with a head that it cannot prove an entry of."""
    calls: list[Any] = []
    for old, new in pairs(9):
        _, old_root, _, new_root, proof = consistency(old, new)
        calls += [(said_old, old_root, said_new, new_root, proof) for said_old, said_new in pairs(18)]
    same(stage, calls, lambda a, ra, b, rb, proof: tree.verify_consistency(a, b, ra, rb, proof))


def test_a_proof_for_another_place_or_size_is_judged_as_the_rfc_has_it(stage: Stage) -> None:
    calls: list[Any] = []
    for size in range(1, 10):
        for index in range(size):
            _, root, leaf, _, proof = inclusion(index, size)
            calls += [(said, root, leaf, place, proof) for said in range(12) for place in range(13)]
    same(
        stage,
        calls,
        lambda size, root, leaf, index, proof: tree.verify_inclusion(leaf, index, size, proof, root),
        stage.log.verifyInclusionIn,
    )


def test_a_place_beyond_the_tree(stage: Stage) -> None:
    calls = [(size, ROOTS[size], LEAVES[0], index, []) for size, index in ((0, 0), (1, 1), (5, 5), (5, 2**64 - 1))]
    assert names(stage.refusals(stage.log.verifyInclusionIn, calls)) == {OUTSIDE}


def test_an_inner_node_is_no_entry(stage: Stage) -> None:
    """In a tree of 4 the node over entries 0 and 1 is where a tree of 2 would have an entry."""
    inner = ROOTS[2]
    calls = [(4, ROOTS[4], inner, index, tree.inclusion_proof(LEAVES[:4], 0)[1:]) for index in range(4)]
    assert names(stage.refusals(stage.log.verifyInclusionIn, calls)) == {LENGTH}


# ----- beyond 64 -----


def same(stage: Stage, calls: list[Any], python: Callable[..., None], function: Any = None) -> int:
    """Asserts that contract and Python judge these calls alike; how many are accepted."""
    judged = stage.refusals(stage.log.verifyConsistency if function is None else function, calls)
    for call, refusal in zip(calls, judged, strict=True):
        assert (refusal is None) == holds(python, *call), call
    return sum(refusal is None for refusal in judged)


def holds(python: Callable[..., None], *arguments: Any) -> bool:
    try:
        python(*arguments)
    except FailedError:
        return False
    return True


def sparse_tree(marked: dict[int, bytes]) -> Callable[[int, int], bytes]:
    """The nodes of a tree of any size whose entries are all the same, but for those that are marked."""
    plain = [tree.leaf_hash(b"")]
    for _ in range(MOST):
        plain.append(tree.node_hash(plain[-1], plain[-1]))

    def node(level: int, index: int) -> bytes:
        if not any(place >> level == index for place in marked):
            return plain[level]
        if level == 0:
            return tree.leaf_hash(marked[index])
        return tree.node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))

    return node


SIZES = st.integers(1, 2**40) | st.integers(0, 40).map(lambda power: 2**power) | st.integers(1, 3000)


@settings(deadline=None, max_examples=60)
@given(SIZES, SIZES, st.data())
def test_trees_of_any_size(stage: Stage, a: int, b: int, data: Any) -> None:
    old, new = sorted((a, b + (a == b)))
    index = data.draw(st.integers(0, new - 1))
    places = {index, 0, old - 1, old, new - 1, *data.draw(st.lists(st.integers(0, new - 1), max_size=3))}
    node = sparse_tree({place: str(place).encode() for place in places})
    leaf, old_root, new_root = node(0, index), nodes.root_from(node, old), nodes.root_from(node, new)
    grown = nodes.consistency_from(node, old, new)
    included = nodes.inclusion_from(node, index, new)
    assert stage.refusals(stage.log.verifyConsistency, [(old, old_root, new, new_root, grown)]) == [None]
    assert stage.refusals(stage.log.verifyInclusionIn, [(new, new_root, leaf, index, included)]) == [None]

    rng = Random(a ^ b)
    wrong = [*of_another_length(grown), *of_the_same_length(grown, rng)]
    calls = [(old, old_root, new, new_root, proof) for proof in wrong if proof != grown]
    assert None not in names(stage.refusals(stage.log.verifyConsistency, calls))
    wrong = [*of_another_length(included), *of_the_same_length(included, rng)]
    calls = [(new, new_root, leaf, index, proof) for proof in wrong if proof != included]
    assert None not in names(stage.refusals(stage.log.verifyInclusionIn, calls))


@settings(deadline=None, max_examples=60)
@given(SIZES | st.integers(1, 2**64 - 2), SIZES | st.integers(1, 2**64 - 2), st.randoms(use_true_random=False))
def test_invented_nodes_are_judged_alike(stage: Stage, a: int, b: int, rng: Any) -> None:
    """Nodes of no tree lead to roots of no tree, and prove nothing between any others."""
    old, new = sorted((a, b + (a == b)))
    length = len(nodes.consistency_from(lambda level, index: NOISE, old, new))
    proof = [rng.getrandbits(256).to_bytes(32, "big") for _ in range(length)]
    old_root, new_root = roots_reached(old, new, proof)
    calls = [(old, old_root, new, new_root, proof)]
    assert same(stage, calls, lambda a, ra, b, rb, path: tree.verify_consistency(a, b, ra, rb, path)) == 1
    calls = [
        (old, old_root, new, NOISE, proof),
        (old, digest("another"), new, new_root, proof),
        (old, old_root, new, new_root, proof[:-1]),
        (old, old_root, new, new_root, [*proof, NOISE]),
        (new, new_root, old, old_root, proof),
    ]
    assert same(stage, calls, lambda a, ra, b, rb, path: tree.verify_consistency(a, b, ra, rb, path)) == 0


def roots_reached(old: int, new: int, proof: list[bytes]) -> tuple[bytes, bytes]:
    """Where the steps of RFC 9162, 2.1.4.2, lead, whatever the proof."""
    first, *others = proof if old & (old - 1) else [NOISE, *proof]
    fn, sn, fr, sr = old - 1, new - 1, first, first
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    for c in others:
        if fn & 1 or fn == sn:
            fr, sr = tree.node_hash(c, fr), tree.node_hash(c, sr)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = tree.node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return fr, sr


@pytest.mark.parametrize("old", [1, 2, 2**20 - 1, 2**32, 2**63 - 1, 2**63, 2**64 - 2])
def test_the_largest_sizes(stage: Stage, old: int) -> None:
    """Up to the last that 64 bits hold; no shift or sum runs over."""
    node = sparse_tree({0: b"first", old - 1: b"last of the old", 2**64 - 2: b"last of all"})
    new = 2**64 - 1
    call = (old, nodes.root_from(node, old), new, nodes.root_from(node, new), nodes.consistency_from(node, old, new))
    assert stage.refusals(stage.log.verifyConsistency, [call]) == [None]
