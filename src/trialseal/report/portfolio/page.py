"""Many trials on one page: which have open questions, three pictures, every rule. No scripts, nothing loaded."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import date

from trialseal.report import plots
from trialseal.report.answers_measured import how_often_wrong
from trialseal.report.page import html_page
from trialseal.report.portfolio.figures import (
    changes,
    changes_note,
    prospective,
    prospective_note,
    results_note,
    time_to_results,
)
from trialseal.report.portfolio.replies import Replies, Reply
from trialseal.report.portfolio.table import OpenTrial, Rows, open_trials, status_counts
from trialseal.report.trial.chart_scale import text
from trialseal.rules.outcome_changes import PHASE_WORDS, SHOWN_AS


def portfolio_html(rows: Rows, as_of: date, passed_over: Sequence[str] = (), replies: Replies | None = None) -> str:
    """The page about the rows of `portfolio_rows`, with the sponsors' answers beside the questions."""
    trials = open_trials(rows)
    asking = sum(1 for one in trials if one.questions)
    sections = [
        _open(trials, replies or {}, {str(row["number"]) for row in rows}),
        _section("Registered before enrolment", prospective_note(rows), prospective(rows)),
        _section("Outcomes changed, by phase", changes_note(rows), changes(rows) + _often_wrong(rows)),
        _section("Time to results", results_note(rows), time_to_results(rows)),
        _rules(rows),
    ]
    if passed_over:
        lines = "".join(f"<li>{text(one)}</li>" for one in passed_over)
        sections.append(f"<section><h2>Passed over</h2><ul>{lines}</ul></section>")
    head = (
        '<p class="kicker">trialseal · portfolio</p>\n'
        f"<h1>{len(rows)} trials, by what their registries say</h1>\n"
        f'<p class="headline">{asking} of {len(rows)} trials {"has" if asking == 1 else "have"} open questions.</p>\n'
        f"<p>Judged for {as_of}. Each trial is judged by the record given, as it was when it was read. What dates "
        "do not settle is shown as such, and held against nobody. Whoever collected the records chose them: they rank "
        "no sponsor.</p>\n"
    )
    return html_page(
        f"{len(rows)} trials",
        [head, *sections],
        "trial/timeline.css",
        "portfolio/portfolio.css",
        plots.STYLES,
        body="portfolio",
    )


def _often_wrong(rows: Rows) -> str:
    """How often answers such as those on registered outcomes were wrong when they were measured."""
    changed = [f"outcomes changed {words}" for words in PHASE_WORDS.values()]
    compared = [str(row["registered-outcomes-kept"]) for row in rows if any(row.get(one) for one in changed)]
    kinds = [kind for status, kind in SHOWN_AS.items() if status.value in compared]
    lines = "".join(f"<li>{text(one)}</li>" for one in how_often_wrong(("versions", kind) for kind in kinds))
    return f"<ul>{lines}</ul>" if lines else ""


def _open(trials: Sequence[OpenTrial], replies: Replies, known: Set[str]) -> str:
    """Which trials have open questions, and which these are, with room for an answer: what a reader came for."""
    asked = [one for one in trials if one.questions]
    rest = ""
    if unknown := [one for one in trials if not one.questions]:
        lines = "".join(_unknown_line(one) for one in unknown)
        rest = f"<h3>No open question, something cannot be determined</h3><ul class=unknown>{lines}</ul>"
    shown = {one.number for one in asked}
    if others := [(number, said) for number, said in replies.items() if number not in shown]:
        lines = "".join(
            f"<li><b>{text(number)}</b>{'' if number in known else ', of which no record was given'}: "
            f"{_answers(said)}</li>"
            for number, said in others
        )
        rest += f"<h3>Answers about trials without an open question</h3><ul class=unknown>{lines}</ul>"
    if not asked:
        none = "<p>No check raises a question.</p>"
        return f"<section><h2>Trials with open questions</h2>{none}{rest}</section>" if trials or replies else ""
    body = "".join(_open_row(one, replies.get(one.number, ())) for one in asked)
    table = (
        "<table class=open><thead><tr><th>Trial</th><th>Open questions</th><th>Cannot be determined</th>"
        f"<th>The sponsor’s answer</th></tr></thead><tbody>{body}</tbody></table>"
    )
    return f"<section><h2>Trials with open questions</h2>{table}{rest}</section>"


def _open_row(one: OpenTrial, replies: Sequence[Reply]) -> str:
    sponsor = f'<span class=who dir="auto">{text(one.sponsor)}</span>' if one.sponsor else ""
    answer = _answers(replies) if replies else "<span class=none>none given</span>"
    return (
        f"<tr><td data-name=Trial><b>{text(one.number)}</b>{sponsor}"
        f"<span class=who>record of {text(one.seen)}</span></td>"
        f'<td data-name="Open questions">{_findings(one.questions)}</td>'
        f'<td data-name="Cannot be determined">{_findings(one.unknown) or "–"}</td>'
        f'<td data-name="The sponsor’s answer">{answer}</td></tr>'
    )


def _findings(findings: Sequence[tuple[str, str]]) -> str:
    lines = "".join(
        f'<li><code>{text(rule)}</code> <span dir="auto">{text(sentence)}</span></li>' for rule, sentence in findings
    )
    return f"<ul>{lines}</ul>" if lines else ""


def _unknown_line(one: OpenTrial) -> str:
    said = "; ".join(
        f'<code>{text(rule)}</code> <span dir="auto">{text(sentence)}</span>' for rule, sentence in one.unknown
    )
    return f"<li><b>{text(one.number)}</b>, record of {text(one.seen)}: {said}</li>"


def _answers(replies: Sequence[Reply]) -> str:
    return "".join(
        f'<q dir="auto">{text(one.words)}</q>' + (f"<span class=who>{text(one.date)}</span>" if one.date else "")
        for one in replies
    )


def _section(title: str, note: str, drawing: str) -> str:
    return (
        f"<section><h2>{text(title)}</h2><figure class=frame>{drawing}<figcaption class=note>{text(note)}"
        "</figcaption></figure></section>"
    )


def _rules(rows: Rows) -> str:
    counts = status_counts(rows)
    if not counts:
        return ""
    head = "".join(f"<th>{text(name)}</th>" for name in counts[0])
    body = "".join("<tr>" + "".join(f"<td>{text(cell)}</td>" for cell in row.values()) + "</tr>" for row in counts)
    return (
        f"<section><h2>Every rule that applies</h2><table class=counts><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
        "<p class=note>A trial for which a rule fails is one to ask about, not one that is found out.</p></section>"
    )
