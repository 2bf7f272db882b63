"""Nodes that hang, drip, flood or answer in odd forms: each is given up in time, in one sentence."""

from __future__ import annotations

import gzip
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from tests.integration.gateway import rehashed

from trialseal.errors import UndeterminedError, UsageError
from trialseal.ledger import rpc
from trialseal.ledger.chain import Chain
from trialseal.ledger.network_file import Network
from trialseal.ledger.networks import resolve
from trialseal.ledger.proofs import bft
from trialseal.ledger.proofs.header import FIRST
from trialseal.ledger.proofs.keccak import keccak256
from trialseal.ledger.proofs.trie import EMPTY_ROOT
from trialseal.ledger.rpc import Rpc

Serve = Callable[[socket.socket, bytes], None]


@contextmanager
def server(serve: Serve) -> Iterator[str]:
    """A server on this computer that does to each connection what `serve` does after the request; gives its URL."""
    listening = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def one(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            asked = b""
            while b"\r\n\r\n" not in asked:
                asked += connection.recv(65536)
            head, _, body = asked.partition(b"\r\n\r\n")
            length = int(re.search(rb"Content-Length: (\d+)", head)[1])  # type: ignore[index]
            while len(body) < length:
                body += connection.recv(65536)
            serve(connection, body)

    def run() -> None:
        while not ended.is_set():
            with suppress(OSError):
                threading.Thread(target=one, args=(listening.accept()[0],), daemon=True).start()

    threading.Thread(target=run, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        ended.set()
        listening.close()


def answering(body: bytes, status: str = "200 OK", *headers: str) -> Serve:
    """Answers with these bytes."""
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers])
    return lambda connection, _: connection.sendall(head.encode() + b"\r\n\r\n" + body)


def endless(first: bytes, then: bytes, pause: float) -> Serve:
    """Sends `then` for ever."""

    def serve(connection: socket.socket, _: bytes) -> None:
        connection.sendall(first)
        while True:
            connection.sendall(then)
            time.sleep(pause)

    return serve


HEAD = b"HTTP/1.1 200 OK\r\n"
DRIPS = {
    "the body": endless(HEAD + b"Content-Length: 100000\r\n\r\n", b" ", 0.1),
    "a body without a length": endless(HEAD + b"\r\n", b" ", 0.1),
    "pieces": endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n", 0.1),
    "the status": endless(b"HTTP/1.1 200", b" ", 0.1),
    "a header": endless(HEAD, b"x", 0.1),
    "headers": endless(HEAD, b"a: b\r\n", 0.1),
    "the beginning of answers that never come": endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.1),
}


@pytest.mark.parametrize("what", sorted(DRIPS))
def test_what_drips_is_given_up(what: str) -> None:
    with server(DRIPS[what]) as url:
        began = time.monotonic()
        with pytest.raises(UndeterminedError, match="within|is not an Ethereum node|does not speak HTTP"):
            Rpc(url, timeout=0.4, first=1).call("eth_chainId")
        assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "serve",
    [
        endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b" " * 0x10000 + b"\r\n", 0),
        endless(HEAD + b"\r\n", b" " * 0x10000, 0),
    ],
)
def test_what_floods_is_given_up(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rpc, "MOST_BYTES", 1 << 22)
    with server(serve) as url, pytest.raises(UndeterminedError, match="its answer has over 4 MiB"):
        Rpc(url, first=1).call("eth_chainId")


def test_what_would_fill_the_memory_when_read_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rpc, "MOST_VALUES", 1000)
    body = b'{"id":1,"result":[' + b"[]," * 1000 + b"[]]}"
    with server(answering(body)) as url, pytest.raises(UndeterminedError, match="its answer has over 1,000 values"):
        Rpc(url, first=1).call("eth_chainId")


@pytest.mark.parametrize("id", [[], {}, "1", 2, True, 1.0, None, [1]])
def test_an_answer_to_another_request_is_none(id: Any) -> None:
    def serve(connection: socket.socket, asked: bytes) -> None:
        request = json.loads(asked)
        many = isinstance(request, list)
        one = {"jsonrpc": "2.0", "id": id, "result": "0x1"}
        body = json.dumps([one] * len(request) if many else one).encode()
        answering(body)(connection, asked)

    with server(serve) as url:
        for ask in (
            lambda: Rpc(url, first=1).call("eth_chainId"),
            lambda: Rpc(url, first=1).batch([("eth_chainId", [])] * 3),
        ):
            with pytest.raises(
                UndeterminedError,
                match="is not an Ethereum node .(its answer is to another request|it answers one request twice)",
            ):
                ask()


ODD = [None, True, 1, 1.5, "", "0x", "1", "0xg", "0x" + "1" * 65, [], [1], [[]], {}, {"a": 1}, "x" * 100_000]
METHODS = {
    "eth_blockNumber": [],
    "eth_call": ["0x"],
    "eth_chainId": [],
    "eth_estimateGas": [],
    "eth_gasPrice": [],
    "eth_getBalance": [],
    "eth_getBlockByHash": [None],
    "eth_getBlockByNumber": [None],
    "eth_getCode": [None, "0x"],
    "eth_getLogs": [[]],
    "eth_getProof": [None],
    "eth_getStorageAt": ["0x"],
    "eth_getTransactionByHash": [None],
    "eth_getTransactionCount": [],
    "eth_getTransactionReceipt": [None],
    "eth_maxPriorityFeePerGas": [],
    "eth_sendRawTransaction": [],
}


@pytest.mark.parametrize("method", sorted(METHODS))
def test_a_result_of_another_form_is_no_answer(method: str) -> None:
    given: list[Any] = []

    def serve(connection: socket.socket, asked: bytes) -> None:
        answering(json.dumps({"id": 1, "result": given[-1]}).encode())(connection, asked)

    with server(serve) as url:
        for odd in ODD:
            given.append(odd)
            if any(odd is fit or (type(odd) is type(fit) and odd == fit) for fit in METHODS[method]):
                assert Rpc(url, first=1).call(method) == odd
            else:
                with pytest.raises(UndeterminedError, match=rf"answers oddly \({method} gave ") as caught:
                    Rpc(url, first=1).call(method)
                assert len(str(caught.value)) < 300


@pytest.mark.parametrize("error", [True, 1, "x", [], [1], {"message": []}, {"code": []}, {"message": {"a": "b"}}])
def test_an_error_of_another_form_is_a_refusal_in_one_sentence(error: Any) -> None:
    body = json.dumps({"id": [], "error": error}).encode()
    with server(answering(body)) as url, pytest.raises(UndeterminedError, match="refuses eth_call: ") as caught:
        Rpc(url, first=1).call("eth_call")
    assert "\n" not in str(caught.value)


def test_a_message_is_in_quotes_in_one_short_line() -> None:
    said = "no\n\x1b[2J\u202e" + '"; nothing contradicts it' + "x" * 100_000
    body = json.dumps({"id": 1, "error": {"code": -1, "message": said}}).encode()
    with server(answering(body)) as url, pytest.raises(UndeterminedError) as caught:
        Rpc(url, first=1).call("eth_call")
    sentence = str(caught.value)
    assert sentence.isprintable() and len(sentence) < 600
    assert 'refuses eth_call: "no \\x1b[2J\\u202e\\"; nothing contradicts it' in sentence


@pytest.mark.parametrize(
    "serve",
    [
        answering(b"<html>" + b"x" * 1_000_000, "500 Internal Server Error"),
        answering(b"x" * 1_000_000, "404 Not Found"),
        answering(gzip.compress(b" " * 10_000_000), "200 OK", "Content-Encoding: gzip"),
        answering(b"", "301 Moved", "Location: http://user:secret@example.org"),
        answering(b"", "999 Odd"),
        answering(b'{"id":1,"result":' + b"1" * 10_000 + b"}"),
        answering(b'{"id":1,"result":' + b"[" * 10_000),
        lambda connection, _: connection.sendall(b"SSH-2.0-x\x1b[2J\r\n" * 10),
        lambda connection, _: connection.sendall(b"HTTP/1.1 2000 x\r\n\r\n"),
        lambda connection, _: connection.sendall(HEAD + b"Content-Length: 10\r\n\r\nx"),
        lambda connection, _: connection.sendall(HEAD + b"Content-Length: -1\r\n\r\n{}"),
        lambda connection, _: connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n"),
        lambda connection, _: connection.sendall(HEAD + b"a: b\r\n" * 1000),
        lambda connection, _: connection.sendall(HEAD + b"a" * 1_000_000),
    ],
)
def test_what_is_no_node_is_one_sentence(serve: Serve) -> None:
    with server(serve) as url, pytest.raises(UndeterminedError) as caught:
        Rpc(url, timeout=5, first=1).call("eth_chainId")
    sentence = str(caught.value)
    assert sentence.isprintable() and len(sentence) < 300 and "secret" not in sentence


@pytest.mark.parametrize(
    "url",
    [
        "http://a..b",
        "http://.",
        "http://user:secret@a..b:1",
        "http://user:secret@127.0.0.1:99999",
        "http://user:secret@127.0.0.1:0",
        "http://user:secret@127.0.0.1:-1",
        "http://user:secret@",
        "http://[::1",
        "http://[x]:1",
        "http://a b",
        "http://a\nb",
        "http://" + "a" * 64 + ".org",
        "http://" + "a." * 200,
        "http://a\\secret@b",
        "user:secret@127.0.0.1:8545",
        "ws://user:secret@127.0.0.1:8545",
        "127.0.0.1:8545",
        "//127.0.0.1",
        "",
    ],
)
def test_a_url_that_cannot_be_used_is_wrong_use(url: str, tmp_path: Any) -> None:
    with pytest.raises(UsageError, match="URL") as caught:
        Rpc(resolve(url, tmp_path).url)
    assert "secret" not in str(caught.value) and "\n" not in str(caught.value)


def test_letters_beyond_ascii_are_sent_as_a_browser_sends_them() -> None:
    seen: list[bytes] = []

    def serve(connection: socket.socket, asked: bytes) -> None:
        seen.append(asked)
        answering(b'{"id":1,"result":"0x1"}')(connection, asked)

    with server(serve) as url:
        assert Rpc(url + "/clé?x=é y", first=1).call("eth_chainId") == "0x1"
    assert Rpc("http://exämple.org/").shown == "http://xn--exmple-cua.org"


BLOCK = {name: "0x" + "00" * size if size > 0 else "0x1" for name, size in FIRST.items()} | {"extraData": "0x"}
PROOF: dict[str, Any] = {"accountProof": [], "storageProof": []}


def node(block: Any, proof: Any = None) -> Serve:
    """A node that gives this block and this proof, and is none else than it says."""
    results = {
        "eth_chainId": "0x7a69",
        "eth_getBlockByNumber": block,
        "eth_getProof": proof,
        "eth_getLogs": [],
        "web3_clientVersion": "anvil",
    }

    def serve(connection: socket.socket, asked: bytes) -> None:
        requests = json.loads(asked)
        many = requests if isinstance(requests, list) else [requests]
        given = [{"id": one["id"], "result": results[one["method"]]} for one in many]
        answering(json.dumps(given if isinstance(requests, list) else given[0]).encode())(connection, asked)

    return serve


def sentence_of(serve: Serve) -> str:
    """What is said of a node when a trial is read of it; in time."""
    with server(serve) as url:
        began = time.monotonic()
        with pytest.raises(UndeterminedError) as caught:
            Chain(Network("odd", url), timeout=5).history(bytes(32))
        assert time.monotonic() - began < 10
    sentence = str(caught.value)
    assert sentence.isprintable() and len(sentence) < 400
    return sentence


def hashed(**changes: Any) -> dict[str, Any]:
    """A block of the node's own, with the hash that it has."""
    block = BLOCK | changes
    return block | {"hash": rehashed(block)}


@pytest.mark.parametrize(
    "block",
    [
        BLOCK | {"hash": "0x" + "11" * 32},
        {"number": "0x1", "timestamp": "0x1", "hash": "0x" + "11" * 32},
        BLOCK | {"hash": "0x" + "11" * 32, "extraData": "0x" + "00" * 1_000_000},
        BLOCK | {"hash": "0x" + "11" * 32, "stateRoot": "0x1"},
        BLOCK | {"hash": "0x" + "11" * 32, "difficulty": "0x" + "f" * 1_000_000},
        BLOCK | {"hash": "0x" + "11" * 32, "logsBloom": None},
        BLOCK | {"hash": "0x" + "11" * 32, "miner": []},
        BLOCK | {"hash": "0x" + "11" * 32, "gasUsed": "-1"},
        BLOCK | {"hash": "0x" + "11" * 32, "gasUsed": "0x_1_"},
        BLOCK | {"hash": "0x" + "11" * 32, "baseFeePerGas": {}},
        BLOCK | {"hash": "0x" + "11" * 32, "mixHash": "0x" + bft.MARK.hex(), "extraData": "0x" + "c0" * 50},
        BLOCK | {"hash": "0x" + "11" * 32} | {f"later{n}": hex(n + 1) for n in range(5000)},
        BLOCK | {"hash": "0x" + "11" * 32} | {f"later{n}": "0x" + "7" * 64 for n in range(9)},
    ],
)
def test_a_block_that_does_not_hash_is_none(block: Any) -> None:
    assert re.search("not that of its header|answers oddly", sentence_of(node(block, PROOF)))


NODE = "0xf8" + "44" + "a0" + "11" * 32 + "a2" + "22" * 34


@pytest.mark.parametrize(
    "proof",
    [
        PROOF,
        PROOF | {"accountProof": [NODE]},
        PROOF | {"accountProof": ["0x"] * 100_000},
        PROOF | {"accountProof": ["0x" + "c1" * 400_000]},
        PROOF | {"accountProof": ["0x" + "f8ff" * 200], "storageProof": [{"proof": ["0x80"]}] * 50_000},
        PROOF | {"accountProof": ["0x80"], "storageProof": [{"proof": []}]},
        {"accountProof": [[]], "storageProof": []},
        {"accountProof": ["0x1"], "storageProof": []},
        {"accountProof": None, "storageProof": None},
        {"storageProof": []},
        None,
        "0x",
        [],
    ],
)
def test_a_proof_that_leads_nowhere_is_none(proof: Any) -> None:
    said = sentence_of(node(hashed(), proof))
    assert re.search("gives no proof|answers oddly|is no trialseal|are no trialseal", said)


def test_a_state_with_nothing_in_it_has_no_contracts() -> None:
    empty = "0x" + EMPTY_ROOT.hex()
    for proof in (PROOF, PROOF | {"accountProof": ["0x80"]}, PROOF | {"accountProof": [NODE]}):
        assert "there are no trialseal contracts" in sentence_of(node(hashed(stateRoot=empty), proof))


@pytest.mark.parametrize("nested", ["0xc0", "0x" + "c1" * 33, "0x" + "f8ff" * 40, "0x" + "ff" * 40, "0xb8" + "00" * 40])
def test_a_root_that_is_no_node_is_malformed(nested: str) -> None:
    """The state root of the node's own block is the hash of what is none."""
    raw = bytes.fromhex(nested[2:])
    block = hashed(stateRoot="0x" + keccak256(raw).hex())
    said = sentence_of(node(block, PROOF | {"accountProof": [nested]}))
    assert re.search("gives a malformed proof|gives no proof", said)
