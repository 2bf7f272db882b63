"""What a committee decided counts as it stood then: just before, at, and just after every time that is compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from sealed_cases import COMMITTEE, SPONSOR, TRIAL, ZERO, about, digest, sealed, seconds

from trialseal.evidence.sealings import MILESTONE, RESULTS
from trialseal.ledger.attestations import AttestationRecord, Standing
from trialseal.ledger.codes import AttestationKind, Decision, Role
from trialseal.ledger.parties import KeyRecord, PartyRecord
from trialseal.ledger.rolling import SUPPOSED
from trialseal.rules import approvals
from trialseal.rules.approvals import approved_before_enrolment
from trialseal.rules.finding import Finding, Status
from trialseal.rules.sealed_trial import sponsor_vouched

HOLDS, FAILS, UNDETERMINED, APART = Status.HOLDS, Status.FAILS, Status.UNDETERMINED, Status.DOES_NOT_APPLY
REGULATOR, OTHER = b"\4" * 32, b"\5" * 32
VERSION = digest("register 2020-01-01")
ENROLLED = ("2020-02-01", "first-participant-enrolled", "2020-02-01")
BEGINS = seconds("2020-01-31") - 2 * 3600  # 1 February begins at 10:00 UTC the day before, in UTC+14
ENDS = seconds("2020-02-02")  # and has ended everywhere at noon UTC the day after
KEY = "0x" + "ab" * 20


def decided(
    at: int | str, code: Decision = Decision.APPROVED, *, on: int = 0, by: bytes = COMMITTEE, **members: Any
) -> AttestationRecord:
    """A decision on the registering version, sealed at a time."""
    time = seconds(at) if isinstance(at, str) else at
    made = AttestationRecord(0, by, AttestationKind.APPROVAL, int(code), 0, on, time, 0, 0, ZERO, TRIAL, VERSION, KEY)
    return replace(made, **members)


def accredited(
    at: int | str, party: bytes = COMMITTEE, role: Role = Role.ETHICS_COMMITTEE, by: bytes = REGULATOR, **members: Any
) -> AttestationRecord:
    time = seconds(at) if isinstance(at, str) else at
    made = AttestationRecord(0, by, AttestationKind.ACCREDITATION, int(role), 0, 0, time, 0, 0, ZERO, party, ZERO, KEY)
    return replace(made, **members)


def before_enrolment(*given: AttestationRecord, trust: Sequence[bytes] = (COMMITTEE,), **members: Any) -> Finding:
    return about(approved_before_enrolment, sealed(ENROLLED, attestations=given, accreditors=trust, **members))


def of_version(*given: AttestationRecord, trust: Sequence[bytes] = (COMMITTEE,), **members: Any) -> Finding:
    """What is found of the decisions on the registering version, as of now."""
    return approvals.approvals(sealed(attestations=given, accreditors=trust, **members).cases[0])


@pytest.mark.parametrize(
    ("time", "standing"),
    [
        (99, Standing.NOT_YET),
        (100, Standing.SAME_SECOND),
        (101, Standing.STANDS),
        (199, Standing.STANDS),
        (200, Standing.ENDED),
        (201, Standing.ENDED),
    ],
)
@pytest.mark.parametrize("how", [{"until": 200}, {"withdrawn_at": 200}, {"until": 200, "withdrawn_at": 300}])
def test_how_an_attestation_stands_at_a_time(time: int, standing: Standing, how: dict[str, int]) -> None:
    one = accredited(100, **how)
    assert one.at(time) is standing
    assert one.stands_at(time) is (standing is Standing.STANDS)
    assert one.stands_in_block(time) is (standing in (Standing.STANDS, Standing.SAME_SECOND))


def test_what_has_no_end_ended_at_no_time() -> None:
    assert accredited(100).ended_at == 0
    assert accredited(100, until=9).ended_at == accredited(100, until=9, withdrawn_at=10).ended_at == 9
    assert accredited(100, withdrawn_at=8).ended_at == accredited(100, until=9, withdrawn_at=8).ended_at == 8


def test_nothing_is_asked_where_nobody_decided_or_nobody_decides() -> None:
    assert of_version().status is of_version(trust=()).status is APART
    assert of_version(trust=()).sentence == "no decision on this version is on the chain"
    [case] = sealed(attestations=[decided("2020-01-10")], accreditors=(COMMITTEE,)).cases
    for kind in (RESULTS, MILESTONE):
        of_results = case._replace(evidence=case.evidence._replace(sealing=case.sealing._replace(kind=kind)))
        assert approvals.approvals(of_results).sentence == "no decision on this version is on the chain"


def test_of_several_decisions_the_first_is_said() -> None:
    early, late = decided("2020-01-10"), decided("2020-01-20", by=REGULATOR)
    approved = of_version(early, late, trust=(COMMITTEE, REGULATOR))
    assert approved.status is HOLDS and "2020-01-10" in approved.sentence and "2020-01-20" not in approved.sentence
    early, late = (replace(one, code=int(Decision.REFUSED)) for one in (early, late))
    refused = of_version(early, late, trust=(COMMITTEE, REGULATOR))
    assert refused.status is FAILS and "2020-01-10" in refused.sentence and "2020-01-20" not in refused.sentence
    early, late = (replace(one, withdrawn_at=one.time + 1) for one in (early, late))
    gone = of_version(early, late, trust=(COMMITTEE, REGULATOR))
    assert gone.status is FAILS and "2020-01-10" in gone.sentence and "does another decision stand" in gone.sentence


@pytest.mark.parametrize("how", ["withdrawn_at", "until"])
@pytest.mark.parametrize(
    ("end", "status"),
    [
        (seconds("2020-01-15"), FAILS),
        (BEGINS - 1, FAILS),
        (BEGINS, FAILS),  # it held until before this second
        (BEGINS + 1, UNDETERMINED),
        (ENDS - 1, UNDETERMINED),
        (ENDS, HOLDS),
        (seconds("2023-01-01"), HOLDS),  # what ended later held then
    ],
)
def test_an_approval_that_ended_before_the_enrolment_is_none_then(how: str, end: int, status: Status) -> None:
    found = before_enrolment(decided("2020-01-10", on=20200105, **{how: end}))
    assert found.status is status, found.sentence
    assert any(word in found.facts[0] for word in ("withdrawn", "until"))  # shown, whatever came of it


@pytest.mark.parametrize(
    ("at", "on", "status"),
    [
        (BEGINS - 1, 0, HOLDS),  # sealed before, it was decided before
        (BEGINS, 0, UNDETERMINED),
        ("2020-03-01", 0, UNDETERMINED),
        ("2020-03-01", 20200131, HOLDS),
        ("2020-03-01", 20200201, HOLDS),  # on the day itself: at or before
        ("2020-03-01", 20200202, FAILS),
        ("2020-03-01", 20200200, UNDETERMINED),
        ("2020-03-01", 20200300, FAILS),
    ],
)
def test_when_it_was_decided(at: int | str, on: int, status: Status) -> None:
    found = before_enrolment(decided(at, on=on))
    assert found.status is status, found.sentence


def test_a_later_decision_of_the_same_committee_takes_the_place_of_the_earlier() -> None:
    given = decided("2020-01-10", number=1)
    taken = decided("2020-01-20", Decision.WITHDRAWN_BY_COMMITTEE, number=2)
    assert before_enrolment(given, taken).status is FAILS
    assert before_enrolment(taken, decided("2020-01-25", number=3)).status is HOLDS
    assert before_enrolment(given, replace(taken, author=bytes(bytearray(COMMITTEE)))).status is FAILS
    assert before_enrolment(decided("2020-01-05", Decision.REFUSED, number=1), given).status is HOLDS
    # Of what came after the enrolment nothing is held against it; of what may have come before, it cannot be told.
    assert before_enrolment(given, replace(taken, time=ENDS)).status is HOLDS
    assert before_enrolment(given, replace(taken, time=BEGINS)).status is UNDETERMINED
    # One for another country leaves this country's as it was; another committee's is another's.
    assert before_enrolment(replace(given, territory=276), replace(taken, territory=250)).status is UNDETERMINED
    assert before_enrolment(given, replace(taken, author=OTHER), trust=[COMMITTEE, OTHER]).status is UNDETERMINED
    assert before_enrolment(given, replace(taken, author=OTHER)).status is HOLDS


def test_a_refusal_that_may_have_been_replaced_in_time_is_not_said_to_have_stood() -> None:
    refused = decided("2020-01-05", Decision.REFUSED, number=1)
    replacing = decided(BEGINS, number=2)
    elsewhere = decided("2020-01-06", by=OTHER)
    found = before_enrolment(refused, replacing, elsewhere, trust=[COMMITTEE, OTHER])
    assert found.status is UNDETERMINED and found.sentence.endswith(": which came first?")
    # What had ended before stays ended, whatever may have come in its place.
    ended = before_enrolment(
        replace(refused, withdrawn_at=seconds("2020-01-08")), replacing, elsewhere, trust=[COMMITTEE, OTHER]
    )
    assert ended.status is HOLDS


def test_a_refusal_that_its_committee_withdrew_before_is_none() -> None:
    refused = decided("2020-01-05", Decision.REFUSED)
    assert before_enrolment(refused).status is FAILS
    assert before_enrolment(replace(refused, withdrawn_at=seconds("2020-01-08"))).status is FAILS
    assert before_enrolment(replace(refused, withdrawn_at=seconds("2020-01-08")), decided("2020-01-10")).status is HOLDS


TIMES = seconds("2020-01-10")


@pytest.mark.parametrize(
    ("accreditation", "refused", "approved"),
    [
        (accredited(TIMES - 1), FAILS, HOLDS),
        (accredited(TIMES), UNDETERMINED, UNDETERMINED),
        (accredited(TIMES + 1), APART, APART),  # whoever is accredited afterwards was not then
        (accredited(TIMES - 9, withdrawn_at=TIMES), APART, APART),
        (accredited(TIMES - 9, until=TIMES), APART, APART),
        (accredited(TIMES - 9, withdrawn_at=TIMES + 1), FAILS, HOLDS),
        (accredited(TIMES - 9, until=TIMES + 1), FAILS, HOLDS),
        (accredited(TIMES - 9, withdrawn_at=seconds("2024-01-01")), FAILS, HOLDS),  # years later
        (accredited(TIMES - 9, role=Role.SPONSOR), APART, APART),
        (accredited(TIMES - 9, by=OTHER), APART, APART),
    ],
)
def test_who_might_decide_is_asked_as_of_the_decision(
    accreditation: AttestationRecord, refused: Status, approved: Status
) -> None:
    found = of_version(accreditation, decided(TIMES, Decision.REFUSED), trust=[REGULATOR])
    assert found.status is refused, found.sentence
    found = of_version(accreditation, decided(TIMES), trust=[REGULATOR])
    assert found.status is approved, found.sentence
    if accreditation.author == REGULATOR and accreditation.code == Role.ETHICS_COMMITTEE:
        assert any("was vouched for as ethics-committee" in fact for fact in found.facts)  # shown beside it


def test_decisions_as_of_now() -> None:
    approved = decided("2020-01-10", number=1)
    withdrawn = replace(approved, withdrawn_at=seconds("2020-01-20"))
    assert of_version(approved).status is HOLDS
    assert of_version(withdrawn).status is FAILS
    assert of_version(replace(approved, until=seconds("2021-01-01"))).status is FAILS
    assert of_version(replace(approved, until=2**40 - 1)).status is HOLDS
    refused = decided("2020-01-05", Decision.REFUSED, number=0)
    assert of_version(refused, approved).status is HOLDS  # the same committee approved it later
    assert of_version(refused, withdrawn).status is FAILS
    assert of_version(approved, replace(refused, author=OTHER), trust=[COMMITTEE, OTHER]).status is FAILS


def keyed(party: bytes, **said: int) -> PartyRecord:
    """A party that said this of its only key."""
    return PartyRecord(party, 1, 0, ZERO, (KeyRecord(KEY, 15, 0, 0, said.pop("since", 0), **said),), SUPPOSED)


@pytest.mark.parametrize(
    ("said", "decision", "accreditation"),
    [
        ({}, HOLDS, HOLDS),
        ({"since": TIMES + 1, "declared_at": TIMES + 9}, HOLDS, HOLDS),
        ({"since": TIMES, "declared_at": TIMES + 9}, UNDETERMINED, FAILS),  # the party disowns it
        ({"since": TIMES - 1, "declared_at": TIMES + 9}, UNDETERMINED, FAILS),
        ({"since": TIMES, "declared_at": TIMES + 9, "contested_at": TIMES + 10}, UNDETERMINED, UNDETERMINED),
        ({"since": TIMES + 1, "declared_at": TIMES + 9, "contested_at": TIMES + 10}, HOLDS, HOLDS),
    ],
)
def test_what_a_party_says_against_its_key_is_heeded(
    said: dict[str, int], decision: Status, accreditation: Status
) -> None:
    found = before_enrolment(decided(TIMES), parties=[keyed(COMMITTEE, **said)])
    assert found.status is decision, found.sentence
    trial = sealed(
        attestations=[accredited(TIMES, SPONSOR, Role.SPONSOR)],
        accreditors=[REGULATOR],
        parties=[keyed(REGULATOR, **said)],
    )
    late = [
        one._replace(evidence=one.evidence._replace(sealing=one.sealing._replace(time=TIMES + 5)))
        for one in trial.cases
    ]
    found = about(sponsor_vouched, trial._replace(cases=tuple(late)))
    assert found.status is accreditation, found.sentence


def test_only_decisions_are_decisions() -> None:
    """Whatever else is attested about this very version."""
    for kind in AttestationKind:
        if kind is not AttestationKind.APPROVAL:
            other = decided("2020-01-10", on=20200105, kind=kind)
            assert of_version(other).status is APART, kind
            found = before_enrolment(other)
            assert found.status is UNDETERMINED and "no decision on protocol version 1" in found.sentence, kind
            both = before_enrolment(other, decided("2020-01-10", Decision.REFUSED, on=20200105, number=1))
            assert both.status is FAILS, kind


def test_of_a_registration_that_is_not_shown_nothing_is_said() -> None:
    trial = sealed()
    assert about(sponsor_vouched, trial).status is APART
    unseen = about(sponsor_vouched, trial._replace(cases=()))
    assert (unseen.status, unseen.sentence) == (UNDETERMINED, "the registration's log is not shown by this node")


def test_only_what_lets_its_author_decide_is_said_of_it() -> None:
    trusted, unknown = accredited("2020-01-02"), accredited("2020-01-03", by=OTHER)
    sponsor = accredited("2020-01-04", role=Role.SPONSOR)
    found = of_version(decided("2020-01-10"), trusted, unknown, sponsor, trust=(REGULATOR,))
    [said] = [fact for fact in found.facts if "was vouched for as" in fact]
    assert "2020-01-02" in said and "before that decision" in said
