"""Clocks on this computer: calendars that answer as a test wants, and OpenSSL's own time-stamping authority."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from trialseal.clocks.steps import APPEND, SHA256, Bitcoin, Operation, Promise, Step, write_steps

# Facts of Bitcoin's first block: its header and its only transaction, as any node shows them.
GENESIS_HEADER = bytes.fromhex(
    "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3"
    "888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c"
)
GENESIS_HASH = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"
GENESIS_TRANSACTION = bytes.fromhex(
    "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff001d0104455468652054696d"
    "65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e64206261696c6f757420666f7220"
    "62616e6b73ffffffff0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f"
    "4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000"
)

Reply = tuple[int, bytes] | None


@contextmanager
def serving(answer: Callable[[str, str, bytes], Reply]) -> Iterator[str]:
    """The address of a server that answers method, path and body; None closes the connection without an answer."""

    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            given = answer(self.command, self.path, body)
            if given is None:
                return
            self.send_response(given[0])
            self.send_header("Content-Length", str(len(given[1])))
            self.end_headers()
            self.wfile.write(given[1])

        do_GET = do_POST = _do

        def log_message(self, *words: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def saying(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """The address of a server that hears a question, and then says what it wants."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(20)

    def serve() -> None:
        try:
            with listening.accept()[0] as heard:
                heard.recv(1 << 16)
                talk(heard)
        except OSError:
            pass

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.close()


class Calendar:
    """A calendar: promises each digest, and knows blocks once `height` is set."""

    def __init__(self) -> None:
        self.url = ""
        self.learnt: list[bytes] = []
        self.height: int | None = None
        self._leads_to: dict[str, bytes] = {}

    def answer(self, method: str, path: str, body: bytes) -> Reply:
        if method == "POST" and path == "/digest":
            self.learnt.append(body)
            message = sha256(body + b"calendar").digest()
            self._leads_to[message.hex()] = message
            return 200, write_steps((Operation(APPEND, b"calendar"), Operation(SHA256), Promise(self.url)))
        name = path.rpartition("/")[2]
        if self.height is None or name not in self._leads_to:
            return 404, b"not found"
        steps: tuple[Step, ...] = (Operation(SHA256), Bitcoin(self.height))
        return 200, write_steps(steps)


@contextmanager
def calendar() -> Iterator[Calendar]:
    """A well-behaved calendar."""
    made = Calendar()
    with serving(made.answer) as url:
        made.url = url
        yield made


class Authority(NamedTuple):
    """OpenSSL's authority in a folder; its root is `root`."""

    folder: Path

    @property
    def root(self) -> Path:
        return self.folder / "root.pem"

    def answer(self, method: str, path: str, body: bytes) -> Reply:
        (self.folder / "query").write_bytes(body)
        command = ["openssl", "ts", "-reply", "-config", "authority.cnf", "-queryfile", "query", "-out", "reply"]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True)
        return 200, (self.folder / "reply").read_bytes()


def authority(folder: Path, *, days: tuple[int, int] = (-5, 5)) -> Authority:
    """An authority whose certificate is valid from the first to the second of `days`, counted from now."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed: it is the authority of these tests")
    pytest.importorskip("rfc3161_client", reason="the extra trialseal[timestamp] is not installed")
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    def named(name: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])

    def certificate(name: str, key: Any, first: int, last: int) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(named(name))
            .issuer_name(named("Test root"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + timedelta(first))
            .not_valid_after(now + timedelta(last))
        )

    folder.mkdir(parents=True)
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = certificate("Test root", root_key, -100, 100).add_extension(x509.BasicConstraints(True, None), True)
    use = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    own = certificate("Test authority", key, *days).add_extension(use, True)
    (folder / "root.pem").write_bytes(root.sign(root_key, hashes.SHA256()).public_bytes(Encoding.PEM))
    shutil.copy(folder / "root.pem", folder / "chain.pem")
    (folder / "own.pem").write_bytes(own.sign(root_key, hashes.SHA256()).public_bytes(Encoding.PEM))
    (folder / "own.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / "serial").write_text("01\n")
    (folder / "authority.cnf").write_text(
        "[tsa]\ndefault_tsa = it\n[it]\nserial = serial\ncrypto_device = builtin\nsigner_cert = own.pem\n"
        "certs = chain.pem\nsigner_key = own.key\nsigner_digest = sha256\ndefault_policy = 1.2.3.4\n"
        "digests = sha256\naccuracy = secs:1\nordering = no\ntsa_name = no\ness_cert_id_chain = no\n"
        "ess_cert_id_alg = sha256\n"
    )
    return Authority(folder)
