"""A connection to a node, by HTTP or HTTPS; in a module of its own, since what it is made with loads for long."""

from __future__ import annotations

import socket
from http.client import HTTPConnection, HTTPSConnection
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trialseal.ledger.node_address import NodeAddress


def connection_to(address: NodeAddress, timeout: float) -> HTTPConnection:
    """To the host of an address, not opened yet; `timeout` is in seconds."""
    kind = HTTPSConnection if address.tls else _Plain
    return kind(address.host, address.port, timeout=timeout)


class _Plain(HTTPConnection):
    """A connection without TLS. A host given as bytes spares the tables for names beyond ASCII, which it is not."""

    def connect(self) -> None:
        where: Any = (self.host.encode("ascii"), self.port)
        self.sock = socket.create_connection(where, self.timeout)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
