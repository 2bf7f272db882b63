"""Whether what is asked for lies within the terms; and how far a withdrawal reaches."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from trialseal.documents.models import parse_document
from trialseal.documents.sharing import AccessPolicy, Application
from trialseal.errors import FailedError
from trialseal.evidence.consents import Entry
from trialseal.rules.finding import Status
from trialseal.sharing.terms import Use, overall, within
from trialseal.sharing.withdrawn import Reach, withdrawn

USE = Use(date(2026, 3, 31), date(2026, 12, 31))
HOLDS, FAILS, OPEN = Status.HOLDS, Status.FAILS, Status.UNDETERMINED


def policy(permission: str = "HMB", *modifiers: dict[str, Any], **members: Any) -> AccessPolicy:
    value = {"format": "trialseal/1", "kind": "access-policy", "permission": permission, "modifiers": list(modifiers)}
    document = parse_document({**value, **members}, "policy.json")
    assert isinstance(document, AccessPolicy)
    return document


def application(permission: str = "HMB", *modifiers: dict[str, Any], **members: Any) -> Application:
    value = {
        "format": "trialseal/1", "kind": "application", "trial_id": "ab" * 32, "recipient": "cd" * 32, "project": "it",
        "permission": permission, "modifiers": list(modifiers), "until": "2026-12-31", "nonce": "ef" * 32, **members,
    }  # fmt: skip
    document = parse_document(value, "application.json")
    assert isinstance(document, Application)
    return document


def answer(terms: AccessPolicy, asked: Application) -> Status:
    return overall(one.answer.status for one in within(terms, asked, USE))


@pytest.mark.parametrize(
    ("allowed", "asked", "status"),
    [
        ("NRES", "GRU", HOLDS), ("GRU", "NRES", FAILS), ("GRU", "HMB", HOLDS), ("HMB", "GRU", FAILS),
        ("GRU", "POA", HOLDS), ("HMB", "POA", FAILS), ("POA", "POA", HOLDS), ("NRES", "NRES", HOLDS),
    ],
)  # fmt: skip
def test_permissions_by_the_ontology(allowed: str, asked: str, status: Status) -> None:
    assert answer(policy(allowed), application(asked)) is status


def test_diseases() -> None:
    one, other = "MONDO:0005148", "MONDO:0005015"
    terms = policy("DS", diseases=[one])
    assert answer(terms, application("DS", diseases=[one])) is HOLDS
    assert answer(terms, application("DS", diseases=[one, other])) is OPEN  # for the committee
    assert answer(terms, application("HMB")) is FAILS
    assert answer(policy("HMB"), application("DS", diseases=[other])) is HOLDS


@pytest.mark.parametrize(
    ("modifier", "asked", "status"),
    [
        ({"code": "IRB"}, {"modifiers": [{"code": "IRB"}]}, HOLDS),
        ({"code": "IRB"}, {}, FAILS),
        ({"code": "NPU"}, {"modifiers": [{"code": "NPUNCU"}]}, HOLDS),
        ({"code": "NPUNCU"}, {"modifiers": [{"code": "NPU"}, {"code": "NCU"}]}, HOLDS),
        ({"code": "NPUNCU"}, {"modifiers": [{"code": "NPU"}]}, FAILS),
        ({"code": "GS", "territories": ["DE", "AT"]}, {"territory": "DEU"}, HOLDS),
        ({"code": "GS", "territories": ["DE", "AT"]}, {"territory": "FR"}, FAILS),
        ({"code": "GS", "territories": ["DE", "AT"]}, {}, OPEN),
        ({"code": "MOR", "date": "2027-01-01"}, {"modifiers": [{"code": "MOR", "date": "2027-01-01"}]}, HOLDS),
        ({"code": "MOR", "date": "2027-01-01"}, {"modifiers": [{"code": "MOR", "date": "2026-12-31"}]}, FAILS),
        ({"code": "MOR", "date": "2027-01-01"}, {}, FAILS),
        ({"code": "NMDS"}, {"research": ["genetic"]}, HOLDS),
        ({"code": "NMDS"}, {"research": ["genetic", "method-development"]}, FAILS),
        ({"code": "NMDS"}, {}, OPEN),
        ({"code": "NPOA"}, {"research": ["ancestry"]}, FAILS),
        ({"code": "GSO"}, {"research": ["genetic"]}, HOLDS),
        ({"code": "GSO"}, {"research": ["biomedical"]}, FAILS),
        ({"code": "IS", "named": "Elsewhere"}, {"modifiers": [{"code": "IS", "named": "Elsewhere"}]}, HOLDS),
        ({"code": "IS", "named": "Elsewhere"}, {}, OPEN),
        ({"code": "CC"}, {}, HOLDS),
    ],
)  # fmt: skip
def test_modifiers(modifier: dict[str, Any], asked: dict[str, Any], status: Status) -> None:
    assert answer(policy("GRU", modifier), application(**asked)) is status


@pytest.mark.parametrize(
    ("last", "status"), [(date(2027, 2, 27), HOLDS), (date(2027, 2, 28), HOLDS), (date(2027, 3, 1), FAILS)]
)
def test_months_are_counted_to_the_end_that_is_permitted(last: date, status: Status) -> None:
    # From the last of March on, eleven months end on the last of February; for longer was asked, and not given.
    terms, asked = policy("GRU", {"code": "TS", "months": 11}), application(until="2030")
    assert overall(one.answer.status for one in within(terms, asked, Use(USE.first, last))) is status


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({"modifiers": [{"code": "NPUNCUU"}]}, "modifiers.*NPUNCUU.*must be"),
        ({"permission": "ALL"}, "permission is 'ALL', but must be"),
        ({"permission": "DS"}, "diseases is missing, which DS needs"),
        ({"diseases": ["MONDO:1"]}, "diseases does not belong to HMB"),
        ({"modifiers": [{"code": "TS"}]}, "months is missing, which TS needs"),
        ({"modifiers": [{"code": "IRB", "months": 3}]}, "months does not belong to IRB"),
        ({"modifiers": [{"code": "IRB"}, {"code": "IRB"}]}, "the modifier IRB comes twice"),
        ({"vouching": [{"condition": "IRB", "by": ["ab" * 32]}]}, "vouching names IRB, which is not among"),
    ],
)
def test_terms_that_are_none(members: dict[str, Any], sentence: str) -> None:
    with pytest.raises(FailedError, match=sentence):
        policy(**members)


def said(type: str, at: str, **members: Any) -> Entry:
    return Entry("consents", 0, {"type": type, "id": at, "at": at, "subject": "aa" * 16, **members})


@pytest.mark.parametrize(
    ("reach", "basis", "expected"),
    [
        (None, "consent", Reach.OUT), (None, None, Reach.UNDETERMINED), (None, "public-interest", Reach.IN),
        ("new-data", "consent", Reach.IN), ("sharing", "public-interest", Reach.OUT), ("all-uses", None, Reach.OUT),
    ],
)  # fmt: skip
def test_how_far_a_withdrawal_reaches(reach: str | None, basis: str | None, expected: Reach) -> None:
    members = {"reach": reach} if reach else {}
    (one,) = withdrawn([said("withdrawal", "2026-02-01", scope="data-use", **members)], basis).values()
    assert one.reach is expected


def test_who_was_erased_is_left_out() -> None:
    erased = said("erasure", "2026-02-01")
    later = said("consent", "2026-02-05", status="given")
    (one,) = withdrawn([erased, later], "public-interest").values()
    assert one.reach is Reach.OUT


def test_a_later_consent_takes_it_back_only_if_it_is_later() -> None:
    out = said("withdrawal", "2026-02-01", scope="data-use")
    assert not withdrawn([out, said("consent", "2026-02-05", status="given")], "consent")
    assert withdrawn([out, said("consent", "2026-02-01", status="given")], "consent")
    assert withdrawn([out, said("consent", "2026-02-05", status="given", covers=["treatment"])], "consent")
    assert withdrawn([out, said("consent", "2026-02-05", status="refused")], "consent")
    assert not withdrawn([said("withdrawal", "2026-02-01", scope="treatment")], "consent")
