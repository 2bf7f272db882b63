"""The report of a check as one HTML page: no scripts, nothing loaded, fit for A4, Letter, a desk and a phone.

Every text comes from somebody else and is escaped; each stands in an element that finds its own direction of reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from trialseal.report.check.view import (
    CheckView,
    FactView,
    FindingView,
    ItemView,
    OutcomeRow,
    OutcomeText,
    PhaseView,
    Pieces,
    Question,
    QuoteView,
    SourceView,
)
from trialseal.report.check.words import ANSWER_WORDS, SIGNS
from trialseal.report.page import html_page
from trialseal.report.trial.chart import text, timeline_svg
from trialseal.report.trial.view import Answer

# The drawing is made for a desk, for paper and for a phone; the style sheet shows one of them.
_WIDTHS = (("desk", 992), ("paper", 700), ("phone", 344))
# More facts than these under one finding are in the JSON only; an editor has ten minutes.
_MOST_FACTS = 6
_MOST_QUOTES = 16
_MOST_UNREAD = 4
# More rows of one kind than these, with nothing on the other side, are a list.
_MOST_ALONE = 2

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
        _summary(view),
        _notices(view),
        _outcomes(view),
        _questions("Questions for the authors", view.asked_of("authors")),
        _questions("Questions about the sponsor’s duties", view.asked_of("sponsor")),
        _items(view.items),
        _phases(view.phases),
        _drawing(view),
        _reply(view),
        _sources(view.sources),
        _scope(),
    )
    title = f"{view.number or view.title}: registered and reported"
    return html_page(title, sections, "trial/timeline.css", "check/check.css", body="check")


def _sign(answer: Answer) -> str:
    return f'<span class="sign" aria-hidden="true">{SIGNS[answer]}</span>'


# ----- the head of the page -----


def _header(view: CheckView) -> str:
    numbers = "".join(f'<li class="chip">{text(number)}</li>' for number in view.numbers)
    numbers = f'<ul class="chips" aria-label="Registry numbers">{numbers}</ul>' if numbers else ""
    return (
        '<header>\n<p class="kicker">trialseal · registered and reported</p>\n'
        f'<h1 dir="auto">{text(view.title)}</h1>\n{numbers}{_manuscript(view)}</header>\n'
    )


def _manuscript(view: CheckView) -> str:
    return (
        f'<p class="quiet manuscript" dir="auto">Manuscript: {_unbroken(view.manuscript)}</p>'
        if view.manuscript
        else ""
    )


def _summary(view: CheckView) -> str:
    """The whole in a few plain sentences, for who reads no further."""
    if not view.summary:
        return ""
    lines = "".join(f'<p dir="auto">{text(one)}</p>' for one in view.summary)
    return f'<section class="plain" aria-label="In plain words">{lines}</section>\n'


def _verdict(view: CheckView) -> str:
    counts = "".join(
        f'<li class="{answer}"><b>{number}</b> {_counted(answer, number)}</li>'
        for answer, number in view.counts
        if number
    )
    return (
        f'<section class="verdict {view.answer}">{_sign(view.answer)}<div><p class="headline">{text(view.headline)}</p>'
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


def _notices(view: CheckView) -> str:
    if not view.notices:
        return ""
    lines = "".join(f'<p dir="auto">{text(notice)}</p>' for notice in view.notices)
    return (
        '<aside class="notice" aria-label="Please note"><span class="sign" aria-hidden="true">i</span>'
        f"<div>{lines}</div></aside>\n"
    )


# ----- questions -----


def _questions(title: str, questions: Sequence[Question]) -> str:
    if not questions:
        return ""
    rows = "".join(_question(one) for one in questions)
    return f'<section class="questions"><h2>{title}</h2>\n<ol>{rows}</ol></section>\n'


def _question(one: Question) -> str:
    # What a reader must match stands in the table above; the letter has it whole.
    most = _MOST_UNREAD if one.needs_reader else _MOST_QUOTES
    said = _said("The record says", one.record, most) + _said("The manuscript says", one.paper, most)
    searched = f'<p class="searched" dir="auto">{text(one.searched)}</p>' if one.searched else ""
    reader = '<span class="flag">needs a reader first</span>' if one.needs_reader else ""
    item = f'<span class="item">CONSORT 2025 item {text(one.item)}</span>' if one.item else ""
    return (
        f'<li><p class="topic"><strong dir="auto">{text(one.topic)}</strong>{item}{reader}</p>'
        f'<div class="sides">{said}</div>{searched}<p class="ask" dir="auto">{_unbroken(one.ask)}</p></li>\n'
    )


def _said(words: str, quotes: Sequence[QuoteView], most: int) -> str:
    if not quotes:
        return ""
    shown = "".join(
        f'<li>{_number(one)}<span dir="auto">{_unbroken(one.text)}</span>{_place(one.place)}</li>'
        for one in quotes[:most]
    )
    rest = f'<li class="quiet">and {len(quotes) - most} more, in the table and the letter</li>'
    return f'<div><p class="side">{words}</p><ul>{shown}{rest if len(quotes) > most else ""}</ul></div>'


def _number(one: QuoteView) -> str:
    return f'<span class="pair">{one.number}</span> ' if one.number else ""


def _place(place: str) -> str:
    return f' <cite dir="auto">{text(place)}</cite>' if place else ""


def _rest(number: int) -> str:
    return f'<li class="quiet">and {number - _MOST_FACTS} more</li>' if number > _MOST_FACTS else ""


# ----- items -----


def _items(items: Sequence[ItemView]) -> str:
    rows = "".join(_item(one) for one in items if one.quotes or _applying(one))
    rows += _not_applying(items)
    return f'<section><h2>What was checked, by item of CONSORT 2025</h2>\n<div class="items">{rows}</div></section>\n'


def _item(one: ItemView) -> str:
    number = f"Item {text(one.number)}" if one.number else "&nbsp;"
    findings = "".join(_finding(finding) for finding in _applying(one))
    quotes = "".join(f'<li><q dir="auto">{text(quote.text)}</q>{_place(quote.place)}</li>' for quote in one.quotes)
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
        rows += f'<li><span dir="auto">{_unbroken(_capital(reason))}</span>: {names}</li>'
    return f'<section class="consort apply"><h3>Does not apply here</h3><ul>{rows}</ul></section>'


def _finding(one: FindingView) -> str:
    facts = "".join(_grouped(one.facts[:_MOST_FACTS], in_line=one.answer == "holds")) + _rest(len(one.facts))
    facts = f'<ul class="facts-list">{facts}</ul>' if facts else ""
    standard = f'<p class="standard">{text(one.standard)}</p>' if one.standard else ""
    return (
        f'<div class="finding {one.answer}">{_sign(one.answer)}<div><p dir="auto">'
        f'<b class="answer">{ANSWER_WORDS[one.answer]}</b> {_unbroken(_capital(one.sentence))}</p>{facts}{standard}'
        "</div></div>"
    )


def _grouped(facts: Sequence[FactView], *, in_line: bool) -> Iterator[str]:
    """Facts as list items, those of one source together; in a line each where they only bear out what holds."""
    for source, same in groupby(facts, key=lambda fact: fact.source):
        texts = [f"<bdi>{_unbroken(fact.text)}</bdi>" for fact in same]
        if in_line:
            yield f"<li><span>{'; '.join(texts)}</span>{_place(source)}</li>"
        else:
            yield from (f"<li><span>{one}</span></li>" for one in texts[:-1])
            yield f"<li><span>{texts[-1]}</span>{_place(source)}</li>"


def _capital(sentence: str) -> str:
    # The name of a file is no word of a sentence.
    return sentence if "." in sentence.partition(" ")[0] else sentence[:1].upper() + sentence[1:]


# ----- timeline -----


def _drawing(view: CheckView) -> str:
    if not view.timeline.entries:
        return ""
    charts = "".join(timeline_svg(view.timeline, width, name) for name, width in _WIDTHS)
    sealed = any(entry.category == "protocol" for entry in view.timeline.entries)
    words = "Dates are the record's own; a date known by month stands at the middle of it."
    if sealed:
        words += " What was sealed stands at the time of its block."
    return (
        f'<section class="drawing"><h2>Timeline</h2>\n<div class="frame">{charts}</div>'
        f'<p class="quiet legend-line">{words}</p></section>\n'
    )


# ----- outcomes -----


def _outcomes(view: CheckView) -> str:
    if not view.outcomes:
        return ""
    inside = [row for row in view.outcomes if not row.outside_scope]
    outside = [row for row in view.outcomes if row.outside_scope]
    rows = "".join(_rows_of_a_kind(inside))
    apart = ""
    if outside:
        names = "".join(f'<li dir="auto">{_pieces(one.measure)}</li>' for row in outside for one in row.registered)
        count = f"{len(outside)} registered outcome{'' if len(outside) == 1 else 's'}"
        apart = (
            f'<details class="apart"><summary><strong>{count} of parts that the manuscript is not about</strong>'
            f"</summary><ul>{names}</ul></details>"
        )
    lead = f"{_unbroken(view.compared)}. Words that decided a difference are <mark>marked</mark>."
    known = "".join(f"<li>{text(one)}</li>" for one in view.measured)
    known = f'<ul class="known quiet" aria-label="How far to trust this">{known}</ul>' if known else ""
    return (
        f'<section><h2>Outcomes, registered and reported</h2>\n<p class="lead">{lead}</p>'
        f"{_outcome_table('Registered', 'Reported', rows)}{apart}{known}</section>\n"
    )


def _outcome_table(before: str, after: str, rows: str) -> str:
    return (
        f'<table class="outcomes"><thead><tr><th>{before}</th><th>{after}</th><th>What became of it</th></tr></thead>'
        f"<tbody>\n{rows}</tbody></table>"
    )


def _rows_of_a_kind(rows: Sequence[OutcomeRow]) -> Iterator[str]:
    """Rows one by one; many with nothing on the other side, of which the same is said, are one with a list."""

    def kind(row: OutcomeRow) -> tuple[object, ...]:
        matched = bool((row.registered and row.reported) or row.explained)
        return (matched, bool(row.registered), row.answer, row.label, row.needs_reader, row.primary)

    for (matched, *_), ones in groupby(rows, kind):
        listed = list(ones)
        if matched or len(listed) <= _MOST_ALONE:
            yield from (_outcome_row(row) for row in listed)
        else:
            yield _several(listed)


def _several(rows: Sequence[OutcomeRow]) -> str:
    first = rows[0]
    items = "".join(
        f'<li dir="auto">{_pieces(one.measure)}'
        + (f' <span class="when-text">[{_pieces(one.time_frame)}]</span>' if one.time_frame else "")
        + f"{_place(one.place)}</li>"
        for row in rows
        for one in (*row.registered, *row.reported)
    )
    role = text((first.registered or first.reported)[0].role)
    side = "Registered" if first.registered else "Reported"
    whole = f'<p class="kind">{side} only: {role}, {len(rows)} outcomes</p><ol class="several">{items}</ol>'
    reader = '<span class="flag">need a reader</span>' if first.needs_reader else ""
    names = dict.fromkeys(name for row in rows for name in row.perhaps[:1])
    perhaps = "".join(f'<li dir="auto">{text(_cut(name))}</li>' for name in list(names)[:_MOST_FACTS])
    if perhaps:
        perhaps = f'<p class="side">others that speak of them</p><ul class="changes">{perhaps}</ul>'
    became = f'<div><b dir="auto">{text(_capital(first.label))}</b>{reader}{perhaps}</div>'
    return (
        f'<tr class="{first.answer} long"><td colspan="2" data-name="{side}">{whole}</td>'
        f'<td class="became">{_sign(first.answer)}{became}</td></tr>\n'
    )


def _cut(words: str) -> str:
    return words if len(words) <= 90 else words[:89].rstrip() + "…"


def _outcome_row(row: OutcomeRow) -> str:
    reader = '<span class="flag">needs a reader</span>' if row.needs_reader else ""
    matched = row.registered and row.reported
    said = [_unbroken(one.sentence) for one in row.changes if one.severity != "none" and matched]
    changes = f'<ul class="changes">{"".join(f"""<li dir="auto">{one}</li>""" for one in said)}</ul>' if said else ""
    if row.perhaps:
        names = "".join(f'<li dir="auto">{text(_cut(one))}</li>' for one in row.perhaps)
        changes += f'<p class="side">others that speak of it</p><ul class="changes">{names}</ul>'
    if row.explained:
        quotes = "".join(f'<li><q dir="auto">{text(one.text)}</q>{_place(one.place)}</li>' for one in row.explained)
        changes += f'<p class="side">the manuscript says of it</p><ul class="changes">{quotes}</ul>'
    registered = _texts(row.registered, "nothing like it in the record", whole=bool(matched))
    reported = _texts(row.reported, "not found in what was searched", whole=bool(matched))
    became = f'<div><b dir="auto">{text(_capital(row.label))}</b>{reader}{changes}</div>'
    return (
        f'<tr class="{row.answer}"><td data-name="Registered">{registered}</td><td data-name="Reported">{reported}</td>'
        f'<td class="became">{_sign(row.answer)}{became}</td></tr>\n'
    )


def _texts(texts: Sequence[OutcomeText], nothing: str, *, whole: bool) -> str:
    if not texts:
        return f'<p class="quiet">{nothing}</p>'
    return "".join(_outcome_text(one, whole=whole) for one in texts)


def _outcome_text(one: OutcomeText, *, whole: bool) -> str:
    when = f'<p class="when-text" dir="auto">{_pieces(one.time_frame)}</p>' if one.time_frame else ""
    more = ""
    if (
        whole
        and one.description
        and (any(marked for _, marked in one.description) or len(one.description[0][0]) <= 240)
    ):
        more = f'<p class="more" dir="auto">{_pieces(_shortened(one.description))}</p>'
    return (
        f'<div class="outcome"><p class="kind">{text(one.role)}{_place(one.place)}</p>'
        f'<p class="words" dir="auto">{_pieces(one.measure)}</p>{when}{more}</div>'
    )


def _pieces(pieces: Pieces) -> str:
    return "".join(f"<mark>{text(piece)}</mark>" if marked else text(piece) for piece, marked in pieces)


def _shortened(pieces: Pieces) -> Pieces:
    """A long description with only the words around its marks."""
    if sum(len(piece) for piece, _ in pieces) <= 360:
        return pieces
    shown: list[tuple[str, bool]] = []
    for number, (piece, marked) in enumerate(pieces):
        if marked or len(piece) <= 160:
            shown.append((piece, marked))
        else:
            head = piece[:70] if number else ""
            tail = piece[-70:] if number + 1 < len(pieces) else ""
            shown.append((f"{head} … {tail}", False))
    return tuple(shown)


# ----- the record's own changes -----


def _phases(phases: Sequence[PhaseView]) -> str:
    if not phases:
        return ""
    blocks = "".join(_phase(one) for one in phases)
    return f"<section><h2>Outcomes within the record, from version to version</h2>\n{blocks}</section>\n"


def _phase(one: PhaseView) -> str:
    head = f'<h3 class="phase" dir="auto">{text(_capital(one.words))}</h3>'
    same = f"{one.unchanged} outcome{'' if one.unchanged == 1 else 's'} unchanged."
    if not one.rows:
        return f'{head}<p class="quiet">{same}</p>'
    rows = "".join(_outcome_row(row) for row in one.rows)
    return f'{head}<p class="quiet lead">{same}</p>{_outcome_table("Before", "After", rows)}'


# ----- the foot of the page -----


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


def _unbroken(words: str) -> str:
    """Words with their dates and numbers kept on one line."""
    return re.sub(r"\d{4}-\d{2}(-\d{2})?", r'<span class="nb">\g<0></span>', text(words))
