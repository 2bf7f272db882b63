"""Evidence of a chain: what a node brought, or a bundle carries, and everything is proven from."""

from __future__ import annotations

from typing import NamedTuple

from trialseal.ledger.logs import Log
from trialseal.ledger.proofs.header import Header


class Evidence(NamedTuple):
    """What leads from a block's hash to what is known of a chain: no more than was used."""

    chain_id: int
    header: Header
    nodes: tuple[bytes, ...]
    """Of the tries, sorted by their hashes."""
    logs: tuple[Log, ...]
    """In the order of the chain."""
