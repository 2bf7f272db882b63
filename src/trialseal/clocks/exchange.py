"""One question to a clock over HTTP, with a bound on time and size: every failure is one sentence."""

from __future__ import annotations

import http.client
import re
import time
from typing import NamedTuple
from urllib.parse import urlsplit

from trialseal import escaping
from trialseal.errors import UndeterminedError, UsageError
from trialseal.silence import TooSlow, watched_response

SILENCE = 15.0
"""Seconds that a clock may be silent."""
WHOLE = 30.0
"""Seconds that a whole answer may take."""
_CHUNK = 1 << 16
_UNFIT = re.compile(r"[\s\\#@]")


class Clock(NamedTuple):
    """Where a clock answers."""

    url: str
    tls: bool
    host: str
    port: int | None
    path: str
    """Without a slash at the end; with the query."""

    @property
    def shown(self) -> str:
        """The address without its path, which may hold a key."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls else 'http'}://{host}{f':{self.port}' if self.port else ''}"

    @property
    def name(self) -> str:
        """Its host and port as a file's name may hold them."""
        return re.sub(r"[^A-Za-z0-9.-]+", "-", self.host + (f"-{self.port}" if self.port else ""))[:80]


class Reply(NamedTuple):
    """What a clock answered."""

    status: int
    content: bytes


def clock_at(url: str, option: str) -> Clock:
    """The clock that `option` names. UsageError if the address cannot be one."""
    wrong = UsageError(f"{option} does not take {escaping.quoted(url)}: write an address like https://clock.example")
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
        host.encode("idna")
    except ValueError:
        raise wrong from None
    if parts.scheme not in ("http", "https") or not host or port == 0 or _UNFIT.search(url) or not url.isprintable():
        raise wrong
    if not url.isascii():
        raise wrong
    path = parts.path.rstrip("/") + (f"?{parts.query}" if parts.query else "")
    return Clock(url, parts.scheme == "https", host, port, path)


def ask(
    clock: Clock, method: str, path: str, body: bytes | None, headers: dict[str, str], most: int, whole: float = WHOLE
) -> Reply:
    """The clock's answer of at most `most` bytes; UndeterminedError if none comes within `whole` seconds.

    No redirection is followed: the reader named the clock that is to be asked.
    """
    kind = http.client.HTTPSConnection if clock.tls else http.client.HTTPConnection
    silence = min(SILENCE, whole)
    connection = kind(clock.host, clock.port, timeout=silence)
    connection.response_class = watched_response(silence, time.monotonic() + whole)
    try:
        connection.request(method, path or "/", body, {"User-Agent": "trialseal", **headers})
        response = connection.getresponse()
        content = _content(clock, response, most)
    except TooSlow:
        raise UndeterminedError(
            f"{clock.shown} does not finish its answer within {whole:g} seconds: try another clock"
        ) from None
    except TimeoutError:
        raise UndeterminedError(
            f"{clock.shown} gives no answer within {silence:g} seconds: try another clock"
        ) from None
    except http.client.HTTPException:
        raise UndeterminedError(
            f"what answers at {clock.shown} does not speak HTTP, or breaks off: check its address"
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise UndeterminedError(
            f"nothing answers at {clock.shown} ({escaping.message(reason)}): check its address, or try later"
        ) from None
    finally:
        connection.close()
    if 300 <= response.status < 400:
        raise UndeterminedError(
            f"{clock.shown} sends its callers elsewhere (HTTP {response.status}): use that address instead"
        )
    return Reply(response.status, content)


def _content(clock: Clock, response: http.client.HTTPResponse, most: int) -> bytes:
    parts, size = [], 0
    while part := response.read(_CHUNK):
        parts.append(part)
        size += len(part)
        if size > most:
            raise UndeterminedError(f"{clock.shown} answers with more than {most:,} bytes: try another clock")
    if response.length:  # http.client keeps silent of an answer that ends before it is complete
        raise http.client.IncompleteRead(b"", response.length)
    return b"".join(parts)
