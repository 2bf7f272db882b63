"""What a key signs for an act that others send: the contracts' own types, and eth-account's hash of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from hypothesis import given
from hypothesis import strategies as st

from trialseal.ledger.contracts import contract
from trialseal.ledger.proofs.keccak import keccak256
from trialseal.ledger.typed_data import (
    Authorization,
    Meant,
    NotOurs,
    digest_of,
    read_typed_data,
    safe_message,
    signed_by,
    typed_data,
)

CONTRACTS = Path(__file__).parents[3] / "contracts"
NAMES = ("Parties", "Attestations", "TrialRegistry", "TrialLog")
KEY = "0x" + "ab" * 20


def functions(name: str) -> list[str]:
    """The functions of a contract that take an act's struct."""
    no_acts = ("relay", "batch", "cancelNonce")
    changing = (
        one for one in contract(name).abi if one["type"] == "function" and one["stateMutability"] == "nonpayable"
    )
    return [one["name"] for one in changing if one["name"] not in no_acts]


EVERY = [(name, function) for name in NAMES for function in functions(name)]


def strategy(kind: str) -> st.SearchStrategy[Any]:
    if kind == "bytes32":
        return st.binary(min_size=32, max_size=32)
    if kind == "address":
        return st.binary(min_size=20, max_size=20).map(lambda raw: "0x" + raw.hex())
    if kind == "bool":
        return st.booleans()
    return st.integers(0, min((1 << int(kind.removeprefix("uint"))) - 1, (1 << 53) - 1))


@st.composite
def meanings(draw: st.DrawFn) -> Meant:
    name, function = draw(st.sampled_from(EVERY))
    struct = tuple(draw(strategy(one["type"])) for one in contract(name).inputs(function)[0]["components"])
    return Meant(
        draw(st.integers(1, 1 << 40)), name, function, struct, Authorization(KEY, draw(st.integers(0, 1 << 41)), 7)
    )


def types_of(data: dict[str, Any]) -> str:
    members = ",".join(f"{one['type']} {one['name']}" for one in data["types"][data["primaryType"]])
    return f"{data['primaryType']}({members})"


@pytest.mark.parametrize("name", NAMES)
def test_types_are_those_of_the_contract(name: str) -> None:
    source = (CONTRACTS / f"{name}.sol").read_text()
    in_source = set(re.findall(r'"(\w+\([^"]*address signer,uint256 nonce,uint64 deadline\))"', source))
    ours = set()
    for function in functions(name):
        struct = tuple(_nothing(one["type"]) for one in contract(name).inputs(function)[0]["components"])
        ours.add(types_of(typed_data(Meant(1, name, function, struct, Authorization(KEY, 0, 0)))))
    assert ours == in_source


def _nothing(kind: str) -> Any:
    return {"bytes32": bytes(32), "address": "0x" + "00" * 20, "bool": False}.get(kind, 0)


@given(meanings())
def test_what_is_written_is_read_again(meant: Meant) -> None:
    assert read_typed_data(typed_data(meant)) == meant


@given(meanings())
def test_the_digest_is_the_one_that_the_contract_makes(meant: Meant) -> None:
    data = typed_data(meant)
    act = contract(meant.contract).encode(
        meant.function, meant.struct, *([[]] if len(contract(meant.contract).inputs(meant.function)) > 1 else [])
    )
    words = len(meant.struct)
    key = bytes.fromhex(KEY[2:]).rjust(32, b"\0")
    by = key + meant.authorization.nonce.to_bytes(32, "big") + meant.authorization.deadline.to_bytes(32, "big")
    struct = keccak256(keccak256(types_of(data).encode()) + act[4 : 4 + 32 * words] + by)
    domain_type = b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    domain = keccak256(
        keccak256(domain_type)
        + keccak256(f"trialseal {meant.contract}".encode())
        + keccak256(b"1")
        + meant.chain_id.to_bytes(32, "big")
        + bytes.fromhex(contract(meant.contract).address[2:]).rjust(32, b"\0")
    )
    assert digest_of(data) == keccak256(b"\x19\x01" + domain + struct)


def sample() -> dict[str, Any]:
    return typed_data(
        Meant(31337, "TrialRegistry", "vetoOffer", (b"\1" * 32, b"\2" * 32), Authorization(KEY, 3, 1_900_000_000))
    )


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda d: d["domain"].update(verifyingContract=KEY), "none of trialseal's"),
        (lambda d: d["domain"].update(name="another TrialRegistry"), "its domain"),
        (lambda d: d["domain"].update(chainId="31337"), "names no chain"),
        (lambda d: d["domain"].update(chainId=-1), "names no chain"),
        (lambda d: d["domain"].update(chainId=1 << 256), "names no chain"),
        (lambda d: d["domain"].update(salt="0x00"), "its domain"),
        (lambda d: d.update(primaryType="Permit"), "no act of TrialRegistry"),
        (lambda d: d["message"].pop("trial"), "lacks a member"),
        (lambda d: d["message"].update(trial="0x01"), "lacks a member"),
        (lambda d: d["message"].update(trial=5), "lacks a member"),
        (lambda d: d["message"].update(trial=None), "lacks a member"),
        (lambda d: d["message"].update(nonce=True), "lacks a member"),
        (lambda d: d["message"].update(deadline=1 << 64), "lacks a member"),
        (lambda d: d["message"].update(more=1), "its members"),
        (lambda d: d["types"]["VetoOffer"].reverse(), "its members"),
        (lambda d: d.pop("message"), "no message"),
    ],
)
def test_typed_data_of_something_else_is_refused(change: Any, why: str) -> None:
    data = sample()
    data = {**data, "domain": dict(data["domain"]), "message": dict(data["message"])}
    change(data)
    with pytest.raises(NotOurs, match=why):
        read_typed_data(data)


@pytest.mark.parametrize("data", [None, [], "text", 5, {}])
def test_what_is_no_typed_data_is_refused(data: Any) -> None:
    with pytest.raises(NotOurs):
        read_typed_data(data)


def test_a_signature_names_its_key_or_nobody() -> None:
    account = Account.from_key(b"\7" * 32)
    data = sample()
    signature = bytes(account.sign_typed_data(full_message=data).signature)
    assert signed_by(data, signature) == account.address.lower()
    other = typed_data(Meant(1, "TrialRegistry", "vetoOffer", (b"\1" * 32, b"\2" * 32), Authorization(KEY, 3, 9)))
    assert signed_by(other, signature) != account.address.lower()
    assert signed_by(data, b"\xff" * 65) is None
    assert signed_by(data, b"") is None


def test_the_message_of_a_safe_is_that_of_its_handler() -> None:
    """keccak256("SafeMessage(bytes message)"), and a domain of chain and account: as Safe's handler has them."""
    safe, digest = "0x" + "5a" * 20, b"\3" * 32
    struct = keccak256(
        bytes.fromhex("60b3cbf8b4a223d68d641b3b6ddf9a298e7f33710cf3d3a9d1146b5a6150fbca") + keccak256(digest)
    )
    domain = keccak256(
        bytes.fromhex("47e79534a245952e8b16893a336b85a3d9ea9fa8c573f3d803afb92a79469218")
        + (31337).to_bytes(32, "big")
        + bytes.fromhex(safe[2:]).rjust(32, b"\0")
    )
    assert digest_of(safe_message(31337, safe, digest)) == keccak256(b"\x19\x01" + domain + struct)
