"""Receipts of transactions, as a node gives them; none that is of another transaction is taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from trialseal.errors import UndeterminedError
from trialseal.ledger.chain import Chain
from trialseal.ledger.outbox import Sending


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
