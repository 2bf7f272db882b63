"""Many trials on one page: three plots and what each rule found. No scripts, nothing loaded, fit for print."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from trialseal.outcomes.model import Severity
from trialseal.report import plots
from trialseal.report.page import html_page
from trialseal.report.portfolio.table import OpenTrial, open_trials, status_counts
from trialseal.report.trial.chart_scale import text
from trialseal.rules.finding import Status
from trialseal.rules.outcome_changes import PHASE_WORDS

if TYPE_CHECKING:
    import pandas as pd

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


def portfolio_html(frame: pd.DataFrame, as_of: date, passed_over: Sequence[str] = ()) -> str:
    """The page about a frame of `portfolio_frame`."""
    sections = [
        _open(frame),
        _section("Registered before enrolment", _prospective_note(frame), _prospective(frame)),
        _section("Outcomes changed, by phase", _changes_note(frame), _changes(frame)),
        _section("Time to results", _results_note(frame), _time_to_results(frame)),
        _rules(frame),
    ]
    if passed_over:
        lines = "".join(f"<li>{text(one)}</li>" for one in passed_over)
        sections.append(f"<section><h2>Passed over</h2><ul>{lines}</ul></section>")
    asking = sum(1 for one in open_trials(frame) if one.questions)
    head = (
        '<p class="kicker">trialseal · portfolio</p>\n'
        f"<h1>{len(frame)} trials, by what their registries say</h1>\n"
        f'<p class="headline">{asking} of {len(frame)} trials {"has" if asking == 1 else "have"} open questions.</p>\n'
        f"<p>Judged for {as_of}. Each trial is judged by the record given, as it was when it was read. What dates "
        "do not settle is shown as such, and held against nobody. Whoever collected the records chose them: they rank "
        "no sponsor.</p>\n"
    )
    return html_page(
        f"{len(frame)} trials",
        [head, *sections],
        "trial/timeline.css",
        "portfolio/portfolio.css",
        plots.STYLES,
        body="portfolio",
    )


def _open(frame: pd.DataFrame) -> str:
    """Which trials have open questions, and which these are: what a reader came for."""
    trials = open_trials(frame)
    asked = [one for one in trials if one.questions]
    unknown = [one for one in trials if not one.questions]
    if not trials:
        return ""
    rows = "".join(_open_row(one) for one in asked)
    table = (
        "<table class=open><thead><tr><th>Trial</th><th>Open questions</th><th>Cannot be determined</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
        if asked
        else "<p>No check raises a question.</p>"
    )
    rest = ""
    if unknown:
        names = "".join(f"<li>{text(one.number)}: {_rules_of(one.unknown)}</li>" for one in unknown)
        rest = f"<h3>No open question, something cannot be determined</h3><ul class=unknown>{names}</ul>"
    return f"<section><h2>Trials with open questions</h2>{table}{rest}</section>"


def _open_row(one: OpenTrial) -> str:
    questions = "".join(
        f'<li><code>{text(rule)}</code> <span dir="auto">{text(sentence)}</span></li>'
        for rule, sentence in one.questions
    )
    sponsor = f'<span class=who dir="auto">{text(one.sponsor)}</span>' if one.sponsor else ""
    return (
        f"<tr><td data-name=Trial><b>{text(one.number)}</b>{sponsor}"
        f"<span class=who>record of {text(one.seen)}</span></td>"
        f'<td data-name="Open questions"><ul>{questions}</ul></td>'
        f'<td data-name="Cannot be determined">{_rules_of(one.unknown) or "–"}</td></tr>'
    )


def _rules_of(findings: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f'<code title="{text(sentence)}">{text(rule)}</code>' for rule, sentence in findings)


def _section(title: str, note: str, drawing: str) -> str:
    return (
        f"<section><h2>{text(title)}</h2><figure class=frame>{drawing}<figcaption class=note>{text(note)}"
        "</figcaption></figure></section>"
    )


def _rules(frame: pd.DataFrame) -> str:
    rows = status_counts(frame)
    if not rows:
        return ""
    head = "".join(f"<th>{text(name)}</th>" for name in rows[0])
    body = "".join("<tr>" + "".join(f"<td>{text(cell)}</td>" for cell in row.values()) + "</tr>" for row in rows)
    return (
        f"<section><h2>Every rule that applies</h2><table class=counts><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
        "<p class=note>A trial for which a rule fails is one to ask about, not one that is found out.</p></section>"
    )


def _asked(frame: pd.DataFrame) -> pd.DataFrame:
    """The trials that the rule on registration applies to, with the year of first enrolment."""
    asked = frame[frame["registered-before-enrolment"] != Status.DOES_NOT_APPLY.value]
    year = asked["start"].fillna(asked["first submitted"]).astype("string").str.slice(0, 4)
    return asked.assign(year=year).dropna(subset=["year"])


def _prospective_note(frame: pd.DataFrame) -> str:
    asked = _asked(frame)
    counts = asked["registered-before-enrolment"].value_counts()
    said = ", ".join(f"{counts.get(one.value, 0)} {words}" for one, words in _WORDS.items())
    return (
        f"{len(asked)} trials with an intervention that began after 1 July 2005, by year of first enrolment: {said}. "
        "A start known by month only is settled where both readings agree."
    )


def _prospective(frame: pd.DataFrame) -> str:
    asked = _asked(frame)
    if asked.empty:
        return "<p>No trial that the rule applies to.</p>"

    years = list(range(int(asked["year"].min()), int(asked["year"].max()) + 1))
    counts = {status: asked[asked["registered-before-enrolment"] == status.value] for status in _WORDS}
    heights = {
        status: [int((rows["year"].astype(int) == year).sum()) for year in years] for status, rows in counts.items()
    }
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


def _phases(frame: pd.DataFrame) -> list[tuple[str, Any]]:
    found = []
    for phase, words in PHASE_WORDS.items():
        name = f"outcomes changed {words}"
        if phase != "pre-enrolment" and name in frame and frame[name].notna().any():
            found.append((words, frame[name].dropna().value_counts()))
    return found


def _changes_note(frame: pd.DataFrame) -> str:
    several = int((frame["versions"] > 1).sum())
    return (
        f"{several} trials with more than one version of the record given: the gravest difference of any outcome "
        "between the last version of one phase and that of the next. Texts that only point to results are none."
    )


def _changes(frame: pd.DataFrame) -> str:
    phases = _phases(frame)
    if not phases:
        return "<p>No trial has versions in more than one phase.</p>"

    keys = [plots.Key(colour, words) for words, colour in _SEVERITIES.values()]

    def draw(width: int) -> tuple[float, list[str]]:
        of = plots.frame(width, 8, 52 * len(phases), (0, 100), (0, 1))
        parts = []
        for place, (phase, counts) in enumerate(phases):
            top = of.top + 52 * place
            parts.append(plots.label(of.left, top + 12, f"{phase} ({_trials(int(counts.sum()))})"))
            left = 0.0
            for severity, (words, colour) in _SEVERITIES.items():
                if count := int(counts.get(severity, 0)):
                    share = 100 * count / int(counts.sum())
                    key = plots.Key(colour, f"{words}: {count} ({share:.0f} per cent)")
                    parts.append(plots.bar(of.x(left), top + 18, of.x(left + share) - of.x(left), 24, key))
                    left += share
        ticks = [plots.Tick(at, str(at)) for at in range(0, 101, 25)]
        words, bottom = plots.legend(keys, width, of.bottom + 44, areas=True)
        return bottom, [*parts, plots.bottom_axis(of, ticks, "per cent of trials"), words]

    about = "; ".join(
        f"{phase}: " + ", ".join(f"{words} {int(counts.get(one, 0))}" for one, (words, _) in _SEVERITIES.items())
        for phase, counts in phases
    )
    return _drawn("changes", draw, "Share of trials whose outcomes changed, by phase and severity", about)


def _trials(number: int) -> str:
    return f"{number} trial{'' if number == 1 else 's'}"


def _results_note(frame: pd.DataFrame) -> str:
    days = frame["days to results"].dropna()
    if days.empty:
        return "No trial given has both dates to the day."
    within = int((days <= _YEAR).sum())
    return (
        f"{len(days)} trials with results, from primary completion to first submission of results (posting comes "
        f"later); {within} within {_YEAR} days. Trials without results are not in it, and whether results were due "
        "depends on each trial."
    )


def _time_to_results(frame: pd.DataFrame) -> str:
    days = sorted(float(one) for one in frame["days to results"].dropna())
    if not days:
        return "<p>No trial to show.</p>"

    last = max(days[-1], float(_YEAR)) * 1.03
    keys = [plots.Key("blue", "trials with results"), plots.Key("faint dashed", f"{_YEAR} days")]

    def draw(width: int) -> tuple[float, list[str]]:
        first = min(0.0, days[0])
        of = plots.frame(width, 30, 200, (first, last), (0, 100))
        shares = [(day, 100 * (place + 1) / len(days)) for place, day in enumerate(days)]
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

    about = f"{len(days)} trials, from {days[0]:.0f} to {days[-1]:.0f} days"
    return _drawn("results", draw, "Share of trials with results submitted, by days from primary completion", about)


def _drawn(name: str, draw: Callable[[int], tuple[float, list[str]]], title: str, about: str) -> str:
    """A plot for wide screens and paper and one for phones; the page shows one. `draw` gives height and parts."""
    made = []
    for kind, width in plots.WIDTHS.items():
        height, parts = draw(width)
        made.append(plots.drawing(f"{kind}-{name}", title, about, width, height + 4, parts))
    return "".join(made)
