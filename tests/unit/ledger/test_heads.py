"""The heads of a log against count and digest in state; and what a batch did not do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pytest

from made_logs import made_log
from trialseal.ledger import abi, heads
from trialseal.ledger.contracts import contract
from trialseal.ledger.records import Head
from trialseal.ledger.rolling import Rolled, digest_of

TRIAL, STREAM, WRITER = b"\1" * 32, b"\2" * 32, b"\3" * 32


def head(number: int, **changed: Any) -> Head:
    """The number-th head of the log, with some of what its log says changed."""
    said = {"number": number, "time": 1_600_000_000 + number, "size": 10 * number, "root": bytes([number]) * 32}
    said |= changed
    stream = said.pop("stream", STREAM)
    return heads.head_from(made_log("TrialLog", "HeadExtended", (TRIAL, stream, WRITER), **said))


HEADS = tuple(head(number) for number in (1, 2, 3))


class Held(NamedTuple):
    """What the contract would hold."""

    size: int
    time: int
    count: int
    root: bytes
    digest: bytes

    def gap(self, shown: Sequence[Head]) -> str:
        record = self.size | self.time << 64 | self.count << 104
        words = (record.to_bytes(32, "big"), self.root, self.digest)
        return str(heads.head_history(*words, shown).gap or "")  # type: ignore[arg-type]


@pytest.fixture
def state() -> Held:
    last = HEADS[-1]
    rolled = digest_of(Rolled(WRITER[:20], one.digest) for one in HEADS)
    return Held(last.size, last.time, len(HEADS), last.root, rolled)


NOTHING = Held(0, 0, 0, bytes(32), bytes(32))


def test_a_head_is_what_its_log_says() -> None:
    one = head(2)
    assert (one.trial, one.stream, one.writer) == (TRIAL, STREAM, WRITER)
    assert (one.number, one.size, one.root, one.time) == (2, 20, bytes([2]) * 32, 1_600_000_002)


def test_all_heads_leave_no_gap(state: Held) -> None:
    assert state.gap(HEADS) == ""
    assert NOTHING.gap(()) == ""


def test_heads_that_are_missing_doubled_or_in_another_order(state: Held) -> None:
    for found, words in (
        ((), "heads 1, 2, 3 cannot be seen"),
        (HEADS[1:], "head 1 cannot be seen"),
        (HEADS[:-1], "head 3 cannot be seen"),
        (HEADS[::-1], "3 were shown in another order"),
        ((*HEADS, HEADS[-1]), "4 were shown in another order"),
    ):
        said = state.gap(found)
        assert said and said.startswith("the contract counts 3 heads") and words in said
    said = NOTHING.gap(HEADS)
    assert said and "counts 0 heads, and 3 were shown" in said


@pytest.mark.parametrize(
    "change",
    [{"size": 7}, {"root": bytes(32)}, {"time": 7}, {"key": "0x" + 40 * "7"}, {"stream": bytes(32)}],
    ids=str,
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_head_that_was_altered(state: Held, change: dict[str, Any], place: int) -> None:
    found = [*HEADS]
    found[place] = head(place + 1, **change)
    said = state.gap(tuple(found))
    assert said and "do not lead to the digest in the contract" in said


def test_a_state_that_is_another_heads(state: Held) -> None:
    """The node shows all logs right, and lies of what stands in state."""
    for change in ({"size": 7}, {"root": bytes(32)}, {"time": 7}):
        said = state._replace(**change).gap(HEADS)
        assert said == "the last head shown is not the one in the contract"
    said = state._replace(digest=bytes(32)).gap(HEADS)
    assert said and "do not lead to the digest in the contract" in said


@pytest.mark.parametrize(("at", "count"), [(HEADS[0].time - 1, 0), *((one.time, one.number) for one in HEADS)])
def test_heads_as_they_stood_at_a_time(at: int, count: int) -> None:
    """A head stands from its own second on."""
    whole = heads.HeadHistory(None, HEADS, None)  # type: ignore[arg-type]
    stood = heads.as_it_stood(whole, at)
    assert stood.heads == HEADS[:count]
    if count:
        last = HEADS[count - 1]
        rolled = digest_of(Rolled(WRITER[:20], one.digest) for one in HEADS[:count])
        assert stood.state == heads.HeadState(last.size, last.time, count, last.root, rolled)
    else:
        assert stood.state is None


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
