"""The drawing of a timeline: lanes over an axis of block time, as SVG without scripts.

A filled mark stands at the time of the block, a hollow ring at the date that the statement names; a line
joins them. The same drawing is made for several widths, since text that is scaled down cannot be read.
"""

from __future__ import annotations

from collections.abc import Sequence

from trialseal.evidence.wording import moment
from trialseal.report.trial.chart_axis import axis
from trialseal.report.trial.chart_scale import (
    AXIS,
    BAR,
    DAY,
    EDGE,
    FONT,
    LANE_FOOT,
    LANE_GAP,
    LANE_HEAD,
    LAST_DRAWN,
    NARROW,
    RADIUS,
    ROW,
    SHADE,
    Mark,
    Scale,
    declared_seconds,
    fitted,
    label_words,
    room_of,
    scale_of,
    text,
    text_width,
)
from trialseal.report.trial.view import Category, Period, TimelineEntry, TimelineView

# Above the first, labels would cover the chart; above the second, marks would run into one bar.
MAX_LABELLED = 80
MAX_DRAWN = 2_000

HEADS: tuple[Category, ...] = ("custody", "head")
"""What a stream's writer anchored: few of these are given, so that they take no label from what the trial did."""
_LANES: tuple[tuple[str, tuple[Category, ...]], ...] = (
    ("Protocol versions and documents", ("protocol", "document")),
    ("Registries", ("registry",)),
    ("Milestones", ("milestone",)),
    ("Results", ("result",)),
    ("Attestations by others", ("attestation",)),
    ("Data shared", ("permit",)),
    ("Custody of products: entries anchored", ("custody",)),
    ("Streams: entries anchored", ("head",)),
    ("Sponsorship, appointments, streams", ("transfer", "appointment", "stream")),
)


def timeline_svg(view: TimelineView, width: int, prefix: str) -> str:
    """The drawing of a view at a width in pixels; `prefix` keeps its ids apart from another drawing's."""
    entries = [one for one in view.entries if one.time < LAST_DRAWN][:MAX_DRAWN]
    labelled = sum(entry.category not in HEADS for entry in entries) <= MAX_LABELLED
    scale = scale_of(entries, view.periods, width, labelled)
    top: float = AXIS
    bands, top = _bands(view.periods, scale, top, prefix)
    lanes: list[str] = []
    for name, categories in _LANES:
        chosen = [entry for entry in entries if entry.category in categories]
        if chosen:
            drawn, height = _lane(name, chosen, scale, top, labelled)
            lanes.append(drawn)
            top += height + LANE_GAP
    height = top + 2
    body = [_shades(view.periods, scale, height, prefix), *bands, *axis(scale, height), *lanes]
    # What is inside an image cannot be reached: a drawing with links is a group of them.
    linked = any(one.number is not None for one in entries)
    title = f"Timeline of {view.title}: {len(view.entries)} entries"
    return (
        f'<svg class="chart {prefix}" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="{"group" if linked else "img"}" aria-label="{text(title)}" font-size="{FONT}">'
        f"<defs>{_gradient(f'{prefix}-bar', BAR)}{_gradient(f'{prefix}-shade', SHADE)}</defs>"
        f"{''.join(body)}</svg>"
    )


def _gradient(name: str, colour: str) -> str:
    """A colour that fades to the ground. Opaque, since see-through gradients print badly."""
    return (
        f'<linearGradient id="{name}"><stop offset=".1" stop-color="{colour}"/>'
        f'<stop offset="1" stop-color="#fff"/></linearGradient>'
    )


def _lane(name: str, entries: list[TimelineEntry], scale: Scale, top: float, labelled: bool) -> tuple[str, float]:
    marks = [_mark(entry, scale, labelled) for entry in entries]
    marks.sort(key=lambda mark: (mark.x, mark.entry.number or 0))
    rows = _rows(marks) if labelled else [0] * len(marks)
    height = LANE_HEAD + (max(rows, default=0) + 1) * ROW + LANE_FOOT
    drawn = [
        f'<g class="lane"><rect class="lane-ground" x="0" y="{top:.1f}" width="{scale.width}" '
        f'height="{height}" rx="6"/>',
        f'<text class="lane-name" x="{EDGE}" y="{top + 16:.1f}">{text(name)}</text>',
    ]
    for mark, row in zip(marks, rows, strict=True):
        drawn.append(_drawn(mark, top + LANE_HEAD + row * ROW + ROW / 2))
    return "".join(drawn) + "</g>", height


def _mark(entry: TimelineEntry, scale: Scale, labelled: bool) -> Mark:
    x = scale.x(entry.time)
    declared = None
    if entry.declared and (span := declared_seconds(entry.declared)):
        first, last = span
        # Declared on the day on which it was sealed: nothing to show. A day is drawn as a ring at its noon.
        if not first <= entry.time < last:
            middle = scale.x((first + last) / 2)
            exact = last - first <= DAY
            declared = (middle, middle) if exact else (scale.x(first), scale.x(last))
    label = label_words(entry, scale.width <= NARROW) if labelled else ""
    room = room_of(label)
    low = min(x, declared[0]) if declared else x
    high = max(x, declared[1]) if declared else x
    flipped = high + RADIUS + room > scale.width - 2
    between = flipped and declared is not None and x - declared[1] > room + 4 * RADIUS
    before = low - RADIUS - 2
    if flipped and not between and room > before:  # it fits on neither side: the wider one has what fits of it
        after = scale.width - high - RADIUS - 2
        flipped = before >= after
        label = fitted(label, max(before, after))
        room = room_of(label)
    left = low - RADIUS - (room if flipped and not between else 0)
    right = high + RADIUS + (0 if flipped else room)
    return Mark(entry, x, declared, label, left, right, flipped, between)


def _rows(marks: Sequence[Mark]) -> list[int]:
    """The row of each mark, so that no two overlap: the first row in which its place is free."""
    taken: list[list[Mark]] = []
    rows = []
    for mark in marks:
        row = next((n for n, others in enumerate(taken) if not _overlaps(mark, others)), len(taken))
        if row == len(taken):
            taken.append([])
        taken[row].append(mark)
        rows.append(row)
    return rows


def _overlaps(mark: Mark, others: Sequence[Mark]) -> bool:
    return any(mark.left < other.right + 8 and other.left < mark.right + 8 for other in others)


def _drawn(mark: Mark, y: float) -> str:
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
            parts.append(f'<circle class="declared" cx="{low:.1f}" cy="{y:.1f}" r="{RADIUS}"/>')
        else:
            parts.append(
                f'<rect class="declared" x="{low:.1f}" y="{y - RADIUS:.1f}" width="{high - low:.1f}" '
                f'height="{2 * RADIUS}" rx="{RADIUS}"/>'
            )
    parts.append(_shape(entry.category, mark.x, y))
    if mark.label:
        low = min(mark.x, mark.declared[0]) if mark.declared and not mark.between else mark.x
        high = max(mark.x, mark.declared[1]) if mark.declared else mark.x
        at = low - RADIUS - 5 if mark.flipped else high + RADIUS + 5
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
    r = RADIUS
    if category in ("milestone",):
        r += 1
        points = f"{x:.1f},{y - r:.1f} {x + r:.1f},{y:.1f} {x:.1f},{y + r:.1f} {x - r:.1f},{y:.1f}"
        return f'<polygon class="sealed" points="{points}"/>'
    if category in ("result",):
        return f'<rect class="sealed" x="{x - 5:.1f}" y="{y - 5:.1f}" width="10" height="10" rx="1.5"/>'
    if category in HEADS:
        return f'<rect class="sealed" x="{x - 4:.1f}" y="{y - 6:.1f}" width="8" height="12" rx="4"/>'
    if category in ("attestation", "permit"):
        points = f"{x:.1f},{y - r:.1f} {x + r:.1f},{y + r - 1:.1f} {x - r:.1f},{y + r - 1:.1f}"
        return f'<polygon class="sealed" points="{points}"/>'
    return f'<circle class="sealed" cx="{x:.1f}" cy="{y:.1f}" r="{r}"/>'


def _ends(period: Period, scale: Scale) -> tuple[float, float] | None:
    start = declared_seconds(period.start)
    if start is None:
        return None
    end = declared_seconds(period.end) if period.end else None
    return scale.x(start[0]), scale.x(end[1] if end else scale.last)


def _bands(periods: Sequence[Period], scale: Scale, top: float, prefix: str) -> tuple[list[str], float]:
    drawn = []
    for period in periods:
        if not (ends := _ends(period, scale)):
            continue
        low, high = ends
        fill = BAR if period.end else f"url(#{prefix}-bar)"
        open_ended = not period.end and scale.width > NARROW
        words = f"{period.label} (end not stated)" if open_ended else period.label
        room = text_width(words) + 12
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


def _shades(periods: Sequence[Period], scale: Scale, height: float, prefix: str) -> str:
    drawn = []
    for period in periods:
        if ends := _ends(period, scale):
            fill = SHADE if period.end else f"url(#{prefix}-shade)"
            drawn.append(
                f'<rect class="shade" x="{ends[0]:.1f}" y="{AXIS}" width="{max(ends[1] - ends[0], 2):.1f}" '
                f'height="{height - AXIS:.1f}" fill="{fill}"/>'
            )
    return f'<g class="period">{"".join(drawn)}</g>'
