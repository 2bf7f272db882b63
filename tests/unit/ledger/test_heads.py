"""The heads of a log against count and digest in state, from the published vectors; and what a batch did not do."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from trialseal.ledger import abi, heads
from trialseal.ledger.contracts import contract
from trialseal.ledger.records import Head, HeadState

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "heads.json").read_text(encoding="utf-8"))
TRIAL, STREAM, WRITER = (bytes.fromhex(VECTORS[name]) for name in ("trial", "stream", "writer"))
HEADS = tuple(
    Head(
        trial=TRIAL,
        writer=WRITER,
        stream=STREAM,
        number=one["number"],
        size=one["size"],
        root=bytes.fromhex(one["root"]),
        time=one["time"],
        key=one["key"],
        block=one["number"],
        block_hash="0x" + 64 * "0",
        transaction="0x" + 64 * "0",
    )
    for one in VECTORS["heads"]
)


def digest(found: tuple[Head, ...], address: str = "0x" + VECTORS["log"], chain: int = VECTORS["chain_id"]) -> bytes:
    return heads.rolling_digest(chain, address, TRIAL, WRITER, STREAM, found)


def gap(found: tuple[Head, ...], state: HeadState | None) -> str | None:
    return heads.gap(VECTORS["chain_id"], TRIAL, WRITER, STREAM, state, found)


@pytest.fixture
def state() -> HeadState:
    """What the contract of this package would hold."""
    last = HEADS[-1]
    return HeadState(last.size, last.time, len(HEADS), last.root, digest(HEADS, contract("TrialLog").address))


def test_the_published_digests() -> None:
    assert digest(()).hex() == VECTORS["rolling_0"]
    for number, one in enumerate(VECTORS["heads"], start=1):
        assert digest(HEADS[:number]).hex() == one["rolling"]
    assert digest(HEADS, chain=1) != digest(HEADS) != digest(HEADS, "0x" + 40 * "1")


def test_a_log_of_the_vectors_is_the_head_that_it_says() -> None:
    for one, head in zip(VECTORS["heads"], HEADS, strict=True):
        log = {"topics": ["0x" + topic for topic in one["topics"]], "data": "0x" + one["data"]}
        name, values = contract("TrialLog").decode_log(log)
        assert (name, values["size"], values["root"]) == ("HeadExtended", head.size, head.root)


def test_all_heads_leave_no_gap(state: HeadState) -> None:
    assert gap(HEADS, state) is None
    assert gap((), None) is None


def test_heads_that_are_missing_doubled_or_in_another_order(state: HeadState) -> None:
    for found, words in (
        ((), "heads 1, 2, 3 cannot be seen"),
        (HEADS[1:], "head 1 cannot be seen"),
        (HEADS[:-1], "head 3 cannot be seen"),
        (HEADS[::-1], "the node shows 3 in another order"),
        ((*HEADS, HEADS[-1]), "the node shows 4 in another order"),
    ):
        said = gap(found, state)
        assert said and said.startswith("the contract counts 3 heads of this log") and words in said
    said = gap(HEADS, None)
    assert said and "counts 0 heads of this log, the node shows 3" in said


@pytest.mark.parametrize(
    "change",
    [{"size": 7}, {"root": bytes(32)}, {"time": 7}, {"key": "0x" + 40 * "7"}, {"stream": bytes(32)}],
    ids=str,
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_head_that_was_altered(state: HeadState, change: dict[str, Any], place: int) -> None:
    found = [*HEADS]
    found[place] = replace(found[place], **change)
    said = gap(tuple(found), state)
    assert said and "do not lead to the rolling digest" in said


def test_a_state_that_is_another_heads(state: HeadState) -> None:
    """The node shows all logs right, and lies of what stands in state."""
    for change in ({"size": 7}, {"root": bytes(32)}, {"time": 7}, {"rolling_digest": bytes(15)}):
        said = gap(HEADS, replace(state, **change))
        assert said and "do not lead to the rolling digest" in said


def test_what_a_batch_refused_is_told_in_words() -> None:
    target = contract("TrialLog")

    def refused(place: int, reason: bytes, address: str = target.address) -> dict[str, Any]:
        topics = [target.topic("ActRefused"), bytes(32), place.to_bytes(32, "big")]
        data = abi.encode([{"type": "bytes"}], [reason])
        return {"address": address, "topics": ["0x" + topic.hex() for topic in topics], "data": "0x" + data.hex()}

    selector = bytes.fromhex(target._artifact["errors"]["SizeNotGrown(uint64,uint64)"][2:])
    reason = selector + (9).to_bytes(32, "big") + (8).to_bytes(32, "big")
    extended = {"address": target.address, "topics": ["0x" + target.topic("HeadExtended").hex()], "data": "0x"}
    logs = [refused(1, reason), extended, refused(4, b""), refused(5, reason, "0x" + 40 * "1"), {"address": None}]
    told = heads.refused_acts(logs)
    assert list(told) == [1, 4]
    assert "has 9 entries anchored, and a head of 8 adds none" in told[1]
    assert "without a reason" in told[4]
