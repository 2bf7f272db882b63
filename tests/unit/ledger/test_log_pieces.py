"""Blocks searched for logs piece by piece, whatever a node refuses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.made_logs import made_log

from trialseal.ledger.log_pieces import pieces
from trialseal.ledger.logs import Log
from trialseal.ledger.rpc import RpcError, TooLarge


def log_of(block: int) -> Log:
    return made_log("Attestations", "Withdrawn", (b"1" * 32, b"2" * 32, b"3" * 32), number=block)


@given(
    start=st.integers(0, 10**6),
    blocks=st.integers(0, 40),
    logs=st.sets(st.integers(0, 39)),
    most=st.integers(1, 50),
    many=st.integers(1, 9),
)
def test_every_block_is_read_once_and_in_order(start: int, blocks: int, logs: set[int], most: int, many: int) -> None:
    asked: list[int] = []
    done: list[tuple[int, int]] = []

    def ask(first: int, last: int) -> list[Log]:
        found = [log_of(block) for block in range(first, last + 1) if block - start in logs]
        if last - first >= most:
            raise RpcError("too many blocks", -32005, "too many blocks")
        if len(found) > many:
            raise TooLarge("its answer is too large")
        asked.extend(range(first, last + 1))
        return found

    found = [log.number for part in pieces(ask, start, start + blocks - 1, lambda *of: done.append(of)) for log in part]
    assert asked == list(range(start, start + blocks))
    assert found == [start + one for one in sorted(logs) if one < blocks]
    assert done == sorted(done) and (not blocks or done[-1] == (blocks, blocks))


def test_a_node_that_refuses_one_block_is_given_up() -> None:
    def ask(first: int, last: int) -> list[Log]:
        if first <= 3 <= last:
            raise TooLarge("its answer is too large")
        return []

    with pytest.raises(TooLarge, match="too large"):
        list(pieces(ask, 0, 7))
