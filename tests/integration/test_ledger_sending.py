"""Sending on a real local chain: what goes wrong is said before it costs, and nothing is ever sent twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from eth_account import Account
from gateway import Drop, Gateway, error, rehashed

from conftest import NO_KEY
from trialseal.documents.versions import LaterVersion
from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.ledger import sending
from trialseal.ledger.chain import Chain
from trialseal.ledger.network_file import Network
from trialseal.ledger.outbox import Slot
from trialseal.ledger.sending import Sender

NewSender = Callable[[], Sender]


def creation(number: int = 1) -> list[Any]:
    return [(bytes([number]) * 32, b"\2" * 32, NO_KEY, 0, NO_KEY, 0)]


def transaction_in(slot: Slot) -> str:
    waiting = slot.waiting()
    assert waiting is not None
    return waiting.last.transaction


def change(slot: Slot, what: str) -> None:
    with sqlite3.connect(slot.outbox.path) as base:
        base.execute(f"UPDATE sendings SET {what}")


def through(gateway: Gateway, sender: Sender, wait: float = 10.0) -> Sender:
    return Sender(Chain(Network("gateway", gateway.url)), sender._account, wait=wait)


def sent_count(sender: Sender) -> int:
    return int(sender.chain.rpc.call("eth_getTransactionCount", [sender.address, "pending"]), 16)


def test_an_act_is_recorded_and_its_journal_goes(new_sender: NewSender, slot: Slot) -> None:
    sender = new_sender()
    sent = sender.send("Parties", "createParty", creation(), slot)
    block = sender.chain.block(sent.block)
    assert block and (block["hash"], block["timestamp"]) == (sent.block_hash, sent.time)
    assert len(sent.logs) == 1 and 100_000 < sent.gas_used < 250_000
    assert slot.waiting() is None
    transaction = sender.chain.rpc.call("eth_getTransactionByHash", [sent.transaction])
    assert transaction["type"] == "0x2"


def test_a_refused_act_says_which_rule_and_sends_nothing(new_sender: NewSender, slot: Slot) -> None:
    sender = new_sender()
    sender.send("Parties", "createParty", creation(), slot)
    with pytest.raises(FailedError, match="the chain refuses createParty: party .* exists already"):
        sender.send("Parties", "createParty", creation(), slot)
    assert sent_count(sender) == 1 and slot.waiting() is None


def test_an_account_without_funds_is_told_how_much_it_needs(chain: Chain, slot: Slot) -> None:
    sender = Sender(chain, Account.create())
    with pytest.raises(
        UsageError,
        match=r"has 0 ether on .* 0\.00\d+ ether .* devnet fund .*--sign-only.*relay",
    ):
        sender.send("Parties", "createParty", creation(), slot)
    assert slot.waiting() is None


def test_a_chain_with_one_gas_price(new_sender: NewSender, gateway: Gateway) -> None:
    def after(request: Any, answer: Any) -> Any:
        if request["method"] == "eth_getBlockByNumber":
            answer["result"].pop("baseFeePerGas", None)
            answer["result"]["hash"] = rehashed(answer["result"])
        return answer

    gateway.after = after
    sender = new_sender()
    sent = through(gateway, sender).send("Parties", "createParty", creation())
    assert sender.chain.rpc.call("eth_getTransactionByHash", [sent.transaction])["type"] == "0x0"


def test_a_node_without_advice_on_tips(new_sender: NewSender, gateway: Gateway) -> None:
    gateway.refuse("eth_maxPriorityFeePerGas", "method not found", -32601)
    assert through(gateway, new_sender()).send("Parties", "createParty", creation()).block


# ----- connections that break -----


def test_an_answer_lost_after_sending(new_sender: NewSender, gateway: Gateway, slot: Slot) -> None:
    """The transaction arrived and the answer did not: it is found, not sent twice."""
    sender = new_sender()

    def after(request: Any, answer: Any) -> Any:
        if request["method"] == "eth_sendRawTransaction":
            raise Drop
        return answer

    gateway.after = after
    sent = through(gateway, sender).send("Parties", "createParty", creation(), slot)
    assert sent.block and slot.waiting() is None
    assert gateway.methods.count("eth_sendRawTransaction") == 1
    assert sent_count(sender) == 1


def test_a_request_lost_before_it_arrived(new_sender: NewSender, gateway: Gateway, slot: Slot) -> None:
    sender, lost = new_sender(), []

    def before(request: Any) -> Any:
        if request["method"] == "eth_sendRawTransaction" and not lost:
            lost.append(request)
            raise Drop

    gateway.before = before
    assert through(gateway, sender).send("Parties", "createParty", creation(), slot).block
    assert sent_count(sender) == 1 and slot.waiting() is None


@pytest.mark.parametrize("arrives", [True, False])
def test_a_connection_that_stays_broken_and_comes_back(
    new_sender: NewSender, gateway: Gateway, slot: Slot, arrives: bool
) -> None:
    """The next run brings the act to its end, whether the first had reached the chain or not."""
    sender, broken = new_sender(), []

    def before(request: Any) -> Any:
        if broken or (request["method"] == "eth_sendRawTransaction" and not arrives):
            broken.append(1)
            raise Drop

    def after(request: Any, answer: Any) -> Any:
        if request["method"] == "eth_sendRawTransaction":
            broken.append(1)
            raise Drop
        return answer

    gateway.before, gateway.after = before, after
    with pytest.raises(UndeterminedError, match="run the same command again, the act will be found or sent, never"):
        through(gateway, sender).send("Parties", "createParty", creation(), slot)
    signed = transaction_in(slot)
    assert sent_count(sender) == int(arrives)
    # The connection is back.
    sent = sender.send("Parties", "createParty", creation(), slot)
    assert sent.transaction == signed and sent_count(sender) == 1 and slot.waiting() is None


def test_ctrl_c_while_waiting_leaves_what_the_next_run_needs(
    new_sender: NewSender, slot: Slot, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = new_sender()
    rpc = sender.chain.rpc
    rpc.call("evm_setAutomine", [False])
    try:

        def interrupt(seconds: float) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(sending.time, "sleep", interrupt)
            with pytest.raises(KeyboardInterrupt):
                sender.send("Parties", "createParty", creation(), slot)
        assert slot.waiting() is not None
        # Still waiting: the next run waits with it, for as long as it may.
        with pytest.raises(UndeterminedError, match="is not recorded after 0.05 seconds: run the same command again"):
            Sender(sender.chain, sender._account, wait=0.05).send("Parties", "createParty", creation(), slot)
    finally:
        rpc.call("evm_setAutomine", [True])
    rpc.call("evm_mine")
    sent = sender.resume(slot)
    assert sent and sent_count(sender) == 1 and slot.waiting() is None
    assert sender.resume(slot) is None


@pytest.fixture
def dropped(new_sender: NewSender, slot: Slot) -> Sender:
    """A sender whose act was signed, sent, and forgotten by the node."""
    sender = new_sender()
    rpc = sender.chain.rpc
    rpc.call("evm_setAutomine", [False])
    with pytest.raises(UndeterminedError):
        Sender(sender.chain, sender._account, wait=0.01).send("Parties", "createParty", creation(), slot)
    rpc.call("anvil_dropTransaction", [transaction_in(slot)])
    rpc.call("evm_setAutomine", [True])
    return sender


def test_a_transaction_that_the_node_forgot_is_sent_again_as_it_was(dropped: Sender, slot: Slot) -> None:
    signed = transaction_in(slot)
    sent = dropped.send("Parties", "createParty", creation(), slot)
    assert sent.transaction == signed and sent_count(dropped) == 1 and slot.waiting() is None


def test_another_act_takes_the_place_of_a_forgotten_one(dropped: Sender, slot: Slot) -> None:
    signed = transaction_in(slot)
    sent = dropped.send("Parties", "createParty", creation(2), slot)
    assert sent.transaction != signed and sent_count(dropped) == 1 and slot.waiting() is None


def test_a_forgotten_act_whose_place_is_taken_is_reported(dropped: Sender, slot: Slot) -> None:
    dropped.send("Parties", "createParty", creation(3))
    with pytest.raises(FailedError, match="which the node does not know, and its account has gone on since"):
        dropped.send("Parties", "createParty", creation(), slot)
    assert slot.waiting() is not None and sent_count(dropped) == 1
    # A different act does not care.
    assert dropped.send("Parties", "createParty", creation(4), slot).block
    assert slot.waiting() is None


def test_an_earlier_act_is_brought_to_its_end_before_the_next(
    new_sender: NewSender, gateway: Gateway, slot: Slot
) -> None:
    sender = new_sender()

    def after(request: Any, answer: Any) -> Any:
        if request["method"] == "eth_sendRawTransaction":
            gateway.before = lambda request: drop()
            raise Drop
        return answer

    def drop() -> None:
        raise Drop

    gateway.after = after
    with pytest.raises(UndeterminedError):
        through(gateway, sender).send("Parties", "createParty", creation(1), slot)
    assert sender.send("Parties", "createParty", creation(2), slot).block
    assert sent_count(sender) == 2 and slot.waiting() is None


def test_a_journal_of_another_chain_is_left_alone(dropped: Sender, slot: Slot) -> None:
    change(slot, "chain_id = 5")
    with pytest.raises(UsageError, match="sent on chain 5, and this is chain 31337"):
        dropped.send("Parties", "createParty", creation(), slot)
    assert slot.waiting() is not None


def test_a_journal_of_another_account_is_left_alone(dropped: Sender, new_sender: NewSender, slot: Slot) -> None:
    with pytest.raises(UsageError, match=f"sent by account {dropped.address}, and this is 0x"):
        new_sender().send("Parties", "createParty", creation(), slot)
    assert slot.waiting() is not None


def test_a_journal_of_a_devnet_that_was_made_anew_is_over(dropped: Sender, slot: Slot) -> None:
    change(slot, "genesis = '0x" + "11" * 32 + "'")
    assert dropped.send("Parties", "createParty", creation(5), slot).block
    assert sent_count(dropped) == 1


def test_a_damaged_outbox_is_one_sentence(new_sender: NewSender, slot: Slot) -> None:
    slot.outbox.path.write_bytes(b"no database at all" * 100)
    with pytest.raises(UsageError, match="should hold what is being sent, and cannot be read"):
        new_sender().send("Parties", "createParty", creation(), slot)


def test_an_outbox_of_a_later_version_is_left_alone(new_sender: NewSender, slot: Slot) -> None:
    sender = new_sender()
    sender.send("Parties", "createParty", creation(), slot)
    with sqlite3.connect(slot.outbox.path) as base:
        base.execute("PRAGMA user_version = 2")
    with pytest.raises(LaterVersion, match=r"a later version of trialseal \(outbox/2\)"):
        sender.send("Parties", "createParty", creation(2), slot)
    assert sent_count(sender) == 1


def test_an_act_that_is_overtaken_says_why_it_failed(
    new_sender: NewSender, chain: Chain, gateway: Gateway, slot: Slot
) -> None:
    """Two equal acts at once: both look well before they are sent, the chain takes one."""
    sender = new_sender()
    gateway.before = lambda request: {"result": "0x50000"} if request["method"] == "eth_estimateGas" else None
    hasty = through(gateway, sender, wait=0.01)
    chain.rpc.call("evm_setAutomine", [False])
    try:
        for place in (None, slot):
            with pytest.raises(UndeterminedError, match="not recorded after"):
                hasty.send("Parties", "createParty", creation(), place)
    finally:
        chain.rpc.call("evm_setAutomine", [True])
    chain.rpc.call("evm_mine")
    with pytest.raises(FailedError, match=r"the chain refused createParty \(transaction 0x.*: party .* exists already"):
        sender.send("Parties", "createParty", creation(), slot)
    assert slot.waiting() is None and sent_count(sender) == 2


def test_a_node_that_refuses_the_transaction(new_sender: NewSender, gateway: Gateway, slot: Slot) -> None:
    gateway.refuse("eth_sendRawTransaction", "fee cap too low")
    with pytest.raises(FailedError, match='nothing was recorded: "fee cap too low"'):
        through(gateway, new_sender()).send("Parties", "createParty", creation(), slot)
    assert slot.waiting() is None


def test_a_node_that_knows_the_transaction_already(new_sender: NewSender, gateway: Gateway, slot: Slot) -> None:
    def after(request: Any, answer: Any) -> Any:
        return error("already known") if request["method"] == "eth_sendRawTransaction" else answer

    gateway.after = after
    assert through(gateway, new_sender()).send("Parties", "createParty", creation(), slot).block
