"""Logs, errors, and the one step by which everything is rolled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any

from eth_abi import encode
from eth_utils.crypto import keccak

ZERO = bytes(32)
MOST = 2**32 - 1  # what a count of 32 bits holds


class Refused(Exception):
    """An act that a contract refuses: its custom error and the error's arguments."""

    def __init__(self, error: str, *arguments: Any) -> None:
        super().__init__(error, *arguments)
        self.error = (error, *arguments)


@dataclass(frozen=True)
class Log:
    """One log as the chain keeps it."""

    contract: str  # name
    topics: tuple[bytes, ...]  # four of 32 bytes
    data: bytes

    @property
    def digest(self) -> bytes:
        """SHA-256 over topics and data."""
        return sha256(b"".join(self.topics) + self.data).digest()


def log_of(contract: str, signature: str, indexed: Sequence[bytes], stamp: int, *values: Any) -> Log:
    """A log of the event with this signature: three indexed members, then the stamp, then the others."""
    types = signature[signature.index("(") + 1 : -1].split(",")
    return Log(contract, (topic(signature), *indexed), encode(types[3:], [stamp, *values]))


@cache
def topic(signature: str) -> bytes:
    """Keccak-256 of an event's signature."""
    return bytes(keccak(text=signature))


def step(before: bytes, author: bytes, digest: bytes) -> bytes:
    """SHA-256(before ‖ first 20 bytes of the acting party's id ‖ digest of the log)."""
    return sha256(before + author[:20] + digest).digest()


def rolled(word: bytes, author: bytes, digest: bytes) -> bytes:
    """A rolled word with one more log in it: its count in 4 bytes, then the step's first 28."""
    return next_count(word).to_bytes(4, "big") + step(word, author, digest)[:28]


def next_count(word: bytes) -> int:
    """The number of the log that a word takes next."""
    return following(int.from_bytes(word[:4], "big"))


def following(number: int) -> int:
    """One more, as far as 32 bits go."""
    if number == MOST:
        raise Refused("CountExhausted")
    return number + 1


def stamp_of(number: int, time: int, key: str) -> int:
    """Number (4 bytes), block time (8), key (20)."""
    return number << 224 | time << 160 | int(key, 16)


def fold_of(number: bytes) -> bytes:
    """A registry number's fold; Refused if it is no text, or nothing is left of it."""
    text = number.rstrip(b"\0")
    if not all(0x20 <= byte <= 0x7E for byte in text):
        raise Refused("RegistryIdNotText", number)
    kept = "".join(c for c in text.decode("ascii").upper() if c.isalnum() and c != "0")
    if not kept:
        raise Refused("RegistryIdEmpty", number)
    return kept.encode("ascii").ljust(32, b"\0")
