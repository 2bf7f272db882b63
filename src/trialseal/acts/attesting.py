"""What a party attests of a subject, and takes back."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from trialseal.acts.act import ZERO, Act
from trialseal.errors import FailedError
from trialseal.folder.reading import FileReading
from trialseal.ledger.codes import AttestationKind

ATTESTATIONS: Final = "Attestations"

# What is attested by hand, a decision each; a snapshot says what anybody can look up, and is made by the hundred.
_LASTING: Final[Mapping[AttestationKind, str]] = MappingProxyType(
    {
        AttestationKind.ACCREDITATION: "the vouching, under your party; it can be withdrawn later, and both are shown",
        AttestationKind.APPROVAL: "the decision, under your party; it can be withdrawn later, and both are shown",
        AttestationKind.REVIEW: "the review, under your party; it can be withdrawn later, and both are shown",
    }
)
_TAKEN_BACK: Final = "the withdrawal, with its time: it cannot be taken back, only attested anew from then on"


def attest(
    author: bytes,
    kind: AttestationKind,
    subject: bytes,
    words: str,
    *,
    code: int = 0,
    territory: int = 0,
    date: int = 0,
    until: int = 0,
    digest: bytes = ZERO,
    document: bytes = ZERO,
    doubts: tuple[str, ...] = (),
    text: FileReading | None = None,
    before: FileReading | None = None,
    lasting: str = "",
) -> Act:
    """An attestation about a subject, or a document of it by its digest.

    `code` is a role or decision, `date` the day of the decision (yyyymmdd), `until` the first second at which it no
    longer holds, `document` the digest of a letter; 0 and zeros for what is not stated. `text` is what has the digest,
    and `before` the version before it, where they are in hand.
    """
    if kind is AttestationKind.ACCREDITATION and subject == author:
        raise FailedError("a party cannot vouch for itself: ask another to do so")
    return Act(
        contract=ATTESTATIONS,
        function="attest",
        arguments=((author, kind, code, territory, date, until, subject, digest, document),),
        about=subject,
        words=words,
        doubts=doubts,
        document=text,
        before=before,
        lasting=lasting or _LASTING.get(kind, ""),
    )


def withdraw(author: bytes, subject: bytes, log: bytes, words: str, *, lasting: str = _TAKEN_BACK) -> Act:
    """Takes an attestation of the author's own back, by the digest of its log."""
    return Act(
        contract=ATTESTATIONS,
        function="withdraw",
        arguments=((author, subject, log),),
        about=subject,
        words=words,
        lasting=lasting,
    )
