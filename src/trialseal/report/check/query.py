"""Drafts of what an editor sends: a letter to the authors, and a note on duties that are the sponsor's."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from trialseal.escaping import flowing
from trialseal.evidence.wording import count
from trialseal.report.check.questions import addressee
from trialseal.report.check.view import CheckView, QuestionView, QuoteView

_WIDTH = 92
_UNREAD = "[Draft, prepared by comparing texts, not yet read by a person.]"
_READ = "[Draft. Read it beside the record and the manuscript before it is sent.]"

_KEPT = "Your answers will be kept with the report and shown to its readers."
_AFTERWARDS = {
    None: _KEPT,
    "submitted": f"Where a change was made, please say so in the manuscript, with when and why. {_KEPT}",
    "published": "If the article itself should say more, please tell us whether you would like to add a correction or "
    f"a comment. {_KEPT}",
}


def query_text(view: CheckView) -> str:
    """The letter to the authors, as plain text (which is Markdown too).

    It says that there is no question only where everything was compared and confirmed; where something was not, it is
    no letter yet, and says what to do first.
    """
    return "\n".join(_letter(view)).rstrip() + "\n"


def note_text(view: CheckView) -> str:
    """The note to the trial's responsible party about its own duties; says so where there is nothing to ask."""
    return "\n".join(_note(view)).rstrip() + "\n"


def _letter(view: CheckView) -> Iterator[str]:
    yield _READ if view.read_by_a_person else _UNREAD
    yield from _to_the_editor(view)
    yield ""
    asked = view.asked_of("authors")
    if not asked and (view.unsettled or view.asked_of("sponsor")):
        yield "No letter to the authors so far: there is no question to them yet."
        return
    yield "Dear authors,"
    yield ""
    if not asked:
        yield from _wrapped(
            f"On {view.as_of} we compared {_trial(view)} ({_files(view)}). We have no question about its "
            "registration and outcomes."
        )
        yield from _ending()
        return
    yield from _wrapped(
        f"On {view.as_of} we {_read(view)} the public record of {view.number or 'the trial'}{_dated(view)} "
        f"({_files(view)}). We could not resolve the following points ourselves and would be grateful for a short "
        f"answer to each; a reference to a page of the {_paper(view)}, the protocol or the record is enough. There may "
        "be a good explanation that we have not seen."
    )
    yield ""
    for number, question in enumerate(asked, 1):
        yield from _question(number, question, _paper(view))
    yield from _wrapped(_AFTERWARDS[view.stage])
    yield from _ending()


def _note(view: CheckView) -> Iterator[str]:
    asked = view.asked_of("sponsor")
    yield _READ
    yield ""
    if not asked:
        unknown = [
            one for item in view.items for one in item.findings
            if one.answer == "undetermined" and addressee(one.rule) == "sponsor"
        ]  # fmt: skip
        rest = f"; {count(len(unknown), 'check')} of its duties cannot be determined" if unknown else ""
        yield from _wrapped(
            f"No question to the party responsible for {_trial(view)} came out of the checks as of {view.as_of}{rest}."
        )
        return
    yield f"To the party responsible for {_trial(view)},"
    yield ""
    yield from _wrapped(
        f"On {view.as_of} we read the public record of {view.number or 'the trial'}{_dated(view)} ({_files(view)}). "
        "The points below are about the record and its deadlines. What decides some of them may not be public. We "
        "would be grateful for a short answer to each."
    )
    yield ""
    for number, question in enumerate(asked, 1):
        yield from _question(number, question, _paper(view))
    yield from _ending()


def _to_the_editor(view: CheckView) -> Iterator[str]:
    """What the editor must know, in brackets: it is not part of the letter."""
    if view.unsettled:
        words = "what is open beside these questions" if view.asked_of("authors") else "this is not a clearance. First"
        yield from _wrapped(f"[Editor: {words}: {'; '.join(view.unsettled)}.]")
    if duties := len(view.asked_of("sponsor")):
        verb = "is" if duties == 1 else "are"
        yield from _wrapped(
            f"[Editor: {count(duties, 'question')} about the sponsor's duties {verb} not in this letter: "
            "--sponsor-note FILE drafts a note.]"
        )
    for one in view.measured:
        yield from _wrapped(f"[Editor: how far to trust this. {one}]")


def _ending() -> Iterator[str]:
    yield ""
    yield "With kind regards,"


def _trial(view: CheckView) -> str:
    return view.number or "your trial"


def _dated(view: CheckView) -> str:
    """Which state of the record was read: authors who look at a later one see another."""
    return f", last updated on {view.record_date}" if view.record_date else ""


def _read(view: CheckView) -> str:
    manuscript = any(one.what in ("manuscript", "reported") for one in view.sources)
    return f"compared your {_paper(view)} with" if manuscript else "read"


def _paper(view: CheckView) -> str:
    return "article" if view.stage == "published" else "manuscript"


def _files(view: CheckView) -> str:
    return "; ".join(
        f"{one.what}: {one.detail}" if one.what == "record" else f"{one.what}: {one.name.rpartition('/')[2]}"
        for one in view.sources
        if one.what != "chain"
    )


def _question(number: int, one: QuestionView, paper: str) -> Iterator[str]:
    item = f" (CONSORT 2025, item {one.item})" if one.item else ""
    if one.needs_reader:
        yield "   [Editor: this needs your reading first. Ask only what the two texts leave open.]"
    yield from _wrapped(f"{number}. {one.topic}{item}")
    said = [("The record says", quote) for quote in one.record] + [(f"The {paper} says", quote) for quote in one.paper]
    for words, quote in sorted(said, key=lambda pair: pair[1].number):  # what belongs together stands together
        yield from _wrapped(_said(words, quote), "   ")
    if one.searched:
        yield from _wrapped(one.searched, "   ")
    yield from _wrapped(one.ask, "   ")
    yield ""


def _said(words: str, quote: QuoteView) -> str:
    number = f"({quote.number}) " if quote.number else ""
    return f"{number}{words}{f' ({quote.place})' if quote.place else ''}: “{quote.text}”"


def _wrapped(words: str, indent: str = "") -> Iterator[str]:
    plain = flowing(words)
    return iter(textwrap.wrap(plain, _WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False))
