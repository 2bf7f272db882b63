"""The boxes of a page as paragraphs, in the order of reading: column by column, what spans columns where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol, TypeVar


class Placed(Protocol):
    """A box on a page; lengths in points from its lower left corner."""

    @property
    def x0(self) -> float: ...
    @property
    def x1(self) -> float: ...
    @property
    def y0(self) -> float: ...
    @property
    def y1(self) -> float: ...


Box = TypeVar("Box", bound=Placed)


class Block(NamedTuple):
    """A box with the pieces of lines in it."""

    x0: float
    x1: float
    y0: float
    y1: float
    rows: list[Any]


_MOST_MENDED = 1_000
"""Boxes of a page beyond which torn lines stay torn: each is held against each."""
_SLACK = 2.0
"""Points by which a box may reach over the gap between columns."""
_LEAST = 0.15
"""Of the height of all boxes, what stands at least on either side of a gap between columns."""
_SPANNING = 0.5
"""Of the height of all boxes, what reaches over a gap between columns at most."""


def mended(blocks: Sequence[Block]) -> list[Block]:
    """Blocks with the pieces put back that wide spaces tore out of a line: what lies within another block and overlaps
    none of its lines."""
    if len(blocks) > _MOST_MENDED:
        return list(blocks)
    kept: list[Block] = []
    for block in sorted(blocks, key=lambda one: (one.x1 - one.x0) * (one.y1 - one.y0), reverse=True):
        around = next((one for one in kept if _lies_in(block, one) and _fits(block, one)), None)
        if around is None:
            kept.append(block._replace(rows=list(block.rows)))
        else:
            around.rows.extend(block.rows)
    return kept


def _lies_in(block: Block, other: Block) -> bool:
    return (
        block.x0 >= other.x0 - _SLACK
        and block.x1 <= other.x1 + _SLACK
        and block.y0 >= other.y0 - _SLACK
        and block.y1 <= other.y1 + _SLACK
    )


def _fits(block: Block, other: Block) -> bool:
    """Whether no piece of a block overlaps one of the other's."""
    return all(
        mine.x0 >= its.x1 - _SLACK
        or mine.x1 <= its.x0 + _SLACK
        or mine.y0 >= its.y1 - _SLACK
        or mine.y1 <= its.y0 + _SLACK
        for mine in block.rows
        for its in other.rows
    )


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
