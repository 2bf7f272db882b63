"""Deploying the contracts: committed init code, through the deployer that has one address on every chain.

So the contracts' addresses are the same everywhere, whoever deploys them, and no other code can be there.
"""

from __future__ import annotations

from collections.abc import Callable

from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.ledger.chain import Chain
from trialseal.ledger.contracts import NAMES, contract, deployer
from trialseal.ledger.fees import GasEstimate, estimate
from trialseal.ledger.outbox import Outbox
from trialseal.ledger.rpc import RpcError
from trialseal.ledger.sending import Sender

# github.com/Arachnid/deterministic-deployment-proxy: a transaction without a chain id whose signature was
# chosen,
# not made, so that nobody holds its sender's key, and it deploys the same code from the same place on any
# chain.
DEPLOYER_SENDER = "0x3fab184622dc19b6109349b94811493bf2a45362"
DEPLOYER_COST = 100_000 * 100 * 10**9  # gas limit times gas price of that transaction, wei
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
        new = rpc.call("eth_getCode", [target.address, "latest"]) in ("0x", None)
        if new:
            progress(f"deploying {name} …")
            slot = outbox.slot(f"deploy-{name}-{sender.address}") if outbox else None
            sender.transact(address, salt + target.deployment_code, f"the deployment of {name}", slot)
        rows.append((name, target.address, new))
    sender.chain.renew()
    sender.chain.require_deployed()
    return rows


def planned(chain: Chain, sender: str) -> list[tuple[str, str, GasEstimate | None]]:
    """Name and address of each contract, and what deploying it would cost; None if it is there.

    UsageError where the deployer itself is missing, without which nothing can be estimated.
    """
    address, salt = deployer()
    places = [address, *(contract(name).address for name in NAMES)]
    code, *codes = chain.rpc.batch([("eth_getCode", [place, "latest"]) for place in places])
    if code in ("0x", None):
        raise UsageError(
            f"chain {chain.chain_id()} has no CREATE2 deployer at {address} yet, so what the contracts cost cannot be "
            "told: trialseal deploy puts it there first"
        )
    rows: list[tuple[str, str, GasEstimate | None]] = []
    for name, present in zip(NAMES, codes, strict=True):
        target = contract(name)
        missing = present in ("0x", None)
        data = salt + target.deployment_code
        rows.append((name, target.address, estimate(chain, sender, address, data, name) if missing else None))
    return rows


def _require_deployer(sender: Sender, progress: Callable[[str], None]) -> None:
    """Puts the CREATE2 deployer on a chain that has none; FailedError if the chain does not let it."""
    rpc = sender.chain.rpc
    address, _ = deployer()
    if rpc.call("eth_getCode", [address, "latest"]) not in ("0x", None):
        return
    progress("putting the CREATE2 deployer on this chain …")
    missing = DEPLOYER_COST - int(rpc.call("eth_getBalance", [DEPLOYER_SENDER, "latest"]), 16)
    if missing > 0:
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

    for _ in range(360):
        if sender.chain.rpc.call("eth_getCode", [address, "latest"]) not in ("0x", None):
            return
        time.sleep(0.5)
    raise UndeterminedError("the CREATE2 deployer was sent but is not there after three minutes: try again later")
