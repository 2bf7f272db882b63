"""Whose key made a signature over secp256k1: by coincurve's C where it is installed, else in Python alone.

SEC 1 (version 2.0), 4.1.6; parameters of secp256k1 by SEC 2 (version 2.0), 2.4.1. Nothing here is secret, so that how
long it takes may tell anything.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from trialseal.ledger.proofs.keccak import keccak256

SIGNATURE_BYTES: Final = 65
"""r and s, 32 bytes each, then which of the keys that they lead to."""
_PRIME: Final = 2**256 - 2**32 - 977
_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_BASE: Final = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)
_Point: TypeAlias = tuple[int, int]


def address_of(digest: bytes, signature: bytes) -> str | None:
    """The address, 0x and lower case, of the key that made a signature; None if it is none.

    `signature`: 65 bytes, of which the last is 0 to 3; of s both halves are taken.
    """
    if len(digest) != 32 or len(signature) != SIGNATURE_BYTES:
        return None
    try:
        from coincurve import PublicKey
    except ImportError:
        key = pure_key(digest, signature)
    else:
        try:
            key = PublicKey.from_signature_and_message(signature, digest, hasher=None).format(compressed=False)[1:]
        except Exception:  # whatever the library makes of numbers that are no signature
            key = None
    return None if key is None else "0x" + keccak256(key)[12:].hex()


def pure_key(digest: bytes, signature: bytes) -> bytes | None:
    """The public key, x and y of 32 bytes each, in Python alone: some 10 ms. None if it is no signature."""
    r, s, which = int.from_bytes(signature[:32]), int.from_bytes(signature[32:64]), signature[64]
    x = r + (_ORDER if which & 2 else 0)
    if which > 3 or not 0 < r < _ORDER or not 0 < s < _ORDER or x >= _PRIME:
        return None
    square = (pow(x, 3, _PRIME) + 7) % _PRIME
    y = pow(square, (_PRIME + 1) // 4, _PRIME)  # a root, if there is one: the prime is 3 modulo 4
    if y * y % _PRIME != square:
        return None
    if y & 1 != which & 1:
        y = _PRIME - y
    inverse = pow(r, -1, _ORDER)
    of_base = -int.from_bytes(digest) * inverse % _ORDER
    key = _sum(_times(of_base, _BASE), _times(s * inverse % _ORDER, (x, y)))
    return None if key is None else key[0].to_bytes(32) + key[1].to_bytes(32)


def _sum(one: _Point | None, other: _Point | None) -> _Point | None:
    """The sum of two points; None is the point at infinity."""
    if one is None or other is None:
        return other if one is None else one
    (x, y), (u, v) = one, other
    if x == u:
        if (y + v) % _PRIME == 0:
            return None
        slope = 3 * x * x * pow(2 * y, -1, _PRIME)
    else:
        slope = (v - y) * pow(u - x, -1, _PRIME)
    w = (slope * slope - x - u) % _PRIME
    return w, (slope * (x - w) - y) % _PRIME


def _times(number: int, point: _Point) -> _Point | None:
    """A point added to itself so many times."""
    found: _Point | None = None
    power: _Point | None = point
    while number:
        if number & 1:
            found = _sum(found, power)
        power, number = _sum(power, power), number >> 1
    return found
