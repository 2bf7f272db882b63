"""Histories of products, event by event: lawful ones, drawn at random, and one fault of each kind put into them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from trialseal.custody.audit import CustodyAudit, audit
from trialseal.documents.events import parse_event
from trialseal.evidence.consents import Entry, with_sites
from trialseal.evidence.custody import CustodyEvidence, ListedKit
from trialseal.rules.finding import Status

TODAY = date(2026, 11, 1)
START = date(2026, 1, 5)
SITES = ("DE-01", "DE-02", "AT-01")
PAPERS = {"certificate": "ab" * 32, "authorisation": "cd" * 32}
PEOPLE = ("consent", "withdrawal", "randomisation")


class Products:
    """Builds the evidence of a small trial, event by event."""

    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.more: dict[str, Any] = {}

    def add(self, stream: str, type: str, at: str, **members: Any) -> Products:
        event = {"format": "trialseal/1", "kind": "event", "type": type, "id": f"E-{len(self.events)}", "at": at}
        event |= {key: value for key, value in members.items() if value is not None}
        parse_event(event, "the event")
        self.events.append((stream, event))
        return self

    def step(self, stream: str, action: str, at: str, place: str, **members: Any) -> Products:
        """An event of custody."""
        return self.add(stream, "custody", at, action=action, place=place, **members)

    def dispense(self, site: str, at: str, subject: str, **members: Any) -> Products:
        return self.add(f"site {site}", "dispensing", at, site=site, subject=subject, **members)

    def evidence(self, order: Callable[[list[Entry]], None] = lambda entries: None) -> CustodyEvidence:
        """The evidence; `order` may put the entries into another order."""
        places: dict[str, int] = {}
        entries = []
        for stream, event in self.events:
            index = places[stream] = places.get(stream, -1) + 1
            entries.append(Entry(stream, index, event, None, 1_800_000_000))
        order(entries)
        sited = with_sites(entries)
        return CustodyEvidence(
            entries=tuple(one for one in sited if one.type in ("custody", "dispensing")),
            people=tuple(one for one in sited if one.type in PEOPLE),
            **self.more,
        )

    def audit(self, transit_days: int | None = 10) -> CustodyAudit:
        return audit(self.evidence(), TODAY, transit_days=transit_days)


def open_rules(found: CustodyAudit, status: Status | None = None) -> list[str]:
    """The rules of the open findings."""
    return sorted(one.finding.rule for one in found.findings if status in (None, one.finding.status))


def subject(number: int) -> str:
    return f"{number:032x}"


def day(number: int) -> str:
    return (START + timedelta(days=number)).isoformat()


class Lawful(Products):
    """A lawful history of kits and of stock, by chance: where each kit's life has come to is left in `lives`."""

    def __init__(self, chance: random.Random, kits: int = 6) -> None:
        super().__init__()
        self.chance = chance
        self.lives: dict[str, list[str]] = {}
        listed: dict[str, ListedKit] = {}
        self.step("maker", "quality-released", day(2), "maker", lot="L1", certificate="ab" * 32)
        self.step("sponsor", "sponsor-released", day(3), "sponsor", lot="L1")
        extended = chance.random() < 0.5
        if extended:
            self.step("sponsor", "extended", day(120), "sponsor", lot="L1", expires="2027-12")
        for number in range(kits):
            kit = f"K-{number:03}"
            listed[kit] = ListedKit("L1", "2026-09" if extended else "2027-06")
            self._life(kit, number)
        self._stock()
        self.more["kits"] = listed

    def at(self, number: int) -> str:
        """A day, or a time on it: later steps of one day are never drawn."""
        if self.chance.random() < 0.5:
            return day(number)
        return f"{day(number)}T{self.chance.randrange(24):02}:{self.chance.randrange(60):02}+02:00"

    def _life(self, kit: str, number: int) -> None:
        chance, lived = self.chance, []
        self.lives[kit] = lived
        site = chance.choice(SITES)
        self.step("maker", "made", self.at(0), "maker", kit=kit, lot="L1")
        lived.append("made")
        clock = 6
        stages = chance.randrange(9)
        if stages < 1:
            return
        self.ship(kit, "maker", "maker", "depot", "depot", clock)
        lived.append("at depot")
        clock += 6
        if chance.random() < 0.3:
            self.step("depot", "quarantined", self.at(clock), "depot", kit=kit)
            self.step("depot", "quarantine-ended", self.at(clock + 2), "depot", kit=kit)
            clock += 4
        if stages < 2:
            return
        excursion = chance.random() < 0.3
        self.ship(kit, "depot", "depot", site, f"site {site}", clock, "excursion" if excursion else "ok")
        clock += 6
        lived.append(site)
        if excursion:
            self.step(f"site {site}", "assessed", self.at(clock), site, kit=kit, condition="ok")
            clock += 2
        if stages < 4:
            return
        who = subject(number + 1)
        self.add("consents", "consent", day(clock), subject=who, site=site, status="given", form_version="1")
        self.add(f"site {site}", "randomisation", day(clock + 1), subject=who, site=site)
        self.dispense(site, self.at(clock + 3), who, kit=kit)
        clock += 5
        lived.append("dispensed")
        if stages < 5:
            return
        self.step(f"site {site}", "returned", self.at(clock), site, kit=kit, subject=who, quantity=3, unit="tablet")
        clock += 2
        lived.append("returned")
        if stages < 7:
            return
        self.ship(kit, site, f"site {site}", "depot", "depot", clock)
        clock += 6
        self.step("depot", "destroyed", self.at(clock), "depot", kit=kit, **PAPERS)
        lived.append("destroyed")

    def ship(
        self, kit: str, origin: str, sender: str, to: str, receiver: str, clock: int, condition: str = "ok"
    ) -> None:
        number = f"SH-{len(self.events)}"
        self.step(sender, "shipped", self.at(clock), origin, kit=kit, destination=to, shipment=number)
        self.step(receiver, "received", self.at(clock + 3), to, kit=kit, shipment=number, condition=condition)

    def _stock(self) -> None:
        chance = self.chance
        self.step("maker", "made", self.at(0), "maker", lot="L1", quantity=100, unit="vial")
        self.step("maker", "shipped", self.at(5), "maker", lot="L1", quantity=60, unit="vial", destination="depot",
                  shipment="ST-1")  # fmt: skip
        self.step("depot", "received", self.at(8), "depot", lot="L1", quantity=60, unit="vial", shipment="ST-1")
        left = 60
        for number, site in enumerate(SITES):
            sent = chance.randrange(1, 16)
            left -= sent
            shipment = f"ST-{number + 2}"
            self.step("depot", "shipped", self.at(20), "depot", lot="L1", quantity=sent, unit="vial", destination=site,
                      shipment=shipment)  # fmt: skip
            self.step(f"site {site}", "received", self.at(23), site, lot="L1", quantity=sent, unit="vial",
                      shipment=shipment)  # fmt: skip
            if chance.random() < 0.5:
                self.step(f"site {site}", "counted", self.at(30), site, lot="L1", quantity=sent, unit="vial")
        self.step("depot", "counted", self.at(30), "depot", lot="L1", quantity=left, unit="vial")


def shuffled(chance: random.Random) -> Callable[[list[Entry]], None]:
    """Puts entries into an order by chance."""
    return chance.shuffle


def counts(found: CustodyAudit, rule: str) -> dict[Status, int]:
    return {status: number for status, number in found.counts[rule].items() if number}


def lines(found: CustodyAudit, place: str) -> Iterable[Any]:
    return [line for line in found.lines if line.place == place]
