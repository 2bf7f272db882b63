"""Rules about a kit's way: on a list, made and received once, where it was sent, in time, and used where it was."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache

from trialseal.custody.life import Leg, Move
from trialseal.custody.order import order_of
from trialseal.custody.position import Position, Whereabouts
from trialseal.custody.reading import HOLDS, PRODUCTS, KitCase, absent, first_open, step_fact, step_words
from trialseal.custody.steps import DISPENSED, Step
from trialseal.documents.identifiers import date_range
from trialseal.documents.times import Order, span
from trialseal.escaping import quoted
from trialseal.evidence.wording import count
from trialseal.rules.finding import Answer, does_not_apply, fails, rule, undetermined

_days = lru_cache(maxsize=1 << 12)(date_range)
_NONE = does_not_apply("no step of that kind")


@rule(
    "kit-listed",
    asks="Is the kit on the list of kits?",
    source=PRODUCTS,
    applies="where a list of kits is given",
)
def kit_listed(case: KitCase) -> Answer:
    kits = case.context.evidence.kits
    if kits is None:
        return does_not_apply("no list of kits was given")
    if case.life.kit in kits:
        return HOLDS
    first = case.life.steps[0]
    return fails(
        f"{case.life.called} was {step_words(first)}, and is on no list given: is the number right, or is "
        "there another list?",
        step_fact(first),
    )


@rule(
    "kit-once",
    asks="Was the kit made, received and dispensed only once, unless it was returned in between?",
    source=PRODUCTS,
    applies="to kits that were made, received or dispensed",
)
def kit_once(case: KitCase) -> Answer:
    moves = [one for one in case.life.moves if one.step.action in ("made", "received", DISPENSED)]
    return first_open(_once(case, move) for move in moves) or _NONE


def _once(case: KitCase, move: Move) -> Answer:
    step, before = move.step, move.before
    if not is_repeated(move):
        return HOLDS
    assert before.since is not None
    sentence = f"{case.life.called} was {step_words(before.since)}, and {step_words(step)}"
    if step.action == DISPENSED:
        return absent(case, f"{sentence}, and no return between is found", "which of both was it?", before.since, step)
    return absent(case, sentence, "is one of both another kit, or written twice?", before.since, step)


def is_repeated(move: Move) -> bool:
    """Whether a step does to a kit what was done to it already."""
    step, before = move.step, move.before
    if move.lawful:
        return False
    match step.action:
        case "made":
            return True
        case "received":
            return before.where is Whereabouts.HELD and before.place == step.place
        case "dispensed":
            return before.where is Whereabouts.WITH_PARTICIPANT
    return False


@rule(
    "kit-received-where-sent",
    asks="Was the kit received where it was sent to?",
    source=PRODUCTS,
    applies="to kits that were received after something else is known of them",
)
def kit_received_where_sent(case: KitCase) -> Answer:
    found = [
        _received(case, move)
        for move in case.life.moves
        if move.step.action == "received" and move.before.where is not Whereabouts.UNKNOWN and not is_repeated(move)
    ]
    return first_open(found) or _NONE


def _received(case: KitCase, move: Move) -> Answer:
    step, before = move.step, move.before
    if move.lawful:
        return HOLDS
    assert before.since is not None
    sentence = f"{case.life.called} was {step_words(before.since)}, and {step_words(step)}"
    if before.where is Whereabouts.UNDER_WAY:
        return absent(case, sentence, "was it sent on, or is one of both places wrong?", before.since, step)
    sentence += f", and no dispatch to {quoted(step.place)} is found"
    return absent(case, sentence, "how did it get there?", before.since, step)


@rule(
    "kit-in-time",
    asks="Was the kit under way no longer than the trial's plan allows?",
    source=PRODUCTS,
    applies="where the plan's limit is given, to kits that were shipped",
)
def kit_in_time(case: KitCase) -> Answer:
    days = case.context.transit_days
    if days is None:
        return does_not_apply("no limit was given")
    return first_open(_in_time(case, leg, days) for leg in case.life.legs) or _NONE


def _in_time(case: KitCase, leg: Leg, days: int) -> Answer:
    sent, limit = span(leg.sent.at), timedelta(days=days)
    if leg.ended is not None and _days(leg.ended.at[:10])[1] - _days(leg.sent.at[:10])[0] <= limit:
        return HOLDS
    about = f"{case.life.called} was {step_words(leg.sent)}"
    if leg.ended is not None:
        ended = span(leg.ended.at)
        sentence = f"{about}, and {step_words(leg.ended)}; the plan allows {count(days, 'day')}"
        if ended.first - sent.end > limit:
            return fails(f"{sentence}: where was it?", step_fact(leg.sent), step_fact(leg.ended))
        return undetermined(f"{sentence}; times of day would settle it", step_fact(leg.sent), step_fact(leg.ended))
    late = (case.context.today - sent.end.date()).days
    if late <= days:
        return HOLDS
    return absent(
        case,
        f"{about}, and on {case.context.today} no receipt is found; the plan allows {count(days, 'day')}",
        "where is it?",
        leg.sent,
    )


@rule(
    "kit-clocks",
    asks="Was the kit received no earlier, by the clocks of both, than it was sent?",
    source=PRODUCTS,
    applies="to kits that were sent and received",
)
def kit_clocks(case: KitCase) -> Answer:
    legs = [leg for leg in case.life.legs if leg.ended is not None]
    return first_open(_clocks(case, leg.sent, leg.ended) for leg in legs if leg.ended) or _NONE


def _clocks(case: KitCase, sent: Step, ended: Step) -> Answer:
    # Two times of one zone are in order as they are written.
    plainly = len(ended.at) == len(sent.at) and ended.at[16:] == sent.at[16:] and ended.at >= sent.at
    if plainly or order_of(ended, sent) is not Order.BEFORE:
        return HOLDS
    return fails(
        f"{case.life.called} was {step_words(ended)}, and {step_words(sent)}, which is later: which of the two "
        "clocks is right?",
        step_fact(sent),
        step_fact(ended),
    )


@rule(
    "kit-dispensed-where-held",
    asks="Was the kit dispensed where it was on hand?",
    source=PRODUCTS,
    applies="to kits that were dispensed",
)
def kit_dispensed_where_held(case: KitCase) -> Answer:
    found = [
        _where_held(case, move) for move in case.life.moves if move.step.action == DISPENSED and not is_repeated(move)
    ]
    return first_open(found) or _NONE


@rule(
    "kit-handled-where-held",
    asks="Was the kit where it was said to be shipped, destroyed, lost or found?",
    source=PRODUCTS,
    applies="to kits that were shipped, destroyed, lost or found",
)
def kit_handled_where_held(case: KitCase) -> Answer:
    found = [
        _where_held(case, move)
        for move in case.life.moves
        if move.step.action in ("shipped", "destroyed", "lost", "found")
    ]
    return first_open(found) or _NONE


def _where_held(case: KitCase, move: Move) -> Answer:
    step, before = move.step, move.before
    if move.lawful:
        return HOLDS
    about = f"{case.life.called} was {step_words(step)}, and {position_words(before)}"
    steps = (step, before.since) if before.since is not None else (step,)
    return absent(case, about, "how did it get there?", *steps)


def position_words(position: Position) -> str:
    """Where a kit was, as a part of a sentence."""
    if position.since is None:
        return "nothing before tells where it was"
    last = step_words(position.since)
    match position.where:
        case Whereabouts.UNDER_WAY:
            return f"it had been {last}, and no receipt is found"
        case Whereabouts.HELD:
            return f"it was on hand at {quoted(position.place)} ({last})"
    return f"it had been {last}"


@rule(
    "kit-counted",
    asks="Was the kit where it was counted?",
    source=PRODUCTS,
    applies="to kits that were counted by number",
)
def kit_counted(case: KitCase) -> Answer:
    found = []
    for move in case.life.moves:
        if move.step.action == "counted":
            found.append(_where_held(case, move))
    return first_open(found) or _NONE
