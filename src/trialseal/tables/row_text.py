"""The proof of a row as it lies in a file: of thousands of one table, each repeats the seal document before its row.

Light: the reading path imports it. What is laid out as `dataset open` writes it, and begins as one that was parsed, is
taken apart without being parsed again; whatever is laid out otherwise is not taken apart at all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from trialseal.documents.versions import FORMAT

KIND = "dataset-row"
HASH_BYTES = 32
_ROW, _FORM, _NONCE, _PROOF, _END = (
    ',\n  "row": ', ',\n  "form": ', ',\n  "nonce": "', '",\n  "proof": [\n    "', '"\n  ]\n}\n',
)  # fmt: skip
_BEFORE = _ROW.encode()
_BETWEEN = '",\n    "'
# Fewer digits than 2^53 has.
_MOST_DIGITS = 15
_MEMBERS = ("format", "kind", "seal", "row", "form", "nonce", "proof")
# Seal documents that are kept to be met again; of more tables than that each proof is parsed.
_MOST_SEALS = 100


class RowProof(NamedTuple):
    """One row of a sealed table, with the seal document that it is proven under."""

    seal: Mapping[str, Any]
    """The same object for all rows that were read of one table."""
    row: int
    """From 1."""
    form: str
    """Its canonical form."""
    nonce: bytes
    siblings: bytes
    """The inclusion proof, 32 bytes each, lowest first."""

    @classmethod
    def of(cls, proof: Mapping[str, Any]) -> RowProof:
        """The document of a proof that has passed its model."""
        siblings = b"".join(map(bytes.fromhex, proof["proof"]))
        return cls(proof["seal"], proof["row"], proof["form"], bytes.fromhex(proof["nonce"]), siblings)

    @property
    def value(self) -> dict[str, Any]:
        """The document."""
        siblings = [self.siblings[at : at + HASH_BYTES].hex() for at in range(0, len(self.siblings), HASH_BYTES)]
        members = (FORMAT, KIND, self.seal, self.row, self.form, self.nonce.hex(), siblings)
        return dict(zip(_MEMBERS, members, strict=True))

    def _text(self) -> str:
        """How the file ends, from the row on."""
        siblings = self.siblings.hex(",", HASH_BYTES).replace(",", _BETWEEN)
        return (
            f',\n  "row": {self.row},\n  "form": {encode_basestring(self.form)},\n  "nonce": "{self.nonce.hex()}",\n'
            f'  "proof": [\n    "{siblings}"\n  ]\n}}\n'
        )


class RowTexts:
    """Takes proofs of rows apart that begin as one which was parsed before."""

    def __init__(self) -> None:
        self._seals: dict[bytes, Mapping[str, Any]] = {}  # by what stands before the row

    def known(self, data: bytes) -> RowProof | None:
        """The proof that these bytes are, if all before its row is known; None of all else."""
        seal = self._seals.get(data[: data.find(_BEFORE)])
        return None if seal is None else _taken_apart(data, seal)

    def learn(self, data: bytes, document: Mapping[str, Any]) -> RowProof | None:
        """The same of bytes that were parsed to this document, strictly: what stands before its row is known now."""
        if tuple(document) != _MEMBERS or not isinstance(document["seal"], dict) or len(self._seals) >= _MOST_SEALS:
            return None
        found = _taken_apart(data, document["seal"])
        if found is None or found.value != document:
            return None
        self._seals[data[: data.find(_BEFORE)]] = found.seal
        return found


def _taken_apart(data: bytes, seal: Mapping[str, Any]) -> RowProof | None:
    """The proof in a file that is laid out, from its row on, exactly as we lay it out; else None."""
    try:
        text = data[data.find(_BEFORE) :].decode()
    except UnicodeDecodeError:
        return None
    _, _, rest = text.partition(_ROW)
    row, _, rest = rest.partition(_FORM)
    form, _, rest = rest.partition(_NONCE)
    nonce, _, rest = rest.partition(_PROOF)
    siblings = rest.removesuffix(_END).replace(_BETWEEN, "")
    if len(row) > _MOST_DIGITS:
        return None
    try:
        said = json.loads(form)
        if not isinstance(said, str):
            return None
        found = RowProof(seal, int(row), said, bytes.fromhex(nonce), bytes.fromhex(siblings))
        if len(found.nonce) != HASH_BYTES or len(found.siblings) % HASH_BYTES:
            return None
        # What is written again is what was read: nothing else stands there, and nothing stands there otherwise.
        return found if text == found._text() else None
    except (ValueError, RecursionError):
        return None
