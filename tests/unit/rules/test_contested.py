"""What hangs on acts by a key about which its party disagrees with itself cannot be determined; all else stays."""

from __future__ import annotations

import pytest
from registry_cases import AS_OF
from sealed_cases import SPONSOR, ZERO, sealed, seconds

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
