"""What came first of two entries, as far as the dates that were written tell."""

from __future__ import annotations

from enum import Enum

from trialseal.documents.times import Order, order
from trialseal.evidence.consents import Entry


class Reached(Enum):
    """Whether something had come into force when something else happened."""

    NO = "no"
    YES = "yes"
    TODAY = "today"
    """On that very day, from the beginning of which it is in force."""
    UNCLEAR = "unclear"


def order_of(one: Entry, other: Entry) -> Order:
    return order(one.at, other.at, same_place=one.site is not None and one.site == other.site)


def definite(its: Order) -> Order:
    """The very same time tells no more about what came first than no time."""
    return Order.UNCLEAR if its is Order.SAME else its


def reached_by(one: Entry, statement: Entry) -> Reached:
    return reached_at(one, statement.at, same_place=one.site is not None and one.site == statement.site)


def reached_at(one: Entry, since: str, *, same_place: bool = True) -> Reached:
    """Whether what began `since` then had come into force when an entry happened."""
    match order(one.at, since, same_place=same_place):
        case Order.BEFORE:
            return Reached.NO
        case Order.AFTER | Order.SAME:
            return Reached.YES
    if same_place and len(since) == 10 and one.at[:10] == since and not one.at.endswith("Z"):
        return Reached.TODAY
    return Reached.UNCLEAR


def may_lie_between(one: Entry, end: Entry, other: Entry) -> bool:
    return end is not one and order_of(end, one) is not Order.BEFORE and order_of(end, other) is not Order.AFTER
