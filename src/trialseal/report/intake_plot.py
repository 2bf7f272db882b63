"""What a stream took in by week: rows stored, skipped, corrected, gone and refused, as stacked bars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from trialseal.report import plots
from trialseal.streams.intake_log import Intaken

KINDS: Final = {"stored": "blue", "same": "open", "corrected": "medium", "gone": "brown", "refused": "bad"}
"""The kinds of rows, with their colours, from the axis up."""
WORDS: Final = {"same": "the same as before", "gone": "gone from the file"}
_TITLE: Final = "Intake by week"
_WIDTH: Final = plots.WIDTHS["wide"]
_HEIGHT: Final = 220
_WEEK: Final = 7
_NARROWEST: Final = 1.5


def by_week(log: Iterable[Intaken]) -> dict[date, dict[str, int]]:
    """Counts of each kind by the Monday (UTC) of each week in which a file was taken in."""
    found: dict[date, dict[str, int]] = {}
    for one in sorted(log):
        day = datetime.fromtimestamp(one.at, UTC).date()
        week = found.setdefault(day - timedelta(days=day.weekday()), dict.fromkeys(KINDS, 0))
        for kind in KINDS:
            week[kind] += getattr(one, kind)
    return found


def draw(weeks: Mapping[date, Mapping[str, int]]) -> str:
    """The plot as an SVG file, the same text for the same weeks."""
    totals = {kind: sum(week[kind] for week in weeks.values()) for kind in KINDS}
    keys = [plots.Key(f"area {style}", f"{_words(kind)}: {totals[kind]:,}") for kind, style in KINDS.items()]
    words, top = plots.legend(keys, _WIDTH, 36, areas=True)
    days = list(weeks)
    across = (min(days).toordinal(), max(days).toordinal() + _WEEK) if days else (0, _WEEK)
    ticks = plots.count_ticks(max((sum(week.values()) for week in weeks.values()), default=0))
    frame = plots.frame(_WIDTH, top + 30, _HEIGHT, across, (0, ticks[-1].at))
    parts = [plots.label(2, 20, _TITLE, "head"), words, plots.left_axis(frame, ticks, "rows")]
    parts += [bar for week, counts in weeks.items() for bar in _bars(frame, week, counts)]
    parts.append(plots.bottom_axis(frame, plots.day_ticks(*across, most=8) if days else []))
    if not days:
        middle = (frame.left + frame.right) / 2
        parts.append(plots.label(middle, (frame.top + frame.bottom) / 2, "no file was taken in", "soft middle"))
    span = f" in weeks from {min(days)} to {max(days)}" if days else ""
    about = f"Totals{span}: " + ", ".join(f"{_words(kind)} {total:,}" for kind, total in totals.items())
    return plots.picture(_TITLE, about, _WIDTH, frame.bottom + 30, parts)


def _bars(frame: plots.Frame, week: date, counts: Mapping[str, int]) -> Sequence[str]:
    left, right = frame.x(week.toordinal()), frame.x(week.toordinal() + _WEEK)
    width = max(_NARROWEST, min(right - left - 2, 60))
    bars, below = [], 0
    for kind, number in counts.items():
        if number:
            key = plots.Key(KINDS[kind], f"week of {week}: {_words(kind)} {number:,}")
            top, bottom = frame.y(below + number), frame.y(below)
            bars.append(plots.bar(left + (right - left - width) / 2, top, width, bottom - top, key))
        below += number
    return bars


def _words(kind: str) -> str:
    return WORDS.get(kind, kind)
