"""Stock without numbers: what left and came by place, lot and unit, and which shipments arrived whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from trialseal.custody.accounts import CAME, LEFT, UNDER_WAY, UNEXPLAINED, Change
from trialseal.custody.order import by_time, middle
from trialseal.custody.position import MOVING
from trialseal.custody.steps import Step

Key = tuple[str, str, str]
"""Place, lot and unit."""


class Consignment(NamedTuple):
    """A quantity of one lot that was sent, and what became of it."""

    sent: Step
    """The first that was sent under the shipment's number."""
    quantity: float
    arrived: tuple[Step, ...]
    lost: tuple[Step, ...]

    @property
    def received(self) -> float:
        return sum(one.quantity or 0 for one in self.arrived)

    @property
    def under_way(self) -> float:
        """What has neither arrived nor been lost; less than nothing where more arrived than was sent."""
        return round(self.quantity - self.received - sum(one.quantity or 0 for one in self.lost), 6)


class Shortage(NamedTuple):
    """More of a lot left a place than had come."""

    step: Step
    """The first that took more than there was."""
    place: str
    lot: str
    unit: str
    missing: float
    """How much at most."""


class Stock(NamedTuple):
    """What is known of stock without numbers."""

    changes: tuple[Change, ...]
    consignments: tuple[Consignment, ...]
    shortages: tuple[Shortage, ...]
    covered: int
    """How many places, lots and units have no shortage."""
    uncounted: tuple[Step, ...]
    """Dispensings of a lot that do not say how much."""


def stock_of(steps: Iterable[Step]) -> Stock:
    """The stock by its steps, in any order."""
    ordered = sorted(steps, key=by_time)
    counted = [one for one in ordered if one.quantity is not None and one.action in MOVING]
    consignments = _consignments(counted)
    changes = list(_changes(counted, consignments))
    shortages, covered = [], 0
    for (place, lot, unit), group in _by_key(counted).items():
        short = _shortage(place, lot, unit, group)
        if short is None:
            covered += 1
            continue
        shortages.append(short)
        changes.append(Change(place, lot, unit, UNEXPLAINED, short.missing, short.step.at))
    uncounted = tuple(one for one in ordered if one.quantity is None)
    return Stock(tuple(changes), tuple(consignments), tuple(shortages), covered, uncounted)


def _by_key(steps: Iterable[Step]) -> dict[Key, list[Step]]:
    found: defaultdict[Key, list[Step]] = defaultdict(list)
    for one in steps:
        if not _lost_on_the_way(one):
            found[one.place or "?", str(one.lot), str(one.unit)].append(one)
    return dict(sorted(found.items()))


def _lost_on_the_way(step: Step) -> bool:
    return step.action == "lost" and step.member("shipment") is not None


def _changes(steps: Sequence[Step], consignments: Sequence[Consignment]) -> Iterator[Change]:
    for one in steps:
        quantity, lot, unit = one.quantity or 0, str(one.lot), str(one.unit)
        if not _lost_on_the_way(one):
            yield Change(one.place or "?", lot, unit, one.action, quantity * _sign(one), one.at)
    for sent in consignments:
        first, lot, unit = sent.sent, str(sent.sent.lot), str(sent.sent.unit)
        yield Change(UNDER_WAY, lot, unit, "received", sent.quantity, first.at)
        for one in sent.arrived:
            yield Change(UNDER_WAY, lot, unit, "shipped", -(one.quantity or 0), one.at)
        for one in sent.lost:
            yield Change(UNDER_WAY, lot, unit, "lost", -(one.quantity or 0), one.at)
        if sent.under_way < 0:
            yield Change(UNDER_WAY, lot, unit, UNEXPLAINED, -sent.under_way, first.at)


def _sign(step: Step) -> int:
    assert step.action in CAME or step.action in LEFT
    return 1 if step.action in CAME else -1


def _shortage(place: str, lot: str, unit: str, steps: Sequence[Step]) -> Shortage | None:
    """What came on the day on which something left counts, whatever the times."""
    came = sorted((middle(one.at), one.quantity or 0) for one in steps if one.action in CAME)
    left = sorted((one for one in steps if one.action in LEFT), key=by_time)
    total, taken, reached = 0.0, 0.0, 0
    first: Step | None = None
    missing = 0.0
    for one in left:
        while reached < len(came) and came[reached][0].date() <= middle(one.at).date():
            total += came[reached][1]
            reached += 1
        taken += one.quantity or 0
        if round(taken - total, 6) > missing:
            first = first or one
            missing = round(taken - total, 6)
    return None if first is None else Shortage(first, place, lot, unit, missing)


def _consignments(steps: Sequence[Step]) -> list[Consignment]:
    """What was sent under one number of one lot and unit; without a number, to one place."""
    sent: dict[tuple[str, str, str], list[Step]] = {}
    for one in steps:
        if one.action == "shipped":
            number = one.member("shipment") or f"to {one.member('destination')}"
            sent.setdefault((number, str(one.lot), str(one.unit)), []).append(one)
    arrived: defaultdict[tuple[str, str, str], list[Step]] = defaultdict(list)
    lost: defaultdict[tuple[str, str, str], list[Step]] = defaultdict(list)
    for one in steps:
        if one.action == "received":
            arrived[one.member("shipment") or f"to {one.place}", str(one.lot), str(one.unit)].append(one)
        elif _lost_on_the_way(one):
            lost[str(one.member("shipment")), str(one.lot), str(one.unit)].append(one)
    return [
        Consignment(group[0], sum(one.quantity or 0 for one in group), tuple(arrived[key]), tuple(lost[key]))
        for key, group in sorted(sent.items())
    ]
