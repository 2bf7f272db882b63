"""Tries: published ones, values and their absence, and every malformed node, one by one."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from eth_utils.crypto import keccak

from plain_trie import PlainTrie, compact, rlp
from trialseal.ledger.proofs.trie import EMPTY_ROOT, LARGEST_NODE, BadNode, Missing, Nodes

VECTORS = json.loads((Path(__file__).parents[3] / "vectors" / "state.json").read_bytes())
KEY = bytes.fromhex("a1" * 32)
OTHER = bytes.fromhex("b1" * 32)
VALUE = b"\x2a" * 40


def nodes(*raw: bytes) -> Nodes:
    made = Nodes()
    made.add(raw)
    return made


def under(top: Any, *others: Any) -> tuple[Nodes, bytes]:
    """Nodes, given as items, and the hash of the first."""
    raw = [rlp(one) for one in (top, *others)]
    return nodes(*raw), keccak(raw[0])


def branch(**children: Any) -> list[Any]:
    """A branch with children by their digit, each behind `_`."""
    made: list[Any] = [b""] * 17
    for digit, child in children.items():
        made[int(digit[1:], 16)] = child
    return made


def leaf(path: str, value: Any = VALUE) -> list[Any]:
    return [compact(path, True), value]


def many(count: int) -> dict[bytes, bytes]:
    return {keccak(number.to_bytes(32, "big")): sha256(bytes([number % 256])).digest() for number in range(count)}


# ----- published -----


def test_ethereums_secure_trie() -> None:
    accounts = {bytes.fromhex(k[2:]): bytes.fromhex(v[2:]) for k, v in VECTORS["secure_trie"]["accounts"].items()}
    trie = PlainTrie({keccak(address): account for address, account in accounts.items()})
    root = bytes.fromhex(VECTORS["secure_trie"]["root"][2:])
    assert trie.root == root
    brought = nodes(*trie.nodes.values())
    for address, account in accounts.items():
        assert brought.value(root, keccak(address)) == account
    assert brought.value(root, keccak(bytes(20))) is None


# ----- values and their absence -----


def test_values_and_absence_in_a_trie_of_a_thousand() -> None:
    values = many(1_000)
    trie = PlainTrie(values)
    brought = nodes(*trie.nodes.values())
    assert all(brought.value(trie.root, path) == value for path, value in values.items())
    assert all(brought.value(trie.root, sha256(path).digest()) is None for path in values)


def test_an_empty_trie_needs_no_node_and_takes_the_odd_one() -> None:
    assert nodes().value(EMPTY_ROOT, KEY) is None
    assert nodes(b"\x80").value(EMPTY_ROOT, KEY) is None


def test_a_trie_of_one() -> None:
    brought, root = under(leaf(KEY.hex()))
    assert brought.value(root, KEY) == VALUE
    assert brought.value(root, OTHER) is None


@pytest.mark.parametrize("shared", range(40, 64))
def test_embedded_nodes_of_paths_that_share_their_beginning(shared: int) -> None:
    first = KEY
    digits = list(KEY.hex())
    digits[shared] = "f"
    second = bytes.fromhex("".join(digits))
    trie = PlainTrie({first: b"\1", second: b"\2"})
    brought = nodes(*trie.nodes.values())
    assert (brought.value(trie.root, first), brought.value(trie.root, second)) == (b"\1", b"\2")
    digits[shared] = "e"
    assert brought.value(trie.root, bytes.fromhex("".join(digits))) is None
    assert brought.value(trie.root, OTHER) is None


def test_a_cleared_slot_of_one_kind_of_node_is_a_value() -> None:
    # What anvil keeps of a slot that was cleared: the text whose RLP is 0x80. It is for the reader of words to say 0.
    brought, root = under(leaf(KEY.hex(), b"\x80"))
    assert brought.value(root, KEY) == b"\x80"


# ----- what is brought beside, too little, or in another order -----


def test_order_doubles_and_foreign_nodes_change_nothing_and_used_names_the_path() -> None:
    values = many(200)
    trie, foreign = PlainTrie(values), PlainTrie({OTHER: VALUE, KEY: VALUE})
    path = next(iter(values))
    brought = nodes(*foreign.nodes.values(), *reversed(list(trie.nodes.values())), *trie.nodes.values(), b"", b"\x80")
    assert brought.used == ()
    assert brought.value(trie.root, path) == values[path]
    used = brought.used
    assert trie.root in used and set(used) <= set(trie.nodes) and list(used) == sorted(used)
    assert nodes(*map(brought.node, used)).value(trie.root, path) == values[path]
    for left_out in used:
        with pytest.raises(Missing) as raised:
            nodes(*(brought.node(one) for one in used if one != left_out)).value(trie.root, path)
        assert raised.value.node == left_out


def test_absence_is_not_proven_by_a_missing_node() -> None:
    with pytest.raises(Missing):
        nodes().value(sha256(b"a root").digest(), KEY)
    trie = PlainTrie(many(50))
    with pytest.raises(Missing):
        nodes(trie.nodes[trie.root]).value(trie.root, next(iter(many(50))))


def test_every_flipped_bit_of_a_proof_is_refused() -> None:
    values = many(30)
    trie = PlainTrie(values)
    path = next(iter(values))
    whole = nodes(*trie.nodes.values())
    whole.value(trie.root, path)
    proof = [whole.node(one) for one in whole.used]
    for place, raw in enumerate(proof):
        for bit in range(8 * len(raw)):
            changed = bytearray(raw)
            changed[bit // 8] ^= 1 << bit % 8
            with pytest.raises(Missing):
                nodes(*proof[:place], bytes(changed), *proof[place + 1 :]).value(trie.root, path)


def test_a_proof_of_another_key_or_root_proves_nothing() -> None:
    one, other = PlainTrie(many(30)), PlainTrie(many(31))
    path = next(iter(many(30)))
    with pytest.raises(Missing):
        nodes(*one.without([])).value(other.root, path)


def test_what_is_too_large_for_a_node_is_passed_over() -> None:
    def sized(more: int) -> tuple[Nodes, bytes, int]:
        item = leaf(KEY.hex(), bytes([1]) * more)
        return *under(item), len(rlp(item))

    largest = next(more for more in range(500, 700) if sized(more)[2] == LARGEST_NODE)
    brought, root, _ = sized(largest)
    assert brought.value(root, KEY) == b"\1" * largest
    brought, root, _ = sized(largest + 1)
    with pytest.raises(Missing):
        brought.value(root, KEY)


# ----- malformed nodes -----

LONG = leaf("1" + KEY.hex()[2:])
LONG_HASH = keccak(rlp(LONG))
BRANCH = branch(_1=LONG_HASH)
BRANCH_HASH = keccak(rlp(BRANCH))


@pytest.mark.parametrize(
    "top, others",
    [
        ([*[b""] * 10, LONG_HASH, *[b""] * 5, b"a value"], []),
        ([*[b""] * 10, LONG_HASH, *[b""] * 5, []], []),
        ([LONG_HASH] * 16, []),
        ([LONG_HASH] * 18, []),
        ([compact(KEY.hex(), True), VALUE, VALUE], []),
        ([compact(KEY.hex(), True) + VALUE], []),
        (compact(KEY.hex(), True) + VALUE, []),
        ([], []),
        (leaf(KEY.hex(), b""), []),
        (leaf(KEY.hex(), [VALUE]), []),
        (leaf(KEY.hex()[:-1]), []),
        (leaf(KEY.hex() + "0"), []),
        (leaf(KEY.hex() + "00"), []),
        (leaf(""), []),
        ([b"", VALUE], []),
        ([[b"\x20"], VALUE], []),
        ([b"\x40" + KEY, VALUE], []),
        ([b"\x60" + KEY, VALUE], []),
        ([b"\xf0" + KEY, VALUE], []),
        ([b"\x21" + KEY, VALUE], []),
        ([b"\x2f" + KEY, VALUE], []),
        ([b"\x01\xa1", BRANCH_HASH], [BRANCH]),
        ([b"\x00", BRANCH_HASH], [BRANCH]),
        ([compact("a", False), b""], []),
        ([compact("a", False), []], []),
        ([compact("a", False), leaf("1")], []),
        ([compact("a", False), LONG_HASH], [LONG]),
        ([compact(KEY.hex() + "0", False), BRANCH_HASH], [BRANCH]),
        ([compact(KEY.hex(), False), BRANCH_HASH], [BRANCH]),
        (branch(_a=LONG_HASH[:-1]), []),
        (branch(_a=LONG_HASH + b"\0"), []),
        (branch(_5=LONG_HASH, _a=b"\1"), []),
        (branch(_a=leaf("1" + KEY.hex()[2:])), []),
    ],
)
def test_a_malformed_node_is_refused(top: Any, others: list[Any]) -> None:
    if len(rlp(top)) < 32:
        top = branch(_5=LONG_HASH, _a=top)  # where it is the child of a branch
    brought, root = under(top, *others)
    with pytest.raises(BadNode):
        brought.value(root, KEY)


@pytest.mark.parametrize("size", [31, 32])
def test_an_embedded_node_has_less_than_32_bytes(size: int) -> None:
    # The last digits of two paths differ: their leaves lie in a branch, the branch in an extension.
    children = next(
        found for more in range(1, 20) if len(rlp(found := branch(_1=leaf("", b"v" * more), _2=leaf("", b"w")))) == size
    )
    brought, root = under([compact(KEY.hex()[:-1], False), children])
    if size < 32:
        assert brought.value(root, KEY) == children[1][1]
    else:
        with pytest.raises(BadNode, match="32 bytes"):
            brought.value(root, KEY)


def test_a_node_that_is_no_rlp_is_refused() -> None:
    raw = b"\xf8\x30" + b"\1" * 48  # the long form of a length that needs none
    with pytest.raises(BadNode):
        nodes(raw).value(keccak(raw), KEY)
    raw = rlp(leaf(KEY.hex())) + b"\0"
    with pytest.raises(BadNode):
        nodes(raw).value(keccak(raw), KEY)
