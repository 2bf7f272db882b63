"""Numbers of rows as somebody types them: 2,5-9."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

_STRETCH = re.compile(r"([0-9]{1,15})(?:-([0-9]{1,15}))?", re.ASCII)


class RowNumbers:
    """Some of a table's rows, counted from 1, in stretches."""

    def __init__(self, stretches: Iterable[range]) -> None:
        """The stretches, in any order; they may overlap."""
        joined: list[range] = []
        for one in sorted(stretches, key=lambda one: one.start):
            if joined and one.start <= joined[-1].stop:
                joined[-1] = range(joined[-1].start, max(joined[-1].stop, one.stop))
            else:
                joined.append(one)
        self.stretches = tuple(joined)
        """In order; no two touch."""
        self._begins = [one.start for one in joined]

    @classmethod
    def of(cls, text: str) -> RowNumbers | None:
        """'2', '2-5' or '2,5-9'; None of all else."""
        found = [_STRETCH.fullmatch(one) for one in text.split(",")]
        stretches = [range(int(one[1]), int(one[2] or one[1]) + 1) for one in found if one]
        return cls(stretches) if len(stretches) == len(found) and all(stretches) else None

    def __contains__(self, row: int) -> bool:
        place = bisect_right(self._begins, row)
        return place > 0 and row < self.stretches[place - 1].stop

    def __len__(self) -> int:
        return sum(map(len, self.stretches))

    def __or__(self, other: RowNumbers) -> RowNumbers:
        return RowNumbers((*self.stretches, *other.stretches))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RowNumbers) and self.stretches == other.stretches

    def __hash__(self) -> int:
        return hash(self.stretches)

    def __str__(self) -> str:
        return ",".join(str(one.start) if len(one) == 1 else f"{one.start}-{one.stop - 1}" for one in self.stretches)

    def outside(self, rows: int) -> str | None:
        """The first number that a table of so many rows does not have, as text; None if it has all."""
        if not self.stretches or self.stretches[0].start < 1:
            return "0"
        last = self.stretches[-1]
        return None if last.stop <= rows + 1 else str(max(rows + 1, last.start))
