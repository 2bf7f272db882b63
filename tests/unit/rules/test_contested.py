"""What hangs on acts by a key about which its party disagrees with itself cannot be determined; all else stays."""

from __future__ import annotations

import pytest
from registry_cases import AS_OF
from sealed_cases import SPONSOR, ZERO, sealed, seconds

from trialseal.evidence.trials import NumberEvidence
from trialseal.ledger.claims import numbers_of
from trialseal.ledger.parties import KeyRecord, PartyRecord
from trialseal.ledger.rolling import SUPPOSED
from trialseal.rules.catalogue import judge
from trialseal.rules.finding import Status
from trialseal.rules.trial_case import SealedTrial, TrialCase
from trialseal.rules.trial_catalogue import judge_trial

KEY = "0x" + "ab" * 20
UNBLINDED = ("2020-06-01", "unblinding", "2020-04-01")
AT = seconds("2020-06-01")


def trial(**said: int) -> SealedTrial:
    """An amendment sealed in May, and the statement of June that the trial had been unblinded in April."""
    times = {"compromised_since": 0, "declared_at": AT + 10, "contested_at": 0} | said
    party = PartyRecord(SPONSOR, 1, 0, ZERO, (KeyRecord(KEY, 15, 0, 0, **times),), SUPPOSED)
    return sealed(("2020-05-01", "amend", "other"), UNBLINDED, parties=[party])


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({}, Status.FAILS),
        ({"compromised_since": AT}, Status.FAILS),  # a compromise erases no act
        ({"compromised_since": AT, "contested_at": AT + 20}, Status.UNDETERMINED),
        ({"compromised_since": AT - 1, "contested_at": AT + 20}, Status.UNDETERMINED),
        ({"compromised_since": AT + 1, "contested_at": AT + 20}, Status.FAILS),
    ],
)
def test_a_finding_that_hangs_on_a_contested_act(said: dict[str, int], status: Status) -> None:
    one = trial(**said)
    found = {finding.rule: finding for finding in judge(one.cases[1])}
    assert found["amended-blinded"].status is status, found["amended-blinded"].sentence
    whole = {finding.rule: finding for finding in judge_trial(TrialCase(as_of=AS_OF, sealed=one, chain_asked=True))}
    assert whole["amendments-blinded"].status is status
    if status is Status.UNDETERMINED:
        assert (
            "depends on act 3, by a key about which its party disagrees with itself"
            in found["amended-blinded"].sentence
        )
    for rule in ("sealed-here", "history-complete", "acting-party", "all-counted"):
        assert found[rule].status is Status.HOLDS, rule


@pytest.mark.parametrize(("claimed", "status"), [("2020-05-20", Status.FAILS), ("2020-06-02", Status.UNDETERMINED)])
def test_a_number_is_claimed_by_acts_that_nobody_contests(claimed: str, status: Status) -> None:
    """It was submitted after the first enrolment: whether that counts hangs on the act that claims it."""
    key = KeyRecord(KEY, 15, 0, 0, compromised_since=AT - 1, declared_at=AT + 10, contested_at=AT + 20)
    done = ("2020-05-01", "first-participant-enrolled", "2020-02-01"), (claimed, "claim", "2020-03-01")
    made = sealed(
        *done, ("2020-06-03", "data-lock", "2020-06-02"), parties=[PartyRecord(SPONSOR, 1, 0, ZERO, (key,), SUPPOSED)]
    )
    [number] = [NumberEvidence(one.number, one, ()) for one in numbers_of(made.evidence.history.acts)]
    case = made.cases[0]
    case = case._replace(evidence=case.evidence._replace(trial=case.trial._replace(numbers=(number,))))
    assert {one.rule: one.status for one in judge(case)}["prospective"] is status
