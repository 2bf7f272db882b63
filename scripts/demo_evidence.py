"""The end of the demonstration: a bundle that is checked without a network, and a node that lies and is caught."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

# Python whose sockets are barred, where no network namespace can be had.
_BARRED = (
    "import runpy, socket, sys\n"
    "def barred(*_, **__): raise OSError('sockets are barred')\n"
    "socket.socket = barred\n"
    "sys.argv[0] = 'trialseal'\n"
    "runpy.run_module('trialseal', run_name='__main__')\n"
)
HOLDS, FAILS, UNDETERMINED = 0, 1, 2


def checked_without_network(trial: Path, bundle: Path, block_hash: str) -> bool:
    """Packs the trial into a bundle and checks it where no network is; whether an answer is found there."""
    _run([], ["bundle", str(trial), "--out", str(bundle)], (HOLDS,))
    words = ["verify", str(bundle), "--block-hash", block_hash]
    if _has_namespaces():
        print("(in a network namespace of its own, in which there is no network:)")
        return _run(["unshare", "--map-root-user", "--net"], words, (HOLDS, FAILS))
    print("(with sockets barred:)")
    return _run([], words, (HOLDS, FAILS), start=["-c", _BARRED])


def lie_is_caught(url: str, trial: Path) -> bool:
    """Asks a node that hides the last act of every trial; whether it is caught."""
    with _hiding(url) as lying:
        print(f"A node at {lying} shows everything but the last act:")
        return _run([], ["history", str(trial), "--network", lying, "--trust-node"], (UNDETERMINED,))


def _run(before: list[str], words: list[str], expected: tuple[int, ...], start: list[str] | None = None) -> bool:
    print("$ trialseal " + " ".join(words), flush=True)
    command = [*before, sys.executable, *(start or ["-m", "trialseal"]), *words]
    done = subprocess.run(command, check=False, timeout=120, capture_output=True, text=True)
    lines = (done.stdout + done.stderr).splitlines()
    shown = lines if len(lines) <= 12 else [*lines[:5], "…", *lines[-6:]]
    print("\n".join(shown))
    print(f"(exit code {done.returncode})")
    return done.returncode in expected


def _has_namespaces() -> bool:
    if shutil.which("unshare") is None:
        return False
    words = ["unshare", "--map-root-user", "--net", "true"]
    return subprocess.run(words, check=False, capture_output=True, timeout=20).returncode == 0


@contextmanager
def _hiding(url: str) -> Iterator[str]:
    """A node that passes on all questions, and of each answer with logs all but the last."""

    class Node(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            with urlopen(Request(url, asked, {"Content-Type": "application/json"}), timeout=30) as answer:
                told = json.load(answer)
            content = json.dumps([_lie(one) for one in told] if isinstance(told, list) else _lie(told)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Node)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _lie(answer: dict[str, Any]) -> dict[str, Any]:
    logs = answer.get("result")
    return {**answer, "result": logs[:-1]} if isinstance(logs, list) and logs and "topics" in logs[0] else answer
