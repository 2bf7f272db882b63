"""Lawful sharing gives no finding; one fault of each kind, planted in it, gives that finding and no other."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialseal.documents.canonical import document_digest
from trialseal.documents.events import parse_event
from trialseal.documents.models import parse_document
from trialseal.evidence.consents import Entry
from trialseal.evidence.sharing import Held, Recipient, SharingEvidence
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.codes import AttestationKind, Decision, Role
from trialseal.ledger.parties import KeyRecord, PartyRecord
from trialseal.ledger.rolling import SUPPOSED
from trialseal.rules.finding import Status
from trialseal.sharing.audit import SharingAudit, audit
from trialseal.values import replace

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


def changed(history: History, **members: Any) -> None:
    history.permits[0] = replace(history.permits[0], **members)


def unshown(history: History) -> None:
    del history.documents[history.permits[0].document.hex()]


def another_end(history: History) -> None:
    changed(history, until=seconds(150))
    history.logs("destroyed", 151, permit=history.permits[0].document.hex())


def no_committee(history: History) -> None:
    changed(history, author=ETHICS)


def disowned(history: History) -> None:
    record = PartyRecord(
        SPONSOR, 1, 0, bytes(32), (KeyRecord("0xkey", 15, 0, 0, compromised_since=seconds(1)),), SUPPOSED
    )
    changed(history, author=SPONSOR)
    history.permits[1:] = [replace(one, author=COMMITTEE) for one in history.permits[1:]]
    history.more["authors"] = {SPONSOR: record}


def before_it_was_named(history: History) -> None:
    changed(history, author=COMMITTEE)
    history.permits[1:] = [replace(one, author=SPONSOR) for one in history.permits[1:]]
    history.held[1] = Held(COMMITTEE, history.permits[0].time + 1, None, "the committee")


def before(history: History) -> None:
    changed(history, time=int(datetime.fromisoformat(history.handed()["at"]).timestamp()) + 1)


def in_that_second(history: History) -> None:
    changed(history, time=int(datetime.fromisoformat(history.handed()["at"]).timestamp()))


def withdrawn_before(history: History) -> None:
    changed(history, withdrawn_at=int(datetime.fromisoformat(history.handed()["at"]).timestamp()))
    history.logs("destroyed", 150, permit=history.permits[0].document.hex())


def without(history: History) -> None:
    del history.permits[0]


def of_another_package(history: History) -> None:
    history.handed()["package"] = "77" * 32
    history.documents["77" * 32] = history.documents[history.package]
    history.more["owners"] = {"77" * 32: history.owners, history.package: history.owners}


def to_another(history: History) -> None:
    history.handed()["recipient"] = (b"\x77" * 32).hex()


def foreign_key(history: History) -> None:
    history.keys[RECIPIENTS[0]] = ()


def ended_key(history: History) -> None:
    history.keys[RECIPIENTS[0]] = ({"recipient": KEY, "until": history.handed()["at"]},)


def unknown_key(history: History) -> None:
    history.keys[RECIPIENTS[0]] = None


def not_approved(history: History) -> None:
    del history.approvals[0]


def refused(history: History) -> None:
    history.approvals[0] = replace(history.approvals[0], code=Decision.REFUSED)


def approved_after(history: History) -> None:
    history.approvals[0] = replace(history.approvals[0], time=seconds(150))


def accreditation_ended(history: History) -> None:
    (one,) = history.accredited[RECIPIENTS[0]]
    history.accredited[RECIPIENTS[0]] = [replace(one, until=one.time + 3600)]


def not_anchored(history: History) -> None:
    history.anchored[history.handed()["id"]] = None


def after_its_head(history: History) -> None:
    history.anchored[history.handed()["id"]] = 2.0


def not_destroyed(history: History) -> None:
    changed(history, until=0, withdrawn_at=seconds(190))
    permit = history.permits[0].document.hex()
    history.accesses = [one for one in history.accesses if (one["action"], one.get("permit")) != ("destroyed", permit)]
    document = history.documents[permit].model_copy(update={"until": at(300)})
    history.documents[permit] = document
    changed(history, until=seconds(300))


def withdrawn_inside(history: History) -> None:
    history.withdraws(3, day=9)


def withdrawn_later(history: History) -> None:
    history.withdraws(3, day=90, reach="sharing")


def beyond_the_terms(history: History) -> None:
    digest = history.documents[history.permits[0].document.hex()].application
    history.documents[digest] = history.documents[digest].model_copy(update={"permission": "GRU"})


def for_another(history: History) -> None:
    digest = history.documents[history.permits[0].document.hex()].application
    history.documents[digest] = history.documents[digest].model_copy(update={"recipient": "99" * 32})


def longer_than_asked(history: History) -> None:
    digest = history.documents[history.permits[0].document.hex()].application
    asked = datetime.fromtimestamp(history.permits[0].until, UTC) - timedelta(days=2)
    history.documents[digest] = history.documents[digest].model_copy(update={"until": f"{asked:%Y-%m-%d}"})


FAILS, OPEN = Status.FAILS, Status.UNDETERMINED
FAULTS: list[tuple[Callable[[History], None], str, Status]] = [
    (unshown, "permit-shown", OPEN),
    (another_end, "permit-shown", FAILS),
    (no_committee, "permit-entitled", FAILS),
    (disowned, "permit-entitled", FAILS),
    (before_it_was_named, "permit-entitled", FAILS),
    (beyond_the_terms, "permit-within-terms", FAILS),
    (longer_than_asked, "permit-within-terms", FAILS),
    (for_another, "permit-within-terms", FAILS),
    (not_destroyed, "permit-end-kept", FAILS),
    (before, "handover-permitted", FAILS),
    (in_that_second, "handover-permitted", OPEN),
    (withdrawn_before, "handover-permitted", FAILS),
    (without, "handover-permitted", FAILS),
    (of_another_package, "handover-permitted", FAILS),
    (to_another, "handover-permitted", FAILS),
    (foreign_key, "handover-key", FAILS),
    (ended_key, "handover-key", FAILS),
    (unknown_key, "handover-key", OPEN),
    (not_approved, "handover-condition", OPEN),
    (refused, "handover-condition", FAILS),
    (approved_after, "handover-condition", FAILS),
    (accreditation_ended, "handover-condition", FAILS),
    (not_anchored, "handover-logged", OPEN),
    (after_its_head, "handover-logged", FAILS),
    (withdrawn_inside, "package-without-withdrawn", FAILS),
    (withdrawn_later, "package-recipients-told", FAILS),
]


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 8), st.integers(0, 2**32))
def test_lawful_sharing_gives_no_finding(number: int, seed: int) -> None:
    history = History(number, seed)
    assert found(history.audit(shuffled=True)) == set()
    assert history.audit().shown == number


@pytest.mark.parametrize(("plant", "rule", "status"), FAULTS, ids=[one[0].__name__ for one in FAULTS])
def test_a_planted_fault_is_found_and_no_other(plant: Callable[[History], None], rule: str, status: Status) -> None:
    for seed in range(3):
        history = History(3, seed)
        plant(history)
        assert found(history.audit(shuffled=True)) == {(rule, status)}


def test_who_was_told_need_not_be_told_again() -> None:
    history = History(2)
    history.withdraws(3, day=90, reach="all-uses")
    for party in RECIPIENTS[:2]:
        assert ("package-recipients-told", FAILS) in found(history.audit())
        history.logs("told-of-withdrawal", 91, package=history.package, recipient=party.hex())
    assert found(history.audit()) == set()
    history.withdraws(4, day=95, reach="new-data")  # from new data only: nothing to tell
    assert found(history.audit()) == set()


def test_what_is_not_seen_is_not_held_against_anyone() -> None:
    history = History(2)
    history.more = {"attested_gap": "attestation 3 cannot be seen", "unseen": "1 opened stream is not given"}
    without(history)
    assert found(history.audit()) == {("handover-permitted", OPEN), ("package-without-withdrawn", OPEN)}


@pytest.mark.parametrize(("ahead", "expected"), [(-60, set()), (-61, {("handover-logged", FAILS)}), (1, set())])
def test_a_writers_clock_may_be_a_minute_ahead(ahead: int, expected: set[tuple[str, Status]]) -> None:
    history = History(1)
    entry = history.handed()
    since = (datetime.fromisoformat(entry["at"]) - START).total_seconds()
    history.anchored[entry["id"]] = (since + ahead) / 86400 + 1e-9
    assert found(history.audit()) == expected
