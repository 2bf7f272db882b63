"""Acts and attestations become entries of the timeline."""

from __future__ import annotations

from typing import Any

from recorded_acts import recorded
from trialseal.ledger.acts import Act
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.codes import AttestationKind
from trialseal.report.trial.entries import attestation_entry, entries_of, entry_of, periods_of
from trialseal.report.trial.view import Period
from trialseal.report.words import TrialNames
from trialseal.values import replace

SPONSOR, DIGEST = bytes([1]) * 32, bytes([2]) * 32
NAMES = TrialNames({SPONSOR: "Sponsor"}, ("phase-1",), {DIGEST: "P1"})
APRIL_30 = 1_588_248_000


def act(number: int, name: str, subject: bytes = DIGEST, **details: Any) -> Act:
    return recorded(name, subject, number=number, time=APRIL_30, actor=SPONSOR, **details)


def milestone(number: int, code: int, date: int, part: int = 0) -> Act:
    return act(number, "MilestoneRecorded", bytes(32), milestone=code, date=date, part=part)


def test_a_milestone_shows_its_declared_date_and_the_delay() -> None:
    entry = entry_of(milestone(3, 1, 20200429, part=1), NAMES)
    assert (entry.number, entry.category, entry.declared) == (3, "milestone", "2020-04-29")
    assert entry.mark == "sealed 1 day after the declared date"
    assert entry.label == "first participant enrolled, phase-1"
    assert entry.who == '"Sponsor"'
    assert [name for name, _ in entry.details] == [
        "block, as this node says",
        "transaction, as this node says",
    ]  # its document is not there


def test_each_kind_of_act_has_its_lane_and_label() -> None:
    sealed = {"blinding": 0, "endpointRoot": bytes(32), "endpointCount": 0}
    acts = [
        act(1, "TrialRegistered", code=b"X".ljust(32, b"\0"), endpointCount=1),
        act(2, "DocumentSealed", kind=1, version=2, **sealed),
        act(3, "DocumentSealed", kind=5, version=1, **sealed),
        act(4, "DocumentSealed", kind=3, version=1, **sealed),
        act(5, "RegistryIdClaimed", registryId=b"NCT04368728".ljust(32, b"\0"), submitted=20200427),
        act(6, "ResultReported", endpoint=DIGEST, part=0, protocolVersion=2),
        act(7, "ResultReported", endpoint=SPONSOR, part=0, protocolVersion=0),
        act(8, "TransferOffered", bytes(32)),
        act(9, "RoleNamed", role=2, held=True),
        act(10, "StreamOpened"),
    ]
    assert [(entry.category, entry.label) for entry in entries_of(acts, NAMES)] == [
        ("protocol", "registered, protocol v1"),
        ("protocol", "protocol v2"),
        ("document", "consent form v1"),
        ("registry", "registry record v1"),
        ("registry", "NCT04368728"),
        ("result", "P1"),
        ("result", "post hoc, 01010101…"),
        ("transfer", "offer withdrawn"),
        ("appointment", "role"),
        ("stream", "stream opened"),
    ]


def test_the_digest_of_a_document_is_shown_in_full() -> None:
    sealed = {"blinding": 0, "endpointRoot": bytes(32), "endpointCount": 0}
    entry = entry_of(act(2, "DocumentSealed", kind=5, version=1, **sealed))
    assert ("digest", DIGEST.hex()) in entry.details


def test_an_attestation_is_no_act_of_the_trial() -> None:
    record = AttestationRecord(
        1, SPONSOR, AttestationKind.APPROVAL, 1, 840, 20200427, APRIL_30, 0, APRIL_30, bytes(32), bytes(32), DIGEST
    )
    entry = attestation_entry(record, NAMES, "protocol version 1")
    assert entry.number is None
    assert entry.category == "attestation"
    assert entry.label == "approved, protocol version 1, withdrawn"
    assert entry.mark == "sealed 3 days after the declared date"


def test_a_permit_has_a_lane_of_its_own_and_says_its_end() -> None:
    record = AttestationRecord(
        1, SPONSOR, AttestationKind.PERMIT, 0, 0, 0, APRIL_30, APRIL_30 + 86400, 0, bytes(32), bytes(32), DIGEST
    )
    entry = attestation_entry(record, NAMES)
    assert (entry.category, entry.label) == ("permit", "permit until 2020-05-01")
    assert entry.words.startswith(f"permit to open package {DIGEST.hex()[:8]}…, by ")
    assert attestation_entry(replace(record, until=0), NAMES).label == "permit without an end"
    withdrawn = attestation_entry(replace(record, withdrawn_at=APRIL_30 + 60), NAMES)
    assert withdrawn.label == "permit until 2020-05-01, withdrawn"


def test_enrolment_lasts_from_the_first_statement_to_the_close_of_each_part() -> None:
    acts = [
        milestone(1, 1, 20200429, part=1),
        milestone(2, 1, 20200501, part=1),  # a later statement does not move the start
        milestone(3, 2, 20200900, part=1),
        milestone(4, 1, 20200727, part=2),
        milestone(5, 5, 20201114, part=2),
    ]
    assert periods_of(acts, NAMES) == (
        Period("enrolment, phase-1", "2020-04-29", "2020-09"),
        Period("enrolment, part 2", "2020-07-27", None),
    )
