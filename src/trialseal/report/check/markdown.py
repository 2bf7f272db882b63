"""The report of a check as Markdown, for a decision letter: the verdict, the questions, and what each item came to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trialseal.escaping import markdown_text as plain
from trialseal.report.check.view import Addressee, CheckView, OutcomeRow, OutcomeText, Pieces, QuestionView, QuoteView
from trialseal.report.check.words import ANSWER_WORDS

_MOST_FACTS = 6


def check_markdown(view: CheckView) -> str:
    """The report in CommonMark with tables; every text of others is escaped."""
    return "\n".join(_lines(view)).rstrip() + "\n"


def _lines(view: CheckView) -> Iterator[str]:
    yield f"# {plain(view.title)}"
    yield ""
    yield f"{plain(', '.join(view.numbers))}. **{plain(view.headline)}** Deadlines are judged as of {view.as_of}."
    yield ""
    for sentence in view.summary:
        yield f"> {plain(sentence)}"
    if view.summary:
        yield ""
    for notice in view.notices:
        yield f"- Please note: {plain(notice)}"
    if view.notices:
        yield ""
    if view.outcomes:
        yield from _outcomes(view)
    titles: tuple[tuple[Addressee, str], ...] = (
        ("authors", "Questions for the authors"), ("sponsor", "Questions about the sponsor’s duties")
    )  # fmt: skip
    for whom, title in titles:
        if asked := view.asked_of(whom):
            yield f"## {title}"
            yield ""
            for number, question in enumerate(asked, 1):
                yield from _question(number, question)
    yield "## What was checked, by item of CONSORT 2025"
    yield ""
    for item in view.items:
        yield f"**{f'Item {item.number}: ' if item.number else ''}{plain(item.title)}**"
        yield ""
        for finding in item.findings:
            yield f"- *{ANSWER_WORDS[finding.answer]}*: {plain(finding.sentence)}"
            if finding.answer in ("fails", "undetermined"):
                for fact in finding.facts[:_MOST_FACTS]:
                    yield f"  - {plain(fact.text)}{_place(fact.source)}"
        for quote in item.quotes:
            yield f"- the manuscript says: “{plain(quote.text)}”{_place(quote.place)}"
        yield ""
    if view.reply:
        yield "## The authors’ reply"
        yield ""
        yield from (f"> {plain(line)}" for line in view.reply.splitlines())
        yield ""
    yield "## What was searched"
    yield ""
    for source in view.sources:
        yield f"- {plain(source.what)}: {plain(source.name)}; {plain(source.detail)}"


def _question(number: int, one: QuestionView) -> Iterator[str]:
    reader = " (needs a reader first)" if one.needs_reader else ""
    yield f"{number}. **{plain(one.topic)}**{reader}"
    for words, quotes in (("The record says", one.record), ("The manuscript says", one.paper)):
        for quote in quotes[:_MOST_FACTS]:
            yield f"   - {words}: {_quoted(quote)}"
    if one.searched:
        yield f"   - {plain(one.searched)}"
    yield f"   - {plain(one.ask)}"
    yield ""


def _quoted(one: QuoteView) -> str:
    number = f"({one.number}) " if one.number else ""
    return f"{number}“{plain(one.text)}”{_place(one.place)}"


def _place(place: str) -> str:
    return f" ({plain(place)})" if place else ""


def _outcomes(view: CheckView) -> Iterator[str]:
    yield "## Outcomes, registered and reported"
    yield ""
    yield f"{plain(view.compared)}. Words that decided a difference are in bold."
    yield ""
    yield "| registered | reported | what became of it |"
    yield "|---|---|---|"
    for row in view.outcomes:
        if not row.outside_scope:
            yield f"| {_texts(row.registered)} | {_texts(row.reported)} | {_became(row)} |"
    yield ""
    if outside := sum(1 for row in view.outcomes if row.outside_scope):
        noun = "outcome belongs" if outside == 1 else "outcomes belong"
        yield f"{outside} registered {noun} to parts that the manuscript is not about."
        yield ""
    for sentence in view.measured:
        yield f"- {plain(sentence)}"
    if view.measured:
        yield ""


def _texts(texts: Sequence[OutcomeText]) -> str:
    return "; ".join(_text(one) for one in texts) or "–"


def _text(one: OutcomeText) -> str:
    when = f" [{_pieces(one.time_frame)}]" if one.time_frame else ""
    return f"{one.role}: {_pieces(one.measure)}{when}{_place(one.place)}"


def _pieces(pieces: Pieces) -> str:
    return "".join(
        f"**{plain(piece)}**" if marked and piece == piece.strip() and piece else plain(piece)
        for piece, marked in pieces
    )


def _became(row: OutcomeRow) -> str:
    words = plain(row.label) + (" (needs a reader)" if row.needs_reader else "")
    said = " ".join(plain(one.sentence) for one in row.changes if one.severity != "none")
    return f"{words}. {said}" if said else words
