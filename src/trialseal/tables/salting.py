"""The secrets of a table's rows: a nonce for each row, and a prefix by which a changed row is found."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock

from trialseal.documents.nonces import nonce

# Bytes that are kept of each row, so that a differing one can be found without the sealed table. Two of a billion rows
# share them by chance once in 40.
PREFIX_BYTES = 8
_PREFIX_MARK = b"row"


@dataclass
class Salting:
    """The secrets from which the nonces of rows are made. Rows of a subject share its secret."""

    trial: bytes
    dataset: bytes
    own: bytes
    """Of rows about no subject."""
    subject: int | None = None
    """The column that names the subject."""
    secrets: dict[str, bytes] = field(default_factory=dict)
    """By the subject's canonical cell."""
    new_secret: Callable[[], bytes] | None = None
    """Makes a new subject's secret; None where no subject may be new."""
    lock: Lock = field(default_factory=Lock, repr=False, compare=False)
    """Held by the thread that looks into `secrets` while others may."""

    def prefix(self, form: str) -> bytes:
        """What is kept of a row by its form: nobody makes it without the subject's secret, and so nobody can test a
        guess by it once that is destroyed."""
        key = prefix_key(self.secrets.get(subject_of(form, self), self.own), self.dataset)
        return sha256(key + sha256(b"\0" + form.encode("utf-8")).digest()).digest()[:PREFIX_BYTES]

    def nonce(self, subject: str, index: int) -> bytes:
        """HMAC-SHA-256(secret, trial ‖ dataset ‖ index as 8 bytes)."""
        secret = self.secrets.get(subject, self.own)
        return nonce(secret, self.trial, self.dataset, index)


def subject_of(form: str, salting: Salting) -> str:
    """The canonical cell that names the subject of a row, from the row's form; empty for a table about no subject."""
    import json

    from trialseal.documents.canonical import canonical_bytes

    if salting.subject is None:
        return ""
    return canonical_bytes(json.loads(form, parse_int=float)[salting.subject]).decode()


def prefix_key(secret: bytes, dataset: bytes) -> bytes:
    """The key of the prefixes that are kept of a subject's rows."""
    return hmac.digest(secret, dataset + _PREFIX_MARK, "sha256")
