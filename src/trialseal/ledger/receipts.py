"""Receipts of transactions, as a node gives them; none that is of another transaction is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from trialseal.errors import UndeterminedError
from trialseal.ledger.chain import Chain
from trialseal.ledger.contracts import NAMES, contract
from trialseal.ledger.fees import reason
from trialseal.ledger.logs import TOPICS, parse
from trialseal.ledger.outbox import Sending
from trialseal.ledger.rpc import Reverted


def receipts_of(chain: Chain, sendings: Sequence[Sending]) -> list[dict[str, Any] | None]:
    """Of each sending the receipt of whichever attempt is recorded; None if none is.

    UndeterminedError if the node gives a receipt of another transaction.
    """
    hashes = [each for one in sendings for each in one.hashes]
    given = chain.rpc.batch([("eth_getTransactionReceipt", [each]) for each in hashes])
    for wanted, receipt in zip(hashes, given, strict=True):
        if receipt and str(receipt["transactionHash"]).lower() != wanted:
            raise UndeterminedError(
                f"the node at {chain.rpc.shown} gives another transaction's receipt: try another node"
            )
    rest = iter(given)
    return [next((each for each in [next(rest) for _ in one.hashes] if each), None) for one in sendings]


def time_of(chain: Chain, receipt: Mapping[str, Any]) -> int:
    """The time of a transaction's block, which each of our logs states too; Unix seconds."""
    ours = {contract(name).address for name in NAMES}
    for raw in receipt["logs"]:
        log = parse(raw)
        if log is not None and log.address in ours and len(log.topics) == TOPICS:
            return log.time
    block = chain.block(int(receipt["blockNumber"], 16))
    return block["timestamp"] if block else 0


def why_refused(chain: Chain, one: Sending, block: str) -> str:
    """Why a recorded transaction failed: what the same call says now."""
    call = {"from": one.sender, "to": one.to, "data": "0x" + one.data.hex()}
    try:
        chain.rpc.call("eth_call", [call, block])
    except Reverted as error:
        return reason(error)
    except UndeterminedError:
        pass
    return "something came in between, or its gas did not suffice; try again"
