"""Heads of streams: they move with a proof only, each writer's apart, counted and folded into a digest."""

from __future__ import annotations

from hashlib import sha256

import brownie
import pytest

from .stage import DAY, STREAM, STREAM_NAME, Stage, address, digest, raw, rpc

ENTRIES = [digest(f"entry {number}") for number in range(64)]
FIRST = 5


@pytest.fixture(scope="module", autouse=True)
def staged(stage: Stage, module_starts_from_the_stage: None) -> Stage:
    """The sponsor's stream is open and has a head of 5 entries."""
    stage.registry.openStream(stage.opening(), {"from": stage.clerk})
    stage.log.extend(*stage.extension(ENTRIES[:FIRST]), {"from": stage.writer})
    return stage


def test_a_head_is_kept_as_it_was_given(stage: Stage) -> None:
    sent = stage.log.extend(*stage.extension(ENTRIES, FIRST), {"from": stage.writer})
    head = stage.head()
    assert (head.size, head.time, head.heads) == (64, sent.timestamp, 2)
    assert head.root == stage.extension(ENTRIES)[0][-1]


def test_every_head_emits_one_log(stage: Stage) -> None:
    sent = stage.send(stage.log.extend, *stage.extension(ENTRIES[:9], FIRST), by=stage.writer)
    (log,) = sent["logs"]
    assert [raw(topic) for topic in log["topics"][1:]] == [stage.trial, STREAM_NAME, stage.sponsor.id]
    data = raw(log["data"])
    stamp = (2).to_bytes(4, "big") + stage.now.to_bytes(8, "big") + raw(stage.writer)
    assert data == stamp + (9).to_bytes(32, "big") + stage.head().root


def test_the_logs_lead_to_the_digest_in_state(stage: Stage) -> None:
    for size in (6, 8, 64):
        stage.log.extend(*stage.extension(ENTRIES[:size], stage.head().size), {"from": stage.writer})
    place = raw(stage.log.address).rjust(32, b"\0")
    rolled = sha256(
        brownie.chain.id.to_bytes(32, "big") + place + stage.trial + STREAM_NAME + stage.sponsor.id
    ).digest()
    logs = rpc("eth_getLogs", {"address": stage.log.address, "fromBlock": "0x0"})
    assert len(logs) == stage.head().heads == 4
    for log in logs:
        words = b"".join(map(raw, log["topics"])) + raw(log["data"])
        rolled = sha256(rolled[:15].ljust(32, b"\0") + words).digest()
    assert stage.head().rolling == rolled[:15]


def test_only_a_key_for_streams_extends(stage: Stage) -> None:
    for key in (stage.manager, stage.clerk, stage.outsider, stage.cro.key):
        refused = stage.refusal(stage.log.extend, *stage.extension(ENTRIES, FIRST), by=key)
        assert refused == ("KeyNotValid", stage.sponsor.id, address(key), STREAM)
    assert stage.accepts(stage.log.extend, *stage.extension(ENTRIES, FIRST), by=stage.sponsor.key, time=stage.now + DAY)
