"""Calendars and authorities that hang, drip, flood or lie: each is one sentence within its time."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from tests.unit.clocks.clock_servers import Authority, Reply, authority, calendar, saying, serving

from trialseal.clocks import calendar as calendars
from trialseal.clocks import exchange, opentimestamps, tokens
from trialseal.clocks.exchange import clock_at
from trialseal.clocks.steps import KECCAK256, Bitcoin, Operation, Promise, Step, write_steps
from trialseal.errors import FailedError, UndeterminedError, UsageError

DIGEST = sha256(b"a protocol").digest()


def test_a_calendar_promises_and_keeps_its_promise() -> None:
    with calendar() as here:
        clock = clock_at(here.url, "--calendar")
        steps = calendars.submit(clock, DIGEST)
        [end] = opentimestamps.ends(DIGEST, steps)
        assert here.learnt == [DIGEST] and end.attestation == Promise(here.url) and end.message is not None
        assert calendars.look_up(clock, end.message) is None
        here.height = 800_000
        found = calendars.look_up(clock, end.message)
        assert found is not None and found[-1] == Bitcoin(800_000)


def test_a_further_promise_is_no_upgrade() -> None:
    with serving(lambda *_: (200, write_steps((Promise("https://c.example"),)))) as url:
        assert calendars.look_up(clock_at(url, "--calendar"), DIGEST) is None


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n"


def drip(heard: socket.socket) -> None:
    heard.sendall(HEAD)
    for _ in range(50):
        heard.sendall(b"x")
        time.sleep(0.1)


def drip_headers(heard: socket.socket) -> None:
    heard.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    for _ in range(50):
        heard.sendall(b"x")
        time.sleep(0.1)


def flood(heard: socket.socket) -> None:
    heard.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        heard.sendall(b"10000\r\n" + bytes(1 << 16) + b"\r\n")


@pytest.mark.parametrize(
    ("talk", "words"),
    [
        (lambda heard: time.sleep(3), "answer within 0.5 seconds"),
        (drip, "does not finish its answer within 0.5 seconds"),
        (drip_headers, "does not finish its answer within 0.5 seconds"),
        (flood, "more than 10,000 bytes"),
        (lambda heard: heard.sendall(b"220 mail\r\n"), "does not speak HTTP"),
        (lambda heard: heard.sendall(HEAD + b"x"), "does not speak HTTP"),
        (lambda heard: None, "does not speak HTTP|nothing answers"),
        (
            lambda heard: heard.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://x/\r\nContent-Length: 0\r\n\r\n"),
            "else",
        ),
    ],
)
def test_a_clock_that_does_not_answer_is_one_sentence(talk: Callable[[socket.socket], None], words: str) -> None:
    with saying(talk) as url:
        began = time.monotonic()
        with pytest.raises(UndeterminedError, match=words):
            exchange.ask(clock_at(url, "--calendar"), "POST", "/digest", b"", {}, 10_000, whole=0.5)
        assert time.monotonic() - began < 2.5


def test_nothing_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    with pytest.raises(UndeterminedError, match="nothing answers at http://127.0.0.1"):
        calendars.submit(clock_at(url, "--calendar"), DIGEST)


OVERLONG: tuple[Step, ...] = (*[Operation(0xF3)] * 8, Bitcoin(1))


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ((500, b""), "refuses the digest"),
        ((200, b""), "is no OpenTimestamps proof"),
        ((200, b"<html>"), "is no OpenTimestamps proof"),
        ((200, write_steps(OVERLONG)), "is no OpenTimestamps proof .one of its messages"),
        ((200, bytes(10_001)), "more than 10,000 bytes"),
    ],
)
def test_a_calendar_that_answers_oddly_is_one_sentence(reply: Reply, words: str) -> None:
    with serving(lambda *_: reply) as url, pytest.raises(UndeterminedError, match=words):
        calendars.submit(clock_at(url, "--calendar"), DIGEST)


def test_what_cannot_be_computed_is_not_a_fault_of_the_calendar() -> None:
    with serving(lambda *_: (200, write_steps((Operation(KECCAK256), Bitcoin(1))))) as url:
        assert calendars.submit(clock_at(url, "--calendar"), DIGEST)[-1] == Bitcoin(1)


@pytest.mark.parametrize(
    "url",
    ["", "clock.example", "ftp://clock.example", "http://", "http://a:0", "http://a b", "http://u:p@a", "http://é",
     "http://a/\x1b", "http://a..b", "http://a:99999", "http://[::1"],
)  # fmt: skip
def test_what_is_no_address_is_wrong_use(url: str) -> None:
    with pytest.raises(UsageError, match="--authority does not take"):
        clock_at(url, "--authority")


def test_an_address_may_hold_a_key_that_is_not_shown() -> None:
    clock = clock_at("https://clock.example:8443/my-key/?k=secret", "--authority")
    assert (clock.shown, clock.path) == ("https://clock.example:8443", "/my-key?k=secret")
    assert clock.name == "clock.example-8443"


@pytest.fixture
def here(tmp_path: Path) -> Authority:
    return authority(tmp_path / "tsa")


def test_an_authority_dates_a_digest(here: Authority) -> None:
    with serving(here.answer) as url:
        token = tokens.read(tokens.request(clock_at(url, "--authority"), DIGEST))
    assert token.digest == DIGEST and abs(token.time.timestamp() - time.time()) < 60
    assert token.signer == "CN=Test authority"
    assert tokens.refusal(token, tokens.roots_in(here.root.read_bytes(), "root")) is None


def test_an_authority_that_answers_another_request_is_refused(here: Authority) -> None:
    kept = here.answer("POST", "/", tokens.query(sha256(b"other").digest(), 5))
    with serving(lambda *_: kept) as url, pytest.raises(FailedError, match="token of another request"):
        tokens.request(clock_at(url, "--authority"), DIGEST)
    replayed = here.answer("POST", "/", tokens.query(DIGEST, 5))
    with serving(lambda *_: replayed) as url, pytest.raises(FailedError, match="token of another request"):
        tokens.request(clock_at(url, "--authority"), DIGEST)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ((200, b""), "is no token .it is not the answer"),
        ((200, bytes.fromhex("30053003020102")), "the authority refused .status 2"),
        ((404, b""), "HTTP 404"),
        ((200, bytes(1 << 18)), "more than 131,072 bytes"),
    ],
)
def test_an_authority_that_answers_oddly_is_one_sentence(reply: Reply, words: str) -> None:
    pytest.importorskip("rfc3161_client", reason="the extra trialseal[timestamp] is not installed")
    with serving(lambda *_: reply) as url, pytest.raises(UndeterminedError, match=words):
        tokens.request(clock_at(url, "--authority"), DIGEST)
