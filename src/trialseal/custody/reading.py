"""What rules about products share: the case, what lies before what, and how a finding says a step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from trialseal.custody.life import Life
from trialseal.custody.order import order_of
from trialseal.custody.steps import DISPENSED, Step
from trialseal.documents.times import Order
from trialseal.escaping import quoted
from trialseal.evidence.consents import Entry
from trialseal.evidence.custody import CustodyEvidence
from trialseal.rules.finding import Answer, Fact, Standard, Status, fails, holds, undetermined

PRODUCTS: Final = Standard(
    "ICH E6(R3)", "3.15.3(c)", "2025", "identity, shipment, receipt, return and destruction of the product"
)
HOLDS: Final = holds("")
"""The answer of most kits: made once, since there may be a hundred thousand."""


class Context(NamedTuple):
    """What is the same for every kit of an audit."""

    evidence: CustodyEvidence
    today: date
    stated: frozenset[str]
    """The actions that any step at hand is of."""
    people: Mapping[str, Mapping[str, Sequence[Entry]]]
    """By type, then by participant: consents, withdrawals, randomisations."""
    transit_days: int | None = None
    """How long a kit may be under way by the trial's plan; None where that is not stated."""


class KitCase(NamedTuple):
    """One kit, and what is the same for every one."""

    life: Life
    context: Context


def absent(case: KitCase, sentence: str, question: str, *steps: Step) -> Answer:
    """What rests on something that is not found: a question where all streams are given, else undetermined."""
    facts = map(step_fact, steps)
    if unseen := case.context.evidence.unseen:
        return undetermined(f"{sentence}; but {unseen}", *facts)
    if vague := next((one for one in steps if len(one.at) < 10), None):
        return undetermined(f"{sentence}; but {vague.entry.place} says no day ({vague.at})", *facts)
    return fails(f"{sentence}: {question}", *facts)


def before(step: Step, others: Iterable[Step]) -> tuple[list[Step], list[Step]]:
    """Those of the others that lie before a step, and those of which it cannot be told, where before is as it should
    be: then a day that is earlier as it was written is earlier, wherever on Earth both were written."""
    earlier, unclear = [], []
    for one in others:
        if is_earlier(one, step):
            earlier.append(one)
        elif order_of(one, step) is not Order.AFTER:
            unclear.append(one)
    return earlier, unclear


def is_earlier(one: Step, other: Step) -> bool:
    """Whether a step lies before another, or on an earlier day as both were written."""
    match order_of(one, other):
        case Order.BEFORE:
            return True
        case Order.UNCLEAR:
            return one.at[:10] < other.at[: len(one.at[:10])]
    return False


def when(step: Step) -> str:
    at = step.at
    return f"{'in' if len(at) < 10 else 'on' if len(at) == 10 else 'at'} {at}"


def step_words(step: Step) -> str:
    """'shipped from depot to DE-01 on 2026-03-02'."""
    action = step.action.replace("-", " ")
    if step.action == "shipped":
        return f"shipped from {quoted(step.place)} to {quoted(step.member('destination'))} {when(step)}"
    if step.is_of_lot:
        return f"{action} with its lot {when(step)}"
    at = f" at {quoted(step.place)}" if step.place else ""
    return f"{action}{at} {when(step)}"


def step_fact(step: Step) -> Fact:
    words = step_words(step)
    if step.quantity is not None:
        words = f"{step.quantity:g} {step.unit} {words}"
    return Fact(words, step.entry.place)


def entry_fact(entry: Entry) -> Fact:
    return Fact(f"{entry.type} {entry.at}", entry.place)


def dispensings(case: KitCase) -> list[Step]:
    """When the kit was handed out."""
    return [move.step for move in case.life.moves if move.step.action == DISPENSED]


def first_open(answers: Iterable[Answer | None]) -> Answer | None:
    """The worst of several answers about one kit, the first of these; None where none applies."""
    found: Answer | None = None
    for one in answers:
        if one is None or one is found:
            continue
        if one.status is Status.FAILS:
            return one
        if found is None or (found.status is Status.HOLDS and one.status is Status.UNDETERMINED):
            found = one
    return found
