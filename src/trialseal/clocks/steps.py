"""OpenTimestamps proofs as bytes: read and written, nothing computed.

Format: version 1 of the OpenTimestamps proof file, as its Python library reads it (core/serialize.py, timestamp.py,
op.py and notary.py of python-opentimestamps). A proof is a tree of operations with attestations at its leaves;
the file holds it in one order, which is kept here as one flat list, so that no depth of a proof needs a recursion.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

MAGIC = b"\x00OpenTimestamps\x00\x00Proof\x00\xbf\x89\xe2\xe8\x84\xe8\x92\x94"
VERSION = 1
MAX_MESSAGE = 4096
"""Bytes of a message, and of what an operation adds."""
MAX_STEPS = 10_000
MAX_PROOF_BYTES = 1 << 20
_MAX_BODY = 8192
_MAX_ADDRESS = 1000
# Beyond this no height and no length of ours can be.
_MAX_NUMBER_BYTES = 9

APPEND, PREPEND, REVERSE, HEXLIFY = 0xF0, 0xF1, 0xF2, 0xF3
SHA1, RIPEMD160, SHA256, KECCAK256 = 0x02, 0x03, 0x08, 0x67
_ATTESTATION, _FORK = 0x00, 0xFF
_WITH_ARGUMENT = frozenset({APPEND, PREPEND})
_OPERATIONS = frozenset({APPEND, PREPEND, REVERSE, HEXLIFY, SHA1, RIPEMD160, SHA256, KECCAK256})
_FILE_DIGESTS = {SHA1: "SHA-1", RIPEMD160: "RIPEMD-160", KECCAK256: "Keccak-256"}

BITCOIN_TAG = bytes.fromhex("0588960d73d71901")
PENDING_TAG = bytes.fromhex("83dfe30d2ef90c8e")
_ADDRESS_LETTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._/:")


class ProofError(ValueError):
    """The bytes are no proof that can be read; the message says what and where, to follow 'FILE: '."""


class Operation(NamedTuple):
    """What makes the next message from the one before."""

    tag: int
    argument: bytes = b""


class Fork(NamedTuple):
    """The message so far goes two ways: what follows up to an attestation, and what follows that."""


class Bitcoin(NamedTuple):
    """The message is said to be the Merkle root of the Bitcoin block at this height."""

    height: int


class Promise(NamedTuple):
    """A calendar has promised to put the message into a Bitcoin block."""

    calendar: str
    """Its address, as the proof gives it."""


class Unknown(NamedTuple):
    """An attestation of a kind that is not known here."""

    tag: bytes
    body: bytes


Attestation: TypeAlias = Bitcoin | Promise | Unknown
Step: TypeAlias = Operation | Fork | Attestation


class Proof(NamedTuple):
    """A proof about a file with this SHA-256."""

    digest: bytes
    steps: tuple[Step, ...]


def read_proof(data: bytes) -> Proof:
    """The proof that a file holds. ProofError."""
    if len(data) > MAX_PROOF_BYTES:
        raise ProofError("it is larger than 1 MiB, which no OpenTimestamps proof needs")
    if not data.startswith(MAGIC):
        raise ProofError("it is not an OpenTimestamps proof: its first bytes are others")
    reader = _Reader(data, len(MAGIC))
    version = reader.number()
    if version != VERSION:
        raise ProofError(f"it is an OpenTimestamps proof of version {version}; this program reads version {VERSION}")
    kind = reader.byte()
    if kind != SHA256:
        named = _FILE_DIGESTS.get(kind, f"0x{kind:02x}")
        raise ProofError(f"it stamps a digest of kind {named}; this program checks SHA-256")
    digest = reader.take(32)
    return Proof(digest, _steps(reader))


def read_steps(data: bytes) -> tuple[Step, ...]:
    """What a calendar answers: steps from the message that both know. ProofError."""
    return _steps(_Reader(data, 0))


def write_proof(proof: Proof) -> bytes:
    """The bytes of a proof file."""
    return MAGIC + bytes([VERSION, SHA256]) + proof.digest + write_steps(proof.steps)


def write_steps(steps: tuple[Step, ...]) -> bytes:
    """The bytes of steps, as a calendar sends them."""
    return b"".join(_written(one) for one in steps)


def _written(step: Step) -> bytes:
    if isinstance(step, Fork):
        return bytes([_FORK])
    if isinstance(step, Operation):
        return bytes([step.tag]) + (_with_length(step.argument) if step.tag in _WITH_ARGUMENT else b"")
    if isinstance(step, Bitcoin):
        tag, body = BITCOIN_TAG, _number(step.height)
    elif isinstance(step, Promise):
        tag, body = PENDING_TAG, _with_length(step.calendar.encode("ascii"))
    else:
        tag, body = step.tag, step.body
    return bytes([_ATTESTATION]) + tag + _with_length(body)


def _steps(reader: _Reader) -> tuple[Step, ...]:
    steps: list[Step] = []
    open_ways, after_fork = 1, False
    while open_ways:
        if len(steps) == MAX_STEPS:
            raise ProofError(f"it has more than {MAX_STEPS:,} operations")
        place, tag = reader.place, reader.byte()
        if tag == _FORK and not after_fork:
            steps.append(Fork())
            open_ways, after_fork = open_ways + 1, True
            continue
        after_fork = False
        if tag == _ATTESTATION:
            steps.append(_attestation(reader))
            open_ways -= 1
        elif tag in _OPERATIONS:
            steps.append(Operation(tag, reader.with_length(1, MAX_MESSAGE) if tag in _WITH_ARGUMENT else b""))
        else:
            raise ProofError(f"operation 0x{tag:02x} at byte {place} is not known to this program")
    if reader.left:
        raise ProofError(f"{reader.left} bytes follow its end at byte {reader.place}")
    return tuple(steps)


def _attestation(reader: _Reader) -> Attestation:
    tag, place = reader.take(8), reader.place
    body = reader.with_length(0, _MAX_BODY)
    inner = _Reader(body, 0)
    if tag == BITCOIN_TAG:
        made: Attestation = Bitcoin(inner.number())
    elif tag == PENDING_TAG:
        address = inner.with_length(0, _MAX_ADDRESS)
        if not _ADDRESS_LETTERS.issuperset(address):
            raise ProofError(f"the calendar's address at byte {place} holds characters that no address has")
        made = Promise(address.decode("ascii"))
    else:
        return Unknown(tag, body)
    if inner.left:
        raise ProofError(f"the attestation at byte {place} has {inner.left} bytes too many")
    return made


class _Reader:
    """Reads bytes from front to back; ProofError where they end too early."""

    def __init__(self, data: bytes, place: int) -> None:
        self._data, self.place = data, place

    @property
    def left(self) -> int:
        return len(self._data) - self.place

    def take(self, count: int) -> bytes:
        if count > self.left:
            raise ProofError(f"it ends at byte {len(self._data)}, before it is complete")
        self.place += count
        return self._data[self.place - count : self.place]

    def byte(self) -> int:
        return self.take(1)[0]

    def number(self) -> int:
        """Groups of 7 bits, the lowest first; only the shortest way of writing a number is read."""
        place, value = self.place, 0
        for group in range(_MAX_NUMBER_BYTES):
            byte = self.byte()
            value |= (byte & 0x7F) << 7 * group
            if byte < 0x80:
                if group and not byte:
                    raise ProofError(f"the number at byte {place} is written longer than it needs")
                return value
        raise ProofError(f"the number at byte {place} is too large")

    def with_length(self, least: int, most: int) -> bytes:
        place, length = self.place, self.number()
        if not least <= length <= most:
            raise ProofError(f"a part at byte {place} has {length:,} bytes; {least} to {most:,} are allowed")
        return self.take(length)


def _number(value: int) -> bytes:
    groups = bytearray()
    while value > 0x7F:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*groups, value])


def _with_length(data: bytes) -> bytes:
    return _number(len(data)) + data
