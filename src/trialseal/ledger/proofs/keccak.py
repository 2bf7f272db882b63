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
    """The same, in Python alone: some 0.15 ms 136 bytes."""
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


_CONSTANTS = _constants()


def _permute(lanes: list[int]) -> None:
    """Keccak-f[1600] in place, written out, which halves its time: lanes a, numbered x + 5y, and moved ones b."""
    m = _MASK
    a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, *others = lanes
    a13, a14, a15, a16, a17, a18, a19, a20, a21, a22, a23, a24 = others
    for constant in _CONSTANTS:
        c0 = a0 ^ a5 ^ a10 ^ a15 ^ a20
        c1 = a1 ^ a6 ^ a11 ^ a16 ^ a21
        c2 = a2 ^ a7 ^ a12 ^ a17 ^ a22
        c3 = a3 ^ a8 ^ a13 ^ a18 ^ a23
        c4 = a4 ^ a9 ^ a14 ^ a19 ^ a24
        d0 = c4 ^ ((c1 << 1 | c1 >> 63) & m)
        d1 = c0 ^ ((c2 << 1 | c2 >> 63) & m)
        d2 = c1 ^ ((c3 << 1 | c3 >> 63) & m)
        d3 = c2 ^ ((c4 << 1 | c4 >> 63) & m)
        d4 = c3 ^ ((c0 << 1 | c0 >> 63) & m)
        b0 = a0 ^ d0
        t = a6 ^ d1
        b1 = (t << 44 | t >> 20) & m
        t = a12 ^ d2
        b2 = (t << 43 | t >> 21) & m
        t = a18 ^ d3
        b3 = (t << 21 | t >> 43) & m
        t = a24 ^ d4
        b4 = (t << 14 | t >> 50) & m
        t = a3 ^ d3
        b5 = (t << 28 | t >> 36) & m
        t = a9 ^ d4
        b6 = (t << 20 | t >> 44) & m
        t = a10 ^ d0
        b7 = (t << 3 | t >> 61) & m
        t = a16 ^ d1
        b8 = (t << 45 | t >> 19) & m
        t = a22 ^ d2
        b9 = (t << 61 | t >> 3) & m
        t = a1 ^ d1
        b10 = (t << 1 | t >> 63) & m
        t = a7 ^ d2
        b11 = (t << 6 | t >> 58) & m
        t = a13 ^ d3
        b12 = (t << 25 | t >> 39) & m
        t = a19 ^ d4
        b13 = (t << 8 | t >> 56) & m
        t = a20 ^ d0
        b14 = (t << 18 | t >> 46) & m
        t = a4 ^ d4
        b15 = (t << 27 | t >> 37) & m
        t = a5 ^ d0
        b16 = (t << 36 | t >> 28) & m
        t = a11 ^ d1
        b17 = (t << 10 | t >> 54) & m
        t = a17 ^ d2
        b18 = (t << 15 | t >> 49) & m
        t = a23 ^ d3
        b19 = (t << 56 | t >> 8) & m
        t = a2 ^ d2
        b20 = (t << 62 | t >> 2) & m
        t = a8 ^ d3
        b21 = (t << 55 | t >> 9) & m
        t = a14 ^ d4
        b22 = (t << 39 | t >> 25) & m
        t = a15 ^ d0
        b23 = (t << 41 | t >> 23) & m
        t = a21 ^ d1
        b24 = (t << 2 | t >> 62) & m
        a0 = b0 ^ (b2 & ~b1) ^ constant
        a1 = b1 ^ (b3 & ~b2)
        a2 = b2 ^ (b4 & ~b3)
        a3 = b3 ^ (b0 & ~b4)
        a4 = b4 ^ (b1 & ~b0)
        a5 = b5 ^ (b7 & ~b6)
        a6 = b6 ^ (b8 & ~b7)
        a7 = b7 ^ (b9 & ~b8)
        a8 = b8 ^ (b5 & ~b9)
        a9 = b9 ^ (b6 & ~b5)
        a10 = b10 ^ (b12 & ~b11)
        a11 = b11 ^ (b13 & ~b12)
        a12 = b12 ^ (b14 & ~b13)
        a13 = b13 ^ (b10 & ~b14)
        a14 = b14 ^ (b11 & ~b10)
        a15 = b15 ^ (b17 & ~b16)
        a16 = b16 ^ (b18 & ~b17)
        a17 = b17 ^ (b19 & ~b18)
        a18 = b18 ^ (b15 & ~b19)
        a19 = b19 ^ (b16 & ~b15)
        a20 = b20 ^ (b22 & ~b21)
        a21 = b21 ^ (b23 & ~b22)
        a22 = b22 ^ (b24 & ~b23)
        a23 = b23 ^ (b20 & ~b24)
        a24 = b24 ^ (b21 & ~b20)
    lanes[:13] = a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12
    lanes[13:] = a13, a14, a15, a16, a17, a18, a19, a20, a21, a22, a23, a24


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
