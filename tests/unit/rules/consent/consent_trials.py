"""Small trials for the rules about consents, built event by event."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from trialseal.documents.events import parse_event
from trialseal.evidence.consents import (
    ConsentEvidence,
    Entry,
    FormDecision,
    with_sites,
)
from trialseal.evidence.trust import Trust
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.codes import AttestationKind
from trialseal.rules.consent.audit import ConsentAudit, ConsentFinding, audit
from trialseal.rules.finding import Status

HOLDS, FAILS, UNDETERMINED, NOT = Status.HOLDS, Status.FAILS, Status.UNDETERMINED, Status.DOES_NOT_APPLY
SUBJECT, OTHER = "0a" * 16, "0b" * 16
COMMITTEE, REGULATOR = b"\1" * 32, b"\2" * 32
TRUST = Trust(frozenset((COMMITTEE,)))
DECIDED = 1_585_700_000
V1, V2 = "11" * 32, "22" * 32
BEFORE, VERSION, AGAIN = "consent-before-enrolment", "consent-version", "asked-again"
TREATED, FOLLOWED, DATA = "treated-after-withdrawal", "followed-after-withdrawal", "data-after-withdrawal"


class Trial:
    """Builds the evidence of a small trial, event by event; everything anchored unless said otherwise."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.more: dict[str, Any] = {}

    def event(
        self, type: str, at: str, *, anchored: int | None = 1_600_000_000, stream: str = "s", **members: Any
    ) -> Trial:
        index = sum(1 for entry in self.entries if entry.stream == stream)
        value = {
            "format": "trialseal/1", "kind": "event", "type": type, "id": f"e{len(self.entries):04}", "at": at,
            "site": "DE-01", **({} if type == "consent-form-in-force" else {"subject": SUBJECT}), **members,
        }  # fmt: skip
        value = {key: member for key, member in value.items() if member is not None}
        parse_event(value, "the test's event")
        self.entries.append(Entry(stream, index, value, None, anchored))
        return self

    def form(self, at: str, version: str = "1.0", digest: str | None = V1, **members: Any) -> Trial:
        return self.event("consent-form-in-force", at, form_version=version, form_digest=digest, **members)

    def consent(self, at: str, status: str = "given", version: str | None = "1.0", **members: Any) -> Trial:
        return self.event("consent", at, status=status, form_version=version, **members)

    def enrolled(self, at: str, **members: Any) -> Trial:
        return self.event("enrolment", at, **members)

    def treated(self, at: str, **members: Any) -> Trial:
        return self.event("dispensing", at, **members)

    def seen(self, at: str, **members: Any) -> Trial:
        return self.event("visit", at, visit="Week 4", **members)

    def withdrew(self, at: str, scope: str = "treatment", **members: Any) -> Trial:
        return self.event("withdrawal", at, scope=scope, **members)

    def having(self, **more: Any) -> Trial:
        self.more |= more
        return self

    @property
    def evidence(self) -> ConsentEvidence:
        return ConsentEvidence(entries=with_sites(self.entries), **self.more)

    @property
    def audit(self) -> ConsentAudit:
        return audit(self.evidence)

    def finding(self, rule: str, subject: str | None = SUBJECT) -> ConsentFinding:
        found = [one for one in self.audit.findings if one.finding.rule == rule and one.subject == subject]
        assert len(found) == 1, found
        sentence = found[0].finding.sentence
        assert sentence.isprintable() and len(sentence) < 500 and SUBJECT not in sentence
        return found[0]

    def gives(self, rule: str, status: Status, words: str = "", subject: str | None = SUBJECT) -> None:
        finding = self.finding(rule, subject).finding
        assert (finding.status, words in finding.sentence) == (status, True), finding


def lawful() -> Trial:
    return Trial().form("2020-04-01").consent("2020-05-04").enrolled("2020-05-05")


def decision(word: str = "approved", date: int = 20200320, territory: int = 0, withdrawn: int = 0) -> FormDecision:
    return FormDecision(word, "Demo committee", territory, date, DECIDED, withdrawn, attested())


def attested(**members: Any) -> AttestationRecord:
    made = AttestationRecord(
        1, COMMITTEE, AttestationKind.APPROVAL, 1, 0, 0, DECIDED, 0, 0, bytes(32), bytes(32), bytes(32)
    )
    return replace(made, **members)
