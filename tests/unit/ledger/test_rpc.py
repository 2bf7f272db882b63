"""JSON-RPC against nodes that behave badly: each failure is one sentence, and nothing secret is told."""

from __future__ import annotations

import json
import socket
import time
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from fake_nodes import Answer, node, result

from trialseal.errors import UndeterminedError, UsageError
from trialseal.ledger import rpc
from trialseal.ledger.rpc import Reverted, Rpc, RpcError, TooLarge, Unreachable


def failing(error: Any) -> Callable[[Any], Any]:
    return lambda request: {"jsonrpc": "2.0", "id": request["id"], "error": error}


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    pauses: list[float] = []
    monkeypatch.setattr(rpc.time, "sleep", pauses.append)
    return pauses


def test_one_connection_serves_many_calls() -> None:
    with node(result) as made:
        client = Rpc(made.url, first=0)
        assert [client.call("eth_a"), client.call("eth_b")] == ["eth_a", "eth_b"]
        assert client.batch([(f"eth_{i}", []) for i in range(250)]) == [f"eth_{i}" for i in range(250)]
        assert made.connections == 1
        assert [len(one) for one in made.asked[2:]] == [100, 100, 50]


def test_a_batch_is_answered_in_any_order() -> None:
    with node(lambda request: list(reversed(result(request)))) as made:
        assert Rpc(made.url, first=0).batch([("a", []), ("b", []), ("c", [])]) == ["a", "b", "c"]


def test_whoever_wants_is_told_of_each_exchange() -> None:
    told: list[tuple[str, float, int]] = []
    with node(result) as asked:
        rpc = Rpc(asked.url)
        rpc.call("before", [0])
        rpc.told = lambda *exchange: told.append(exchange)
        rpc.batch([("echo", [1]), ("other", [2]), ("echo", [3])])
        rpc.call("echo", [4])
    assert [calls for calls, _, _ in told] == ["echo ×2, other", "echo"]
    assert all(0 <= seconds < 10 and size > 30 for _, seconds, size in told)


def test_no_request_is_larger_than_nodes_take() -> None:
    """Many digests to look for are asked in several requests; what is too large by itself goes alone."""
    sizes = [100_000] * 9 + [rpc.MOST_ASKED, 10, 10]
    with node(result) as made:
        found = Rpc(made.url, first=0).batch([(f"m{place}", ["x" * size]) for place, size in enumerate(sizes)])
        assert found == [f"m{place}" for place in range(len(sizes))]
        assert [len(one) if isinstance(one, list) else 1 for one in made.asked] == [5, 4, 1, 2]


@pytest.mark.parametrize("most", [1, 3])
def test_a_node_with_small_batches_or_none_is_asked_in_smaller_ones(most: int) -> None:
    def answer(request: Any) -> Any:
        if isinstance(request, list) and len(request) > most:
            return {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "batch too large"}}
        return result(request)

    with node(answer) as made:
        assert Rpc(made.url, first=0).batch([(f"m{i}", []) for i in range(20)]) == [f"m{i}" for i in range(20)]


@pytest.mark.parametrize("place", [0, 2, "same", 3, -1, 7, "1", True, 1.0, [1]])
def test_a_batch_is_answered_once_each(place: Any) -> None:
    """Two answers to one request, or an answer to none that was made, are no choice of ours."""

    def answer(request: Any) -> Any:
        answers = result(request)
        if place == "same":
            return [*answers, answers[1]]
        return [*answers[:3], {"jsonrpc": "2.0", "id": place, "result": "another"}]

    with node(answer) as made, pytest.raises(UndeterminedError, match="to another request|one request twice"):
        Rpc(made.url, first=0).batch([("a", []), ("b", []), ("c", [])])


@pytest.mark.parametrize("lacking", [None, "x", {}, {"id": None, "error": {"code": 1, "message": "no"}}])
def test_an_answer_too_few_is_asked_for_again(lacking: Any) -> None:
    def answer(request: Any) -> Any:
        return result(request) if not isinstance(request, list) else [*result(request)[:-1], lacking]

    with node(answer) as made:
        assert Rpc(made.url, first=0).batch([("a", []), ("b", []), ("c", [])]) == ["a", "b", "c"]


def test_a_batch_with_a_revert_in_it_raises_that() -> None:
    def answer(request: Any) -> Any:
        answers = result(request)
        answers[1] = {"id": 1, "error": {"code": 3, "message": "execution reverted", "data": "0x1234"}}
        return answers

    with node(answer) as made, pytest.raises(Reverted) as caught:
        Rpc(made.url, first=0).batch([("a", []), ("b", []), ("c", [])])
    assert caught.value.data == b"\x12\x34"


@pytest.mark.parametrize(
    ("error", "data"),
    [
        ({"code": 3, "message": "execution reverted", "data": "0xabcd"}, b"\xab\xcd"),  # geth, anvil, reth
        ({"code": -32015, "message": "VM execution error.", "data": "Reverted 0xabcd"}, b"\xab\xcd"),  # Nethermind
        ({"code": -32603, "message": "x", "data": {"data": "0xabcd", "message": "y"}}, b"\xab\xcd"),  # Hardhat
        ({"code": -32000, "message": "execution reverted"}, b""),
    ],
)
def test_a_revert_is_known_wherever_its_data_stands(error: Any, data: bytes) -> None:
    with node(failing(error)) as made, pytest.raises(Reverted) as caught:
        Rpc(made.url, first=0).call("eth_call")
    assert caught.value.data == data


def test_a_refusal_is_one_sentence() -> None:
    answer = failing({"code": -32601, "message": "no such\n method"})
    with node(answer) as made, pytest.raises(RpcError, match='refuses eth_x: "no such method"$') as caught:
        Rpc(made.url, first=0).call("eth_x")
    assert caught.value.code == -32601


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((200, {}, b"<html>hello</html>"), "is not an Ethereum node .its answer is not JSON"),
        ((200, {}, b""), "is not an Ethereum node"),
        ((200, {}, b"[" * 100_000), "is not an Ethereum node"),
        ((200, {}, b"\xff\xfe"), "is not an Ethereum node"),
        ((200, {}, b"3"), "is not JSON-RPC"),
        ((200, {}, b"{}"), "is not JSON-RPC"),
        ((404, {}, b"not found"), "is not an Ethereum node .HTTP 404"),
        ((500, {}, b"oops"), "is not an Ethereum node .HTTP 500"),
        ((401, {}, b""), "refuses access .HTTP 401.: check the key"),
        ((403, {}, b"{}"), "refuses access .HTTP 403"),
        ((302, {"Location": "http://elsewhere.example"}, b""), "sends its callers elsewhere"),
    ],
)
def test_what_is_no_node_is_one_sentence(answer: Answer, words: str) -> None:
    with node(lambda request: answer) as made, pytest.raises(UndeterminedError, match=words):
        Rpc(made.url, first=0).call("eth_chainId")


def test_an_error_status_with_a_json_rpc_answer_is_read() -> None:
    body = json.dumps({"id": 1, "error": {"code": -32000, "message": "header not found"}}).encode()
    with node(lambda request: (400, {}, body)) as made, pytest.raises(RpcError, match="header not found"):
        Rpc(made.url, first=0).call("eth_call")


@pytest.mark.parametrize(
    "busy",
    [
        (429, {"Retry-After": "3"}, b""),
        (503, {}, b"later"),
        (200, {}, b'{"id":1,"error":{"code":429,"message":"x"}}'),
        (200, {}, b'{"id":1,"error":{"code":-32005,"message":"daily rate limit"}}'),
    ],
)
def test_a_busy_node_is_asked_again_a_few_times(busy: Answer, without_pauses: list[float]) -> None:
    answers = [busy, busy]
    with node(lambda request: answers.pop() if answers else result(request)) as made:
        assert Rpc(made.url, first=0).call("eth_x") == "eth_x"
    assert len(without_pauses) == 2
    with node(lambda request: busy) as made, pytest.raises(UndeterminedError, match="asks for fewer requests"):
        Rpc(made.url, first=0).call("eth_x")
    assert len(made.asked) == rpc.TRIES
    assert max(without_pauses) <= rpc.LONGEST_PAUSE


def test_a_kept_connection_that_was_closed_is_opened_again_once() -> None:
    answers: list[Any] = [None, True, None, None]
    with node(lambda request: (answers.pop() or None) and result(request) if answers else result(request)) as made:
        client = Rpc(made.url, first=0)
        with pytest.raises(Unreachable):
            client.call("eth_first")  # a first connection that breaks is not tried again
        assert len(made.asked) == 1
        answers[:] = [None, True]
        assert client.call("eth_second") == "eth_second"
        assert client.call("eth_third") == "eth_third"  # dropped, asked again
        assert [one["method"] for one in made.asked].count("eth_third") == 2


@pytest.mark.parametrize("method", sorted(rpc.ONCE))
def test_what_would_happen_twice_is_never_sent_again(method: str) -> None:
    with node(lambda request: None if request["method"] == method else result(request)) as made:
        client = Rpc(made.url, first=0)
        client.call("eth_x")
        with pytest.raises(Unreachable):
            client.call(method)
        assert [one["method"] for one in made.asked].count(method) == 1


def test_nobody_there() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    refused = rf"^nothing answers at {url} \(Connection refused\): start a node there, or name"
    with pytest.raises(Unreachable, match=refused):
        Rpc(url).call("eth_chainId")
    with pytest.raises(Unreachable, match="nothing answers at http://host.invalid"):
        Rpc("http://host.invalid").call("eth_chainId")


def test_a_node_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        start = time.monotonic()
        with pytest.raises(Unreachable, match="gives no answer within 0.2 seconds"):
            Rpc(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=0.2).call("eth_chainId")
        assert time.monotonic() - start < 2


def test_an_answer_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rpc, "MOST_BYTES", 1000)
    with node(lambda request: (200, {}, b" " * 2000)) as made, pytest.raises(UndeterminedError, match="MiB"):
        Rpc(made.url, first=0).call("eth_x")


@pytest.mark.parametrize(("size", "most", "taken"), [(64, 64, True), (65, 64, False), (64, 63, False)])
def test_an_answer_larger_than_asked_for_is_not_taken(size: int, most: int, taken: bool) -> None:
    def body(request: Any) -> bytes:
        return json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": "0x1"}).encode().ljust(size)

    with node(lambda request: (200, {}, body(request))) as made:
        asked = Rpc(made.url, first=1)
        if taken:
            assert asked.call("eth_chainId", (), most) == "0x1"
        else:
            with pytest.raises(TooLarge, match="its answer has over"):
                asked.call("eth_chainId", (), most)
        assert asked.call("eth_chainId") == "0x1"


def test_another_protocol_is_one_sentence() -> None:
    with node(result) as made, pytest.raises(Unreachable, match="nothing answers at https://127.0.0.1"):
        Rpc(made.url.replace("http:", "https:")).call("eth_x")


def test_user_and_password_are_sent_and_never_told() -> None:
    with node(lambda request: (404, {}, b"")) as made:
        url = made.url.replace("http://", "http://user:p%40ss@") + "/v3/SECRET?key=HIDDEN"
        with pytest.raises(UndeterminedError) as caught:
            Rpc(url).call("eth_x")
    assert made.headers[0]["Authorization"] == "Basic " + b64encode(b"user:p@ss").decode()
    for secret in ("user", "p%40ss", "p@ss", "SECRET", "HIDDEN"):
        assert secret not in str(caught.value)
    assert "/…" in str(caught.value)


@pytest.mark.parametrize("url", ["", "ftp://a", "http://", "http://a:port", "http://a:99999", "http://[::1", "a.b:1"])
def test_a_url_that_is_none(url: str) -> None:
    with pytest.raises(UsageError, match="URL"):
        Rpc(url)


def test_an_address_of_version_6_keeps_its_brackets() -> None:
    assert Rpc("http://[::1]:8545/").shown == "http://[::1]:8545"
