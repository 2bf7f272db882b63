"""The order in which the boxes of a page are read: column by column, what spans columns where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar


class Placed(Protocol):
    """A box on a page; lengths in points from its lower left corner."""

    x0: float
    x1: float
    y0: float
    y1: float


Box = TypeVar("Box", bound=Placed)

_SLACK = 2.0
"""Points by which a box may reach over the gap between columns."""
_LEAST = 0.15
"""Of the height of all boxes, what stands at least on either side of a gap between columns."""
_SPANNING = 0.5
"""Of the height of all boxes, what reaches over a gap between columns at most."""


def in_reading_order(boxes: Sequence[Box]) -> list[Box]:
    """Boxes from top to bottom; where they stand in columns, column by column between what spans them."""
    gap = _gap(boxes)
    if gap is None:
        return sorted(boxes, key=lambda box: (-box.y1, box.x0))
    left = [box for box in boxes if box.x1 <= gap + _SLACK]
    right = [box for box in boxes if box.x0 >= gap - _SLACK and box.x1 > gap + _SLACK]
    spanning = [box for box in boxes if box.x0 < gap - _SLACK and box.x1 > gap + _SLACK]
    ordered: list[Box] = []
    for bar in [*sorted(spanning, key=lambda box: -box.y1), None]:
        floor = float("-inf") if bar is None else (bar.y0 + bar.y1) / 2
        for side in (left, right):
            above = [box for box in side if (box.y0 + box.y1) / 2 > floor]
            side[:] = [box for box in side if (box.y0 + box.y1) / 2 <= floor]
            ordered += in_reading_order(above)
        if bar is not None:
            ordered.append(bar)
    return ordered


def _gap(boxes: Sequence[Box]) -> float | None:
    """Where the widest gap between columns lies, from left to right; None where there are no columns."""
    whole = sum(box.y1 - box.y0 for box in boxes)
    if len(boxes) < 2 or not whole:
        return None
    best: tuple[float, float] | None = None
    for place in sorted({round(box.x1) for box in boxes}):
        before = sum(box.y1 - box.y0 for box in boxes if box.x1 <= place + _SLACK)
        over = sum(box.y1 - box.y0 for box in boxes if box.x0 < place - _SLACK and box.x1 > place + _SLACK)
        behind = whole - before - over
        if min(before, behind) < _LEAST * whole or over > _SPANNING * whole:
            continue
        # What is even on both sides of the gap, and what fewest boxes reach over.
        worth = min(before, behind) - 2 * over
        if best is None or worth > best[0]:
            best = worth, place
    return best and best[1]
