"""Rules about stock and counts: nothing left that had not come, shipments arrived whole, counts are as booked."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from trialseal.custody.accounts import Change
from trialseal.custody.order import day_of, middle
from trialseal.custody.reading import HOLDS, PRODUCTS, Context, step_fact, step_words
from trialseal.custody.steps import KIT_UNIT, Step
from trialseal.custody.stock import Consignment, Shortage, Stock
from trialseal.documents.times import span
from trialseal.escaping import quoted
from trialseal.evidence.wording import count
from trialseal.rules.finding import Answer, fails, rule, undetermined

_MOST_SOURCES: Final = 20


class CountCase(NamedTuple):
    """A count, and how much the books had from the beginning to the end of its day."""

    step: Step
    least: float
    most: float


class StockCase(NamedTuple):
    """A shortage of stock at a place, or a consignment, and what is the same for all."""

    found: Shortage | Consignment
    context: Context


@rule(
    "count-agrees",
    asks="Was what was counted what the books had that day?",
    source=PRODUCTS,
    applies="to counts of kits, and of stock without numbers",
)
def count_agrees(case: CountCase) -> Answer:
    step, counted = case.step, case.step.quantity or 0
    if case.least <= counted <= case.most:
        return HOLDS
    what = "kits" if step.unit == KIT_UNIT else step.unit
    of_lot = f" of lot {quoted(step.lot)}" if step.lot else ""
    sentence = (
        f"{counted:g} {what}{of_lot} were {step_words(step)}, and the books had "
        f"{case.least:g}{f' to {case.most:g}' if case.most != case.least else ''}"
    )
    if day_of(step) is None:
        return undetermined(f"{sentence}; the count says no day", step_fact(step))
    return fails(f"{sentence}: what explains the difference?", step_fact(step))


@rule(
    "stock-covered",
    asks="Had as much of the lot come to a place as left it?",
    source=PRODUCTS,
    applies="to stock without numbers",
)
def stock_covered(case: StockCase) -> Answer:
    short = case.found
    assert isinstance(short, Shortage)
    sentence = (
        f"stock of lot {quoted(short.lot)} was {step_words(short.step)}, and by then {short.missing:g} {short.unit} "
        f"more had left {quoted(short.place)} than had arrived"
    )
    return _open(case, sentence, "where did it come from?", short.step)


@rule(
    "stock-arrived",
    asks="Did a shipment of stock arrive where it was sent to, whole, and in the time that the plan allows?",
    source=PRODUCTS,
    applies="to shipments of stock without numbers",
)
def stock_arrived(case: StockCase) -> Answer:
    one = case.found
    assert isinstance(one, Consignment)
    sent, destination = one.sent, one.sent.member("destination")
    about = f"{one.quantity:g} {sent.unit} of lot {quoted(sent.lot)} were {step_words(sent)}"
    for step in one.arrived:
        if step.place != destination:
            return fails(
                f"{about}, and {step.quantity:g} {step.unit} were {step_words(step)}: was it sent on, or is one of "
                "both places wrong?",
                step_fact(sent),
                step_fact(step),
            )
    if one.under_way < 0:
        return _open(
            case, f"{about}, and {one.received:g} arrived", "where does the rest come from?", sent, *one.arrived
        )
    days = case.context.transit_days
    if one.under_way > 0 and days is not None:
        late = (case.context.today - span(sent.at).end.date()).days
        if late > days:
            sentence = (
                f"{about}, and on {case.context.today} no receipt of {one.under_way:g} {sent.unit} is found; the plan "
                f"allows {count(days, 'day')}"
            )
            return _open(case, sentence, "where are they?", sent, *one.arrived)
    return HOLDS


def _open(case: StockCase, sentence: str, question: str, *steps: Step) -> Answer:
    facts = map(step_fact, steps[:_MOST_SOURCES])
    if unseen := case.context.evidence.unseen:
        return undetermined(f"{sentence}; but {unseen}", *facts)
    return fails(f"{sentence}: {question}", *facts)


def count_cases(counts: Iterable[Step], changes: Iterable[Change]) -> Iterator[CountCase]:
    """Each count with the books of its day."""
    counts = list(counts)
    if not counts:
        return
    by_place: defaultdict[tuple[str, str | None, str], list[Change]] = defaultdict(list)
    for change in changes:
        keys = {(change.place, change.lot, change.unit)}
        if change.unit == KIT_UNIT:
            keys.add((change.place, None, KIT_UNIT))
        for key in keys:
            by_place[key].append(change)
    books = {key: _Book(found) for key, found in by_place.items()}
    for step in counts:
        book = books.get((step.place or "?", step.lot, step.unit or ""))
        yield CountCase(step, *(book.range(step) if book else (0, 0)))


class _Book:
    """What was on hand by the time."""

    def __init__(self, changes: Sequence[Change]) -> None:
        ordered = sorted(changes, key=lambda one: (one.when, -one.amount))
        self._days = [one.when.date() for one in ordered]
        self._totals = [0.0, *(round(total, 6) for total in accumulate(one.amount for one in ordered))]

    def range(self, step: Step) -> tuple[float, float]:
        """The least and the most on hand from the beginning to the end of the day of a count."""
        day = middle(step.at).date()
        first, last = bisect_left(self._days, day), bisect_right(self._days, day)
        totals = self._totals[first : last + 1]
        return min(totals), max(totals)


def stock_cases(stock: Stock, context: Context) -> Mapping[str, list[StockCase]]:
    """The cases of stock, by rule."""
    return {
        stock_covered.id: [StockCase(one, context) for one in stock.shortages],
        stock_arrived.id: [StockCase(one, context) for one in stock.consignments],
    }
