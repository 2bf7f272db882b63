"""Personal messages (EIP-191, version 0x45), which any wallet shows and signs, and whose key made a signature."""

from __future__ import annotations

from trialseal.ledger.proofs.keccak import keccak256

BYTES = 65
"""Of a signature: r, s, v."""
# Of the two signatures that lead to one key only that with the smaller s is read (EIP-2).
_HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0


def personal_digest(message: bytes) -> bytes:
    """The 32 bytes that are signed of a message: Keccak-256 of the personal message."""
    return keccak256(b"\x19Ethereum Signed Message:\n%d" % len(message) + message)


def signer_of(digest: bytes, signature: bytes) -> str | None:
    """The address, 0x and lower case, whose key made a signature; None if it is none."""
    from coincurve import PublicKey

    parity = signature[64] - 27 if signature[64] >= 27 else signature[64]
    if parity not in (0, 1) or int.from_bytes(signature[32:64], "big") > _HALF_ORDER:
        return None
    try:
        key = PublicKey.from_signature_and_message(signature[:64] + bytes([parity]), digest, hasher=None)
    except Exception:  # whatever the library makes of numbers that are no signature
        return None
    return "0x" + keccak256(key.format(compressed=False)[1:])[12:].hex()
