"""The places of a trial's products and what was shipped between them, as a picture; on a phone, as bars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from trialseal.custody.accounts import UNDER_WAY, Line
from trialseal.custody.audit import CustodyAudit
from trialseal.custody.steps import KIT_UNIT
from trialseal.custody.whereabouts import Flow, flows, places
from trialseal.evidence.wording import count
from trialseal.report import plots
from trialseal.report.trial.chart_scale import text

_BOX: Final = (118, 44)
_GAP: Final = 34
_THICKEST: Final = 14
_MOST: Final = 12
"""Places of a column that are drawn; the least busy of more are one."""
_BAR_ROW: Final = 40
_TITLE: Final = "Places, and what was shipped between them"


class _Box(NamedTuple):
    """A place: where it is drawn, and which places it stands for."""

    x: float
    y: float
    members: tuple[str, ...]


def flow_map(audit: CustodyAudit) -> str:
    """The picture for wide screens and for phones; nothing where nothing was shipped."""
    every = flows(audit)
    if not every:
        return ""
    groups = _groups(every, places(audit, every))
    name_of = {place: name for column in groups for name, members in column.items() for place in members}
    found = _joined(every, name_of)
    rank = {name: at for at, column in enumerate(groups) for name in column}
    about = "; ".join(f"{one.origin} to {one.destination}: {_amount(one)}" for one in found)
    drawn = {"wide": _map(audit, found, groups, rank), "phone": _bars(found, rank)}
    return "".join(
        plots.drawing(f"{kind}-flows", _TITLE, about, plots.WIDTHS[kind], height, parts)
        for kind, (height, parts) in drawn.items()
    )


def _groups(found: Iterable[Flow], columns: Iterable[Sequence[str]]) -> list[dict[str, tuple[str, ...]]]:
    """By column, the names that are drawn, each with the places that it stands for."""
    busy: Counter[str] = Counter()
    for one in found:
        busy[one.origin] += one.kits
        busy[one.destination] += one.kits
    groups = []
    for column in columns:
        ordered = sorted(column, key=lambda name: (-busy[name], name))
        shown = sorted(ordered if len(ordered) <= _MOST else ordered[: _MOST - 1])
        group: dict[str, tuple[str, ...]] = {name: (name,) for name in shown}
        if rest := tuple(name for name in ordered if name not in group):
            group[f"{len(rest)} more places"] = rest
        groups.append(group)
    return groups


def _joined(found: Iterable[Flow], name_of: Mapping[str, str]) -> list[Flow]:
    """The flows between what is drawn."""
    joined: dict[tuple[str, str], Flow] = {}
    for one in found:
        way = name_of[one.origin], name_of[one.destination]
        before = joined.get(way, Flow(*way, 0, 0, {}))
        stock = {unit: before.stock.get(unit, 0) + one.stock.get(unit, 0) for unit in {**before.stock, **one.stock}}
        joined[way] = Flow(*way, before.kits + one.kits, before.under_way + one.under_way, stock)
    return list(joined.values())


def _map(
    audit: CustodyAudit, found: Sequence[Flow], groups: Sequence[Mapping[str, tuple[str, ...]]], rank: Mapping[str, int]
) -> tuple[float, list[str]]:
    """Places in columns from left to right."""
    width, tallest = plots.WIDTHS["wide"], max(map(len, groups))
    height = tallest * (_BOX[1] + _GAP) + _GAP
    step = (width - _BOX[0] - 4) / max(len(groups) - 1, 1)
    boxes = {
        name: _Box(2 + step * at, (height - len(group) * (_BOX[1] + _GAP) + _GAP) / 2 + row * (_BOX[1] + _GAP), members)
        for at, group in enumerate(groups)
        for row, (name, members) in enumerate(group.items())
    }
    most = max(one.kits for one in found) or 1
    parts = [
        _way(boxes[one.origin], boxes[one.destination], one, one.kits / most, back=_is_back(one, rank)) for one in found
    ]
    for name, box in boxes.items():
        parts.append(_place(name, box, [line for line in audit.lines if line.place in box.members]))
    return height, parts


def _is_back(flow: Flow, rank: Mapping[str, int]) -> bool:
    return rank[flow.destination] <= rank[flow.origin]


def _place(name: str, box: _Box, lines: Sequence[Line]) -> str:
    """A place with what is on hand; marked where its account does not add up without something unexplained."""
    odd = any(not line.adds_up for line in lines)
    units: Counter[str] = Counter()
    for line in lines:
        if line.place != UNDER_WAY:
            units[line.unit] += line.on_hand  # type: ignore[assignment]
    kits = units.pop(KIT_UNIT, None)
    words = [count(int(kits), "kit")] if kits is not None else []
    words += [f"{number:g} {unit}" for unit, number in units.items()]
    middle = box.x + _BOX[0] / 2
    return (
        f'<rect class="place{" odd" if odd else ""}" x="{box.x:g}" y="{box.y:g}" width="{_BOX[0]}" height="{_BOX[1]}" '
        'rx="6"/>\n'
        + plots.label(middle, box.y + 19, _short(name, 16), "middle strong")
        + plots.label(middle, box.y + 35, _short(", ".join(words) or "nothing on hand", 20), "middle soft")
    )


def _short(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"


def _way(origin: _Box, destination: _Box, flow: Flow, share: float, *, back: bool) -> str:
    """A curve as thick as kits went that way; returns below, dashed."""
    middle = _BOX[1] / 2
    if back:
        x1, y1, x2, y2 = origin.x, origin.y + middle + 14, destination.x + _BOX[0], destination.y + middle + 14
        at = x1 - 8, y1 + 14
    else:
        x1, y1, x2, y2 = origin.x + _BOX[0], origin.y + middle, destination.x, destination.y + middle
        at = x2 - 8, y2 - 8
    bend = (x2 - x1) / 2
    path = f"M{x1:g} {y1:g}C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2:g} {y2:g}"
    width = max(1.5, share**0.5 * _THICKEST)
    style = "way back" if back else "way"
    title = text(f"{flow.origin} to {flow.destination}: {_amount(flow)}")
    return f'<path class="{style}" d="{path}" stroke-width="{width:.3g}"><title>{title}</title></path>\n' + plots.label(
        *at, _amount(flow), "end halo"
    )


def _bars(found: Sequence[Flow], rank: Mapping[str, int]) -> tuple[float, list[str]]:
    """A bar for each way, as long as kits went that way."""
    width, most = plots.WIDTHS["phone"], max(one.kits for one in found) or 1
    parts = []
    for row, one in enumerate(sorted(found, key=lambda one: (_is_back(one, rank), rank[one.origin], one.destination))):
        y = 4 + row * _BAR_ROW
        style = "brown" if _is_back(one, rank) else "blue"
        words = f"{_short(one.origin, 14)} → {_short(one.destination, 14)}"
        parts.append(plots.label(0, y + 12, words, "strong") + plots.label(width, y + 12, _amount(one), "end"))
        parts.append(plots.bar(0, y + 18, max(2, one.kits / most * width), 8, plots.Key(style, _amount(one))))
    return 4 + len(found) * _BAR_ROW, parts


def _amount(flow: Flow) -> str:
    """'40 kits, 2 under way, 30 vial'."""
    words = [count(flow.kits, "kit")] if flow.kits else []
    words += [f"{flow.under_way} under way"] if flow.under_way else []
    return ", ".join([*words, *(f"{number:g} {unit}" for unit, number in flow.stock.items())])
