"""Several nodes of one network: one that is dead, hangs, fell behind, lies or limits is left for the next."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from gateway import Drop, Gateway, error, rehashed

from conftest import free_port
from trialseal.errors import UndeterminedError
from trialseal.ledger import devnet, rpc
from trialseal.ledger.at_block import BlockGone
from trialseal.ledger.chain import Chain
from trialseal.ledger.network_file import Network, NetworkNode
from trialseal.ledger.outbox import Slot, State
from trialseal.ledger.proofs import layout
from trialseal.ledger.reference.vouching import NO_CHOICE, Choice, Means
from trialseal.ledger.rpc import Rpc
from trialseal.ledger.sending import Sender

NewParty = Callable[[], tuple[bytes, Sender]]
Request = dict[str, Any]


@pytest.fixture
def second(ledger_url: str) -> Iterator[Gateway]:
    made = Gateway(ledger_url)
    yield made
    made.close()


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def reading(gateway: Gateway, second: Gateway, said: list[str]) -> Callable[..., Chain]:
    """A chain read by the gateway, which the second stands behind."""

    def made(url: str = "", choice: Choice = NO_CHOICE, timeout: float = 30.0, **entry: Any) -> Chain:
        others = (NetworkNode(second.url, "Hospital B"),)
        network = Network("net", url or gateway.url, operator="Hospital A", endpoints=others, **entry)
        return Chain(network, said=said.append, choice=choice, timeout=timeout)

    return made


def test_a_dead_node_is_left_and_that_is_said(reading: Callable[..., Chain], second: Gateway, said: list[str]) -> None:
    chain = reading(f"http://127.0.0.1:{free_port()}")
    chain.require_deployed()
    assert chain.source == f"the node at {second.url}"
    assert len(said) == 1 and said[0].startswith("note: nothing answers at http://127.0.0.1:")
    assert said[0].endswith(f'; going on with {second.url} ("Hospital B")')


def test_a_hanging_node_is_left(
    reading: Callable[..., Chain], gateway: Gateway, second: Gateway, said: list[str]
) -> None:
    def hang(request: Request) -> Any:
        time.sleep(1)
        raise Drop

    gateway.before = hang
    chain = reading(timeout=0.3)
    assert chain.as_of().number and chain.rpc.place == 1
    assert "gives no answer within 0.3 seconds; going on" in said[0]


def test_a_node_that_wants_fewer_requests_is_left(
    reading: Callable[..., Chain], gateway: Gateway, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rpc.time, "sleep", lambda seconds: None)
    chain = reading()
    assert chain.as_of().number and chain.rpc.place == 0
    gateway.before = lambda request: error("daily request count exceeded, request rate limited (rate limit)", -32005)
    assert chain.newest() and chain.rpc.place == 1
    assert "asks for fewer requests (rate limit)" in said[0]


def test_all_nodes_dead_is_one_sentence(said: list[str]) -> None:
    nodes = tuple(NetworkNode(f"http://127.0.0.1:{free_port()}", name) for name in "bc")
    chain = Chain(Network("net", f"http://127.0.0.1:{free_port()}", endpoints=nodes), said=said.append)
    with pytest.raises(UndeterminedError, match=r"^nothing answers at "):
        chain.as_of()
    assert chain.rpc.moves == len(said) == 2


def test_a_node_that_lies_about_state_is_left(
    reading: Callable[..., Chain], gateway: Gateway, said: list[str], new_party: NewParty
) -> None:
    """Its proof does not lead to the block's hash, which the next node's does: the block stays the same."""
    party, _ = new_party()

    def after(request: Request, answer: Any) -> Any:
        if request["method"] == "eth_getProof":
            for one in answer["result"]["storageProof"]:
                one["proof"] = one["proof"][:-1]
        return answer

    gateway.after = after
    chain = reading()
    block = chain.as_of()
    words, _ = chain.prove(layout.party(party))
    assert any(words[0]) and chain.rpc.place == 1 and chain.as_of() == block
    assert len(said) == 1 and "going on with" in said[0]
    assert chain.evidence().header.hash.hex() == block.hash[2:]


def test_a_node_with_a_forged_block_or_of_another_chain_is_left(
    reading: Callable[..., Chain], gateway: Gateway, said: list[str]
) -> None:
    def forged(request: Request, answer: Any) -> Any:
        if request["method"] == "eth_getBlockByNumber" and request["params"][0] == "latest":
            answer["result"]["timestamp"] = "0x1"
        return answer

    gateway.after = forged
    assert reading().chain_id() == devnet.CHAIN_ID and "not that of its header" in said.pop()
    gateway.after = lambda request, answer: {"result": "0x5"} if request["method"] == "eth_chainId" else answer
    for pinned in (devnet.CHAIN_ID, None):
        chain = reading(chain_id=pinned)
        if pinned:
            assert chain.as_of().chain_id == devnet.CHAIN_ID and "serves chain 5" in said.pop()


def test_another_node_must_have_the_block_that_was_read(
    reading: Callable[..., Chain], gateway: Gateway, second: Gateway, new_party: NewParty
) -> None:
    """Never are two nodes' answers mixed: without the very block all is begun anew."""
    party, _ = new_party()
    chain = reading()
    block = chain.as_of()
    gateway.before = lambda request: (_ for _ in ()).throw(Drop)

    def other_fork(request: Request, answer: Any) -> Any:
        if request["method"] == "eth_getBlockByNumber" and request["params"][0] == hex(block.number):
            answer["result"]["extraData"] = "0x01"
            answer["result"]["hash"] = rehashed(answer["result"])
        return answer

    second.after = other_fork
    with pytest.raises(BlockGone, match=r"asked now, does not have the block [\d,]+ that was read so far"):
        chain.prove(layout.party(party))
    second.after = lambda request, answer: answer
    chain.renew()
    words, _ = chain.prove(layout.party(party))
    assert any(words[0]) and chain.as_of().number >= block.number


@pytest.mark.parametrize(("behind", "place"), [(120, 0), (121, 1)])
def test_a_node_that_fell_behind_is_left(
    reading: Callable[..., Chain],
    gateway: Gateway,
    new_party: NewParty,
    said: list[str],
    monkeypatch: pytest.MonkeyPatch,
    behind: int,
    place: int,
) -> None:
    new_party()
    newest = reading().block()
    assert newest is not None

    def after(request: Request, answer: Any) -> Any:
        if request["method"] == "eth_getBlockByNumber" and request["params"][0] == "latest":
            answer["result"]["timestamp"] = hex(newest["timestamp"] - behind)
            answer["result"]["hash"] = rehashed(answer["result"])
        return answer

    gateway.after = after
    monkeypatch.setattr("trialseal.ledger.endpoints.time.time", lambda: newest["timestamp"] + 30)
    chain = reading()
    assert chain.as_of().time == newest["timestamp"] - (0 if place else behind) and chain.rpc.place == place
    assert [" stands at block " in words for words in said] == [True] * place


def test_only_the_first_node_is_the_reader_s_own(reading: Callable[..., Chain], gateway: Gateway) -> None:
    """Whoever trusts the own node does not thereby trust the one that stood in for it."""
    assert [one.means for one in reading(mine=True).vouching().vouchers] == [Means.OWN_NODE]
    gateway.before = lambda request: (_ for _ in ()).throw(Drop)
    for chain in (reading(mine=True), reading(choice=Choice(own_node=True))):
        vouching = chain.vouching()
        assert not vouching.vouched and "your own node does not say whether it has this block" in vouching.doubts[0]


def test_what_was_sent_to_a_node_that_died_is_looked_for_on_the_next(
    reading: Callable[..., Chain], gateway: Gateway, new_party: NewParty, slot: Slot
) -> None:
    _, sender = new_party()
    chain = reading()
    asked = Sender(chain, sender._account)

    def after(request: Request, answer: Any) -> Any:
        if request["method"] == "eth_sendRawTransaction":
            gateway.before = lambda request: (_ for _ in ()).throw(Drop)
            raise Drop
        return answer

    gateway.after = after
    salt = b"\5" * 32
    sent = asked.send("Parties", "createParty", [(salt, b"\7" * 32, "0x" + "00" * 20, 0, "0x" + "00" * 20, 0)], slot)
    assert sent.block and chain.rpc.place == 1 and slot.waiting() is None
    assert int(Rpc(chain.network.endpoints[0].url).call("eth_getTransactionCount", [sender.address, "latest"]), 16) == 2


def test_the_next_node_is_told_of_what_waits(
    tmp_path: Path, reading: Callable[..., Chain], gateway: Gateway, second: Gateway, new_party: NewParty, slot: Slot
) -> None:
    """A node that never saw what waits would give its nonce to something else."""
    _, sender = new_party()
    chain = reading()
    asked = Sender(chain, sender._account, wait=0)
    swallowed = {"result": "0x" + "1" * 64}
    gateway.before = lambda request: swallowed if request["method"] == "eth_sendRawTransaction" else None
    salts = (b"\5" * 32, b"\6" * 32)
    first, other = ([(salt, b"\7" * 32, "0x" + "00" * 20, 0, "0x" + "00" * 20, 0)] for salt in salts)
    with pytest.raises(UndeterminedError, match="is not recorded after 0 seconds"):
        asked.send("Parties", "createParty", first, slot)
    gateway.before = lambda request: (_ for _ in ()).throw(Drop)
    asked._wait = 30
    sent = asked.send("Parties", "createParty", other, slot.outbox.slot("other"))
    assert sent.block and chain.rpc.place == 1
    nonces = [one.nonce for one in slot.outbox.sendings(State.WAITING, State.RECORDED)]
    assert nonces == [1, 2]
