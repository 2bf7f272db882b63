"""A lawful history has no finding; with one fault of each kind it has that finding and no other, in any order."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.custody.product_trials import TODAY, Lawful, day, open_rules, shuffled, subject

from trialseal.custody.audit import audit
from trialseal.evidence.custody import ListedKit, Supplier
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.codes import AttestationKind, Role

SITE, STREAM, KIT, WHO = "DE-01", "site DE-01", "X-1", subject(99)
OTHER = subject(98)


def made(h: Lawful, kit: str = KIT, lot: str = "L1") -> None:
    h.more["kits"][kit] = ListedKit(lot, "2027-06")
    h.step("maker", "made", day(0), "maker", kit=kit, lot=lot)


def at_depot(h: Lawful, kit: str = KIT, lot: str = "L1") -> None:
    made(h, kit, lot)
    h.ship(kit, "maker", "maker", "depot", "depot", 6)


def at_site(h: Lawful, kit: str = KIT, lot: str = "L1", condition: str = "ok") -> None:
    at_depot(h, kit, lot)
    h.ship(kit, "depot", "depot", SITE, STREAM, 20, condition)


def person(h: Lawful, who: str = WHO, clock: int = 30) -> None:
    h.add("consents", "consent", day(clock), subject=who, site=SITE, status="given", form_version="1")
    h.add(STREAM, "randomisation", day(clock), subject=who, site=SITE)


def handed_out(h: Lawful, kit: str = KIT, lot: str = "L1", who: str = WHO, clock: int = 40) -> None:
    at_site(h, kit, lot)
    person(h, who)
    h.dispense(SITE, day(clock), who, kit=kit)


def shipped_unreleased(h: Lawful) -> None:
    made(h, lot="L9")
    h.ship(KIT, "maker", "maker", "depot", "depot", 6)


def released_too_late(h: Lawful) -> None:
    made(h, lot="L9")
    h.step("maker", "quality-released", day(2), "maker", lot="L9")
    h.step("sponsor", "sponsor-released", day(12), "sponsor", lot="L9")
    h.ship(KIT, "maker", "maker", "depot", "depot", 6)


def on_no_list(h: Lawful) -> None:
    at_site(h)
    del h.more["kits"][KIT]


def made_twice(h: Lawful) -> None:
    made(h)
    h.step("maker", "made", day(4), "maker", kit=KIT)


def received_twice(h: Lawful) -> None:
    at_site(h)
    h.step(STREAM, "received", day(28), SITE, kit=KIT)


def dispensed_twice(h: Lawful) -> None:
    handed_out(h)
    h.dispense(SITE, day(50), WHO, kit=KIT)


def received_elsewhere(h: Lawful) -> None:
    at_depot(h)
    h.step("depot", "shipped", day(20), "depot", kit=KIT, destination=SITE)
    h.step("site AT-01", "received", day(23), "AT-01", kit=KIT)


def received_unsent(h: Lawful) -> None:
    at_depot(h)
    h.step(STREAM, "received", day(23), SITE, kit=KIT)


def too_long_under_way(h: Lawful) -> None:
    at_depot(h)
    h.step("depot", "shipped", day(20), "depot", kit=KIT, destination=SITE)
    h.step(STREAM, "received", day(40), SITE, kit=KIT)


def never_arrived(h: Lawful) -> None:
    at_depot(h)
    h.step("depot", "shipped", day(20), "depot", kit=KIT, destination=SITE)


def clocks(h: Lawful) -> None:
    at_depot(h)
    h.step(STREAM, "received", f"{day(20)}T10:00Z", SITE, kit=KIT)
    h.step("depot", "shipped", f"{day(20)}T10:20Z", "depot", kit=KIT, destination=SITE)


def dispensed_elsewhere(h: Lawful) -> None:
    at_site(h)
    person(h)
    h.dispense("AT-01", day(40), WHO, kit=KIT)


def dispensed_without_receipt(h: Lawful) -> None:
    at_depot(h)
    h.step("depot", "shipped", day(20), "depot", kit=KIT, destination=SITE)
    person(h)
    h.dispense(SITE, day(40), WHO, kit=KIT)


def shipped_from_elsewhere(h: Lawful) -> None:
    at_depot(h)
    h.ship(KIT, "DE-02", "site DE-02", SITE, STREAM, 20)


def destroyed_when_handed_out(h: Lawful) -> None:
    handed_out(h)
    h.step(STREAM, "destroyed", day(50), SITE, kit=KIT, certificate="ab" * 32, authorisation="ab" * 32)


def counted_elsewhere(h: Lawful) -> None:
    at_site(h)
    h.step("site AT-01", "counted", day(40), "AT-01", kit=KIT)


def out_of_date(h: Lawful) -> None:
    for action in ("quality-released", "sponsor-released"):
        h.step("sponsor", action, day(2), "sponsor", lot="L8")
    handed_out(h, lot="L8")
    h.more["kits"][KIT] = ListedKit("L8", "2026-01-31")


def extended_too_late(h: Lawful) -> None:
    out_of_date(h)
    h.step("sponsor", "extended", day(60), "sponsor", kit=KIT, expires="2027-01")


def in_quarantine(h: Lawful) -> None:
    handed_out(h)
    h.step(STREAM, "quarantined", day(35), SITE, kit=KIT)


def of_a_recalled_lot(h: Lawful) -> None:
    for action in ("quality-released", "sponsor-released"):
        h.step("sponsor", action, day(2), "sponsor", lot="L7")
    handed_out(h, lot="L7")
    h.step("sponsor", "recalled", day(35), "sponsor", lot="L7")


def excursion_undecided(h: Lawful) -> None:
    at_site(h, condition="excursion")
    person(h)
    h.dispense(SITE, day(40), WHO, kit=KIT)


def excursion_unfit(h: Lawful) -> None:
    excursion_undecided(h)
    h.step("sponsor", "assessed", day(30), "sponsor", kit=KIT, condition="damaged")


def without_consent(h: Lawful) -> None:
    at_site(h)
    h.add("consents", "consent", day(30), subject=OTHER, site=SITE, status="given", form_version="1")
    h.add(STREAM, "randomisation", day(30), subject=WHO, site=SITE)
    h.add(STREAM, "randomisation", day(30), subject=OTHER, site=SITE)
    h.dispense(SITE, day(40), WHO, kit=KIT)


def not_randomised(h: Lawful) -> None:
    at_site(h)
    h.add("consents", "consent", day(30), subject=WHO, site=SITE, status="given", form_version="1")
    h.add(STREAM, "randomisation", day(30), subject=OTHER, site=SITE)
    h.add("consents", "consent", day(30), subject=OTHER, site=SITE, status="given", form_version="1")
    h.dispense(SITE, day(40), WHO, kit=KIT)


def withdrawn(h: Lawful) -> None:
    handed_out(h)
    h.add("consents", "withdrawal", day(36), subject=WHO, site=SITE, scope="treatment")


def returned_by_another(h: Lawful) -> None:
    handed_out(h)
    h.step(STREAM, "returned", day(50), SITE, kit=KIT, subject=OTHER)


def returned_but_never_handed_out(h: Lawful) -> None:
    at_site(h)
    h.step(STREAM, "returned", day(50), SITE, kit=KIT, subject=WHO)


def destroyed_without_papers(h: Lawful) -> None:
    at_depot(h)
    h.step("depot", "destroyed", day(50), "depot", kit=KIT, certificate="ab" * 32)


def not_decommissioned(h: Lawful) -> None:
    handed_out(h)
    h.step("depot", "counted", day(12), "depot", kit=KIT, safety_features=True)


def accreditation_ended(h: Lawful) -> None:
    at_depot(h)
    h.step("depot", "shipped", day(20), "depot", kit=KIT, destination=SITE)
    h.step(STREAM, "received", day(23), SITE, kit=KIT)
    ended = 1_767_225_600 + 18 * 86_400  # 19 January 2026
    record = AttestationRecord(
        number=1, author=b"\1" * 32, kind=AttestationKind.ACCREDITATION, code=Role.DEPOT, territory=0, date=0,
        time=1_700_000_000, until=ended, withdrawn_at=0, document=bytes(32), subject=b"\2" * 32, digest=bytes(32),
    )  # fmt: skip
    # The lawful rest of this history was shipped by others.
    h.events = [(stream, one) for stream, one in h.events if stream != "depot" or one.get("kit") == KIT]
    h.events = [(stream, one) for stream, one in h.events if one.get("kit") == KIT or "released" in str(one)]
    h.more["suppliers"] = {"depot": Supplier("Depot", (record,))}


def miscounted(h: Lawful) -> None:
    h.step("depot", "counted", day(200), "depot", quantity=1000, unit="kit")


def stock_miscounted(h: Lawful) -> None:
    h.step("maker", "counted", day(200), "maker", quantity=39, unit="vial", lot="L1")


def more_than_there_was(h: Lawful) -> None:
    person(h)
    h.dispense(SITE, day(40), WHO, lot="L1", quantity=50, unit="vial")


def less_arrived(h: Lawful) -> None:
    h.step("maker", "shipped", day(50), "maker", lot="L1", quantity=10, unit="vial", destination="depot", shipment="Y")
    h.step("depot", "received", day(53), "depot", lot="L1", quantity=8, unit="vial", shipment="Y")


def more_arrived(h: Lawful) -> None:
    h.step("maker", "shipped", day(50), "maker", lot="L1", quantity=10, unit="vial", destination="depot", shipment="Y")
    h.step("depot", "received", day(53), "depot", lot="L1", quantity=12, unit="vial", shipment="Y")


def stock_without_papers(h: Lawful) -> None:
    h.step("maker", "destroyed", day(50), "maker", lot="L1", quantity=10, unit="vial")


FAULTS: dict[str, list[Callable[[Lawful], None]]] = {
    "kit-released": [shipped_unreleased, released_too_late],
    "kit-listed": [on_no_list],
    "kit-once": [made_twice, received_twice, dispensed_twice],
    "kit-received-where-sent": [received_elsewhere, received_unsent],
    "kit-in-time": [too_long_under_way, never_arrived],
    "kit-clocks": [clocks],
    "kit-dispensed-where-held": [dispensed_elsewhere, dispensed_without_receipt],
    "kit-handled-where-held": [shipped_from_elsewhere, destroyed_when_handed_out],
    "kit-counted": [counted_elsewhere],
    "kit-in-date": [out_of_date, extended_too_late],
    "kit-out-of-quarantine": [in_quarantine, of_a_recalled_lot],
    "kit-excursion-decided": [excursion_undecided, excursion_unfit],
    "kit-to-participant": [without_consent, not_randomised, withdrawn],
    "kit-returned-by-its-participant": [returned_by_another, returned_but_never_handed_out],
    "kit-destroyed-with-papers": [destroyed_without_papers, stock_without_papers],
    "kit-decommissioned": [not_decommissioned],
    "kit-supplier-accredited": [accreditation_ended],
    "stock-covered": [more_than_there_was],
    "stock-arrived": [less_arrived, more_arrived],
    "count-agrees": [miscounted, stock_miscounted],
}
EACH = [(rule, plant) for rule, plants in FAULTS.items() for plant in plants]
LAWFUL = (made, at_depot, at_site, handed_out)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
def test_a_lawful_history_has_no_finding(seed: int) -> None:
    chance = random.Random(seed)
    history = Lawful(chance)
    chance.choice(LAWFUL)(history)
    found = audit(history.evidence(shuffled(chance)), TODAY, transit_days=10)
    assert [one.finding.sentence for one in found.findings] == []
    assert all(line.adds_up for line in found.lines)


@pytest.mark.parametrize(("rule", "plant"), EACH, ids=[plant.__name__ for _, plant in EACH])
@settings(max_examples=3, deadline=None)
@given(st.integers(0, 2**32))
def test_one_fault_has_its_finding_and_no_other(rule: str, plant: Callable[[Lawful], None], seed: int) -> None:
    chance = random.Random(seed)
    history = Lawful(chance)
    plant(history)
    found = audit(history.evidence(shuffled(chance)), TODAY, transit_days=10)
    assert open_rules(found) == [rule], [one.finding.sentence for one in found.findings]
    again = audit(history.evidence(), TODAY, transit_days=10)
    assert again.findings == found.findings
    assert again.lines == found.lines
