"""What was signed and sent: found again after a reorganisation, offered more for, cancelled, never sent twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.integration.test_command import SPONSOR, User, home, registered, trial, user

from conftest import NO_KEY
from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.ledger.chain import Chain
from trialseal.ledger.contracts import contract
from trialseal.ledger.outbox import Outbox, Outgoing, Slot, State
from trialseal.ledger.revisiting import revisit
from trialseal.ledger.rpc import Rpc
from trialseal.ledger.sending import Sender

__all__ = ["home", "registered", "trial", "user"]
NewSender = Callable[[], Sender]


def creation(number: int = 1) -> list[Any]:
    return [(bytes([number]) * 32, b"\2" * 32, NO_KEY, 0, NO_KEY, 0)]


def outgoing(box: Outbox, number: int, touches: int = 0) -> Outgoing:
    target = contract("Parties")
    data = target.encode("createParty", *creation(number))
    return Outgoing(target.address, data, f"party {number}", box.slot(f"part-{number}"), frozenset([bytes([touches])]))


def count(sender: Sender, tag: str = "latest") -> int:
    return int(sender.chain.rpc.call("eth_getTransactionCount", [sender.address, tag]), 16)


@pytest.fixture
def paused(chain: Chain) -> Any:
    """A chain that makes no block until `evm_mine` is called."""
    chain.rpc.call("evm_setAutomine", [False])
    yield chain.rpc
    chain.rpc.call("evm_setAutomine", [True])
    chain.rpc.call("evm_mine")


def mined_soon(rpc: Any, after: float = 0.3) -> threading.Timer:
    own = Rpc(rpc.shown)  # one connection is not for two threads
    timer = threading.Timer(after, lambda: own.call("evm_mine"))
    timer.start()
    return timer


def mined_with(sender: Sender, number: int) -> threading.Thread:
    """Makes a block as soon as so many transactions of the account wait."""

    def mine() -> None:
        rpc = Chain(sender.chain.network).rpc
        while int(rpc.call("eth_getTransactionCount", [sender.address, "pending"]), 16) < number:
            threading.Event().wait(0.02)
        rpc.call("evm_mine")

    thread = threading.Thread(target=mine, daemon=True)
    thread.start()
    return thread


def test_what_waits_too_long_is_offered_more_for(new_sender: NewSender, slot: Slot, paused: Any) -> None:
    sender = new_sender()
    patient = Sender(sender.chain, sender._account, patience=0.05, wait=10)
    timer = mined_soon(paused, 0.5)
    sent = patient.send("Parties", "createParty", creation(), slot)
    timer.join()
    [one] = slot.outbox.sendings(State.RECORDED)
    assert len(one.attempts) > 1 and sent.transaction in one.hashes and count(sender) == 1
    for before, after in zip(one.attempts, one.attempts[1:], strict=False):
        assert after.tip is not None and before.tip is not None
        assert after.fee * 8 >= before.fee * 9 and after.tip * 8 >= before.tip * 9


def test_no_more_is_offered_than_the_network_allows(new_sender: NewSender, slot: Slot, paused: Any) -> None:
    sender = new_sender()
    sender.chain.network = replace(sender.chain.network, most_per_gas=3 * 10**9)
    patient = Sender(sender.chain, sender._account, patience=0.02, wait=1)
    with pytest.raises(UndeterminedError):
        patient.send("Parties", "createParty", creation(), slot)
    waiting = slot.waiting()
    assert waiting and all(one.fee <= 3 * 10**9 for one in waiting.attempts)


def test_gas_that_costs_too_much_sends_nothing(new_sender: NewSender, slot: Slot) -> None:
    sender = new_sender()
    sender.chain.network = replace(sender.chain.network, most_per_gas=1)
    with pytest.raises(UsageError, match=r"the network's entry allows 1e-09 \(max_fee_gwei\)"):
        sender.send("Parties", "createParty", creation(), slot)
    assert count(sender, "pending") == 0


# ----- several at once -----


@pytest.mark.parametrize(
    ("parts", "tried"),
    [
        ([("a", 100), ("a", 100), ("a", 90)], 1),  # those that are alike and no larger
        ([("a", 100), ("a", 101), ("a", 101)], 2),
        ([("a", 100), ("b", 100), ("a", 100)], 2),
        ([("a", 0), ("a", 0), ("a", 100)], 3),  # nothing was counted
    ],
)
def test_of_what_is_alike_the_node_tries_the_largest(
    new_sender: NewSender, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parts: list[tuple[str, int]], tried: int
) -> None:
    sender, box = new_sender(), Outbox(tmp_path / "outbox.sqlite")
    asked, attempt = list[str](), Rpc.attempt

    def counting(self: Rpc, requests: Any, *more: Any) -> Any:
        asked.extend(method for method, _ in requests)
        return attempt(self, requests, *more)

    monkeypatch.setattr(Rpc, "attempt", counting)
    outgoings = [
        replace(outgoing(box, number, number), alike=alike, uses=uses) for number, (alike, uses) in enumerate(parts, 1)
    ]
    assert len(list(sender.transact_all(outgoings))) == len(parts)
    assert asked.count("eth_estimateGas") == tried
    [first, second, third] = [one.gas for one in box.sendings(State.RECORDED)]
    assert (third == pytest.approx(0.9 * first, rel=0.01)) is (parts[2] == ("a", 90))
    assert second == first


def test_several_are_on_their_way_at_once_and_come_back_in_order(
    new_sender: NewSender, tmp_path: Path, paused: Any
) -> None:
    sender, box = new_sender(), Outbox(tmp_path / "outbox.sqlite")
    miner = mined_with(sender, 5)
    sent = list(sender.transact_all([outgoing(box, number, number) for number in range(1, 6)]))
    miner.join()
    assert len({one.block for one in sent}) == 1 and count(sender) == 5
    assert [one.transaction for one in sent] == [one.transaction for one in box.sendings(State.RECORDED)]


def test_what_changes_the_same_waits_for_what_is_before_it(new_sender: NewSender, tmp_path: Path, paused: Any) -> None:
    sender, box = new_sender(), Outbox(tmp_path / "outbox.sqlite")
    miners = [mined_with(sender, number) for number in (1, 2)]
    sent = list(sender.transact_all([outgoing(box, 1, 7), outgoing(box, 2, 7)]))
    for miner in miners:
        miner.join()
    assert sent[0].block < sent[1].block


def test_one_that_is_refused_lets_those_before_it_end(new_sender: NewSender, tmp_path: Path) -> None:
    sender, box = new_sender(), Outbox(tmp_path / "outbox.sqlite")
    sender.send("Parties", "createParty", creation(2))
    done = []
    with pytest.raises(FailedError, match="party .* exists already"):
        for one in sender.transact_all([outgoing(box, 1, 1), outgoing(box, 2, 2), outgoing(box, 3, 3)]):
            done.append(one)
    assert len(done) == 1 and not box.sendings(State.WAITING) and count(sender) == 2


def test_two_processes_of_one_account_use_no_nonce_twice(new_sender: NewSender, tmp_path: Path) -> None:
    sender, box = new_sender(), Outbox(tmp_path / "outbox.sqlite")
    failed: list[BaseException] = []

    def send(numbers: range) -> None:
        try:
            own = Sender(Chain(sender.chain.network), sender._account)
            list(own.transact_all([outgoing(box, number, number) for number in numbers]))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=send, args=(range(start, start + 6),)) for start in (10, 20, 30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed and count(sender) == 18 and len(box.sendings(State.RECORDED)) == 18


# ----- reorganisations -----


@pytest.fixture
def taken_back(new_sender: NewSender, slot: Slot) -> tuple[Sender, str]:
    """An act that was recorded, in a block that the chain then took back; the node forgot it."""
    sender = new_sender()
    snapshot = sender.chain.rpc.call("evm_snapshot")
    sent = sender.send("Parties", "createParty", creation(), slot)
    assert sender.chain.rpc.call("evm_revert", [snapshot]) and count(sender) == 0
    sender.chain.renew()
    return sender, sent.transaction


def test_what_fell_out_is_sent_again_and_nothing_else(taken_back: tuple[Sender, str], slot: Slot) -> None:
    sender, transaction = taken_back
    [found] = revisit(sender.chain, slot.outbox, send=True)
    assert found.fell_out and "was sent again" in found.words
    again = sender.resume(slot)
    assert again and again.transaction == transaction and count(sender) == 1
    assert not [one for one in revisit(sender.chain, slot.outbox, send=True) if one.fell_out]
    assert count(sender, "pending") == 1


def test_the_same_act_again_means_the_one_that_fell_out(taken_back: tuple[Sender, str], slot: Slot) -> None:
    sender, transaction = taken_back
    assert sender.send("Parties", "createParty", creation(), slot).transaction == transaction
    assert count(sender) == 1


def test_what_fell_out_and_lost_its_place_is_told(taken_back: tuple[Sender, str], slot: Slot) -> None:
    sender, _ = taken_back
    sender.send("Parties", "createParty", creation(9))
    [found] = revisit(sender.chain, slot.outbox, send=True)
    assert found.fell_out and "could not be sent again" in found.words
    waiting = slot.waiting()
    assert waiting and sender.settle(waiting, slot.outbox) is None
    assert [one.state for one in slot.outbox.sendings(*State)] == [State.DROPPED]


def dropped(taken_back: tuple[Sender, str], slot: Slot) -> str:
    """Gives up what fell out, since another transaction has its place; a snapshot of the chain without that one."""
    sender, _ = taken_back
    snapshot = str(sender.chain.rpc.call("evm_snapshot"))
    revisit(sender.chain, slot.outbox, send=False)
    sender.send("Parties", "createParty", creation(9))
    waiting = slot.waiting()
    assert waiting and sender.settle(waiting, slot.outbox) is None
    return snapshot


def test_what_was_dropped_and_is_recorded_after_all_is_found(taken_back: tuple[Sender, str], slot: Slot) -> None:
    """A node may have kept it, and a reorganisation take the place from the other."""
    sender, transaction = taken_back
    snapshot = dropped(taken_back, slot)
    assert revisit(sender.chain, slot.outbox, send=True) == []
    sender.chain.rpc.call("evm_revert", [snapshot])
    [one] = slot.outbox.sendings(State.DROPPED)
    sender.chain.rpc.call("eth_sendRawTransaction", ["0x" + one.last.raw.hex()])
    sender.chain.rpc.call("evm_mine")  # the node answers before its block is made
    sender.chain.renew()
    [found] = revisit(sender.chain, slot.outbox, send=True)
    assert "was dropped, and a reorganisation recorded it after all" in found.words and not found.fell_out
    assert [one.transaction for one in slot.outbox.sendings(State.RECORDED)] == [transaction]


def test_a_cancellation_that_fell_out_is_sent_again_and_never_the_act(
    new_sender: NewSender, slot: Slot, paused: Any
) -> None:
    sender = new_sender()
    with pytest.raises(UndeterminedError):
        Sender(sender.chain, sender._account, wait=0.05).send("Parties", "createParty", creation(), slot)
    waiting, snapshot = slot.waiting(), paused.call("evm_snapshot")
    assert waiting
    timer = mined_soon(paused)
    with pytest.raises(FailedError, match="was cancelled"):
        sender.cancel(waiting, slot.outbox)
    timer.join()
    paused.call("evm_revert", [snapshot])
    paused.call("anvil_dropAllTransactions")
    sender.chain.renew()
    [found] = revisit(sender.chain, slot.outbox, send=True)
    assert found.words == "a reorganisation dropped what cancelled it; it was sent again"
    paused.call("evm_mine")
    with pytest.raises(FailedError, match="was cancelled"):
        sender.resume(slot)
    assert [one.state for one in slot.outbox.sendings(*State)] == [State.CANCELLED] and count(sender) == 1


def test_what_no_block_can_hold_any_more_is_not_looked_for(taken_back: tuple[Sender, str], slot: Slot) -> None:
    """On a devnet 256 blocks after the one that took its place."""
    sender, _ = taken_back
    dropped(taken_back, slot)
    where = sender.chain.chain_id(), sender.chain.genesis()
    for blocks, kept in ((255, 1), (1, 0)):
        sender.chain.rpc.call("anvil_mine", [hex(blocks)])
        sender.chain.renew()
        revisit(sender.chain, slot.outbox, send=True)
        assert len(slot.outbox.given_up(*where)) == kept


# ----- the command -----


@pytest.fixture
def waiting(user: User, registered: Path, home: Path) -> Any:
    """An act of the sponsor that was sent and that no block holds."""
    from trialseal.ledger import networks

    chain = Chain(networks.resolve("devnet", home))
    chain.rpc.call("evm_setAutomine", [False])
    from trialseal.ledger import sending

    before = sending.Sender.__init__.__kwdefaults__["wait"]
    sending.Sender.__init__.__kwdefaults__["wait"] = 0.2
    try:
        user("milestone", registered, "data-lock", "--on", "2026-01-01", "--yes", *SPONSOR, code=2)
    finally:
        sending.Sender.__init__.__kwdefaults__["wait"] = before
    yield chain.rpc
    chain.rpc.call("evm_setAutomine", [True])
    chain.rpc.call("evm_mine")


def test_what_waits_is_listed_and_brought_to_its_end(user: User, registered: Path, waiting: Any) -> None:
    shown = user("outbox", "list", code=2).out
    assert "recordMilestone: waiting" in shown and "trialseal outbox retry" in shown
    waiting.call("evm_setAutomine", [True])
    waiting.call("evm_mine")
    assert "recordMilestone: in block" in user("outbox", "retry").out
    assert "data lock" in user("history", registered).out
    assert "nothing was sent" in user("milestone", registered, "data-lock", "--on", "2026-01-01", "--yes", *SPONSOR).out


def test_what_waits_is_cancelled(user: User, registered: Path, waiting: Any) -> None:
    [one] = [row for row in user("outbox", "list", "--json", code=2).value if row["state"] == "waiting"]
    timer = mined_soon(waiting)
    assert "was cancelled" in user("outbox", "cancel", one["number"]).out
    timer.join()
    assert "data lock" not in user("history", registered).out
    assert "it is cancelled" in user("outbox", "cancel", one["number"], code=3).err
    rows = user("outbox", "list", "--all", "--json").value
    assert [row["state"] for row in rows if row["number"] == one["number"]] == ["cancelled"]
    assert "cannot be cancelled: there is no such" in user("outbox", "cancel", 9999, code=3).err


def test_a_cancellation_that_waits_is_offered_more_for_and_never_the_act(
    new_sender: NewSender, slot: Slot, paused: Any
) -> None:
    sender = new_sender()
    with pytest.raises(UndeterminedError):
        Sender(sender.chain, sender._account, wait=0.05).send("Parties", "createParty", creation(), slot)
    waiting = slot.waiting()
    assert waiting
    timer = mined_soon(paused, 0.6)
    with pytest.raises(FailedError, match="was cancelled"):
        Sender(sender.chain, sender._account, patience=0.05, wait=10).cancel(waiting, slot.outbox)
    timer.join()
    [one] = slot.outbox.sendings(State.CANCELLED)
    assert len(one.attempts) > 2 and all(attempt.cancels for attempt in one.attempts[1:])
    with pytest.raises(UndeterminedError, match="it was never added for that"):
        sender.chain.ask("Parties", "requireManager", b"\1" * 32, sender.address)


def test_an_act_that_stands_is_not_sent_again_from_what_waits(
    user: User, registered: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signed and killed before it was sent; then somebody else states the same: the first signing stays where it is."""
    from trialseal.ledger import sending

    day = ("milestone", registered, "data-lock", "--on", "2026-01-03", "--yes", *SPONSOR)
    with monkeypatch.context() as patch:
        patch.setattr(sending.Sender, "_hand_over", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        user(*day, code=130)
    rows = home.parent / "same.csv"
    rows.write_text(f"trial,milestone,on\n{registered},data-lock,2026-01-03\n")
    user("milestone", "--from", rows, "--yes", *SPONSOR)
    assert "nothing was sent" in user(*day).out
    acts = user("history", registered, "--json").value["acts"]
    assert [act.get("date") for act in acts].count(20260103) == 1
    assert not [row for row in user("outbox", "list", "--json").value if row["state"] == "waiting"]
