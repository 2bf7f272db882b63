"""What a node took and forgot, keeps back behind a nonce, or keeps back for ever: it is recorded, or that is said."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from gateway import Gateway
from tests.integration.test_outbox import NewSender, count, mined_soon, outgoing, paused

from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.ledger import sending
from trialseal.ledger.chain import Chain
from trialseal.ledger.network_file import Network
from trialseal.ledger.outbox import Outbox, Slot, State
from trialseal.ledger.rpc import Rpc
from trialseal.ledger.sending import Sender

__all__ = ["paused"]


# ----- nonces that nothing has any more -----


@dataclass
class LockedKey:
    """A key that asks for its password before it signs; without one there is nobody to ask."""

    account: Any
    password: str = "typed"
    is_locked: bool = True
    asked: int = 0

    @property
    def address(self) -> str:
        return str(self.account.address)

    def unlock(self) -> None:
        self.asked += self.is_locked
        if not self.password:
            raise UsageError("no password for account office: type it at a terminal")
        self.is_locked = False

    def sign_transaction(self, transaction_dict: Any) -> Any:
        assert not self.is_locked
        return self.account.sign_transaction(transaction_dict)


def come_back(sender: Sender, password: str = "typed", **more: float) -> tuple[Sender, LockedKey]:
    """Another process of the account, which has signed nothing yet, so that its key is locked."""
    key = LockedKey(sender._account, password)
    return Sender(Chain(sender.chain.network), key, **more), key


@pytest.mark.parametrize("state", [State.REFUSED, State.DROPPED, State.WAITING, State.RECORDED])
def test_what_waits_behind_a_nonce_that_nothing_has_is_recorded(
    new_sender: NewSender, tmp_path: Path, paused: Any, monkeypatch: pytest.MonkeyPatch, state: State
) -> None:
    """The node keeps it back; the one before it is handed over again, or its nonce goes to what does nothing."""
    monkeypatch.setattr(sending, "ANNOUNCED", 0.05)
    sender, box = new_sender(), Outbox(tmp_path / "outbox.sqlite")
    first, _ = sender._submit(outgoing(box, 1))
    second, _ = sender._submit(outgoing(box, 2))
    assert second.nonce == first.nonce + 1
    paused.call("anvil_dropTransaction", [first.last.transaction])
    box.became(first, state)
    timers = [mined_soon(paused, after) for after in (0.5, 1.0, 1.5)]
    again, key = come_back(sender, wait=10)
    sent = again.settle(second, box)
    for timer in timers:
        timer.join()
    assert sent is not None and sent.transaction == second.last.transaction
    filled = [one for one in box.sendings(State.RECORDED) if one.slot == "gap"]
    expected = [(first.nonce, b"", sender.address)] if state in (State.REFUSED, State.DROPPED) else []
    assert [(one.nonce, one.data, one.to) for one in filled] == expected and key.asked == len(expected)


def test_a_nonce_that_somebody_else_may_have_is_left_alone(
    new_sender: NewSender, tmp_path: Path, paused: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another program signed with the same account may still come."""
    monkeypatch.setattr(sending, "ANNOUNCED", 0.05)
    sender, box, elsewhere = new_sender(), Outbox(tmp_path / "outbox.sqlite"), Outbox(tmp_path / "other.sqlite")
    first, _ = sender._submit(outgoing(elsewhere, 1))
    second, _ = sender._submit(outgoing(box, 2))
    paused.call("anvil_dropTransaction", [first.last.transaction])
    sender._wait = 1.0
    with pytest.raises(
        UndeterminedError, match="is not recorded after 1 seconds, since the node waits for nonce 0 of .* before 1: run"
    ):
        sender.settle(second, box)
    assert count(sender) == 0 and not box.slot("gap").waiting()


# ----- what a node has taken, and no block will ever hold -----


@pytest.fixture
def kept_back(new_sender: NewSender, slot: Slot) -> Iterator[Sender]:
    """Its transaction comes next, and the node knows it, takes it no second time, and records it never."""
    sender = new_sender()
    rpc = sender.chain.rpc
    rpc.call("anvil_setNonce", [sender.address, "0x1"])
    rpc.call("evm_setAutomine", [False])
    one, _ = sender._submit(replace(outgoing(slot.outbox, 1), slot=slot))
    rpc.call("anvil_removePoolTransactions", [sender.address])
    rpc.call("anvil_setNonce", [sender.address, "0x0"])
    sender._announce(one)
    rpc.call("anvil_setNonce", [sender.address, "0x1"])
    rpc.call("evm_setAutomine", [True])
    rpc.call("evm_mine")
    assert sender._is_known(one) and not sender._receipt(one) and count(sender, "pending") == one.nonce
    yield sender
    rpc.call("anvil_removePoolTransactions", [sender.address])


def test_who_comes_back_to_what_a_node_keeps_back_offers_more(
    kept_back: Sender, slot: Slot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its key is locked still: the password is asked for when it is needed."""
    monkeypatch.setattr(sending, "ANNOUNCED", 0.05)
    again, key = come_back(kept_back, patience=0.2, wait=10)
    sent = again.resume(slot)
    [one] = slot.outbox.sendings(State.RECORDED)
    assert sent and sent.transaction == one.hashes[1] and key.asked == 1


def test_without_a_password_it_waits_and_says_why_no_more_was_offered(kept_back: Sender, slot: Slot) -> None:
    again, key = come_back(kept_back, "", patience=0.1, wait=0.6)
    with pytest.raises(
        UndeterminedError, match=r"after 0.6 seconds, and no more could be offered for it \(no password .*\): run"
    ):
        again.resume(slot)
    assert key.asked == 1 and slot.waiting()


def test_what_the_node_forgot_while_it_was_waited_for_is_sent_again_as_it_was(
    new_sender: NewSender, slot: Slot, paused: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It had answered with its hash."""
    monkeypatch.setattr(sending, "ANNOUNCED", 0.05)
    sender = new_sender()
    sender._wait = 5.0
    one, _ = sender._submit(replace(outgoing(slot.outbox, 1), slot=slot))
    timers = [
        threading.Timer(0.2, lambda: Rpc(paused.shown).call("anvil_dropTransaction", [one.last.transaction])),
        mined_soon(paused, 0.6),
    ]
    timers[0].start()
    sent = sender.resume(slot)
    for timer in timers:
        timer.join()
    assert sent and sent.transaction == one.last.transaction and count(sender) == 1


def test_what_is_waited_for_and_lost_its_nonce_is_given_up_at_once(
    new_sender: NewSender, tmp_path: Path, paused: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The node forgot it, and took another transaction of the account, which a computer elsewhere had signed."""
    monkeypatch.setattr(sending, "ANNOUNCED", 0.05)
    sender, box, elsewhere = new_sender(), Outbox(tmp_path / "outbox.sqlite"), Outbox(tmp_path / "other.sqlite")
    one, _ = sender._submit(outgoing(box, 1))
    paused.call("anvil_dropTransaction", [one.last.transaction])
    sender._submit(outgoing(elsewhere, 2))
    paused.call("evm_mine")
    sender._wait = 5.0
    with pytest.raises(FailedError, match="another transaction of its account was recorded with its nonce, 0: it"):
        sender._await(one, box)
    assert [each.state for each in box.sendings(*State)] == [State.DROPPED]
    assert [each.nonce for each in elsewhere.sendings(State.WAITING)] == [0]


def test_what_another_command_offered_more_for_is_not_taken_for_anothers(
    new_sender: NewSender, slot: Slot, paused: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "ANNOUNCED", 0.05)
    sender = new_sender()
    one, _ = sender._submit(replace(outgoing(slot.outbox, 1), slot=slot))
    more = sender._offer_more(one, slot.outbox)
    paused.call("evm_mine")
    sent = sender._await(one, slot.outbox)
    assert sent.transaction == more.last.transaction != one.last.transaction


def test_a_node_that_wants_fewer_requests_has_refused_no_transaction(
    new_sender: NewSender, slot: Slot, gateway: Gateway
) -> None:
    """Else its nonce would be a hole for those that were signed behind it."""
    sender = new_sender()
    own = Sender(Chain(Network("gateway", gateway.url)), sender._account, wait=5)
    gateway.refuse("eth_sendRawTransaction", "limit exceeded", -32005)
    with pytest.raises(UndeterminedError, match="asks for fewer requests .* did not take party 1: run the same"):
        own._submit(replace(outgoing(slot.outbox, 1), slot=slot))
    waiting = slot.waiting()
    gateway.before = lambda request: None
    sent = own.resume(slot)
    assert waiting and sent and sent.transaction == waiting.last.transaction
