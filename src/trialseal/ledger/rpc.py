"""JSON-RPC to an Ethereum node: one open connection, every failure one sentence, no credentials shown."""

from __future__ import annotations

import json
import secrets
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from trialseal.errors import FailedError, TrialsealError, UndeterminedError
from trialseal.escaping import LONGEST_MESSAGE, message
from trialseal.ledger import answers
from trialseal.ledger.node_address import node_address
from trialseal.silence import TooSlow, watched_response

if TYPE_CHECKING:
    from http.client import HTTPConnection, HTTPResponse

# Nodes refuse larger batches (geth takes 1,000 calls, public gateways often 100).
BATCH = 100
# Nodes close the connection on larger requests (anvil from 2 MB on, gateways from 1 MB), in bytes of parameters.
MOST_ASKED = 1 << 19
# An answer larger than this answers no question of ours; nor does one with more values, which would fill the memory
# many times over once it is read.
MOST_BYTES = 1 << 27
MOST_VALUES = 4_000_000
# A whole answer may take so many times as long as a node may be silent: one that sends a byte now and then is not
# waited for without end.
PATIENCE = 2
_CHUNK = 1 << 16
# How often a call is tried when the node says "too many requests", and the pause before the second try,
# seconds.
TRIES, FIRST_PAUSE, LONGEST_PAUSE = 5, 0.5, 8.0
# What a gateway says that gave up waiting for its node, or finds a request too large.
_UNFINISHED = {408, 413, 502, 504, 522, 524}
# What nodes say that want fewer requests.
_BUSY_WORDS = ("too many requests", "too many concurrent requests", "rate limit")
# What would happen twice if it were sent twice: never repeated by itself when a connection breaks.
ONCE = {"eth_sendRawTransaction", "eth_sendTransaction", "evm_mine", "anvil_mine"}


class Unreachable(UndeterminedError):
    """No answer came, and it is not known whether the request arrived."""


class NobodyThere(Unreachable):
    """Nothing listens at the node's address."""

    def __init__(self, where: str, hint: str = "start a node there, or name another with --network") -> None:
        super().__init__(f"{where}: {hint}")
        self.where = where


class TooLarge(Unreachable):
    """The answer has more bytes than are taken, and was not read."""


class RpcError(UndeterminedError):
    """The node understood the request and refuses it."""

    def __init__(self, sentence: str, code: int, message: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.message = message


class Reverted(FailedError):
    """A call reverted; `data` is what the contract gave back (see `refusals.explain`)."""

    def __init__(self, data: bytes, message: str) -> None:
        super().__init__(f"the contract refused: {message}")
        self.data = data
        self.message = message


class _Busy(Exception):
    """The node wants fewer requests; `pause` is what it asks to wait, in seconds, if it says so."""

    def __init__(self, pause: float | None, reason: str) -> None:
        self.pause = pause
        self.reason = reason


Told = Callable[[str, float, int], None]


class Rpc:
    """A node at an http or https URL; user:password@ in it becomes basic authentication.

    Not for use by several threads at once. Requests are numbered from `first` on, by default from a random number, so
    that an answer to an earlier request, or to another process, is never taken for one to this.
    """

    def __init__(self, url: str, timeout: float = 30.0, *, first: int | None = None) -> None:
        self.timeout = timeout
        self.told: Told | None = None
        """Told of each exchange: the calls in it, how many seconds it took, and how many bytes came."""
        self._address = node_address(url)
        self._connection: HTTPConnection | None = None
        self._batch = BATCH
        self._next = secrets.randbelow(1 << 40) if first is None else first

    @property
    def shown(self) -> str:
        """The node's address, without what may be secret in it."""
        return self._address.shown

    def call(self, method: str, params: Sequence[Any] = (), most: int | None = None) -> Any:
        """The result of one call, of no more than `most` bytes.

        Unreachable if nothing answers, TooLarge, RpcError if the node refuses, Reverted if a contract does.
        """
        return self._called(method, params, most)

    def _called(self, method: str, params: Sequence[Any], most: int | None) -> Any:
        number = self._numbered(1)
        request = {"jsonrpc": "2.0", "id": number, "method": method, "params": list(params)}
        answer = self._ask(request, again=method not in ONCE, most=most)
        if not isinstance(answer, dict):
            raise self._no_node("its answer is not JSON-RPC")
        # What refuses a request that it cannot read does not know its id.
        if answer.get("error") is None and "result" in answer and not _is_id(answer.get("id"), number):
            raise self._no_node("its answer is to another request")
        return self._result(method, answer)

    def batch(self, requests: Sequence[tuple[str, Sequence[Any]]]) -> list[Any]:
        """The results of several calls, in order; raises what the first that failed would have raised."""
        results = self.attempt(requests)
        for one in results:
            if isinstance(one, TrialsealError):
                raise one
        return results

    def attempt(self, requests: Sequence[tuple[str, Sequence[Any]]], most: int | None = None) -> list[Any]:
        """The results of several calls, in order, with the RpcError or Reverted of each that the node refuses.

        TooLarge if an answer of the node, to as many of them as it takes at once, has more than `most` bytes.
        """
        results: list[Any] = []
        while len(results) < len(requests):
            part = _within(requests[len(results) : len(results) + self._batch], MOST_ASKED)
            if len(part) == 1:
                results.append(_attempted(self._called, *part[0], most))
                continue
            first = self._numbered(len(part))
            answers = self._ask(
                [{"jsonrpc": "2.0", "id": i, "method": m, "params": list(p)} for i, (m, p) in enumerate(part, first)],
                again=not any(method in ONCE for method, _ in part),
                most=most,
            )
            by_id = self._by_id(answers, first, len(part))
            if by_id is None:
                # A node without batches, or with smaller ones, answers with one error for all.
                self._batch = len(part) // 2
                continue
            results += [_attempted(self._result, method, by_id[i]) for i, (method, _) in enumerate(part, first)]
        return results

    def _numbered(self, count: int) -> int:
        """The first of so many numbers that no other request of this node has."""
        first, self._next = self._next, self._next + count
        return first

    def _by_id(self, given: Any, first: int, count: int) -> dict[int, dict[str, Any]] | None:
        """The answers to `count` requests numbered from `first`; None where some have none: the node takes fewer.

        UndeterminedError where one is answered twice, or one that was not made is: which answer counts is not ours
        to choose.
        """
        if not isinstance(given, list):
            return None
        by_id: dict[int, dict[str, Any]] = {}
        for one in given:
            place = one.get("id") if isinstance(one, dict) else None
            if place is None:
                continue  # what refuses a request that it cannot read does not know its id
            if type(place) is not int or not first <= place < first + count:
                raise self._no_node("its answer is to another request")
            if place in by_id:
                raise self._no_node("it answers one request twice")
            by_id[place] = one
        return by_id if len(by_id) == len(given) == count else None

    def close(self) -> None:
        """Closes the connection; the next call opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self, request: Any, again: bool, most: int | None) -> Any:
        """The node's answer, waited for while it is busy; `again`: it may be asked twice."""
        body = json.dumps(request, separators=(",", ":")).encode()
        pause = FIRST_PAUSE
        spent = 0.0  # seconds of waiting for the node, pauses apart
        for left in reversed(range(TRIES)):
            began = time.monotonic()
            try:
                deadline = began + PATIENCE * self.timeout - spent
                response, content = self._exchange(body, again, deadline, most or MOST_BYTES)
                if self.told is not None:
                    self.told(_calls(request), time.monotonic() - began, len(content))
                return self._read(response, content, again)
            except _Busy as busy:
                spent += time.monotonic() - began
                if not left or spent > self.timeout:
                    raise UndeterminedError(
                        f"{self.shown} asks for fewer requests ({busy.reason}): try later, or name another network"
                    ) from None
                time.sleep(min(busy.pause if busy.pause is not None else pause, LONGEST_PAUSE))
                pause *= 2
        raise AssertionError("the last try returns or raises")

    def _exchange(self, body: bytes, again: bool, deadline: float, most: int) -> tuple[HTTPResponse, bytes]:
        from http.client import HTTPException  # loads for longer than what needs no node takes

        if not again:
            # A kept connection may have been closed at the other end meanwhile; on a fresh one it cannot.
            self.close()
        kept = self._connection is not None
        while True:
            try:
                return self._exchange_once(body, deadline, most)
            except (OSError, HTTPException) as error:
                # Only a kept connection that broke is opened again: a slow node would be slow twice.
                if not (again and kept) or isinstance(error, TimeoutError):
                    raise self._unreachable(error) from None
                kept = False

    def _exchange_once(self, body: bytes, deadline: float, most: int) -> tuple[HTTPResponse, bytes]:
        if self._connection is None:
            from trialseal.ledger.connection import connection_to

            self._connection = connection_to(self._address, self.timeout)
        connection, silence = self._connection, self.timeout

        connection.response_class = watched_response(silence, deadline)
        try:
            if connection.sock is not None:
                connection.sock.settimeout(silence)
            connection.request("POST", self._address.path, body, self._address.headers)
            response = connection.getresponse()
            content = self._content(response, most)
        except BaseException:
            self.close()  # an answer read by half, by Ctrl-C say, must not be taken for the next one's
            raise
        return response, content

    def _content(self, response: HTTPResponse, most: int) -> bytes:
        parts, size = [], response.length or 0
        if size > most:
            raise self._too_large(most)
        size = 0
        while part := response.read(_CHUNK):
            parts.append(part)
            size += len(part)
            if size > most:
                raise self._too_large(most)
        return b"".join(parts)

    def _read(self, response: HTTPResponse, content: bytes, again: bool) -> Any:
        status = response.status
        if status in (429, 503):
            wish = response.headers.get("Retry-After", "")
            raise _Busy(float(wish) if wish.isdecimal() else None, f"HTTP {status}")
        if status in (401, 403):
            raise UndeterminedError(f"{self.shown} refuses access (HTTP {status}): check the key in the network's URL")
        if 300 <= status < 400:
            raise UndeterminedError(f"{self.shown} sends its callers elsewhere (HTTP {status}): use that URL instead")
        if content.count(b",") + content.count(b"[") + content.count(b"{") > MOST_VALUES:
            raise self._no_node(f"its answer has over {MOST_VALUES:,} values")
        try:
            answer = json.loads(content)
        except (ValueError, RecursionError):
            if status in _UNFINISHED:
                raise Unreachable(f"{self.shown} gives no answer in time, or to so much (HTTP {status})") from None
            what = f"HTTP {status}" if status != 200 else "its answer is not JSON"
            raise self._no_node(what) from None
        # What was sent in one batch with others may have been taken: only what may be asked twice is asked again.
        if any(map(_is_busy, answer if isinstance(answer, list) and again else [answer])):
            raise _Busy(None, "rate limit")
        return answer

    def _result(self, method: str, answer: dict[str, Any]) -> Any:
        error = answer.get("error")
        if error is None:
            if "result" not in answer:
                raise self._no_node("its answer is not JSON-RPC")
            if wrong := answers.fault(method, answer["result"]):
                oddly = f"the node at {self.shown} answers oddly ({wrong}): try another node"
                if method == "eth_getLogs" and answer["result"] is None:
                    raise RpcError(oddly, 0, wrong)  # as some do where they did not finish
                raise UndeterminedError(oddly)
            return answer["result"]
        if not isinstance(error, dict):
            error = {"message": error}
        said = error.get("message")
        words = message(said) if isinstance(said, str) and said.strip() else "it gives no reason"
        plain = said if isinstance(said, str) else ""
        code = error.get("code")
        data = _revert_data(error)
        if data is not None or code == 3 or "revert" in plain[:LONGEST_MESSAGE].lower():
            raise Reverted(data or b"", words)
        raise RpcError(f"the node at {self.shown} refuses {method}: {words}", code if type(code) is int else 0, words)

    def _no_node(self, why: str) -> UndeterminedError:
        return UndeterminedError(
            f"what answers at {self.shown} is not an Ethereum node ({why}): check the network's URL"
        )

    def _too_large(self, most: int) -> TooLarge:
        return TooLarge(str(self._no_node(f"its answer has over {most >> 20} MiB")))

    def _unreachable(self, error: Exception) -> Unreachable:
        if isinstance(error, TooSlow):
            return Unreachable(
                f"{self.shown} does not finish its answer within {PATIENCE * self.timeout:g} seconds: try another node"
            )
        if isinstance(error, TimeoutError):
            return Unreachable(f"{self.shown} gives no answer within {self.timeout:g} seconds")
        if not isinstance(error, OSError):
            return Unreachable(f"what answers at {self.shown} does not speak HTTP: check the network's URL")
        reason = getattr(error, "strerror", None) or type(error).__name__
        return NobodyThere(f"nothing answers at {self.shown} ({reason})")


def _within(requests: Sequence[tuple[str, Sequence[Any]]], most: int) -> Sequence[tuple[str, Sequence[Any]]]:
    """The first requests, at least one, whose parameters have no more bytes than `most` together."""
    size = 0
    for count, (_, parameters) in enumerate(requests):
        size += len(json.dumps(parameters, separators=(",", ":")))
        if count and size > most:
            return requests[:count]
    return requests


def _attempted(call: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return call(*arguments)
    except (RpcError, Reverted) as error:
        return error


def _is_busy(answer: Any) -> bool:
    """Whether an answer asks for fewer requests."""
    error = answer.get("error") if isinstance(answer, dict) else None
    if not isinstance(error, dict):
        return False
    words = str(error.get("message", ""))[:LONGEST_MESSAGE].lower()
    return error.get("code") == 429 or any(one in words for one in _BUSY_WORDS)


def _calls(request: Any) -> str:
    """'eth_getProof ×12, eth_call'."""
    methods = Counter(one["method"] for one in (request if isinstance(request, list) else [request]))
    return ", ".join(method if number == 1 else f"{method} ×{number}" for method, number in methods.items())


def _is_id(given: Any, expected: int) -> bool:
    return type(given) is int and given == expected


def _revert_data(error: dict[str, Any]) -> bytes | None:
    """What a reverting contract gave back, wherever in the error a node puts it."""
    data = error.get("data")
    if isinstance(data, dict):  # some wrap it once more
        data = data.get("data") or data.get("result")
    if not isinstance(data, str):
        return None
    digits = data.removeprefix("Reverted ").removeprefix("0x")
    try:
        return bytes.fromhex(digits)
    except ValueError:
        return None
