"""Which logs of an answer are taken: those asked for, of the blocks asked for, none that the node marks as removed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from made_logs import made_log
from trialseal.ledger.logs import Log, Wanted, parse, wanted
from trialseal.ledger.parties import replay

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
    assert asked.fitting()(withdrawn()) is fits


@pytest.mark.parametrize("topics", [3, 5])
def test_a_log_with_other_than_four_topics_is_never_wanted(topics: int) -> None:
    log = replace(withdrawn(), topics=(*withdrawn().topics, SUBJECT)[:topics])
    assert not wanted("Attestations", ["Withdrawn"]).fitting()(log)


def test_a_log_without_a_stamp_is_never_wanted() -> None:
    data = withdrawn().data
    assert wanted("Attestations", ["Withdrawn"]).fitting()(replace(withdrawn(), data=data[:32]))
    assert not wanted("Attestations", ["Withdrawn"]).fitting()(replace(withdrawn(), data=data[:31]))


def test_a_vetoed_change_of_a_key_is_as_if_it_had_not_been_asked_for() -> None:
    party, key, second = b"\5" * 32, "0x" + "ab" * 20, "0x" + "cd" * 20

    def log(event: str, address: str, **members: Any) -> Log:
        topics = (party, bytes.fromhex(address[2:]).rjust(32, b"\0"), party)
        return made_log("Parties", event, topics, **members)

    made = log("KeyAdded", key, purposes=0xFFFF, validFrom=0)
    added = log("KeyAdded", second, purposes=1, validFrom=2_000_000_000)
    revoked = log("KeyRevoked", key, validUntil=2_000_000_000)
    assert [one.valid_until for one in replay([made, revoked])[1]] == [2_000_000_000]
    assert [one.valid_until for one in replay([made, revoked, log("KeyVetoed", key, addition=False)])[1]] == [0]
    assert [one.key for one in replay([made, added])[1]] == [key, second]
    assert [one.key for one in replay([made, added, log("KeyVetoed", second, addition=True)])[1]] == [key]


def test_a_restated_compromise_is_uncontested_again() -> None:
    key = "0x" + "ab" * 20
    topics = (b"\5" * 32, bytes.fromhex(key[2:]).rjust(32, b"\0"), b"\5" * 32)
    logs = [
        made_log("Parties", "KeyAdded", topics, purposes=1, validFrom=0),
        made_log("Parties", "CompromiseDeclared", topics, time=100, since=90),
        made_log("Parties", "CompromiseContested", topics, time=110, declaredAt=100),
        made_log("Parties", "CompromiseDeclared", topics, time=120, since=80),
    ]
    said = [
        (one.compromised_since, one.declared_at, one.contested_at) for n in (2, 3, 4) for one in replay(logs[:n])[1]
    ]
    assert said == [(90, 100, 0), (90, 100, 110), (80, 120, 0)]
