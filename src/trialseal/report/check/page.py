"""The report of a check as one HTML page: no scripts, nothing loaded, fit for A4, Letter, a desk and a phone.

Every text comes from somebody else and is escaped; each stands in an element that finds its own direction of reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from trialseal.report.check.outcome_tables import drawing, outcomes_section, phases_section
from trialseal.report.check.page_words import MOST_FACTS, MOST_QUOTES, capital, place_words, sign, unbroken
from trialseal.report.check.picture import promised_section
from trialseal.report.check.view import (
    CheckView,
    FactView,
    FindingView,
    ItemView,
    QuestionView,
    QuoteView,
    SourceView,
)
from trialseal.report.check.words import ANSWER_WORDS
from trialseal.report.page import html_page, notice_box, plain_box
from trialseal.report.trial.chart_scale import text
from trialseal.report.trial.view import Answer

_MOST_UNREAD = 4

_SHOWS = (
    "What the registry's record says, in the versions that were given, and what the manuscript says, each with its "
    "place. Every answer names the demand it rests on.",
    "Outcomes are matched and compared by fixed rules, without a network and without a language model: the same files "
    "give the same report.",
)
_SHOWS_NOT = (
    "Whether a trial is good, or whether anyone did wrong. A point that is raised is a question; a protocol, another "
    "paper or the authors may answer it.",
    "What the registry said before the first version given, what stands in supplements that were not given, and what "
    "the manuscript says in words that the patterns do not know.",
    "Whether two descriptions mean the same outcome where that takes a reader: such pairs are marked.",
)


def check_html(view: CheckView) -> str:
    """The page. It holds the view's words, escaped, and nothing that is not in the view."""
    sections = (
        _header(view),
        _verdict(view),
        plain_box(view.summary),
        promised_section(view.promised),
        outcomes_section(view),
        notice_box(view.notices, "i"),
        _questions("Questions for the authors", view.asked_of("authors")),
        _questions("Questions about the sponsor’s duties", view.asked_of("sponsor")),
        _items(view.items),
        phases_section(view.phases),
        drawing(view),
        _reply(view),
        _sources(view.sources),
        _scope(),
    )
    title = f"{view.number or view.title}: registered and reported"
    return html_page(title, sections, "trial/timeline.css", "check/check.css", "check/picture.css", body="check")


def _header(view: CheckView) -> str:
    numbers = "".join(f'<li class="chip">{text(number)}</li>' for number in view.numbers)
    numbers = f'<ul class="chips" aria-label="Registry numbers">{numbers}</ul>' if numbers else ""
    return (
        '<header>\n<p class="kicker">trialseal · registered and reported</p>\n'
        f'<h1 dir="auto">{text(view.title)}</h1>\n{numbers}{_manuscript(view)}</header>\n'
    )


def _manuscript(view: CheckView) -> str:
    return (
        f'<p class="quiet manuscript" dir="auto">Manuscript: {unbroken(view.manuscript)}</p>' if view.manuscript else ""
    )


def _verdict(view: CheckView) -> str:
    counts = "".join(
        f'<li class="{answer}"><b>{number}</b> {_counted(answer, number)}</li>'
        for answer, number in view.counts
        if number
    )
    return (
        f'<section class="verdict {view.answer}">{sign(view.answer)}<div><p class="headline">{text(view.headline)}</p>'
        f'<ul class="tally">{counts}</ul>'
        f'<p class="quiet">Deadlines are judged as of {text(view.as_of)}.</p></div></section>\n'
    )


def _counted(answer: Answer, number: int) -> str:
    if number == 1:
        return ANSWER_WORDS[answer]
    return {
        "fails": "raise a question",
        "undetermined": "cannot be determined",
        "holds": "hold",
        "does-not-apply": "do not apply",
    }[answer]


def _questions(title: str, questions: Sequence[QuestionView]) -> str:
    if not questions:
        return ""
    rows = "".join(_question(one) for one in questions)
    return f'<section class="questions"><h2>{title}</h2>\n<ol>{rows}</ol></section>\n'


def _question(one: QuestionView) -> str:
    # What a reader must match stands in the table above; the letter has it whole.
    most = _MOST_UNREAD if one.needs_reader else MOST_QUOTES
    said = _said("The record says", one.record, most) + _said("The manuscript says", one.paper, most)
    searched = f'<p class="searched" dir="auto">{text(one.searched)}</p>' if one.searched else ""
    reader = '<span class="flag">needs a reader first</span>' if one.needs_reader else ""
    item = f'<span class="item">CONSORT 2025 item {text(one.item)}</span>' if one.item else ""
    return (
        f'<li><p class="topic"><strong dir="auto">{text(one.topic)}</strong>{item}{reader}</p>'
        f'<div class="sides">{said}</div>{searched}<p class="ask" dir="auto">{unbroken(one.ask)}</p></li>\n'
    )


def _said(words: str, quotes: Sequence[QuoteView], most: int) -> str:
    if not quotes:
        return ""
    shown = "".join(
        f'<li>{_number(one)}<span dir="auto">{unbroken(one.text)}</span>{place_words(one.place)}</li>'
        for one in quotes[:most]
    )
    rest = f'<li class="quiet">and {len(quotes) - most} more, in the table and the letter</li>'
    return f'<div><p class="side">{words}</p><ul>{shown}{rest if len(quotes) > most else ""}</ul></div>'


def _number(one: QuoteView) -> str:
    return f'<span class="pair">{one.number}</span> ' if one.number else ""


def _rest(number: int) -> str:
    return f'<li class="quiet">and {number - MOST_FACTS} more</li>' if number > MOST_FACTS else ""


def _items(items: Sequence[ItemView]) -> str:
    rows = "".join(_item(one) for one in items if one.quotes or _applying(one))
    rows += _not_applying(items)
    return (
        "<section><h2>What was checked, by item of CONSORT 2025</h2>\n"
        '<p class="on-paper quiet">On paper, what holds stands without its facts; the page on a screen has them.</p>'
        f'<div class="items">{rows}</div></section>\n'
    )


def _item(one: ItemView) -> str:
    number = f"Item {text(one.number)}" if one.number else "&nbsp;"
    findings = "".join(_finding(finding) for finding in _applying(one))
    quotes = "".join(f'<li><q dir="auto">{text(quote.text)}</q>{place_words(quote.place)}</li>' for quote in one.quotes)
    quotes = f'<div class="says"><p class="side">The manuscript says</p><ul>{quotes}</ul></div>' if quotes else ""
    return (
        f'<section class="consort {one.answer or "does-not-apply"}"><h3><span>{number}</span>{text(one.title)}</h3>'
        f"<div>{findings}{quotes}</div></section>\n"
    )


def _applying(item: ItemView) -> list[FindingView]:
    return [one for one in item.findings if one.answer != "does-not-apply"]


def _not_applying(items: Sequence[ItemView]) -> str:
    """What does not apply, all in one place by its reason: it is said, and takes no room from what does."""
    reasons: dict[str, list[str]] = {}
    for item in items:
        for one in item.findings:
            if one.answer == "does-not-apply":
                reasons.setdefault(one.sentence, []).append(one.rule)
    if not reasons:
        return ""
    rows = ""
    for reason, rules in sorted(reasons.items(), key=lambda pair: -len(pair[1])):
        names = ", ".join(f"<code>{text(rule)}</code>" for rule in rules)
        rows += f'<li><span dir="auto">{unbroken(capital(reason))}</span>: {names}</li>'
    return f'<section class="consort apply"><h3>Does not apply here</h3><ul>{rows}</ul></section>'


def _finding(one: FindingView) -> str:
    facts = "".join(_grouped(one.facts[:MOST_FACTS], in_line=one.answer == "holds")) + _rest(len(one.facts))
    facts = f'<ul class="facts-list">{facts}</ul>' if facts else ""
    standard = f'<p class="standard">{text(one.standard)}</p>' if one.standard else ""
    return (
        f'<div class="finding {one.answer}">{sign(one.answer)}<div><p dir="auto">'
        f'<b class="answer">{ANSWER_WORDS[one.answer]}</b> {unbroken(capital(one.sentence))}</p>{facts}{standard}'
        "</div></div>"
    )


def _grouped(facts: Sequence[FactView], *, in_line: bool) -> Iterator[str]:
    """Facts as list items, those of one source together; in a line each where they only bear out what holds."""
    for source, same in groupby(facts, key=lambda fact: fact.source):
        texts = [f"<bdi>{unbroken(fact.text)}</bdi>" for fact in same]
        if in_line:
            yield f"<li><span>{'; '.join(texts)}</span>{place_words(source)}</li>"
        else:
            yield from (f"<li><span>{one}</span></li>" for one in texts[:-1])
            yield f"<li><span>{texts[-1]}</span>{place_words(source)}</li>"


def _reply(view: CheckView) -> str:
    if not view.reply:
        return ""
    paragraphs = "".join(f'<p dir="auto">{text(part.strip())}</p>' for part in re.split(r"\n\s*\n", view.reply))
    whence = f'<p class="quiet">{text(view.reply_source)}; it changes no answer above.</p>'
    return (
        f'<section class="reply"><h2>The authors’ reply</h2>\n{whence}<blockquote>{paragraphs}</blockquote></section>\n'
    )


def _sources(sources: Sequence[SourceView]) -> str:
    rows = "".join(
        f'<div><dt>{text(one.what)}</dt><dd><bdi class="name">{text(one.name)}</bdi> '
        f'<span dir="auto">{text(one.detail)}</span></dd></div>'
        for one in sources
    )
    return f'<section><h2>What was searched</h2>\n<dl class="sources">{rows}</dl></section>\n'


def _scope() -> str:
    shows = "".join(f"<li>{line}</li>" for line in _SHOWS)
    shows_not = "".join(f"<li>{line}</li>" for line in _SHOWS_NOT)
    return (
        '<section class="scope"><div><h2>What this shows</h2>'
        f"<ul>{shows}</ul></div><div><h2>What it does not show</h2><ul>{shows_not}</ul></div></section>\n"
    )
