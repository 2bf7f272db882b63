"""Trees that grow: at every size the roots and proofs that the whole tree of that size would have."""

from __future__ import annotations

import subprocess
import sys
from hashlib import sha256

import pytest
import rfc
from hypothesis import given, settings
from hypothesis import strategies as st
from rfc import leaves_of

from trialseal.errors import UsageError
from trialseal.merkle import growing as growing_module
from trialseal.merkle import helper, nodes, tree
from trialseal.merkle.growing import GrowingTree

LEAVES = leaves_of(2048)


def grown(size: int) -> GrowingTree:
    return GrowingTree(b"".join(LEAVES[:size]))


def test_every_size_up_to_64_has_its_root_and_proofs() -> None:
    whole = grown(64)
    for size in range(1, 65):
        assert whole.root(size) == rfc.root(LEAVES[:size])
        for index in range(size):
            assert whole.inclusion_proof(index, size) == rfc.path(index, LEAVES[:size])
        for old in range(1, size + 1):
            assert whole.consistency_proof(old, size) == rfc.proof(old, LEAVES[:size])


def test_the_empty_tree_has_a_root() -> None:
    assert (GrowingTree().root(), grown(5).root(0)) == (rfc.root([]),) * 2


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 300), max_size=6))
def test_pieces_of_any_size_make_the_same_tree(pieces: list[int]) -> None:
    growing, size = GrowingTree(), 0
    for piece in pieces:
        hashes = b"".join(LEAVES[size : size + piece])
        growing.extend(hashes)
        size += piece
        assert growing.size == size
        assert growing.root() == rfc.root(LEAVES[:size])


def test_one_leaf_at_a_time_makes_the_same_tree() -> None:
    growing = GrowingTree()
    for size in range(1, 200):
        growing.append(LEAVES[size - 1])
        assert growing.root() == rfc.root(LEAVES[:size])
    assert growing.consistency_proof(77) == rfc.proof(77, LEAVES[:199])


@settings(deadline=None, max_examples=60)
@given(st.data(), st.integers(1, 2048))
def test_proofs_at_earlier_sizes_verify(data: st.DataObject, size: int) -> None:
    whole = grown(2048)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    root = tree.root(LEAVES[:size])
    tree.verify_inclusion(LEAVES[index], index, size, whole.inclusion_proof(index, size), root)
    tree.verify_consistency(old, size, tree.root(LEAVES[:old]), root, whole.consistency_proof(old, size))


def test_a_proof_reads_no_more_nodes_than_the_tree_is_high() -> None:
    whole, reads = grown(2047), []

    def read(level: int, index: int) -> bytes:
        reads.append((level, index))
        return whole.node(level, index)

    for ask in (
        lambda: nodes.root_from(read, 2047),
        lambda: nodes.inclusion_from(read, 1000, 2047),
        lambda: nodes.inclusion_from(read, 2046, 2047),
        lambda: nodes.consistency_from(read, 1023, 2047),
        lambda: nodes.consistency_from(read, 1, 2047),
    ):
        reads.clear()
        ask()
        assert 0 < len(reads) <= 2 * 11


def test_nodes_are_those_of_complete_subtrees() -> None:
    whole = grown(7)
    for level, count in ((0, 7), (1, 3), (2, 1)):
        width = 1 << level
        for index in range(count):
            assert whole.node(level, index) == rfc.root(LEAVES[index * width : (index + 1) * width])
        for index in (-1, count):
            with pytest.raises(UsageError, match=f"of 7 leaves has no complete subtree {index} of 2\\^{level}"):
                whole.node(level, index)
    for level in (-1, 3, 100):
        with pytest.raises(UsageError, match="no complete subtree"):
            whole.node(level, 0)


def test_questions_about_what_is_not_there_are_refused() -> None:
    whole = grown(5)
    for size in (-1, 6):
        with pytest.raises(UsageError, match=f"has 5 leaves and has never had {size}"):
            whole.root(size)
    for index, size in ((5, 5), (3, 3), (-1, 5), (0, 0)):
        with pytest.raises(UsageError, match=f"no leaf {index} in a tree of {size}"):
            whole.inclusion_proof(index, size)
    for old, new in ((0, 5), (4, 3), (-1, 5)):
        with pytest.raises(UsageError, match=f"no tree of {old} leaves grows into one of {new}"):
            whole.consistency_proof(old, new)


def test_what_is_no_hash_is_refused_and_the_tree_stays() -> None:
    growing = grown(3)
    for grow in (growing.append, growing.extend):
        with pytest.raises(UsageError, match="33"):
            grow(bytes(33))
    with pytest.raises(UsageError, match="not 64"):
        growing.append(bytes(64))
    assert growing.root() == rfc.root(LEAVES[:3])


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(0, 300), max_size=4))
def test_entries_make_the_tree_of_their_leaf_hashes(pieces: list[int]) -> None:
    growing, size = GrowingTree(), 0
    for piece in pieces:
        growing.extend_entries([f"entry {number}".encode() for number in range(size, size + piece)])
        size += piece
    assert growing.root() == rfc.root(LEAVES[:size])


MANY = [sha256(str(number).encode()).digest() * (number % 3) for number in range(20_011)]


@pytest.fixture(scope="module")
def whole() -> GrowingTree:
    one = GrowingTree()
    one.extend_entries(MANY)
    return one


def same(one: GrowingTree, other: GrowingTree) -> bool:
    places = [(level, index) for level in range(15) for index in range(one.size >> level)]
    return one.size == other.size and all(one.node(*place) == other.node(*place) for place in places)


@pytest.mark.parametrize("processes", [2, 3])
@pytest.mark.parametrize("before", [0, 1, 1500])
@pytest.mark.parametrize("entries", [True, False], ids=["entries", "hashes"])
def test_several_processes_make_the_same_tree(
    whole: GrowingTree, monkeypatch: pytest.MonkeyPatch, before: int, processes: int, entries: bool
) -> None:
    monkeypatch.setattr(growing_module, "_PART", 5000)
    one = GrowingTree(processes=processes)
    one.extend_entries(MANY[:before])
    if entries:
        one.extend_entries(MANY[before:])
    else:
        one.extend(b"".join(tree.leaf_hash(entry) for entry in MANY[before:]))
    assert same(one, whole)


LEAVES_ONLY = """import sys
sys.path.append(sys.argv[1])
from trialseal.merkle import helper
helper.parents = lambda level: b"cut off"
helper.main()"""


@pytest.mark.parametrize(
    "program", ["", "raise SystemExit(3)", LEAVES_ONLY], ids=["reads nothing", "fails", "is cut off"]
)
def test_a_helper_that_fails_costs_time_only(
    whole: GrowingTree, monkeypatch: pytest.MonkeyPatch, program: str, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(growing_module, "_PART", 5000)
    monkeypatch.setattr(helper, "_PROGRAM", program)
    one = GrowingTree(processes=2)
    one.extend_entries(MANY)
    assert same(one, whole)
    assert capfd.readouterr() == ("", "")


def test_no_process_to_be_had_costs_time_only(whole: GrowingTree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing_module, "_PART", 5000)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    one = GrowingTree(processes=2)
    one.extend_entries(MANY)
    assert same(one, whole)


def test_no_process_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing_module, "_PART", 5000)
    started = []
    popen = subprocess.Popen

    def start(*args: object, **options: object) -> object:
        started.append(popen(*args, **options))  # type: ignore[call-overload]
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", start)
    with pytest.raises(TypeError):
        GrowingTree(processes=2).extend_entries([*MANY[:-1], "no bytes"])  # type: ignore[list-item]
    with pytest.raises(TypeError):
        GrowingTree(processes=2).extend_entries(["no bytes", *MANY[1:]])  # type: ignore[list-item]
    assert [process.returncode is not None for process in started] == [True, True]


@pytest.mark.parametrize("entries", [True, False], ids=["entries", "hashes"])
def test_a_helper_gives_every_level(whole: GrowingTree, entries: bool) -> None:
    """Since a helper that fails is made up for, a tree being right does not show that it helped."""
    leaves = MANY if entries else b"".join(tree.leaf_hash(entry) for entry in MANY)
    with helper.Helper(leaves) as one:
        levels = list(one.levels())
    assert len(levels) == helper.HEIGHT + 1
    for level, hashes in enumerate(levels):
        assert hashes == b"".join(whole.node(level, index) for index in range(len(MANY) >> level))
