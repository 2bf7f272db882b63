"""What a party's web domain may answer: names of parties, none, nonsense, or never an end."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from trialseal.evidence import domain
from trialseal.evidence.domain import ask_domain

ID = "ab" * 32


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """A server on this computer that stands for every domain; `chunks` is what it sends, one each `pause` seconds."""
    said: dict[str, Any] = {"chunks": [], "pause": 0.0}
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                peer, _ = server.accept()
            except OSError:
                return
            with peer:
                try:
                    peer.recv(1 << 16)
                    for chunk in said["chunks"]:
                        peer.sendall(chunk)
                        time.sleep(said["pause"])
                except OSError:
                    continue

    threading.Thread(target=serve, daemon=True).start()
    port = server.getsockname()[1]

    class Plain(http.client.HTTPConnection):
        def __init__(self, host: str, timeout: float) -> None:
            super().__init__("127.0.0.1", port, timeout=timeout)

    monkeypatch.setattr(http.client, "HTTPSConnection", Plain)
    yield said
    server.close()


def whole(body: bytes, status: str = "200 OK") -> list[bytes]:
    return [b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status.encode(), len(body), body)]


@pytest.mark.parametrize("text", [ID, ID.upper(), "0x" + ID])
def test_a_domain_names_a_party(answering: dict[str, Any], text: str) -> None:
    answering["chunks"] = whole(json.dumps({"parties": [text]}).encode())
    assert ask_domain("party.example").parties == {ID}
    answering["chunks"] = whole(b'{"parties": []}')
    assert ask_domain("party.example") == ("party.example", frozenset(), None)
    answering["chunks"] = whole(b"<html>", "404 Not Found")
    assert ask_domain("party.example") == ("party.example", frozenset(), None)


@pytest.mark.parametrize(
    "body",
    [
        b'{"parties": 5}', b'{"parties": "ab"}', b'{"parties": {"a": 1}}', b'{"parties": [5]}', b'{"parties": null}',
        b"{}", b"[]", b"null", b"<html>", b"", b"\xff", pytest.param(b"[" * 9000, id="deep"),
        b'{"parties": [], "parties": ["a"]}',
    ],
)  # fmt: skip
def test_an_answer_of_another_form_leaves_it_open(answering: dict[str, Any], body: bytes) -> None:
    answering["chunks"] = whole(body)
    answer = ask_domain("party.example")
    assert not answer.parties
    assert "does not answer with JSON of the form" in str(answer.fault)


def test_other_answers_leave_it_open(answering: dict[str, Any]) -> None:
    answering["chunks"] = whole(b"{}", "302 Found")
    assert ask_domain("party.example").fault == "it answered with HTTP status 302"
    answering["chunks"] = whole(b"x" * ((1 << 16) + 1))
    assert ask_domain("party.example").fault == "its answer has more than 64 KiB"
    answering["chunks"] = [b"no party\x1b[31m is sealed\r\n"]
    assert "could not be asked" in str(ask_domain("party.example").fault)
    assert "\x1b" not in str(ask_domain("party.example").fault)
    assert ask_domain("127.0.0.1").fault == "it is not a web domain"


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n"])
def test_an_answer_that_drips_has_an_end(
    answering: dict[str, Any], monkeypatch: pytest.MonkeyPatch, head: bytes
) -> None:
    monkeypatch.setattr(domain, "_WHOLE", 0.4)
    answering["chunks"] = [head, *[b"H"] * 100] if head else [b"H"] * 100
    answering["pause"] = 0.1
    began = time.monotonic()
    answer = ask_domain("party.example")
    assert time.monotonic() - began < 3
    assert not answer.parties and "within 0.4 seconds" in str(answer.fault)
