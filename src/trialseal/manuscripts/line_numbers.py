"""Numbers printed beside the lines of a manuscript for its reviewers: they are no words of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

_IN_FRONT = re.compile(r"(?P<number>\d{1,5})(?:\s+|$)")
# Every line is numbered, or every fifth: the share of all lines that must then bear a number of the row.
_SHARES = {1: 0.4, 5: 0.12}
_FEWEST = 6


def without_line_numbers(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """The lines of each page without the numbers in front of them; a line that was a number alone is ''. Unchanged
    where numbers do not rise line by line through most of the text."""
    lines = [line for page in pages for line in page]
    numbers = [int(found["number"]) if (found := _IN_FRONT.match(line)) else None for line in lines]
    for step, share in _SHARES.items():
        printed = _in_a_row(numbers, step)
        if len(printed) >= max(_FEWEST, share * sum(map(bool, lines))):
            bare = iter(_IN_FRONT.sub("", line, count=1) if i in printed else line for i, line in enumerate(lines))
            return [[next(bare) for _ in page] for page in pages]
    return [list(page) for page in pages]


def _in_a_row(numbers: Sequence[int | None], step: int) -> set[int]:
    """The places of numbers that the next one, or the one before, continues; 1 begins anew on each page."""
    given = [(place, number) for place, number in enumerate(numbers) if number is not None]
    found: set[int] = set()
    for place, (here, number) in enumerate(given):
        # Words that begin with a number of their own may stand between two.
        for there, other in given[place + 1 : place + 4]:
            if other == number + step:
                found.update((here, there))
                break
    return found
