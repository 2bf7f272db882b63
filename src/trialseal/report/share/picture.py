"""Who may open what until when, as a picture: a bar for each permit, hand-overs and statements as dots."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final, NamedTuple

from trialseal.documents.times import span
from trialseal.evidence.consents import Entry
from trialseal.report import plots
from trialseal.report.share.permits import PermitLine, called, ended, who
from trialseal.report.trial.chart_scale import text
from trialseal.rules.finding import Status
from trialseal.sharing.audit import SharingAudit

MOST_ROWS: Final = 60
"""Permits that are drawn; the table lists all."""
_ROW, _BAR, _TOP, _LEFT, _ARROW = 44, 12, 40, 24, 12
_DATE_ROOM = 84
_A_YEAR = 366
_TITLE: Final = "Who may open what, until when"
_ABSENT: Final = "without a permit on the chain"
_STYLES: Final = {"stands": "blue", "ended": "open", "not shown": "medium"}
_DOTS: Final = {"handed-over": "ink", "destroyed": "good", "returned": "good"}


class _Bar(NamedTuple):
    """From which day to which a permit is drawn."""

    first: float
    last: float
    style: str
    goes_on: bool
    """Whether it ends later than is drawn, or not at all."""


class _Row(NamedTuple):
    """A permit and what the streams tell of it; or hand-overs for which the chain has none."""

    name: str
    state: str
    bar: _Bar | None
    entries: Sequence[Entry]


def permits_picture(audit: SharingAudit, lines: Sequence[PermitLine], now: int) -> str:
    """The picture for wide screens and for phones; empty where there is neither a permit nor a hand-over."""
    rows = _rows(audit, lines, now)
    if not rows:
        return ""
    about = ". ".join(f"{row.name}: {row.state}" for row in rows)
    return "".join(
        plots.drawing(f"{kind}-permits", _TITLE, about, width, *_drawn(audit, rows, width, now))
        for kind, width in plots.WIDTHS.items()
    )


def _rows(audit: SharingAudit, lines: Sequence[PermitLine], now: int) -> list[_Row]:
    evidence = audit.evidence
    last = now + _A_YEAR * 86400
    rows = []
    for line in lines[:MOST_ROWS]:
        end = line.record.ended_at
        goes_on = not 0 < end <= last
        bar = _Bar(_day(line.record.time), _day(last if goes_on else end), _STYLES[line.state], goes_on)
        rows.append(_Row(who(line), ended(line), bar, evidence.by_permit.get(line.digest, ())))
    known = {line.digest for line in lines}
    strangers: dict[str, list[Entry]] = {}
    for one in evidence.entries:
        if one.event["action"] == "handed-over" and str(one.event["permit"]) not in known:
            strangers.setdefault(called(evidence.name(str(one.event["recipient"]))), []).append(one)
    return rows + [_Row(name, _ABSENT, None, those) for name, those in strangers.items()]


def _drawn(audit: SharingAudit, rows: Sequence[_Row], width: int, now: int) -> tuple[float, list[str]]:
    asked = {
        one.entry.place
        for one in audit.findings
        if one.entry and one.finding.rule == "handover-permitted" and one.finding.status is Status.FAILS
    }
    days = [now / 86400 + _EPOCH]
    for row in rows:
        days += [row.bar.first, row.bar.last] if row.bar else []
        days += [_when(one.at) for one in row.entries]
    across = plots.days_across([date.fromordinal(int(day)) for day in days])
    frame = plots.Frame(_LEFT, _TOP, width - 14, _TOP + _ROW * len(rows), across, (0, 1))
    today = frame.x(now / 86400 + _EPOCH)
    side = "soft" if today < width / 2 else "soft end"
    parts = [plots.label(today, _TOP - 16, f"judged {_iso(now)}", side)]
    for at, row in enumerate(rows):
        y = _TOP + _ROW * at
        parts.append(plots.label(2, y + 12, _fitted(row.name, width - len(row.state) * 7 - 24)))
        parts.append(plots.label(frame.right, y + 12, row.state, "soft end"))
        middle = y + 18 + _BAR / 2
        parts.append(f'<path class="rule" d="M{_LEFT} {middle:g}H{frame.right:g}"/>\n')
        if row.bar:
            parts.append(_drawn_bar(frame, row, row.bar, y + 18))
        parts.append(f'<path class="line faint" d="M{today:g} {y + 14}v{_BAR + 8}"/>\n')
        for one in row.entries:
            if dot := _DOTS.get(str(one.event["action"])):
                bad = one.place in asked
                words = text(f"{one.event['action']} {one.at}")
                parts.append(
                    f'<circle class="dot {"bad" if bad else dot}" cx="{frame.x(_when(one.at)):g}" cy="{middle:g}" '
                    f'r="{7 if bad else 4}"><title>{words}</title></circle>\n'
                )
    parts.append(plots.bottom_axis(frame, plots.day_ticks(*across, most=max(2, width // _DATE_ROOM))))
    return frame.bottom + 26, parts


def _drawn_bar(frame: plots.Frame, row: _Row, bar: _Bar, top: float) -> str:
    """The bar of a permit; one that goes on beyond the picture ends in an arrow at its edge."""
    first, end = frame.x(bar.first), frame.right - _ARROW if bar.goes_on else frame.x(bar.last)
    key = plots.Key(bar.style, f"{row.name}: {row.state}")
    drawn = plots.bar(first, top, max(end - first, 2), _BAR, key)
    if not bar.goes_on:
        return drawn
    arrow = f"M{end:g} {top - 4:g}l{_ARROW} {_BAR / 2 + 4:g}l-{_ARROW} {_BAR / 2 + 4:g}z"
    return f'{drawn}<path class="area {bar.style}" d="{arrow}"/>\n'


_EPOCH: Final = date(1970, 1, 1).toordinal()


def _day(time: int) -> float:
    return time / 86400 + _EPOCH


def _when(at: str) -> float:
    """The middle of what a time may mean, as a day's ordinal with its part."""
    meant = span(at)
    return (meant.first.timestamp() + meant.end.timestamp()) / 2 / 86400 + _EPOCH


def _iso(time: int) -> str:
    return datetime.fromtimestamp(time, UTC).date().isoformat()


def _fitted(words: str, room: float) -> str:
    most = max(int(room // 7), 8)
    return words if len(words) <= most else words[: most - 1] + "…"
