"""The account of each place: what came, what left, what is on hand; and the day on which each did.

What makes no sense is believed, and entered as unexplained where it takes a kit from or brings it to: so each line
adds up, and a line with something unexplained does not without it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final, NamedTuple

from trialseal.custody.life import Life, Move
from trialseal.custody.order import middle
from trialseal.custody.position import MOVING, Whereabouts
from trialseal.custody.steps import DISPENSED, KIT_UNIT, Step

UNDER_WAY: Final = "(under way)"
"""The line of what has left one place and not reached another."""
CAME: Final = ("made", "received", "returned", "found")
LEFT: Final = (DISPENSED, "shipped", "destroyed", "lost")
UNEXPLAINED: Final = "unexplained"


class Change(NamedTuple):
    """What one step changes in the account of one place."""

    place: str
    lot: str | None
    """None for a kit of an unknown lot."""
    unit: str
    column: str
    """A member of CAME or LEFT, or UNEXPLAINED."""
    amount: float
    """What is on hand grows by it."""
    at: str

    @property
    def when(self) -> datetime:
        return middle(self.at)


class Line(NamedTuple):
    """The account of one place in one unit: of numbered kits all lots together, of stock one lot."""

    place: str
    lot: str | None
    """None for numbered kits."""
    unit: str
    amounts: dict[str, float]
    """By column; what left is positive too."""
    on_hand: float
    in_transit: float
    """What was shipped from there and is under way still."""

    def amount(self, column: str) -> float:
        return self.amounts.get(column, 0)

    @property
    def adds_up(self) -> bool:
        """Whether nothing in it is unexplained."""
        return not self.amount(UNEXPLAINED)


def kit_changes(life: Life) -> Iterator[Change]:
    """What the steps of one kit change, in order."""
    for move in life.moves:
        step, before = move.step, move.before
        if step.action not in MOVING:
            continue
        if not move.lawful:
            yield from _unexplained(life, move)
        # What a kit leaves by a step is the place where the step says that it was.
        place = step.place or before.place or "?"
        arrives = step.action in CAME
        on_the_way = before.where is Whereabouts.UNDER_WAY and move.lawful and step.action in ("received", "lost")
        if on_the_way:
            yield _kit(life, UNDER_WAY, "shipped" if step.action == "received" else "lost", -1, step)
            if step.action == "lost":
                continue
        yield _kit(life, place, step.action, 1 if arrives else -1, step)
        if step.action == "shipped":
            yield _kit(life, UNDER_WAY, "received", 1, step)


def _kit(life: Life, place: str, column: str, amount: float, step: Step) -> Change:
    return Change(place, life.lot, KIT_UNIT, column, amount, step.at)


def _unexplained(life: Life, move: Move) -> Iterator[Change]:
    """A kit that is not where a step takes it from must have left where it was, and have come to where it is."""
    step, before = move.step, move.before
    if before.where is Whereabouts.HELD and before.place is not None:
        yield _kit(life, before.place, UNEXPLAINED, -1, step)
    elif before.where is Whereabouts.UNDER_WAY:
        yield _kit(life, UNDER_WAY, UNEXPLAINED, -1, step)
    if step.action in LEFT and step.place is not None:
        yield _kit(life, step.place, UNEXPLAINED, 1, step)


def lines_of(changes: Iterable[Change], shipped_from: Counter[tuple[str, str | None, str]]) -> list[Line]:
    """The accounts, by place and unit; `shipped_from` is what is under way still, by place, lot and unit."""
    amounts: defaultdict[tuple[str, str | None, str], Counter[str]] = defaultdict(Counter)
    on_hand: Counter[tuple[str, str | None, str]] = Counter()
    # Of a hundred thousand changes most are the same: a kit came there, or left.
    alike = Counter((one.place, one.lot, one.unit, one.column, one.amount) for one in changes)
    for (place, lot, unit, column, each), times in alike.items():
        key, amount = (place, None if unit == KIT_UNIT else lot, unit), each * times
        amounts[key][column] += amount if column not in LEFT else -amount  # type: ignore[assignment]
        on_hand[key] += amount  # type: ignore[assignment]
    return [
        Line(*key, dict(found), _plain(on_hand[key]), _plain(shipped_from[key]))
        for key, found in sorted(amounts.items(), key=lambda pair: (_last(pair[0][0]), pair[0][1] or "", pair[0][2]))
    ]


def _plain(amount: float) -> float:
    """Without what binary fractions leave behind: 0.1 + 0.2 is 0.3."""
    rounded = round(amount, 6)
    return int(rounded) if float(rounded).is_integer() else rounded


def _last(place: str) -> tuple[bool, str]:
    return place == UNDER_WAY, place
