"""Checkpoints: a block's hash, signed by somebody who has seen the chain, for readers who trust that signer.

What is signed is the RFC 8785 form of the checkpoint without its signature, as a personal message (EIP-191, version
0x45), so that any wallet can sign it and shows what it signs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from trialseal.errors import UsageError
from trialseal.ledger.signatures import personal_digest, signer_of

FORMAT = "trialseal-checkpoint/1"
_HASH, _ADDRESS, _SIGNATURE = (re.compile(f"0x[0-9a-f]{{{digits}}}") for digits in (64, 40, 130))
_MEMBERS = frozenset({"format", "chain_id", "genesis", "block", "hash", "time", "signer", "signature"})
_LARGEST = 1 << 53


class Checkpoint(NamedTuple):
    """A block of a chain, and who says that it is one."""

    chain_id: int
    genesis: str
    """Hash of the chain's first block, 0x and 64 digits."""
    block: int
    hash: bytes
    time: int
    """Of the block, Unix seconds."""
    signer: str
    """Address of the key, 0x and lower case."""


def message_of(checkpoint: Checkpoint) -> bytes:
    """What the signer signs."""
    return json.dumps(_members(checkpoint), sort_keys=True, separators=(",", ":")).encode("ascii")


def digest_of(checkpoint: Checkpoint) -> bytes:
    """The 32 bytes that are signed."""
    return personal_digest(message_of(checkpoint))


def as_json(checkpoint: Checkpoint, signature: bytes) -> dict[str, Any]:
    """A checkpoint with its signature (r, s, v: 65 bytes), as its file holds it."""
    return _members(checkpoint) | {"signature": "0x" + signature.hex()}


def read(value: object, where: str, signers: frozenset[str]) -> tuple[Checkpoint, ...]:
    """The checkpoints of a file's JSON value that keys named as trusted signed.

    UsageError if the file is no list of checkpoints, if a signature is not its signer's, or if none is by a named key.
    """
    listed = value if isinstance(value, list) else [value]
    found = [_checked(one, f"{where}, checkpoint {number}") for number, one in enumerate(listed, 1)]
    if not found:
        raise UsageError(f"{where} holds no checkpoint: ask whoever made it for another")
    trusted = tuple(one for one in found if one.signer in signers)
    if not trusted:
        named = ", ".join(sorted({one.signer for one in found}))
        raise UsageError(
            f"{where} is signed by {named}, and no such key was named: if you know that it is the signer's, name "
            "it with --checkpoint-key"
        )
    return trusted


def _members(one: Checkpoint) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "chain_id": one.chain_id,
        "genesis": one.genesis,
        "block": one.block,
        "hash": "0x" + one.hash.hex(),
        "time": one.time,
        "signer": one.signer,
    }


def _checked(value: object, where: str) -> Checkpoint:
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        said = value.get("format") if isinstance(value, dict) else None
        later = isinstance(said, str) and said.startswith("trialseal-checkpoint/")
        raise UsageError(
            f"{where}: {'made by a later version of trialseal' if later else f'this is not of the form {FORMAT}'}"
        )
    if value.keys() != _MEMBERS:
        odd = sorted(value.keys() ^ _MEMBERS)[0]
        raise UsageError(f"{where}: the member {odd} is {'missing' if odd in _MEMBERS else 'not one of a checkpoint'}")
    _require(value, where)
    one = Checkpoint(
        value["chain_id"],
        value["genesis"],
        value["block"],
        bytes.fromhex(value["hash"][2:]),
        value["time"],
        value["signer"],
    )
    if signer_of(digest_of(one), bytes.fromhex(value["signature"][2:])) != one.signer:
        raise UsageError(f"{where}: the signature is not {one.signer}'s: the file was changed, or is damaged")
    return one


def _require(value: Mapping[str, Any], where: str) -> None:
    for name, form in (("genesis", _HASH), ("hash", _HASH), ("signer", _ADDRESS), ("signature", _SIGNATURE)):
        if not (isinstance(value[name], str) and form.fullmatch(value[name])):
            raise UsageError(f"{where}: {name} must be 0x and lower-case hexadecimal digits of the right number")
    for name in ("chain_id", "block", "time"):
        if type(value[name]) is not int or not 0 <= value[name] < _LARGEST:
            raise UsageError(f"{where}: {name} must be a whole number")
