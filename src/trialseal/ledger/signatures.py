"""Personal messages (EIP-191, version 0x45), which any wallet shows and signs, and whose key made a signature."""

from __future__ import annotations

from trialseal.ledger.proofs.keccak import keccak256
from trialseal.ledger.recovery import SIGNATURE_BYTES, address_of

# Of the two signatures that lead to one key only that with the smaller s is read (EIP-2).
_HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0


def personal_digest(message: bytes) -> bytes:
    """The 32 bytes that are signed of a message: Keccak-256 of the personal message."""
    return keccak256(b"\x19Ethereum Signed Message:\n%d" % len(message) + message)


def signer_of(digest: bytes, signature: bytes) -> str | None:
    """The address, 0x and lower case, whose key made a signature; None if it is none."""
    if len(signature) != SIGNATURE_BYTES:
        return None
    parity = signature[64] - 27 if signature[64] >= 27 else signature[64]
    if parity not in (0, 1) or int.from_bytes(signature[32:64], "big") > _HALF_ORDER:
        return None
    return address_of(digest, signature[:64] + bytes([parity]))
