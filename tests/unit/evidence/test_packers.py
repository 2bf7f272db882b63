"""The signature of whoever packed a bundle: read if it is one over this manifest, refused in a sentence if not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct

from trialseal.documents.canonical import canonical_bytes
from trialseal.errors import UsageError
from trialseal.evidence.bundle.signature import Packer, Signing, message_of, packer_from, signature_bytes

ACCOUNT = Account.from_key(b"\7" * 32)
KEY = ACCOUNT.address.lower()
MANIFEST, PARTY = b'{"files":{}}', b"\3" * 32


def signed(party: bytes | None = None) -> bytes:
    def sign(message: bytes) -> bytes:
        return bytes(ACCOUNT.sign_message(encode_defunct(message)).signature)

    return signature_bytes(Signing(Packer(KEY, party), sign), MANIFEST)


def other(**members: Any) -> bytes:
    value = json.loads(signed()) | members
    return canonical_bytes({name: one for name, one in value.items() if one is not None})


@pytest.mark.parametrize("party", [None, PARTY])
def test_who_packed_is_read_from_what_they_signed(party: bytes | None) -> None:
    assert packer_from(signed(party), MANIFEST, "it") == Packer(KEY, party)
    whose = f"party {PARTY.hex()}" if party else "no party"
    assert message_of(Packer(KEY, party), b"").startswith(f"I packed a trialseal bundle, for {whose}. SHA-256".encode())


@pytest.mark.parametrize(
    "data",
    [
        other(format="trialseal-bundle-signature/0"),
        other(format="trialseal-bundle-signature/1 "),
        other(format="trialseal-bundle/1"),
        other(format=None),
        other(key=None),
        other(key=KEY.upper()),
        other(key=KEY[:-1]),
        other(key=7),
        other(signature=None),
        other(signature="0x" + "ab" * 64),
        other(party="ab" * 31),
        other(party=7),
        other(more=1),
        signed() + b"\n",
        b"[]",
        b'"text"',
    ],
)
def test_what_has_another_form_is_refused(data: bytes) -> None:
    with pytest.raises(UsageError, match=r"it: signature.json is not of the form trialseal-bundle-signature/1"):
        packer_from(data, MANIFEST, "it")


def test_a_later_form_says_so() -> None:
    for number in (2, 10):
        with pytest.raises(UsageError, match="it was signed by a later version of trialseal: use that one"):
            packer_from(other(format=f"trialseal-bundle-signature/{number}"), MANIFEST, "it")


@pytest.mark.parametrize(
    ("data", "manifest"),
    [
        (signed(), MANIFEST + b" "),
        (other(party=PARTY.hex()), MANIFEST),
        (other(key="0x" + "11" * 20), MANIFEST),
        (other(signature="0x" + "00" * 65), MANIFEST),
    ],
)
def test_a_signature_of_something_else_is_refused(data: bytes, manifest: bytes) -> None:
    with pytest.raises(UsageError, match="it: the signature in signature.json is not by 0x.* over this manifest"):
        packer_from(data, manifest, "it")
