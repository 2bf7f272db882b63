"""The axis of a chart: its days, months and years."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from trialseal.report.trial.chart_scale import AXIS, DAY, Scale, seconds_of, text_width


def axis(scale: Scale, height: float) -> list[str]:
    drawn = [f'<line class="axis" x1="0" y1="{AXIS - 6}" x2="{scale.width}" y2="{AXIS - 6}"/>']
    year_shown = None
    room_from = -100.0
    for at, words, year in _ticks(scale):
        x = scale.x(at)
        drawn.append(f'<line class="grid" x1="{x:.1f}" y1="{AXIS - 10}" x2="{x:.1f}" y2="{height:.1f}"/>')
        if x < room_from or x + text_width(words) > scale.width:
            continue
        room_from = x + text_width(words) + 10
        drawn.append(f'<text class="tick" x="{x:.1f}" y="{AXIS - 13}">{words}</text>')
        if year != year_shown and words != year:
            drawn.append(f'<text class="year" x="{x:.1f}" y="{AXIS - 27}">{year}</text>')
            year_shown = year
    return drawn


def _ticks(scale: Scale) -> list[tuple[float, str, str]]:
    """Where lines cross the axis: Unix seconds, what to write, and the year. About one every 90 pixels."""
    wanted = max(scale.width / 90, 2)
    span = scale.last - scale.first
    for days in (1, 2, 7, 14):
        if span / (days * DAY) <= wanted:
            # Within one day no line is crossed, but which day it is must be said.
            return _day_ticks(scale, days) or [_day_tick(_utc((scale.first + scale.last) / 2).date())]
    for months in (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200):
        if span / (months * 30.4 * DAY) <= wanted:
            return _month_ticks(scale, months)
    return _month_ticks(scale, 12_000)


def _day_ticks(scale: Scale, days: int) -> list[tuple[float, str, str]]:
    day = _utc(scale.first).date() + timedelta(days=1)
    ticks = []
    while seconds_of(day) <= scale.last:
        ticks.append(_day_tick(day))
        day += timedelta(days=days)
    return ticks


def _day_tick(day: date) -> tuple[float, str, str]:
    return seconds_of(day), f"{day.day} {day:%b}", f"{day.year}"


def _month_ticks(scale: Scale, step: int) -> list[tuple[float, str, str]]:
    first = _utc(scale.first)
    index = (first.year * 12 + first.month - 1) // step * step
    ticks: list[tuple[float, str, str]] = []
    while True:
        index += step
        year, month = divmod(index, 12)
        if year > 9_999 or (at := seconds_of(date(year, month + 1, 1))) > scale.last:
            return ticks
        ticks.append((at, f"{year}" if step >= 12 else f"{date(year, month + 1, 1):%b}", f"{year}"))


def _utc(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
