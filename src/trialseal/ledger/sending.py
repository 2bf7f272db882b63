"""Sending acts: signed here, sent once, and found again if the connection breaks or the user interrupts.

Before a transaction leaves, it is written to the outbox, whole. Whoever comes back finds it there: it was recorded, it
waits, or the same bytes are sent again, which a chain records at most once. What waits too long is signed again with
the same nonce and higher fees (EIP-1559).
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from typing import Any, Final

from trialseal.errors import FailedError, TrialsealError, UndeterminedError, UsageError
from trialseal.ledger.chain import Chain
from trialseal.ledger.contracts import contract
from trialseal.ledger.fees import Estimates, no_funds, reason
from trialseal.ledger.outbox import Outbox, Outgoing, Sending, Slot, State
from trialseal.ledger.receipts import receipts_of, time_of, why_refused
from trialseal.ledger.rpc import Reverted, RpcError, Unreachable
from trialseal.ledger.signer import Signer, Signing

# Looking for a receipt, in seconds: the first pauses are for devnets, the last for real chains.
FIRST_PAUSE, LONGEST_PAUSE = 0.005, 0.5
# A transaction that is not recorded by then is offered more for; seconds.
PATIENCE: Final = 45.0
# And what waits is handed to the node again so often; seconds.
ANNOUNCED: Final = 5.0
# So many transactions of an account are on their way at most.
IN_FLIGHT: Final = 8
# The code of "limit exceeded" (EIP-1474).
_LIMIT = -32005
# How nodes say that they have the transaction already.
_KNOWN = ("already known", "alreadyknown", "already imported", "known transaction", "already exists")


@dataclass(frozen=True, slots=True)
class Sent:
    """A transaction that the chain recorded."""

    transaction: str  # hash
    block: int
    block_hash: str
    time: int  # the block's, Unix seconds
    gas_used: int
    logs: tuple[dict[str, Any], ...]  # as the node gives them


class Sender:
    """An account that acts on a chain. `wait`: how many seconds a transaction may take to be recorded."""

    def __init__(self, chain: Chain, account: Signing, *, wait: float = 180.0, patience: float = PATIENCE) -> None:
        self.chain, self._account = chain, account
        self.address = str(account.address).lower()
        self._wait, self._patience = wait, patience
        self._signer = Signer(chain, account)
        self._estimates = Estimates()
        self._moves = 0  # which of the network's nodes was told of what waits

    def send(
        self,
        contract_name: str,
        function: str,
        arguments: Sequence[Any],
        slot: Slot | None = None,
        *,
        renew: bool = True,
    ) -> Sent:
        """Carries out a function of a contract, or finds it carried out if `slot` holds this very act.

        FailedError with the broken rule, in words, if the contract refuses: then nothing was sent. Without `renew` the
        chain is still read as of the block before.
        """
        target = contract(contract_name)
        sent = self.transact(target.address, target.encode(function, *arguments), function, slot)
        if renew:
            self.chain.renew()
        return sent

    def transact(self, to: str, data: bytes, what: str, slot: Slot | None = None, value: int = 0) -> Sent:
        """Sends a transaction with this calldata and `value` wei, and waits until it is recorded."""
        if slot is not None and (before := slot.recorded(to, data)) is not None and self._fell_out(before):
            slot.outbox.became(before, State.WAITING)
        if slot is not None and (earlier := slot.waiting()) is not None:
            same = (earlier.to, earlier.data) == (to, data)
            found = self._settle(earlier, slot.outbox, again=same)
            if found and same:
                return found
        return self._await(*self._submit(Outgoing(to, data, what, slot), value))

    def transact_all(self, parts: Iterable[Outgoing]) -> Iterator[Sent]:
        """Sends transactions in their order, some of them at once; each is given back when it is recorded.

        Where one cannot be sent, those before it are brought to their end first.
        """
        flying: deque[tuple[Sending, Outbox | None, Outgoing]] = deque()
        for part in parts:
            while flying and (len(flying) >= IN_FLIGHT or any(part.touches & other.touches for _, _, other in flying)):
                one, outbox, _ = flying.popleft()
                yield self._await(one, outbox)
            try:
                one, outbox = self._submit(part)
            except TrialsealError:
                yield from (self._await(one, outbox) for one, outbox, _ in flying)
                raise
            flying.append((one, outbox, part))
        yield from (self._await(one, outbox) for one, outbox, _ in flying)

    def resume(self, slot: Slot) -> Sent | None:
        """Brings to its end what a run that was cut off had signed; None if there is nothing."""
        earlier = slot.waiting()
        return self._settle(earlier, slot.outbox, again=True) if earlier else None

    def settle(self, one: Sending, outbox: Outbox) -> Sent | None:
        """Brings a sending to its end; None if another transaction took its nonce: then it will never be recorded."""
        if not self._is_known(one) and self._used() > one.nonce:
            outbox.became(one, State.DROPPED)
            return None
        return self._settle(one, outbox, again=True)

    def cancel(self, one: Sending, outbox: Outbox) -> Sent | None:
        """Sends what does nothing, with the same nonce and higher fees; None if the nonce was used already.

        FailedError where that one was recorded: it is cancelled. The chain may still take the sending itself.
        """
        if self._used() > one.nonce:
            return self.settle(one, outbox)
        trying = self._signer.cancelling(one, outbox)
        self._hand_over(trying, outbox)
        return self._await(trying, outbox)

    def clear(self, one: Sending, outbox: Outbox) -> bool:
        """Learns what became of what is not wanted any more, and sends nothing; whether that is known."""
        if self._is_known(one):
            with suppress(FailedError):
                self._await(one, outbox)
            return True
        if one.genesis == self.chain.genesis() and self._used() <= one.nonce:
            return False  # nodes elsewhere may know it
        outbox.became(one, State.DROPPED)
        return True

    # ----- before sending -----

    def _submit(self, part: Outgoing, value: int = 0) -> tuple[Sending, Outbox | None]:
        """Signs, writes down and hands to the node; one process of a home at a time, so that no nonce is used twice."""
        self._signer.ready()
        slot = part.slot
        with slot.outbox.alone(self.address) if slot else nullcontext():
            one = self._new(part, value)
            while slot is not None and self._moves != self.chain.rpc.moves:
                self._tell_next_node(slot.outbox)
                one = self._new(part, value)
            one = slot.keep(one) if slot else one
            outbox = slot.outbox if slot else None
            self._hand_over(one, outbox)
        return one, outbox

    def _tell_next_node(self, outbox: Outbox) -> None:
        """Hands what waits to a node that is asked anew, which would else give its nonces to something else."""
        self._moves = self.chain.rpc.moves
        waiting = outbox.sendings(State.WAITING, chain_id=self.chain.chain_id(), genesis=self.chain.genesis())
        for one in (each for each in waiting if each.sender == self.address):
            self._announce(one)

    def _new(self, part: Outgoing, value: int) -> Sending:
        found = self._estimates.of(self.chain, self.address, part, value)
        most = found.limit * found.price + value
        if found.balance < most:
            raise no_funds(self.chain, self.address, most, found.balance)
        one = Sending(
            what=part.what,
            chain_id=self.chain.chain_id(),
            genesis=self.chain.genesis(),
            sender=self.address,
            nonce=found.nonce,
            to=part.to,
            data=part.data,
            attempts=(),
            value=value,
            gas=found.limit,
        )
        return replace(one, attempts=(self._signer.sign(one, found.fees),))

    # ----- sending, and what is left of an earlier run -----

    def _hand_over(self, one: Sending, outbox: Outbox | None) -> None:
        """Sends the signed bytes, and once more, the very same, if it is unknown whether they arrived."""
        for last in (False, True):
            try:
                self.chain.rpc.call("eth_sendRawTransaction", ["0x" + one.last.raw.hex()])
                return
            except Unreachable as error:
                try:
                    if self._is_known(one):
                        return
                except UndeterminedError:
                    raise self._unsure(one, error) from None
                if last:
                    raise self._unsure(one, error) from None
            except (RpcError, Reverted) as error:
                if any(word in error.message.lower() for word in _KNOWN) or self._is_known(one):
                    return
                if isinstance(error, RpcError) and error.code == _LIMIT:  # says nothing of the transaction
                    raise UndeterminedError(
                        f"the node at {self.chain.rpc.shown} asks for fewer requests ({error.message}) and did not "
                        f"take {one.what}: run the same command again, it goes on"
                    ) from None
                _became(outbox, one, State.REFUSED)
                why = reason(error) if isinstance(error, Reverted) else error.message
                raise FailedError(f"the node refuses {one.what}, nothing was recorded: {why}") from None

    def _settle(self, one: Sending, outbox: Outbox, *, again: bool) -> Sent | None:
        """What became of an earlier run's transaction. `again`: it is wanted still, else only cleared up.

        None if it was not recorded and never will be.
        """
        if one.chain_id != self.chain.chain_id():
            raise UsageError(
                f"sending {one.id} in {outbox.path} is {one.what}, sent on chain {one.chain_id}, and this is chain "
                f"{self.chain.chain_id()}: finish it there first (trialseal outbox)"
            )
        if one.sender != self.address:
            raise UsageError(
                f"sending {one.id} in {outbox.path} is {one.what}, sent by account {one.sender}, and this is "
                f"{self.address}: finish it with that account first (trialseal outbox)"
            )
        if one.genesis != self.chain.genesis():
            outbox.became(one, State.DROPPED)  # a devnet that was made anew: nothing of the old one can come back
            return None
        if self._is_known(one):
            return self._await(one, outbox)
        used = self._used()
        if used <= one.nonce and again:
            self._hand_over(one, outbox)
            return self._await(one, outbox)
        if used > one.nonce and again:
            raise FailedError(
                f"{one.what} was sent as transaction {one.last.transaction}, which the node does not "
                "know, and its account has gone on since: look at trialseal history, and type trialseal outbox cancel "
                f"{one.id} if the act is not there"
            )
        # Not wanted any more: what is sent next has the same nonce, so that a chain takes one of the two at most.
        outbox.became(one, State.DROPPED)
        return None

    def _fell_out(self, one: Sending) -> bool:
        """Whether a reorganisation dropped what was recorded: whoever asks for it once more means that very sending."""
        return one.genesis == self.chain.genesis() and one.sender == self.address and not self._receipt(one)

    def _used(self, tag: str = "latest") -> int:
        """The first nonce that nothing recorded has; with `pending`, nor anything that the node would record next."""
        return int(self.chain.rpc.call("eth_getTransactionCount", [self.address, tag]), 16)

    def _is_known(self, one: Sending) -> bool:
        found = self.chain.rpc.batch([("eth_getTransactionByHash", [each]) for each in one.hashes])
        return any(found)

    def _await(self, one: Sending, outbox: Outbox | None) -> Sent:
        started = offered = announced = time.monotonic()
        pause, overtaken = FIRST_PAUSE, False
        try:
            while not (receipt := self._receipt(one)):
                now = time.monotonic()
                if now - started > self._wait:
                    raise self._late(one)
                if outbox is not None and now - offered > self._patience:
                    one, offered = self._offer_more(one, outbox), now
                elif now - announced > ANNOUNCED:
                    if outbox is not None:
                        one = outbox.with_id(one.id) or one  # another command may have offered more
                        self._close_gap(one, outbox)
                    self._announce(one)
                    before, overtaken = overtaken, self._is_overtaken(one)
                    if before and overtaken:  # twice, since one of a provider's nodes may know the block later
                        _became(outbox, one, State.DROPPED)
                        raise FailedError(
                            f"{one.what} was sent as transaction {one.last.transaction}, and another transaction "
                            f"of its account was recorded with its nonce, {one.nonce}: it never will be; run the same "
                            "command again"
                        )
                    announced = now
                time.sleep(pause)
                pause = min(pause * 1.5, LONGEST_PAUSE)
            recorded = time_of(self.chain, receipt)
        except Unreachable as error:
            raise self._unsure(one, error) from None
        transaction, block = str(receipt["transactionHash"]), int(receipt["blockNumber"], 16)
        if int(receipt.get("status", "0x1"), 16) == 0:
            _became(outbox, one, State.REFUSED)
            why = why_refused(self.chain, one, receipt["blockNumber"])
            raise FailedError(f"the chain refused {one.what} (transaction {transaction}): {why}")
        if any(each.cancels and each.transaction == transaction for each in one.attempts):
            _became(outbox, one, State.CANCELLED)
            raise FailedError(f"{one.what} was cancelled: it is not recorded, and never will be")
        if outbox is not None:
            outbox.recorded(one, transaction, block, str(receipt["blockHash"]))
        return Sent(
            transaction=transaction,
            block=block,
            block_hash=str(receipt["blockHash"]),
            time=recorded,
            gas_used=int(receipt["gasUsed"], 16),
            logs=tuple(receipt["logs"]),
        )

    def _receipt(self, one: Sending) -> dict[str, Any] | None:
        """The receipt of whichever attempt was recorded."""
        return receipts_of(self.chain, [one])[0]

    def _offer_more(self, one: Sending, outbox: Outbox) -> Sending:
        """A further attempt with higher fees, where the key is at hand and no more is offered than is allowed."""
        trying = self._signer.offering_more(one, outbox)
        if trying is None:
            return outbox.with_id(one.id) or one  # another command may have offered more, or cancelled it
        self._announce(trying)
        return trying

    def _announce(self, one: Sending) -> None:
        """Hands over what waits once more: a node may know a transaction and have dropped it from those that wait."""
        with suppress(RpcError, Reverted):  # known, recorded meanwhile, or too little for this node
            self.chain.rpc.call("eth_sendRawTransaction", ["0x" + one.last.raw.hex()])

    def _close_gap(self, one: Sending, outbox: Outbox) -> None:
        """Lets what waits be recorded where a nonce before it is used by nothing any more: nodes keep it back else.

        What waits there itself, or fell out of the chain, is handed over again. A nonce of ours whose transaction was
        refused or dropped, though one behind it was signed already, goes to a transaction that does nothing.
        """
        place: dict[str, Any] = {"chain_id": one.chain_id, "genesis": one.genesis}
        before = [each for each in outbox.sendings(*State, **place) if each.sender == self.address]
        wanted = {each.nonce: each for each in before if each.state in (State.WAITING, State.RECORDED)}
        gone = {each.nonce for each in before} - wanted.keys()
        while (nonce := self._used("pending")) < one.nonce:
            if nonce in wanted:
                self._announce(wanted.pop(nonce))
            elif nonce in gone and self._signer.can_sign():
                gone.remove(nonce)
                what = f"nothing, in place of what had nonce {nonce} and was refused"
                self._await(*self._submit(Outgoing(self.address, b"", what, outbox.slot("gap"))))
            else:
                return

    def _is_overtaken(self, one: Sending) -> bool:
        """Whether its nonce was used, and by none of its attempts."""
        return self._used() > one.nonce and not self._receipt(one)

    def _late(self, one: Sending) -> UndeterminedError:
        """What is said of what waits too long, with what it waits for where that is known."""
        why = ""
        [next_one] = self.chain.rpc.attempt([("eth_getTransactionCount", [self.address, "pending"])])
        if isinstance(next_one, str) and int(next_one, 16) < one.nonce:
            why = f", since the node waits for nonce {int(next_one, 16)} of its account before {one.nonce}"
        elif self._signer.why:
            why = f", and no more could be offered for it ({self._signer.why})"
        return UndeterminedError(
            f"{one.what} was sent as transaction {one.last.transaction} and is not recorded after {self._wait:g} "
            f"seconds{why}: run the same command again later, it will be found"
        )

    def _unsure(self, one: Sending, error: Exception) -> UndeterminedError:
        return UndeterminedError(
            f"the connection broke while {one.what} was being sent as transaction "
            f"{one.last.transaction}: run the same command again, the act will be found or sent, never twice "
            f"({error})"
        )


def _became(outbox: Outbox | None, one: Sending, state: State) -> None:
    if outbox is not None:
        outbox.became(one, state)
