"""What an OpenTimestamps proof leads to, and how one is made: messages computed along its steps."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from trialseal.clocks.steps import (
    APPEND,
    HEXLIFY,
    KECCAK256,
    MAX_MESSAGE,
    MAX_STEPS,
    PREPEND,
    REVERSE,
    RIPEMD160,
    SHA1,
    SHA256,
    Attestation,
    Bitcoin,
    Fork,
    Operation,
    Promise,
    Proof,
    ProofError,
    Step,
)

NONCE_BYTES = 16


class End(NamedTuple):
    """Where one way through a proof ends."""

    attestation: Attestation
    message: bytes | None
    """What the attestation is about; None if it cannot be computed here."""
    missing: str | None
    """Why it cannot: 'Keccak-256 is not computed by this program'."""
    place: int
    """Index of the attestation in the proof's steps."""


class _Lacking(Exception):
    """An operation that cannot be computed here."""


def ends(digest: bytes, steps: Sequence[Step]) -> tuple[End, ...]:
    """Each attestation that a proof about `digest` leads to. ProofError if a message grows too large."""
    found: list[End] = []
    waiting: list[tuple[bytes | None, str | None]] = []
    message: bytes | None = digest
    missing: str | None = None
    for place, step in enumerate(steps):
        if isinstance(step, Fork):
            waiting.append((message, missing))
        elif isinstance(step, Operation):
            if message is not None:
                try:
                    message = _applied(step, message)
                except _Lacking as lacking:
                    message, missing = None, str(lacking)
        else:
            found.append(End(step, message, missing, place))
            if waiting:
                message, missing = waiting.pop()
    return tuple(found)


def upgraded(proof: Proof, answers: Mapping[int, tuple[Step, ...]]) -> Proof:
    """The proof with pending attestations, by their index, replaced by what their calendars answered."""
    steps: list[Step] = []
    for place, step in enumerate(proof.steps):
        steps.extend(answers.get(place, (step,)))
    if len(steps) > MAX_STEPS:
        raise ProofError(f"with what the calendar answers it has more than {MAX_STEPS:,} operations")
    made = Proof(proof.digest, tuple(steps))
    ends(made.digest, made.steps)
    return made


def hidden(nonce: bytes) -> tuple[Step, ...]:
    """The steps by which nobody who sees the next message can guess the one before."""
    return (Operation(APPEND, nonce), Operation(SHA256))


def joined(leaves: Sequence[bytes]) -> tuple[bytes, list[tuple[Step, ...]]]:
    """One message that stands for many of 32 bytes, and for each the steps that lead to it."""
    paths: list[list[Step]] = [[] for _ in leaves]
    level = [(leaf, [place]) for place, leaf in enumerate(leaves)]
    while len(level) > 1:
        above = []
        for (left, under_left), (right, under_right) in zip(level[::2], level[1::2], strict=False):
            for place in under_left:
                paths[place] += [Operation(APPEND, right), Operation(SHA256)]
            for place in under_right:
                paths[place] += [Operation(PREPEND, left), Operation(SHA256)]
            above.append((hashlib.sha256(left + right).digest(), under_left + under_right))
        if len(level) % 2:
            above.append(level[-1])
        level = above
    return level[0][0], [tuple(path) for path in paths]


def is_upgrade(steps: Sequence[Step]) -> bool:
    """Whether a calendar's answer leads to a Bitcoin block, and no longer to a promise alone."""
    return any(isinstance(one, Bitcoin) for one in steps)


def calendars(proof: Proof) -> tuple[str, ...]:
    """The calendars whose promises the proof holds."""
    return tuple(dict.fromkeys(one.calendar for one in proof.steps if isinstance(one, Promise)))


def _applied(step: Operation, message: bytes) -> bytes:
    if step.tag == APPEND:
        made = message + step.argument
    elif step.tag == PREPEND:
        made = step.argument + message
    elif step.tag == REVERSE:
        made = message[::-1]
    elif step.tag == HEXLIFY:
        made = message.hex().encode("ascii")
    else:
        return _HASHES[step.tag](message)
    if len(made) > MAX_MESSAGE:
        raise ProofError(f"one of its messages has {len(made):,} bytes; {MAX_MESSAGE:,} are allowed")
    return made


def _hash(name: str, words: str) -> Callable[[bytes], bytes]:
    def hashed(message: bytes) -> bytes:
        try:
            return hashlib.new(name, message, usedforsecurity=False).digest()
        except ValueError:  # which of the old ones there are is OpenSSL's configuration
            raise _Lacking(f"{words} is not computed by this computer's Python") from None

    return hashed


def _no_keccak(message: bytes) -> bytes:
    raise _Lacking("Keccak-256 is not computed here, since no Bitcoin proof needs it")


_HASHES: Mapping[int, Callable[[bytes], bytes]] = MappingProxyType(
    {
        SHA256: _hash("sha256", "SHA-256"),
        SHA1: _hash("sha1", "SHA-1"),
        RIPEMD160: _hash("ripemd160", "RIPEMD-160"),
        KECCAK256: _no_keccak,
    }
)
