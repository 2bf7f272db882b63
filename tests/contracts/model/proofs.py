"""RFC 9162's verification algorithms, step by step as the standard writes them."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from .ledger import Refused


def node(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\1" + left + right).digest()


def root_of(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that an inclusion proof leads to (2.1.3.2)."""
    if index >= size:
        raise Refused("IndexOutsideTree", index, size)
    fn, sn, r = index, size - 1, leaf
    for p in proof:
        if sn == 0:
            raise Refused("ProofLength", len(proof))
        if fn & 1 or fn == sn:
            r = node(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node(r, p)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise Refused("ProofLength", len(proof))
    return r


def roots_of(old: int, new: int, old_root: bytes, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    """The roots of the old and the new tree that a consistency proof leads to (2.1.4.2)."""
    rest = list(proof)
    if old & (old - 1) == 0:
        rest.insert(0, old_root)
    if not rest:
        raise Refused("ProofLength", len(proof))
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = rest[0]
    for c in rest[1:]:
        if sn == 0:
            raise Refused("ProofLength", len(proof))
        if fn & 1 or fn == sn:
            fr, sr = node(c, fr), node(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node(sr, c)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise Refused("ProofLength", len(proof))
    return fr, sr
