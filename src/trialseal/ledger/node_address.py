"""A node's address as a connection needs it, and as it may be shown: without what is secret in it."""

from __future__ import annotations

import re
import socket
from base64 import b64encode
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from trialseal.errors import UsageError


class NodeAddress(NamedTuple):
    """Where a node is asked, over TLS or not."""

    tls: bool
    host: str
    port: int | None  # None: the scheme's own
    path: str  # with the query
    headers: dict[str, str]
    shown: str


def node_address(url: str) -> NodeAddress:
    """The address that an http or https URL names; user:password@ in it becomes basic authentication.

    UsageError if it cannot be read, in words that show nothing of it.
    """
    try:
        parts = urlsplit(url)
        port, host = parts.port, _host(parts.hostname or "")
    except ValueError:
        raise UsageError("the network's URL cannot be read: write it like http://127.0.0.1:8545") from None
    if parts.scheme not in ("http", "https") or not host:
        raise UsageError("the network's URL must begin with http:// or https:// and name a host")
    if port == 0 or _UNFIT.search(parts.netloc) or not url.isprintable():
        raise UsageError("the network's URL cannot be read: write it like http://127.0.0.1:8545")
    # Letters beyond ASCII are written as a browser writes them.
    query = f"?{quote(parts.query, safe=_IN_PATH + '?')}" if parts.query else ""
    path = quote(parts.path or "/", safe=_IN_PATH) + query
    headers = {"Content-Type": "application/json", "User-Agent": "trialseal"}
    if parts.username is not None:
        user = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = "Basic " + b64encode(user.encode("utf-8", "surrogateescape")).decode()
    # Keys of public gateways stand in the path as often as in front of the host: both stay unseen.
    shown = (
        f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{f':{port}' if port else ''}"
        f"{'/…' if path != '/' else ''}"
    )
    return NodeAddress(parts.scheme == "https", host, port, path, headers, shown)


_IN_PATH = "/%:@!$&'()*+,;=-._~"
# A host is read from what stands behind the last @; these would end it earlier for some readers and not for others.
_UNFIT = re.compile(r"[\s\\\x00-\x1f\x7f]")


def _host(name: str) -> str:
    """A host as it is looked up, in ASCII; ValueError if it cannot be a host's name."""
    if ":" in name:  # an address of version 6, with a zone perhaps
        address, _, zone = name.partition("%")
        try:
            socket.inet_pton(socket.AF_INET6, address)
        except OSError:
            raise ValueError from None
        if not re.fullmatch("[A-Za-z0-9_.-]*", zone):
            raise ValueError
        return name
    if re.fullmatch(r"(?:[A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}", name) and len(name) <= 253:
        return name  # needs no tables of other letters
    plain = name.encode("idna").decode("ascii")  # names of the form a..b are refused here
    if not re.fullmatch("[A-Za-z0-9_.-]*", plain) or len(plain) > 253:
        raise ValueError
    return plain
