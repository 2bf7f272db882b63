"""Nodes on this computer that answer as a test wants."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# Status, headers and body of an answer; None closes the connection without one.
Answer = tuple[int, dict[str, str], bytes] | None


class Node:
    """A server on this computer that answers as a test wants, and keeps what it was asked."""

    def __init__(self, answer: Callable[[Any], Any]) -> None:
        self.asked: list[Any] = []
        self.headers: list[dict[str, str]] = []
        self.connections = 0
        node = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self) -> None:
                node.connections += 1
                super().setup()

            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                node.asked.append(request)
                node.headers.append(dict(self.headers))
                given = answer(request)
                if given is None:
                    self.close_connection = True
                    return
                if not isinstance(given, tuple):
                    given = (200, {}, json.dumps(given).encode())
                status, headers, body = given
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *words: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()


@contextmanager
def node(answer: Callable[[Any], Any]) -> Iterator[Node]:
    made = Node(answer)
    try:
        yield made
    finally:
        made.server.shutdown()
        made.server.server_close()


def result(request: Any) -> Any:
    """A well-behaved answer: the method's name."""
    if isinstance(request, list):
        return [result(one) for one in request]
    return {"jsonrpc": "2.0", "id": request["id"], "result": request["method"]}
