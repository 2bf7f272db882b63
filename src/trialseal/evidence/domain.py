"""Asking a party's own web domain whether it names the party."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

_SECONDS = 10.0
_MOST_BYTES = 1 << 16
_DOMAIN = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


class DomainAnswer(NamedTuple):
    """What a domain said: the party ids that it names (64 hexadecimal digits), or why it could not be asked."""

    domain: str
    parties: frozenset[str] = frozenset()
    fault: str | None = None


def ask_domain(domain: str) -> DomainAnswer:
    """Fetches https://DOMAIN/.well-known/trialseal.json, which should hold {"parties": [id, …]}.

    The domain comes from a document that anyone may have written, so only names are asked (no addresses),
    only over HTTPS, without following a redirection to another place.
    """
    if not _DOMAIN.fullmatch(domain):
        return DomainAnswer(domain, fault="it is not a web domain")
    import http.client

    connection = http.client.HTTPSConnection(domain, timeout=_SECONDS)
    try:
        connection.request("GET", "/.well-known/trialseal.json", headers={"Accept": "application/json"})
        response = connection.getresponse()
        data = response.read(_MOST_BYTES + 1)
    except (OSError, http.client.HTTPException) as error:
        return DomainAnswer(domain, fault=f"it could not be asked ({error.__class__.__name__}: {error})")
    finally:
        connection.close()
    if response.status == 404:
        return DomainAnswer(domain)
    if response.status != 200 or len(data) > _MOST_BYTES:
        return DomainAnswer(domain, fault=f"it answered with HTTP status {response.status}")
    return DomainAnswer(domain, _party_ids(data))


def _party_ids(data: bytes) -> frozenset[str]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return frozenset()
    parties = value.get("parties") if isinstance(value, dict) else None
    return frozenset(one.lower().removeprefix("0x") for one in parties or () if isinstance(one, str))
