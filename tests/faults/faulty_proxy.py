"""A proxy between a command and a node that does what networks do, by a seeded plan: the same seed, the same faults."""

from __future__ import annotations

import http.client
import json
import random
import sys
import threading
import time
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from trialseal.ledger.proofs.keccak import keccak256


class Fault(StrEnum):
    """What happens to one request."""

    PASSED = "passed"
    LOST = "lost before it arrived"
    UNANSWERED = "arrived, the answer was lost"
    DELAYED = "delayed"
    DOUBLED = "arrived twice"
    CUT = "answer cut off"
    WRONG = "answered with something else"
    OLD = "answered as an earlier request was"
    REFUSED = "refused with an error of the node"
    BUSY = "refused with status 429 or 503"
    FORGOTTEN = "that sent, answered with the hash and forgotten"


_WEIGHTS = {
    Fault.LOST: 4,
    Fault.UNANSWERED: 4,
    Fault.DELAYED: 3,
    Fault.DOUBLED: 3,
    Fault.CUT: 2,
    Fault.WRONG: 1,
    Fault.OLD: 1,
    Fault.REFUSED: 2,
    Fault.BUSY: 2,
}


# Of what is sent, so much is forgotten by a node whose pool is full, or that starts anew.
_FORGETS = 0.3

_OTHER = (b"{}", b"null", b"[]", b"<html>bad gateway</html>", b'{"jsonrpc": "2.0", "id": 1}')


class _Server(ThreadingHTTPServer):
    """Says nothing of a client that went away: here they are killed."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class FaultyProxy:
    """Forwards to the node at `url`; a share of all requests meets a fault. `calm` is set when it shall be honest."""

    def __init__(self, url: str, seed: int, share: float) -> None:
        self.counts: dict[Fault, int] = dict.fromkeys(Fault, 0)
        self.calm = threading.Event()
        self._node = urlsplit(url)
        self._random = random.Random(seed)
        self._share = share
        self._earlier: bytes | None = None
        self._under_way = 0
        self._lock = threading.Lock()
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with proxy._lock:
                    proxy._under_way += 1
                try:
                    status, answer = proxy._answer(body)
                except (OSError, http.client.HTTPException):
                    status, answer = 0, None
                finally:
                    with proxy._lock:
                        proxy._under_way -= 1
                if answer is None:
                    self.close_connection = True
                    return
                cut = status == -1
                self.send_response(200 if cut else status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                try:
                    self.wfile.write(answer[: len(answer) // 2] if cut else answer)
                except OSError:
                    self.close_connection = True
                if cut:
                    self.close_connection = True

            def log_message(self, *words: Any) -> None:
                pass

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def is_idle(self) -> bool:
        """Whether no request is under way, of a process that was killed meanwhile either."""
        with self._lock:
            return not self._under_way

    def close(self) -> None:
        """Stops listening."""
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, body: bytes) -> tuple[int, bytes | None]:
        """Status (-1: the answer is cut off) and answer; None closes the connection."""
        with self._lock:
            fault = self._choose(sent := _sent(body))
            pause = self._random.uniform(0.01, 0.3)
            other = self._random.choice(_OTHER)
            busy = self._random.choice((429, 503))
        if fault is Fault.LOST:
            return 0, None
        if fault is Fault.FORGOTTEN and sent is not None:
            return 200, _taken(*sent)
        if fault is Fault.BUSY:
            return busy, b"try again later"
        if fault is Fault.REFUSED:
            return 200, _refusal(body)
        if fault is Fault.WRONG:
            return 200, other
        if fault is Fault.DELAYED:
            time.sleep(pause)
        answer = self._forward(body)
        if fault is Fault.DOUBLED:
            answer = self._forward(body)
        with self._lock:
            earlier, self._earlier = self._earlier, answer
        if fault is Fault.UNANSWERED:
            return 0, None
        if fault is Fault.CUT:
            return -1, answer
        if fault is Fault.OLD and earlier is not None:
            return 200, earlier
        return 200, answer

    def _choose(self, sent: tuple[Any, bytes] | None) -> Fault:
        fault = Fault.PASSED
        if not self.calm.is_set() and self._random.random() < self._share:
            [fault] = self._random.choices(list(_WEIGHTS), list(_WEIGHTS.values()))
        elif not self.calm.is_set() and sent is not None and self._random.random() < _FORGETS:
            fault = Fault.FORGOTTEN
        self.counts[fault] += 1
        return fault

    def _forward(self, body: bytes) -> bytes:
        connection = http.client.HTTPConnection(self._node.hostname or "", self._node.port, timeout=30)
        try:
            connection.request("POST", "/", body, {"Content-Type": "application/json"})
            return connection.getresponse().read()
        finally:
            connection.close()


def _sent(body: bytes) -> tuple[Any, bytes] | None:
    """The request's id, and the transaction that it sends; None if it sends none."""
    try:
        asked = json.loads(body)
    except ValueError:  # of a process that was killed while it asked
        return None
    if not isinstance(asked, dict) or asked.get("method") != "eth_sendRawTransaction":
        return None
    return asked.get("id"), bytes.fromhex(asked["params"][0].removeprefix("0x"))


def _taken(number: Any, raw: bytes) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": number, "result": "0x" + keccak256(raw).hex()}).encode()


def _refusal(body: bytes) -> bytes:
    asked = json.loads(body)
    calls = asked if isinstance(asked, list) else [asked]
    said = [
        {"jsonrpc": "2.0", "id": one.get("id"), "error": {"code": -32005, "message": "limit exceeded"}} for one in calls
    ]
    return json.dumps(said if isinstance(asked, list) else said[0]).encode()
