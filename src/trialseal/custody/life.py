"""The life of one kit: its steps in order, where it was before and after each, and which make no sense."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from trialseal.custody.order import by_time, in_order
from trialseal.custody.position import MOVING, NOWHERE, Position, Whereabouts, is_lawful, moved
from trialseal.custody.steps import Step
from trialseal.escaping import quoted


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

    @property
    def legs(self) -> list[Leg]:
        """Its ways, in order."""
        found: list[Leg] = []
        for move in self.moves:
            if move.before.where is Whereabouts.UNDER_WAY and move.lawful and move.step.action in ("received", "lost"):
                assert move.before.since is not None
                found.append(Leg(move.before.since, move.step))
        if self.now.where is Whereabouts.UNDER_WAY and self.now.since is not None:
            found.append(Leg(self.now.since, None))
        return found


def life_of(kit: str, lot: str | None, steps: Sequence[Step], of_lot: Sequence[Step] = ()) -> Life:
    """The life of a kit from its own steps, in any order, and from what was said of its lot."""
    position = NOWHERE
    moves = []
    for step in in_order(steps):
        moves.append(Move(step, position, is_lawful(position, step)))
        position = moved(position, step)
    return Life(kit, lot, tuple(moves), tuple(of_lot), position)


def stock_life(lot: str, steps: Iterable[Step], of_lot: Sequence[Step] = ()) -> Life:
    """What moved of a lot's stock without numbers, for rules that ask nothing of where it was."""
    moving = sorted((one for one in steps if one.action in MOVING), key=by_time)
    return Life(lot, lot, tuple(Move(one, NOWHERE, True) for one in moving), tuple(of_lot), NOWHERE, True)
