"""Consents over time: how many were enrolled, consented, were asked again, withdrew, and what failed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import accumulate
from typing import Final, NamedTuple

from trialseal.documents.identifiers import date_range
from trialseal.evidence.consents import Entry
from trialseal.report import plots
from trialseal.rules.consent.audit import ConsentAudit
from trialseal.rules.consent.cases import SubjectCase, subject_cases
from trialseal.rules.finding import Status

_TITLE: Final = "Consents over time"
# Told apart without colour too: by the kind of line.
_STYLES: Final = {
    "enrolled": "ink",
    "consented": "blue",
    "asked again": "blue dotted",
    "withdrew": "brown dashed",
    "fails": "bad",
    "undetermined": "faint dashed",
}
_PANELS: Final = (
    ("participants", ("enrolled", "consented", "asked again", "withdrew"), 190),
    ("open findings", ("fails", "undetermined"), 90),
)
_WIDTH = plots.WIDTHS["wide"]
_DATE_ROOM = 84  # pixels for a date and the gap to the next


class Series(NamedTuple):
    """How many there were by each day on which one was added."""

    days: tuple[date, ...]
    totals: tuple[int, ...]

    @property
    def total(self) -> int:
        return self.totals[-1] if self.totals else 0


def over_time(audit: ConsentAudit) -> dict[str, Series]:
    """Subjects by the day of their first enrolment, consent and withdrawal, answers to being asked again, and open
    findings by the day of what is asked about. A month or a year counts from its first day."""
    cases = subject_cases(audit.evidence)
    found: dict[str, list[date]] = {name: [] for name in _STYLES}
    for case in cases:
        if not case.inclusions:
            continue
        consents = _consents(case)
        found["enrolled"] += _days(case.of("enrolment") or case.of("randomisation") or case.inclusions)[:1]
        found["consented"] += _days(consents)[:1]
        found["asked again"] += _days(consents)[1:]
        found["withdrew"] += _days(case.of("withdrawal"))[:1]
    for one in audit.findings:
        if one.finding.status in (Status.FAILS, Status.UNDETERMINED) and one.entries:
            found[one.finding.status.value] += _days(one.entries[:1])
    return {name: _series(days) for name, days in found.items()}


def draw(audit: ConsentAudit) -> str:
    """The plot as an SVG file, the same text for the same audit."""
    return drawn(over_time(audit))


def drawn(series: Mapping[str, Series]) -> str:
    """Two panels over the same days: participants, and open findings."""
    days = [day for one in series.values() for day in one.days]
    across = plots.days_across(days) if days else (0, 1)
    dates = plots.day_ticks(*across, most=_WIDTH // _DATE_ROOM) if days else []
    parts = [plots.label(2, 20, _TITLE, "head")]
    top = 36.0
    for counted, names, height in _PANELS:
        keys = [plots.Key(_STYLES[name], f"{name}: {series[name].total:,}") for name in names]
        words, top = plots.legend(keys, _WIDTH, top)
        ticks = plots.count_ticks(max(series[name].total for name in names))
        panel = plots.frame(_WIDTH, top + 30, height, across, (0, ticks[-1].at))
        parts += [words, plots.left_axis(panel, ticks, counted), plots.bottom_axis(panel, dates)]
        parts += [_line(panel, series[name], _STYLES[name]) for name in names]
        if not days and counted == _PANELS[0][0]:
            middle = (panel.left + panel.right) / 2
            parts.append(plots.label(middle, (panel.top + panel.bottom) / 2, "no participant enrolled", "soft middle"))
        top = panel.bottom + 40
    span = f" from {min(days)} to {max(days)}" if days else ""
    about = f"Totals{span}: " + ", ".join(f"{name} {one.total:,}" for name, one in series.items())
    return plots.picture(_TITLE, about, _WIDTH, top - 10, parts)


def _line(panel: plots.Frame, series: Series, style: str) -> str:
    """A staircase up to the edge, nothing where there is nothing to count."""
    points = [(float(day.toordinal()), float(total)) for day, total in zip(*series, strict=True)]
    return plots.staircase(panel, [*points, (panel.across[1], series.total)] if points else [], style)


def _consents(case: SubjectCase) -> list[Entry]:
    return [one for one in case.of("consent") if one.event["status"] in ("given", "assent", "waived")]


def _days(entries: Iterable[Entry]) -> list[date]:
    return sorted(date_range(entry.at[:10])[0] for entry in entries)


def _series(days: Iterable[date]) -> Series:
    counts: dict[date, int] = {}
    for day in sorted(days):
        counts[day] = counts.get(day, 0) + 1
    return Series(tuple(counts), tuple(accumulate(counts.values())))
