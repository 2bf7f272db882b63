"""The tables and the drawing of outcomes on the page of a check."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from trialseal.report.check.filters import filters, parts_named, shown_for
from trialseal.report.check.page_words import MOST_FACTS, capital, place_words, sign, unbroken
from trialseal.report.check.view import (
    CheckView,
    OutcomeRow,
    OutcomeText,
    PhaseView,
    Pieces,
)
from trialseal.report.trial.chart import timeline_svg
from trialseal.report.trial.chart_scale import text

# The drawing is made for a desk, for paper and for a phone; the style sheet shows one of them.
_WIDTHS = (("desk", 992), ("paper", 700), ("phone", 344))
# More rows of one kind than these, with nothing on the other side, are a list.
_MOST_ALONE = 2


def drawing(view: CheckView) -> str:
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


def outcomes_section(view: CheckView) -> str:
    if not view.outcomes:
        return ""
    inside = [row for row in view.outcomes if not row.outside_scope]
    outside = [row for row in view.outcomes if row.outside_scope]
    parts = parts_named(inside)
    rows = "".join(_rows_of_a_kind(inside, parts))
    apart = ""
    if outside:
        names = "".join(f'<li dir="auto">{_pieces(one.measure)}</li>' for row in outside for one in row.registered)
        count = f"{len(outside)} registered outcome{'' if len(outside) == 1 else 's'}"
        apart = (
            f'<details class="apart"><summary><strong>{count} of parts that the manuscript is not about</strong>'
            f"</summary><ul>{names}</ul></details>"
        )
    lead = f"{unbroken(view.compared)}. Words that decided a difference are <mark>marked</mark>."
    known = "".join(f"<li>{text(one)}</li>" for one in view.measured)
    known = f'<ul class="known quiet" aria-label="How far to trust this">{known}</ul>' if known else ""
    return (
        f'<section class="filtered"><h2>Outcomes, registered and reported</h2>\n<p class="lead">{lead}</p>'
        f"{filters(inside, parts)}{_outcome_table('Registered', 'Reported', rows)}{apart}{known}</section>\n"
    )


def _outcome_table(before: str, after: str, rows: str) -> str:
    return (
        f'<table class="outcomes"><thead><tr><th>{before}</th><th>{after}</th><th>What became of it</th></tr></thead>'
        f"<tbody>\n{rows}</tbody></table>"
    )


def _rows_of_a_kind(rows: Sequence[OutcomeRow], parts: Sequence[str]) -> Iterator[str]:
    """Rows one by one; many with nothing on the other side, of which the same is said, are one with a list."""

    def kind(row: OutcomeRow) -> tuple[object, ...]:
        matched = bool((row.registered and row.reported) or row.explained)
        return (matched, bool(row.registered), row.answer, row.label, row.needs_reader, row.primary)

    for (matched, *_), ones in groupby(rows, kind):
        listed = list(ones)
        if matched or len(listed) <= _MOST_ALONE:
            yield from (_outcome_row(row, parts) for row in listed)
        else:
            yield _several(listed, parts)


def _several(rows: Sequence[OutcomeRow], parts: Sequence[str]) -> str:
    first = rows[0]
    items = "".join(
        f'<li dir="auto" class="{shown_for([row], parts)}">{_pieces(one.measure)}'
        + (f' <span class="when-text">[{_pieces(one.time_frame)}]</span>' if one.time_frame else "")
        + f"{place_words(one.place)}</li>"
        for row in rows
        for one in (*row.registered, *row.reported)
    )
    role = text((first.registered or first.reported)[0].role)
    side = "Registered" if first.registered else "Reported"
    whole = f'<p class="kind">{side} only: {role}, {len(rows)} outcomes</p><ol class="several">{items}</ol>'
    reader = '<span class="flag">need a reader</span>' if first.needs_reader else ""
    names = dict.fromkeys(name for row in rows for name in row.perhaps[:1])
    perhaps = "".join(f'<li dir="auto">{text(_cut(name))}</li>' for name in list(names)[:MOST_FACTS])
    if perhaps:
        perhaps = f'<p class="side">others that speak of them</p><ul class="changes">{perhaps}</ul>'
    became = f'<div><b dir="auto">{text(capital(first.label))}</b>{reader}{perhaps}</div>'
    return (
        f'<tr class="{first.answer} long {shown_for(rows, parts)}"><td colspan="2" data-name="{side}">{whole}</td>'
        f'<td class="became">{sign(first.answer)}{became}</td></tr>\n'
    )


def _cut(words: str) -> str:
    return words if len(words) <= 90 else words[:89].rstrip() + "…"


def _outcome_row(row: OutcomeRow, parts: Sequence[str] = ()) -> str:
    reader = '<span class="flag">needs a reader</span>' if row.needs_reader else ""
    matched = row.registered and row.reported
    said = [unbroken(one.sentence) for one in row.changes if one.severity != "none" and matched]
    changes = f'<ul class="changes">{"".join(f"""<li dir="auto">{one}</li>""" for one in said)}</ul>' if said else ""
    if row.perhaps:
        names = "".join(f'<li dir="auto">{text(_cut(one))}</li>' for one in row.perhaps)
        changes += f'<p class="side">others that speak of it</p><ul class="changes">{names}</ul>'
    if row.explained:
        quoted_words = (f'<li><q dir="auto">{text(one.text)}</q>{place_words(one.place)}</li>' for one in row.explained)
        quotes = "".join(quoted_words)
        changes += f'<p class="side">the manuscript says of it</p><ul class="changes">{quotes}</ul>'
    role = bool(matched) and len(row.roles) > 1
    registered = _texts(row.registered, "nothing like it in the record", whole=bool(matched), role=role)
    reported = _texts(row.reported, "not found in what was searched", whole=bool(matched), role=role)
    became = f'<div><b dir="auto">{text(capital(row.label))}</b>{reader}{changes}</div>'
    return (
        f'<tr class="{row.answer} {shown_for([row], parts)}"><td data-name="Registered">{registered}</td>'
        f'<td data-name="Reported">{reported}</td>'
        f'<td class="became">{sign(row.answer)}{became}</td></tr>\n'
    )


def _texts(texts: Sequence[OutcomeText], nothing: str, *, whole: bool, role: bool) -> str:
    if not texts:
        return f'<p class="quiet">{nothing}</p>'
    return "".join(_outcome_text(one, whole=whole, role=role) for one in texts)


def _outcome_text(one: OutcomeText, *, whole: bool, role: bool) -> str:
    """An outcome of one side; `whole` with its description, `role` with its role marked as what differs."""
    when = f'<p class="when-text" dir="auto">{_pieces(one.time_frame)}</p>' if one.time_frame else ""
    more = ""
    if (
        whole
        and one.description
        and (any(marked for _, marked in one.description) or len(one.description[0][0]) <= 240)
    ):
        more = f'<p class="more" dir="auto">{_pieces(_shortened(one.description))}</p>'
    return (
        f'<div class="outcome"><p class="kind">{_pieces(((one.role, role),))}{place_words(one.place)}</p>'
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


def phases_section(phases: Sequence[PhaseView]) -> str:
    if not phases:
        return ""
    blocks = "".join(_phase(one) for one in phases)
    return f'<section class="phases"><h2>Outcomes within the record, from version to version</h2>\n{blocks}</section>\n'


def _phase(one: PhaseView) -> str:
    head = f'<h3 class="phase" dir="auto">{text(capital(one.words))}</h3>'
    same = f"{one.unchanged} outcome{'' if one.unchanged == 1 else 's'} unchanged."
    if not one.rows:
        return f'{head}<p class="quiet">{same}</p>'
    rows = "".join(_outcome_row(row) for row in one.rows)
    return f'{head}<p class="quiet lead">{same}</p>{_outcome_table("Before", "After", rows)}'
