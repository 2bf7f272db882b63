"""Each error that a contract can throw has its sentence."""

from __future__ import annotations

import re
from typing import Any

import pytest

from trialseal.ledger import abi
from trialseal.ledger.contracts import NAMES, contract
from trialseal.ledger.refusals import SENTENCES, explain

ERRORS = {
    item["name"]: (item, contract(name)._artifact["errors"])
    for name in NAMES
    for item in contract(name).abi
    if item["type"] == "error"
}
SAMPLES: dict[str, Any] = {
    "bytes32": b"NCT00000001".ljust(32, b"\0"),
    "address": "0x" + "ab" * 20,
    "bytes": b"\1\2",
    "string": "long",
}


def thrown(name: str, **changed: Any) -> bytes:
    """What a contract gives back when it throws this error, with values that fit its members."""
    item, selectors = ERRORS[name]
    values = [changed.get(one["name"], SAMPLES.get(one["type"], 1)) for one in item["inputs"]]
    selector = next(value for key, value in selectors.items() if key.split("(")[0] == name)
    return bytes.fromhex(selector[2:]) + abi.encode(item["inputs"], values)


@pytest.mark.parametrize("name", sorted(ERRORS))
def test_every_error_has_a_sentence_with_its_values(name: str) -> None:
    sentence = explain(thrown(name))
    assert name not in sentence and len(sentence) > 30
    assert not sentence.endswith(".") and "\n" not in sentence
    assert not re.search(r"[{}]|\\x|b'", sentence)


@pytest.mark.parametrize("name", sorted(ERRORS))
def test_no_value_breaks_a_sentence(name: str) -> None:
    item, _ = ERRORS[name]
    most = {one["name"]: (1 << int(one["type"][4:])) - 1 for one in item["inputs"] if one["type"].startswith("uint")}
    most |= {one["name"]: b"\xff" * 32 for one in item["inputs"] if one["type"] == "bytes32"}
    assert explain(thrown(name, **most))


def test_no_sentence_is_for_an_error_that_is_gone() -> None:
    assert set(SENTENCES) == set(ERRORS)


def test_values_are_told_as_people_write_them() -> None:
    assert "2030-04 has not begun" in explain(thrown("DateInFuture", date=20300400, latest=20200429))
    assert "2020-04-29 has" in explain(thrown("DateInFuture", date=20300400, latest=20200429))
    assert "is 2, not 5" in explain(thrown("VersionOutOfOrder", kind=1, expected=2, given=5))
    assert "NCT00000001" in explain(thrown("RegistryIdNotText"))
    assert "may not manage" in explain(thrown("KeyNotValid", purpose=1))
    assert "may not record a milestone" in explain(thrown("NotPermitted", act=3))
    assert "does not exist" in explain(thrown("EndpointNotInSet", endpointSet=bytes(32)))
    assert "1970-01-01 00:00:01 UTC" in explain(thrown("SignatureExpired", deadline=1))


def test_texts_panics_and_noise_are_told_too() -> None:
    text = bytes.fromhex("08c379a0") + abi.encode([{"type": "string"}], ["no such thing"])
    assert explain(text) == "the contract refused: no such thing"
    panic = bytes.fromhex("4e487b71") + (0x11).to_bytes(32, "big")
    assert "a number overflowed" in explain(panic)
    assert "panic 153" in explain(panic[:4] + (0x99).to_bytes(32, "big"))
    assert "0x08c379a0" in explain(text[:40])
    assert "0xdeadbeef" in explain(b"\xde\xad\xbe\xef")
    assert "without a reason" in explain(b"")
