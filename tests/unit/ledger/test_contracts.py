"""The artifacts that the package carries agree with Keccak, with each other, and with the codes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from eth_utils.crypto import keccak

from recorded_acts import recorded
from trialseal.ledger.abi import AbiError
from trialseal.ledger.acts import BY_EVENT
from trialseal.ledger.codes import ActCode, DocumentKind, Purpose
from trialseal.ledger.contracts import NAMES, contract, decode_error, deployer

INTERFACES = Path(__file__).parents[3] / "contracts" / "interfaces"


@pytest.mark.parametrize("name", NAMES)
def test_selectors_and_topics_are_keccak_of_the_signatures(name: str) -> None:
    artifact = contract(name)._artifact
    for signature, topic in artifact["events"].items():
        assert topic == "0x" + keccak(text=signature).hex()
    for entries in (artifact["functions"], artifact["errors"]):
        names = [signature.split("(")[0] for signature in entries]
        assert len(names) == len(set(names))  # found by name alone
        for signature, selector in entries.items():
            assert selector == "0x" + keccak(text=signature)[:4].hex()


@pytest.mark.parametrize("name", NAMES)
def test_addresses_are_create2_of_the_deployment_code(name: str) -> None:
    address, salt = deployer()
    place = keccak(b"\xff" + bytes.fromhex(address[2:]) + salt + keccak(contract(name).deployment_code))
    assert contract(name).address == "0x" + place[12:].hex()


def test_every_act_event_is_an_act_and_has_three_topics_and_a_stamp() -> None:
    assert {one.act_code for one in map(recorded, BY_EVENT)} == set(ActCode)
    registry = contract("TrialRegistry")
    for item in registry.abi:
        if item["type"] == "event" and item["name"] in BY_EVENT:
            inputs = item["inputs"]
            assert [one["indexed"] for one in inputs[:4]] == [True, True, True, False]
            assert [inputs[0]["name"], inputs[2]["name"], inputs[3]["name"]] == ["trial", "actor", "stamp"]
    others = {item["name"] for item in registry.abi if item["type"] == "event"} - set(BY_EVENT)
    assert others == {"NonceCancelled", "ActRefused", "EIP712DomainChanged"}


def test_codes_mirror_the_solidity_constants() -> None:
    source = (INTERFACES / "Types.sol").read_text(encoding="utf-8")
    constants = {
        (library, name): int(value)
        for library, body in re.findall(r"library (\w+) \{(.*?)\n\}", source, re.DOTALL)
        for name, value in re.findall(r"constant (\w+) = (\d+);", body)
    }
    lists = {"Act": ActCode, "Purpose": Purpose, "Kind": DocumentKind}
    own_words = {
        "SHORTEN_APPOINTMENT": "shorten-appointment",
        "SEAL": "seal",
    }
    for (library, name), value in constants.items():
        if name in ("ALL", "LAST", "DELEGABLE"):
            continue
        assert lists[library](value).word == own_words.get(name, name.lower().replace("_", "-"))
    assert constants["Kind", "LAST"] == max(DocumentKind)


def test_a_call_is_decoded_as_it_was_encoded() -> None:
    registry = contract("TrialRegistry")
    data = registry.encode("recordMilestone", (b"\1" * 32, b"\2" * 32, 0, 3, 20200429, 0, bytes(32)))
    name, arguments = registry.decode_call(data) or ("", {})
    assert name == "recordMilestone"
    assert arguments["m"]["date"] == 20200429
    assert registry.decode_call(data[:-1]) is None
    assert registry.decode_call(b"\0\0\0\0") is None


def test_an_error_of_another_contract_is_decoded_and_noise_is_not() -> None:
    selector = bytes.fromhex(contract("Parties")._artifact["errors"]["PartyExists(bytes32)"][2:])
    assert decode_error(selector + b"\7" * 32) == ("PartyExists", {"party": b"\7" * 32})
    assert decode_error(selector + b"\7" * 31) is None
    assert decode_error(b"") is None
    assert decode_error(b"\1\2\3\4") is None


def test_a_log_of_something_else_is_refused() -> None:
    with pytest.raises(AbiError):
        contract("TrialRegistry").decode_log({"topics": ["0x" + "11" * 32], "data": "0x"})
    with pytest.raises(AbiError):
        contract("TrialRegistry").decode_log({"topics": [], "data": "0x"})


@pytest.mark.parametrize("name", NAMES)
def test_code_is_compared_with_its_immutables(name: str) -> None:
    own = contract(name)
    for chain_id in (1, 31337, 77_777):
        code = own.runtime_code(chain_id)
        assert own.is_code(code, chain_id) and own.code_hash(chain_id) == keccak(code)
        assert not own.is_code(code + b"\0", chain_id) and not own.is_code(b"", chain_id)
        for entry in own._artifact["immutables"].values():
            for place in entry["places"]:
                changed = bytearray(code)
                changed[place + 31] ^= 1
                assert not own.is_code(bytes(changed), chain_id)
