"""The drawing of a timeline: lanes over an axis of block time, as SVG without scripts.

A filled mark stands at the time of the block, a hollow ring at the date that the statement names; a line
joins them. The same drawing is made for several widths, since text that is scaled down cannot be read.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from trialseal import escaping
from trialseal.documents.identifiers import date_range
from trialseal.errors import UsageError
from trialseal.evidence.wording import moment
from trialseal.report.trial.view import Category, Entry, Period, TimelineView

# Above the first, labels would cover the chart; above the second, marks would run into one bar.
MAX_LABELLED = 80
MAX_DRAWN = 2_000
_NARROW = 480
_NARROW_LABEL = 26

_LANES: tuple[tuple[str, tuple[Category, ...]], ...] = (
    ("Protocol versions and documents", ("protocol", "document")),
    ("Registries", ("registry",)),
    ("Milestones", ("milestone",)),
    ("Results", ("result",)),
    ("Attestations by others", ("attestation",)),
    ("Sponsorship, appointments, streams", ("transfer", "appointment", "stream")),
)
_DAY = 86_400
# Year 5000: what lies beyond stands in the list, and would press all else into one line of a drawing.
_LAST_DRAWN = 95_617_584_000
_FONT = 12
_ROW = 20
_LANE_HEAD = 23
_LANE_FOOT = 7
_LANE_GAP = 6
_AXIS = 44
_EDGE = 12
# Of the width, what time takes at least, whatever room the last labels would want.
_LEAST_USED = 0.78
_BAR = "#b9dad5"
_SHADE = "#eaf4f2"
_RADIUS = 5.5


@dataclass(frozen=True, slots=True)
class _Mark:
    """An entry on the drawing: where its marks are, and what it is called."""

    entry: Entry
    x: float
    declared: tuple[float, float] | None
    label: str
    left: float
    right: float
    flipped: bool  # the label stands to the left, since the drawing ends to the right …
    between: bool  # … and on the line between both marks, since that is long enough


class _Scale:
    """From Unix seconds to the drawing's x."""

    def __init__(self, first: float, last: float, width: int, labels: Sequence[tuple[float, float]]) -> None:
        """`labels`: where each begins, in Unix seconds, and how wide it is; room is made for them at the end."""
        edge = max(last - first, float(_DAY)) * 0.02
        self.first = first - edge
        self.width = width
        drawn = max(last - first, float(_DAY)) + 2 * edge
        whole = float(width - 2 * _EDGE)
        fitting = [(whole - room) * drawn / (at - self.first) for at, room in labels]
        used = min(max(min(fitting, default=whole), whole * _LEAST_USED), whole)
        self.last = self.first + drawn * whole / used

    def x(self, seconds: float) -> float:
        share = (seconds - self.first) / (self.last - self.first)
        return _EDGE + share * (self.width - 2 * _EDGE)


def timeline_svg(view: TimelineView, width: int, prefix: str) -> str:
    """The drawing of a view at a width in pixels; `prefix` keeps its ids apart from another drawing's."""
    entries = [one for one in view.entries if one.time < _LAST_DRAWN][:MAX_DRAWN]
    labelled = len(entries) <= MAX_LABELLED
    scale = _scale(entries, view.periods, width, labelled)
    top: float = _AXIS
    bands, top = _bands(view.periods, scale, top, prefix)
    lanes: list[str] = []
    for name, categories in _LANES:
        chosen = [entry for entry in entries if entry.category in categories]
        if chosen:
            drawn, height = _lane(name, chosen, scale, top, labelled)
            lanes.append(drawn)
            top += height + _LANE_GAP
    height = top + 2
    body = [_shades(view.periods, scale, height, prefix), *bands, *_axis(scale, height), *lanes]
    # What is inside an image cannot be reached: a drawing with links is a group of them.
    linked = any(one.number is not None for one in entries)
    title = f"Timeline of {view.title}: {len(view.entries)} entries"
    return (
        f'<svg class="chart {prefix}" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="{"group" if linked else "img"}" aria-label="{text(title)}" font-size="{_FONT}">'
        f"<defs>{_gradient(f'{prefix}-bar', _BAR)}{_gradient(f'{prefix}-shade', _SHADE)}</defs>"
        f"{''.join(body)}</svg>"
    )


def _gradient(name: str, colour: str) -> str:
    """A colour that fades to the ground. Opaque, since see-through gradients print badly."""
    return (
        f'<linearGradient id="{name}"><stop offset=".1" stop-color="{colour}"/>'
        f'<stop offset="1" stop-color="#fff"/></linearGradient>'
    )


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
    span = _seconds(first), _seconds(last) + _DAY
    return span if span[1] < _LAST_DRAWN else None


def _seconds(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


def _scale(entries: Sequence[Entry], periods: Sequence[Period], width: int, labelled: bool) -> _Scale:
    times = [float(entry.time) for entry in entries]
    stated = [entry.declared for entry in entries if entry.declared]
    stated += [one for period in periods for one in (period.start, period.end) if one]
    for declared in stated:
        if span := declared_seconds(declared):
            times += span
    narrow = width <= _NARROW
    labels = [(entry.time, _room(_label(entry, narrow)) + _RADIUS) for entry in entries] if labelled else []
    return _Scale(min(times, default=0.0), max(times, default=1.0), width, labels)


# ----- lanes -----


def _lane(name: str, entries: list[Entry], scale: _Scale, top: float, labelled: bool) -> tuple[str, float]:
    marks = [_mark(entry, scale, labelled) for entry in entries]
    marks.sort(key=lambda mark: (mark.x, mark.entry.number or 0))
    rows = _rows(marks) if labelled else [0] * len(marks)
    height = _LANE_HEAD + (max(rows, default=0) + 1) * _ROW + _LANE_FOOT
    drawn = [
        f'<g class="lane"><rect class="lane-ground" x="0" y="{top:.1f}" width="{scale.width}" '
        f'height="{height}" rx="6"/>',
        f'<text class="lane-name" x="{_EDGE}" y="{top + 16:.1f}">{text(name)}</text>',
    ]
    for mark, row in zip(marks, rows, strict=True):
        drawn.append(_drawn(mark, top + _LANE_HEAD + row * _ROW + _ROW / 2))
    return "".join(drawn) + "</g>", height


def _mark(entry: Entry, scale: _Scale, labelled: bool) -> _Mark:
    x = scale.x(entry.time)
    declared = None
    if entry.declared and (span := declared_seconds(entry.declared)):
        first, last = span
        # Declared on the day on which it was sealed: nothing to show. A day is drawn as a ring at its noon.
        if not first <= entry.time < last:
            middle = scale.x((first + last) / 2)
            exact = last - first <= _DAY
            declared = (middle, middle) if exact else (scale.x(first), scale.x(last))
    label = _label(entry, scale.width <= _NARROW) if labelled else ""
    room = _room(label)
    low = min(x, declared[0]) if declared else x
    high = max(x, declared[1]) if declared else x
    flipped = high + _RADIUS + room > scale.width - 2
    between = flipped and declared is not None and x - declared[1] > room + 4 * _RADIUS
    before = low - _RADIUS - 2
    if flipped and not between and room > before:  # it fits on neither side: the wider one has what fits of it
        after = scale.width - high - _RADIUS - 2
        flipped = before >= after
        label = _fitted(label, max(before, after))
        room = _room(label)
    left = low - _RADIUS - (room if flipped and not between else 0)
    right = high + _RADIUS + (0 if flipped else room)
    return _Mark(entry, x, declared, label, left, right, flipped, between)


def _fitted(label: str, room: float) -> str:
    """As much of a label as the room takes."""
    if _room(label) <= room:
        return label
    words = label.removesuffix("…")
    while words and _room(f"{words}…") > room:
        words = words[:-1]
    return f"{words.rstrip()}…" if words.strip() else ""


def _room(label: str) -> float:
    return _width(label) + 7 if label else 0.0


def _label(entry: Entry, narrow: bool) -> str:
    number = f"{entry.number}" if entry.number is not None else ""
    words = entry.label or entry.words
    if narrow:  # acts have numbers, by which the list below is found; what has none is named in few words
        return number or (words if len(words) <= _NARROW_LABEL else words[: _NARROW_LABEL - 1] + "…").strip()
    words = words if len(words) <= 40 else words[:39] + "…"
    return f"{number}  {words}" if number else words


def _rows(marks: Sequence[_Mark]) -> list[int]:
    """The row of each mark, so that no two overlap: the first row in which its place is free."""
    taken: list[list[_Mark]] = []
    rows = []
    for mark in marks:
        row = next((n for n, others in enumerate(taken) if not _overlaps(mark, others)), len(taken))
        if row == len(taken):
            taken.append([])
        taken[row].append(mark)
        rows.append(row)
    return rows


def _overlaps(mark: _Mark, others: Sequence[_Mark]) -> bool:
    return any(mark.left < other.right + 8 and other.left < mark.right + 8 for other in others)


def _drawn(mark: _Mark, y: float) -> str:
    entry = mark.entry
    tip = f"{entry.words} · {entry.who}"
    if entry.on_chain:
        tip += f" · sealed {moment(entry.time)}"
    if entry.declared:
        tip += f" · declared {entry.declared}"
    parts = [f"<title>{text(tip)}</title>"]
    if mark.declared:
        low, high = mark.declared
        near = high if high < mark.x else low
        parts.append(f'<line class="join" x1="{near:.1f}" y1="{y:.1f}" x2="{mark.x:.1f}" y2="{y:.1f}"/>')
        if low == high:
            parts.append(f'<circle class="declared" cx="{low:.1f}" cy="{y:.1f}" r="{_RADIUS}"/>')
        else:
            parts.append(
                f'<rect class="declared" x="{low:.1f}" y="{y - _RADIUS:.1f}" width="{high - low:.1f}" '
                f'height="{2 * _RADIUS}" rx="{_RADIUS}"/>'
            )
    parts.append(_shape(entry.category, mark.x, y))
    if mark.label:
        low = min(mark.x, mark.declared[0]) if mark.declared and not mark.between else mark.x
        high = max(mark.x, mark.declared[1]) if mark.declared else mark.x
        at = low - _RADIUS - 5 if mark.flipped else high + _RADIUS + 5
        anchor = "end" if mark.flipped else "start"
        # A label in a script that runs from right to left must still begin at its mark.
        parts.append(
            f'<text class="label{" over" if mark.between else ""}" x="{at:.1f}" y="{y + 4:.1f}" '
            f'text-anchor="{anchor}" direction="ltr">'
            f"\u2068{text(mark.label)}\u2069</text>"
        )
    drawn = f'<g class="mark {entry.category}">{"".join(parts)}</g>'
    return f'<a href="#act-{entry.number}">{drawn}</a>' if entry.number is not None else drawn


def _shape(category: Category, x: float, y: float) -> str:
    """Circle, square, diamond or triangle: lanes are told apart without their colours too."""
    r = _RADIUS
    if category in ("milestone",):
        r += 1
        points = f"{x:.1f},{y - r:.1f} {x + r:.1f},{y:.1f} {x:.1f},{y + r:.1f} {x - r:.1f},{y:.1f}"
        return f'<polygon class="sealed" points="{points}"/>'
    if category in ("result",):
        return f'<rect class="sealed" x="{x - 5:.1f}" y="{y - 5:.1f}" width="10" height="10" rx="1.5"/>'
    if category in ("attestation",):
        points = f"{x:.1f},{y - r:.1f} {x + r:.1f},{y + r - 1:.1f} {x - r:.1f},{y + r - 1:.1f}"
        return f'<polygon class="sealed" points="{points}"/>'
    return f'<circle class="sealed" cx="{x:.1f}" cy="{y:.1f}" r="{r}"/>'


# ----- enrolment and other periods -----


def _ends(period: Period, scale: _Scale) -> tuple[float, float] | None:
    start = declared_seconds(period.start)
    if start is None:
        return None
    end = declared_seconds(period.end) if period.end else None
    return scale.x(start[0]), scale.x(end[1] if end else scale.last)


def _bands(periods: Sequence[Period], scale: _Scale, top: float, prefix: str) -> tuple[list[str], float]:
    drawn = []
    for period in periods:
        if not (ends := _ends(period, scale)):
            continue
        low, high = ends
        fill = _BAR if period.end else f"url(#{prefix}-bar)"
        open_ended = not period.end and scale.width > _NARROW
        words = f"{period.label} (end not stated)" if open_ended else period.label
        room = _width(words) + 12
        inside = low + room < scale.width
        tip = f"{words}: from {period.start}" + (f" to {period.end}" if period.end else "")
        drawn.append(
            f'<g class="period"><title>{text(tip)}</title>'
            f'<rect x="{low:.1f}" y="{top:.1f}" width="{max(high - low, 2):.1f}" height="18" rx="3" '
            f'fill="{fill}"/>'
            f'<text class="label" x="{low + 6 if inside else scale.width - 6:.1f}" y="{top + 13:.1f}" '
            f'text-anchor="{"start" if inside else "end"}">\u2068{text(words)}\u2069</text></g>'
        )
        top += 22
    return drawn, top + (4 if drawn else 0)


def _shades(periods: Sequence[Period], scale: _Scale, height: float, prefix: str) -> str:
    drawn = []
    for period in periods:
        if ends := _ends(period, scale):
            fill = _SHADE if period.end else f"url(#{prefix}-shade)"
            drawn.append(
                f'<rect class="shade" x="{ends[0]:.1f}" y="{_AXIS}" width="{max(ends[1] - ends[0], 2):.1f}" '
                f'height="{height - _AXIS:.1f}" fill="{fill}"/>'
            )
    return f'<g class="period">{"".join(drawn)}</g>'


# ----- axis -----


def _axis(scale: _Scale, height: float) -> list[str]:
    drawn = [f'<line class="axis" x1="0" y1="{_AXIS - 6}" x2="{scale.width}" y2="{_AXIS - 6}"/>']
    year_shown = None
    room_from = -100.0
    for at, words, year in _ticks(scale):
        x = scale.x(at)
        drawn.append(f'<line class="grid" x1="{x:.1f}" y1="{_AXIS - 10}" x2="{x:.1f}" y2="{height:.1f}"/>')
        if x < room_from or x + _width(words) > scale.width:
            continue
        room_from = x + _width(words) + 10
        drawn.append(f'<text class="tick" x="{x:.1f}" y="{_AXIS - 13}">{words}</text>')
        if year != year_shown and words != year:
            drawn.append(f'<text class="year" x="{x:.1f}" y="{_AXIS - 27}">{year}</text>')
            year_shown = year
    return drawn


def _ticks(scale: _Scale) -> list[tuple[float, str, str]]:
    """Where lines cross the axis: Unix seconds, what to write, and the year. About one every 90 pixels."""
    wanted = max(scale.width / 90, 2)
    span = scale.last - scale.first
    for days in (1, 2, 7, 14):
        if span / (days * _DAY) <= wanted:
            # Within one day no line is crossed, but which day it is must be said.
            return _day_ticks(scale, days) or [_day_tick(_utc((scale.first + scale.last) / 2).date())]
    for months in (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200):
        if span / (months * 30.4 * _DAY) <= wanted:
            return _month_ticks(scale, months)
    return _month_ticks(scale, 12_000)


def _day_ticks(scale: _Scale, days: int) -> list[tuple[float, str, str]]:
    day = _utc(scale.first).date() + timedelta(days=1)
    ticks = []
    while _seconds(day) <= scale.last:
        ticks.append(_day_tick(day))
        day += timedelta(days=days)
    return ticks


def _day_tick(day: date) -> tuple[float, str, str]:
    return _seconds(day), f"{day.day} {day:%b}", f"{day.year}"


def _month_ticks(scale: _Scale, step: int) -> list[tuple[float, str, str]]:
    first = _utc(scale.first)
    index = (first.year * 12 + first.month - 1) // step * step
    ticks: list[tuple[float, str, str]] = []
    while True:
        index += step
        year, month = divmod(index, 12)
        if year > 9_999 or (at := _seconds(date(year, month + 1, 1))) > scale.last:
            return ticks
        ticks.append((at, f"{year}" if step >= 12 else f"{date(year, month + 1, 1):%b}", f"{year}"))


def _utc(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _width(words: str) -> float:
    """About how many pixels a text takes; East Asian characters take twice the room."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in words)
    return (len(words) - wide) * _FONT * 0.53 + wide * _FONT * 1.02
