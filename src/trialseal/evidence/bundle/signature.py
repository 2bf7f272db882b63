"""The signature of whoever packed a bundle, over its manifest: who packed it, never that anything in it is true."""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256
from typing import NamedTuple

from trialseal.documents.canonical import canonical_bytes
from trialseal.documents.versions import format_of, is_later
from trialseal.errors import UsageError
from trialseal.evidence.bundle.manifest import json_in
from trialseal.ledger.recovery import SIGNATURE_BYTES
from trialseal.ledger.signatures import personal_digest, signer_of

NAME = "signature.json"
_FAMILY = "trialseal-bundle-signature"
_ADDRESS, _PARTY = re.compile("0x[0-9a-f]{40}"), re.compile("[0-9a-f]{64}")
_SIGNATURE = re.compile(f"0x[0-9a-f]{{{2 * SIGNATURE_BYTES}}}")


class Packer(NamedTuple):
    """Who signed a bundle."""

    key: str
    """Address, 0x and lower case."""
    party: bytes | None = None
    """Whose key it says it is; that is to be proven."""


class Signing(NamedTuple):
    """Who signs a bundle that is written, and how."""

    packer: Packer
    sign: Callable[[bytes], bytes]
    """From a personal message to its signature, 65 bytes."""


def message_of(packer: Packer, manifest: bytes) -> bytes:
    """What is signed as a personal message: one line of ASCII."""
    whose = f"party {packer.party.hex()}" if packer.party else "no party"
    return f"I packed a trialseal bundle, for {whose}. SHA-256 of its manifest: {sha256(manifest).hexdigest()}".encode()


def signature_bytes(signing: Signing, manifest: bytes) -> bytes:
    """The RFC 8785 form of a manifest's signature."""
    packer, made = signing.packer, signing.sign(message_of(signing.packer, manifest))
    value = {"format": format_of(_FAMILY), "key": packer.key, "signature": "0x" + made.hex()}
    return canonical_bytes(value | ({"party": packer.party.hex()} if packer.party else {}))


def packer_from(data: bytes, manifest: bytes, shown: str) -> Packer:
    """Who signed a manifest; UsageError in one sentence if these bytes are no signature of it."""
    value = json_in(data, NAME, shown)
    if isinstance(value, dict) and is_later(value.get("format")):
        raise UsageError(f"{shown} was signed by a later version of trialseal: use that one")
    if (
        not isinstance(value, dict)
        or value.get("format") != format_of(_FAMILY)
        or value.keys() | {"party"} != {"format", "key", "signature", "party"}
        or not all(
            isinstance(value.get(name, ""), str) and form.fullmatch(value.get(name, "0" * 64))
            for name, form in (("key", _ADDRESS), ("signature", _SIGNATURE), ("party", _PARTY))
        )
        or canonical_bytes(value) != data
    ):
        raise UsageError(f"{shown}: {NAME} is not of the form {format_of(_FAMILY)}: ask for another bundle")
    packer = Packer(value["key"], bytes.fromhex(value["party"]) if "party" in value else None)
    made = bytes.fromhex(value["signature"][2:])
    if signer_of(personal_digest(message_of(packer, manifest)), made) != packer.key:
        raise UsageError(
            f"{shown}: the signature in {NAME} is not by {packer.key} over this manifest: do not go by it, and ask "
            "for another bundle"
        )
    return packer
