"""Lawful sharing gives no finding; one fault of each kind, planted in it, gives that finding and no other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.sharing.sharing_trials import (
    COMMITTEE,
    ETHICS,
    KEY,
    RECIPIENTS,
    SPONSOR,
    START,
    History,
    at,
    found,
    seconds,
)  # fmt: skip

from trialseal.evidence.sharing import Held
from trialseal.ledger.codes import Decision
from trialseal.ledger.parties import KeyRecord, PartyRecord
from trialseal.ledger.rolling import SUPPOSED
from trialseal.rules.finding import Status
from trialseal.values import replace


def changed(history: History, **members: Any) -> None:
    history.permits[0] = replace(history.permits[0], **members)


def unshown(history: History) -> None:
    del history.documents[history.permits[0].document.hex()]


def another_end(history: History) -> None:
    changed(history, until=seconds(150))
    history.logs("destroyed", 151, permit=history.permits[0].document.hex())


def no_committee(history: History) -> None:
    changed(history, author=ETHICS)


def disowned(history: History) -> None:
    record = PartyRecord(
        SPONSOR, 1, 0, bytes(32), (KeyRecord("0xkey", 15, 0, 0, compromised_since=seconds(1)),), SUPPOSED
    )
    changed(history, author=SPONSOR)
    history.permits[1:] = [replace(one, author=COMMITTEE) for one in history.permits[1:]]
    history.more["authors"] = {SPONSOR: record}


def before_it_was_named(history: History) -> None:
    changed(history, author=COMMITTEE)
    history.permits[1:] = [replace(one, author=SPONSOR) for one in history.permits[1:]]
    history.held[1] = Held(COMMITTEE, history.permits[0].time + 1, None, "the committee")


def before(history: History) -> None:
    changed(history, time=int(datetime.fromisoformat(history.handed()["at"]).timestamp()) + 1)


def in_that_second(history: History) -> None:
    changed(history, time=int(datetime.fromisoformat(history.handed()["at"]).timestamp()))


def withdrawn_before(history: History) -> None:
    changed(history, withdrawn_at=int(datetime.fromisoformat(history.handed()["at"]).timestamp()))
    history.logs("destroyed", 150, permit=history.permits[0].document.hex())


def without(history: History) -> None:
    del history.permits[0]


def of_another_package(history: History) -> None:
    history.handed()["package"] = "77" * 32
    history.documents["77" * 32] = history.documents[history.package]
    history.more["owners"] = {"77" * 32: history.owners, history.package: history.owners}


def to_another(history: History) -> None:
    history.handed()["recipient"] = (b"\x77" * 32).hex()


def foreign_key(history: History) -> None:
    history.keys[RECIPIENTS[0]] = ()


def ended_key(history: History) -> None:
    history.keys[RECIPIENTS[0]] = ({"recipient": KEY, "until": history.handed()["at"]},)


def unknown_key(history: History) -> None:
    history.keys[RECIPIENTS[0]] = None


def not_approved(history: History) -> None:
    del history.approvals[0]


def refused(history: History) -> None:
    history.approvals[0] = replace(history.approvals[0], code=Decision.REFUSED)


def approved_after(history: History) -> None:
    history.approvals[0] = replace(history.approvals[0], time=seconds(150))


def accreditation_ended(history: History) -> None:
    (one,) = history.accredited[RECIPIENTS[0]]
    history.accredited[RECIPIENTS[0]] = [replace(one, until=one.time + 3600)]


def not_anchored(history: History) -> None:
    history.anchored[history.handed()["id"]] = None


def after_its_head(history: History) -> None:
    history.anchored[history.handed()["id"]] = 2.0


def not_destroyed(history: History) -> None:
    changed(history, until=0, withdrawn_at=seconds(190))
    permit = history.permits[0].document.hex()
    history.accesses = [one for one in history.accesses if (one["action"], one.get("permit")) != ("destroyed", permit)]
    document = history.documents[permit].model_copy(update={"until": at(300)})
    history.documents[permit] = document
    changed(history, until=seconds(300))


def withdrawn_inside(history: History) -> None:
    history.withdraws(3, day=9)


def withdrawn_later(history: History) -> None:
    history.withdraws(3, day=90, reach="sharing")


def beyond_the_terms(history: History) -> None:
    digest = history.documents[history.permits[0].document.hex()].application
    history.documents[digest] = history.documents[digest].model_copy(update={"permission": "GRU"})


def for_another(history: History) -> None:
    digest = history.documents[history.permits[0].document.hex()].application
    history.documents[digest] = history.documents[digest].model_copy(update={"recipient": "99" * 32})


def longer_than_asked(history: History) -> None:
    digest = history.documents[history.permits[0].document.hex()].application
    asked = datetime.fromtimestamp(history.permits[0].until, UTC) - timedelta(days=2)
    history.documents[digest] = history.documents[digest].model_copy(update={"until": f"{asked:%Y-%m-%d}"})


FAILS, OPEN = Status.FAILS, Status.UNDETERMINED
FAULTS: list[tuple[Callable[[History], None], str, Status]] = [
    (unshown, "permit-shown", OPEN),
    (another_end, "permit-shown", FAILS),
    (no_committee, "permit-entitled", FAILS),
    (disowned, "permit-entitled", FAILS),
    (before_it_was_named, "permit-entitled", FAILS),
    (beyond_the_terms, "permit-within-terms", FAILS),
    (longer_than_asked, "permit-within-terms", FAILS),
    (for_another, "permit-within-terms", FAILS),
    (not_destroyed, "permit-end-kept", FAILS),
    (before, "handover-permitted", FAILS),
    (in_that_second, "handover-permitted", OPEN),
    (withdrawn_before, "handover-permitted", FAILS),
    (without, "handover-permitted", FAILS),
    (of_another_package, "handover-permitted", FAILS),
    (to_another, "handover-permitted", FAILS),
    (foreign_key, "handover-key", FAILS),
    (ended_key, "handover-key", FAILS),
    (unknown_key, "handover-key", OPEN),
    (not_approved, "handover-condition", OPEN),
    (refused, "handover-condition", FAILS),
    (approved_after, "handover-condition", FAILS),
    (accreditation_ended, "handover-condition", FAILS),
    (not_anchored, "handover-logged", OPEN),
    (after_its_head, "handover-logged", FAILS),
    (withdrawn_inside, "package-without-withdrawn", FAILS),
    (withdrawn_later, "package-recipients-told", FAILS),
]


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 8), st.integers(0, 2**32))
def test_lawful_sharing_gives_no_finding(number: int, seed: int) -> None:
    history = History(number, seed)
    assert found(history.audit(shuffled=True)) == set()
    assert history.audit().shown == number


@pytest.mark.parametrize(("plant", "rule", "status"), FAULTS, ids=[one[0].__name__ for one in FAULTS])
def test_a_planted_fault_is_found_and_no_other(plant: Callable[[History], None], rule: str, status: Status) -> None:
    for seed in range(3):
        history = History(3, seed)
        plant(history)
        assert found(history.audit(shuffled=True)) == {(rule, status)}


def test_who_was_told_need_not_be_told_again() -> None:
    history = History(2)
    history.withdraws(3, day=90, reach="all-uses")
    for party in RECIPIENTS[:2]:
        assert ("package-recipients-told", FAILS) in found(history.audit())
        history.logs("told-of-withdrawal", 91, package=history.package, recipient=party.hex())
    assert found(history.audit()) == set()
    history.withdraws(4, day=95, reach="new-data")  # from new data only: nothing to tell
    assert found(history.audit()) == set()


def test_what_is_not_seen_is_not_held_against_anyone() -> None:
    history = History(2)
    history.more = {"attested_gap": "attestation 3 cannot be seen", "unseen": "1 opened stream is not given"}
    without(history)
    assert found(history.audit()) == {("handover-permitted", OPEN), ("package-without-withdrawn", OPEN)}


@pytest.mark.parametrize(("ahead", "expected"), [(-60, set()), (-61, {("handover-logged", FAILS)}), (1, set())])
def test_a_writers_clock_may_be_a_minute_ahead(ahead: int, expected: set[tuple[str, Status]]) -> None:
    history = History(1)
    entry = history.handed()
    since = (datetime.fromisoformat(entry["at"]) - START).total_seconds()
    history.anchored[entry["id"]] = (since + ahead) / 86400 + 1e-9
    assert found(history.audit()) == expected
