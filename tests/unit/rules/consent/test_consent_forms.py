"""Consent forms approved before use, and by whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from consent_trials import (
    COMMITTEE,
    DECIDED,
    FAILS,
    HOLDS,
    REGULATOR,
    TRUST,
    UNDETERMINED,
    V1,
    VERSION,
    Trial,
    attested,
    decision,
)

from trialseal.evidence.consents import (
    FormDecision,
    SealedForm,
)
from trialseal.evidence.trust import Trust
from trialseal.ledger.codes import AttestationKind, Role
from trialseal.rules.finding import Status


def form_trial(*decisions: FormDecision, at: str = "2020-04-01", **members: Any) -> Trial:
    return Trial().form(at, **members).having(forms=(SealedForm(V1, 1, 1_585_000_000, decisions),), trust=TRUST)


def test_forms_approved_before_use() -> None:
    form_trial(decision()).gives("form-approved", HOLDS, "approved by Demo committee on 2020-03-20", None)
    form_trial(decision(date=20200401)).gives("form-approved", HOLDS, subject=None)
    form_trial(decision(date=20200400)).gives("form-approved", UNDETERMINED, subject=None)
    form_trial(decision("approved-with-conditions")).gives("form-approved", HOLDS, subject=None)


def test_a_form_used_before_it_was_approved() -> None:
    form_trial(decision(date=20200420)).gives("form-approved", FAILS, "after that: had it been approved before?", None)


def test_a_form_used_though_refused() -> None:
    form_trial(decision("refused")).gives("form-approved", FAILS, "refused by Demo committee", None)


@pytest.mark.parametrize(
    ("end", "status"),
    [
        ("2020-03-25T00:00:00", FAILS),
        ("2020-03-31T09:59:59", FAILS),
        ("2020-03-31T10:00:00", FAILS),  # ends are exclusive, and the day begins at this second in UTC+14
        ("2020-03-31T10:00:01", HOLDS),
        ("2020-04-01T00:00:00", HOLDS),  # on that very day: which came first is not held against anyone
        ("2020-09-13T00:00:00", HOLDS),  # what was withdrawn since held then
    ],
)
@pytest.mark.parametrize("how", ["withdrawn_at", "until"])
def test_an_approval_that_ended_before_is_none(end: str, status: Status, how: str) -> None:
    ended = int(datetime.fromisoformat(end + "+00:00").timestamp())
    found = decision()._replace(**{how: ended})
    form_trial(found).gives("form-approved", status, "approved by Demo committee on 2020-03-20", None)


@pytest.mark.parametrize("word", ["approved", "refused"])
def test_a_strangers_decision_on_a_form_counts_for_nobody(word: str) -> None:
    words = "1 decision on it, none by a party whose word you trust"
    for trust in (Trust(), Trust(frozenset((REGULATOR,)))):
        form_trial(decision(word)).having(trust=trust).gives("form-approved", UNDETERMINED, words, None)


def test_a_strangers_approval_does_not_undo_a_refusal() -> None:
    stranger = decision()._replace(by="a stranger", record=attested(author=b"\3" * 32))
    form_trial(stranger, decision("refused")).gives("form-approved", FAILS, "refused by Demo committee", None)


def test_a_strangers_approval_puts_no_form_in_force() -> None:
    trial = Trial().consent("2020-05-04", form_digest=V1).enrolled("2020-05-05")
    trial.having(forms=(SealedForm(V1, 1, DECIDED, (decision(),)),)).gives(VERSION, UNDETERMINED, "stated nowhere")


@pytest.mark.parametrize(
    ("made", "ended", "status"),
    [
        (DECIDED - 1, 0, HOLDS),
        (DECIDED, 0, UNDETERMINED),  # in the very second: which came first cannot be told
        (DECIDED + 1, 0, UNDETERMINED),
        (DECIDED - 9, DECIDED - 1, UNDETERMINED),
        (DECIDED - 9, DECIDED, UNDETERMINED),
        (DECIDED - 9, DECIDED + 1, HOLDS),
    ],
)
@pytest.mark.parametrize("how", ["until", "withdrawn_at"])
def test_a_committee_counts_that_was_accredited_before_it_decided(
    made: int, ended: int, status: Status, how: str
) -> None:
    said = attested(
        author=REGULATOR, kind=AttestationKind.ACCREDITATION, code=Role.ETHICS_COMMITTEE, time=made, **{how: ended}
    )
    trust = Trust(frozenset((REGULATOR,)), {COMMITTEE: (said,)})
    form_trial(decision()).having(trust=trust).gives("form-approved", status, subject=None)
    for other in (replace(said, code=Role.SPONSOR), replace(said, author=b"\3" * 32)):
        nobody = Trust(frozenset((REGULATOR,)), {COMMITTEE: (other,)})
        form_trial(decision()).having(trust=nobody).gives("form-approved", UNDETERMINED, "none by a party", None)


def test_what_cannot_be_seen_of_decisions_is_said() -> None:
    trial = form_trial(decision()).having(trust=TRUST._replace(gap="logs are missing"))
    trial.gives("form-approved", UNDETERMINED, "not everything can be seen: logs are missing", None)


def test_a_form_approved_elsewhere() -> None:
    form_trial(decision(territory=840), territory="DE").gives("form-approved", UNDETERMINED, "no committee's", None)
    form_trial(decision(territory=276), territory="DE").gives("form-approved", HOLDS, subject=None)


def test_a_form_that_nobody_has_sealed_or_named() -> None:
    Trial().form("2020-04-01").gives("form-approved", UNDETERMINED, "no consent form with that digest is sealed", None)
    Trial().form("2020-04-01", digest=None).gives("form-approved", UNDETERMINED, "without its digest", None)
    form_trial().gives("form-approved", UNDETERMINED, "no committee's decision on it is on the chain", None)
