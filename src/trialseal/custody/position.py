"""Where one kit is, and how each step moves it."""

from __future__ import annotations

from enum import Enum
from typing import Final, NamedTuple

from trialseal.custody.steps import DISPENSED, Step


class Whereabouts(Enum):
    """What kind of place a kit is in."""

    UNKNOWN = "not seen yet"
    HELD = "on hand"
    UNDER_WAY = "under way"
    WITH_PARTICIPANT = "with a participant"
    LOST = "lost"
    DESTROYED = "destroyed"


class Position(NamedTuple):
    """Where a kit is, since which step."""

    where: Whereabouts
    place: str | None = None
    """Where it is held; where it is shipped to; where it was dispensed, lost or destroyed."""
    since: Step | None = None


NOWHERE: Final = Position(Whereabouts.UNKNOWN)
_LEAVES: Final = {
    DISPENSED: Whereabouts.WITH_PARTICIPANT,
    "shipped": Whereabouts.UNDER_WAY,
    "lost": Whereabouts.LOST,
    "destroyed": Whereabouts.DESTROYED,
}
_ARRIVES: Final = frozenset(("made", "received", "returned", "found"))
MOVING: Final = frozenset((*_LEAVES, *_ARRIVES))
"""The actions that move a kit."""


def is_lawful(position: Position, step: Step) -> bool:
    """Whether a step makes sense for a kit that is there. A life begins with what made or received it."""
    where, place = position.where, position.place
    match step.action:
        case "made":
            return where is Whereabouts.UNKNOWN
        case "received":
            return where is Whereabouts.UNKNOWN or (where is Whereabouts.UNDER_WAY and place == step.place)
        case "returned":
            return where is Whereabouts.WITH_PARTICIPANT
        case "found":
            return where is Whereabouts.LOST
        case "lost":
            return where is Whereabouts.UNDER_WAY or (where is Whereabouts.HELD and place == step.place)
        case "shipped" | "destroyed" | "counted":
            return where is Whereabouts.HELD and place == step.place
        case "dispensed":
            return where is Whereabouts.HELD and step.place in (None, place)
    return True


def moved(position: Position, step: Step) -> Position:
    """Where a kit is after a step, which is believed even where it makes no sense."""
    if step.action in _ARRIVES:
        return Position(Whereabouts.HELD, step.place, step)
    if step.action == "shipped":
        return Position(Whereabouts.UNDER_WAY, step.member("destination"), step)
    if step.action in _LEAVES:
        return Position(_LEAVES[step.action], step.place or position.place, step)
    return position
