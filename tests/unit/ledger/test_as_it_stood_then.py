"""A trial's history as of a time, by its acts: just before, at and just after each."""

from __future__ import annotations

import pytest

from recorded_acts import recorded
from trialseal.ledger.acts import Act
from trialseal.ledger.codes import DocumentKind
from trialseal.ledger.records import History, as_it_stood, from_acts
from trialseal.ledger.rolling import SUPPOSED

TRIAL, FIRST, NEXT = b"\1" * 32, b"\2" * 32, b"\3" * 32
ACTS: list[Act] = [
    recorded("TrialRegistered", trial=TRIAL, number=1, time=100, actor=FIRST),
    recorded("DocumentSealed", b"\5" * 32, trial=TRIAL, number=2, time=200, actor=FIRST, kind=1, version=2),
    recorded("DocumentSealed", b"\6" * 32, trial=TRIAL, number=3, time=200, actor=FIRST, kind=2, version=1),
    recorded("ResultReported", b"\7" * 32, trial=TRIAL, number=4, time=300, actor=FIRST),
    recorded("ResultReported", b"\7" * 32, trial=TRIAL, number=5, time=300, actor=FIRST, endpoint=b"\1" * 32),
    recorded("ResultReported", b"\x08" * 32, trial=TRIAL, number=6, time=400, actor=FIRST),
]
WHOLE = History(from_acts(TRIAL, ACTS, b"\x09" * 32), tuple(ACTS), SUPPOSED)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("at", "acts", "protocols", "others", "results"),
    [(100, 1, 1, 0, 0), (199, 1, 1, 0, 0), (200, 3, 2, 1, 0), (299, 3, 2, 1, 0), (300, 5, 2, 1, 1), (400, 6, 2, 1, 2)],
)
def test_what_was_there_by_then(at: int, acts: int, protocols: int, others: int, results: int) -> None:
    stood = as_it_stood(WHOLE, at)
    assert stood is not None
    assert stood.acts == tuple(ACTS[:acts]) and stood.state.acts == acts
    versions = stood.state.versions
    assert [versions[kind] for kind in (1, 2, DocumentKind.RESULTS)] == [protocols, others, results]
    assert set(versions) == set(WHOLE.state.versions)
    for state in (stood.state, WHOLE.state):
        assert (state.trial, state.created_at, state.sponsor, state.rolling_digest) == (TRIAL, 100, FIRST, b"\x09" * 32)


def test_before_its_registration_there_is_none() -> None:
    assert as_it_stood(WHOLE, 99) is None
