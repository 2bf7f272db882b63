"""Headers of consortium chains that run QBFT or IBFT 2.0: what is hashed of them, and who sealed them.

Extra data is RLP [vanity, validators, vote, round, seals]. The seals stand in the header, so that they cannot be part
of what they sign, and neither seals nor round are part of the block's hash (Hyperledger Besu, BftBlockHashing and the
extra data codecs of both engines; IBFT 2.0: EIP-650 as Besu changed it).
"""

from __future__ import annotations

from typing import NamedTuple

from trialseal.ledger.proofs.keccak import keccak256
from trialseal.ledger.proofs.rlp import Item, RlpError, decode, encode

MARK = bytes.fromhex("63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365")
"""The mix hash of every header of these engines."""
EXTRA_DATA = 12
_MIX_HASH = 13
_IBFT_ROUND = 4
_SEAL = 65


class Sealed(NamedTuple):
    """What a header's seals sign, and the seals."""

    digest: bytes
    """32 bytes."""
    seals: tuple[bytes, ...]
    """Each 65 bytes: r, s, parity."""


def hashed(members: list[Item]) -> list[Item]:
    """The members of a header as its hash takes them; RlpError if a header of these engines has other extra data."""
    # Block 0 has no seals, and is hashed as it stands.
    if members[_MIX_HASH] != MARK or members[8] == b"":
        return members
    vanity, validators, vote, round, _ = _extra(members)
    kept: list[Item] = [vanity, validators, vote]
    if not _is_ibft(vote, round):
        kept += [b"", []]
    return _with_extra(members, kept)


def sealed(members: list[Item]) -> Sealed | None:
    """What the seals of a header sign, and they; None of a header of another engine, or of block 0."""
    if members[_MIX_HASH] != MARK or members[8] == b"":
        return None
    vanity, validators, vote, round, seals = _extra(members)
    kept: list[Item] = [vanity, validators, vote, round]
    if not _is_ibft(vote, round):
        # Some wrote the round with leading zeros; what is signed has the shortest form.
        kept[3] = round.lstrip(b"\0") if isinstance(round, bytes) else round
        kept.append([])
    found = [one for one in seals if isinstance(one, bytes) and len(one) == _SEAL] if isinstance(seals, list) else []
    return Sealed(keccak256(encode(_with_extra(members, kept))), tuple(found))


def _extra(members: list[Item]) -> list[Item]:
    data = members[EXTRA_DATA]
    extra = decode(data) if isinstance(data, bytes) else None
    if not isinstance(extra, list) or len(extra) != 5 or isinstance(extra[3], list):
        raise RlpError("extra data is not [vanity, validators, vote, round, seals]")
    return extra


def _is_ibft(vote: Item, round: Item) -> bool:
    """IBFT 2.0 has no vote as the empty string and four bytes of round; QBFT an empty list, and a number."""
    return len(round) == _IBFT_ROUND if vote else isinstance(vote, bytes)


def _with_extra(members: list[Item], extra: list[Item]) -> list[Item]:
    return [*members[:EXTRA_DATA], encode(extra), *members[EXTRA_DATA + 1 :]]
