"""Whose key made a signature: Python alone answers as libsecp256k1 does, and so does the command without it."""

from __future__ import annotations

import sys

import pytest
from coincurve import PrivateKey, PublicKey
from hypothesis import given
from hypothesis import strategies as st

from trialseal.ledger.recovery import address_of, pure_key

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
PRIME = 2**256 - 2**32 - 977
DIGESTS = st.binary(min_size=32, max_size=32)
SCALARS = st.integers(1, ORDER - 1) | st.sampled_from([1, 2, ORDER - 1])


def peer(digest: bytes, signature: bytes) -> bytes | None:
    try:
        return PublicKey.from_signature_and_message(signature, digest, hasher=None).format(compressed=False)[1:]
    except Exception:
        return None


@given(DIGESTS, SCALARS)
def test_the_key_that_signed_is_found(digest: bytes, secret: int) -> None:
    key = PrivateKey(secret.to_bytes(32))
    signature = key.sign_recoverable(digest, hasher=None)
    assert pure_key(digest, signature) == key.public_key.format(compressed=False)[1:]


@given(DIGESTS, SCALARS, SCALARS, st.integers(0, 5))
def test_any_numbers_are_read_as_libsecp256k1_reads_them(digest: bytes, r: int, s: int, which: int) -> None:
    signature = r.to_bytes(32) + s.to_bytes(32) + bytes([which])
    assert pure_key(digest, signature) == peer(digest, signature)


# r as small as that may be the x of a point beyond the order, which no search would meet.
@pytest.mark.parametrize("r", [0, 1, 2, 4, PRIME - ORDER - 1, PRIME - ORDER, ORDER - 1, ORDER, 2**256 - 1])
@pytest.mark.parametrize("s", [0, 1, ORDER - 1, ORDER])
@pytest.mark.parametrize("which", [0, 1, 2, 3, 4, 255])
def test_the_bounds_are_those_of_libsecp256k1(r: int, s: int, which: int) -> None:
    signature = r.to_bytes(32) + s.to_bytes(32) + bytes([which])
    assert pure_key(b"\7" * 32, signature) == peer(b"\7" * 32, signature)


def test_a_key_at_infinity_is_none() -> None:
    """With s·R = z·G the key would be the point at infinity: R = G, s = z."""
    base = PrivateKey((1).to_bytes(32)).public_key.format(compressed=False)[1:]
    which = bytes([base[63] & 1])
    assert pure_key((5).to_bytes(32), base[:32] + (5).to_bytes(32) + which) is None
    assert peer((5).to_bytes(32), base[:32] + (5).to_bytes(32) + which) is None


@pytest.mark.parametrize("installed", [True, False])
def test_the_address_is_the_same_with_and_without_the_c_library(
    installed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = PrivateKey((1).to_bytes(32))
    signature = key.sign_recoverable(b"\1" * 32, hasher=None)
    if not installed:
        monkeypatch.setitem(sys.modules, "coincurve", None)
    assert address_of(b"\1" * 32, signature) == "0x7e5f4552091a69125d5dfcb7b8c2659029395bdf"
    assert address_of(b"\1" * 31, signature) is None
    assert address_of(b"\1" * 32, signature[:64]) is None
    assert address_of(b"\1" * 32, bytes(65)) is None
