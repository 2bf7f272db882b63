"""An account as the state trie has it: RLP of nonce, balance, root of its storage, hash of its code."""

from __future__ import annotations

from typing import NamedTuple

from trialseal.ledger.proofs.keccak import keccak256
from trialseal.ledger.proofs.rlp import decode, number
from trialseal.ledger.proofs.trie import BadNode, Nodes

NO_CODE = bytes.fromhex("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")
"""The hash of no code: Keccak-256 of nothing."""


class Account(NamedTuple):
    """An account; hashes have 32 bytes."""

    nonce: int
    balance: int
    """In wei."""
    storage_root: bytes
    code_hash: bytes


def account_of(nodes: Nodes, state_root: bytes, address: bytes) -> Account | None:
    """The account at an address of 20 bytes; None if there is proven to be none. Raises as `Nodes.value` does.

    rlp.RlpError, or BadNode, if what stands there is no account.
    """
    value = nodes.value(state_root, keccak256(address))
    if value is None:
        return None
    members = decode(value)
    if not isinstance(members, list) or len(members) != 4:
        raise BadNode("an account has four members")
    nonce, balance, storage_root, code_hash = members
    if isinstance(storage_root, list) or isinstance(code_hash, list) or len(storage_root) != 32 or len(code_hash) != 32:
        raise BadNode("an account's hashes have 32 bytes")
    return Account(number(nonce), number(balance), storage_root, code_hash)
