"""A block's header, by whose hash all that is said of the block is held (Yellow Paper, 4.4; later members by EIP).

A header is the RLP list of its members, as many as its fork has: nothing here knows forks, since the hash decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, islice, permutations
from typing import Any, NamedTuple, Self

from trialseal.ledger.proofs import bft
from trialseal.ledger.proofs.keccak import keccak256
from trialseal.ledger.proofs.rlp import Item, RlpError, decode, encode, number, number_bytes

# Members in their order, by their names in JSON, with their length in bytes; 0: a number without leading zeros,
# -1: bytes of any length.
FIRST = {
    "parentHash": 32,
    "sha3Uncles": 32,
    "miner": 20,
    "stateRoot": 32,
    "transactionsRoot": 32,
    "receiptsRoot": 32,
    "logsBloom": 256,
    "difficulty": 0,
    "number": 0,
    "gasLimit": 0,
    "gasUsed": 0,
    "timestamp": 0,
    "extraData": -1,
    "mixHash": 32,
    "nonce": 8,
}
LATER = {
    "baseFeePerGas": 0,  # EIP-1559
    "withdrawalsRoot": 32,  # EIP-4895
    "blobGasUsed": 0,  # EIP-4844
    "excessBlobGas": 0,
    "parentBeaconBlockRoot": 32,  # EIP-4788
    "requestsHash": 32,  # EIP-7685
    "blockAccessListHash": 32,  # EIP-7928
    "slotNumber": 0,  # EIP-7843
}
_NOT_HASHED = frozenset({"hash", "size", "totalDifficulty", "uncles", "transactions", "withdrawals"})
# A header of any fork so far has some 700 bytes; extra data of consortium chains with a hundred seals, 10 kB.
LARGEST_HEADER = 1 << 16
_LARGEST_NUMBER = 1 << 53
_LONGEST_UNKNOWN = len("0x") + 2 * 32
_MOST_UNKNOWN = 4
# Six unknown members in every order of up to four; more, and a node could keep a reader busy for ever.
_MOST_ORDERS = 517
_MIX_HASH = 13


class HeaderError(ValueError):
    """What was brought is no header, or not the one with this hash."""


class Header(NamedTuple):
    """What is read of a block's header; hashes have 32 bytes."""

    raw: bytes
    """Its RLP."""
    hash: bytes
    """Keccak-256 of that, but where a consortium's rules take something out first."""
    parent_hash: bytes
    state_root: bytes
    number: int
    time: int
    """Unix seconds."""
    extra_data: bytes
    mix_hash: bytes

    @classmethod
    def of(cls, raw: bytes, members: list[Item]) -> Self:
        """The header with this RLP and its members; HeaderError for members of another form."""
        if len(members) < len(FIRST):
            raise HeaderError(f"a header has at least {len(FIRST)} members, this one {len(members)}")
        # Of later forks' members only the hash decides.
        for (name, size), member in zip(FIRST.items(), members, strict=False):
            _require(name, size, member)
        block, time = number(members[8]), number(members[11])
        if block >= _LARGEST_NUMBER or time >= _LARGEST_NUMBER:
            raise HeaderError("its number or time is out of all bounds")
        parent, root, extra, mix = (bytes(_text(members[place])) for place in (0, 3, 12, 13))
        return cls(raw, _hash(raw, members), parent, root, block, time, extra, mix)


def from_rlp(raw: bytes) -> Header:
    """The header that these bytes are; HeaderError if they are none."""
    if len(raw) > LARGEST_HEADER:
        raise HeaderError(f"it has {len(raw)} bytes")
    try:
        members = decode(raw)
    except RlpError as error:
        raise HeaderError(str(error)) from None
    if not isinstance(members, list):
        raise HeaderError("it is no list")
    return Header.of(raw, members)


def from_json(block: Mapping[str, Any]) -> Header:
    """The header of a block as a node gives it; HeaderError unless its members lead to the hash that it names.

    Members that are not known here are tried in every order behind the known ones.
    """
    try:
        claimed = bytes.fromhex(str(block["hash"]).removeprefix("0x"))
        known = [_member(block[name], size) for name, size in FIRST.items()]
        later = [_member(block[name], size) for name, size in LATER.items() if block.get(name) is not None]
    except (KeyError, ValueError):
        raise HeaderError("members are missing, or have another form") from None
    hashed = FIRST.keys() | LATER.keys()
    unknown = [
        member
        for name, value in block.items()
        if name not in hashed and name not in _NOT_HASHED and (member := _unknown(value)) is not None
    ]
    orders = chain.from_iterable(permutations(unknown, count) for count in range(_MOST_UNKNOWN + 1))
    for more in islice(orders, _MOST_ORDERS):
        members: list[Item] = [*known, *later, *more]
        raw = encode(members)
        if len(raw) <= LARGEST_HEADER and _hash(raw, members) == claimed:
            return Header.of(raw, members)
    raise HeaderError("its members do not lead to the hash that it names")


def _hash(raw: bytes, members: list[Item]) -> bytes:
    if members[_MIX_HASH] != bft.MARK:
        return keccak256(raw)
    try:
        return keccak256(encode(bft.hashed(members)))
    except RlpError as error:
        raise HeaderError(str(error)) from None


def _member(value: Any, size: int) -> bytes:
    """A member as it is hashed; ValueError if it has not the form of its kind."""
    if not isinstance(value, str) or not value.startswith("0x"):
        raise ValueError
    if size:
        data = bytes.fromhex(value[2:])
        if size > 0 and len(data) != size:
            raise ValueError
        return data
    if not value[2:].isalnum():
        raise ValueError
    return number_bytes(int(value, 16))


def _unknown(value: Any) -> bytes | None:
    """What may be a member of a later fork: a number, which JSON has without leading zeros, or up to 32 bytes."""
    if not isinstance(value, str) or len(value) > _LONGEST_UNKNOWN:
        return None
    is_number = value == "0x0" or (len(value) < _LONGEST_UNKNOWN and not value.startswith("0x0"))
    try:
        return _member(value, 0 if is_number else -1)
    except ValueError:
        return None


def _require(name: str, size: int, member: Item) -> None:
    text = _text(member)
    if (size > 0 and len(text) != size) or (size == 0 and (text.startswith(b"\0") or len(text) > 32)):
        raise HeaderError(f"its {name} has another form")


def _text(member: Item) -> bytes:
    if isinstance(member, list):
        raise HeaderError("a member is a list")
    return member
