"""Files of age (https://age-encryption.org/v1) for one recipient, encrypted by the package cryptography.

It takes a third of the time of pyrage, which does the same where cryptography is not installed. Only writing is here:
pyrage reads. The words are those of the format: C2SP, "The age file encryption format".
"""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256
from hmac import digest as hmac
from itertools import count
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

PIECE: Final = 1 << 18
"""Bytes that are read and encrypted at once, at most; whole chunks."""
_CHUNK: Final = 1 << 16
_TAG: Final = 16  # bytes behind each chunk
_LETTERS: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"  # of Bech32 (BIP 173), for 0 to 31
_CHECK_LETTERS, _PADDING_BITS = 6, 4


class Piece(NamedTuple):
    """Some bytes, and what stands for them in the file; both are written over when the next is asked for."""

    plain: memoryview
    sealed: memoryview


def is_there() -> bool:
    """Whether cryptography is installed, in a version that encrypts into memory that is there."""
    try:
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
    except ImportError:
        return False
    return hasattr(ChaCha20Poly1305, "encrypt_into")


def point_of(recipient: str) -> bytes:
    """The 32 bytes of a recipient `age1…` that is known to be one."""
    number = 0
    for letter in recipient.lower().removeprefix("age1")[:-_CHECK_LETTERS]:
        number = number << 5 | _LETTERS.index(letter)
    return (number >> _PADDING_BITS).to_bytes(32, "big")


def written(read_into: Callable[[memoryview], int], point: bytes) -> tuple[bytes, Iterator[Piece]]:
    """The beginning of a file for a recipient, and the pieces that follow it. `read_into` gives 0 at the end only."""
    beginning, cipher = _begun(point)
    return beginning, _pieces(read_into, cipher)


def encrypted(data: bytes, point: bytes) -> bytes:
    """A file in memory."""
    beginning, cipher = _begun(point)
    chunks = _chunks(memoryview(data), count(), last=True)
    return b"".join((beginning, *(cipher.encrypt(nonce, chunk, None) for nonce, chunk in chunks)))


def _begun(point: bytes) -> tuple[bytes, ChaCha20Poly1305]:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    file_key, nonce = os.urandom(16), os.urandom(16)
    return _header(file_key, point) + nonce, ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))


def _pieces(read_into: Callable[[memoryview], int], cipher: ChaCha20Poly1305) -> Iterator[Piece]:
    """Each but the last is PIECE bytes; that may be empty only where there is no other."""
    room = [memoryview(bytearray(PIECE)) for _ in range(2)]
    out = memoryview(bytearray(PIECE // _CHUNK * (_CHUNK + _TAG)))
    numbers = count()
    size = _fill(room[0], read_into)
    for number in count():
        # What follows is read first: the last chunk is marked.
        following = _fill(room[(number + 1) % 2], read_into) if size == PIECE else 0
        plain = room[number % 2][:size]
        used = 0
        for nonce, chunk in _chunks(plain, numbers, last=not following):
            used += cipher.encrypt_into(nonce, chunk, None, out[used : used + len(chunk) + _TAG])
        yield Piece(plain, out[:used])
        if not following:
            return
        size = following


def _fill(room: memoryview, read_into: Callable[[memoryview], int]) -> int:
    filled = 0
    while filled < len(room) and (size := read_into(room[filled:])):
        filled += size
    return filled


def _chunks(plain: memoryview, numbers: Iterator[int], last: bool) -> Iterator[tuple[bytes, memoryview]]:
    """The chunks of a piece, one if it is empty, each with its nonce: its number, and whether it is the file's last."""
    starts = range(0, len(plain) or 1, _CHUNK)
    for start in starts:
        nonce = next(numbers).to_bytes(11, "big") + bytes([last and start == starts[-1]])
        yield nonce, plain[start : start + _CHUNK]


def _header(file_key: bytes, point: bytes) -> bytes:
    """The version, the file key wrapped for the recipient, and what binds both."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    ephemeral = X25519PrivateKey.generate()
    share = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(point))
    wrapping = ChaCha20Poly1305(_derived(shared, share + point, b"age-encryption.org/v1/X25519"))
    body = wrapping.encrypt(bytes(12), file_key, None)
    header = b"age-encryption.org/v1\n-> X25519 %b\n%b\n---" % (_base64(share), _base64(body))
    return b"%b %b\n" % (header, _base64(hmac(_derived(file_key, b"", b"header"), header, sha256)))


def _derived(secret: bytes, salt: bytes, use: bytes) -> bytes:
    """32 bytes by HKDF-SHA-256 (RFC 5869)."""
    return hmac(hmac(salt, secret, sha256), use + b"\x01", sha256)


def _base64(data: bytes) -> bytes:
    return b64encode(data).rstrip(b"=")
