"""Deploying the contracts: committed init code, through the deployer that has one address on every chain.

So the contracts' addresses are the same everywhere, whoever deploys them, and no other code can be there.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from trialseal.errors import FailedError, UndeterminedError
from trialseal.ledger.chain import Chain
from trialseal.ledger.contracts import NAMES, contract, deployer
from trialseal.ledger.fees import estimate
from trialseal.ledger.outbox import Outbox
from trialseal.ledger.rpc import RpcError
from trialseal.ledger.sending import ANNOUNCED, Sender

# github.com/Arachnid/deterministic-deployment-proxy: a transaction without a chain id whose signature was
# chosen,
# not made, so that nobody holds its sender's key, and it deploys the same code from the same place on any
# chain.
DEPLOYER_SENDER = "0x3fab184622dc19b6109349b94811493bf2a45362"
DEPLOYER_COST = 100_000 * 100 * 10**9  # gas limit times gas price of that transaction, wei
_DEPLOYER_NAME = "deployer"
DEPLOYER_TRANSACTION = bytes.fromhex(
    "f8a58085174876e800830186a08080b853604580600e600039806000f350fe7fffffffffffffffffffffffffffffffffffffff"
    "ffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf31ba0"
    "2222222222222222222222222222222222222222222222222222222222222222a0222222222222222222222222222222222222"
    "2222222222222222222222222222"
)


def deploy(
    sender: Sender, *, progress: Callable[[str], None] = lambda words: None, outbox: Outbox | None = None
) -> list[tuple[str, str, bool]]:
    """Deploys what is missing; name, address, and whether it was deployed now, of each contract.

    `outbox` keeps what is being sent, so that an interrupted run is continued.
    """
    rpc = sender.chain.rpc
    _require_deployer(sender, progress)
    address, salt = deployer()
    rows = []
    for name in NAMES:
        target = contract(name)
        new = _is_missing(rpc.call("eth_getCode", [target.address, "latest"]))
        if new:
            progress(f"deploying {name} …")
            slot = outbox.slot(f"deploy-{name}-{sender.address}") if outbox else None
            sender.transact(address, salt + target.deployment_code, f"the deployment of {name}", slot)
        rows.append((name, target.address, new))
    sender.chain.renew()
    sender.chain.require_deployed()
    return rows


class Planned(NamedTuple):
    """What one step of a deployment would use and cost, or that it is done."""

    name: str
    address: str
    gas: int  # 0: it is there
    likely: int = 0  # wei, at what gas costs now
    most: int = 0  # wei, at the highest price that the transaction would state


def planned(chain: Chain, sender: str | None) -> list[Planned]:
    """What deploying would cost, contract by contract, the deployer first; nobody need have an account for it.

    On a chain without the deployer each contract is estimated as one that its transaction creates, which differs by
    some hundredths.
    """
    address, salt = deployer()
    payer = sender or DEPLOYER_SENDER
    places = [address, *(contract(name).address for name in NAMES)]
    code, *codes = chain.rpc.batch([("eth_getCode", [place, "latest"]) for place in places])
    there = not _is_missing(code)
    rows = [Planned(_DEPLOYER_NAME, address, 0) if there else _planned_deployer(chain, payer)]
    for name, present in zip(NAMES, codes, strict=True):
        target = contract(name)
        if not _is_missing(present):
            rows.append(Planned(name, target.address, 0))
            continue
        init = target.deployment_code
        to, data = (address, salt + init) if there else (None, init)
        found = estimate(chain, payer, to, data, f"the deployment of {name}")
        rows.append(Planned(name, target.address, found.gas, found.gas * found.likely, found.limit * found.price))
    return rows


def _planned_deployer(chain: Chain, payer: str) -> Planned:
    """The payment to the deployer's sender, all of which is spent: the rest has no owner."""
    address, _ = deployer()
    value = _unpaid(chain)
    found = estimate(chain, payer, DEPLOYER_SENDER, b"", "the payment for the CREATE2 deployer")
    return Planned(
        _DEPLOYER_NAME, address, found.gas, value + found.gas * found.likely, value + found.limit * found.price
    )


def _is_missing(code: str | None) -> bool:
    return code in ("0x", None)


def _unpaid(chain: Chain) -> int:
    """What the sender of the deployer's transaction lacks, wei."""
    return max(DEPLOYER_COST - int(chain.rpc.call("eth_getBalance", [DEPLOYER_SENDER, "latest"]), 16), 0)


def _require_deployer(sender: Sender, progress: Callable[[str], None]) -> None:
    """Puts the CREATE2 deployer on a chain that has none; FailedError if the chain does not let it."""
    rpc = sender.chain.rpc
    address, _ = deployer()
    if not _is_missing(rpc.call("eth_getCode", [address, "latest"])):
        return
    progress("putting the CREATE2 deployer on this chain …")
    if missing := _unpaid(sender.chain):
        sender.transact(DEPLOYER_SENDER, b"", "the payment for the CREATE2 deployer", value=missing)
    try:
        rpc.call("eth_sendRawTransaction", ["0x" + DEPLOYER_TRANSACTION.hex()])
    except RpcError as error:
        raise FailedError(
            f"chain {sender.chain.chain_id()} has no CREATE2 deployer at {address} and refuses its "
            "well-known "
            f"transaction ({error.message}): it must allow transactions without a chain id once (geth: "
            "--rpc.allow-unprotected-txs), or have that contract in its first block"
        ) from None
    _await_code(sender, address)


def _await_code(sender: Sender, address: str) -> None:
    import time

    announced = time.monotonic()
    for _ in range(360):
        if not _is_missing(sender.chain.rpc.call("eth_getCode", [address, "latest"])):
            return
        if time.monotonic() - announced > ANNOUNCED:  # a node may have forgotten what it took
            with suppress(RpcError):
                sender.chain.rpc.call("eth_sendRawTransaction", ["0x" + DEPLOYER_TRANSACTION.hex()])
            announced = time.monotonic()
        time.sleep(0.5)
    raise UndeterminedError("the CREATE2 deployer was sent but is not there after three minutes: try again later")
