"""Acts in a file: signed, or to be signed, by a key that need not hold ether, for anybody to send.

    {"format": "trialseal-signed-acts/1",
     "judged": {"block": 1234, "block_hash": "0x…", "time": "2026-01-31T12:00:00Z"},
     "acts": [{"words": "…", "typed_data": {…}, "proof": ["0x…"], "before": "…",
               "signatures": [{"key": "0x…", "signature": "0x…"}]}],
     "documents": [{"name": "protocol-v2.json", "document": {…}}]}

`typed_data` is the EIP-712 form of the act (see `ledger.typed_data`); `proof` is what a result or a head brings beside
it. `words` and `judged` are what the file says; neither is signed. While acts wait for a signature, `documents` holds
those whose digests they state, and the versions before them, each named by its digest in `before`: whoever signs reads
them, and what is stated of the signature itself (`acts.statements`). Once signed, an act goes to strangers, and its
documents stay out.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

from trialseal import escaping
from trialseal.acts.act import Act
from trialseal.acts.statements import statement_of
from trialseal.documents.canonical import canonical_bytes, read_json
from trialseal.documents.identifiers import party_id
from trialseal.documents.versions import format_of, version_of
from trialseal.errors import UsageError
from trialseal.folder.reading import FileReading, of_bytes
from trialseal.ledger.block import AsOf
from trialseal.ledger.contracts import contract
from trialseal.ledger.moments import iso_time
from trialseal.ledger.typed_data import (
    Authorization,
    Meant,
    NotOurs,
    digest_of,
    read_typed_data,
    relaying,
    safe_message,
    signed_by,
    typed_data,
)

FAMILY: Final = "trialseal-signed-acts"
MOST_ACTS: Final = 2_000
_SIGNATURE, _LONGEST_PROOF = 65, 64
_ABOUT: Final = {"Parties": "party", "Attestations": "subject", "TrialRegistry": "trial", "TrialLog": "stream"}


class Signature(NamedTuple):
    """What one key signed."""

    key: str
    """0x and lower case."""
    signature: bytes
    safe: bool = False
    """Whether it is over the message of a Safe that contains the act, as an owner of a Safe signs."""


class SignedAct(NamedTuple):
    """An act by whose authority it is, and the signatures that there are."""

    act: Act
    authorization: Authorization
    chain_id: int
    signatures: tuple[Signature, ...] = ()

    @property
    def typed_data(self) -> dict[str, Any]:
        """What its key signs."""
        return typed_data(self._meant)

    @property
    def digest(self) -> bytes:
        """The 32 bytes that its key signs: which act, by which key, with which nonce, until when, on which chain."""
        return digest_of(self.typed_data)

    @property
    def safe_message(self) -> dict[str, Any]:
        """What an owner signs where the key is a Safe: the message of that Safe which holds the act's digest."""
        return safe_message(self.chain_id, self.authorization.key, self.digest)

    @property
    def relayed(self) -> bytes:
        """The calldata by which anybody sends it. UsageError if nobody has signed it."""
        if not self.signatures:
            raise UsageError(f"{self.act.words}: nobody has signed this act yet: sign it with trialseal sign")
        own = next((one.signature for one in self.signatures if one.key == self.authorization.key), None)
        # A contract account takes the signatures of its members one after the other, in the order of their addresses.
        members = b"".join(one.signature for one in sorted(self.signatures, key=lambda one: int(one.key, 16)))
        return relaying(self._meant, self.act.arguments[1:], own or members)

    def with_signature(self, one: Signature) -> SignedAct:
        """The act with another signature; one of the same key is replaced."""
        others = tuple(known for known in self.signatures if known.key != one.key)
        return self._replace(signatures=(*others, one))

    @property
    def _meant(self) -> Meant:
        act = self.act
        return Meant(self.chain_id, act.contract, act.function, tuple(act.arguments[0]), self.authorization)


class SignedFile(NamedTuple):
    """What a file of signed acts holds."""

    acts: tuple[SignedAct, ...]
    judged: dict[str, Any] | None
    """The block as of which whoever made the file judged the acts, as the file says."""


def as_json(acts: Sequence[SignedAct], as_of: AsOf | None) -> dict[str, Any]:
    """The file's value. `as_of`: the block as of which the acts were judged; None if they were not."""
    judged = (
        None
        if as_of is None
        else {"chain_id": as_of.chain_id, "block": as_of.number, "block_hash": as_of.hash, "time": iso_time(as_of.time)}
    )
    return file_value(acts, judged)


def file_value(acts: Sequence[SignedAct], judged: dict[str, Any] | None) -> dict[str, Any]:
    """The same, of what another file said of its judging."""
    value = {"format": format_of(FAMILY), "judged": judged, "acts": [_act_value(one) for one in acts]}
    if texts := {text.digest: text for one in acts for text in texts_for_signer(one)}:
        value["documents"] = [{"name": text.name, "document": text.document} for text in texts.values()]
    return value


def texts_for_signer(one: SignedAct) -> tuple[FileReading, ...]:
    """What goes with an act that waits for a signature: its document, the version before, its signer's statement."""
    act = one.act
    if one.signatures:
        return ()
    text, statement = (_held(act, text) for text in (act.document, act.statement))
    before = act.before if text and act.before and act.before.document else None
    return tuple(text for text in (text, before, statement) if text)


def _held(act: Act, text: FileReading | None) -> FileReading | None:
    """A document, if the act states its digest."""
    return text if text and text.document and text.digest in act.stated.values() else None


def _act_value(one: SignedAct) -> dict[str, Any]:
    value: dict[str, Any] = {"words": one.act.words, "typed_data": one.typed_data}
    for beside in one.act.arguments[1:]:
        value["proof"] = ["0x" + node.hex() for node in beside]
    if one.act.before in texts_for_signer(one):
        value["before"] = one.act.before.digest.hex()
    value["signatures"] = [
        {"key": by.key, "signature": "0x" + by.signature.hex(), **({"safe": True} if by.safe else {})}
        for by in one.signatures
    ]
    return value


def read_signed(path: Path) -> SignedFile:
    """What a file of signed acts holds. UsageError in one sentence if it cannot be read or was altered."""
    return signed_from(read_json(path), escaping.path(str(path)))


def signed_from(value: object, shown: str) -> SignedFile:
    """The same of a file's value, which is called `shown` in what is said of it."""
    if not isinstance(value, dict):
        raise UsageError(f"{shown} is no file of signed acts: name one that --sign-only wrote")
    version_of(value.get("format"), FAMILY, shown)
    entries, judged = value.get("acts"), value.get("judged")
    if not isinstance(entries, list) or not 0 < len(entries) <= MOST_ACTS:
        raise UsageError(f"{shown} holds no list of 1 to {MOST_ACTS:,} acts: have it written again")
    texts = _documents(value.get("documents", []), shown)
    acts = tuple(_act_from(one, f"{shown}, act {number}", texts) for number, one in enumerate(entries, 1))
    used = {text.digest for one in acts for text in (one.act.document, one.act.before, one.act.statement) if text}
    if others := [text.name for digest, text in texts.items() if digest not in used]:
        raise UsageError(
            f"{shown}: no act is about {escaping.quoted(others[0])}, which it holds: the file was altered; have it "
            "written again"
        )
    return SignedFile(acts, judged if isinstance(judged, dict) else None)


def _documents(value: Any, shown: str) -> dict[bytes, FileReading]:
    """The documents for whoever signs, by their digests."""
    found = {}
    try:
        for one in value:
            text = of_bytes(os.path.basename(one["name"]), canonical_bytes(one["document"]))
            if text.document is None:
                raise ValueError
            found[text.digest] = text
    except (TypeError, KeyError, ValueError, UsageError):
        raise UsageError(f"{shown}: a document in it cannot be read: have the file written again") from None
    return found


def _act_from(value: Any, where: str, texts: Mapping[bytes, FileReading]) -> SignedAct:
    try:
        meant = read_typed_data(value.get("typed_data") if isinstance(value, dict) else None)
    except NotOurs as error:
        raise UsageError(f"{where} cannot be sent: {error}") from None
    inputs = contract(meant.contract).inputs(meant.function)
    proofs = [_proof(value.get("proof"), where)] if len(inputs) > 1 else []
    about = _about(meant)
    words = value.get("words")
    act = Act(
        contract=meant.contract,
        function=meant.function,
        arguments=(meant.struct, *proofs),
        about=about,
        words=words if isinstance(words, str) and words.strip() else meant.function,
        key=meant.authorization.key if meant.function == "createParty" else "",
    )
    found = [texts[one] for one in act.stated.values() if isinstance(one, bytes) and one in texts]
    statement = statement_of(act, texts, where)
    text = next((one for one in found if one is not statement), None)
    act = replace(act, document=text, before=_before(value.get("before"), where, texts), statement=statement)
    made = SignedAct(act, meant.authorization, meant.chain_id)
    data = made.typed_data
    for one in _signatures(value.get("signatures"), where):
        if signed_by(made.safe_message if one.safe else data, one.signature) != one.key:
            raise UsageError(
                f"{where}: the signature is not that of key {one.key} over this act: the file was altered, or another "
                "key signed; have it signed again"
            )
        made = made.with_signature(one)
    return made


def _before(value: Any, where: str, texts: Mapping[bytes, FileReading]) -> FileReading | None:
    if value is None:
        return None
    try:
        return texts[bytes.fromhex(value)]
    except (TypeError, ValueError, KeyError):
        raise UsageError(
            f"{where}: the version before is not in the file: it was altered; have it written again"
        ) from None


def _signatures(value: Any, where: str) -> list[Signature]:
    found = []
    for one in value if isinstance(value, list) else ():
        try:
            key, signature = str(one["key"]).lower(), bytes.fromhex(one["signature"].removeprefix("0x"))
            if len(bytes.fromhex(key.removeprefix("0x"))) != 20 or len(signature) != _SIGNATURE:
                raise ValueError
        except (KeyError, TypeError, ValueError, AttributeError):
            raise UsageError(f"{where}: a signature cannot be read: have it signed again") from None
        found.append(Signature(key, signature, one.get("safe") is True))
    return found


def _proof(value: Any, where: str) -> list[bytes]:
    try:
        nodes = [bytes.fromhex(node.removeprefix("0x")) for node in value]
        if len(nodes) > _LONGEST_PROOF or any(len(node) != 32 for node in nodes):
            raise ValueError
    except (TypeError, ValueError, AttributeError):
        raise UsageError(f"{where}: its proof cannot be read: have the act written again") from None
    return nodes


def _about(meant: Meant) -> bytes:
    """What an act is about: a trial, party, subject or stream."""
    names = [one["name"] for one in contract(meant.contract).inputs(meant.function)[0]["components"]]
    members = dict(zip(names, meant.struct, strict=True))
    if meant.function == "createParty":
        return party_id(bytes.fromhex(meant.authorization.key[2:]), members["salt"])
    if meant.function == "register":
        return sha256(members["actor"] + members["code"]).digest()
    return bytes(members[_ABOUT[meant.contract]])
