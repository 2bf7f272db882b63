"""Sending acts: signed here, sent once, and found again if the connection breaks or the user interrupts.

Before a transaction leaves, it is written to a journal, whole. Whoever comes back finds it there: it was
recorded, it waits, or the very same bytes are sent again, which a chain records at most once.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialseal.errors import FailedError, TrialsealError, UndeterminedError, UsageError
from trialseal.files import SMALL, read_small, write_json
from trialseal.ledger.chain import Chain
from trialseal.ledger.contracts import contract
from trialseal.ledger.refusals import explain
from trialseal.ledger.rpc import Reverted, RpcError, Unreachable

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

JOURNAL_FORMAT = "trialseal-pending/1"
# Looking for a transaction's receipt: the first pauses are for devnets, the last for real chains. Seconds.
FIRST_PAUSE, LONGEST_PAUSE = 0.005, 0.5
GWEI = 10**9
# No transaction may ask for more gas (EIP-7825).
MOST_GAS = 1 << 24
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
class Pending:
    """A transaction that was signed and may have been sent: what a journal holds."""

    what: str
    chain_id: int
    genesis: str  # hash of the chain's first block: devnets share chain ids
    sender: str
    nonce: int
    to: str
    data: bytes
    transaction: str
    raw: bytes


class Sender:
    """An account that acts on a chain. `wait`: how many seconds a transaction may take to be recorded."""

    def __init__(self, chain: Chain, account: LocalAccount, *, wait: float = 180.0) -> None:
        self.chain = chain
        self.address = str(account.address).lower()
        self._account = account
        self._wait = wait

    def send(self, contract_name: str, function: str, arguments: Sequence[Any], journal: Path | None = None) -> Sent:
        """Carries out a function of a contract, or finds it carried out if `journal` holds this very act.

        FailedError with the broken rule, in words, if the contract refuses: then nothing was sent.
        """
        target = contract(contract_name)
        return self.transact(target.address, target.encode(function, *arguments), function, journal)

    def transact(self, to: str, data: bytes, what: str, journal: Path | None = None, value: int = 0) -> Sent:
        """Sends a transaction with this calldata and `value` wei, and waits until it is recorded."""
        if journal is not None:
            earlier = read_journal(journal)
            if earlier is not None:
                same = (earlier.to, earlier.data) == (to, data)
                found = self._settle(earlier, journal, again=same)
                if found and same:
                    return found
        pending = self._sign(to, data, what, value)
        if journal is not None:
            _write_journal(journal, pending)
        return self._deliver(pending, journal)

    def resume(self, journal: Path) -> Sent | None:
        """Brings to its end what a run that was cut off had signed; None if there is nothing."""
        earlier = read_journal(journal)
        return self._settle(earlier, journal, again=True) if earlier else None

    # ----- before sending -----

    def _sign(self, to: str, data: bytes, what: str, value: int) -> Pending:
        rpc = self.chain.rpc
        call = {"from": self.address, "to": to, "data": "0x" + data.hex(), "value": hex(value)}
        estimate, latest, nonce, balance, tip = rpc.attempt(
            [
                ("eth_estimateGas", [call]),
                ("eth_getBlockByNumber", ["latest", False]),
                ("eth_getTransactionCount", [self.address, "pending"]),
                ("eth_getBalance", [self.address, "latest"]),
                ("eth_maxPriorityFeePerGas", []),
            ]
        )
        if isinstance(estimate, Reverted):
            raise FailedError(f"the chain refuses {what}: {_reason(estimate)}")
        if isinstance(estimate, RpcError) and "insufficient funds" in estimate.message.lower():
            raise self._no_funds(value)
        for one in (estimate, latest, nonce, balance):
            if isinstance(one, TrialsealError):
                raise one
        least = int(estimate, 16)
        gas = max(least, min(least * 6 // 5, MOST_GAS))  # what is not used is not paid
        fees = self._fees(latest, tip)
        most = gas * max(fees.values()) + value
        if int(balance, 16) < most:
            raise self._no_funds(most, int(balance, 16))
        transaction = {
            "chainId": self.chain.chain_id(),
            "nonce": int(nonce, 16),
            "to": _checksummed(to),
            "data": data,
            "value": value,
            "gas": gas,
            **fees,
        }
        signed = self._account.sign_transaction(transaction)  # type: ignore[arg-type]
        return Pending(
            what=what,
            chain_id=self.chain.chain_id(),
            genesis=self._genesis(),
            sender=self.address,
            nonce=int(nonce, 16),
            to=to,
            data=data,
            transaction="0x" + bytes(signed.hash).hex(),
            raw=bytes(signed.raw_transaction),
        )

    def _fees(self, latest: Any, advised: Any) -> dict[str, int]:
        """What a unit of gas may cost, in wei: as EIP-1559 has it where the chain does, else one price."""
        base = latest.get("baseFeePerGas") if isinstance(latest, dict) else None
        if base is None:
            return {"gasPrice": int(self.chain.rpc.call("eth_gasPrice"), 16)}
        tip = GWEI if isinstance(advised, TrialsealError) else int(advised, 16)  # older nodes do not advise
        # Twice the base fee outlasts six full blocks in a row.
        return {"maxFeePerGas": 2 * int(base, 16) + tip, "maxPriorityFeePerGas": tip}

    def _no_funds(self, wanted: int, balance: int | None = None) -> UsageError:
        if balance is None:
            balance = int(self.chain.rpc.call("eth_getBalance", [self.address, "latest"]), 16)
        needs = f"needs up to {_ether(wanted)}" if wanted else "needs more"
        how = f"on a devnet, trialseal devnet fund {self.address} does" if self.chain.is_devnet() else "send it some"
        return UsageError(
            f"account {self.address} has {_ether(balance)} on chain {self.chain.chain_id()} and {needs} for "
            f"this act: {how}"
        )

    def _genesis(self) -> str:
        return self.chain.genesis()

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
                _remove(journal)
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
        if pending.genesis != self._genesis():
            _remove(journal)  # a devnet that was made anew: nothing of the old one can come back
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
        _remove(journal)
        return None

    def _is_known(self, pending: Pending) -> bool:
        return bool(self.chain.rpc.call("eth_getTransactionByHash", [pending.transaction]))

    def _await(self, pending: Pending, journal: Path | None) -> Sent:
        rpc = self.chain.rpc
        deadline, pause = time.monotonic() + self._wait, FIRST_PAUSE
        try:
            while True:
                receipt, latest = rpc.batch(
                    [
                        ("eth_getTransactionReceipt", [pending.transaction]),
                        ("eth_getBlockByNumber", ["latest", False]),
                    ]
                )
                if receipt:
                    break
                if time.monotonic() > deadline:
                    raise UndeterminedError(
                        f"{pending.what} was sent as transaction {pending.transaction} and is not recorded "
                        f"after {self._wait:g} seconds: run the same command again later, it will be found"
                    )
                time.sleep(pause)
                pause = min(pause * 1.5, LONGEST_PAUSE)
            place = int(receipt["blockNumber"], 16)
            # Mostly the block is the newest still, and its time is known without another request.
            newest = latest if latest and int(latest["number"], 16) == place else None
            block = self.chain.block(place) if newest is None else None
            recorded = int(newest["timestamp"], 16) if newest else block["timestamp"] if block else 0
        except Unreachable as error:
            raise self._unsure(pending, error) from None
        self.chain.renew()  # what was read before may hold no more
        _remove(journal)
        if int(receipt.get("status", "0x1"), 16) == 0:
            raise FailedError(
                f"the chain refused {pending.what} (transaction {pending.transaction}): "
                f"{self._why(pending, receipt['blockNumber'])}"
            )
        return Sent(
            transaction=pending.transaction,
            block=place,
            block_hash=str(receipt["blockHash"]),
            time=recorded,
            gas_used=int(receipt["gasUsed"], 16),
            logs=tuple(receipt["logs"]),
        )

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


def read_journal(path: Path) -> Pending | None:
    """What was signed and not finished; None if there is nothing. UsageError if the file is damaged."""
    try:
        entry = json.loads(read_small(path, SMALL))
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        entry = None
    try:
        if entry["format"] != JOURNAL_FORMAT:
            raise ValueError
        return Pending(
            what=str(entry["what"]),
            chain_id=int(entry["chain_id"]),
            genesis=str(entry["genesis"]),
            sender=str(entry["sender"]),
            nonce=int(entry["nonce"]),
            to=str(entry["to"]),
            data=bytes.fromhex(entry["data"]),
            transaction=str(entry["transaction"]),
            raw=bytes.fromhex(entry["raw"]),
        )
    except (TypeError, KeyError, ValueError):
        raise UsageError(
            f"{path} should hold an act that was being sent, and cannot be read: look at trialseal history "
            "whether it was recorded, then delete that file"
        ) from None


def _write_journal(path: Path, pending: Pending) -> None:
    write_json(
        path,
        {
            "format": JOURNAL_FORMAT,
            "what": pending.what,
            "chain_id": pending.chain_id,
            "genesis": pending.genesis,
            "sender": pending.sender,
            "nonce": pending.nonce,
            "to": pending.to,
            "data": pending.data.hex(),
            "transaction": pending.transaction,
            "raw": pending.raw.hex(),
        },
        0o600,
    )


def _remove(journal: Path | None) -> None:
    if journal is not None:
        journal.unlink(missing_ok=True)


def _reason(error: Reverted) -> str:
    return explain(error.data) if error.data else error.message


def _ether(wei: int) -> str:
    return f"{wei / 10**18:.6f}".rstrip("0").rstrip(".") + " ether"


def _checksummed(address: str) -> str:
    from eth_utils.address import to_checksum_address

    return to_checksum_address(address)
