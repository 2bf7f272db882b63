"""What the contracts' storage holds at one block, as it follows by proofs from the block's hash.

Whoever brings the nodes of the tries is not believed: each is named by its own hash, and the walk to a slot begins at
the state root of a header whose hash was computed. Only `ProvenState.word` makes a `Proven` word.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from trialseal.errors import UndeterminedError
from trialseal.ledger.contracts import contract
from trialseal.ledger.proofs.account import NO_CODE, account_of
from trialseal.ledger.proofs.header import Header
from trialseal.ledger.proofs.keccak import keccak256
from trialseal.ledger.proofs.layout import Slot
from trialseal.ledger.proofs.rlp import RlpError, decode
from trialseal.ledger.proofs.trie import BadNode, Missing, Nodes

WORD = 32


class _Checked:
    """What only this module has, so that no other makes a proven word."""


class Proven(bytes):
    """A word of storage, 32 bytes, that follows from a block's hash."""

    def __new__(cls, word: bytes, by: _Checked) -> Self:
        return super().__new__(cls, word)

    @property
    def number(self) -> int:
        """The word as a number."""
        return int.from_bytes(self, "big")


class Unproven(UndeterminedError):
    """Nodes of the tries are missing, so that a word is not known."""


class ProvenState:
    """The contracts' storage at the block of a header. `source` is who brings the proofs, in words."""

    def __init__(self, header: Header, chain_id: int, source: str) -> None:
        self.header = header
        self.chain_id = chain_id
        self._source = source
        self._nodes = Nodes()
        self._roots: dict[str, bytes | None] = {}
        self._words: dict[Slot, Proven] = {}

    def add(self, nodes: Iterable[bytes]) -> None:
        """Takes nodes of the tries, in any order; those that lead nowhere change nothing."""
        self._nodes.add(nodes)

    def knows(self, slot: Slot) -> bool:
        """Whether the word of a slot is proven already."""
        return slot in self._words

    def knows_contract(self, name: str) -> bool:
        """Whether a contract's account is proven already."""
        return name in self._roots

    def word(self, slot: Slot) -> Proven:
        """The word of a slot: zeros where none is written.

        Unproven if nodes are missing; UndeterminedError if the contract is not there or has other code, or if nodes do
        not have the form of a trie's.
        """
        known = self._words.get(slot)
        if known is None:
            known = self._words[slot] = Proven(self._read(slot), _Checked())
        return known

    def is_deployed(self, name: str) -> bool:
        """Whether a contract is on the chain, with the code that it must have there; raises as `word` does."""
        if name not in self._roots:
            self._roots[name] = self._storage_root(name)
        return self._roots[name] is not None

    @property
    def used(self) -> list[bytes]:
        """The nodes by which what was asked is proven, each once, in the order of their hashes."""
        return [self._nodes.node(hash) for hash in self._nodes.used]

    def _storage_root(self, name: str) -> bytes | None:
        """The root of a contract's storage, by its proven account and code; None if it is proven not to be there."""
        target = contract(name)
        try:
            account = account_of(self._nodes, self.header.state_root, bytes.fromhex(target.address[2:]))
        except Missing:
            raise Unproven(
                f"{self._source} gives no proof of the account of {name}: try another node, or a bundle"
            ) from None
        except (BadNode, RlpError) as error:
            raise self._malformed(name, error) from None
        if account is None or account.code_hash == NO_CODE:
            return None
        if account.code_hash != target.code_hash(self.chain_id):
            raise UndeterminedError(
                f"what stands at {target.address} at {self._source} is not the code of {name} on chain "
                f"{self.chain_id}: check that the network is the one you mean"
            )
        return account.storage_root

    def _read(self, slot: Slot) -> bytes:
        root = self._roots[slot.contract] if self.is_deployed(slot.contract) else None
        if root is None:
            raise UndeterminedError(f"{slot.contract} of trialseal is not on chain {self.chain_id} at {self._source}")
        try:
            value = self._nodes.value(root, keccak256(slot.key))
            stored = decode(value) if value is not None else b""
        except Missing:
            raise Unproven(
                f"{self._source} gives no proof of the storage of {slot.contract}: try another node, or a bundle"
            ) from None
        except (BadNode, RlpError) as error:
            raise self._malformed(slot.contract, error) from None
        if isinstance(stored, list) or len(stored) > WORD or stored.startswith(b"\0"):
            raise self._malformed(slot.contract, ValueError("a word of another form"))
        return stored.rjust(WORD, b"\0")

    def _malformed(self, name: str, error: Exception) -> UndeterminedError:
        return UndeterminedError(f"{self._source} gives a malformed proof of {name} ({error}): try another source")
