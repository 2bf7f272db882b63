"""Where the contracts keep what readers prove, and what its bits mean. docs/bytes.md has the same as a table.

Slots are named by the compiler's own layout, which `artifacts.json` carries; a mapping's value lies at Keccak-256(key ‖
slot), key after key (Solidity documentation, 'Layout of State Variables in Storage').
"""

from __future__ import annotations

from typing import NamedTuple, Self

from trialseal.ledger.contracts import contract
from trialseal.ledger.proofs.keccak import keccak256

_WORD = 32
_LARGEST = 1 << 256
_KINDS = 9


class Slot(NamedTuple):
    """A word of a contract's storage."""

    contract: str
    key: bytes
    """32 bytes."""


def place(name: str, variable: str, *keys: bytes | int, item: int | None = None, member: str | None = None) -> Slot:
    """The slot of a variable: of a mapping under its keys, of a list its `item` from 0, of a struct a `member`.

    KeyError for what the compiler's layout does not have.
    """
    slot, kind = contract(name).storage(variable)
    at = slot.to_bytes(_WORD, "big")
    for key in keys:
        kind = kind["value"]
        padded = key.to_bytes(_WORD, "big") if isinstance(key, int) else key.rjust(_WORD, b"\0")
        at = keccak256(padded + at)
    further = 0
    if item is not None:
        kind = kind["dynamic_array"]
        at, further = keccak256(at), item * -(-kind["bytes"] // _WORD)
    if member is not None:
        further += {one["name"]: one["slot"] for one in kind["struct"]}[member]
    return Slot(name, ((int.from_bytes(at, "big") + further) % _LARGEST).to_bytes(_WORD, "big"))


def trial(trial: bytes) -> tuple[Slot, Slot]:
    """A trial's header (`TrialMembers`), and the digest of its acts."""
    return (
        place("TrialRegistry", "_trials", trial, member="header"),
        place("TrialRegistry", "_trials", trial, member="rollingDigest"),
    )


def document(trial: bytes, kind: int, digest: bytes) -> Slot:
    """A sealed document (`DocumentMembers`)."""
    return place("TrialRegistry", "_documents", trial, kind, digest)


def trials_word() -> Slot:
    """The rolled word of all trials."""
    return place("TrialRegistry", "_trialsWord")


def number_word(fold: bytes) -> Slot:
    """The rolled word of a registry number's fold."""
    return place("TrialRegistry", "_numberWords", fold)


def stream_opened(trial: bytes, writer: bytes, stream: bytes) -> Slot:
    """When a writer opened a stream, Unix seconds."""
    return place("TrialRegistry", "_streams", trial, writer, stream)


def party(party: bytes) -> tuple[Slot, Slot]:
    """A party's record (`PartyMembers`), and its rolled word."""
    return place("Parties", "_parties", party, member="record"), place("Parties", "_parties", party, member="word")


def party_numbered(number: int) -> Slot:
    """The id of a party, by its number from 1."""
    return place("Parties", "_byNumber", item=number - 1)


def subject_word(subject: bytes) -> Slot:
    """The rolled word of what is attested about a subject."""
    return place("Attestations", "_words", subject)


def head(trial: bytes, writer: bytes, stream: bytes) -> tuple[Slot, Slot, Slot]:
    """The present head of a writer's log (`HeadMembers`), its root, and the digest of all heads."""
    return (
        place("TrialLog", "_logs", trial, writer, stream, member="record"),
        place("TrialLog", "_logs", trial, writer, stream, member="root"),
        place("TrialLog", "_logs", trial, writer, stream, member="rollingDigest"),
    )


def _bits(word: bytes, *sizes: int) -> list[int]:
    """Members of a word, from its lowest bit on, by their sizes in bits."""
    rest, found = int.from_bytes(word, "big"), []
    for size in sizes:
        found.append(rest & ((1 << size) - 1))
        rest >>= size
    return found


class TrialMembers(NamedTuple):
    """A trial's header."""

    sponsor: int
    """The sponsor's number as a party."""
    acts: int
    created_at: int
    tenure: int
    versions: dict[int, int]
    """How many there are of each kind of document."""

    @classmethod
    def of(cls, word: bytes) -> Self:
        """The members of a word."""
        sponsor, acts, created_at, tenure, *versions = _bits(word, 32, 32, 40, 8, *[16] * _KINDS)
        return cls(sponsor, acts, created_at, tenure, dict(enumerate(versions, 1)))


class DocumentMembers(NamedTuple):
    """A sealed document; all zeros if it is not sealed."""

    time: int
    author: int
    """The author's number as a party."""
    version: int
    act: int
    endpoints: int
    blinding: int

    @classmethod
    def of(cls, word: bytes) -> Self:
        """The members of a word."""
        return cls(*_bits(word, 40, 32, 16, 32, 32, 8))


class PartyMembers(NamedTuple):
    """A party's record; all zeros if there is none."""

    number: int
    created_at: int
    managers: int
    pending: int
    settled_at: int

    @classmethod
    def of(cls, word: bytes) -> Self:
        """The members of a word."""
        return cls(*_bits(word, 32, 40, 32, 32, 40))


class HeadMembers(NamedTuple):
    """The present head of a log; all zeros before the first."""

    size: int
    time: int
    heads: int

    @classmethod
    def of(cls, word: bytes) -> Self:
        """The members of a word."""
        return cls(*_bits(word, 64, 40, 32))
