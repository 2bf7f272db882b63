"""A newer block that the reader knows vouches for an older one whose hash its state holds; else it is said why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from eth_utils.crypto import keccak

from plain_trie import PlainTrie, rlp
from trialseal.errors import UndeterminedError
from trialseal.ledger.network_file import Network
from trialseal.ledger.proofs.account import NO_CODE
from trialseal.ledger.proofs.earlier import HISTORY, SERVED, history_key
from trialseal.ledger.proofs.header import FIRST, LATER, Header, from_json
from trialseal.ledger.proofs.rlp import decode
from trialseal.ledger.reference import asking
from trialseal.ledger.reference.asking import Vouching, vouching_for
from trialseal.ledger.reference.linking import linked
from trialseal.ledger.reference.vouching import Choice, Means, Voucher

HEADERS = json.loads((Path(__file__).parents[3] / "vectors" / "state.json").read_bytes())["headers"]
NEWER = 20_000
OLDER = from_json(HEADERS["prague"])._replace(number=NEWER - 5, hash=b"\7" * 32)


def newer(number: int, root: bytes) -> dict[str, Any]:
    """A block with this number and state, as a node gives it."""
    block = HEADERS["prague"] | {"number": hex(number), "stateRoot": "0x" + root.hex()}
    members = decode(from_json(HEADERS["prague"]).raw)
    assert isinstance(members, list)
    names = [*FIRST, *LATER]
    members[names.index("number")] = number.to_bytes((number.bit_length() + 7) // 8, "big")
    members[names.index("stateRoot")] = root
    return block | {"hash": "0x" + keccak(rlp(members)).hex()}


class Node:
    """A node with one newer block, whose state holds a word for the older one."""

    shown, closed = "x", 0

    def __init__(self, number: int = NEWER, older: Header = OLDER, word: bytes = OLDER.hash, **answers: Any) -> None:
        storage = PlainTrie({keccak(history_key(older.number)): rlp(word)})
        state = PlainTrie({keccak(HISTORY): rlp([b"\1", b"", storage.root, NO_CODE])})
        self.block = newer(number, state.root)
        self.hash = bytes.fromhex(self.block["hash"][2:])
        self.number, self.older = number, older
        self.proof = {
            "accountProof": ["0x" + one.hex() for one in state.nodes.values()],
            "storageProof": [{"proof": ["0x" + one.hex() for one in storage.nodes.values()]}],
        }
        self.answers = {"eth_getBlockByHash": self.block, "eth_getProof": self.proof} | answers

    def call(self, method: str, given: list[Any]) -> Any:
        if method == "eth_getProof":
            assert given == ["0x" + HISTORY.hex(), ["0x" + history_key(self.older.number).hex()], hex(self.number)]
        else:
            assert given[1:] == [False]
        answer = self.answers[method]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        self.closed += 1


def of(node: Node, wanted: bytes | None = None) -> int | str:
    return linked(node, node.older, wanted or node.hash)  # type: ignore[arg-type]


def test_its_number_if_its_state_holds_the_hash() -> None:
    assert of(Node()) == NEWER
    for distance in (1, SERVED):
        assert of(Node(older=OLDER._replace(number=NEWER - distance))) == NEWER
    assert of(Node(number=7, older=OLDER._replace(number=0))) == 7  # a young chain keeps all


@pytest.mark.parametrize("distance", [-1, 0, SERVED + 1])
def test_only_so_many_blocks_after_it(distance: int) -> None:
    why = f"block 20,000 is not one of the 8,191 after block {NEWER - distance:,}"
    assert of(Node(older=OLDER._replace(number=NEWER - distance))) == why


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({"eth_getBlockByHash": None}, "the node at x has no block 0x{hash}"),
        ({"eth_getBlockByHash": newer(NEWER, b"\1" * 32)}, "the node at x gives another block for 0x{hash}"),
        ({"eth_getBlockByHash": newer(NEWER, b"\2" * 32)}, "the node at x gives another block for 0x{hash}"),
        ({"eth_getBlockByHash": {}}, "the node at x gives no proof of it (HeaderError)"),
        ({"eth_getBlockByHash": UndeterminedError("it is away")}, "it is away"),
        ({"eth_getProof": None}, "the node at x gives no proofs"),
        ({"eth_getProof": {"accountProof": [], "storageProof": []}}, "the node at x gives no proof of it (Missing)"),
        ({"word": b"\x08" * 32}, "the state of block 20,000 does not hold the hash of this block 19,995"),
        ({"word": b"\x06" * 32}, "the state of block 20,000 does not hold the hash of this block 19,995"),
        ({"word": b"\0\1"}, "the node at x gives no proof of it (BadNode)"),
    ],
)
def test_why_it_does_not(answers: dict[str, Any], why: str) -> None:
    node = Node(**answers)
    assert of(node) == why.format(hash=node.hash.hex())


def test_another_block_whatever_its_hash() -> None:
    """Hashes before and behind the wanted one."""
    for wanted in (bytes(32), b"\xff" * 32):
        assert of(Node(), wanted) == f"the node at x gives another block for 0x{wanted.hex()}"


def test_a_typed_hash_of_a_newer_block_vouches_for_a_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    node = Node()
    monkeypatch.setattr(asking, "Rpc", lambda url, timeout: node)
    network = Network("n", "x")
    words = "the hash that you typed, of block 20,000, whose state holds this block's hash"
    found = vouching_for(OLDER, 5, Choice(block_hash=node.hash), network, read_node=False)
    assert found == Vouching((Voucher(Means.TYPED_HASH, words),))
    node.answers["eth_getProof"] = None
    found = vouching_for(OLDER, 5, Choice(block_hash=node.hash), network, read_node=False)
    assert found == Vouching(
        (), ("the hash that you typed does not lead to this block: the node at x gives no proofs",)
    )
    assert node.closed == 2
