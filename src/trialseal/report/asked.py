"""What an audit asked, on its page: the findings of one answer under their questions, and a table of all answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from trialseal.evidence.wording import count
from trialseal.report.trial.chart_scale import text
from trialseal.rules.finding import Finding, Status

_MOST_LISTED: Final = 50
_ANSWERS: Final = (Status.HOLDS, Status.FAILS, Status.UNDETERMINED, Status.DOES_NOT_APPLY)


class Resting(NamedTuple):
    """A finding, and the entries that it rests on, by stream, place and id."""

    finding: Finding
    places: str = ""


def findings_section(title: str, findings: Iterable[Resting], status: Status, asks: Mapping[str, str]) -> str:
    """The findings with this answer, under what was asked; empty if there is none. `asks` has each rule's question."""
    grouped: dict[str, list[Resting]] = {}
    for one in findings:
        if one.finding.status is status:
            grouped.setdefault(one.finding.rule, []).append(one)
    if not grouped:
        return ""
    parts = [f"<section><h2>{title}</h2>\n"]
    for rule, found in grouped.items():
        parts.append(f"<h3>{text(asks[rule])}</h3>\n<ul>")
        parts += map(_finding, found[:_MOST_LISTED])
        parts.append("</ul>\n")
        if len(found) > _MOST_LISTED:
            parts.append(
                f'<p class="note">{len(found) - _MOST_LISTED} more like these are in the table of findings.</p>'
            )
    return "".join([*parts, "</section>\n"])


def _finding(one: Resting) -> str:
    sentence = one.finding.sentence
    resting = f'<span class="quiet">{text(one.places)}</span>' if one.places else ""
    return f"<li>{text(sentence[0].upper() + sentence[1:])}{resting}</li>\n"


def open_words(failing: int, undetermined: int) -> Iterator[str]:
    """What is open, in one sentence or two for everyone."""
    if failing:
        yield (
            "1 thing does not fit together: it is listed below, and may have a plain reason."
            if failing == 1
            else f"{failing:,} things do not fit together: each is listed below, and may have a plain reason."
        )
    else:
        yield "No check raises a question."
    if undetermined:
        yield f"{count(undetermined, 'check')} cannot be determined: what is missing is listed below."


def asked_section(of_what: str, counts: Mapping[str, Mapping[Status, int]], asks: Mapping[str, str]) -> str:
    """How often each rule gave each answer; `of_what` says what the rules are asked of."""
    rows = "".join(
        f'<tr><td class="words">{text(asks[rule])}</td>'
        + "".join(f"<td>{found.get(status) or ''}</td>" for status in _ANSWERS)
        + "</tr>\n"
        for rule, found in counts.items()
    )
    return (
        '<section><h2>What was asked</h2>\n<div class="wide-table"><table class="account"><thead><tr><th>asked of '
        f"{text(of_what)}</th><th>holds</th><th>open question</th><th>cannot be determined</th><th>not "
        f"applicable</th></tr></thead><tbody>{rows}</tbody></table></div></section>\n"
    )
