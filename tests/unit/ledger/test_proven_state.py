"""Words of a contract's storage, from two tries: there and not, no code, other code, no proof, another form."""

from __future__ import annotations

from typing import Any

import pytest
from eth_utils.crypto import keccak

from plain_trie import PlainTrie, rlp
from trialseal.errors import UndeterminedError
from trialseal.ledger.contracts import contract
from trialseal.ledger.proofs.account import NO_CODE
from trialseal.ledger.proofs.header import Header
from trialseal.ledger.proofs.layout import Slot
from trialseal.ledger.proofs.trie import EMPTY_ROOT
from trialseal.ledger.state import ProvenState, Unproven

CHAIN, NAME = 31337, "Parties"
SLOT, EMPTY = Slot(NAME, bytes(31) + b"\1"), Slot(NAME, bytes(31) + b"\2")
CODE = contract(NAME).code_hash(CHAIN)


def state(
    words: dict[bytes, Any], code: bytes = CODE, *, at: str | None = None, account: Any = None, storage: bool = True
) -> ProvenState:
    """A state in which one contract has these words, RLP-encoded, by slot."""
    kept = PlainTrie({keccak(key): rlp(value) for key, value in words.items()})
    address = bytes.fromhex((at or contract(NAME).address)[2:])
    accounts = PlainTrie({keccak(address): rlp(account or [b"\1", b"", kept.root if words else EMPTY_ROOT, code])})
    made = ProvenState(Header(b"", bytes(32), b"", accounts.root, 7, 7, b"", b""), CHAIN, "the node at x")
    made.add([*accounts.nodes.values(), *(kept.nodes.values() if storage else ())])
    return made


def test_words_that_are_there_and_that_are_not() -> None:
    made = state({SLOT.key: b"\5\6", bytes(31) + b"\7": b"\x08" * 32})
    assert not made.knows(SLOT) and not made.knows_contract(NAME)
    word = made.word(SLOT)
    assert (word, word.number) == (bytes(30) + b"\5\6", 0x0506)
    assert made.knows(SLOT) and made.knows_contract(NAME) and not made.knows(EMPTY)
    assert made.word(SLOT) is word
    assert made.word(EMPTY) == bytes(32)
    assert made.word(Slot(NAME, bytes(31) + b"\7")) == b"\x08" * 32
    assert made.is_deployed(NAME)
    assert [keccak(node) for node in made.used] == sorted(keccak(node) for node in made.used) != []
    assert state({}).word(SLOT) == bytes(32)


@pytest.mark.parametrize("members", [{"at": "0x" + "11" * 20}, {"code": bytes(bytearray(NO_CODE))}])
def test_a_contract_that_is_not_there(members: dict[str, Any]) -> None:
    made = state({SLOT.key: b"\5"}, **members)
    assert not made.is_deployed(NAME)
    with pytest.raises(UndeterminedError, match=f"^{NAME} of trialseal is not on chain {CHAIN} at the node at x$"):
        made.word(SLOT)


def test_other_code_at_its_address() -> None:
    with pytest.raises(UndeterminedError) as caught:
        state({SLOT.key: b"\5"}, b"\7" * 32).word(SLOT)
    assert str(caught.value) == (
        f"what stands at {contract(NAME).address} at the node at x is not the code of {NAME} on chain {CHAIN}: "
        "check that the network is the one you mean"
    )


def test_proofs_that_lack() -> None:
    with pytest.raises(Unproven, match=f"gives no proof of the storage of {NAME}: try another node, or a bundle"):
        state({SLOT.key: b"\5"}, storage=False).word(SLOT)
    made = state({SLOT.key: b"\5"})
    bare = ProvenState(made.header, CHAIN, "the node at x")
    for ask in (lambda: bare.word(SLOT), lambda: bare.is_deployed(NAME)):
        with pytest.raises(Unproven, match=f"gives no proof of the account of {NAME}: try another node, or a bundle"):
            ask()


@pytest.mark.parametrize(
    "members",
    [
        {"account": [b"\1", b"", EMPTY_ROOT]},
        {"account": [b"\1", b"\0", EMPTY_ROOT, CODE]},
        {"words": {SLOT.key: [b"\5"]}},
        {"words": {SLOT.key: b"\5" * 33}},
        {"words": {SLOT.key: b"\0\5"}},
    ],
)
def test_values_of_another_form(members: dict[str, Any]) -> None:
    made = state(**({"words": {SLOT.key: b"\5"}} | members))
    with pytest.raises(
        UndeterminedError, match=rf"the node at x gives a malformed proof of {NAME} \(.*\): try another"
    ):
        made.word(SLOT)
    assert state({SLOT.key: b"\5" * 32}).word(SLOT) == b"\5" * 32
