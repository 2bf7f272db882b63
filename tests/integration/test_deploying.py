"""The contracts and their deployer on a chain: put there once, whatever the node forgets or refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from gateway import Gateway, error
from tests.integration.test_ledger_sending import sent_count, through

from conftest import free_port
from trialseal.errors import FailedError, UndeterminedError
from trialseal.ledger import deployment, devnet
from trialseal.ledger.chain import Chain
from trialseal.ledger.contracts import NAMES, contract, deployer
from trialseal.ledger.network_file import Network
from trialseal.ledger.outbox import Outbox
from trialseal.ledger.sending import Sender


@pytest.fixture
def bare(tmp_path: Path) -> Any:
    """A devnet of its own, with nothing on it, and an account."""
    status = devnet.up(tmp_path, free_port())
    chain = Chain(Network("devnet", status.url))
    account = Account.create()
    devnet.fund(chain, account.address, 100)
    yield Sender(chain, account)
    devnet.down(tmp_path)


def balance(sender: Sender) -> int:
    return int(sender.chain.rpc.call("eth_getBalance", [sender.address, "latest"]), 16)


def gas_of(sender: Sender, blocks: int) -> int:
    """What the newest blocks used."""
    rpc, newest = sender.chain.rpc, sender.chain.newest()
    found = rpc.batch([("eth_getBlockByNumber", [hex(newest - back), False]) for back in range(blocks)])
    return sum(int(block["gasUsed"], 16) for block in found)


def test_deployment_is_done_once(bare: Sender, tmp_path: Path) -> None:
    words: list[str] = []
    plan = deployment.planned(bare.chain, None)  # before anybody has an account
    before = balance(bare)
    rows = deployment.deploy(bare, progress=words.append, outbox=Outbox(tmp_path / "outbox.sqlite"))
    assert rows == [(name, contract(name).address, True) for name in NAMES]
    assert len(words) == len(NAMES) == 6
    assert [(one.name, one.address) for one in plan] == [("deployer", deployer()[0]), *(row[:2] for row in rows)]
    assert plan[0].gas == 0 and before - balance(bare) < sum(one.most for one in plan)
    assert 1 <= sum(one.gas for one in plan) / gas_of(bare, len(NAMES)) < 1.03
    assert {one.gas for one in deployment.planned(bare.chain, bare.address)} == {0}
    bare.chain.require_deployed()
    again = deployment.deploy(bare)
    assert [new for _, _, new in again] == [False] * 6
    assert sent_count(bare) == 6


def test_a_chain_of_an_earlier_version_gets_what_it_lacks(bare: Sender) -> None:
    deployment.deploy(bare)
    bare.chain.rpc.call("anvil_setCode", [contract("TrialLog").address, "0x"])
    bare.chain.rpc.call("anvil_setNonce", [contract("TrialLog").address, "0x0"])
    bare.chain.rpc.call("anvil_mine", ["0x1"])
    later = Chain(bare.chain.network)
    with pytest.raises(UndeterminedError, match="there is no TrialLog of trialseal on chain 31337 .*trialseal deploy"):
        later.require_deployed()
    assert [name for name, _, new in deployment.deploy(bare) if new] == ["TrialLog"]
    later.renew()
    later.require_deployed()


def test_a_chain_without_the_create2_deployer_gets_it(bare: Sender) -> None:
    address, _ = deployer()
    code = bare.chain.rpc.call("eth_getCode", [address, "latest"])
    assert Account.recover_transaction(deployment.DEPLOYER_TRANSACTION).lower() == deployment.DEPLOYER_SENDER
    bare.chain.rpc.call("anvil_setCode", [address, "0x"])
    bare.chain.rpc.call("anvil_setNonce", [address, "0x0"])
    plan = deployment.planned(bare.chain, bare.address)
    deployment.deploy(bare)
    assert bare.chain.rpc.call("eth_getCode", [address, "latest"]) == code
    assert plan[0].likely > deployment.DEPLOYER_COST and all(one.gas for one in plan)
    assert abs(sum(one.gas for one in plan[1:]) / gas_of(bare, len(NAMES)) - 1) < 0.03


def test_a_deployer_that_the_node_took_and_forgot_is_sent_again(bare: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deployment, "ANNOUNCED", 0.1)
    address, _ = deployer()
    bare.chain.rpc.call("anvil_setCode", [address, "0x"])
    bare.chain.rpc.call("anvil_setNonce", [address, "0x0"])
    made = Gateway(bare.chain.network.url)
    sent: list[str] = []

    def forget(request: Any) -> Any:
        raw = "0x" + deployment.DEPLOYER_TRANSACTION.hex()
        if request["method"] != "eth_sendRawTransaction" or request["params"] != [raw]:
            return None
        sent.append(raw)
        return {"result": "0x" + "5" * 64} if len(sent) == 1 else None

    made.before = forget
    try:
        assert all(new for _, _, new in deployment.deploy(through(made, bare)))
    finally:
        made.close()
    assert len(sent) == 2 and bare.chain.rpc.call("eth_getCode", [address, "latest"]) != "0x"


def test_a_chain_that_refuses_the_create2_deployer(bare: Sender) -> None:
    address, _ = deployer()
    bare.chain.rpc.call("anvil_setCode", [address, "0x"])
    made = Gateway(bare.chain.network.url)
    try:
        before = made.before

        def refuse(request: Any) -> Any:
            raw = deployment.DEPLOYER_TRANSACTION.hex()
            if request["method"] == "eth_sendRawTransaction" and request["params"][0][2:] == raw:
                return error("only replay-protected (EIP-155) transactions allowed over RPC")
            return before(request)

        made.before = refuse
        with pytest.raises(FailedError, match="has no CREATE2 deployer at .* allow transactions without a chain id"):
            deployment.deploy(through(made, bare))
    finally:
        made.close()
