"""What a command prints: words for a person on standard output, or one JSON value; progress on standard error."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

# Nobody wants to be told of what is over before it can be read.
_QUIET_SECONDS = 1.0


class Output:
    """Where a command's words go. With `as_json`, words are kept back and `value` prints one JSON value."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self._started = time.monotonic()
        self._progress_shown = False

    def say(self, words: str) -> None:
        """A line for a person; nothing with `--json`."""
        if not self.as_json:
            self._end_progress()
            print(words)

    def value(self, value: Any) -> None:
        """The answer for a program; nothing without `--json`."""
        if self.as_json:
            self._end_progress()
            print(json.dumps(value, indent=2, ensure_ascii=False, default=_plain))

    def progress(self, words: str) -> None:
        """What is being done now, if it has taken more than a second and a terminal is there to show it."""
        if sys.stderr.isatty() and time.monotonic() - self._started > _QUIET_SECONDS:
            print(f"\r\033[K{words}", end="", file=sys.stderr, flush=True)
            self._progress_shown = True

    def _end_progress(self) -> None:
        if self._progress_shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
            self._progress_shown = False


def table(rows: Sequence[Mapping[str, str]]) -> str:
    """Rows with the same keys as aligned columns under their keys."""
    if not rows:
        return ""
    columns = list(rows[0])
    widths = [max(len(column), *(len(row[column]) for row in rows)) for column in columns]
    lines = ["  ".join(column.ljust(width) for column, width in zip(columns, widths, strict=True))]
    lines += [
        "  ".join(row[column].ljust(width) for column, width in zip(columns, widths, strict=True)) for row in rows
    ]
    return "\n".join(line.rstrip() for line in lines)


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        return value.hex()
    return str(value)
