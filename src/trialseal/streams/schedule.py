"""When a blinded trial's stream is anchored: at fixed times, by a fixed number of entries, so that neither tells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from trialseal.errors import UsageError

_SECONDS = {"m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}
SHORTEST = 60
# A head is anchored in the first eighth of its period or not at all: when within it, should tell nothing.
_WINDOW = 8


@dataclass(frozen=True, slots=True)
class Schedule:
    """A head every `every` seconds from `start` on, each `step` entries larger than the one before."""

    start: int  # Unix seconds; the first head is due one period later
    every: int
    step: int

    def due(self, now: int) -> int | None:
        """The time for which a head may be anchored now; None outside the times."""
        slot = self.last(now)
        return slot if slot is not None and now < slot + self.window else None

    def last(self, now: int) -> int | None:
        """The last time for a head that has come; None before the first."""
        number = (now - self.start) // self.every
        return self.start + number * self.every if number > 0 else None

    def next(self, now: int) -> int:
        """The next time for a head, after `now`."""
        return self.start + max((now - self.start) // self.every + 1, 1) * self.every

    @property
    def window(self) -> int:
        """How many seconds after its time a head may still be anchored."""
        return max(self.every // _WINDOW, 1)

    def as_json(self) -> dict[str, Any]:
        """For stream.json; the start in words stands beside."""
        words = datetime.fromtimestamp(self.start, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {"start": self.start, "every_seconds": self.every, "step": self.step, "from": words}

    @classmethod
    def from_json(cls, value: Any) -> Schedule:
        """The inverse of `as_json`; ValueError, KeyError or TypeError if it is none."""
        schedule = cls(int(value["start"]), int(value["every_seconds"]), int(value["step"]))
        if schedule.every < SHORTEST or schedule.step < 1:
            raise ValueError
        return schedule


def period(text: str) -> int:
    """Seconds of a period like 30m, 12h, 7d or 2w; UsageError for anything else."""
    match = re.fullmatch(r"([1-9][0-9]{0,4})([mhdw])", text)
    if not match:
        raise UsageError(f"{text!r} is not a period: write 30m, 12h, 7d or 2w")
    return int(match[1]) * _SECONDS[match[2]]
