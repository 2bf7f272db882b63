"""RLP against Ethereum's published vectors, and each form that is not the shortest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plain_trie import rlp as peer
from trialseal.ledger.proofs.rlp import Item, RlpError, decode, encode, number, number_bytes

VECTORS = json.loads((Path(__file__).parents[3] / "vectors" / "state.json").read_bytes())["rlp"]


def item(value: Any) -> Item:
    return bytes.fromhex(value) if isinstance(value, str) else [item(one) for one in value]


@pytest.mark.parametrize("name", VECTORS["valid"])
def test_published_items_are_read_and_written(name: str) -> None:
    meant, raw = VECTORS["valid"][name]
    assert decode(bytes.fromhex(raw[2:])) == item(meant)
    assert encode(item(meant)) == bytes.fromhex(raw[2:])


@pytest.mark.parametrize("name", VECTORS["invalid"])
def test_published_odd_forms_are_refused(name: str) -> None:
    with pytest.raises(RlpError):
        decode(bytes.fromhex(VECTORS["invalid"][name][2:]))


@pytest.mark.parametrize(
    "raw",
    [
        "",  # nothing
        "8080",  # more than one item
        "c180c0",
        "83646f",  # cut off
        "c3646f",
        "c28264",  # an item that is longer than its list
        "c1b8",  # a length that is longer than its list
        "c1f800",
        "b837" + "00" * 55,  # the long form of 55 bytes
        "f837" + "00" * 55,
        "b90038" + "00" * 56,  # a length with a zero in front
        "bfffffffffffffffff",  # lengths beyond everything
        "ffffffffffffffffff",
        "c8c7c6c5c4c3c2c1c0",  # nine deep
        "c4c3c2c1c0",  # five deep
    ],
)
def test_odd_forms_are_refused(raw: str) -> None:
    with pytest.raises(RlpError):
        decode(bytes.fromhex(raw))


def test_how_much_stands_behind_an_item_is_told() -> None:
    with pytest.raises(RlpError, match="^3 bytes stand behind the item"):
        decode(bytes.fromhex("83646f67" + "808080"))


def test_lists_four_deep_are_read() -> None:
    assert decode(bytes.fromhex("c3c2c1c0")) == [[[[]]]]


def test_very_deep_lists_do_not_exhaust_anything() -> None:
    raw = b"\xc0"
    for _ in range(5_000):
        size = number_bytes(len(raw))
        raw = (bytes([0xC0 + len(raw)]) if len(raw) < 56 else bytes([0xF7 + len(size)]) + size) + raw
    with pytest.raises(RlpError, match="deep"):
        decode(raw)


def test_numbers_have_no_zeros_in_front() -> None:
    assert [number(one) for one in (b"", b"\1", b"\1\0")] == [0, 1, 256]
    odd: list[Item] = [b"\0", b"\0\1", []]
    for one in odd:
        with pytest.raises(RlpError):
            number(one)
    assert [number_bytes(one) for one in (0, 1, 255, 256)] == [b"", b"\1", b"\xff", b"\1\0"]


texts = st.binary(max_size=80)
items: st.SearchStrategy[Any] = st.recursive(texts, lambda inner: st.lists(inner, max_size=5), max_leaves=30)


def depth(value: Any) -> int:
    return 0 if isinstance(value, bytes) else 1 + max(map(depth, value), default=0)


@given(items)
def test_what_is_written_is_read_again_and_no_deeper_than_four(value: Any) -> None:
    raw = encode(value)
    assert raw == peer(value)
    if depth(value) <= 4:
        assert decode(raw) == value
    else:
        with pytest.raises(RlpError):
            decode(raw)


@given(st.binary(max_size=100))
def test_whatever_is_read_has_one_form(raw: bytes) -> None:
    try:
        found = decode(raw)
    except RlpError:
        return
    assert encode(found) == raw
