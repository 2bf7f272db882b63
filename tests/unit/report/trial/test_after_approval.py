"""An amendment is marked by the approval after which it came: just before, at, and after every time compared."""

from __future__ import annotations

from typing import Any

import pytest
from tests.recorded_acts import ZERO, recorded

from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.codes import AttestationKind, Decision
from trialseal.report.trial.after_approval import after_approval, approved_so_far
from trialseal.report.words import TrialNames

TRIAL, COMMITTEE, OTHER = b"\1" * 32, b"\2" * 32, b"\3" * 32
FIRST, SECOND, PLAN = b"\5" * 32, b"\6" * 32, b"\7" * 32
ACTS = (
    recorded("TrialRegistered", FIRST, time=1000, trial=TRIAL),
    recorded("DocumentSealed", PLAN, number=2, time=1500, trial=TRIAL, kind=2, version=1),
    recorded("DocumentSealed", SECOND, number=3, time=2000, trial=TRIAL, kind=1, version=2),
)
NAMES = TrialNames({COMMITTEE: "Example Committee", OTHER: "Another"})


def decided(time: int, digest: bytes = FIRST, *, by: bytes = COMMITTEE, **members: Any) -> AttestationRecord:
    stated = {"code": int(Decision.APPROVED), "until": 0, "withdrawn_at": 0, "kind": AttestationKind.APPROVAL} | members
    return AttestationRecord(
        number=1, author=by, territory=0, date=0, time=time, document=ZERO, subject=TRIAL, digest=digest, **stated
    )


ALONE = 'after the approval of version 1 by "Example Committee"; version 2 has no approval'


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((), None),
        ((decided(1999),), ALONE),
        ((decided(2000),), None),  # in that very second: which came first cannot be told
        ((decided(2001),), None),
        ((decided(1500, code=int(Decision.REFUSED)),), None),
        ((decided(1500, kind=AttestationKind.REVIEW),), None),
        ((decided(1500, PLAN),), None),
        ((decided(1500, withdrawn_at=1999),), None),
        ((decided(1500, withdrawn_at=2001),), ALONE),
        ((decided(1500), decided(2500, SECOND)), ALONE.partition(";")[0]),
        ((decided(1500), decided(2500, SECOND, withdrawn_at=2600)), ALONE),
        ((decided(1500), decided(1600, by=OTHER)), ALONE.replace('";', '" and 1 more;')),
    ],
)
def test_after_an_approval(given: tuple[AttestationRecord, ...], words: str | None) -> None:
    assert after_approval(ACTS, given, NAMES) == ({3: words} if words else {})


FIRST_ONLY = "a party approved version 1 on 1970-01-01, but not version 2"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((), ""),
        ((decided(1500),), FIRST_ONLY),
        ((decided(1500), decided(90_000, SECOND)), "a party approved version 2 on 1970-01-02"),
        ((decided(90_000, SECOND), decided(90_001, SECOND, by=OTHER)), "2 parties approved version 2 on 1970-01-02"),
        ((decided(1500, PLAN),), ""),
        ((decided(1500, code=int(Decision.REFUSED)),), ""),
        ((decided(1500, kind=AttestationKind.REVIEW),), ""),
        ((decided(1500, until=99_999),), ""),
        ((decided(1500, until=100_000),), ""),
        ((decided(1500, until=100_001),), FIRST_ONLY),
        ((decided(1500, SECOND, withdrawn_at=100_000), decided(1600)), FIRST_ONLY),
        ((decided(100_001),), ""),
    ],
)  # fmt: skip
def test_what_is_approved_so_far(given: tuple[AttestationRecord, ...], words: str) -> None:
    assert approved_so_far(ACTS, given, 100_000) == words
