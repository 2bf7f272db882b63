"""The artifacts that the package carries agree with Keccak, with each other, and with the codes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak

from recorded_acts import recorded
from trialseal.ledger.abi import AbiError
from trialseal.ledger.acts import BY_EVENT
from trialseal.ledger.codes import ActCode, DocumentKind, Purpose
from trialseal.ledger.contracts import NAMES, contract, decode_error, deployer

ROOT = Path(__file__).parents[3]
INTERFACES = ROOT / "contracts" / "interfaces"
VECTORS = ROOT / "tests" / "vectors"


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


def test_an_error_of_another_contract_is_decoded_and_noise_is_not() -> None:
    selector = bytes.fromhex(contract("Parties")._artifact["errors"]["PartyExists(bytes32)"][2:])
    assert decode_error(selector + b"\7" * 32) == ("PartyExists", {"party": b"\7" * 32})
    assert decode_error(selector + b"\7" * 31) is None
    assert decode_error(b"") is None
    assert decode_error(b"\1\2\3\4") is None


def test_a_log_of_something_else_is_refused() -> None:
    with pytest.raises(AbiError):
        contract("TrialRegistry").decode_log([b"\x11" * 32], b"")
    with pytest.raises(AbiError):
        contract("TrialRegistry").decode_log([], b"")


# ----- code -----


@pytest.mark.parametrize("name", NAMES)
def test_the_code_on_a_chain_has_every_immutable_in_its_places(name: str) -> None:
    """The bytes that the compiler left open, and no others, are filled in."""
    artifact = contract(name)._artifact
    left_open = bytes.fromhex(artifact["runtimeCode"][2:])
    code = contract(name).runtime_code(31_337)
    filled = bytearray(left_open)
    for entry in artifact["immutables"].values():
        for place in entry["places"]:
            assert left_open[place : place + 32] == bytes(32)
            filled[place : place + 32] = code[place : place + 32]
            if entry["value"]:
                assert code[place : place + 32].hex() == entry["value"][2:]
    assert bytes(filled) == code


@pytest.mark.parametrize("name", NAMES)
def test_code_and_hash_of_a_chain_are_the_same_carried_or_computed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A chain that the artifacts do not know needs Keccak, and gives what they would carry."""
    one = contract(name)
    known = one._artifact["chains"]
    assert {"1", "11155111", "31337"} <= known.keys()
    codes = {chain: one.runtime_code(int(chain)) for chain in known}
    for chain, code in codes.items():
        assert one.code_hash(int(chain)) == keccak(code)
    monkeypatch.setitem(one._artifact, "chains", {})
    for chain, code in codes.items():
        assert one.runtime_code(int(chain)) == code and one.code_hash(int(chain)) == keccak(code)


def test_code_names_the_chain_it_is_on() -> None:
    for name in NAMES:
        alike = name in ("BoardAccount", "BoardAccounts")  # which sign nothing, so that they need no domain
        assert (contract(name).runtime_code(1) == contract(name).runtime_code(10)) is alike
        assert (contract(name).code_hash(1) == contract(name).code_hash(10)) is alike


@pytest.mark.parametrize("chain", [1, 123_456_789])
def test_a_domain_is_that_of_eip_712(chain: int) -> None:
    for name in ("Parties", "Attestations", "TrialRegistry", "TrialLog"):
        domain = {"name": f"trialseal {name}", "version": "1", "chainId": chain}
        message = encode_typed_data({**domain, "verifyingContract": contract(name).address}, {"T": []}, {})
        assert contract(name)._of_chain("_cachedDomainSeparator", chain) == message.header


def test_the_contracts_are_those_that_the_decisions_name() -> None:
    """A contract's code changes only together with docs/decisions.md, which says why."""
    text = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8")
    named = dict(re.findall(r"^\| `(\w+)` \| `([0-9a-f]{64})` \|$", text, re.MULTILINE))
    codes = {name: bytes.fromhex(contract(name)._artifact["initCode"][2:]) for name in NAMES}
    assert named == {name: sha256(code).hexdigest() for name, code in codes.items()}


def test_the_vectors_have_the_topics_of_the_events() -> None:
    subprocess.run([sys.executable, VECTORS / "make_words.py", "--check"], check=True)
    given = json.loads((VECTORS / "words.json").read_text(encoding="utf-8"))
    topics = {**contract("Attestations")._artifact["events"], **contract("TrialRegistry")._artifact["events"]}
    assert given["events"] == {signature: topics[signature][2:] for signature in given["events"]}
