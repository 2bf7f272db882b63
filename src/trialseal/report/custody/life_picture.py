"""The life of one kit as a picture: places above one another, time from left to right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from trialseal.custody.life import Life
from trialseal.custody.order import middle
from trialseal.custody.position import MOVING
from trialseal.custody.whereabouts import step_line
from trialseal.report import plots
from trialseal.report.trial.chart_scale import text

_ROW: Final = 34
_NAMES: Final = 120
_DATE_ROOM: Final = 84
_UNDER_WAY: Final = "under way"
_PARTICIPANT: Final = "participant"


def life_picture(life: Life, today: date) -> str:
    """The picture for wide screens and for phones; `today` is the day judged, at which the line ends."""
    about = ". ".join(step_line(step) for step in life.steps)
    title = f"The life of {life.called}"
    return "".join(
        plots.drawing(f"{kind}-life", title, about, width, *_drawn(life, width, today))
        for kind, width in plots.WIDTHS.items()
    )


def _drawn(life: Life, width: int, today: date) -> tuple[float, list[str]]:
    stays = _stays(life)
    rows = list(dict.fromkeys(row for row, _ in stays))
    days = [middle(step.at).date() for step in life.steps]
    across = plots.days_across([*days, today])
    left = min(_NAMES, width // 3)
    frame = plots.Frame(left, 12, width - 14, 12 + _ROW * len(rows), across, (0, len(rows)))
    parts = []
    for at, row in enumerate(rows):
        y = frame.top + _ROW * (at + 0.5)
        parts.append(f'<path class="rule" d="M{left} {y:g}H{frame.right:g}"/>\n')
        parts.append(plots.label(left - 8, y + 4, row if len(row) < 17 else row[:15] + "…", "end"))
    path, before = "", None
    for row, day in [*stays, (stays[-1][0], float(max(*days, today).toordinal()))]:
        x, y = frame.x(day), frame.top + _ROW * (rows.index(row) + 0.5)
        path += f"M{x:g} {y:g}" if before is None else f"H{x:g}V{y:g}"
        before = row
    parts.append(f'<path class="line blue" d="{path}"/>\n')
    for move in life.moves:
        x = frame.x(float(middle(move.step.at).date().toordinal()))
        row = _row_after(life, move.step.entry.place, stays) or rows[-1]
        y = frame.top + _ROW * (rows.index(row) + 0.5)
        style = "dot blue" if move.lawful else "dot bad"
        size, words = 4 if move.lawful else 7, text(step_line(move.step))
        dot = f'<circle class="{style}" cx="{x:g}" cy="{y:g}" r="{size}">'
        parts.append(f"{dot}<title>{words}</title></circle>\n")
    parts.append(plots.bottom_axis(frame, plots.day_ticks(*across, most=max(2, int((width - left) // _DATE_ROOM)))))
    return frame.bottom + 26, parts


def _stays(life: Life) -> list[tuple[str, float]]:
    """Where it was from which day on: the row, and the day as an ordinal."""
    found: list[tuple[str, float]] = []
    for move in life.moves:
        step = move.step
        if step.action in MOVING or not found:
            row = {"shipped": _UNDER_WAY, "dispensed": _PARTICIPANT, "lost": "lost", "destroyed": "destroyed"}.get(
                step.action, str(step.place)
            )
            found.append((row, float(middle(step.at).date().toordinal())))
    return found


def _row_after(life: Life, place: str, stays: Sequence[tuple[str, float]]) -> str | None:
    """In which row a step's dot stands: where the kit is after it."""
    at = -1
    for move in life.moves:
        if move.step.action in MOVING or at < 0:
            at += 1
        if move.step.entry.place == place:
            return stays[at][0]
    return None
