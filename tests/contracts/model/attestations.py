"""What parties vouch for: logs, and one rolled word a subject."""

from __future__ import annotations

from dataclasses import dataclass, field

from .dates import require_past
from .ledger import ZERO, Log, Refused, log_of, next_count, rolled, stamp_of
from .parties import ATTEST, Parties

ATTESTED = "Attested(bytes32,bytes32,bytes32,uint256,uint8,uint8,uint16,uint32,uint40,bytes32)"
WITHDRAWN = "Withdrawn(bytes32,bytes32,bytes32,uint256)"


@dataclass
class Attestations:
    """The contract `Attestations`."""

    parties: Parties
    words: dict[bytes, bytes] = field(default_factory=dict)

    def attest(
        self, time: int, by: str, author: bytes, kind: int, code: int, territory: int, date: int, until: int,
        subject: bytes, digest: bytes, document: bytes,
    ) -> list[Log]:  # fmt: skip
        """A statement about a subject, with an end or without."""
        if not kind:
            raise Refused("AttestationKindUnknown", kind)
        if subject == ZERO:
            raise Refused("SubjectMissing")
        if kind == 1 and subject == author:
            raise Refused("SelfAccreditation", author)
        if date:
            require_past(date, time)
        if until and until <= time:
            raise Refused("EndNotAhead", until, time)
        self.parties.require(author, by, ATTEST, time)
        return self._log(ATTESTED, subject, digest, author, time, by, kind, code, territory, date, until, document)

    def withdraw(self, time: int, by: str, author: bytes, subject: bytes, log: bytes) -> list[Log]:
        """A withdrawal of the log with this digest, whatever that is."""
        if subject == ZERO:
            raise Refused("SubjectMissing")
        if log == ZERO:
            raise Refused("DigestMissing")
        self.parties.require(author, by, ATTEST, time)
        return self._log(WITHDRAWN, subject, log, author, time, by)

    def _log(
        self, signature: str, subject: bytes, about: bytes, author: bytes, time: int, by: str, *rest: int | bytes
    ) -> list[Log]:
        word = self.words.get(subject, ZERO)
        stamp = stamp_of(next_count(word), time, by)
        log = log_of("Attestations", signature, (subject, about, author), stamp, *rest)
        self.words[subject] = rolled(word, author, log.digest)
        return [log]
