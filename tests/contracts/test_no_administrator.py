"""Nobody can edit, stop, upgrade or destroy the contracts; and these tests run the code that is deployed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import brownie
import pytest

from .chain import ZERO, rpc
from .stage import ACT, MANAGE, Stage, address

ARTIFACTS = Path(__file__).parents[2] / "src/trialseal/ledger/artifacts.json"
CHANGING = {
    "Parties": {
        "createParty", "addKey", "revokeKey", "vetoKey", "declareCompromise", "contestCompromise", "changeProfile",
        "relay", "batch", "cancelNonce",
    },
    "Attestations": {"attest", "withdraw", "relay", "batch", "cancelNonce"},
    "TrialRegistry": {
        "register", "seal", "recordMilestone", "reportResult", "claimRegistryId", "withdrawRegistryId", "appoint",
        "shortenAppointment", "offerTransfer", "vetoOffer", "acceptTransfer", "nameRole", "openStream",
        "relay", "batch", "cancelNonce",
    },
    "TrialLog": {"extend", "batch", "relay", "cancelNonce"},
}  # fmt: skip
CREATE, CALLCODE, DELEGATECALL, CREATE2, SELFDESTRUCT = 0xF0, 0xF2, 0xF4, 0xF5, 0xFF
SIZE_LIMIT = 24_576  # EIP-170


def contract(stage: Stage, name: str) -> Any:
    return {
        "Parties": stage.parties,
        "Attestations": stage.attestations,
        "TrialRegistry": stage.registry,
        "TrialLog": stage.log,
    }[name]


def code_of(name: str) -> bytes:
    """The committed runtime code, which has no metadata behind it."""
    artifacts = json.loads(ARTIFACTS.read_text(encoding="utf-8"))["contracts"]
    return bytes.fromhex(artifacts[name]["runtimeCode"].removeprefix("0x"))


def instructions(code: bytes) -> list[int]:
    """The opcodes, without what PUSH instructions carry."""
    found, place = [], 0
    while place < len(code):
        found.append(code[place])
        place += 1 + max(0, code[place] - 0x5F if code[place] <= 0x7F else 0)
    return found


@pytest.mark.parametrize("name", CHANGING)
def test_no_function_changes_state_but_the_acts(stage: Stage, name: str) -> None:
    functions = [item for item in contract(stage, name).abi if item["type"] == "function"]
    assert {item["name"] for item in functions if item["stateMutability"] not in ("view", "pure")} == CHANGING[name]


@pytest.mark.parametrize("name", CHANGING)
def test_no_ether_is_taken(stage: Stage, name: str) -> None:
    assert all(item.get("stateMutability") != "payable" for item in contract(stage, name).abi)
    assert not {item["type"] for item in contract(stage, name).abi} & {"fallback", "receive"}
    call = {"from": str(stage.stranger.key), "to": contract(stage, name).address, "value": "0x1"}
    assert "error" in brownie.web3.provider.make_request("eth_call", [call, "latest"])


@pytest.mark.parametrize("name", CHANGING)
def test_the_code_cannot_destroy_replace_or_lend_itself(name: str) -> None:
    """Only `relay` and `batch` have a DELEGATECALL, each one, to the contract itself."""
    opcodes = instructions(code_of(name))
    assert not {CREATE, CREATE2, CALLCODE, SELFDESTRUCT} & set(opcodes)
    assert opcodes.count(DELEGATECALL) == len(CHANGING[name] & {"relay", "batch"})


@pytest.mark.parametrize("name", CHANGING)
def test_the_code_fits_on_a_chain(name: str) -> None:
    assert len(code_of(name)) <= SIZE_LIMIT


@pytest.mark.parametrize("name", CHANGING)
def test_the_tested_code_is_the_committed_code(stage: Stage, name: str) -> None:
    """brownie puts a digest of the metadata behind it, and the constructor fills the immutables in."""
    built = bytes.fromhex(contract(stage, name)._build["deployedBytecode"])
    assert built.startswith(code_of(name)), "run `make artifacts`"


@pytest.mark.parametrize("name", CHANGING)
def test_there_is_no_proxy(stage: Stage, name: str) -> None:
    """The slots of ERC-1967: implementation, beacon, administrator."""
    slots = (
        "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc",
        "0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50",
        "0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103",
    )
    for slot in slots:
        assert int(rpc("eth_getStorageAt", contract(stage, name).address, slot, "latest"), 16) == 0


def test_who_deployed_has_no_rights(stage: Stage) -> None:
    deployer = brownie.accounts[9]
    refused = stage.refusal(stage.registry.recordMilestone, stage.milestone(), by=deployer)
    assert refused == ("KeyNotValid", stage.sponsor.id, address(deployer), ACT)
    refused = stage.refusal(stage.parties.changeProfile, (stage.sponsor.id, ZERO), by=deployer)
    assert refused == ("KeyNotValid", stage.sponsor.id, address(deployer), MANAGE)


def test_the_contracts_that_a_contract_asks_are_fixed(stage: Stage) -> None:
    for contract in (stage.registry, stage.attestations, stage.log):
        assert contract.PARTIES() == stage.parties.address
    assert stage.log.TRIAL_REGISTRY() == stage.registry.address
