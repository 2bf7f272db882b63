"""The audit trail as a page: what was written first struck through, what stands in its place, who, when, why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from trialseal.evidence.trails import State, TrailEntry
from trialseal.evidence.wording import entries as entries_words
from trialseal.report.page import html_page
from trialseal.report.trail import words
from trialseal.report.trial.chart_scale import text

_COLUMNS = ("entry", "event", "when", "what", "by, when", "why", "state", "under")

_COUNTED = {
    State.STANDS: "standing",
    State.CORRECTED: "corrected",
    State.IN_ERROR: "entered in error",
    State.ERASED: "erased",
}


class Told(NamedTuple):
    """What the page is about, and how much of it is listed."""

    title: str
    streams: str
    participant: str | None
    entries: Sequence[TrailEntry]
    counts: dict[State, int]
    contested: int
    plain_left_out: int
    """Entries that stand as they were entered, which the page leaves to the table."""
    notices: Sequence[str] = ()
    picture: str = ""


def trail_html(told: Told) -> str:
    """The page."""
    about = f"participant {told.participant}" if told.participant else "every entry"
    sections = [
        '<p class="kicker">trialseal · audit trail</p>\n',
        f'<h1 dir="auto">{text(told.title)}</h1>\n',
        f'<p class="quiet">{text(about)} of {text(told.streams)}</p>\n',
        *(f'<p class="notice">{text(one)}</p>\n' for one in told.notices),
        _counts(told),
        told.picture,
        *(_stream(name, entries, told.participant) for name, entries in _by_stream(told.entries)),
        _left_out(told),
    ]
    styles = ("trial/timeline.css", "plots.css", "trail/trail.css")
    return html_page(f"{told.title}: audit trail", sections, *styles, body="trail")


def _counts(told: Told) -> str:
    said = [f"{number:,} {_COUNTED[state]}" for state, number in told.counts.items() if number or state is State.STANDS]
    said.append(f"{told.contested:,} contested")
    return f'<p class="counts">{"".join(f"<span>{text(one)}</span>" for one in said)}</p>\n'


def _left_out(told: Told) -> str:
    if not told.plain_left_out:
        return ""
    are = "1 entry that was" if told.plain_left_out == 1 else f"{told.plain_left_out:,} entries that were"
    return (
        f'<p class="quiet">Not listed here: {text(are)} entered once and stand so; write the trail as .csv for all '
        "of them.</p>\n"
    )


def _by_stream(entries: Sequence[TrailEntry]) -> list[tuple[str, list[TrailEntry]]]:
    found: dict[str, list[TrailEntry]] = {}
    for one in entries:
        found.setdefault(f"{one.stream} of {one.writer}", []).append(one)
    return list(found.items())


def _stream(name: str, entries: Sequence[TrailEntry], participant: str | None) -> str:
    header = "".join(f'<th scope="col">{one}</th>' for one in _COLUMNS)
    body = "".join(_row(one, participant) for one in entries)
    return (
        f'<section><h2 dir="auto">Stream {text(name)}: {text(entries_words(len(entries)))}</h2>\n'
        f"<table><thead><tr>{header}</tr></thead>\n<tbody>\n{body}</tbody></table></section>\n"
    )


def _row(entry: TrailEntry, participant: str | None) -> str:
    event = entry.event
    subject = event.get("subject")
    cells = (
        str(entry.index),
        f"<code>{text(words.value(event.get('id')) or '–')}</code><br>{text(words.value(event.get('type')))}"
        + (f"<br><code>{text(str(subject))}</code>" if subject and subject != participant else ""),
        text(words.value(event.get("at"))),
        _what(entry),
        "<br>".join(filter(None, (text(words.value(event.get("corrected_by"))), text(words.corrected_at(entry))))),
        text(words.reason(entry)),
        text(words.state(entry)),
        text(words.head(entry)),
    )
    struck = ' class="struck"' if entry.state in words.STRUCK else ""
    columns = zip(_COLUMNS, cells, strict=True)
    made = "".join(
        f'<td data-of="{name}"{" class=what" if name == "what" else ""} dir="auto">{cell}</td>'
        for name, cell in columns
    )
    contests = "".join(
        f'<tr class="contest"><td colspan="{len(_COLUMNS)}" dir="auto">{text(words.contested(one))}</td></tr>\n'
        for one in entry.contested
    )
    return f"<tr{struck}>{made}</tr>\n{contests}"


def _what(entry: TrailEntry) -> str:
    if entry.state is State.ERASED:
        return "erased"
    if not entry.changes:
        return text(words.content(entry))
    lines = []
    for one in entry.changes:
        old, new = words.value(one.old), words.value(one.new)
        said = f"<del>{text(old)}</del> " if old else ""
        lines.append(f"{text(one.member)}: {said}{f'<ins>{text(new)}</ins>' if new else ''}")
    return "<br>".join(lines)
