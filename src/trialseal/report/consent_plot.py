"""Consents over time: how many were enrolled, consented, were asked again, withdrew, and what failed."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date
from itertools import accumulate
from typing import Any, Final, NamedTuple

from trialseal.documents.identifiers import date_range
from trialseal.evidence.consents import Entry
from trialseal.rules.consent import SubjectCase, subject_cases
from trialseal.rules.consent_audit import ConsentAudit
from trialseal.rules.finding import Status

# Told apart without colour too: by the kind of line, and by its end's label.
_STYLES: Final = {
    "enrolled": ("#1b1b1b", "-", 2.0),
    "consented": ("#2c6fb3", "-", 1.6),
    "asked again": ("#2c6fb3", ":", 1.6),
    "withdrew": ("#8a5a00", "--", 1.6),
    "fails": ("#b3261e", "-", 1.8),
    "undetermined": ("#7a7a7a", "--", 1.4),
}
_ABOVE, _BELOW = ("enrolled", "consented", "asked again", "withdrew"), ("fails", "undetermined")
_SOFT = "#6b6b6b"


class Series(NamedTuple):
    """How many there were by each day on which one was added."""

    days: tuple[date, ...]
    totals: tuple[int, ...]


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


def draw(audit: ConsentAudit, format: str) -> bytes:
    """The plot as "svg" or "png", the same bytes for the same audit."""
    import matplotlib
    from matplotlib.figure import Figure

    series = over_time(audit)
    settings: Any = {"svg.hashsalt": "trialseal", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 10}
    with matplotlib.rc_context(settings):
        figure = Figure(figsize=(8.6, 5.2), layout="constrained")
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1.4))
        days = [day for one in series.values() for day in one.days]
        for axes, names in ((above, _ABOVE), (below, _BELOW)):
            for name in names:
                _draw_line(axes, name, series[name], max(days, default=None))
            _dress(axes, max((max(series[name].totals, default=0) for name in names), default=0), dated=bool(days))
        above.set_title("Consents over time", loc="left", fontweight="bold")
        above.set_ylabel("participants")
        below.set_ylabel("open findings")
        if not days:
            above.text(0.5, 0.5, "no enrolled participant", transform=above.transAxes, ha="center", color=_SOFT)
        written = io.BytesIO()
        metadata: Any = {"Date": None, "Title": "Consents over time"} if format == "svg" else {"Software": None}
        figure.savefig(written, format=format, dpi=160, metadata=metadata)
    return written.getvalue()


def _draw_line(axes: Any, name: str, series: Series, last: date | None) -> None:
    """A staircase up to the last day of all, with its name and total at the end."""
    if last is None:
        return
    colour, line, width = _STYLES[name]
    total = series.totals[-1] if series.totals else 0
    days, totals = [*series.days, last], [*series.totals, total]
    if total:
        # Broken lines go below unbroken ones, which they would cut up.
        axes.step(
            [days[0], *days],
            [0, *totals],
            where="post",
            color=colour,
            linestyle=line,
            linewidth=width,
            zorder=3 if line == "-" else 2,
        )
    axes.plot([], [], color=colour, linestyle=line, linewidth=width, label=f"{name}: {total}")


def _dress(axes: Any, highest: int, *, dated: bool) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
    from matplotlib.ticker import MaxNLocator

    if dated:
        locator: Any = AutoDateLocator(maxticks=8)  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    else:
        axes.set_xticks([])
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    axes.set_ylim(0, max(1, highest * 1.08))
    axes.margins(x=0.02)
    axes.grid(axis="y", color="#e4e4e4", linewidth=0.8)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, handlelength=2.4)


def _consents(case: SubjectCase) -> list[Entry]:
    return [one for one in case.of("consent") if one.event["status"] in ("given", "assent", "waived")]


def _days(entries: Iterable[Entry]) -> list[date]:
    return sorted(date_range(entry.at[:10])[0] for entry in entries)


def _series(days: Iterable[date]) -> Series:
    counts: dict[date, int] = {}
    for day in sorted(days):
        counts[day] = counts.get(day, 0) + 1
    return Series(tuple(counts), tuple(accumulate(counts.values())))
