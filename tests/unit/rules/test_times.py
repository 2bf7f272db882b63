"""Who acted, with which key, and how old what a node shows is: just before, at, and just after."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from acted_cases import AT, acts, case_of
from registry_cases import AS_OF
from sealed_cases import SPONSOR, TRIAL, ZERO, about, digest, sealed, seconds

from recorded_acts import recorded
from trialseal.evidence.trials import NumberEvidence
from trialseal.folder.reading import FileReading
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.block import AsOf, Tagged
from trialseal.ledger.claims import numbers_of
from trialseal.ledger.codes import ActCode, AttestationKind, Milestone, Role
from trialseal.ledger.parties import KeyRecord, PartyRecord
from trialseal.ledger.rolling import SUPPOSED
from trialseal.ledger.standing import corrections, standing
from trialseal.rules.finding import Case, Status
from trialseal.rules.parties import party_accredited
from trialseal.rules.sealed_trial import sealed_before_enrolment
from trialseal.rules.sealing import acting_party, key_trusted, node_current, settled
from trialseal.rules.timing import amended_blinded, events_of, prospective
from trialseal.rules.trial_case import TrialCase

HOLDS, FAILS, UNDETERMINED, APART = Status.HOLDS, Status.FAILS, Status.UNDETERMINED, Status.DOES_NOT_APPLY
CRO, BUYER, REGULATOR = b"\6" * 32, b"\7" * 32, b"\4" * 32
KEY = "0x" + "ab" * 20


def seal(actor: bytes = CRO, **members: Any) -> tuple[str, dict[str, Any]]:
    return "DocumentSealed", {"subject": digest("d"), "actor": actor, "kind": 8, "version": 1, "time": AT} | members


def appoint(party: bytes = CRO, acts: int = 1 << ActCode.SEAL, **members: Any) -> tuple[str, dict[str, Any]]:
    said = {"subject": party, "acts": acts, "from": 0, "until": AT + 100, "index": 0}
    return "Appointed", said | members


def shorten(until: int, index: int = 0, **members: Any) -> tuple[str, dict[str, Any]]:
    return "AppointmentShortened", {"subject": CRO, "until": until, "index": index} | members


@pytest.mark.parametrize(
    ("made", "status"),
    [
        ([], FAILS),
        ([appoint()], HOLDS),
        ([appoint(until=AT - 1)], FAILS),
        ([appoint(until=AT)], FAILS),  # ends are exclusive
        ([appoint(until=AT + 1)], HOLDS),
        ([appoint(**{"from": AT - 1})], HOLDS),
        ([appoint(**{"from": AT})], HOLDS),
        ([appoint(**{"from": AT + 1})], FAILS),
        ([appoint(), shorten(AT - 1)], FAILS),
        ([appoint(), shorten(AT)], FAILS),
        ([appoint(), shorten(AT + 1)], HOLDS),
        ([appoint(), shorten(AT - 1, index=1)], HOLDS),  # another appointment's end
        ([appoint(), shorten(AT - 1, subject=BUYER)], HOLDS),
        ([appoint(), shorten(AT - 1, stream=digest("s"))], HOLDS),
        ([appoint(acts=1 << ActCode.MILESTONE)], FAILS),  # for another act
        ([appoint(acts=1 << ActCode.MILESTONE | 1 << ActCode.SEAL)], HOLDS),
        ([appoint(acts=1 << ActCode.MILESTONE), appoint(index=1)], HOLDS),
        ([appoint(stream=digest("s"))], FAILS),  # for a stream
        ([appoint(BUYER)], FAILS),
        ([appoint(), ("TransferAccepted", {"subject": SPONSOR, "actor": BUYER})], FAILS),  # ends all appointments
        ([("TransferAccepted", {"subject": SPONSOR, "actor": BUYER}), appoint(actor=BUYER)], HOLDS),
        ([("TransferAccepted", {"subject": SPONSOR, "actor": CRO})], HOLDS),  # sponsor by then
    ],
)
def test_who_might_act(made: list[Any], status: Status) -> None:
    found = acting_party(case_of(*acts(*made, seal())))
    assert found.status is status, found.sentence


def test_what_came_after_the_act_gives_nobody_the_right_to_it() -> None:
    later = acts(seal(), ("Appointed", appoint()[1] | {"time": AT + 1}))
    assert acting_party(case_of(*later, sealing=1)).status is FAILS
    sold = acts(seal(SPONSOR), ("TransferAccepted", {"subject": SPONSOR, "actor": BUYER, "time": AT + 1}))
    assert acting_party(case_of(*sold, sealing=1)).status is HOLDS
    bought = acts(("TransferAccepted", {"subject": SPONSOR, "actor": BUYER}), seal(SPONSOR))
    assert acting_party(case_of(*bought)).status is FAILS


@pytest.mark.parametrize(
    ("members", "status"),
    [
        ({"valid_from": AT - 1}, HOLDS),
        ({"valid_from": AT}, HOLDS),
        ({"valid_from": AT + 1}, FAILS),
        ({"valid_until": AT - 1}, FAILS),
        ({"valid_until": AT}, HOLDS),  # the chain let the act in, so that it came before its revocation
        ({"valid_until": AT + 1}, HOLDS),
        ({"compromised_since": AT - 1, "declared_at": AT + 9}, FAILS),
        ({"compromised_since": AT, "declared_at": AT + 9}, FAILS),  # "since" includes its second
        ({"compromised_since": AT + 1, "declared_at": AT + 9}, HOLDS),
        ({"compromised_since": AT - 1, "declared_at": AT + 9, "contested_at": AT + 10}, UNDETERMINED),
        ({"compromised_since": AT, "declared_at": AT + 9, "contested_at": AT + 10}, UNDETERMINED),
        ({"compromised_since": AT + 1, "declared_at": AT + 9, "contested_at": AT + 10}, HOLDS),
    ],
)
def test_whose_key_it_was(members: dict[str, int], status: Status) -> None:
    record = KeyRecord(KEY, 15, **({"valid_from": 0, "valid_until": 0, "compromised_since": 0} | members))
    case = case_of(*acts(seal(SPONSOR)))
    party = PartyRecord(SPONSOR, 1, 0, ZERO, (KeyRecord("0x" + "cd" * 20, 15, 0, 1, 1), record), SUPPOSED)
    found = key_trusted(case._replace(evidence=case.evidence._replace(party=party)))
    assert found.status is status, found.sentence
    hidden = replace(party, gap="the party has 3 acts, and 2 were shown")
    assert key_trusted(case._replace(evidence=case.evidence._replace(party=hidden))).status is UNDETERMINED


@pytest.mark.parametrize(
    ("made", "end", "status"),
    [
        (AT - 1, {}, HOLDS),
        (AT, {}, UNDETERMINED),
        (AT + 1, {}, FAILS),
        (AT - 9, {"withdrawn_at": AT - 1}, FAILS),
        (AT - 9, {"withdrawn_at": AT}, FAILS),
        (AT - 9, {"withdrawn_at": AT + 1}, HOLDS),
        (AT - 9, {"until": AT}, FAILS),
        (AT - 9, {"until": AT + 1}, HOLDS),
    ],
)
def test_accredited_means_before_the_act_and_not_ended_then(made: int, end: dict[str, int], status: Status) -> None:
    given = AttestationRecord(
        1, REGULATOR, AttestationKind.ACCREDITATION, Role.SPONSOR, 0, 0, made, 0, 0, ZERO, SPONSOR, ZERO
    )
    case = case_of(*acts(seal(SPONSOR)))
    shown = case.evidence._replace(accreditations=(replace(given, **end),))
    found = party_accredited(case._replace(evidence=shown, accreditors=frozenset([REGULATOR])))
    assert found.status is status, found.sentence


def seen(*, block: int = AT, read: int = AT, final: int | None = None) -> AsOf:
    """A node's newest block of one time, read at another, its final block of a third."""
    tagged = Tagged(None if final is None else {"number": 7, "timestamp": final})
    return AsOf(1, 100, "0x11", block, read, False, tagged, Tagged(None))


@pytest.mark.parametrize(
    ("read", "status"),
    [
        (AT - 901, UNDETERMINED),
        (AT - 900, HOLDS),
        (AT, HOLDS),
        (AT + 3600, HOLDS),
        (AT + 3601, UNDETERMINED),
    ],
)
def test_how_old_the_newest_block_may_be(read: int, status: Status) -> None:
    found = node_current(case_of(*acts(seal()), as_of=seen(read=read)))
    assert found.status is status, found.sentence


@pytest.mark.parametrize(
    ("final", "stalled"), [(AT // 3, True), (AT - 3601, True), (AT - 3600, True), (AT - 3599, False), (None, False)]
)
def test_finality_that_stands_still_is_said(final: int | None, stalled: bool) -> None:
    case = case_of(*acts(seal()), as_of=seen(final=final))
    found = settled(case._replace(evidence=case.evidence._replace(finality="safe")))
    assert found.status is UNDETERMINED
    assert ("finality stands still" in found.sentence) is stalled


# ----- registered in time, and sealed -----

ENROLLED = "first-participant-enrolled"


def claiming(submitted: str, enrolled: str, *, sealed_on: str = "2020-01-01") -> Case:
    """A trial that states when its number was submitted and when it began to enrol; its protocol is sealed on a day."""
    trial = sealed(("2020-06-01", "claim", submitted), ("2020-06-01", ENROLLED, enrolled))
    [case] = trial.cases
    [number] = [NumberEvidence(one.number, one, ()) for one in numbers_of(trial.evidence.history.acts)]
    first, *others = trial.evidence.history.acts
    moved = (replace(first, time=seconds(sealed_on)), *others)
    loaded = trial.evidence._replace(history=replace(trial.evidence.history, acts=moved), numbers=(number,))
    return case._replace(evidence=case.evidence._replace(trial=loaded))


def with_record(case: Case, first_submitted: object, number: str = "NCT01234567") -> Case:

    document = {"kind": "registry-record", "number": number, "first_submitted": first_submitted}
    file = FileReading("record.json", b"", None, document, 0)
    return case._replace(evidence=case.evidence._replace(trial=case.trial._replace(registry_records=(file,))))


@pytest.mark.parametrize("sealed_on", ["2019-01-01", "2020-02-05"])  # before the enrolment, and long after it
@pytest.mark.parametrize(
    ("registered", "status"),
    [
        ("2020-01-31", HOLDS),
        ("2020-02-01", HOLDS),
        ("2020-02-02", FAILS),
        ("2020-02", UNDETERMINED),
        ("2020-01", HOLDS),
    ],
)
def test_registered_in_time_by_the_registry_s_date_alone(registered: str, status: Status, sealed_on: str) -> None:
    found = prospective(with_record(claiming("", "2020-02-01", sealed_on=sealed_on), registered))
    assert found.status is status, found.sentence


def test_a_file_without_a_number_hides_no_record_behind_it() -> None:
    case = with_record(claiming("", "2020-02-01"), "2020-01-31")
    other = FileReading("other.json", b"", None, {"kind": "registry-record"}, 0)
    records = (other, *case.trial.registry_records)
    case = case._replace(evidence=case.evidence._replace(trial=case.trial._replace(registry_records=records)))
    assert prospective(case).status is HOLDS


@pytest.mark.parametrize(
    ("submitted", "status"), [("", APART), ("2020-01-31", APART), ("2020-02-01", APART), ("2020-02-02", FAILS)]
)
def test_what_the_sponsor_states_of_its_registration_proves_nothing_for_it(submitted: str, status: Status) -> None:
    found = prospective(claiming(submitted, "2020-02-01"))
    assert found.status is status, found.sentence
    assert ("as its sponsor states" in found.sentence) is bool(submitted)


@pytest.mark.parametrize("record", [{}, {"number": "NCT07654321"}])
def test_another_trial_s_record_tells_nothing(record: dict[str, str]) -> None:
    first = "nonsense" if not record else "2019-01-01"
    assert prospective(with_record(claiming("", "2020-02-01"), first, **record)).status is APART


def test_sealed_late_is_not_registered_late() -> None:
    trial = sealed(("2020-02-05", ENROLLED, "2019-12-01"))
    found = about(sealed_before_enrolment, trial)
    assert found.status is UNDETERMINED
    assert "sealed 2020-01-01 12:00 UTC, after first participant enrolled 2019-12-01" in found.sentence
    assert prospective(trial.cases[0]).status is APART


@pytest.mark.parametrize(
    ("unblinded", "status"),
    [("2020-06-01", HOLDS), ("2020-05-01", UNDETERMINED), ("2020-04-28", FAILS), ("2019-12-01", UNDETERMINED)],
)
def test_an_amendment_called_blinded(unblinded: str, status: Status) -> None:
    """Sealed after the unblinding is a question only where an earlier version was sealed before it."""
    trial = sealed(("2020-05-01", "amend", "other"), ("2020-06-02", "unblinding", unblinded))
    found = amended_blinded(trial.cases[1])
    assert found.status is status, found.sentence


# ----- corrected -----


def test_what_was_corrected_is_judged_no_longer() -> None:
    late = ("2020-02-01", ENROLLED, "2019-12-01")
    trial = sealed(late, ("2020-03-01", ENROLLED, "2020-02-01 instead of 2"))
    assert about(sealed_before_enrolment, trial).status is HOLDS
    erased = sealed(late, ("2020-03-01", "correction", " instead of 2"))
    assert about(sealed_before_enrolment, erased).status is APART  # no enrolment is stated that stands
    other = sealed(late, ("2020-03-01", "correction", " instead of 1"))
    assert about(sealed_before_enrolment, other).status is UNDETERMINED


# ----- deadlines -----


@pytest.mark.parametrize(("day", "over"), [("2026-01-02", False), ("2026-01-01", False), ("2025-12-31", False)])
def test_a_day_is_over_when_it_is_over_everywhere(day: str, over: bool) -> None:
    from datetime import date

    assert TrialCase(as_of=AS_OF).over(date.fromisoformat(day)) is over


def test_the_day_before_yesterday_is_over() -> None:
    from datetime import date

    assert TrialCase(as_of=AS_OF).over(date(2025, 12, 30))


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        (None, [0, 1, 2]),
        (frozenset([1]), [0, 1]),  # what is stated of the whole trial is stated of each part
        (frozenset([2]), [0, 2]),
        (frozenset([0]), [0, 1, 2]),  # and a result of the whole trial is about each part
        (frozenset([1, 2]), [0, 1, 2]),
        (frozenset([3]), [0]),
        (frozenset(), [0]),
    ],
)
def test_what_is_stated_of_another_part_is_not_of_this_one(parts: frozenset[int] | None, found: list[int]) -> None:
    made = [("MilestoneRecorded", {"milestone": 8, "part": part, "date": 20200901}) for part in (0, 1, 2)]
    trial = case_of(*acts(*made, seal())).trial
    assert [one.part for one in events_of(trial, [Milestone.DATA_LOCK], parts)] == found
    assert events_of(trial, [Milestone.UNBLINDING], parts) == []


def test_another_number_without_a_record_may_have_been_registered_before() -> None:
    case = with_record(claiming("", "2020-02-01"), "2020-03-01")
    assert prospective(case).status is FAILS
    [one] = case.trial.numbers
    [other] = numbers_of(
        [recorded("RegistryIdClaimed", ZERO, trial=TRIAL, registryId=b"ISRCTN12345678".ljust(32, b"\0"))]
    )
    both = case.trial._replace(numbers=(one, NumberEvidence(other.number, other, ())))
    found = prospective(case._replace(evidence=case.evidence._replace(trial=both)))
    assert found.status is UNDETERMINED
    assert "it claims ISRCTN12345678 too" in found.sentence


@pytest.mark.parametrize(("at", "stands"), [(AT - 1, True), (AT, False), (AT + 1, False), (None, False)])
def test_a_correction_counts_from_its_own_second(at: int | None, stands: bool) -> None:
    done = acts(("MilestoneRecorded", {"milestone": 8}), ("MilestoneRecorded", {"milestone": 20, "act": 2, "time": AT}))
    assert (2 in corrections(done, at)) is not stands
    assert (2 in [act.number for act in standing(done, at)]) is stands
