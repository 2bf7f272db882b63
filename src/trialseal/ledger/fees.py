"""What a transaction would use and cost, and what a further attempt must offer to take the place of an earlier one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from trialseal.errors import FailedError, TrialsealError, UsageError
from trialseal.ledger.chain import Chain
from trialseal.ledger.network_file import GWEI
from trialseal.ledger.outbox import Attempt, Outgoing
from trialseal.ledger.refusals import explain
from trialseal.ledger.rpc import Reverted, RpcError

MOST_GAS: Final = 1 << 24
"""No transaction may ask for more gas (EIP-7825)."""
# Nodes take another transaction of the same nonce if it offers a tenth more of both (go-ethereum's rule, which others
# follow); an eighth is asked for by some.
_MORE = (9, 8)


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


def estimate(
    chain: Chain, sender: str, to: str | None, data: bytes, what: str, value: int = 0, *, gas: int | None = None
) -> GasEstimate:
    """What a transaction would use and cost, in one request; `to` None: it creates a contract of its own.

    `gas` is what it would use, where that is known: the node tries a transaction many times to estimate it. FailedError
    with the broken rule, in words, if the contract refuses it; UsageError if gas costs more now than the network's
    entry allows.
    """
    call = {"from": sender, "data": "0x" + data.hex(), "value": hex(value), **({"to": to} if to else {})}
    latest, nonce, balance, tip, *tried = chain.rpc.attempt(
        [
            ("eth_getBlockByNumber", ["latest", False]),
            ("eth_getTransactionCount", [sender, "pending"]),
            ("eth_getBalance", [sender, "latest"]),
            ("eth_maxPriorityFeePerGas", []),
            *([("eth_estimateGas", [call])] if gas is None else []),
        ]
    )
    for answer in (latest, nonce, balance):
        if isinstance(answer, TrialsealError):
            raise answer
    for answer in tried:
        if isinstance(answer, Reverted):
            raise FailedError(f"the chain refuses {what}: {reason(answer)}") from None
        if isinstance(answer, RpcError) and "insufficient funds" in answer.message.lower():
            raise no_funds(chain, sender, value, int(balance, 16)) from None
        if isinstance(answer, TrialsealError):
            raise answer
        gas = int(answer, 16)
    needed = gas or 0
    base = latest.get("baseFeePerGas") if isinstance(latest, dict) else None
    if base is None:  # no EIP-1559: one price
        fees = {"gasPrice": int(chain.rpc.call("eth_gasPrice"), 16)}
        likely = fees["gasPrice"]
    else:
        advised = GWEI if isinstance(tip, TrialsealError) else int(tip, 16)  # older nodes do not advise
        fees = _fees(int(base, 16), advised)
        likely = int(base, 16) + advised
    return GasEstimate(
        gas=needed,
        limit=max(needed, min(needed * 6 // 5, MOST_GAS)),  # what is not used is not paid
        likely=likely,
        fees=_within(chain, fees, likely),
        nonce=int(nonce, 16),
        balance=int(balance, 16),
    )


class Estimates:
    """What transactions would use; of those that are alike the node tries the largest alone."""

    def __init__(self) -> None:
        self._tried: dict[object, tuple[int, int]] = {}  # our own count, and the gas by the node

    def of(self, chain: Chain, sender: str, part: Outgoing, value: int = 0) -> GasEstimate:
        """As `estimate`."""
        uses, gas = self._tried.get(part.alike, (0, 0))
        known = gas * part.uses // uses if 0 < part.uses <= uses else None
        found = estimate(chain, sender, part.to, part.data, part.what, value, gas=known)
        if part.uses and known is None:
            self._tried[part.alike] = part.uses, found.gas
        return found


def _fees(base: int, tip: int) -> dict[str, int]:
    # Twice the base fee outlasts six full blocks in a row.
    return {"maxFeePerGas": 2 * base + tip, "maxPriorityFeePerGas": tip}


def _within(chain: Chain, fees: dict[str, int], likely: int) -> dict[str, int]:
    """The fees, none above what the network's entry allows; UsageError if that does not suffice now."""
    most = chain.network.most_per_gas
    if most is None:
        return fees
    if likely > most:
        raise UsageError(
            f"a unit of gas costs {likely / GWEI:g} gwei on chain {chain.chain_id()} now, and the network's entry "
            f"allows {most / GWEI:g} (max_fee_gwei): try again later, or allow more"
        )
    return {name: min(fee, most) for name, fee in fees.items()}


def more(chain: Chain, last: Attempt) -> dict[str, int] | None:
    """What another attempt must offer so that nodes take it in place of the last one; None above what is allowed."""
    if last.tip is None:
        now = int(chain.rpc.call("eth_gasPrice"), 16)
        fees = {"gasPrice": max(now, _eighth_more(last.fee))}
    else:
        block, tip = chain.rpc.attempt([("eth_getBlockByNumber", ["latest", False]), ("eth_maxPriorityFeePerGas", [])])
        if isinstance(block, TrialsealError):
            raise block
        advised = GWEI if isinstance(tip, TrialsealError) else int(tip, 16)
        wanted = _fees(int(block.get("baseFeePerGas", "0x0"), 16), max(advised, _eighth_more(last.tip)))
        fees = {**wanted, "maxFeePerGas": max(wanted["maxFeePerGas"], _eighth_more(last.fee))}
    most = chain.network.most_per_gas
    return None if most is not None and max(fees.values()) > most else fees


def _eighth_more(fee: int) -> int:
    above, below = _MORE
    return -(-fee * above // below)


def no_funds(chain: Chain, sender: str, wanted: int, balance: int) -> UsageError:
    """What is said to an account that cannot pay."""
    needs = f"needs up to {ether(wanted)}" if wanted else "needs more"
    how = f"on a devnet, trialseal devnet fund {sender} does" if chain.is_devnet() else "send it some"
    how += "; or sign with --sign-only -o FILE, and let one that has some send it: trialseal relay FILE --account NAME"
    return UsageError(
        f"account {sender} has {ether(balance)} on chain {chain.chain_id()} and {needs} for this act: {how}"
    )


def reason(error: Reverted) -> str:
    """Why a contract refused, in words."""
    return explain(error.data) if error.data else error.message


def ether(wei: int) -> str:
    """An amount in ether: 0.0012 ether."""
    return f"{wei / 10**18:.6f}".rstrip("0").rstrip(".") + " ether"
