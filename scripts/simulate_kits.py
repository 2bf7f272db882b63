"""Simulates the products of the example trial `trials/fictitious-kits`: no kit, place or participant is real.

`python scripts/simulate_kits.py [FOLDER]` writes the tables of its folder `data`: one a party, as it would append it to
its stream, and both lists of kits. The same bytes come out every time: of Python's random numbers only `random()` is
used, whose sequence for a seed is the same in every version.
"""

from __future__ import annotations

import csv
import random
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

FOLDER = Path("trials/fictitious-kits")
SITES = ("DE-01", "DE-02", "AT-01")
FIRST, SECOND, DILUENT = "B26-01", "B26-02", "D26-01"
COLUMNS = (
    "id", "type", "at", "site", "subject", "action", "place", "kit", "lot", "quantity", "unit", "expires", "origin",
    "destination", "shipment", "condition", "low", "high", "logger", "certificate", "authorisation", "reason", "status",
    "form_version", "arm", "digest", "asked_by",
)  # fmt: skip


class Story:
    """The rows of every party, in the order in which things happen."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self._random = random.Random("trialseal examples: kits")

    def row(self, party: str, type: str, at: str, **members: Any) -> None:
        rows = self.rows.setdefault(party, [])
        rows.append({"id": f"{party}-{len(rows) + 1:04}", "type": type, "at": at, **members})

    def step(self, party: str, action: str, at: str, place: str, **members: Any) -> None:
        self.row(party, "custody", at, action=action, place=place, **members)

    def shuffled(self, items: Sequence[str]) -> list[str]:
        return sorted(items, key=lambda _: self._random.random())

    def below(self, end: int) -> int:
        return int(self._random.random() * end)


def main(folder: Path = FOLDER) -> int:
    """Writes every table."""
    story = Story()
    arms = simulate(story)
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    for party, rows in story.rows.items():
        used = [column for column in COLUMNS if any(column in row for row in rows)]
        write(data / f"{party}.csv", used, rows)
    listed = [
        {"kit": kit, "lot": FIRST if at < 120 else SECOND, "expires": "2027-01", "arm": arms[kit]}
        for at, kit in enumerate(arms)
    ]
    listed.sort(key=lambda row: row["kit"])
    write(data / "kits.csv", ["kit", "lot", "expires"], listed)
    write(data / "kits-unblinded.csv", ["kit", "lot", "expires", "arm"], listed)
    return 0


def write(path: Path, columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def simulate(story: Story) -> dict[str, str]:
    """Everything that happens from January to June 2026; the arm of each kit, lot by lot."""
    numbers = story.shuffled([f"K-{1001 + number}" for number in range(200)])
    arms = dict(zip(numbers, story.shuffled(["A", "B"] * 60) + story.shuffled(["A", "B"] * 40), strict=True))
    lots = {kit: FIRST if at < 120 else SECOND for at, kit in enumerate(numbers)}
    made(story, lots)
    stock = to_sites(story, numbers)
    people = hand_out(story, lots, stock)
    back = recall(story, lots, stock)
    end(story, back, stock)
    for who in people:
        story.row("unblinded", "allocation", who[2], subject=who[0], site=who[1], arm=arms[who[3]])
    subject, site, _, kit = people[7]
    story.row(
        "unblinded", "unblinding", "2026-05-06T03:40+02:00", subject=subject, site=site, kit=kit, reason="emergency",
        digest=digest("row"), asked_by="INV-1",
    )  # fmt: skip
    return arms


def made(story: Story, lots: dict[str, str]) -> None:
    """Made, released in two steps, and brought to the depot."""
    for kit, lot in lots.items():
        story.step("maker", "made", "2026-01-12", "maker", kit=kit, lot=lot, expires="2027-01")
    story.step("maker", "made", "2026-01-12", "maker", lot=DILUENT, quantity=300, unit="vial", expires="2026-07")
    for lot in (FIRST, SECOND, DILUENT):
        story.step("maker", "quality-released", "2026-01-19", "maker", lot=lot, certificate=digest(f"release of {lot}"))
        story.step("sponsor", "sponsor-released", "2026-01-21", "sponsor", lot=lot)
    for what in [*({"kit": kit} for kit in lots), {"lot": DILUENT, "quantity": 300, "unit": "vial"}]:
        ship(story, "maker", "maker", "2026-01-26", "depot", "SH-1001", **what)
        receive(story, "depot", "depot", "2026-01-28", "SH-1001", **what)


def to_sites(story: Story, numbers: Sequence[str]) -> dict[str, list[str]]:
    """Two shipments to each site; one kit of the last is lost on the way, and one shipment was too warm."""
    stock: dict[str, list[str]] = {}
    vials = {"lot": DILUENT, "quantity": 60, "unit": "vial"}
    for number, site in enumerate(SITES):
        stock[site] = list(numbers[number * 20 : number * 20 + 20])
        for what in [*({"kit": kit} for kit in stock[site]), vials]:
            ship(story, "depot", "depot", "2026-02-10", site, f"SH-200{number + 1}", **what)
            receive(story, f"site-{site.lower()}", site, "2026-02-12", f"SH-200{number + 1}", **what)
    for number, site in enumerate(SITES):
        shipment = f"SH-200{number + 4}"
        first, second = numbers[60 + number * 10 : 70 + number * 10], numbers[120 + number * 10 : 130 + number * 10]
        for at, kit in enumerate([*first, *second]):
            ship(story, "depot", "depot", "2026-04-07", site, shipment, kit=kit)
            if (site, at) == ("AT-01", 4):
                story.step("depot", "lost", "2026-04-13", "depot", kit=kit, shipment=shipment, reason="other")
                continue
            warm = {"condition": "excursion", "high": 12.4} if site == "DE-02" else {}
            receive(story, f"site-{site.lower()}", site, "2026-04-09", shipment, kit=kit, **warm)
            stock[site].append(kit)
            if site == "DE-02":
                decision = "damaged" if at == 19 else "ok"
                story.step("sponsor", "assessed", "2026-04-14", "sponsor", kit=kit, condition=decision)
    unfit = stock["DE-02"][-1]
    story.step("site-de-02", "quarantined", "2026-04-14", "DE-02", kit=unfit, reason="excursion")
    return stock


def hand_out(story: Story, lots: dict[str, str], stock: dict[str, list[str]]) -> list[tuple[str, str, str, str]]:
    """Ten participants a site, a kit and a vial at each of three visits; what is left in a kit comes back.

    Two kits are handed out that should not have been: one that was too warm, before anybody decided on that, and one of
    the recalled lot. Who was randomised, where, when, and their first kit.
    """
    people, last = [], {}
    visits = sorted(
        (date(2026, 2, 16) + timedelta(days=4 * number + 2 + 28 * visit), site, number, visit)
        for site in SITES
        for number in range(10)
        for visit in range(3)
    )
    for day, site, number, visit in visits:
        party, at = f"site-{site.lower()}", day.isoformat()
        subject = f"P-{SITES.index(site) + 1}{number + 1:02}"
        who = {"subject": subject, "site": site}
        wrong = {("2026-04-11", "DE-02"): 20, ("2026-05-21", "AT-01"): -1}
        kit = stock[site].pop(wrong.get((at, site), 0))
        if visit == 0:
            asked = (day - timedelta(days=2)).isoformat()
            story.row(party, "consent", asked, **who, status="given", form_version="1.0")
            story.row(party, "randomisation", at, **who)
            people.append((subject, site, at, kit))
        else:
            left = {"quantity": 1 + story.below(6), "unit": "tablet"}
            story.step(party, "returned", at, site, kit=last[subject], subject=subject, **left)
        story.row(party, "dispensing", at, **who, kit=kit)
        story.row(party, "dispensing", at, **who, lot=DILUENT, quantity=1, unit="vial")
        last[subject] = kit
    return people


def recall(story: Story, lots: dict[str, str], stock: dict[str, list[str]]) -> dict[str, list[str]]:
    """The second lot is recalled: what of it is on hand at sites goes back. By site, what was sent back."""
    story.step("sponsor", "recalled", "2026-05-18", "sponsor", lot=SECOND, reason="recall")
    back = {}
    for number, site in enumerate(SITES):
        back[site] = [kit for kit in stock[site] if lots[kit] == SECOND]
        for kit in back[site]:
            ship(story, f"site-{site.lower()}", site, "2026-05-26", "depot", f"SH-300{number + 1}", kit=kit)
            receive(story, "depot", "depot", "2026-05-28", f"SH-300{number + 1}", kit=kit)
        stock[site] = [kit for kit in stock[site] if lots[kit] != SECOND]
    return back


def end(story: Story, back: dict[str, list[str]], stock: dict[str, list[str]]) -> None:
    """What came back is destroyed; three used kits are sent to the depot and do not arrive; all is counted."""
    for kit in [kit for site in SITES for kit in back[site]]:
        papers = {"certificate": digest("destroyed in June"), "authorisation": digest("may be destroyed")}
        story.step("depot", "destroyed", "2026-06-10", "depot", kit=kit, reason="recall", **papers)
    used = [row["kit"] for row in story.rows["site-at-01"] if row.get("action") == "returned"]
    for kit in used[:3]:
        ship(story, "site-at-01", "AT-01", "2026-06-12", "depot", "SH-3004", kit=kit)
    for site in SITES:
        returned = [row for row in story.rows[f"site-{site.lower()}"] if row.get("action") == "returned"]
        there = len(stock[site]) + len(returned) - (3 + 1 if site == "AT-01" else 0)
        story.step(f"site-{site.lower()}", "counted", "2026-06-24", site, quantity=there, unit="kit", reason="count")
        vials = {"lot": DILUENT, "quantity": 30, "unit": "vial"}
        story.step(f"site-{site.lower()}", "counted", "2026-06-24", site, **vials, reason="count")


def ship(story: Story, party: str, place: str, at: str, to: str, shipment: str, **what: Any) -> None:
    story.step(party, "shipped", at, place, destination=to, shipment=shipment, **what)


def receive(story: Story, party: str, place: str, at: str, shipment: str, **what: Any) -> None:
    given = {"condition": "ok", "low": 2.8, "high": 6.1, "logger": digest(shipment), **what}
    story.step(party, "received", at, place, shipment=shipment, **given)


def digest(text: str) -> str:
    """Stands for the SHA-256 of a paper that there is not."""
    return sha256(f"simulated: {text}".encode()).hexdigest()


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
