"""A gateway in front of a node that answers as a test wants: it drops, hides, refuses or changes."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from trialseal.ledger.proofs.header import FIRST, LATER
from trialseal.ledger.proofs.keccak import keccak256
from trialseal.ledger.proofs.rlp import Item, encode, number_bytes

Request = dict[str, Any]


class Drop(Exception):
    """The connection is closed instead of an answer."""


class Status(Exception):
    """Another HTTP status than 200 is given, and a page instead of an answer."""

    def __init__(self, status: int) -> None:
        self.status = status


class Gateway:
    """`before` may answer a call itself, or Drop it; `after` may change the node's answer, or Drop it."""

    def __init__(self, url: str) -> None:
        self.methods: list[str] = []  # that reached the node
        self.requests: list[list[str]] = []  # methods of each request; a batch is one
        self.before: Callable[[Request], Any] = lambda request: None
        self.after: Callable[[Request, Any], Any] = lambda request, answer: answer
        self._node = urlsplit(url)
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                gateway.requests.append([one["method"] for one in (asked if isinstance(asked, list) else [asked])])
                status = 200
                try:
                    answer = (
                        [gateway._answer(one) for one in asked] if isinstance(asked, list) else gateway._answer(asked)
                    )
                except Drop:
                    self.close_connection = True
                    return
                except Status as given:
                    answer = None
                    status = given.status
                body = json.dumps(answer).encode() if answer is not None else b"<html></html>"
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *words: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        """Ends the gateway."""
        self._server.shutdown()
        self._server.server_close()

    def refuse(self, method: str, message: str, code: int = -32000) -> None:
        """Refuses every call of a method from now on."""
        earlier = self.before

        def before(request: Request) -> Any:
            return error(message, code) if request["method"] == method else earlier(request)

        self.before = before

    def _answer(self, request: Request) -> Any:
        answer = self.before(request)
        if answer is None:
            self.methods.append(request["method"])
            answer = self.after(request, self._ask(request))
        return {**answer, "jsonrpc": "2.0", "id": request["id"]}

    def _ask(self, request: Request) -> Any:
        connection = http.client.HTTPConnection(self._node.hostname or "", self._node.port, timeout=30)
        try:
            connection.request("POST", "/", json.dumps(request), {"Content-Type": "application/json"})
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()


def error(message: str, code: int = -32000) -> Any:
    """An answer that refuses."""
    return {"error": {"code": code, "message": message}}


def rehashed(block: dict[str, Any]) -> str:
    """The hash that a block with these members has, as a chain of another fork would give it."""
    members: list[Item] = [
        bytes.fromhex(block[name][2:]) if size else number_bytes(int(block[name], 16))
        for name, size in (FIRST | LATER).items()
        if name in block
    ]
    return "0x" + keccak256(encode(members)).hex()
