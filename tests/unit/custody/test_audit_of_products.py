"""What an audit of products says and leaves unsaid: missing streams, odd times, stock, recalls, the unblinded list."""

from __future__ import annotations

import random
from datetime import date

import pytest
from tests.unit.custody.product_trials import PAPERS, TODAY, Lawful, Products, counts, day, open_rules, subject

from trialseal.custody.audit import audit
from trialseal.custody.separation import separation
from trialseal.custody.whereabouts import flows, places, trace_kit, trace_lot
from trialseal.errors import UsageError
from trialseal.evidence.consents import Entry
from trialseal.evidence.custody import CustodyEvidence, ListedKit
from trialseal.evidence.standing import standing
from trialseal.rules.finding import Status

FAILS, UNDETERMINED, HOLDS, NOT = Status.FAILS, Status.UNDETERMINED, Status.HOLDS, Status.DOES_NOT_APPLY


def shipped(at: str = day(1), received: str | None = day(3), place: str = "DE-01", kit: str = "K-1") -> Products:
    """A kit that the depot received and sent, and that may have arrived."""
    history = Products().step("depot", "received", day(0), "depot", kit=kit)
    history.step("depot", "shipped", at, "depot", kit=kit, destination="DE-01")
    if received:
        history.step(f"site {place}", "received", received, place, kit=kit)
    return history


def test_what_is_not_found_is_held_against_nobody_while_a_stream_is_not_given() -> None:
    history = Products().dispense("DE-01", day(1), subject(1), kit="K-1")
    assert open_rules(history.audit(), FAILS) == ["kit-dispensed-where-held"]
    history.more["unseen"] = "1 opened stream is not given"
    [one] = history.audit().findings
    assert (one.finding.rule, one.finding.status) == ("kit-dispensed-where-held", UNDETERMINED)
    assert one.finding.sentence.endswith("; but 1 opened stream is not given")


def test_what_no_stream_tells_of_is_not_asked() -> None:
    found = shipped().audit()
    assert found.findings == ()
    for rule in ("kit-released", "kit-listed", "kit-to-participant", "kit-supplier-accredited", "kit-decommissioned"):
        assert set(counts(found, rule)) == {NOT}, rule


def test_a_month_alone_cannot_be_held_against_anyone() -> None:
    history = Products().dispense("DE-01", "2026-02", subject(1), kit="K-1")
    [one] = history.audit().findings
    assert one.finding.status is UNDETERMINED
    assert "says no day (2026-02)" in one.finding.sentence


@pytest.mark.parametrize(
    ("sent", "received", "rules"),
    [
        ("2026-03-02T10:00Z", "2026-03-02T09:01Z", ["kit-clocks"]),
        ("2026-03-02T10:00Z", "2026-03-02T09:00Z", ["kit-clocks"]),
        ("2026-03-02T10:00Z", "2026-03-01T09:00Z", ["kit-clocks"]),
        ("2026-03-02T10:00Z", "2026-03-02T10:00Z", []),
        ("2026-03-02", "2026-03-02", []),
        ("2026-03-03", "2026-03-02", []),
        ("2026-03-06", "2026-03-02", ["kit-clocks"]),
    ],
)
def test_clocks_of_two_parties(sent: str, received: str, rules: list[str]) -> None:
    """A receipt that comes first by the clocks is asked about, and nothing else is."""
    history = Products().step("depot", "received", "2026-02-20", "depot", kit="K-1")
    history.step("depot", "shipped", sent, "depot", kit="K-1", destination="DE-01")
    history.step("site", "received", received, "DE-01", kit="K-1")
    assert open_rules(history.audit()) == rules


@pytest.mark.parametrize(("days", "rules"), [(9, []), (10, []), (11, ["kit-in-time"])])
def test_how_long_a_kit_is_under_way(days: int, rules: list[str]) -> None:
    sent, received = f"{day(1)}T10:00Z", f"{day(1 + days)}T10:00Z"
    assert open_rules(shipped(sent, received).audit(10)) == rules
    assert open_rules(shipped(sent, received).audit(None)) == []
    found = audit(shipped(sent, None).evidence(), date.fromisoformat(day(1 + days)), transit_days=10)
    assert open_rules(found) == rules
    assert [one.what for one in found.due] == ["under way"]


@pytest.mark.parametrize(("at", "rules"), [("2026-02-28", []), ("2026-03-01", ["kit-in-date"])])
def test_an_expiry_of_a_month_lasts_to_its_end(at: str, rules: list[str]) -> None:
    history = Products().step("s", "received", day(0), "DE-01", kit="K-1")
    history.more["kits"] = {"K-1": ListedKit("L1", "2026-02")}
    history.events.append(("s", history.dispense("DE-01", at, subject(1), kit="K-1").events.pop()[1]))
    assert open_rules(history.audit()) == rules


def test_a_pack_by_its_gtin_and_serial_is_the_kit_of_the_list() -> None:
    pack = {"gtin": "04012345678901", "serial": "A/1"}
    history = Products().step("depot", "received", day(0), "depot", **pack)
    history.more["kits"] = {"K-1": ListedKit("L1", None, pack["gtin"], pack["serial"])}
    [life] = history.audit().lives
    assert (life.kit, life.lot) == ("K-1", "L1")
    history.more["kits"] = {"K-2": ListedKit()}
    found = history.audit()
    assert [life.kit for life in found.lives] == ["04012345678901 A/1"]
    assert open_rules(found) == ["kit-listed"]


def test_a_kit_lost_on_its_way_is_lost_by_no_place() -> None:
    history = shipped(received=None)
    history.step("depot", "lost", day(5), "depot", kit="K-1", reason="other")
    found = history.audit()
    assert found.findings == ()
    depot, way = found.lines
    assert (depot.place, depot.amount("lost"), depot.on_hand) == ("depot", 0, 0)
    assert (way.place, way.amount("lost"), way.on_hand) == ("(under way)", 1, 0)


def test_what_makes_no_sense_is_believed_and_unexplained() -> None:
    history = shipped(received=None).dispense("DE-01", day(9), subject(1), kit="K-1")
    found = history.audit()
    assert open_rules(found) == ["kit-dispensed-where-held"]
    by_place = {line.place: line for line in found.lines}
    assert by_place["DE-01"].amount("unexplained") == 1
    assert by_place["(under way)"].amount("unexplained") == -1
    assert {place: line.on_hand for place, line in by_place.items()} == {"DE-01": 0, "depot": 0, "(under way)": 0}


def test_stock_adds_up_in_its_unit() -> None:
    history = Products().step("depot", "received", day(0), "depot", lot="L1", quantity=0.3, unit="L")
    for at in (1, 2, 3):
        history.step("depot", "destroyed", day(at), "depot", lot="L1", quantity=0.1, unit="L", **PAPERS)
    history.step("depot", "counted", day(4), "depot", lot="L1", quantity=0, unit="L")
    found = history.audit()
    assert found.findings == ()
    [line] = found.lines
    assert (line.on_hand, line.amount("destroyed"), line.adds_up) == (0, pytest.approx(0.3), True)


@pytest.mark.parametrize(("at", "rules"), [(f"{day(3)}T06:00+01:00", []), (day(3), []), (day(2), ["stock-covered"])])
def test_what_came_on_the_day_on_which_it_left_had_come(at: str, rules: list[str]) -> None:
    history = Products().step("depot", "received", f"{day(3)}T09:00+01:00", "depot", lot="L1", quantity=5, unit="vial")
    history.step("depot", "destroyed", at, "depot", lot="L1", quantity=5, unit="vial", **PAPERS)
    assert open_rules(history.audit()) == rules


def test_a_dispensing_without_kit_and_lot_is_counted() -> None:
    assert Products().dispense("DE-01", day(1), subject(1)).audit().unnamed == 1


@pytest.mark.parametrize(
    ("consented", "status"),
    [(day(4), None), (day(5), None), (day(6), FAILS), ("2026-01", None), (f"{day(5)}T23:00Z", None)],
)
def test_whoever_gets_a_kit_had_consented(consented: str, status: Status | None) -> None:
    """A kit of day 5, by its time; a consent of that very day, or of its month, is held against nobody."""
    history = Products().step("site DE-01", "received", day(0), "DE-01", kit="K-1")
    history.dispense("DE-01", day(5), subject(1), kit="K-1")
    history.add("consents", "consent", consented, site="DE-01", subject=subject(1), status="given", form_version="1")
    assert [(one.finding.rule, one.finding.status) for one in history.audit().findings] == (
        [] if status is None else [("kit-to-participant", status)]
    )


def test_a_supplier_never_accredited_is_not_asked_about() -> None:
    assert set(counts(shipped().audit(), "kit-supplier-accredited")) == {NOT}


# ----- where things are -----


def test_a_recall_tells_which_kits_are_where() -> None:
    history = shipped()
    history.step("depot", "received", day(0), "depot", kit="K-2", lot="L1")
    history.step("depot", "received", day(0), "depot", lot="L1", quantity=5, unit="vial")
    history.more["kits"] = {"K-1": ListedKit("L1"), "K-2": ListedKit("L1"), "K-3": ListedKit("L1")}
    history.step("sponsor", "recalled", day(8), "sponsor", lot="L1", reason="recall")
    found = history.audit()
    lot = trace_lot(found, "L1")
    assert dict(lot.kits) == {"on hand at DE-01": ("K-1",), "on hand at depot": ("K-2",)}
    assert dict(lot.stock) == {"depot, vial": 5}
    assert [step.action for step in lot.said] == ["recalled"]
    assert [(one.what, one.place) for one in found.due] == [("recalled", "DE-01"), ("recalled", "depot")]
    assert trace_kit(found, "K-1").now == "on hand at DE-01"
    with pytest.raises(UsageError, match="it is on the list, but no entry given is about kit K-3"):
        trace_kit(found, "K-3")
    with pytest.raises(UsageError, match="no entry given is about lot L2"):
        trace_lot(found, "L2")
    with pytest.raises(UsageError, match=r"no entry given is about lot l1: did you mean L1\?$"):
        trace_lot(found, "l1")
    with pytest.raises(UsageError, match="no entry given is about kit 9: check the number$"):
        trace_kit(found, "9")


def test_a_kit_whose_only_entry_was_corrected_away_is_said_to_have_been() -> None:
    written = [
        {"type": "custody", "id": "R-1", "at": day(1), "action": "received", "place": "DE-01", "kit": "12"},
        {"type": "custody", "id": "R-2", "at": day(1), "action": "received", "place": "DE-01", "kit": "15"},
        {"type": "custody", "id": "R-1b", "at": day(1), "action": "received", "place": "DE-01", "kit": "13"},
        {"type": "entered-in-error", "id": "R-2b", "at": day(1)},
    ]
    written[2]["corrects"], written[3]["corrects"] = "R-1", "R-2"
    stands = standing([Entry("kits", index, event) for index, event in enumerate(written)])
    assert [(first.index, now.index if now else None) for first, now in stands.replaced] == [(0, 2), (1, None)]
    replaced = {str(pair[0].event["kit"]): pair for pair in stands.replaced}
    found = audit(CustodyEvidence(stands.entries, replaced=replaced), TODAY)
    assert trace_kit(found, "13").unanchored == 1
    with pytest.raises(
        UsageError, match=r"kit 12 is entry 0 of stream kits, and entry 2 .* in its stead, about kit 13"
    ):
        trace_kit(found, "12")
    with pytest.raises(UsageError, match="kit 15 is entry 1 of stream kits, and it was entered in error"):
        trace_kit(found, "15")


def test_the_map_begins_with_who_made_and_ends_with_sites() -> None:
    found = Lawful(random.Random(3), kits=40).audit()
    [first, second, third] = places(found, flows(found))
    assert (first, second) == (["maker"], ["depot"])
    assert set(third) == {"DE-01", "DE-02", "AT-01"}


# ----- what tells the arms -----


def listed(kits: int, tells: str | None) -> tuple[Lawful, dict[str, str]]:
    """A lawful history, and arms that something tells, or nothing."""
    chance = random.Random(7)
    history = Lawful(chance, kits=kits)
    names = [f"K-{number:03}" for number in range(kits)]
    arms = {kit: ("A", "B")[at % 2] for at, kit in enumerate(names)}
    if tells != "order":
        shuffled = sorted(names, key=lambda kit: chance.random())
        arms = {kit: ("A", "B")[at < kits // 2] for at, kit in enumerate(shuffled)}
    if tells == "lot":
        history.more["kits"] = {kit: ListedKit(f"L-{arms[kit]}") for kit in names}
    if tells == "reason":
        for _, event in history.events:
            if event.get("action") == "made" and "kit" in event and arms[event["kit"]] == "A":
                event["reason"] = "other"
    return history, arms


@pytest.mark.parametrize(
    ("tells", "words"),
    [("order", "the arm of the kit with the number before"), ("lot", "the list's lot"), ("reason", "reason")],
)
def test_what_tells_the_arms_is_asked(tells: str, words: str) -> None:
    history, arms = listed(120, tells)
    found = history.audit()
    finding, _ = separation(found.lives, found.evidence, arms)
    assert finding.status is FAILS
    assert words in finding.sentence


def test_arms_that_nothing_tells_hold_and_few_kits_tell_nothing() -> None:
    history, arms = listed(120, None)
    found = history.audit()
    assert separation(found.lives, found.evidence, arms)[0].status is HOLDS
    few = dict(sorted(arms.items())[:7])
    assert separation(found.lives, found.evidence, few)[0].status is UNDETERMINED
    assert separation(found.lives, found.evidence, dict.fromkeys(arms, "A"))[0].status is NOT


def test_today_is_the_day_of_the_audit() -> None:
    history = Products().step("depot", "received", day(0), "depot", kit="K-1", lot="L1")
    history.step("depot", "received", day(0), "depot", lot="L9", quantity=5, unit="vial", expires="2026-11")
    history.more["kits"] = {"K-1": ListedKit("L1", "2026-10")}
    assert [(one.what, one.since, one.items) for one in audit(history.evidence(), TODAY).due] == [
        ("expired", "2026-10", ("K-1",)),
        ("expires", "2026-11", ("5 vial of lot L9",)),
    ]
    assert [one.what for one in audit(history.evidence(), date(2026, 9, 1)).due] == ["expires"]
    assert audit(history.evidence(), date(2026, 8, 31)).due == ()
