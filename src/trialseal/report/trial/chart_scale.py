"""Where on a chart a time lies, and the measures that its parts share."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from trialseal import escaping
from trialseal.documents.identifiers import date_range
from trialseal.errors import UsageError
from trialseal.report.trial.view import Period, TimelineEntry

NARROW = 480
_NARROW_LABEL = 26
DAY = 86_400
# Year 5000: what lies beyond stands in the list, and would press all else into one line of a drawing.
LAST_DRAWN = 95_617_584_000
FONT = 12
ROW = 20
LANE_HEAD = 23
LANE_FOOT = 7
LANE_GAP = 6
AXIS = 44
EDGE = 12
# Of the width, what time takes at least, whatever room the last labels would want.
_LEAST_USED = 0.78
BAR = "#b9dad5"
SHADE = "#eaf4f2"
RADIUS = 5.5


@dataclass(frozen=True, slots=True)
class Mark:
    """An entry on the drawing: where its marks are, and what it is called."""

    entry: TimelineEntry
    x: float
    declared: tuple[float, float] | None
    label: str
    left: float
    right: float
    flipped: bool  # the label stands to the left, since the drawing ends to the right …
    between: bool  # … and on the line between both marks, since that is long enough


class Scale:
    """From Unix seconds to the drawing's x."""

    def __init__(self, first: float, last: float, width: int, labels: Sequence[tuple[float, float]]) -> None:
        """`labels`: where each begins, in Unix seconds, and how wide it is; room is made for them at the end."""
        edge = max(last - first, float(DAY)) * 0.02
        self.first = first - edge
        self.width = width
        drawn = max(last - first, float(DAY)) + 2 * edge
        whole = float(width - 2 * EDGE)
        fitting = [(whole - room) * drawn / (at - self.first) for at, room in labels]
        used = min(max(min(fitting, default=whole), whole * _LEAST_USED), whole)
        self.last = self.first + drawn * whole / used

    def x(self, seconds: float) -> float:
        share = (seconds - self.first) / (self.last - self.first)
        return EDGE + share * (self.width - 2 * EDGE)


def text(value: str) -> str:
    """Text that is safe in HTML and SVG, attributes included, and cannot change how the rest reads.

    Characters that are not seen, or reorder text, are made visible; scripts that run from right to left need none.
    """
    return escaping.html_text(value)


def declared_seconds(declared: str) -> tuple[float, float] | None:
    """Unix seconds from the first to the end of the last UTC day that a declared date may mean."""
    try:
        first, last = date_range(declared)
    except UsageError:
        return None
    span = seconds_of(first), seconds_of(last) + DAY
    return span if span[1] < LAST_DRAWN else None


def seconds_of(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


def scale_of(entries: Sequence[TimelineEntry], periods: Sequence[Period], width: int, labelled: bool) -> Scale:
    times = [float(entry.time) for entry in entries]
    stated = [entry.declared for entry in entries if entry.declared]
    stated += [one for period in periods for one in (period.start, period.end) if one]
    for declared in stated:
        if span := declared_seconds(declared):
            times += span
    narrow = width <= NARROW
    labels = [(entry.time, room_of(label_words(entry, narrow)) + RADIUS) for entry in entries] if labelled else []
    return Scale(min(times, default=0.0), max(times, default=1.0), width, labels)


def fitted(label: str, room: float) -> str:
    """As much of a label as the room takes."""
    if room_of(label) <= room:
        return label
    words = label.removesuffix("…")
    while words and room_of(f"{words}…") > room:
        words = words[:-1]
    return f"{words.rstrip()}…" if words.strip() else ""


def room_of(label: str) -> float:
    return text_width(label) + 7 if label else 0.0


def label_words(entry: TimelineEntry, narrow: bool) -> str:
    number = f"{entry.number}" if entry.number is not None else ""
    words = entry.label or entry.words
    if narrow:  # acts have numbers, by which the list below is found; what has none is named in few words
        return number or (words if len(words) <= _NARROW_LABEL else words[: _NARROW_LABEL - 1] + "…").strip()
    words = words if len(words) <= 40 else words[:39] + "…"
    return f"{number}  {words}" if number else words


def text_width(words: str) -> float:
    """About how many pixels a text takes; East Asian characters take twice the room."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in words)
    return (len(words) - wide) * FONT * 0.53 + wide * FONT * 1.02
