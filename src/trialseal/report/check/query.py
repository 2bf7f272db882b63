"""A draft of the letter in which an editor puts the questions to the authors: plain words, no accusation."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from trialseal.escaping import flowing
from trialseal.report.check.view import CheckView, Question

_WIDTH = 92
_MOST_FACTS = 6


def query_text(view: CheckView) -> str:
    """The draft, as plain text (which is Markdown too); says so where there is nothing to ask."""
    return "\n".join(_lines(view)).rstrip() + "\n"


def _lines(view: CheckView) -> Iterator[str]:
    files = "; ".join(
        f"{one.what}: {one.detail}" if one.what == "record" else f"{one.what}: {one.name.rpartition('/')[2]}"
        for one in view.sources
        if one.what != "chain"
    )
    yield "[Draft. Read it beside the record and the manuscript before it is sent.]"
    yield ""
    yield "Dear authors,"
    yield ""
    if not view.questions:
        yield from _wrapped(
            f"We compared the record of {view.number or 'your trial'} ({files}) and have no question about its "
            "registration and outcomes."
        )
        return
    read = (
        "compared your manuscript with"
        if any(one.what in ("manuscript", "reported") for one in view.sources)
        else "read"
    )
    yield from _wrapped(
        f"We {read} the public record of {view.number or 'the trial'} as of {view.as_of} "
        f"({files}). We could not resolve the following points ourselves and would be grateful for a short answer to "
        "each; a reference to a page of the manuscript, the protocol or the record is enough. There may be a good "
        "explanation that we have not seen."
    )
    yield ""
    for number, question in enumerate(view.questions, 1):
        yield from _question(number, question)
    yield from _wrapped("Your answers will be kept with the report and shown to its readers.")
    yield ""
    yield "With kind regards,"


def _question(number: int, one: Question) -> Iterator[str]:
    item = f" (CONSORT 2025, item {one.item})" if one.item else ""
    if one.needs_reader:
        yield "   [Editor: this needs your reading first. Ask only what the two texts leave open.]"
    yield from _wrapped(f"{number}. {one.topic}{item}")
    for words, quotes in (("The record says", one.record), ("The manuscript says", one.paper)):
        for quote in quotes[:_MOST_FACTS]:
            place = f" ({quote.place})" if quote.place else ""
            yield from _wrapped(f"{words}{place}: “{quote.text}”", "   ")
        if len(quotes) > _MOST_FACTS:
            yield f"   … and {len(quotes) - _MOST_FACTS} more, in the report."
    if one.searched:
        yield from _wrapped(one.searched, "   ")
    yield from _wrapped(one.ask, "   ")
    yield ""


def _wrapped(words: str, indent: str = "") -> Iterator[str]:
    plain = flowing(words)
    return iter(textwrap.wrap(plain, _WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False))
