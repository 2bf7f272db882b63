"""Words that a real chain proves, against what its own functions and its storage say."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest

from trialseal.ledger.chain import Chain
from trialseal.ledger.contracts import contract
from trialseal.ledger.proofs import layout
from trialseal.ledger.proofs.account import account_of
from trialseal.ledger.proofs.earlier import HISTORY, hash_of_earlier, history_key
from trialseal.ledger.proofs.header import Header, from_json
from trialseal.ledger.proofs.keccak import keccak256
from trialseal.ledger.proofs.layout import Slot
from trialseal.ledger.proofs.rlp import decode
from trialseal.ledger.proofs.trie import Nodes
from trialseal.ledger.sending import Sender

NewParty = Callable[[], tuple[bytes, Sender]]


def hexed(data: bytes) -> str:
    return "0x" + data.hex()


def ask(chain: Chain, method: str, *parameters: Any) -> Any:
    return chain.rpc.call(method, list(parameters))


def proven(chain: Chain, block: Header, address: str, keys: list[bytes]) -> tuple[list[int], Nodes]:
    """The words of an address's storage at a block, by proofs."""
    answer = ask(chain, "eth_getProof", address, [hexed(key) for key in keys], hex(block.number))
    nodes = Nodes()
    lists = [answer["accountProof"], *(one["proof"] for one in answer["storageProof"])]
    nodes.add(bytes.fromhex(one[2:]) for raw in lists for one in raw)
    account = account_of(nodes, block.state_root, bytes.fromhex(address[2:]))
    assert account is not None
    words = []
    for key in keys:
        value = nodes.value(account.storage_root, keccak256(key))
        word = decode(value) if value else b""
        assert isinstance(word, bytes)
        words.append(int.from_bytes(word, "big"))
    return words, nodes


def view(chain: Chain, name: str, function: str, *arguments: Any) -> Any:
    made = contract(name)
    data = ask(chain, "eth_call", {"to": made.address, "data": hexed(made.encode(function, *arguments))}, "latest")
    return made.decode(function, bytes.fromhex(data[2:]))


@pytest.fixture
def words(chain: Chain, new_party: NewParty) -> tuple[dict[Slot, int], dict[str, Any]]:
    """The proven words of a trial with all kinds of state, and what was done."""
    party, sender = new_party()
    code, protocol, stream = b"WORDS-1".ljust(32, b"\0"), secrets.token_bytes(32), secrets.token_bytes(32)
    trial = sha256(party + code).digest()
    sender.send("TrialRegistry", "register", [(party, code, protocol, b"\4" * 32, 3)])
    sender.send("TrialRegistry", "claimRegistryId", [(trial, party, b"NCT04368728".ljust(32, b"\0"), 20200401)])
    sender.send("TrialRegistry", "openStream", [(trial, party, stream)])
    sender.send("TrialLog", "extend", [(trial, party, stream, 1, b"\5" * 32), []])
    other, voucher = new_party()
    voucher.send("Attestations", "attest", [(other, 1, 1, 0, 20200401, 0, party, bytes(32), bytes(32))])
    block = from_json(ask(chain, "eth_getBlockByNumber", "latest", False))
    slots = [
        *layout.trial(trial),
        layout.document(trial, 1, protocol),
        layout.document(trial, 1, bytes(32)),
        layout.trials_word(),
        layout.number_word(b"NCT4368728".ljust(32, b"\0")),
        layout.stream_opened(trial, party, stream),
        *layout.party(party),
        layout.party_numbered(1),
        layout.subject_word(party),
        *layout.head(trial, party, stream),
    ]
    found: dict[Slot, int] = {}
    for name in sorted({one.contract for one in slots}):
        mine = [one for one in slots if one.contract == name]
        values, _ = proven(chain, block, contract(name).address, [one.key for one in mine])
        for slot, value in zip(mine, values, strict=True):
            said = ask(chain, "eth_getStorageAt", contract(name).address, hexed(slot.key), hex(block.number))
            assert value == int(said, 16), slot
            found[slot] = value
    return found, {"trial": trial, "party": party, "protocol": protocol, "stream": stream, "block": block}


def test_proven_words_are_what_was_done(chain: Chain, words: tuple[dict[Slot, int], dict[str, Any]]) -> None:
    found, done = words

    def word(slot: Slot) -> bytes:
        return found[slot].to_bytes(32, "big")

    trial = layout.TrialMembers.of(word(layout.trial(done["trial"])[0]))
    party = layout.PartyMembers.of(word(layout.party(done["party"])[0]))
    document = layout.DocumentMembers.of(word(layout.document(done["trial"], 1, done["protocol"])))
    assert trial.acts == 3 and trial.sponsor == party.number > 0
    assert trial.versions[1] == 1 and trial.created_at == document.time <= done["block"].time
    assert (document.author, document.version, document.act, document.endpoints) == (party.number, 1, 1, 3)
    assert found[layout.document(done["trial"], 1, bytes(32))] == 0
    assert found[layout.party_numbered(1)] != 0
    assert found[layout.number_word(b"NCT4368728".ljust(32, b"\0"))] != 0
    registry, log = "TrialRegistry", "TrialLog"
    id, by, stream = done["trial"], done["party"], done["stream"]
    said = view(chain, registry, "trialOf", id)
    assert (trial.acts, trial.created_at, trial.tenure) == (said["acts"], said["createdAt"], said["tenure"])
    assert list(trial.versions.values()) == list(said["versions"])
    assert word(layout.trial(id)[1]) == said["rollingDigest"]
    assert tuple(view(chain, registry, "documentOf", id, 1, done["protocol"]).values()) == document
    assert tuple(view(chain, "Parties", "partyOf", by)) == party
    first, root, rolling = layout.head(id, by, stream)
    head = {**layout.HeadMembers.of(word(first))._asdict(), "rollingDigest": word(rolling), "root": word(root)}
    assert view(chain, log, "headOf", id, by, stream) == head and head["heads"] == 1
    opened = found[layout.stream_opened(id, by, stream)]
    assert view(chain, registry, "streamOpenedAt", id, by, stream) == opened > 0
    for name, function, slot, *arguments in (
        (registry, "trialsWord", layout.trials_word()),
        (registry, "wordOfNumber", layout.number_word(b"NCT4368728".ljust(32, b"\0")), b"NCT4368728".ljust(32, b"\0")),
        ("Parties", "wordOf", layout.party(by)[1], by),
        ("Attestations", "wordOf", layout.subject_word(by), by),
    ):
        assert view(chain, name, function, *arguments) == word(slot) != bytes(32), function
    answers, _ = proven(chain, done["block"], contract("Parties").address, [layout.party_numbered(party.number).key])
    assert answers == [int.from_bytes(done["party"], "big")]


def test_a_later_block_proves_the_hashes_of_earlier_ones(chain: Chain, new_party: NewParty) -> None:
    for _ in range(3):
        new_party()
    later = from_json(ask(chain, "eth_getBlockByNumber", "latest", False))
    earlier = from_json(ask(chain, "eth_getBlockByNumber", hex(later.number - 2), False))
    answer = ask(chain, "eth_getProof", hexed(HISTORY), [hexed(history_key(earlier.number))], hex(later.number))
    nodes = Nodes()
    nodes.add(bytes.fromhex(one[2:]) for one in [*answer["accountProof"], *answer["storageProof"][0]["proof"]])
    assert hash_of_earlier(nodes, later, earlier.number) == earlier.hash
