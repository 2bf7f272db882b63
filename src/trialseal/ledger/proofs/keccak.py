"""Keccak-256, by the fastest means at hand: OpenSSL's (from 3.2 on), safe-pysha3's or pycryptodome's C, else Python.

Keccak team, 'The Keccak reference' 3.0; Ethereum keeps its padding, which FIPS 202 changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache

_RATE = 136
_MASK = (1 << 64) - 1


def keccak256(data: bytes) -> bytes:
    """Keccak-256 of bytes: 32 bytes."""
    return _fastest()(data)


def pure_keccak256(data: bytes) -> bytes:
    """The same, in Python alone: some 0.6 ms a block of 136 bytes."""
    padded = bytearray(data)
    padded.append(1)
    padded.extend(bytes(-len(padded) % _RATE))
    padded[-1] |= 0x80
    lanes = [0] * 25
    for start in range(0, len(padded), _RATE):
        for lane in range(_RATE // 8):
            lanes[lane] ^= int.from_bytes(padded[start + 8 * lane : start + 8 * lane + 8], "little")
        _permute(lanes)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[:4])


def _constants() -> list[int]:
    """The round constants, from the linear feedback shift register that defines them."""
    register, found = 1, []
    for _ in range(24):
        constant = 0
        for bit in range(7):
            if register & 1:
                constant |= 1 << ((1 << bit) - 1)
            register = (register << 1) ^ (0x171 if register & 0x80 else 0)
        found.append(constant)
    return found


def _moves() -> list[tuple[int, int]]:
    """Where each lane goes in turn, and by how much it is rotated."""
    x, y, found = 1, 0, []
    for step in range(24):
        x, y = y, (2 * x + 3 * y) % 5
        found.append((x + 5 * y, (step + 1) * (step + 2) // 2 % 64))
    return found


_CONSTANTS, _MOVES = _constants(), _moves()


def _permute(lanes: list[int]) -> None:
    for constant in _CONSTANTS:
        c = [lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20] for x in range(5)]
        for x in range(5):
            right = c[(x + 1) % 5]
            d = c[x - 1] ^ ((right << 1 | right >> 63) & _MASK)
            for y in range(0, 25, 5):
                lanes[x + y] ^= d
        carried = lanes[1]
        for to, turn in _MOVES:
            lanes[to], carried = (carried << turn | carried >> (64 - turn)) & _MASK, lanes[to]
        for y in range(0, 25, 5):
            a, b, c2, d2, e = lanes[y : y + 5]
            lanes[y] = a ^ (~b & _MASK & c2)
            lanes[y + 1] = b ^ (~c2 & _MASK & d2)
            lanes[y + 2] = c2 ^ (~d2 & _MASK & e)
            lanes[y + 3] = d2 ^ (~e & _MASK & a)
            lanes[y + 4] = e ^ (~a & _MASK & b)
        lanes[0] ^= constant


@cache
def _fastest() -> Callable[[bytes], bytes]:
    try:
        hashlib.new("KECCAK-256")
    except ValueError:
        pass
    else:
        return lambda data: hashlib.new("KECCAK-256", data).digest()
    try:
        from sha3 import keccak_256  # type: ignore[import-untyped]
    except ImportError:
        pass
    else:
        return lambda data: bytes(keccak_256(data).digest())
    try:
        from Crypto.Hash import keccak
    except ImportError:
        return pure_keccak256
    return lambda data: keccak.new(digest_bits=256, data=data).digest()
