"""The places of a trial's products and what was shipped between them, as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from trialseal.custody.accounts import UNDER_WAY, Line
from trialseal.custody.audit import CustodyAudit
from trialseal.custody.steps import KIT_UNIT
from trialseal.custody.whereabouts import Flow, flows, places
from trialseal.evidence.wording import count
from trialseal.report import plots

_BOX: Final = (118, 44)
_GAP: Final = 26
_THICKEST: Final = 14


class _Box(NamedTuple):
    x: float
    y: float


def flow_map(audit: CustodyAudit) -> str:
    """The picture for wide screens and for phones; nothing where nothing was shipped."""
    found = flows(audit)
    if not found:
        return ""
    columns = places(found)
    about = "; ".join(f"{one.origin} to {one.destination}: {_amount(one)}" for one in found)
    made = []
    for kind, width in plots.WIDTHS.items():
        height, parts = _drawn(audit, found, columns, width, across=kind == "wide")
        made.append(
            plots.drawing(f"{kind}-flows", "Places, and what was shipped between them", about, width, height, parts)
        )
    return "".join(made)


def _drawn(
    audit: CustodyAudit, found: Sequence[Flow], columns: Sequence[Sequence[str]], width: int, *, across: bool
) -> tuple[float, list[str]]:
    """Places in columns from left to right; on a phone in rows from above."""
    boxes, height = _across(columns, width) if across else _down(columns, width)
    rank = {name: at for at, column in enumerate(columns) for name in column}
    most = max(one.kits for one in found) or 1
    parts: list[str] = []
    for one in found:
        back = rank[one.destination] <= rank[one.origin]
        parts.append(_way(boxes[one.origin], boxes[one.destination], one, one.kits / most, across=across, back=back))
    on_hand = {line.place: line for line in audit.lines if line.unit == KIT_UNIT and line.lot is None}
    stock = [line for line in audit.lines if line.lot is not None and line.place != UNDER_WAY]
    for name, box in boxes.items():
        parts.append(_place(name, box, on_hand.get(name), [line for line in stock if line.place == name]))
    return height, parts


def _across(columns: Sequence[Sequence[str]], width: int) -> tuple[dict[str, _Box], float]:
    tallest = max(map(len, columns))
    height = tallest * (_BOX[1] + _GAP) + _GAP
    step = (width - _BOX[0] - 4) / max(len(columns) - 1, 1)
    return {
        name: _Box(2 + step * at, (height - len(column) * (_BOX[1] + _GAP) + _GAP) / 2 + row * (_BOX[1] + _GAP))
        for at, column in enumerate(columns)
        for row, name in enumerate(column)
    }, height


def _down(columns: Sequence[Sequence[str]], width: int) -> tuple[dict[str, _Box], float]:
    """Rows of two at most, each below the one before."""
    boxes, y = {}, 4.0
    for column in columns:
        for at in range(0, len(column), 2):
            row = column[at : at + 2]
            left = (width - len(row) * _BOX[0] - (len(row) - 1) * 60) / 2
            boxes |= {name: _Box(left + place * (_BOX[0] + 60), y) for place, name in enumerate(row)}
            y += _BOX[1] + _GAP
        y += _GAP + 14
    return boxes, y


def _place(name: str, box: _Box, line: Line | None, stock: Sequence[Line]) -> str:
    """A place with what is on hand; marked where its account does not add up without something unexplained."""
    odd = any(not one.adds_up for one in (*([line] if line else []), *stock))
    words = [count(int(line.on_hand), "kit")] if line else []
    units: dict[str, float] = {}
    for one in stock:
        units[one.unit] = units.get(one.unit, 0) + one.on_hand
    words += [f"{number:g} {unit}" for unit, number in units.items()]
    shown = ", ".join(words) or "nothing on hand"
    middle = box.x + _BOX[0] / 2
    return (
        f'<rect class="place{" odd" if odd else ""}" x="{box.x:g}" y="{box.y:g}" width="{_BOX[0]}" height="{_BOX[1]}" '
        'rx="6"/>\n'
        + plots.label(middle, box.y + 19, _short(name, 16), "middle strong")
        + plots.label(middle, box.y + 35, _short(shown, 20) + (" !" if odd else ""), "middle soft")
    )


def _short(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"


def _way(origin: _Box, destination: _Box, flow: Flow, share: float, *, across: bool, back: bool) -> str:
    """A curve as thick as kits went that way; returns below, dashed."""
    half = _BOX[0] / 2, _BOX[1] / 2
    if across and not back:
        x1, y1, x2, y2 = origin.x + _BOX[0], origin.y + half[1], destination.x, destination.y + half[1]
        bend = (x2 - x1) / 2
        path = f"M{x1:g} {y1:g}C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2:g} {y2:g}"
        at = x1 + (x2 - x1) * 0.62, y1 + (y2 - y1) * 0.68
    elif across:
        x1, y1, x2, y2 = origin.x, origin.y + half[1] + 14, destination.x + _BOX[0], destination.y + half[1] + 14
        bend = (x1 - x2) / 2
        path = f"M{x1:g} {y1:g}C{x1 - bend:g} {y1:g} {x2 + bend:g} {y2:g} {x2:g} {y2:g}"
        at = x1 + (x2 - x1) * 0.36, y1 + (y2 - y1) * 0.3
    else:
        side = 16 if back else -16
        down = destination.y > origin.y
        x1, y1 = origin.x + half[0] + side, origin.y + (_BOX[1] if down else 0)
        x2, y2 = destination.x + half[0] + side, destination.y + (0 if down else _BOX[1])
        bend = (y2 - y1) / 2
        path = f"M{x1:g} {y1:g}C{x1:g} {y1 + bend:g} {x2:g} {y2 - bend:g} {x2:g} {y2:g}"
        at = x1 + (x2 - x1) * 0.6 + (6 if back else -6), y1 + (y2 - y1) * (0.4 if back else 0.66)
    width = max(1.5, share**0.5 * _THICKEST)
    style = "way back" if back else "way"
    anchor = "middle" if across else ("" if back else "end")
    return (
        f'<path class="{style}" d="{path}" stroke-width="{width:.3g}"><title>{_title(flow)}</title></path>\n'
        + plots.label(
            at[0], at[1] - (4 if across and not back else -12 if across else 0), _amount(flow), f"{anchor} halo"
        )
    )


def _title(flow: Flow) -> str:
    from trialseal.report.trial.chart_scale import text

    return text(f"{flow.origin} to {flow.destination}: {_amount(flow)}")


def _amount(flow: Flow) -> str:
    """'40 kits, 2 under way, 30 vial'."""
    words = [count(flow.kits, "kit")] if flow.kits else []
    words += [f"{flow.under_way} under way"] if flow.under_way else []
    return ", ".join([*words, *_units(flow.stock)])


def _units(stock: Mapping[str, float]) -> list[str]:
    return [f"{number:g} {unit}" for unit, number in stock.items()]
