"""What rules about sharing are asked of, and how an entry's time lies to what stands."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from trialseal.documents.sharing import Package, Vouching
from trialseal.documents.times import span
from trialseal.evidence.consents import Entry
from trialseal.evidence.sharing import SharingEvidence
from trialseal.ledger.attestations import AttestationRecord, Standing

GDPR_DUTY = "Regulation (EU) 2016/679 (GDPR), 19: who got data is told when their use is restricted or they are erased"
LOG = "ICH E6(R3), 4.2.2: access is logged, in time, with who and when"
TERMS = "GA4GH Data Use Ontology, release 2021-02-23: permissions by their hierarchy, modifiers by their values"


class PermitCase(NamedTuple):
    """A permit that the chain counts."""

    evidence: SharingEvidence
    record: AttestationRecord
    now: int
    """As of when it is judged, Unix seconds."""

    @property
    def digest(self) -> str:
        """Of its document."""
        return self.record.document.hex()


class HandOverCase(NamedTuple):
    """A hand-over that the holder's stream tells of."""

    evidence: SharingEvidence
    entry: Entry

    @property
    def permit(self) -> str:
        """The digest of the permit that it names."""
        return str(self.entry.event["permit"])

    @property
    def package(self) -> str:
        """The digest of the package that it names."""
        return str(self.entry.event["package"])

    @property
    def recipient(self) -> str:
        """The party that got it."""
        return str(self.entry.event["recipient"])


class ConditionCase(NamedTuple):
    """A condition for which somebody must vouch, at a hand-over."""

    hand_over: HandOverCase
    vouching: Vouching


class PackageCase(NamedTuple):
    """A package that a permit or a hand-over names."""

    evidence: SharingEvidence
    digest: str
    package: Package | None


def stood(record: AttestationRecord, at: str) -> Standing | None:
    """How an attestation stood at a time as it was written; None where that is not precise enough."""
    first, last = _seconds(at)
    begin, end = record.at(first), record.at(last)
    return begin if begin is end else None


def _seconds(at: str) -> tuple[int, int]:
    """The first and the last second that a written time may mean."""
    meant = span(at)
    first = int(meant.first.timestamp())
    return first, first if meant.is_instant else int(meant.end.timestamp()) - 1


def moment_of(time: int) -> str:
    """A block's time as entries write times."""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def short(digest: str) -> str:
    """'1a2b3c4d…'."""
    return f"{digest[:8]}…"
