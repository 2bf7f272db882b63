"""The three pictures of a portfolio: registration by year, outcomes changed by phase, time to results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from trialseal.outcomes.model import Severity
from trialseal.report import plots
from trialseal.report.portfolio.table import Rows
from trialseal.rules.finding import Status
from trialseal.rules.outcome_changes import PHASE_WORDS

_PROSPECTIVE = "registered-before-enrolment"
_COLOURS = {Status.HOLDS: "good", Status.UNDETERMINED: "open", Status.FAILS: "bad"}
_SEVERITIES = {
    Severity.NONE.value: ("no change in substance", "good"),
    Severity.MINOR.value: ("minor", "mild"),
    Severity.MODERATE.value: ("moderate", "medium"),
    Severity.MAJOR.value: ("major", "bad"),
}
_WORDS = {
    Status.HOLDS: "submitted at or before first enrolment",
    Status.UNDETERMINED: "cannot be told from the dates given",
    Status.FAILS: "submitted after first enrolment",
}
_YEAR = 365


def _asked(rows: Rows) -> list[tuple[int, str]]:
    """The trials that the rule on registration applies to: the year of first enrolment, and the rule's answer."""
    return [
        (int(day[:4]), row[_PROSPECTIVE])
        for row in rows
        if row[_PROSPECTIVE] != Status.DOES_NOT_APPLY.value and (day := row["start"] or row["first submitted"])
    ]


def prospective_note(rows: Rows) -> str:
    """What the first picture shows, in a sentence."""
    asked = _asked(rows)
    counts = Counter(status for _, status in asked)
    said = ", ".join(f"{counts[one.value]} {words}" for one, words in _WORDS.items())
    return (
        f"{len(asked)} trials with an intervention that began after 1 July 2005, by year of first enrolment: {said}. "
        "A start known by month only is settled where both readings agree."
    )


def prospective(rows: Rows) -> str:
    """Trials by year of first enrolment, and whether they were submitted before it."""
    asked = _asked(rows)
    if not asked:
        return "<p>No trial that the rule applies to.</p>"

    years = list(range(min(asked)[0], max(asked)[0] + 1))
    counts = Counter(asked)
    heights = {status: [counts[year, status.value] for year in years] for status in _WORDS}
    keys = [plots.Key(_COLOURS[one], f"{words}: {sum(heights[one])}") for one, words in _WORDS.items()]

    def draw(width: int) -> tuple[float, list[str]]:
        ticks = plots.count_ticks(max(map(sum, zip(*heights.values(), strict=True))))
        of = plots.frame(width, 30, 200, (-0.6, len(years) - 0.4), (0, ticks[-1].at))
        step = 1 + len(years) * 50 // width
        named = [plots.Tick(place, str(year)) for place, year in enumerate(years) if place % step == 0]
        parts = [plots.left_axis(of, ticks, "trials")]
        for place, year in enumerate(years):
            base = 0
            for status, words in _WORDS.items():
                if count := heights[status][place]:
                    key = plots.Key(_COLOURS[status], f"{year}: {count} {words}")
                    left, right = of.x(place - 0.4), of.x(place + 0.4)
                    parts.append(
                        plots.bar(left, of.y(base + count), right - left, of.y(base) - of.y(base + count), key)
                    )
                    base += count
        words, bottom = plots.legend(keys, width, of.bottom + 26, areas=True)
        return bottom, [*parts, plots.bottom_axis(of, named), words]

    about = f"{len(asked)} trials, {years[0]} to {years[-1]}: " + ", ".join(key.words for key in keys)
    return _drawn("years", draw, "Trials by year of first enrolment and whether they were submitted before it", about)


def _phases(rows: Rows) -> list[tuple[str, Counter[str]]]:
    found = []
    for phase, words in PHASE_WORDS.items():
        counts = Counter(one for row in rows if (one := row.get(f"outcomes changed {words}")))
        if phase != "pre-enrolment" and counts:
            found.append((words, counts))
    return found


def changes_note(rows: Rows) -> str:
    """What the second picture shows, in a sentence."""
    several = sum(1 for row in rows if row["versions"] > 1)
    return (
        f"{several} trials with more than one version of the record given: the gravest difference of any outcome "
        "between the last version of one phase and that of the next. Texts that only point to results are none."
    )


def changes(rows: Rows) -> str:
    """How gravely outcomes changed in each phase."""
    phases = _phases(rows)
    if not phases:
        return "<p>No trial has versions in more than one phase.</p>"

    keys = [plots.Key(colour, words) for words, colour in _SEVERITIES.values()]

    def draw(width: int) -> tuple[float, list[str]]:
        of = plots.frame(width, 8, 52 * len(phases), (0, 100), (0, 1))
        parts = []
        for place, (phase, counts) in enumerate(phases):
            top = of.top + 52 * place
            parts.append(plots.label(of.left, top + 12, f"{phase} ({_trials(counts.total())})"))
            left = 0.0
            for severity, (words, colour) in _SEVERITIES.items():
                if count := counts[severity]:
                    share = 100 * count / counts.total()
                    key = plots.Key(colour, f"{words}: {count} ({share:.0f} per cent)")
                    parts.append(plots.bar(of.x(left), top + 18, of.x(left + share) - of.x(left), 24, key))
                    left += share
        ticks = [plots.Tick(at, str(at)) for at in range(0, 101, 25)]
        words, bottom = plots.legend(keys, width, of.bottom + 44, areas=True)
        return bottom, [*parts, plots.bottom_axis(of, ticks, "per cent of trials"), words]

    about = "; ".join(
        f"{phase}: " + ", ".join(f"{words} {counts[one]}" for one, (words, _) in _SEVERITIES.items())
        for phase, counts in phases
    )
    return _drawn("changes", draw, "Share of trials whose outcomes changed, by phase and severity", about)


def _trials(number: int) -> str:
    return f"{number} trial{'' if number == 1 else 's'}"


def _days(rows: Rows) -> list[int]:
    return sorted(row["days to results"] for row in rows if row["days to results"] is not None)


def results_note(rows: Rows) -> str:
    """What the third picture shows, in a sentence."""
    days = _days(rows)
    if not days:
        return "No trial given has both dates to the day."
    within = sum(1 for one in days if one <= _YEAR)
    return (
        f"{len(days)} trials with results, from primary completion to first submission of results (posting comes "
        f"later); {within} within {_YEAR} days. Trials without results are not in it, and whether results were due "
        "depends on each trial."
    )


def time_to_results(rows: Rows) -> str:
    """The share of trials with results, by days from primary completion."""
    days = _days(rows)
    if not days:
        return "<p>No trial to show.</p>"

    last = max(days[-1], _YEAR) * 1.03
    keys = [plots.Key("blue", "trials with results"), plots.Key("faint dashed", f"{_YEAR} days")]

    def draw(width: int) -> tuple[float, list[str]]:
        first = min(0.0, float(days[0]))
        of = plots.frame(width, 30, 200, (first, last), (0, 100))
        shares = [(float(day), 100 * (place + 1) / len(days)) for place, day in enumerate(days)]
        year = of.x(_YEAR)
        words, bottom = plots.legend(keys, width, of.bottom + 44)
        return bottom, [
            plots.left_axis(of, [plots.Tick(at, str(at)) for at in range(0, 101, 25)], "per cent submitted"),
            f'<path class="line faint dashed" d="M{year:g} {of.top:g}V{of.bottom:g}"/>\n',
            plots.staircase(of, [*shares, (last, 100.0)], "blue"),
            plots.bottom_axis(
                of, [one for one in plots.count_ticks(last, 6) if one.at <= last], "days from primary completion"
            ),
            words,
        ]

    about = f"{len(days)} trials, from {days[0]} to {days[-1]} days"
    return _drawn("results", draw, "Share of trials with results submitted, by days from primary completion", about)


def _drawn(name: str, draw: Callable[[int], tuple[float, list[str]]], title: str, about: str) -> str:
    """A plot for wide screens and paper and one for phones; the page shows one. `draw` gives height and parts."""
    made = []
    for kind, width in plots.WIDTHS.items():
        height, parts = draw(width)
        made.append(plots.drawing(f"{kind}-{name}", title, about, width, height + 4, parts))
    return "".join(made)
