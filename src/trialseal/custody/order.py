"""In which order the steps of one kit are read.

By time, a day counting as its noon. Where a step would make no sense there, another that may have come before it is
read first: of another stream, within an hour by the clocks, or not certainly later as both are dated; and the dispatch
that a receipt ended, whatever both are dated. So days without times are held against nobody, and where two parties'
clocks disagree that alone is asked. Steps of one stream keep the order of their times.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from trialseal.custody.position import NOWHERE, is_lawful, moved
from trialseal.custody.steps import Step
from trialseal.documents.times import Order, order, span

CLOCKS: Final = timedelta(hours=1)
"""How far the clocks of two parties may differ without a step being read as out of order."""
_RANKS: Final = {
    action: rank
    for rank, action in enumerate(
        (
            "made", "quality-released", "sponsor-released", "extended", "decommissioned", "relabelled", "found",
            "received", "assessed", "quarantine-ended", "counted", "dispensed", "returned", "shipped", "quarantined",
            "recalled", "lost", "destroyed",
        )
    )
}  # fmt: skip
# A life of more steps than a kit has is read by time alone: trying orders would take too long.
_MOST_TRIED: Final = 64


@lru_cache(maxsize=1 << 16)
def middle(at: str) -> datetime:
    """The middle of what a time may mean: of a day, an hour before noon UTC."""
    found = span(at)
    return found.first + (found.end - found.first) / 2


def by_time(step: Step) -> tuple[datetime, int, str, int]:
    """The key by which steps are sorted: equal times in the order of a life, then always in the same order."""
    return middle(step.at), _RANKS[step.action], step.stream, step.entry.index


def order_of(one: Step, other: Step) -> Order:
    """How one step lies to another as both are dated; two of one stream are dated by one calendar."""
    return order(one.at, other.at, same_place=one.stream == other.stream)


def in_order(steps: Iterable[Step]) -> list[Step]:
    """The steps of one kit that make no sense by time alone, as far as they do by what their times allow."""
    by_clock = sorted(steps, key=by_time)
    if len(by_clock) > _MOST_TRIED:
        return by_clock
    found: list[Step] = []
    position = NOWHERE
    while by_clock:
        free = [one for one in by_clock if not any(other is not one and _before(other, one) for other in by_clock)]
        step = next((one for one in free if is_lawful(position, one)), free[0] if free else by_clock[0])
        by_clock.remove(step)
        found.append(step)
        position = moved(position, step)
    return found


def _before(one: Step, other: Step) -> bool:
    """Whether one step must be read before another: a receipt need not before the dispatch that it ended."""
    if order_of(one, other) is not Order.BEFORE or _ended_by(other, one):
        return False
    a, b = span(one.at), span(other.at)
    if one.stream == other.stream or not (a.is_instant and b.is_instant):
        return True
    return b.first - a.first > CLOCKS


def _ended_by(sent: Step, received: Step) -> bool:
    """Whether a receipt may be of a dispatch by another party, whatever both are dated."""
    if (sent.action, received.action) != ("shipped", "received") or sent.stream == received.stream:
        return False
    numbers = {sent.member("shipment"), received.member("shipment")} - {None}
    return sent.member("destination") == received.place and len(numbers) < 2


def day_of(step: Step) -> str | None:
    """The day of a step as it was written; None where only a month or a year was."""
    return step.at[:10] if len(step.at) >= 10 else None
