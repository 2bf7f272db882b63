"""One participant over all streams, drawn: what happened when, what was corrected, how long until a head held it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Final

from trialseal.documents.identifiers import date_range
from trialseal.documents.times import span
from trialseal.evidence.trails import TrailEntry
from trialseal.ledger.moments import iso_day
from trialseal.report import plots
from trialseal.report.trail import words
from trialseal.report.trial.chart_scale import text

_LANES: Final = {
    "consent": ("consent", "withdrawal"),
    "enrolment": ("enrolment", "randomisation", "allocation", "participation-end"),
    "visits": ("visit", "dispensing"),
    "events": ("adverse-event", "deviation"),
    "measured": ("device-reading", "image-reference"),
}
_OTHER: Final = "other"
_LANE: Final = 58
_STEPS: Final = 4
"""Lines of delays below each other, so that they are told apart."""
_NAME: Final = 92
_WIDTH: Final = plots.WIDTHS["wide"]
_KEYS: Final = (
    plots.Key("blue", "stands"),
    plots.Key("bad", "corrected or entered in error, struck through"),
    plots.Key("brown", "contested"),
    plots.Key("lag", "until a head held it"),
)


def draw(title: str, entries: Sequence[TrailEntry]) -> str:
    """The picture as an SVG file: a lane a kind of event, a mark an entry at its date, struck through if it no longer
    stands; a dotted line leads to the head that first held it."""
    width, height, about, parts = _parts(title, entries)
    return plots.picture(title, about, width, height, parts)


def drawing(title: str, entries: Sequence[TrailEntry]) -> str:
    """The same as a part of a page."""
    width, height, about, parts = _parts(title, entries)
    return plots.drawing("picture-participant", title, about, width, height, parts)


def _parts(title: str, entries: Sequence[TrailEntry]) -> tuple[int, float, str, list[str]]:
    shown = [one for one in entries if "at" in one.event]
    lanes = _by_lane(shown)
    days = [_day(one) for one in shown] + [found for one in shown if (found := _head_day(one))]
    across = plots.days_across(days) if days else (0, 1)
    legend, top = plots.legend(_KEYS, _WIDTH, 36)
    parts = [plots.label(2, 20, title, "head"), legend]
    frame = plots.frame(_WIDTH, top + 16, max(1, len(lanes)) * _LANE, across, (0, 1))
    frame = frame._replace(left=_NAME)
    for number, (name, of) in enumerate(lanes.items()):
        middle = frame.top + number * _LANE + _LANE / 2
        parts.append(f'<path class="rule" d="M{frame.left:g} {middle:g}H{frame.right:g}"/>\n')
        parts.append(plots.label(2, middle + 4, f"{name} ({len(of)})", "soft"))
        parts += [_mark(frame, middle, one, place % _STEPS) for place, one in enumerate(of)]
    if not shown:
        parts.append(plots.label(_WIDTH / 2, frame.top + _LANE / 2, "no entry of this participant", "soft middle"))
    parts.append(plots.bottom_axis(frame, plots.day_ticks(*across, most=8) if days else []))
    counts = ", ".join(f"{name} {len(of)}" for name, of in lanes.items())
    struck = sum(one.state in words.STRUCK for one in shown)
    about = f"{len(shown)} entries: {counts or 'none'}; {struck} corrected or entered in error"
    return _WIDTH, frame.bottom + 30, about, parts


def _by_lane(entries: Iterable[TrailEntry]) -> dict[str, list[TrailEntry]]:
    lane_of = {type: name for name, types in _LANES.items() for type in types}
    found: dict[str, list[TrailEntry]] = {name: [] for name in (*_LANES, _OTHER)}
    for one in entries:
        if one.event.get("type") == "entered-in-error":  # it strikes another through, and happened to nobody
            continue
        found[lane_of.get(str(one.event.get("type")), _OTHER)].append(one)
    return {name: of for name, of in found.items() if of}


def _mark(frame: plots.Frame, middle: float, entry: TrailEntry, step: int) -> str:
    at = frame.x(_place(entry))
    struck = entry.state in words.STRUCK
    style = "bad" if struck else "brown" if entry.contested else "blue"
    y = middle - 11 if struck else middle
    said = f"{entry.event.get('id')}, {entry.event.get('type')}, {entry.event.get('at')}: {words.content(entry)}"
    said += f"; {words.state(entry)}; {words.head(entry)}"
    said = "; ".join((said, *map(words.contested, entry.contested)))
    lag = ""
    if entry.head and (held := frame.x(_place_of(entry.head.time))) > at + 5:
        lag = f'<path class="lag" d="M{at:g} {middle:g}V{middle + 9 + 3 * step:g}H{held:g}v-3"/>\n'
    strike = f'<path class="line {style}" d="M{at - 8:g} {y:g}h16"/>\n' if struck else ""
    return (
        f'{lag}<circle class="dot {style}" cx="{at:g}" cy="{y:g}" r="5"><title>{text(said)}</title></circle>\n{strike}'
    )


def _day(entry: TrailEntry) -> date:
    return date_range(str(entry.event["at"])[:10])[0]


def _head_day(entry: TrailEntry) -> date | None:
    found = iso_day(entry.head.time) if entry.head else None
    return date.fromisoformat(found) if found else None


def _place(entry: TrailEntry) -> float:
    """Where an entry lies on the axis of days: at its time of day, or at noon of a day, a month's or a year's first."""
    at = str(entry.event["at"])
    if len(at) <= len("2020-05-12"):
        return _day(entry).toordinal() + 0.5
    return _ordinal(span(at).first)


def _place_of(seconds: int) -> float:
    return _ordinal(datetime.fromtimestamp(min(seconds, 253_402_300_799), UTC))


def _ordinal(moment: datetime) -> float:
    moment = moment.astimezone(UTC)
    return moment.toordinal() + (moment.hour * 60 + moment.minute) / 1440
