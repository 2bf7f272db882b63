"""Many trials on one page: three plots and what each rule found. No scripts, nothing loaded, fit for print."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from trialseal.outcomes.model import Severity
from trialseal.report.page import html_page
from trialseal.report.portfolio.table import OpenTrial, open_trials, status_counts
from trialseal.report.trial.chart import text
from trialseal.rules.finding import Status
from trialseal.rules.outcome_changes import PHASE_WORDS

if TYPE_CHECKING:
    import pandas as pd

_INK, _SOFT, _LINE = "#1b2733", "#586675", "#dfe3e6"
_COLOURS = {Status.HOLDS: "#0b7a6f", Status.UNDETERMINED: "#c9ced3", Status.FAILS: "#a85b00"}
_SEVERITIES = {
    Severity.NONE.value: ("no change in substance", "#0b7a6f"),
    Severity.MINOR.value: ("minor", "#9cc3d5"),
    Severity.MODERATE.value: ("moderate", "#e0b872"),
    Severity.MAJOR.value: ("major", "#a85b00"),
}
_WORDS = {
    Status.HOLDS: "submitted at or before first enrolment",
    Status.UNDETERMINED: "cannot be told from the dates at hand",
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
        f"{len(frame)} trials", [head, *sections], "trial/timeline.css", "portfolio/portfolio.css", body="portfolio"
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

    def draw(axes: Any) -> None:
        years = [str(one) for one in range(int(asked["year"].min()), int(asked["year"].max()) + 1)]
        bottom = [0] * len(years)
        for status, words in _WORDS.items():
            of_status = asked[asked["registered-before-enrolment"] == status.value]["year"].value_counts()
            heights = [int(of_status.get(year, 0)) for year in years]
            axes.bar(years, heights, bottom=bottom, color=_COLOURS[status], label=words, width=0.8)
            bottom = [one + other for one, other in zip(bottom, heights, strict=True)]
        axes.set_ylabel("trials")
        step = 1 + len(years) // 11
        axes.set_xticks(range(0, len(years), step), years[::step])
        axes.yaxis.get_major_locator().set_params(integer=True)

    return _drawn(draw, "Trials by year of first enrolment and whether they were submitted before it")


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
        f"{several} trials with more than one version of the record at hand: the gravest difference of any outcome "
        "between the last version of one phase and that of the next. Texts that only point to results are none."
    )


def _changes(frame: pd.DataFrame) -> str:
    phases = _phases(frame)
    if not phases:
        return "<p>No trial has versions in more than one phase.</p>"

    def draw(axes: Any) -> None:
        labels = [f"{words}\n({int(counts.sum())} trials)" for words, counts in phases]
        left = [0.0] * len(phases)
        for severity, (words, colour) in _SEVERITIES.items():
            widths = [100 * counts.get(severity, 0) / counts.sum() for _, counts in phases]
            axes.barh(labels, widths, left=left, color=colour, label=words, height=0.6)
            left = [one + other for one, other in zip(left, widths, strict=True)]
        axes.set_xlabel("per cent of trials")
        axes.set_xlim(0, 100)
        axes.invert_yaxis()

    return _drawn(draw, "Share of trials whose outcomes changed, by phase and severity", height=2.4)


def _results_note(frame: pd.DataFrame) -> str:
    days = frame["days to results"].dropna()
    if days.empty:
        return "No trial at hand has both dates to the day."
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

    def draw(axes: Any) -> None:
        shares = [100 * (place + 1) / len(days) for place in range(len(days))]
        axes.step([0.0, *days], [0.0, *shares], where="post", color="#1f4e9c", label="trials with results")
        axes.axvline(_YEAR, color=_SOFT, linestyle="--", linewidth=1, label=f"{_YEAR} days")
        axes.set_xlabel("days from primary completion")
        axes.set_ylabel("per cent submitted")
        axes.set_ylim(0, 102)

    return _drawn(draw, "Share of trials with results submitted, by days from primary completion")


def _drawn(draw: Callable[[Any], None], title: str, height: float = 3.4) -> str:
    """A plot as SVG with its title for those who cannot see it; the same bytes for the same data."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    settings: Any = {
        "svg.hashsalt": "trialseal",
        "svg.fonttype": "none",
        "font.family": "sans-serif",
        "font.size": 10,
        "axes.edgecolor": _LINE,
        "axes.labelcolor": _INK,
        "xtick.color": _SOFT,
        "ytick.color": _INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
    }
    with matplotlib.rc_context(settings):
        figure, axes = pyplot.subplots(figsize=(8.6, height), layout="constrained")
        draw(axes)
        figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize=9)
        written = io.StringIO()
        figure.savefig(written, format="svg", metadata={"Date": None, "Title": title})
        pyplot.close(figure)
    svg = written.getvalue()
    svg = svg[svg.index("<svg") :].rstrip()
    return svg.replace("<svg ", f'<svg role="img" aria-label="{text(title)}" ', 1)
