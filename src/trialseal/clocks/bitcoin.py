"""The header of a Bitcoin block: 80 bytes whose own hash shows what they cost to make.

Source: Bitcoin's block header (version 4 bytes, parent 32, Merkle root 32, time 4, bits 4, nonce 4; numbers little
endian), and the proof of work of its white paper, section 4.
"""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

HEADER_BYTES = 80
_EASIEST_TARGET = 0xFFFF << 208
"""The largest target that a block of Bitcoin's main chain has ever had (bits 1d00ffff), that of its first block."""


class HeaderFault(ValueError):
    """The bytes are no header of Bitcoin; the message says why, to follow 'the header '."""


class BitcoinHeader(NamedTuple):
    """A header whose hash meets its own target."""

    hash: bytes
    """As computed, 32 bytes; block explorers show them from the last to the first."""
    merkle_root: bytes
    """32 bytes, as they lie in the header."""
    time: int
    """Seconds since 1970, as the miner gave it: rules of the chain hold it within about two hours of the truth."""
    work: int
    """How many hashes had to be tried on average to find it."""

    @property
    def shown(self) -> str:
        """The hash as block explorers show it."""
        return self.hash[::-1].hex()


def read_header(raw: bytes) -> BitcoinHeader:
    """The header that 80 bytes are. HeaderFault if their hash does not meet the target that they name."""
    if len(raw) != HEADER_BYTES:
        raise HeaderFault(f"has {len(raw)} bytes, not {HEADER_BYTES}")
    target = _target(int.from_bytes(raw[72:76], "little"))
    digest = sha256(sha256(raw).digest()).digest()
    if not 0 < target <= _EASIEST_TARGET:
        raise HeaderFault("names a target that no block of Bitcoin ever had")
    if int.from_bytes(digest, "little") > target:
        raise HeaderFault("does not hash to what its target asks for")
    return BitcoinHeader(digest, raw[36:68], int.from_bytes(raw[68:72], "little"), (1 << 256) // (target + 1))


def _target(bits: int) -> int:
    exponent, mantissa = bits >> 24, bits & 0x7FFFFF
    if bits & 0x800000:
        return 0
    return mantissa << 8 * (exponent - 3) if exponent >= 3 else mantissa >> 8 * (3 - exponent)
