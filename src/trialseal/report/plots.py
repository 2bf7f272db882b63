"""Small plots as SVG: axes, staircases and bars; no scripts, nothing loaded, text as text, the same for the same data.

Colours are classes of plots.css, so that a plot follows a reader's light or dark screen; lines are told apart by their
dashes too. A plot's description says its numbers to those who cannot see it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date
from importlib import resources
from typing import Final, NamedTuple

from trialseal.report.trial.chart_scale import text

STYLES: Final = "plots.css"
WIDTHS: Final = {"wide": 836, "phone": 340}
_LETTER = 7.0  # pixels that a character takes at most, on average
_ROW = 20
_LEFT, _RIGHT = 44, 14
_LAST_DAY = date.max.toordinal()


class Tick(NamedTuple):
    """A place on an axis, and its words."""

    at: float
    words: str


class Key(NamedTuple):
    """What a line or an area is: its classes and its words. An area has the class "area"."""

    style: str
    words: str


class Frame(NamedTuple):
    """A rectangle in pixels, and the values at its edges."""

    left: float
    top: float
    right: float
    bottom: float
    across: tuple[float, float]
    up: tuple[float, float]

    def x(self, value: float) -> float:
        first, last = self.across
        return round(self.left + (value - first) / (last - first) * (self.right - self.left), 2)

    def y(self, value: float) -> float:
        first, last = self.up
        return round(self.bottom - (value - first) / (last - first) * (self.bottom - self.top), 2)


def frame(width: int, top: float, height: float, across: tuple[float, float], up: tuple[float, float]) -> Frame:
    """A frame as wide as the drawing, with room for the words at its left."""
    return Frame(_LEFT, top, width - _RIGHT, top + height, across, up)


def drawing(name: str, title: str, about: str, width: int, height: float, parts: Iterable[str]) -> str:
    """The finished parts as one SVG in a page that has STYLES; `name` begins with a class, and keeps its ids apart."""
    return _svg(name, title, about, width, height, parts, "")


def picture(title: str, about: str, width: int, height: float, parts: Iterable[str]) -> str:
    """The finished parts as an SVG that is a file of its own, its styles and its ground within."""
    style = resources.files("trialseal.report").joinpath(STYLES).read_text(encoding="utf-8")
    ground = f'<style>\n{style}</style>\n<rect class="ground" width="{width}" height="{height:g}"/>\n'
    return _svg("picture", title, about, width, height, parts, ground) + "\n"


def _svg(name: str, title: str, about: str, width: int, height: float, parts: Iterable[str], ground: str) -> str:
    kind = name.partition("-")[0]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="plot {kind}" viewBox="0 0 {width} {height:g}" '
        f'width="{width}" height="{height:g}" role="img" aria-labelledby="{name}-title {name}-about">\n'
        f'<title id="{name}-title">{text(title)}</title>\n<desc id="{name}-about">{text(about)}</desc>\n'
        f"{ground}{''.join(parts)}</svg>"
    )


def left_axis(of: Frame, ticks: Sequence[Tick], name: str) -> str:
    """Lines across at each tick, its words at the left, and what is counted above them."""
    parts = [label(0, of.top - 14, name, "soft")]
    for tick in ticks:
        y = of.y(tick.at)
        parts.append(f'<path class="rule" d="M{of.left:g} {y:g}H{of.right:g}"/>\n')
        parts.append(label(of.left - 8, y + 4, tick.words, "soft end"))
    return "".join(parts)


def bottom_axis(of: Frame, ticks: Sequence[Tick], name: str = "") -> str:
    """A line below, with a mark and words at each tick; takes 22 pixels below the frame, 40 with a name."""
    parts = [f'<path class="axis" d="M{of.left:g} {of.bottom:g}H{of.right:g}"/>\n']
    for tick in ticks:
        x = of.x(tick.at)
        half = len(tick.words) * _LETTER / 2
        shown = min(x, of.right + _RIGHT - half - 2)
        parts.append(f'<path class="axis" d="M{x:g} {of.bottom:g}v4"/>\n')
        parts.append(label(shown, of.bottom + 17, tick.words, "soft middle"))
    if name:
        parts.append(label(of.right, of.bottom + 34, name, "soft end"))
    return "".join(parts)


def label(x: float, y: float, words: str, style: str = "") -> str:
    """Words at a place, by classes of STYLES."""
    attribute = f' class="{style}"' if style else ""
    return f'<text x="{x:g}" y="{y:g}"{attribute}>{text(words)}</text>\n' if words else ""


def staircase(of: Frame, points: Sequence[tuple[float, float]], style: str) -> str:
    """From the axis up at the first point, level to the next, and on; each point is a total from its place on.

    A dot stands where it first rises, so that a single step is seen as one."""
    if not points:
        return ""
    (first, total), *_ = points
    steps = "".join(f"H{of.x(x):g}V{of.y(y):g}" for x, y in points[1:])
    start = f"M{of.x(first):g} {of.y(of.up[0]):g}V{of.y(total):g}"
    dot = f'<circle class="dot {style}" cx="{of.x(first):g}" cy="{of.y(total):g}" r="3"/>\n'
    return f'<path class="line {style}" d="{start}{steps}"/>\n{dot}'


def bar(x: float, y: float, width: float, height: float, key: Key) -> str:
    """A bar with its words, shown to those who point at it."""
    return (
        f'<rect class="area {key.style}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}">'
        f"<title>{text(key.words)}</title></rect>\n"
    )


def legend(keys: Sequence[Key], width: int, top: float, *, areas: bool = False) -> tuple[str, float]:
    """Samples with their words, in rows as the width allows; and where the next may begin."""
    parts: list[str] = []
    x, y = 2.0, top + _ROW / 2
    for key in keys:
        taken = 32 + len(key.words) * _LETTER + 16
        if x > 2 and x + taken > width:
            x, y = 2.0, y + _ROW
        if areas:
            parts.append(f'<rect class="area {key.style}" x="{x:g}" y="{y - 6:g}" width="24" height="12"/>\n')
        else:
            parts.append(f'<path class="line {key.style}" d="M{x:g} {y:g}h24"/>\n')
        parts.append(label(x + 32, y + 4, key.words))
        x += taken
    return "".join(parts), y + _ROW / 2


def count_ticks(highest: float, most: int = 5) -> list[Tick]:
    """Whole numbers from 0 to `highest` or just above it, a round step apart, `most` steps at most."""
    step = 1
    while highest > step * most:
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    return [Tick(at, f"{at:,}") for at in range(0, max(1, math.ceil(highest / step)) * step + 1, step)]


def day_ticks(first: int, last: int, most: int) -> list[Tick]:
    """Days, months or years between two days (as ordinals), `most` at most, as precise as they are apart."""
    for step in (1, 2, 7, 14):
        if (last - first) // step < most:
            return [Tick(at, date.fromordinal(at).isoformat()) for at in range(first, last + 1, step)]
    begins, ends = date.fromordinal(first), date.fromordinal(last)
    months = (begins.year * 12 + begins.month - 1, ends.year * 12 + ends.month - 1)
    step = next(
        n for n in (1, 2, 3, 6, *(12 * years for years in _year_steps())) if (months[1] - months[0]) // n < most
    )
    ticks = []
    for month in range(months[0] // step * step, months[1] + 1, step):
        year, rest = divmod(month, 12)
        if year >= 1 and (at := date(year, rest + 1, 1).toordinal()) >= first:
            ticks.append(Tick(at, f"{year:04}" if step >= 12 else f"{year:04}-{rest + 1:02}"))
    return ticks


def days_across(days: Sequence[date]) -> tuple[int, int]:
    """The first and last day drawn (as ordinals): a little more than those given, a week at least."""
    first, last = min(days).toordinal(), max(days).toordinal()
    edge = max(3, (last - first) // 40)
    return max(1, first - edge), min(_LAST_DAY, last + edge)


def _year_steps() -> Iterable[int]:
    return (digit * 10**zeros for zeros in range(5) for digit in (1, 2, 5))
