"""Where a kit is and how it got there; which kits of a lot are where."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from trialseal.custody.audit import CustodyAudit, CustodyFinding
from trialseal.custody.life import Life
from trialseal.custody.order import by_time
from trialseal.custody.position import Position, Whereabouts
from trialseal.custody.reading import step_words
from trialseal.custody.steps import Step
from trialseal.errors import UsageError
from trialseal.escaping import quoted
from trialseal.evidence.consents import Entry
from trialseal.nearest import meant


class Trace(NamedTuple):
    """One kit: where it is, its steps and what is asked about it."""

    life: Life
    steps: tuple[Step, ...]
    """Its own, as they were read, and among them by time what was said of its whole lot."""
    now: str
    findings: tuple[CustodyFinding, ...]
    unanchored: int
    """How many of the entries that it rests on no head holds yet."""


class LotTrace(NamedTuple):
    """One lot: where its kits and its stock are."""

    lot: str
    kits: Mapping[str, tuple[str, ...]]
    """By where they are, in words."""
    stock: Mapping[str, float]
    """By place and unit, in words."""
    said: tuple[Step, ...]
    """What was said of the whole lot, in order."""
    findings: tuple[CustodyFinding, ...]
    unanchored: int
    """How many of the entries that it rests on no head holds yet."""


_CHECK: Final = ": check the number"


def trace_kit(audit: CustodyAudit, kit: str) -> Trace:
    """The kit's life; UsageError if no entry is about it."""
    lives = {life.kit: life for life in audit.lives}
    if kit not in lives:
        if found := audit.evidence.replaced.get(kit):
            raise UsageError(_replaced(kit, *found))
        known = "it is on the list, but " if kit in (audit.evidence.kits or {}) else ""
        hint = meant(kit, lives) or _CHECK
        raise UsageError(f"{known}no entry given is about kit {quoted(kit)}{hint}")
    life = lives[kit]
    steps = tuple(_with_its_lot(life))
    resting = {step.entry.place: step.entry for step in steps}
    return Trace(
        life,
        steps,
        position_now(life.now),
        tuple(one for one in audit.findings if one.kit == kit),
        sum(one.anchored is None for one in resting.values()),
    )


def _with_its_lot(life: Life) -> Iterator[Step]:
    said = deque(sorted(life.of_lot, key=by_time))
    for step in life.steps:
        while said and by_time(said[0]) < by_time(step):
            yield said.popleft()
        yield step
    yield from said


def _replaced(kit: str, first: Entry, now: Entry | None) -> str:
    """That what was written of a kit does not stand."""
    if now is None:
        stands = "it was entered in error, as a later entry says"
    else:
        other = now.event.get("kit")
        stands = f"{now.place}, stands in its stead" + (f", about kit {quoted(other)}" if other else "")
    return f"the only entry about kit {quoted(kit)} is {first.place}, and {stands}: which number is on the kit?"


def trace_lot(audit: CustodyAudit, lot: str) -> LotTrace:
    """Where a lot is; UsageError if no entry is about it."""
    lives = [life for life in audit.lives if life.lot == lot]
    stock = {f"{line.place}, {line.unit}": line.on_hand for line in audit.lines if line.lot == lot and line.on_hand}
    said = {step.entry.place: step for life in lives for step in life.of_lot}
    moved = any(change.lot == lot for change in audit.stock.changes)
    if not lives and not moved:
        lots = {one.lot for one in audit.lives} | {one.lot for one in audit.stock.changes}
        known = sorted(one for one in lots if one is not None)
        raise UsageError(f"no entry given is about lot {quoted(lot)}{meant(lot, known) or _CHECK}")
    of_lot = {life.kit for life in lives}
    found: dict[str, list[str]] = {}
    for life in lives:
        found.setdefault(position_now(life.now), []).append(life.kit)
    kits = {where: tuple(found[where]) for where in sorted(found)}
    return LotTrace(
        lot,
        kits,
        stock,
        tuple(sorted(said.values(), key=by_time)),
        tuple(one for one in audit.findings if one.lot == lot),
        sum(
            one.anchored is None and (one.event.get("lot") == lot or one.event.get("kit") in of_lot)
            for one in audit.evidence.entries
        ),
    )


def position_now(now: Position) -> str:
    """Where a kit is, in words."""
    match now.where:
        case Whereabouts.HELD:
            return f"on hand at {quoted(now.place)}"
        case Whereabouts.UNDER_WAY:
            return f"under way to {quoted(now.place)}"
        case Whereabouts.WITH_PARTICIPANT:
            return f"with a participant of {quoted(now.place)}"
        case Whereabouts.LOST | Whereabouts.DESTROYED:
            return f"{now.where.value} at {quoted(now.place)}"
    return str(now.where.value)


def step_line(step: Step) -> str:
    """A step in one line, with what was noted at it."""
    words = step_words(step)
    if step.quantity is not None:
        words += f", {step.quantity:g} {step.unit}"
    for member in ("condition", "expires", "reason"):
        if said := step.member(member):
            words += f", {member} {said}"
    low, high = step.entry.event.get("low"), step.entry.event.get("high")
    if low is not None or high is not None:
        words += f", {low if low is not None else '…'} to {high if high is not None else '…'} °C"
    if subject := step.member("subject"):
        words += f", participant {subject}"
    return words


class Flow(NamedTuple):
    """What was shipped from one place to another."""

    origin: str
    destination: str
    kits: int
    under_way: int
    """Kits that have not arrived."""
    stock: Mapping[str, float]
    """Stock without numbers, by unit."""


def flows(audit: CustodyAudit) -> list[Flow]:
    """All shipments, by where from and to."""
    kits: Counter[tuple[str, str]] = Counter()
    waiting: Counter[tuple[str, str]] = Counter()
    stock: dict[tuple[str, str], Counter[str]] = {}
    for life in audit.lives:
        for step in life.steps:
            if step.action == "shipped":
                kits[_way(step)] += 1
        if life.now.where is Whereabouts.UNDER_WAY and life.now.since is not None:
            waiting[_way(life.now.since)] += 1
    for one in audit.stock.consignments:
        units = stock.setdefault(_way(one.sent), Counter())
        units[str(one.sent.unit)] += one.quantity  # type: ignore[assignment]
    ways = sorted({*kits, *stock})
    return [Flow(*way, kits[way], waiting[way], dict(stock.get(way, {}))) for way in ways]


def _way(step: Step) -> tuple[str, str]:
    return str(step.place), str(step.member("destination"))


def places(audit: CustodyAudit, shipped: Sequence[Flow]) -> list[list[str]]:
    """The places in columns: first those that made something, then those that these shipped to, and so on.

    Where nothing was made, the first are those that nothing was shipped to; else those that shipped most kits.
    """
    ways = {(one.origin, one.destination) for one in shipped}
    names = sorted({name for way in ways for name in way})
    makers = {line.place for line in audit.lines if line.amount("made")} & set(names)
    sources = set(names) - {to for _, to in ways}
    busiest = max(shipped, key=lambda one: (one.kits, one.origin)).origin
    columns: list[list[str]] = []
    column = sorted(makers or sources or {busiest})
    seen: set[str] = set()
    while column:
        columns.append(column)
        seen.update(column)
        column = sorted({to for origin, to in ways if origin in column} - seen)
    rest = [name for name in names if name not in seen]
    return [*columns, rest] if rest else columns
