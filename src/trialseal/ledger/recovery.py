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
_Scaled: TypeAlias = tuple[int, int, int]
"""A point in Jacobian coordinates: x = X / Z², y = Y / Z³, so that only the last step divides."""


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
    """The public key, x and y of 32 bytes each, in Python alone: some 5 ms. None if it is no signature."""
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
    of_base, of_point = -int.from_bytes(digest) * inverse % _ORDER, s * inverse % _ORDER
    key = _combined(of_base, of_point, (x, y))
    return None if key is None else key[0].to_bytes(32) + key[1].to_bytes(32)


def _combined(of_base: int, of_point: int, point: _Point) -> _Point | None:
    """So many times the base and so many times a point, bit by bit of both at once; None at infinity."""
    steps = (None, _BASE, point, _sum(_BASE, point))
    found: _Scaled | None = None
    for bit in reversed(range(256)):
        found = _doubled(found) if found else None
        step = steps[of_base >> bit & 1 | (of_point >> bit & 1) << 1]
        if step is not None:
            found = _added(found, step) if found else (*step, 1)
    return _plain(found)


def _sum(one: _Point, other: _Point) -> _Point | None:
    """The sum of two points; None at infinity."""
    return _plain(_added((*one, 1), other))


def _plain(point: _Scaled | None) -> _Point | None:
    """A point's x and y."""
    if point is None:
        return None
    x, y, z = point
    inverse = pow(z, -1, _PRIME)
    return x * inverse**2 % _PRIME, y * inverse**3 % _PRIME


def _doubled(point: _Scaled) -> _Scaled:
    """A point twice; no point of this curve has y = 0."""
    x, y, z = point
    square = y * y % _PRIME
    s, m = 4 * x * square % _PRIME, 3 * x * x % _PRIME
    new = (m * m - 2 * s) % _PRIME
    return new, (m * (s - new) - 8 * square * square) % _PRIME, 2 * y * z % _PRIME


def _added(one: _Scaled, other: _Point) -> _Scaled | None:
    """The sum of a point and one with Z = 1; None at infinity."""
    x, y, z = one
    square = z * z % _PRIME
    across, up = (other[0] * square - x) % _PRIME, (other[1] * square * z - y) % _PRIME
    if not across:
        return None if up else _doubled(one)
    power = across * across % _PRIME
    cube, middle = power * across % _PRIME, x * power % _PRIME
    new = (up * up - cube - 2 * middle) % _PRIME
    return new, (up * (middle - new) - y * cube) % _PRIME, across * z % _PRIME
