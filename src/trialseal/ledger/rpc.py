"""JSON-RPC to an Ethereum node: one open connection, every failure one sentence, no credentials shown."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from trialseal.errors import FailedError, UndeterminedError, UsageError

# Nodes refuse larger batches (geth takes 1,000 calls, public gateways often 100).
BATCH = 100
# An answer larger than this is no answer of a node to a question of ours.
MOST_BYTES = 1 << 28
# How often a call is tried when the node says "too many requests", and the pause before the second try,
# seconds.
TRIES, FIRST_PAUSE, LONGEST_PAUSE = 5, 0.5, 8.0
# What would happen twice if it were sent twice: never repeated by itself when a connection breaks.
ONCE = {"eth_sendRawTransaction", "eth_sendTransaction", "evm_mine", "anvil_mine"}


class Unreachable(UndeterminedError):
    """No answer came, and it is not known whether the request arrived."""


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


class Rpc:
    """A node at an http or https URL; user:password@ in it becomes basic authentication.

    Not for use by several threads at once.
    """

    def __init__(self, url: str, timeout: float = 30.0) -> None:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise UsageError("the network's URL cannot be read: write it like http://127.0.0.1:8545") from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError("the network's URL must begin with http:// or https:// and name a host")
        self.timeout = timeout
        self._tls = parts.scheme == "https"
        self._host, self._port = parts.hostname, port
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        # Keys of public gateways stand in the path as often as in front of the host: both stay unseen.
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        self.shown = f"{parts.scheme}://{host}{f':{port}' if port else ''}{'/…' if self._path != '/' else ''}"
        self._headers = {"Content-Type": "application/json", "User-Agent": "trialseal"}
        if parts.username is not None:
            from base64 import b64encode

            user = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            self._headers["Authorization"] = "Basic " + b64encode(user.encode()).decode()
        self._connection: http.client.HTTPConnection | None = None
        self._batch = BATCH

    def call(self, method: str, params: Sequence[Any] = ()) -> Any:
        """The result of one call.

        Unreachable if nothing answers, RpcError if the node refuses, Reverted if a contract does.
        """
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}
        answer = self._ask(request, again=method not in ONCE)
        if not isinstance(answer, dict):
            raise self._no_node("its answer is no JSON-RPC")
        return self._result(method, answer)

    def batch(self, requests: Sequence[tuple[str, Sequence[Any]]]) -> list[Any]:
        """The results of several calls, in order; raises what the first that failed would have raised."""
        results: list[Any] = []
        while len(results) < len(requests):
            part = requests[len(results) : len(results) + self._batch]
            if len(part) == 1:
                results.append(self.call(*part[0]))
                continue
            answers = self._ask(
                [{"jsonrpc": "2.0", "id": i, "method": m, "params": list(p)} for i, (m, p) in enumerate(part)],
                again=not any(method in ONCE for method, _ in part),
            )
            by_id = {}
            if isinstance(answers, list):
                by_id = {one.get("id"): one for one in answers if isinstance(one, dict)}
            if len(part) != len(by_id) or any(i not in by_id for i in range(len(part))):
                # A node without batches, or with smaller ones, answers with one error for all.
                self._batch = len(part) // 2
                continue
            results += [self._result(method, by_id[i]) for i, (method, _) in enumerate(part)]
        return results

    def close(self) -> None:
        """Closes the connection; the next call opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self, request: Any, again: bool) -> Any:
        """The node's answer, waited for while it is busy; `again`: it may be asked twice."""
        body = json.dumps(request, separators=(",", ":")).encode()
        pause = FIRST_PAUSE
        for left in reversed(range(TRIES)):
            try:
                return self._read(*self._exchange(body, again))
            except _Busy as busy:
                if not left:
                    raise UndeterminedError(
                        f"{self.shown} wants fewer requests ({busy.reason}): try later, or name another network"
                    ) from None
                time.sleep(min(busy.pause if busy.pause is not None else pause, LONGEST_PAUSE))
                pause *= 2
        raise AssertionError("the last try returns or raises")

    def _exchange(self, body: bytes, again: bool) -> tuple[http.client.HTTPResponse, bytes]:
        if not again:
            # A kept connection may have been closed at the other end meanwhile; on a fresh one it cannot.
            self.close()
        kept = self._connection is not None
        while True:
            try:
                return self._exchange_once(body)
            except (OSError, http.client.HTTPException) as error:
                # Only a kept connection that broke is opened again: a slow node would be slow twice.
                if not (again and kept) or isinstance(error, TimeoutError):
                    raise self._unreachable(error) from None
                kept = False

    def _exchange_once(self, body: bytes) -> tuple[http.client.HTTPResponse, bytes]:
        if self._connection is None:
            kind = http.client.HTTPSConnection if self._tls else http.client.HTTPConnection
            self._connection = kind(self._host, self._port, timeout=self.timeout)
        try:
            self._connection.request("POST", self._path, body, self._headers)
            response = self._connection.getresponse()
            content = response.read(MOST_BYTES + 1)
        except BaseException:
            self.close()  # an answer read by half, by Ctrl-C say, must not be taken for the next one's
            raise
        if len(content) > MOST_BYTES:
            self.close()
            raise self._no_node(f"its answer has over {MOST_BYTES >> 20} MiB")
        return response, content

    def _read(self, response: http.client.HTTPResponse, content: bytes) -> Any:
        status = response.status
        if status in (429, 503):
            wish = response.headers.get("Retry-After", "")
            raise _Busy(float(wish) if wish.isdecimal() else None, f"HTTP {status}")
        if status in (401, 403):
            raise UndeterminedError(f"{self.shown} refuses access (HTTP {status}): check the key in the network's URL")
        if 300 <= status < 400:
            raise UndeterminedError(f"{self.shown} sends its callers elsewhere (HTTP {status}): use that URL instead")
        try:
            answer = json.loads(content)
        except (ValueError, RecursionError):
            what = f"HTTP {status}" if status != 200 else "its answer is no JSON"
            raise self._no_node(what) from None
        if isinstance(answer, dict) and isinstance(answer.get("error"), dict):
            message = str(answer["error"].get("message", "")).lower()
            if answer["error"].get("code") == 429 or "too many requests" in message or "rate limit" in message:
                raise _Busy(None, "rate limit")
        return answer

    def _result(self, method: str, answer: dict[str, Any]) -> Any:
        error = answer.get("error")
        if error is None:
            if "result" not in answer:
                raise self._no_node("its answer is no JSON-RPC")
            return answer["result"]
        if not isinstance(error, dict):
            error = {"message": str(error)}
        message = " ".join(str(error.get("message", "no reason given")).split())[:300]
        code = error.get("code")
        data = _revert_data(error)
        if data is not None or (code == 3 or "revert" in message.lower()):
            raise Reverted(data or b"", message)
        raise RpcError(
            f"the node at {self.shown} refuses {method}: {message}",
            code if isinstance(code, int) else 0,
            message,
        )

    def _no_node(self, why: str) -> UndeterminedError:
        return UndeterminedError(f"what answers at {self.shown} is no Ethereum node ({why}): check the network's URL")

    def _unreachable(self, error: Exception) -> Unreachable:
        if isinstance(error, TimeoutError):
            return Unreachable(f"{self.shown} gives no answer within {self.timeout:g} seconds")
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        hint = (
            "start a node there" if self._host not in ("127.0.0.1", "localhost") else "trialseal devnet up starts one"
        )
        return Unreachable(f"nothing answers at {self.shown} ({reason}): {hint}, or name another with --network")


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
