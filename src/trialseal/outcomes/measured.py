"""How often each kind of answer was wrong when it was measured against human ratings: what `make evaluate` writes."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

from trialseal.outcomes.judgement import Answer

Compared = Literal["versions", "confirmed", "unconfirmed"]
"""Two versions of a record; a record and a paper whose outcomes somebody confirmed; one as patterns read it."""


class Measured(NamedTuple):
    """Of so many such answers, how many fell on what human raters call changed; 95 % lie between the shares."""

    changed: int
    answers: int
    low: float
    high: float

    @property
    def of_hundred(self) -> int:
        """Of 100 such answers, on how many something had changed in human eyes."""
        return round(100 * self.changed / self.answers)

    @property
    def words(self) -> str:
        """`of 100 such answers about 92 (76 to 100) were on outcomes that human raters call changed (12 were
        measured)`."""
        between = f"{round(100 * self.low)} to {round(100 * self.high)}"
        counted = f"{self.answers} {'was' if self.answers == 1 else 'were'} measured"
        return (
            f"of 100 such answers about {self.of_hundred} ({between}) were on outcomes that human raters call changed "
            f"({counted})"
        )


def measured(compared: Compared, answer: Answer) -> Measured | None:
    """What is known of an answer; None where none such was given when it was measured."""
    counts = _held().get(compared, {}).get(answer)
    if counts is None:
        return None
    changed, whole, low, high = counts
    return Measured(changed, whole, low / 100, high / 100)


@cache
def _held() -> dict[str, dict[str, list[int]]]:
    text = files("trialseal.outcomes").joinpath("measured.json").read_text(encoding="utf-8")
    held: dict[str, dict[str, list[int]]] = json.loads(text)
    return held
