"""A package that is shared, as audits of sharing see it: lawful, for tests to plant faults in."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from trialseal.documents.canonical import document_digest
from trialseal.documents.events import parse_event
from trialseal.documents.models import parse_document
from trialseal.evidence.consents import Entry
from trialseal.evidence.sharing import Held, Recipient, SharingEvidence
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.codes import AttestationKind, Decision, Role
from trialseal.rules.finding import Status
from trialseal.sharing.audit import SharingAudit, audit

TRIAL, SPONSOR, COMMITTEE, ETHICS, REGULATOR = (bytes([number]) * 32 for number in range(1, 6))
RECIPIENTS = [bytes([number]) * 32 for number in range(16, 24)]
START = datetime(2026, 1, 5, tzinfo=UTC)
KEY = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"


def at(day: float) -> str:
    return (START + timedelta(days=day)).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds(day: float) -> int:
    return int((START + timedelta(days=day)).timestamp())


class History:
    """One package, some recipients: applications, approvals, permits, hand-overs, ends; all as it should be."""

    def __init__(self, number: int, seed: int = 0) -> None:
        self.random = random.Random(seed)
        self.documents: dict[str, Any] = {}
        self.permits: list[AttestationRecord] = []
        self.approvals: list[AttestationRecord] = []
        self.accesses: list[dict[str, Any]] = []
        self.people: list[dict[str, Any]] = []
        self.held = [Held(SPONSOR, seconds(0), None, "the sponsor"), Held(COMMITTEE, seconds(1), None, "the committee")]
        self.keys: dict[bytes, tuple[dict[str, str], ...] | None] = {}
        self.accredited: dict[bytes, list[AttestationRecord]] = {}
        self.anchored: dict[str, float | None] = {}
        self.more: dict[str, Any] = {}
        self.owners = frozenset(f"{who:032x}" for who in range(5))
        self.policy = self.keep(
            "access-policy", permission="HMB",
            modifiers=[{"code": "IRB"}, {"code": "NPU"}, {"code": "TS", "months": 12}],
            vouching=[
                {"condition": "IRB", "by": [ETHICS.hex()]},
                {"condition": "NPU", "by": [REGULATOR.hex()], "role": "collaborator"},
            ],
            legal_basis="consent", at_end="destroy",
        )  # fmt: skip
        self.package = self.keep(
            "package", trial_id=TRIAL.hex(), policy=self.policy, files=5, bytes=9, manifest="ab" * 32, root="cd" * 32,
            recipient=KEY, left_out=1, undetermined=0, packed=at(10), nonce="ef" * 32,
        )  # fmt: skip
        self.withdraws(9, day=8)  # left out when it was packed
        self.people.append(
            {
                "type": "consent",
                "id": "C",
                "at": at(1),
                "subject": f"{0:032x}",
                "status": "given",
                "covers": ["treatment"],
            }
        )
        for place in range(number):
            self.share(place)

    def keep(self, kind: str, **members: Any) -> str:
        value = {"format": "trialseal/1", "kind": kind, **members}
        digest = document_digest(value).hex()
        self.documents[digest] = parse_document(value, kind)
        return digest

    def share(self, place: int) -> None:
        party = RECIPIENTS[place]
        day = 12 + self.random.random() * 20
        application = self.keep(
            "application", trial_id=TRIAL.hex(), recipient=party.hex(), project=f"project {place}", permission="HMB",
            modifiers=[{"code": "IRB"}, {"code": "NPUNCU"}], until="2026-12-31", nonce=f"{place:064x}",
        )  # fmt: skip
        ends = self.random.choice([60.0, 100.0, 300.0])
        permit = self.keep(
            "permit", trial_id=TRIAL.hex(), package=self.package, application=application, policy=self.policy,
            recipient=party.hex(), recipient_key=KEY, until=at(ends), at_end="destroy", nonce=f"{place:064x}",
        )  # fmt: skip
        self.keys[party] = ({"recipient": KEY, "since": at(0), "until": at(400)},)
        self.approve(application, day - 1)
        self.accredited[party] = [
            self.attested(AttestationKind.ACCREDITATION, party, REGULATOR, day - 2, code=Role.COLLABORATOR)
        ]
        author = self.random.choice([SPONSOR, COMMITTEE])
        self.permits.append(
            self.attested(
                AttestationKind.PERMIT, TRIAL, author, day, until=seconds(ends),
                digest=bytes.fromhex(self.package), document=bytes.fromhex(permit),
            )
        )  # fmt: skip
        self.logs("requested", day - 3, application=application, recipient=party.hex())
        self.logs("handed-over", day + 0.5, permit=permit, package=self.package, recipient=party.hex())
        if ends < 200:
            self.logs("destroyed", ends + 1, permit=permit)

    def approve(self, application: str, day: float, code: int = Decision.APPROVED, **members: Any) -> None:
        digest = bytes.fromhex(application)
        self.approvals.append(
            self.attested(AttestationKind.APPROVAL, TRIAL, ETHICS, day, code=code, digest=digest, **members)
        )

    def attested(
        self, kind: AttestationKind, subject: bytes, author: bytes, day: float, **members: Any
    ) -> AttestationRecord:
        given = {"code": 0, "until": 0, "withdrawn_at": 0, "document": bytes(32), "digest": bytes(32), **members}
        number = len(self.permits) + len(self.approvals) + 1
        return AttestationRecord(
            number=number, author=author, kind=kind, territory=0, date=0, time=seconds(day), subject=subject,
            key="0xkey", log=self.random.randbytes(32), **given,
        )  # fmt: skip

    def logs(self, action: str, day: float, **members: Any) -> None:
        event = {"format": "trialseal/1", "kind": "event", "type": "access", "id": f"A-{len(self.accesses)}"}
        event |= {"at": at(day), "action": action, **members}
        parse_event(event, "the event")
        self.accesses.append(event)
        self.anchored[event["id"]] = day + 1

    def withdraws(self, who: int, day: float, **members: Any) -> None:
        event = {"format": "trialseal/1", "kind": "event", "type": "withdrawal", "id": f"W-{len(self.people)}"}
        event |= {"at": at(day), "subject": f"{who:032x}", "scope": "data-use", **members}
        parse_event(event, "the event")
        self.people.append(event)

    def handed(self, place: int = 0) -> dict[str, Any]:
        return [one for one in self.accesses if one["action"] == "handed-over"][place]

    def audit(self, shuffled: bool = False) -> SharingAudit:
        accesses = list(self.accesses)
        if shuffled:
            self.random.shuffle(accesses)
        days = [self.anchored.get(str(one["id"])) for one in accesses]
        entries = [
            Entry("access", place, one, None, None if day is None else seconds(day))
            for place, (one, day) in enumerate(zip(accesses, days, strict=True))
        ]
        given = {
            "permits": self.permits, "approvals": self.approvals, "documents": self.documents, "held": self.held,
            "owners": {self.package: self.owners}, "entries": entries,
            "people": [Entry("consents", place, one) for place, one in enumerate(self.people)],
            "recipients": {
                party.hex(): Recipient(f"party {party.hex()[:4]}", keys, tuple(self.accredited.get(party, ())))
                for party, keys in self.keys.items()
            },
            **self.more,
        }  # fmt: skip
        return audit(SharingEvidence(**given), seconds(200))


def found(audited: SharingAudit) -> set[tuple[str, Status]]:
    fine = (Status.HOLDS, Status.DOES_NOT_APPLY)
    return {(one.finding.rule, one.finding.status) for one in audited.findings if one.finding.status not in fine}
