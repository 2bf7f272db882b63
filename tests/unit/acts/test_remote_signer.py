"""A signer elsewhere is asked by the common method, and by Clef's own where it has no such method."""

from __future__ import annotations

from typing import Any

import pytest
from eth_account import Account

from trialseal.acts.attesting import attest
from trialseal.acts.signing import RemoteSigner, unsigned
from trialseal.errors import FailedError
from trialseal.ledger.codes import AttestationKind
from trialseal.ledger.rpc import Rpc, RpcError

KEY = Account.from_key(b"\7" * 32)
DATA = unsigned(
    [attest(b"\1" * 32, AttestationKind.REVIEW, b"\2" * 32, "a review")], 1, KEY.address.lower(), 2_000_000_000, [5]
)[0].typed_data
SIGNATURE = bytes(KEY.sign_typed_data(full_message=DATA).signature)


def asked(monkeypatch: pytest.MonkeyPatch, refusals: dict[str, int]) -> list[str]:
    """The methods that are asked of a signer that refuses some of them, each with a code."""
    methods: list[str] = []

    def call(self: Rpc, method: str, params: list[Any]) -> str:
        methods.append(method)
        assert params == [KEY.address.lower(), DATA]
        if method in refusals:
            raise RpcError("refused", refusals[method], "no")
        return "0x" + SIGNATURE.hex()

    monkeypatch.setattr(Rpc, "call", call)
    return methods


@pytest.mark.parametrize(
    ("refusals", "methods"),
    [
        ({}, ["eth_signTypedData_v4"]),
        ({"eth_signTypedData_v4": -32601}, ["eth_signTypedData_v4", "account_signTypedData"]),
    ],
)
def test_it_signs(monkeypatch: pytest.MonkeyPatch, refusals: dict[str, int], methods: list[str]) -> None:
    found = asked(monkeypatch, refusals)
    assert RemoteSigner("http://127.0.0.1:9", KEY.address).sign_typed(DATA) == SIGNATURE
    assert found == methods


@pytest.mark.parametrize(
    ("refusals", "methods"),
    [
        ({"eth_signTypedData_v4": 4001}, ["eth_signTypedData_v4"]),  # a person said no: nobody is asked twice
        (
            {"eth_signTypedData_v4": -32601, "account_signTypedData": -32601},
            ["eth_signTypedData_v4", "account_signTypedData"],
        ),
    ],
)
def test_it_refuses(monkeypatch: pytest.MonkeyPatch, refusals: dict[str, int], methods: list[str]) -> None:
    found = asked(monkeypatch, refusals)
    with pytest.raises(FailedError, match="refuses"):
        RemoteSigner("http://127.0.0.1:9", KEY.address).sign_typed(DATA)
    assert found == methods
