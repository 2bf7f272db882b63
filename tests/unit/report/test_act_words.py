"""One line for each of the eleven acts, and how dates, parties and delays are said."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from recorded_acts import recorded
from trialseal.evidence.wording import moment
from trialseal.ledger.acts import Act
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.codes import AttestationKind
from trialseal.ledger.moments import declared_date
from trialseal.report.words import TrialNames, act_words, attestation_words, delay_words, short

SPONSOR, OTHER = bytes([1]) * 32, bytes([2]) * 32
LEAF = bytes([3]) * 32
NAMES = TrialNames({SPONSOR: "Demo sponsor (re-enactment)", OTHER: "Demo CRO"}, ("phase-1", "phase-2-3"), {LEAF: "P1"})
NOON = int(datetime(2020, 4, 30, 12, tzinfo=UTC).timestamp())


def act(name: str, subject: bytes = OTHER, **details: Any) -> Act:
    return recorded(name, subject, number=4, time=NOON, actor=SPONSOR, **details)


SEALED: dict[str, Any] = {"endpointRoot": bytes(32), "endpointCount": 0}
CASES = [
    (
        act("TrialRegistered", code=b"C4591001".ljust(32, b"\0"), endpointRoot=LEAF, endpointCount=1),
        "trial C4591001 registered with protocol version 1 (1 endpoint)",
    ),
    (
        act("DocumentSealed", kind=1, version=2, blinding=1, endpointRoot=LEAF, endpointCount=12),
        "protocol version 2 sealed (12 endpoints; unblinded data seen before: no)",
    ),
    (
        act("DocumentSealed", kind=1, version=3, blinding=0, endpointRoot=LEAF, endpointCount=12),
        "protocol version 3 sealed (12 endpoints; unblinded data seen before: not stated)",
    ),
    (
        act("DocumentSealed", kind=2, version=2, blinding=2, **SEALED),
        "analysis plan version 2 sealed (unblinded data seen before: yes)",
    ),
    (act("DocumentSealed", kind=5, version=1, blinding=0, **SEALED), "consent form version 1 sealed"),
    (act("DocumentSealed", kind=8, version=1, blinding=0, **SEALED), "other document version 1 sealed"),
    (
        act("MilestoneRecorded", bytes(32), part=1, milestone=1, date=20200429),
        "first participant enrolled, part phase-1, on 2020-04-29",
    ),
    (act("MilestoneRecorded", bytes(32), part=7, milestone=5, date=20201100), "data cut-off, part 7, on 2020-11"),
    (act("MilestoneRecorded", bytes(32), part=0, milestone=19, date=20200000), "another milestone, on 2020"),
    (
        act("ResultReported", endpoint=LEAF, part=2, protocolVersion=2, index=0),
        "result for endpoint P1, part phase-2-3 reported, proven to be in protocol version 2",
    ),
    (
        act("ResultReported", endpoint=OTHER, part=0, protocolVersion=0, index=0),
        "post hoc result for endpoint 02020202… reported",
    ),
    (
        act("RegistryIdClaimed", registryId=b"NCT04368728".ljust(32, b"\0"), submitted=20200427),
        "registry number NCT04368728 bound to the trial (submitted there 2020-04-27, as stated)",
    ),
    (
        act("RegistryIdClaimed", registryId=b"2020-002641-42".ljust(32, b"\0"), submitted=0),
        "registry number 2020-002641-42 bound to the trial (day of submission not stated)",
    ),
    (
        act("Appointed", stream=bytes(32), acts=1 << 3 | 1 << 4, until=NOON + 86400, index=0, **{"from": NOON}),
        '"Demo CRO" appointed for milestone and results, from 2020-04-30 12:00 UTC until 2020-05-01 12:00 UTC',
    ),
    (
        act("AppointmentShortened", stream=bytes(32), index=0, until=NOON),
        'appointment of "Demo CRO" made to end 2020-04-30 12:00 UTC',
    ),
    (
        act("TransferOffered", effective=NOON),
        'sponsorship offered to "Demo CRO", who can accept from 2020-04-30 12:00 UTC on',
    ),
    (act("TransferVetoed"), 'offer of the sponsorship to "Demo CRO" vetoed'),
    (
        act("RegistryIdWithdrawn", registryId=b"nct 4368728".ljust(32, b"\0")),
        "claim of registry number NCT04368728 withdrawn",
    ),
    (
        act("MilestoneRecorded", part=0, milestone=20, date=20200430, act=3),
        "act 3 was made in error, stated on 2020-04-30",
    ),
    (act("TransferOffered", bytes(32)), "offer of the sponsorship withdrawn"),
    (act("TransferAccepted"), 'sponsorship went over from "Demo CRO" to "Demo sponsor (re-enactment)"'),
    (act("RoleNamed", role=10, held=True), '"Demo CRO" named as co-sponsor'),
    (act("RoleNamed", role=2, held=False), '"Demo CRO" no longer CRO'),
    (act("StreamOpened", LEAF), 'stream 03030303… opened, written by "Demo sponsor (re-enactment)"'),
]


@pytest.mark.parametrize(("done", "words"), CASES, ids=[f"{n}-{one[0].event}" for n, one in enumerate(CASES)])
def test_says_what_was_done(done: Act, words: str) -> None:
    assert act_words(done, NAMES) == words


@pytest.mark.parametrize("done", [one[0] for one in CASES], ids=lambda one: one.event)
def test_says_it_without_any_name_known(done: Act) -> None:
    assert act_words(done)


def test_a_party_whose_profile_is_not_known_is_called_by_its_id() -> None:
    assert TrialNames().party(SPONSOR) == "party 01010101…" == f"party {short(SPONSOR)}"


def test_a_registry_number_that_is_none_is_shown_as_its_bytes() -> None:
    assert LEAF.hex() in act_words(act("RegistryIdClaimed", registryId=LEAF, submitted=0))


@pytest.mark.parametrize(
    ("code", "shown"),
    [(0, None), (20200000, "2020"), (20200500, "2020-05"), (20200512, "2020-05-12"), (7, "7 (not a date)")],
)
def test_declared_dates_keep_their_precision(code: int, shown: str | None) -> None:
    assert declared_date(code) == shown


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        ("2020-04-30", None),
        ("2020-04", None),
        ("2020", None),
        ("2020-04-29", "sealed 1 day after the declared date"),
        ("2020-04-27", "sealed 3 days after the declared date"),
        ("2020-03", "sealed 30 to 60 days after the declared date"),
        ("2020-05-01", "sealed 1 day before the declared date"),
        ("2020-05", "sealed 1 to 31 days before the declared date"),
        ("7", None),
    ],
)
def test_delay_between_declared_date_and_block_time(declared: str, words: str | None) -> None:
    assert delay_words(declared, NOON) == words


def attested(**changed: Any) -> AttestationRecord:
    values: dict[str, Any] = {
        "number": 1, "author": OTHER, "until": 0, "kind": 2, "code": 1, "territory": 0, "date": 0, "time": NOON,
        "withdrawn_at": 0, "document": bytes(32), "subject": SPONSOR, "digest": LEAF,
    }  # fmt: skip
    values |= changed
    return AttestationRecord(**{**values, "kind": AttestationKind(values["kind"])})


@pytest.mark.parametrize(
    ("record", "about", "words"),
    [
        (attested(), "", 'document 03030303… approved by "Demo CRO"'),
        (
            attested(territory=840, date=20200428, code=2),
            "protocol version 1",
            'protocol version 1 approved with conditions by "Demo CRO", for US, dated 2020-04-28',
        ),
        (attested(territory=999), "it", 'it approved by "Demo CRO", for territory 999'),
        (attested(kind=1, code=1), "", '"Demo sponsor (re-enactment)" vouched for as sponsor by "Demo CRO"'),
        (
            attested(kind=1, code=4, withdrawn_at=NOON),
            "",
            '"Demo sponsor (re-enactment)" vouched for as ethics committee by "Demo CRO", '
            "withdrawn 2020-04-30 12:00 UTC",
        ),
        (attested(kind=3), "NCT04368728", 'snapshot of NCT04368728 by "Demo CRO"'),
        (attested(kind=4), "", 'review by "Demo CRO"'),
        (attested(kind=9), "", 'attestation of kind 9 by "Demo CRO"'),
    ],
)
def test_says_what_was_attested(record: AttestationRecord, about: str, words: str) -> None:
    assert attestation_words(record, NAMES, about) == words


def test_block_times_are_shown_in_utc() -> None:
    assert moment(NOON) == "2020-04-30 12:00 UTC"
