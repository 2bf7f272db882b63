"""Which outcome of one set belongs to which of the other: at best one to one, over the whole set at once."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf


def assign(scores: Sequence[Sequence[float]]) -> list[int]:
    """For each row the column that it is given so that the sum of scores is greatest; -1 for a row left over.

    The Hungarian method with potentials (Kuhn 1955; Jonker and Volgenant 1987), O(rows × rows × columns). Ties go
    to the lower column.
    """
    if not scores or not scores[0]:
        return [-1] * len(scores)
    rows, columns = len(scores), len(scores[0])
    if rows > columns:
        given = [-1] * rows
        turned = [[scores[row][column] for row in range(rows)] for column in range(columns)]
        for column, row in enumerate(assign(turned)):
            given[row] = column
        return given
    row_potential = [0.0] * (rows + 1)
    column_potential = [0.0] * (columns + 1)
    taken_by = [0] * (columns + 1)
    for row in range(1, rows + 1):
        _augment(scores, row, row_potential, column_potential, taken_by)
    given = [-1] * rows
    for column in range(1, columns + 1):
        if taken_by[column]:
            given[taken_by[column] - 1] = column - 1
    return given


def _augment(
    scores: Sequence[Sequence[float]],
    row: int,
    row_potential: list[float],
    column_potential: list[float],
    taken_by: list[int],
) -> None:
    """Gives one more row a column, moving others along the cheapest alternating path. Index 0 stands for nothing."""
    columns = len(column_potential) - 1
    taken_by[0] = row
    column = 0
    slack = [inf] * (columns + 1)
    came_from = [0] * (columns + 1)
    visited = [False] * (columns + 1)
    while taken_by[column]:
        visited[column] = True
        here = taken_by[column]
        costs, potential = scores[here - 1], row_potential[here]
        least, following = inf, 0
        for other in range(1, columns + 1):
            if visited[other]:
                continue
            reduced = -costs[other - 1] - potential - column_potential[other]
            if reduced < slack[other]:
                slack[other] = reduced
                came_from[other] = column
            if slack[other] < least:
                least, following = slack[other], other
        for other in range(columns + 1):
            if visited[other]:
                row_potential[taken_by[other]] += least
                column_potential[other] -= least
            else:
                slack[other] -= least
        column = following
    while column:
        before = came_from[column]
        taken_by[column] = taken_by[before]
        column = before
