"""The ABI codec against eth_abi, and against bytes that no encoder writes."""

from __future__ import annotations

from typing import Any

import pytest
from eth_abi import decode as eth_decode
from eth_abi import encode as eth_encode
from hypothesis import given, settings
from hypothesis import strategies as st

from trialseal.ledger import abi
from trialseal.ledger.contracts import NAMES, contract

# A parameter, the type as eth_abi writes it, and values of it in Python.
Typed = tuple[dict[str, Any], str, st.SearchStrategy[Any]]


def plain(kind: str, values: st.SearchStrategy[Any]) -> Typed:
    return {"type": kind, "name": ""}, kind, values


PLAIN: list[Typed] = [
    plain("uint8", st.integers(0, 2**8 - 1)),
    plain("uint40", st.integers(0, 2**40 - 1)),
    plain("uint256", st.integers(0, 2**256 - 1)),
    plain("int64", st.integers(-(2**63), 2**63 - 1)),
    plain("bool", st.booleans()),
    plain("bytes32", st.binary(min_size=32, max_size=32)),
    plain("bytes1", st.binary(min_size=1, max_size=1)),
    plain("bytes", st.binary(max_size=70)),
    plain("string", st.text(max_size=30)),
    plain("address", st.binary(min_size=20, max_size=20).map(lambda raw: "0x" + raw.hex())),
]


@st.composite
def typed(draw: Any, depth: int = 3) -> Typed:
    """A type up to `depth` deep, with its values."""
    shape = draw(st.sampled_from(["plain", "list", "fixed", "tuple"] if depth else ["plain"]))
    if shape == "plain":
        return draw(st.sampled_from(PLAIN))
    if shape == "tuple":
        members = draw(st.lists(typed(depth - 1), min_size=1, max_size=4))
        components = [{**one[0], "name": f"m{place}"} for place, one in enumerate(members)]
        return (
            {"type": "tuple", "name": "", "components": components},
            f"({','.join(one[1] for one in members)})",
            st.tuples(*(one[2] for one in members)),
        )
    parameter, word, values = draw(typed(depth - 1))
    length = draw(st.integers(1, 3)) if shape == "fixed" else None
    suffix = f"[{length or ''}]"
    lists = st.lists(values, min_size=length or 0, max_size=length or 3)
    return {**parameter, "type": parameter["type"] + suffix}, word + suffix, lists


def unnamed(value: Any) -> Any:
    """A decoded value as eth_abi gives it: tuples instead of dicts and lists."""
    if isinstance(value, dict):
        return tuple(unnamed(one) for one in value.values())
    if isinstance(value, (list, tuple)):
        return tuple(unnamed(one) for one in value)
    return value


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_encodes_and_decodes_as_eth_abi_does(data: st.DataObject) -> None:
    types = data.draw(st.lists(typed(), min_size=1, max_size=4))
    values = [data.draw(one[2]) for one in types]
    parameters, words = [one[0] for one in types], [one[1] for one in types]
    encoded = abi.encode(parameters, values)
    assert encoded == eth_encode(words, values)
    assert unnamed(abi.decode(parameters, encoded)) == unnamed(eth_decode(words, encoded))
    assert abi.decoder(parameters)(encoded) == abi.decode(parameters, encoded)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_arbitrary_bytes_are_decoded_or_refused_in_a_sentence(data: st.DataObject) -> None:
    parameters = [one[0] for one in data.draw(st.lists(typed(), min_size=1, max_size=3))]
    noise = data.draw(st.binary(max_size=400))
    words = b"".join(data.draw(st.lists(st.sampled_from([0, 1, 32, 64, 2**255]), max_size=9).map(
        lambda numbers: [number.to_bytes(32, "big") for number in numbers]
    )))  # fmt: skip
    for encoding in (noise, words + noise):
        try:
            values = abi.decode(parameters, encoding)
        except abi.AbiError as error:
            assert str(error)
            with pytest.raises(abi.AbiError):
                abi.decoder(parameters)(encoding)
        else:
            assert abi.decoder(parameters)(encoding) == values


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("uint8", 256),
        ("uint8", -1),
        ("uint8", True),
        ("uint8", 1.0),
        ("bool", 1),
        ("bytes32", bytes(31)),
        ("bytes32", "0x" + "00" * 32),
        ("address", "0x12"),
        ("address", bytes(20)),
        ("bytes", "text"),
        ("string", b"bytes"),
        ("uint8[2]", [1]),
        ("uint8[]", 1),
        ("fixed128x18", 1),
    ],
)
def test_a_value_that_does_not_fit_is_refused(kind: str, value: Any) -> None:
    with pytest.raises(abi.AbiError):
        abi.encode([{"type": kind, "name": "x"}], [value])


WORD = 32


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("uint8", (256).to_bytes(WORD, "big")),
        ("bool", (2).to_bytes(WORD, "big")),
        ("address", (1 << 160).to_bytes(WORD, "big")),
        ("bytes4", b"\0" * 31 + b"\1"),
        ("uint256", b"\0" * 31),
        ("bytes", (32).to_bytes(WORD, "big") + (33).to_bytes(WORD, "big") + bytes(33)),  # cut short
        ("bytes", (32).to_bytes(WORD, "big") + (1).to_bytes(WORD, "big") + b"\1" * 32),  # dirty padding
        ("string", (32).to_bytes(WORD, "big") + (1).to_bytes(WORD, "big") + b"\xff".ljust(32, b"\0")),
        ("uint8[]", (32).to_bytes(WORD, "big") + (1 << 200).to_bytes(WORD, "big")),  # no room for so many
        ("uint8[]", (1 << 200).to_bytes(WORD, "big")),  # an offset into nowhere
    ],
)
def test_what_no_encoder_writes_is_refused(kind: str, data: bytes) -> None:
    with pytest.raises(abi.AbiError):
        abi.decode([{"type": kind, "name": "x"}], data)
    with pytest.raises(abi.AbiError):
        abi.decoder([{"type": kind, "name": "x"}])(data)


def test_a_struct_is_given_by_names_or_in_order() -> None:
    parameter = {
        "type": "tuple",
        "name": "s",
        "components": [{"type": "uint8", "name": "a"}, {"type": "bool", "name": "b"}],
    }
    by_name = abi.encode([parameter], [{"b": True, "a": 1}])
    assert by_name == abi.encode([parameter], [(1, True)])
    assert abi.decode([parameter], by_name) == [{"a": 1, "b": True}]
    with pytest.raises(abi.AbiError, match="exactly a, b"):
        abi.encode([parameter], [{"a": 1}])
    with pytest.raises(abi.AbiError, match="2 values"):
        abi.encode([parameter, parameter], [(1, True)])


@pytest.mark.parametrize("name", NAMES)
def test_every_type_of_the_contracts_is_known(name: str) -> None:
    for item in contract(name).abi:
        for parameter in item.get("inputs", []) + item.get("outputs", []):
            abi.decode([parameter], bytes(32 * 400))
