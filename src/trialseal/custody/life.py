"""The life of one kit: its steps in order, where it was before and after each, and which make no sense."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from trialseal.custody.order import by_time, in_order
from trialseal.custody.position import MOVING, NOWHERE, Position, Whereabouts, is_lawful, moved
from trialseal.custody.steps import Step
from trialseal.escaping import quoted

_ENDS: Final = frozenset(("received", "lost"))
"""What ends a way."""


class Move(NamedTuple):
    """A step, and where the kit was before it."""

    step: Step
    before: Position
    lawful: bool


class Leg(NamedTuple):
    """A kit's way from a place to another."""

    sent: Step
    ended: Step | None
    """What received it, or lost it on the way; None while it is under way."""


class Life(NamedTuple):
    """What happened to one kit."""

    kit: str
    lot: str | None
    moves: tuple[Move, ...]
    of_lot: tuple[Step, ...]
    """What was said of its whole lot."""
    now: Position
    legs: tuple[Leg, ...]
    """Its ways, in order."""
    lawful: bool
    """Whether every step makes sense."""
    actions: frozenset[str]
    """Of its steps, and of those of its lot."""
    is_stock: bool = False
    """Whether these are the steps of a lot's stock without numbers: `kit` is the lot then."""

    @property
    def called(self) -> str:
        """What it is, as findings say it."""
        return f"{'stock of lot' if self.is_stock else 'kit'} {quoted(self.kit)}"

    @property
    def steps(self) -> list[Step]:
        """Its own steps, in order."""
        return [move.step for move in self.moves]

    def of(self, *actions: str) -> list[Step]:
        """Its own steps of these actions, and those of its lot, in no order."""
        return [one.step for one in self.moves if one.step.action in actions] + [
            one for one in self.of_lot if one.action in actions
        ]


def lot_named(steps: Iterable[Step]) -> str | None:
    """The lot that the first of a kit's steps names of those that name one."""
    naming = [one for one in steps if one.lot is not None]
    return min(naming, key=by_time).lot if naming else None


def life_of(kit: str, lot: str | None, steps: Sequence[Step], of_lot: Sequence[Step] = ()) -> Life:
    """The life of a kit from its own steps, in any order, and from what was said of its lot."""
    moves, legs, now, lawful = _played(sorted(steps, key=by_time))
    if not lawful:
        moves, legs, now, lawful = _played(in_order(steps))
    return Life(kit, lot, tuple(moves), tuple(of_lot), now, tuple(legs), lawful, _actions(steps, of_lot))


def _played(steps: Iterable[Step]) -> tuple[list[Move], list[Leg], Position, bool]:
    """The moves and ways of steps in this order, where they end, and whether all make sense."""
    position, lawful = NOWHERE, True
    moves: list[Move] = []
    legs: list[Leg] = []
    for step in steps:
        makes_sense = is_lawful(position, step)
        lawful = lawful and makes_sense
        if makes_sense and step.action in _ENDS and position.where is Whereabouts.UNDER_WAY:
            assert position.since is not None
            legs.append(Leg(position.since, step))
        moves.append(Move(step, position, makes_sense))
        position = moved(position, step)
    if position.where is Whereabouts.UNDER_WAY and position.since is not None:
        legs.append(Leg(position.since, None))
    return moves, legs, position, lawful


def stock_life(lot: str, steps: Iterable[Step], of_lot: Sequence[Step] = ()) -> Life:
    """What moved of a lot's stock without numbers, for rules that ask nothing of where it was."""
    moving = sorted((one for one in steps if one.action in MOVING), key=by_time)
    moves = tuple(Move(one, NOWHERE, True) for one in moving)
    return Life(lot, lot, moves, tuple(of_lot), NOWHERE, (), True, _actions(moving, of_lot), True)


def _actions(steps: Iterable[Step], of_lot: Iterable[Step]) -> frozenset[str]:
    return _once(frozenset([*(one.action for one in steps), *(one.action for one in of_lot)]))


@lru_cache(maxsize=1 << 10)
def _once(actions: frozenset[str]) -> frozenset[str]:
    """The same set for the same actions: most of very many kits have the same."""
    return actions
