"""Random tries against a plain builder: values, absence, whatever is left out or changed, embedded nodes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from plain_trie import PlainTrie
from trialseal.ledger.proofs.trie import BadNode, Missing, Nodes

# Keys that share long beginnings, which honest ones never do, make extensions and embedded nodes.
beginnings = st.sampled_from([b"", b"\1" * 20, b"\1" * 31, b"\1" * 30 + b"\x11", b"\x12" * 29])
paths = st.builds(lambda first, rest: (first + rest)[:32], beginnings, st.binary(min_size=32, max_size=32))
tries = st.dictionaries(paths, st.binary(min_size=1, max_size=40), min_size=1, max_size=40)


def brought(raw: list[bytes]) -> Nodes:
    nodes = Nodes()
    nodes.add(raw)
    return nodes


@given(tries, st.lists(paths, max_size=20), st.randoms())
def test_values_and_absence(values: dict[bytes, bytes], others: list[bytes], random: object) -> None:
    trie = PlainTrie(values)
    raw = list(trie.nodes.values())
    random.shuffle(raw)  # type: ignore[attr-defined]
    nodes = brought(raw)
    for path in [*values, *others]:
        assert nodes.value(trie.root, path) == values.get(path)
    assert set(nodes.used) <= set(trie.nodes)


@given(tries, paths, st.data())
def test_what_lacks_a_node_says_the_truth_or_that_it_is_missing(
    values: dict[bytes, bytes], other: bytes, data: st.DataObject
) -> None:
    trie = PlainTrie(values)
    left_out = data.draw(st.sampled_from(sorted(trie.nodes)))
    nodes = brought(trie.without([left_out]))
    for path in [*values, other]:
        try:
            assert nodes.value(trie.root, path) == values.get(path)
        except Missing as missing:
            assert missing.node == left_out


@given(tries, paths, st.data())
def test_a_changed_node_is_never_believed(values: dict[bytes, bytes], other: bytes, data: st.DataObject) -> None:
    trie = PlainTrie(values)
    changed = data.draw(st.sampled_from(sorted(trie.nodes)))
    raw = bytearray(trie.nodes[changed])
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    nodes = brought([*trie.without([changed]), bytes(raw)])
    for path in [*values, other]:
        try:
            assert nodes.value(trie.root, path) == values.get(path)
        except Missing as missing:
            assert missing.node == changed


@given(st.lists(st.binary(min_size=32, max_size=120), min_size=1, max_size=5), paths, st.data())
def test_a_root_of_anything_ends_in_one_of_three_ways(raw: list[bytes], path: bytes, data: st.DataObject) -> None:
    from eth_utils.crypto import keccak

    root = keccak(data.draw(st.sampled_from(raw)))
    try:
        found = brought(raw).value(root, path)
    except (Missing, BadNode):
        return
    assert found is None or isinstance(found, bytes)
