"""Sending acts: signed here, sent once, and found again if the connection breaks or the user interrupts.

Before a transaction leaves, it is written to a journal, whole. Whoever comes back finds it there: it was
recorded, it waits, or the very same bytes are sent again, which a chain records at most once.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from trialseal.errors import FailedError, TrialsealError, UndeterminedError, UsageError
from trialseal.ledger import journals
from trialseal.ledger.chain import Chain
from trialseal.ledger.contracts import NAMES, contract
from trialseal.ledger.journals import Pending
from trialseal.ledger.logs import parse
from trialseal.ledger.refusals import explain
from trialseal.ledger.rpc import Reverted, RpcError, Unreachable

# Looking for a transaction's receipt: the first pauses are for devnets, the last for real chains. Seconds.
FIRST_PAUSE, LONGEST_PAUSE = 0.005, 0.5
GWEI = 10**9
# No transaction may ask for more gas (EIP-7825).
MOST_GAS = 1 << 24
# Every log of ours has as many topics.
_TOPICS = 4
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


@dataclass(frozen=True, slots=True)
class GasEstimate:
    """What a transaction would use and cost. Prices are in wei for a unit of gas."""

    gas: int
    limit: int  # of gas that is asked for
    likely: int  # what a unit costs now
    fees: dict[str, int]  # what it may cost at most, as a transaction states it
    nonce: int
    balance: int  # of the sender, wei

    @property
    def price(self) -> int:
        """What a unit of gas may cost at most."""
        return max(self.fees.values())


class Signing(Protocol):
    """A key that signs transactions: eth-account's, or one that asks for its password when it first signs."""

    @property
    def address(self) -> str:
        """0x and 40 digits."""

    def sign_transaction(self, transaction_dict: Any) -> Any:
        """The signed transaction, as eth-account gives it."""


class Sender:
    """An account that acts on a chain. `wait`: how many seconds a transaction may take to be recorded."""

    def __init__(self, chain: Chain, account: Signing, *, wait: float = 180.0) -> None:
        self.chain = chain
        self.address = str(account.address).lower()
        self._account = account
        self._wait = wait

    def send(
        self,
        contract_name: str,
        function: str,
        arguments: Sequence[Any],
        journal: Path | None = None,
        *,
        renew: bool = True,
    ) -> Sent:
        """Carries out a function of a contract, or finds it carried out if `journal` holds this very act.

        FailedError with the broken rule, in words, if the contract refuses: then nothing was sent. Without `renew` the
        chain is still read as of the block before.
        """
        target = contract(contract_name)
        sent = self.transact(target.address, target.encode(function, *arguments), function, journal)
        if renew:
            self.chain.renew()
        return sent

    def transact(self, to: str, data: bytes, what: str, journal: Path | None = None, value: int = 0) -> Sent:
        """Sends a transaction with this calldata and `value` wei, and waits until it is recorded."""
        if journal is not None:
            earlier = journals.read(journal)
            if earlier is not None:
                same = (earlier.to, earlier.data) == (to, data)
                found = self._settle(earlier, journal, again=same)
                if found and same:
                    return found
        pending = self._sign(to, data, what, value)
        if journal is not None:
            journals.write(journal, pending)
        return self._deliver(pending, journal)

    def resume(self, journal: Path) -> Sent | None:
        """Brings to its end what a run that was cut off had signed; None if there is nothing."""
        earlier = journals.read(journal)
        return self._settle(earlier, journal, again=True) if earlier else None

    # ----- before sending -----

    def _sign(self, to: str, data: bytes, what: str, value: int) -> Pending:
        self._ready()
        found = estimate(self.chain, self.address, to, data, what, value)
        most = found.limit * found.price + value
        if found.balance < most:
            raise self._no_funds(most, found.balance)
        transaction = {
            "chainId": self.chain.chain_id(),
            "nonce": found.nonce,
            "to": _checksummed(to),
            "data": data,
            "value": value,
            "gas": found.limit,
            **found.fees,
        }
        signed = self._account.sign_transaction(transaction)
        return Pending(
            what=what,
            chain_id=self.chain.chain_id(),
            genesis=self.chain.genesis(),
            sender=self.address,
            nonce=found.nonce,
            to=to,
            data=data,
            transaction="0x" + bytes(signed.hash).hex(),
            raw=bytes(signed.raw_transaction),
        )

    def _ready(self) -> None:
        """Asks for the key's password before anything of the chain is read that would be old once it is typed."""
        unlock = getattr(self._account, "unlock", None)
        if unlock is not None:
            unlock()

    def _no_funds(self, wanted: int, balance: int) -> UsageError:
        return no_funds(self.chain, self.address, wanted, balance)

    # ----- sending, and what is left of an earlier run -----

    def _deliver(self, pending: Pending, journal: Path | None) -> Sent:
        """Sends the signed bytes, and once more, the very same, if it is unknown whether they arrived."""
        for last in (False, True):
            try:
                self.chain.rpc.call("eth_sendRawTransaction", ["0x" + pending.raw.hex()])
                break
            except Unreachable as error:
                try:
                    if self._is_known(pending):
                        break
                except UndeterminedError:
                    raise self._unsure(pending, error) from None
                if last:
                    raise self._unsure(pending, error) from None
            except (RpcError, Reverted) as error:
                if any(word in error.message.lower() for word in _KNOWN) or self._is_known(pending):
                    break
                journals.remove(journal)
                reason = _reason(error) if isinstance(error, Reverted) else error.message
                raise FailedError(f"the node refuses {pending.what}, nothing was recorded: {reason}") from None
        return self._await(pending, journal)

    def _settle(self, pending: Pending, journal: Path, *, again: bool) -> Sent | None:
        """What became of an earlier run's transaction. `again`: it is wanted still, else only cleared up.

        None if it was not recorded and never will be.
        """
        if pending.chain_id != self.chain.chain_id():
            raise UsageError(
                f"{journal} holds {pending.what}, sent on chain {pending.chain_id}, and this is chain "
                f"{self.chain.chain_id()}: finish it there first, or delete that file"
            )
        if pending.sender != self.address:
            raise UsageError(
                f"{journal} holds {pending.what}, sent by account {pending.sender}, and this is {self.address}: "
                "finish it with that account first, or delete that file"
            )
        if pending.genesis != self.chain.genesis():
            journals.remove(journal)  # a devnet that was made anew: nothing of the old one can come back
            return None
        if self._is_known(pending):
            return self._await(pending, journal)
        used = int(self.chain.rpc.call("eth_getTransactionCount", [pending.sender, "latest"]), 16)
        if used <= pending.nonce and again:
            return self._deliver(pending, journal)
        if used > pending.nonce and again:
            raise FailedError(
                f"{pending.what} was sent as transaction {pending.transaction}, which the node does not "
                f"know, and its account has gone on since: look at trialseal history, and delete {journal} "
                "if the act is not there"
            )
        # Not wanted any more: what is sent next has the same nonce, so that a chain takes one of the two at
        # most.
        journals.remove(journal)
        return None

    def _is_known(self, pending: Pending) -> bool:
        return bool(self.chain.rpc.call("eth_getTransactionByHash", [pending.transaction]))

    def _await(self, pending: Pending, journal: Path | None) -> Sent:
        rpc = self.chain.rpc
        deadline, pause = time.monotonic() + self._wait, FIRST_PAUSE
        try:
            while not (receipt := rpc.call("eth_getTransactionReceipt", [pending.transaction])):
                if time.monotonic() > deadline:
                    raise UndeterminedError(
                        f"{pending.what} was sent as transaction {pending.transaction} and is not recorded "
                        f"after {self._wait:g} seconds: run the same command again later, it will be found"
                    )
                time.sleep(pause)
                pause = min(pause * 1.5, LONGEST_PAUSE)
            recorded = self._time_of(receipt)
        except Unreachable as error:
            raise self._unsure(pending, error) from None
        journals.remove(journal)
        if int(receipt.get("status", "0x1"), 16) == 0:
            raise FailedError(
                f"the chain refused {pending.what} (transaction {pending.transaction}): "
                f"{self._why(pending, receipt['blockNumber'])}"
            )
        return Sent(
            transaction=pending.transaction,
            block=int(receipt["blockNumber"], 16),
            block_hash=str(receipt["blockHash"]),
            time=recorded,
            gas_used=int(receipt["gasUsed"], 16),
            logs=tuple(receipt["logs"]),
        )

    def _time_of(self, receipt: dict[str, Any]) -> int:
        """The time of a transaction's block, which each of our logs states too."""
        ours = {contract(name).address for name in NAMES}
        for raw in receipt["logs"]:
            log = parse(raw)
            if log is not None and log.address in ours and len(log.topics) == _TOPICS:
                return log.time
        block = self.chain.block(int(receipt["blockNumber"], 16))
        return block["timestamp"] if block else 0

    def _why(self, pending: Pending, block: str) -> str:
        """Why a recorded transaction failed: what the same call says now."""
        call = {"from": pending.sender, "to": pending.to, "data": "0x" + pending.data.hex()}
        try:
            self.chain.rpc.call("eth_call", [call, block])
        except Reverted as error:
            return _reason(error)
        except UndeterminedError:
            pass
        return "something came in between, or its gas did not suffice; try again"

    def _unsure(self, pending: Pending, error: Exception) -> UndeterminedError:
        return UndeterminedError(
            f"the connection broke while {pending.what} was being sent as transaction "
            f"{pending.transaction}: run the same command again, the act will be found or sent, never twice "
            f"({error})"
        )


def estimate(chain: Chain, sender: str, to: str, data: bytes, what: str, value: int = 0) -> GasEstimate:
    """What a transaction would use and cost, in one request.

    FailedError with the broken rule, in words, if the contract refuses it.
    """
    call = {"from": sender, "to": to, "data": "0x" + data.hex(), "value": hex(value)}
    gas, latest, nonce, balance, tip = chain.rpc.attempt(
        [
            ("eth_estimateGas", [call]),
            ("eth_getBlockByNumber", ["latest", False]),
            ("eth_getTransactionCount", [sender, "pending"]),
            ("eth_getBalance", [sender, "latest"]),
            ("eth_maxPriorityFeePerGas", []),
        ]
    )
    for answer in (latest, nonce, balance):
        if isinstance(answer, TrialsealError):
            raise answer
    if isinstance(gas, Reverted):
        raise FailedError(f"the chain refuses {what}: {_reason(gas)}") from None
    if isinstance(gas, RpcError) and "insufficient funds" in gas.message.lower():
        raise no_funds(chain, sender, value, int(balance, 16)) from None
    if isinstance(gas, TrialsealError):
        raise gas
    needed = int(gas, 16)
    base = latest.get("baseFeePerGas") if isinstance(latest, dict) else None
    if base is None:  # no EIP-1559: one price
        fees = {"gasPrice": int(chain.rpc.call("eth_gasPrice"), 16)}
        likely = fees["gasPrice"]
    else:
        advised = GWEI if isinstance(tip, TrialsealError) else int(tip, 16)  # older nodes do not advise
        # Twice the base fee outlasts six full blocks in a row.
        fees = {"maxFeePerGas": 2 * int(base, 16) + advised, "maxPriorityFeePerGas": advised}
        likely = int(base, 16) + advised
    return GasEstimate(
        gas=needed,
        limit=max(needed, min(needed * 6 // 5, MOST_GAS)),  # what is not used is not paid
        likely=likely,
        fees=fees,
        nonce=int(nonce, 16),
        balance=int(balance, 16),
    )


def no_funds(chain: Chain, sender: str, wanted: int, balance: int) -> UsageError:
    """What is said to an account that cannot pay."""
    needs = f"needs up to {ether(wanted)}" if wanted else "needs more"
    how = f"on a devnet, trialseal devnet fund {sender} does" if chain.is_devnet() else "send it some"
    return UsageError(
        f"account {sender} has {ether(balance)} on chain {chain.chain_id()} and {needs} for this act: {how}"
    )


def _reason(error: Reverted) -> str:
    return explain(error.data) if error.data else error.message


def ether(wei: int) -> str:
    """An amount in ether: 0.0012 ether."""
    return f"{wei / 10**18:.6f}".rstrip("0").rstrip(".") + " ether"


def _checksummed(address: str) -> str:
    from eth_utils.address import to_checksum_address

    return to_checksum_address(address)
