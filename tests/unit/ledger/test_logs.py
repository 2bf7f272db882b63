"""Which logs of an answer are taken: those asked for, of the blocks asked for, none that the node marks as removed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from made_logs import made_log
from trialseal.ledger.logs import Log, Wanted, parse, wanted

SUBJECT, DIGEST, AUTHOR = b"\1" * 32, b"\2" * 32, b"\3" * 32


def withdrawn(block: int = 10) -> Log:
    return replace(made_log("Attestations", "Withdrawn", (SUBJECT, DIGEST, AUTHOR)), block=block)


def answered(log: Log, **members: Any) -> dict[str, Any]:
    """As a node gives it."""
    return {
        "address": log.address.upper().replace("0X", "0x"),
        "topics": ["0x" + one.hex() for one in log.topics],
        "data": "0x" + log.data.hex(),
        "blockNumber": hex(log.block),
        "blockHash": log.block_hash,
        "transactionHash": log.transaction,
        "logIndex": hex(log.index),
    } | members


def test_a_log_that_a_node_marks_as_removed_is_none() -> None:
    assert parse(answered(withdrawn())) == withdrawn()
    assert parse(answered(withdrawn(), removed=False)) == withdrawn()
    assert parse(answered(withdrawn(), removed=True)) is None


ASKED = wanted("Attestations", ["Withdrawn"], [SUBJECT, b"\7" * 32])


@pytest.mark.parametrize(("block", "fits"), [(8, False), (9, True), (10, True), (11, True), (12, False)])
def test_only_logs_of_the_blocks_asked_for(block: int, fits: bool) -> None:
    assert ASKED.fits(withdrawn(block), 9, 11) is fits


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        (ASKED, True),
        (wanted("Attestations", ["Withdrawn"]), True),
        (wanted("Attestations", ["Attested", "Withdrawn"], None, [DIGEST]), True),
        (wanted("Attestations", ["Attested"]), False),
        (wanted("Attestations", ["Withdrawn"], [DIGEST]), False),
        (wanted("Attestations", ["Withdrawn"], [SUBJECT], [SUBJECT]), False),
        (Wanted("Parties", ASKED.topics), False),
        (Wanted("Attestations", (*ASKED.topics, None, None, None)), False),  # more topics than it has
    ],
)
def test_only_logs_that_were_asked_for(asked: Wanted, fits: bool) -> None:
    assert asked.fits(withdrawn(), 9, 11) is fits
