"""A trial's timeline as one HTML page: no scripts, nothing loaded, fit for print and for phones."""

from __future__ import annotations

import re
from collections.abc import Sequence

from trialseal.evidence.wording import day, moment
from trialseal.report.page import html_page, notice_box, plain_box
from trialseal.report.trial.chart import HEADS, MAX_DRAWN, timeline_svg
from trialseal.report.trial.chart_scale import text
from trialseal.report.trial.view import Answer, Category, Period, ShownVerdict, TimelineEntry, TimelineView

__all__ = ["Answer", "Category", "Period", "ShownVerdict", "TimelineEntry", "TimelineView", "timeline_html"]

# The drawing is made for a desk, for A4 and for a phone; the style sheet shows one of them.
_WIDTHS = (("desk", 1096), ("paper", 700), ("phone", 344))

_ANSWERS: dict[Answer, tuple[str, str]] = {
    "holds": ("✓", "holds"),
    "fails": ("✗", "fails"),
    "undetermined": ("?", "cannot be determined"),
    "does-not-apply": ("–", "does not apply"),
}

_CATEGORY_WORDS: dict[Category, str] = {
    "protocol": "protocol",
    "document": "document",
    "registry": "registry",
    "milestone": "milestone",
    "result": "result",
    "attestation": "attestation",
    "permit": "permit",
    "custody": "custody",
    "head": "head of a stream",
    "appointment": "appointment",
    "transfer": "sponsorship",
    "stream": "stream",
}

_SHOWS = (
    "Every entry was on this chain at the block time given, signed with a key that was the party's at that "
    "time. On a devnet the operator can take an entry back; on a public chain no one alone can.",
    "If the line on completeness says so, these are all the acts of this trial: their running digest is the "
    "one that the contract keeps, so none was left out.",
    "A file is what was sealed if its SHA-256 digest is the one shown here, down to the last byte; for a document "
    "of trialseal (protocol, plan, results), if that of its canonical form (RFC 8785) is. trialseal verify tells.",
)
_SHOWS_NOT = (
    "Whether what a document says is true, or whether the trial is a good one. A declared date is the "
    "party's own word; only the block time is the chain's.",
    "A chain's clock is only as good as those who run the chain. On a local devnet one operator sets the "
    "time at will, so there it proves nothing to others.",
    "It does not replace registration: journals that follow the ICMJE count the date on which a trial was "
    "first submitted to a public registry, not a time on a chain.",
    "Who a party is rests on its profile and on those who vouch for it, not on the chain.",
)


def timeline_html(view: TimelineView) -> str:
    """The page. It holds the view's words, escaped, and nothing that is not in the view."""
    sections = [
        _header(view),
        notice_box(view.doubts),
        plain_box(view.summary),
        notice_box(view.notices),
        _completeness(view),
        _drawing(view),
        _verdicts(view.verdicts),
        _table(view.entries),
        _scope(),
    ]
    return html_page(f"{view.title}: timeline", sections, "trial/timeline.css")


def _header(view: TimelineView) -> str:
    numbers = "".join(f'<li class="chip">{text(number)}</li>' for number in view.registry_ids)
    numbers = f'<ul class="chips" aria-label="Registry numbers">{numbers}</ul>' if numbers else ""
    return (
        '<header>\n<p class="kicker">trialseal · timeline of a trial</p>\n'
        f'<h1 dir="auto">{text(view.title)}</h1>\n{numbers}'
        '<dl class="facts">'
        f"<div><dt>Sponsor</dt><dd><bdi>{text(view.sponsor)}</bdi>"
        f'<code title="party id">{text(view.sponsor_id)}</code></dd></div>'
        f"<div><dt>Trial id</dt><dd><code>{text(view.trial)}</code></dd></div>"
        f"<div><dt>Chain</dt><dd><bdi>{text(view.chain)}</bdi></dd></div>"
        "</dl>\n</header>\n"
    )


def _completeness(view: TimelineView) -> str:
    known = view.complete if view.vouched else None
    answer: Answer = "undetermined" if known is None else "holds" if known else "fails"
    sign, _ = _ANSWERS[answer]
    acts = sum(entry.number is not None for entry in view.entries)
    spans = [entry.time for entry in view.entries]
    counts = [f"{acts} act{'' if acts == 1 else 's'}"]
    heads = sum(entry.category in HEADS for entry in view.entries)
    if others := len(view.entries) - acts - heads:
        counts.append(f"{others} attestation{'' if others == 1 else 's'}")
    if heads:
        counts.append(f"{heads} head{'' if heads == 1 else 's'} of streams")
    if spans:
        counts.append(f"{day(min(spans))} to {day(max(spans))}")
    return (
        f'<p class="complete {answer}"><span class="sign" aria-hidden="true">{sign}</span>'
        f'<span><strong dir="auto">{_unbroken(view.completeness)}</strong>'
        f"<small>{_unbroken(' · '.join(counts))}</small></span></p>\n"
    )


def _verdicts(verdicts: Sequence[ShownVerdict]) -> str:
    if not verdicts:
        return ""
    rows = "".join(
        f'<li class="{one.answer}"><span class="sign" aria-hidden="true">{_ANSWERS[one.answer][0]}</span>'
        f'<div><p class="file"><code>{text(one.file)}</code> '
        f'<span class="answer">{_ANSWERS[one.answer][1]}</span></p>'
        f'<p dir="auto">{_unbroken(one.sentence)}</p></div></li>'
        for one in verdicts
    )
    return f'<section><h2>What was checked</h2>\n<ul class="verdicts">{rows}</ul></section>\n'


def _drawing(view: TimelineView) -> str:
    if not view.entries:
        return '<section><h2>Timeline</h2><p class="quiet">Nothing has been sealed yet.</p></section>\n'
    charts = "".join(timeline_svg(view, width, name) for name, width in _WIDTHS)
    more = len(view.entries) - MAX_DRAWN
    rest = (
        f'<p class="quiet">The {more} entries after the first {MAX_DRAWN} are only in the table.</p>'
        if more > 0
        else ""
    )
    return (
        f'<section class="drawing"><h2>Timeline</h2>\n<div class="frame">{charts}</div>{rest}'
        f"{_legend(view)}</section>\n"
    )


def _legend(view: TimelineView) -> str:
    ring = (
        '<svg width="46" height="14" aria-hidden="true" class="mark milestone">'
        '<line class="join" x1="12" y1="7" x2="38" y2="7"/><circle class="declared" cx="7" cy="7" r="5"/>'
        '<polygon class="sealed" points="38,1 44,7 38,13 32,7"/></svg>'
    )
    items = [
        '<svg width="16" height="14" aria-hidden="true" class="mark protocol">'
        '<circle class="sealed" cx="8" cy="7" r="5.5"/></svg>'
        "filled: when it was sealed (block time)",
        f"{ring}hollow: the date it declares, joined to its sealing where the two differ",
    ]
    if view.periods:
        items.append('<span class="swatch"></span>shaded: enrolment, as declared')
    items.append("numbers: the acts in the table below")
    return f'<ul class="legend">{"".join(f"<li>{item}</li>" for item in items)}</ul>'


def _table(entries: Sequence[TimelineEntry]) -> str:
    if not entries:
        return ""
    rows = "".join(_row(entry) for entry in entries)
    return (
        "<section><h2>Every entry</h2>\n<table>\n<thead><tr><th>No.</th><th>Sealed (block time)</th>"
        f"<th>Declared</th><th>What</th></tr></thead>\n<tbody>\n{rows}</tbody></table></section>\n"
    )


def _row(entry: TimelineEntry) -> str:
    declared = f"<bdi>{text(entry.declared)}</bdi>" if entry.declared else '<span class="quiet">–</span>'
    mark = f'<span class="flag">{text(entry.mark)}</span>' if entry.mark else ""
    details = "".join(
        f"<div><dt>{text(name)}</dt><dd><code>{text(value)}</code></dd></div>" for name, value in entry.details
    )
    anchor = f' id="act-{entry.number}"' if entry.number is not None else ""
    number = f"{entry.number}" if entry.number is not None else ""
    day_words, _, time_words = moment(entry.time).partition(" ")
    return (
        f'<tr class="mark {entry.category}"{anchor}>'
        f'<td class="no">{number}</td>'
        f'<td class="when" data-name="Sealed">{day_words} <span class="quiet">{time_words}</span></td>'
        f'<td class="when" data-name="Declared">{declared}{mark}</td>'
        f'<td class="what"><p class="kind">{_CATEGORY_WORDS[entry.category]} '
        f'<span class="who">by <bdi>{text(entry.who)}</bdi></span></p>'
        f'<p class="words" dir="auto">{_unbroken(entry.words)}</p>'
        f"{_changed(entry.changed)}{f'<dl>{details}</dl>' if details else ''}</td></tr>\n"
    )


def _changed(changes: Sequence[str]) -> str:
    """What a version says otherwise than the one before."""
    items = "".join(f'<li dir="auto">{_unbroken(one)}</li>' for one in changes)
    return f'<ul class="changed" aria-label="What it changed">{items}</ul>' if items else ""


def _unbroken(words: str) -> str:
    """Words with their dates and numbers kept on one line."""
    return re.sub(r"\d{4}-\d{2}(-\d{2})?", r'<span class="nb">\g<0></span>', text(words))


def _scope() -> str:
    shows = "".join(f"<li>{line}</li>" for line in _SHOWS)
    shows_not = "".join(f"<li>{line}</li>" for line in _SHOWS_NOT)
    return (
        '<section class="scope"><div><h2>What this shows</h2>'
        f"<ul>{shows}</ul></div><div><h2>What it does not show</h2><ul>{shows_not}</ul></div></section>\n"
    )
