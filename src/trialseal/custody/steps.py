"""One entry as a step in the life of a kit or of a quantity of a lot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from trialseal.evidence.consents import Entry
from trialseal.evidence.custody import CustodyEvidence

DISPENSED: Final = "dispensed"
"""What an event of type `dispensing` is beside the actions of custody."""
KIT_UNIT: Final = "kit"
"""The unit in which numbered kits are counted."""


class Step(NamedTuple):
    """What happened to one kit, to a quantity, or to a whole lot."""

    entry: Entry
    at: str
    stream: str
    action: str
    place: str | None
    """None where a dispensing says no site."""
    kit: str | None = None
    """The kit's number, else its GTIN and serial number."""
    lot: str | None = None
    quantity: float | None = None
    unit: str | None = None

    @property
    def is_of_lot(self) -> bool:
        """Whether it was said of a whole lot."""
        return self.kit is None and self.quantity is None and self.action != DISPENSED

    def member(self, name: str) -> str | None:
        """A text member of its event."""
        value = self.entry.event.get(name)
        return None if value is None else str(value)


class Steps(NamedTuple):
    """All steps: by kit, with what is said of its whole lot; of stock without numbers; counts."""

    kits: Mapping[str, tuple[Step, ...]]
    of_lots: Mapping[str, tuple[Step, ...]]
    """What is said of a whole lot, by lot."""
    lots: Mapping[str, str]
    """The lot of each kit by the list."""
    stock: tuple[Step, ...]
    counts: tuple[Step, ...]
    """Numbers of kits, or quantities of a lot, that were counted."""
    unnamed: int
    """Dispensings that name neither kit nor lot."""


def steps_of(evidence: CustodyEvidence) -> Steps:
    """The entries as steps. A pack that a list or an event gives a number goes by that number."""
    numbers = _numbers(evidence)
    kits: dict[str, list[Step]] = {}
    of_lots: dict[str, list[Step]] = {}
    lots = {number: one.lot for number, one in (evidence.kits or {}).items() if one.lot is not None}
    stock: list[Step] = []
    counts: list[Step] = []
    unnamed = 0
    for entry in evidence.entries:
        step = _step(entry, numbers)
        if step.kit is not None:
            kits.setdefault(step.kit, []).append(step)
        elif step.action == "counted":
            counts.append(step)
        elif step.lot is None:
            unnamed += 1
        elif step.is_of_lot:
            of_lots.setdefault(step.lot, []).append(step)
        else:
            stock.append(step)
    return Steps(
        {kit: tuple(found) for kit, found in sorted(kits.items())},
        {lot: tuple(found) for lot, found in of_lots.items()},
        lots,
        tuple(stock),
        tuple(counts),
        unnamed,
    )


def _numbers(evidence: CustodyEvidence) -> dict[tuple[str, str], str]:
    """The kit's number of each pack by GTIN and serial number."""
    found = {
        (one.gtin, one.serial): number
        for number, one in (evidence.kits or {}).items()
        if one.gtin is not None and one.serial is not None
    }
    stated: dict[tuple[str, str], str] = {}
    for event in (entry.event for entry in evidence.entries):
        if "kit" in event and "gtin" in event and "serial" in event:
            pack = event["gtin"], event["serial"]
            stated[pack] = min(stated.get(pack, event["kit"]), event["kit"])
    return stated | found


def _step(entry: Entry, numbers: Mapping[tuple[str, str], str]) -> Step:
    event = entry.event
    kit = event.get("kit")
    if kit is None and "gtin" in event and "serial" in event:
        pack = event["gtin"], event["serial"]
        kit = numbers.get(pack, f"{pack[0]} {pack[1]}")
    custody = event["type"] == "custody"
    return Step(
        entry,
        event["at"],
        entry.stream,
        event["action"] if custody else DISPENSED,
        event["place"] if custody else entry.site,
        kit,
        event.get("lot"),
        event.get("quantity"),
        event.get("unit"),
    )


def at_hand(steps: Iterable[Step], *actions: str) -> bool:
    """Whether any step is one of these."""
    return any(step.action in actions for step in steps)
