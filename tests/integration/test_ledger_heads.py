"""Heads of streams on a real local chain: sent, read back, and checked against nodes that hide or change them."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pytest
from gateway import Gateway

from trialseal.errors import FailedError, UndeterminedError
from trialseal.ledger import devnet
from trialseal.ledger.chain import Chain
from trialseal.ledger.network_file import Network
from trialseal.ledger.records import HeadState, Stream
from trialseal.ledger.sending import Sender, Sent
from trialseal.merkle import tree

NewParty = Callable[[], tuple[bytes, Sender]]
STREAM, OTHER = b"\3" * 32, b"\4" * 32
LEAVES = [tree.leaf_hash(bytes([number])) for number in range(40)]
SIZES = (1, 2, 7, 8, 40)


@dataclass
class Writer:
    """A sponsor with a stream of its own."""

    trial: bytes
    party: bytes
    sender: Sender

    def open(self, stream: bytes) -> None:
        self.sender.send("TrialRegistry", "openStream", [(self.trial, self.party, stream)])

    def extend(self, size: int, before: int, stream: bytes = STREAM, proof: list[bytes] | None = None) -> Sent:
        if proof is None:
            proof = tree.consistency_proof(LEAVES[:size], before) if before else []
        head = (self.trial, self.party, stream, size, tree.root(LEAVES[:size]))
        return self.sender.send("TrialLog", "extend", [head, proof])


@pytest.fixture
def writer(new_party: NewParty, chain: Chain) -> Writer:
    """A trial registered a while after all that was done before, with a stream that has 5 heads."""
    party, sender = new_party()
    latest = chain.block()
    assert latest
    devnet.set_time(chain, latest["timestamp"] + 100)
    code = b"CODE-1".ljust(32, b"\0")
    sender.send("TrialRegistry", "register", [(party, code, secrets.token_bytes(32), b"\4" * 32, 3)])
    one = Writer(sha256(party + code).digest(), party, sender)
    one.open(STREAM)
    for before, size in zip((0, *SIZES), SIZES, strict=False):
        one.extend(size, before)
    return one


def over(gateway: Gateway) -> Chain:
    return Chain(Network("gateway", gateway.url))


def test_heads_are_read_as_they_were_sent(chain: Chain, writer: Writer) -> None:
    history = chain.head_history(writer.trial, writer.party, STREAM)
    assert history.complete
    assert [head.size for head in history.heads] == list(SIZES)
    assert [head.number for head in history.heads] == [1, 2, 3, 4, 5]
    assert {head.key for head in history.heads} == {writer.sender.address}
    last = history.heads[-1]
    state = chain.head(writer.trial, writer.party, STREAM)
    assert history.state == state
    assert isinstance(state, HeadState)
    assert (state.size, state.time, state.heads, state.root) == (40, last.time, 5, tree.root(LEAVES))
    block = chain.block(last.block)
    assert block and (block["hash"], block["timestamp"]) == (last.block_hash, last.time)


def test_a_log_without_heads(chain: Chain, writer: Writer) -> None:
    assert chain.head(writer.trial, writer.party, OTHER) is None
    history = chain.head_history(writer.trial, writer.party, OTHER)
    assert (history.state, history.heads, history.complete) == (None, (), True)
    with pytest.raises(FailedError, match="there is no trial 0101"):
        chain.head_history(b"\1" * 32, writer.party, STREAM)


def test_every_stream_that_was_opened(chain: Chain, writer: Writer, gateway: Gateway) -> None:
    writer.open(OTHER)
    first, second = chain.streams(writer.trial)
    assert first == Stream(writer.trial, STREAM, writer.party, first.time)
    assert (second.stream, second.time) == (OTHER, chain.stream_opened_at(writer.trial, writer.party, OTHER))
    gateway.after = lambda request, answer: (
        {"result": answer["result"][:-1]} if request["method"] == "eth_getLogs" else answer
    )
    with pytest.raises(UndeterminedError, match="cannot be told from this node: .* act 3 cannot be seen"):
        over(gateway).streams(writer.trial)


@pytest.mark.parametrize(("hidden", "words"), [({3}, "head 3 cannot"), ({1, 5}, "heads 1, 5 cannot"), ({5}, "head 5")])
def test_a_hidden_head_is_missed(writer: Writer, gateway: Gateway, hidden: set[int], words: str) -> None:
    def after(request: Any, answer: Any) -> Any:
        if request["method"] != "eth_getLogs":
            return answer
        return {"result": [log for log in answer["result"] if int(log["data"][2:10], 16) not in hidden]}

    gateway.after = after
    gap = over(gateway).head_history(writer.trial, writer.party, STREAM).gap
    assert gap and f"the contract counts 5 heads, and {5 - len(hidden)} were shown" in gap and words in gap


@pytest.mark.parametrize("digit", [11, 2 + 2 * 32 - 1, 2 + 4 * 32 - 1, -1], ids=["time", "key", "size", "root"])
@pytest.mark.parametrize("place", [1, 4])
def test_a_changed_head_is_noticed(writer: Writer, gateway: Gateway, place: int, digit: int) -> None:
    def after(request: Any, answer: Any) -> Any:
        if request["method"] != "eth_getLogs":
            return answer
        logs = answer["result"]
        data = list(logs[place]["data"])
        data[digit] = "1" if data[digit] != "1" else "2"
        return {"result": [*logs[:place], {**logs[place], "data": "".join(data)}, *logs[place + 1 :]]}

    gateway.after = after
    gap = over(gateway).head_history(writer.trial, writer.party, STREAM).gap
    assert gap and "do not lead to the digest in the contract" in gap


def test_a_refusal_says_what_to_do(writer: Writer) -> None:
    with pytest.raises(FailedError, match="has 40 entries anchored, and a head of 8 adds none"):
        writer.extend(8, 7)
    writer.open(OTHER)
    writer.extend(7, 0, OTHER)
    other_entries = tree.consistency_proof([*LEAVES[1:8], *LEAVES], 7)
    proof = tree.consistency_proof(LEAVES, 7)
    for wrong, words in (
        (proof[:-1], f"a proof of {len(proof) - 1} nodes does not fit the sizes"),
        ([*proof, LEAVES[0]], f"a proof of {len(proof) + 1} nodes does not fit the sizes"),
        (other_entries, "the proof is for another present head"),
        ([*proof[:-1], LEAVES[0]], "the proof leads to the root"),
    ):
        with pytest.raises(FailedError, match=words):
            writer.extend(40, 7, OTHER, wrong)
    with pytest.raises(FailedError, match="has not opened stream 0505"):
        writer.extend(40, 0, b"\5" * 32)
