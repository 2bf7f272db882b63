"""The audit of what is shared: every permit that the chain counts, every hand-over, every package."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from trialseal.evidence.consents import Entry
from trialseal.evidence.sharing import SharingEvidence
from trialseal.rules.finding import Finding, Status
from trialseal.sharing.cases import ConditionCase, HandOverCase, PackageCase, PermitCase
from trialseal.sharing.catalogue import CONDITION_RULES, HAND_OVER_RULES, PACKAGE_RULES, PERMIT_RULES


class SharingFinding(NamedTuple):
    """A rule's answer, with what it is about."""

    finding: Finding
    permit: str | None = None
    package: str | None = None
    entry: Entry | None = None


class SharingAudit(NamedTuple):
    """All findings, in the order of permits, hand-overs and packages."""

    evidence: SharingEvidence
    findings: tuple[SharingFinding, ...]

    @property
    def counts(self) -> Counter[Status]:
        """How often each answer was given."""
        return Counter(one.finding.status for one in self.findings)

    @property
    def shown(self) -> int:
        """How many of the permits have their documents."""
        return sum(self.evidence.permit(one.document.hex()) is not None for one in self.evidence.permits)


def audit(evidence: SharingEvidence, now: int) -> SharingAudit:
    """Judges all that is at hand, as of a time in Unix seconds."""
    return SharingAudit(evidence, tuple(_findings(evidence, now)))


def _findings(evidence: SharingEvidence, now: int) -> Iterator[SharingFinding]:
    packages: dict[str, None] = {}
    for record in evidence.permits:
        case = PermitCase(evidence, record, now)
        packages[record.digest.hex()] = None
        for permit_rule in PERMIT_RULES:
            yield SharingFinding(permit_rule(case), case.digest, record.digest.hex())
    for entry in evidence.entries:
        if entry.event["action"] != "handed-over":
            continue
        hand_over = HandOverCase(evidence, entry)
        packages[hand_over.package] = None
        for hand_over_rule in HAND_OVER_RULES:
            yield SharingFinding(hand_over_rule(hand_over), hand_over.permit, hand_over.package, entry)
        permit = evidence.permit(hand_over.permit)
        policy = evidence.policy(permit.policy) if permit else None
        for vouching in policy.vouching if policy else ():
            for condition_rule in CONDITION_RULES:
                finding = condition_rule(ConditionCase(hand_over, vouching))
                yield SharingFinding(finding, hand_over.permit, hand_over.package, entry)
    for digest in packages:
        about = PackageCase(evidence, digest, evidence.package(digest))
        for package_rule in PACKAGE_RULES:
            yield SharingFinding(package_rule(about), None, digest)
