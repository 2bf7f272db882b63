"""Hashes of earlier blocks, which the state of a later one holds from Prague on (EIP-2935)."""

from __future__ import annotations

from trialseal.ledger.proofs.account import account_of
from trialseal.ledger.proofs.header import Header
from trialseal.ledger.proofs.keccak import keccak256
from trialseal.ledger.proofs.rlp import decode
from trialseal.ledger.proofs.trie import BadNode, Nodes

HISTORY = bytes.fromhex("0000f90827f1c53a10cb7a02335b175320002935")
"""The contract that keeps them."""
SERVED = 8191
"""How many blocks back they are kept."""


def history_key(number: int) -> bytes:
    """The slot of HISTORY, 32 bytes, in which the hash of the block of this number lies."""
    return (number % SERVED).to_bytes(32, "big")


def hash_of_earlier(nodes: Nodes, later: Header, number: int) -> bytes | None:
    """The hash of the block of this number, as the state of a later block has it; None if that holds none.

    ValueError if the block is not one of the SERVED ones before the later one; else raises as `account_of` does.
    """
    if not max(0, later.number - SERVED) <= number < later.number:
        raise ValueError(f"the state of block {later.number} holds no hash of block {number}")
    account = account_of(nodes, later.state_root, HISTORY)
    value = nodes.value(account.storage_root, keccak256(history_key(number))) if account else None
    if value is None:
        return None
    found = decode(value)
    if isinstance(found, list) or len(found) > 32 or found.startswith(b"\0"):
        raise BadNode("a word of storage has another form")
    return found.rjust(32, b"\0") if found else None
