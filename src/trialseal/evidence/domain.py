"""Asking a party's own web domain whether it names the party."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from trialseal.errors import UsageError
from trialseal.escaping import message

if TYPE_CHECKING:
    from http.client import HTTPSConnection

_SILENCE, _WHOLE = 10.0, 20.0
"""Seconds: without a byte, and for the whole answer, name look-up included."""
_MOST_BYTES = 1 << 16
_DOMAIN = r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
_PLACE = "/.well-known/trialseal.json"
_FORM = 'it does not answer with JSON of the form {"parties": ["ID", …]}'


class DomainAnswer(NamedTuple):
    """What a domain said: the party ids that it names (64 hexadecimal digits), or why it could not be asked."""

    domain: str
    parties: frozenset[str] = frozenset()
    fault: str | None = None


def ask_domain(domain: str) -> DomainAnswer:
    """Fetches https://DOMAIN/.well-known/trialseal.json, which should hold {"parties": [id, …]}.

    The domain comes from a document that anyone may have written, so only names are asked (no addresses),
    only over HTTPS, without following a redirection to another place. Where there is no such file it names no party;
    any other answer than that form leaves it open, and so does one that takes too long.
    """
    if not re.fullmatch(_DOMAIN, domain):
        return DomainAnswer(domain, fault="it is not a web domain")
    import http.client

    connection = http.client.HTTPSConnection(domain, timeout=_SILENCE)
    try:
        status, data = _in_time(connection)
    except (OSError, http.client.HTTPException) as error:
        return DomainAnswer(domain, fault=f"it could not be asked ({error.__class__.__name__}: {message(error)})")
    if status == 404:
        return DomainAnswer(domain)
    if status != 200:
        return DomainAnswer(domain, fault=f"it answered with HTTP status {status}")
    if len(data) > _MOST_BYTES:
        return DomainAnswer(domain, fault=f"its answer has more than {_MOST_BYTES >> 10} KiB")
    parties = _party_ids(data)
    return DomainAnswer(domain, fault=_FORM) if parties is None else DomainAnswer(domain, parties)


def _in_time(connection: HTTPSConnection) -> tuple[int, bytes]:
    """Status and body; TimeoutError when all together, a slow name look-up and single bytes too, takes too long."""
    import queue
    import threading

    answered: queue.SimpleQueue[Callable[[], tuple[int, bytes]]] = queue.SimpleQueue()

    def ask() -> None:
        try:
            connection.request("GET", _PLACE, headers={"Accept": "application/json"})
            response = connection.getresponse()
            found = response.status, response.read(_MOST_BYTES + 1)
            answered.put(lambda: found)
        except Exception as error:
            failed = error

            def fail() -> tuple[int, bytes]:
                raise failed

            answered.put(fail)
        finally:
            connection.close()

    threading.Thread(target=ask, daemon=True).start()
    try:
        return answered.get(timeout=_WHOLE)()
    except queue.Empty:
        _cut(connection)
        raise TimeoutError(f"no whole answer within {_WHOLE:g} seconds") from None


def _cut(connection: HTTPSConnection) -> None:
    """Ends an exchange that another thread waits in."""
    import socket
    from contextlib import suppress

    if connection.sock is not None:
        with suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)


def _party_ids(data: bytes) -> frozenset[str] | None:
    """The ids of {"parties": [id, …]}; None for anything else."""
    from trialseal.documents.canonical import parse_json

    try:
        value = parse_json(data, "")
    except UsageError:
        return None
    parties = value.get("parties") if isinstance(value, dict) else None
    if not isinstance(parties, list) or not all(isinstance(one, str) for one in parties):
        return None
    return frozenset(one.lower().removeprefix("0x") for one in parties)
