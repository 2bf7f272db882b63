"""The proof of a row as it lies in a file: of thousands of one table, each repeats the seal document before its row.

Light: the reading path imports it. What is laid out as `dataset open` writes it, and begins as one that was parsed, is
taken apart without being parsed again; whatever is laid out otherwise is not taken apart at all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from trialseal.documents.versions import FORMAT

KIND = "dataset-row"
RUNS = "trialseal-rows"
"""The family of files with many rows, see `row_runs`."""
_RUN = b'{"format":"' + RUNS.encode() + b"/"
HASH_BYTES = 32
_BEFORE = b',\n  "row": '
_BETWEEN = b'",\n    "'
# Fewer digits than 2^53 has.
_LAID_OUT = re.compile(
    rb',\n  "row": ([1-9][0-9]{0,14}),\n  "form": ("(?:[^"\\]++|\\.)*+"),\n  "nonce": "([0-9a-f]{64})",\n'
    rb'  "proof": \[\n    "([0-9a-f]{64}(?:",\n    "[0-9a-f]{64})*)"\n  \]\n\}\n'
)
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
    found = _LAID_OUT.fullmatch(data, max(0, data.find(_BEFORE)))
    if found is None:
        return None
    row, form, nonce, siblings = found.groups()
    try:
        text = form.decode()
        said = json.loads(text)
    except ValueError:
        return None
    # The form is written in one way only, as numbers and hashes are by the pattern.
    if encode_basestring(said) != text:
        return None
    hashes = bytes.fromhex(siblings.replace(_BETWEEN, b"").decode())
    return RowProof(seal, int(row), said, bytes.fromhex(nonce.decode()), hashes)


def begins_run(data: bytes) -> bool:
    """Whether a file that begins so has many rows, each of them a line."""
    return data.startswith(_RUN)
