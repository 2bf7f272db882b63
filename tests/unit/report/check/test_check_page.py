"""The report of a check as page, letter, Markdown and JSON: what stands where, and what may never stand there."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialseal.report.check.as_json import SCHEMA, as_json
from trialseal.report.check.markdown import check_markdown
from trialseal.report.check.page import check_html
from trialseal.report.check.query import query_text
from trialseal.report.check.view import (
    ChangeView,
    CheckView,
    FactView,
    FindingView,
    ItemView,
    OutcomeRow,
    OutcomeText,
    QuestionView,
    QuoteView,
    SourceView,
)
from trialseal.report.check.words import CODE_WORDS, headline
from trialseal.report.trial.view import TimelineView

REGISTERED = OutcomeText("primary", "", (("Pain at ", False), ("6", True), (" weeks", False)))
REPORTED = OutcomeText("primary", "page 3, line 12", (("Pain at ", False), ("12", True), (" weeks", False)))
VIEW = CheckView(
    title="A made-up trial",
    number="NCT01234567",
    numbers=("NCT01234567",),
    as_of="2026-01-02",
    answer="fails",
    headline="1 of 2 checks raises a question for the authors.",
    counts=(("fails", 1), ("undetermined", 0), ("holds", 1), ("does-not-apply", 1)),
    sources=(SourceView("record", "NCT01234567.json", "1 version"), SourceView("chain", "none", "not asked")),
    items=(
        ItemView(
            "2",
            "Trial registration",
            "holds",
            (
                FindingView("prospective", "holds", "first submitted in time", (FactView("2020-01-01", "the record"),)),
                FindingView("sealed", "does-not-apply", "no chain was asked"),
            ),
            (QuoteView("It was registered.", "page 2, line 1"),),
        ),
        ItemView("14", "Outcomes", "fails", (FindingView("timed", "fails", "another time: why?"),)),
    ),
    questions=(
        QuestionView(
            "Primary outcome: another time point",
            "10",
            (QuoteView("Pain at 6 weeks", "the record"),),
            (QuoteView("Pain at 12 weeks", "page 3, line 12"),),
            "No explanation found in paper.pdf.",
            "Is this the same outcome?",
        ),
    ),
    outcomes=(
        OutcomeRow(
            "fails", "another time point", (REGISTERED,), (REPORTED,),
            (ChangeView("time-changed", "another time point", "moderate", "The time was 6 weeks."),), primary=True,
        ),
        OutcomeRow("does-not-apply", "of another part", (REGISTERED,), (), outside_scope=True),
    ),
    compared="the record with paper.pdf",
    phases=(),
    timeline=TimelineView("A made-up trial", "", "", "", "", "", None),
    exit_code=1,
)  # fmt: skip
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)> [a](javascript:b) \u202e\u2066 دواء 薬'


class Tags(HTMLParser):
    """Checks that tags close, and keeps their names and attributes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in ("meta", "br", "line", "circle", "rect", "polygon", "stop"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def closed(self) -> bool:
        return not self._open


def parsed(view: CheckView) -> Tags:
    tags = Tags()
    tags.feed(check_html(view))
    assert tags.closed()
    return tags


def hostile(words: str) -> CheckView:
    """The view with its texts replaced."""
    text = replace(REGISTERED, measure=((words, True),), time_frame=((words, False),), description=((words, True),))
    return replace(
        VIEW,
        title=words,
        number=words,
        numbers=(words,),
        headline=words,
        notices=(words,),
        reply=words,
        reply_source=words,
        sources=(SourceView(words, words, words),),
        items=(ItemView("2", words, "fails", (FindingView(words, "fails", words, (FactView(words, words),), words),)),),
        questions=(QuestionView(words, words, (QuoteView(words, words),), (), words, words, True),),
        outcomes=(OutcomeRow("fails", words, (text,), (), perhaps=(words,)),),
        compared=words,
    )


def test_the_verdict_stands_before_its_evidence() -> None:
    page = check_html(VIEW)
    order = (
        "raises a question",
        "Outcomes, registered",
        "Questions for the authors",
        "by item of CONSORT 2025",
        "What was searched",
    )
    places = [page.index(words) for words in order]
    assert places == sorted(places)


def test_differing_words_are_marked_on_both_sides() -> None:
    page = check_html(VIEW)
    assert "Pain at <mark>6</mark> weeks" in page
    assert "Pain at <mark>12</mark> weeks" in page
    assert "Pain at **12** weeks" in check_markdown(VIEW)
    assert as_json(VIEW)["outcomes"][0]["reported"][0]["measure"] == {"text": "Pain at 12 weeks", "marks": [[8, 10]]}


def test_what_does_not_apply_and_other_parts_take_no_room() -> None:
    page = check_html(VIEW)
    assert "No chain was asked</span>: <code>sealed</code>" in page
    assert "1 registered outcome of parts that the manuscript is not about" in page


def test_nothing_is_loaded_or_run() -> None:
    tags = parsed(VIEW)
    assert not tags.names & {"script", "img", "link", "iframe", "object", "embed", "form", "a", "input", "base"}
    assert not {name for name in tags.attributes if name.startswith("on") or name in ("src", "href")}
    assert "url(" not in check_html(VIEW)


def test_hostile_words_stay_words() -> None:
    plain, evil = parsed(hostile("words")), parsed(hostile(HOSTILE))
    assert (evil.names, evil.attributes) == (plain.names, plain.attributes)
    for text in (check_html(hostile(HOSTILE)), check_markdown(hostile(HOSTILE)), query_text(hostile(HOSTILE))):
        assert "\u202e" not in text
        assert "\u2066" not in text
        assert "دواء" in text
        assert "薬" in text
    assert not re.search(r"(?<!\\)<script", check_markdown(hostile(HOSTILE)))
    assert "[a](javascript" not in check_markdown(hostile(HOSTILE))


@given(st.text(max_size=60))
def test_any_words_make_a_page(words: str) -> None:
    parsed(hostile(words))
    check_markdown(hostile(words))
    query_text(hostile(words))


def test_the_letter_accuses_nobody() -> None:
    letter = query_text(VIEW)
    assert "The record says (the record): “Pain at 6 weeks”" in letter
    assert "There may be a good explanation" in " ".join(letter.split())
    assert letter.startswith("[Draft, prepared by comparing texts, not yet read by a person.]")
    assert "have no question" in " ".join(query_text(replace(VIEW, questions=())).split())


def test_the_json_is_as_its_schema_says() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    for view in (VIEW, hostile(HOSTILE), replace(VIEW, reply="Yes.", outcomes_file="o.csv")):
        jsonschema.validate(json.loads(json.dumps(as_json(view))), schema)


@pytest.mark.parametrize(
    ("fails", "undetermined", "holds", "words"),
    [
        (2, 1, 3, "2 of 6 checks raise questions; 1 cannot be determined."),
        (0, 1, 3, "No check raises a question; 1 of 4 checks cannot be determined."),
        (0, 0, 3, "All 3 checks that apply hold."),
        (0, 0, 1, "The one check that applies holds."),
        (0, 0, 0, "No check applies to what was given."),
    ],
)
def test_headlines(fails: int, undetermined: int, holds: int, words: str) -> None:
    counts = (("fails", fails), ("undetermined", undetermined), ("holds", holds), ("does-not-apply", 9))
    assert headline(counts) == words  # type: ignore[arg-type]
    more = "1 primary outcome needs a reader, who finds both texts below."
    assert headline(counts, 1) == (f"{words} {more}" if fails else f"{more} {words}")  # type: ignore[arg-type]


def test_no_words_accuse() -> None:
    assert not re.search(r"switch|hidden|missing|valid|misconduct|fraud", " ".join(CODE_WORDS.values()), re.IGNORECASE)
