"""Accounts and words as geth published their proofs, and accounts of another form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from eth_utils.crypto import keccak

from plain_trie import PlainTrie, rlp
from trialseal.ledger.proofs.account import NO_CODE, account_of
from trialseal.ledger.proofs.earlier import HISTORY, SERVED, hash_of_earlier, history_key
from trialseal.ledger.proofs.header import from_json
from trialseal.ledger.proofs.rlp import RlpError, decode
from trialseal.ledger.proofs.trie import EMPTY_ROOT, BadNode, Missing, Nodes

VECTORS = json.loads((Path(__file__).parents[3] / "vectors" / "state.json").read_bytes())
PROOF = VECTORS["proof"]
ADDRESS = bytes.fromhex(PROOF["address"][2:])
STORED = PROOF["storageProof"][0]
LATEST = from_json(VECTORS["headers"]["latest"])


def brought(*lists: list[str]) -> Nodes:
    nodes = Nodes()
    nodes.add(bytes.fromhex(one[2:]) for raw in lists for one in raw)
    return nodes


def test_a_published_account_and_word() -> None:
    nodes = brought(PROOF["accountProof"], STORED["proof"])
    account = account_of(nodes, LATEST.state_root, ADDRESS)
    assert account is not None
    assert (account.nonce, account.balance) == (int(PROOF["nonce"], 16), int(PROOF["balance"], 16))
    assert account.storage_root.hex() == PROOF["storageHash"][2:] and account.code_hash.hex() == PROOF["codeHash"][2:]
    value = nodes.value(account.storage_root, keccak(int(STORED["key"], 16).to_bytes(32, "big")))
    assert value is not None
    word = decode(value)
    assert isinstance(word, bytes) and int.from_bytes(word, "big") == int(STORED["value"], 16)


def test_a_published_proof_proves_no_other_account() -> None:
    with pytest.raises(Missing):
        account_of(brought(PROOF["accountProof"]), from_json(VECTORS["headers"]["prague"]).state_root, ADDRESS)


def test_every_flipped_bit_of_a_published_proof_is_refused() -> None:
    raw = [bytes.fromhex(one[2:]) for one in PROOF["accountProof"]]
    for place, node in enumerate(raw):
        for bit in range(8 * len(node)):
            changed = bytearray(node)
            changed[bit // 8] ^= 1 << bit % 8
            nodes = Nodes()
            nodes.add([*raw[:place], bytes(changed), *raw[place + 1 :]])
            with pytest.raises(Missing):
                account_of(nodes, LATEST.state_root, ADDRESS)


def test_an_account_that_is_not_there() -> None:
    trie = PlainTrie({keccak(ADDRESS): rlp([b"", b"\5", EMPTY_ROOT, NO_CODE])})
    nodes = Nodes()
    nodes.add(trie.nodes.values())
    assert account_of(nodes, trie.root, ADDRESS) == (0, 5, EMPTY_ROOT, NO_CODE)
    assert account_of(nodes, trie.root, bytes(20)) is None
    assert account_of(Nodes(), EMPTY_ROOT, bytes(20)) is None
    assert keccak(b"") == NO_CODE


@pytest.mark.parametrize(
    "value",
    [
        rlp([b"", b"", EMPTY_ROOT]),
        rlp([b"", b"", EMPTY_ROOT, NO_CODE, b""]),
        rlp([b"", b"", EMPTY_ROOT[:-1], NO_CODE]),
        rlp([b"", b"", EMPTY_ROOT, NO_CODE + b"\1"]),
        rlp([b"", b"", b"", NO_CODE]),
        rlp([b"", b"", [EMPTY_ROOT], NO_CODE]),
        rlp([b"", b"", EMPTY_ROOT, [NO_CODE]]),
        rlp([b"\0", b"", EMPTY_ROOT, NO_CODE]),
        rlp([b"", b"\0\1", EMPTY_ROOT, NO_CODE]),
        rlp([[], b"", EMPTY_ROOT, NO_CODE]),
        rlp(EMPTY_ROOT),
        rlp([b"", b"", EMPTY_ROOT, NO_CODE]) + b"\0",
    ],
)
def test_an_account_of_another_form_is_refused(value: bytes) -> None:
    trie = PlainTrie({keccak(ADDRESS): value})
    nodes = Nodes()
    nodes.add(trie.nodes.values())
    with pytest.raises((BadNode, RlpError)):
        account_of(nodes, trie.root, ADDRESS)


# ----- hashes of earlier blocks -----


def later(number: int, words: dict[int, bytes]) -> tuple[Any, Nodes]:
    """The header of a block in whose state these hashes are kept, and its nodes."""
    storage = PlainTrie({keccak(history_key(block)): rlp(word) for block, word in words.items()})
    state = PlainTrie({keccak(HISTORY): rlp([b"\1", b"", storage.root if words else EMPTY_ROOT, NO_CODE])})
    nodes = Nodes()
    nodes.add([*storage.nodes.values(), *state.nodes.values()])
    return LATEST._replace(number=number, state_root=state.root), nodes


def test_an_earlier_hash_follows_from_a_later_state() -> None:
    words = {9_999: b"\7" * 32, 10_000 - SERVED: b"\1" * 31}
    header, nodes = later(10_000, words)
    assert hash_of_earlier(nodes, header, 9_999) == b"\7" * 32
    assert hash_of_earlier(nodes, header, 10_000 - SERVED) == b"\0" + b"\1" * 31
    assert hash_of_earlier(nodes, header, 9_998) is None
    assert history_key(SERVED + 5) == (5).to_bytes(32, "big")


@pytest.mark.parametrize("number", [10_000 - SERVED - 1, 10_000, 10_001, -1])
def test_only_the_last_8191_blocks_are_kept(number: int) -> None:
    header, nodes = later(10_000, {9_999: b"\7" * 32})
    with pytest.raises(ValueError, match="holds no hash"):
        hash_of_earlier(nodes, header, number)


def test_a_young_chain_keeps_all_its_hashes() -> None:
    header, nodes = later(3, {0: b"\7" * 32})
    assert hash_of_earlier(nodes, header, 0) == b"\7" * 32
    with pytest.raises(ValueError, match="holds no hash"):
        hash_of_earlier(nodes, header, -1)


def test_a_chain_without_the_contract_keeps_none() -> None:
    assert hash_of_earlier(Nodes(), LATEST._replace(number=5, state_root=EMPTY_ROOT), 4) is None


@pytest.mark.parametrize("word", [b"\1" * 33, b"\0\1", [b"\1"]])
def test_a_hash_of_another_form_is_refused(word: Any) -> None:
    header, nodes = later(5, {4: word})
    with pytest.raises(BadNode):
        hash_of_earlier(nodes, header, 4)
