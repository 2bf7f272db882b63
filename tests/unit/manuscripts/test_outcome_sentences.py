"""How papers state their outcomes, in the words that they use; and sentences that state none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialseal.manuscripts.enumerations import spans
from trialseal.manuscripts.model import Line, Manuscript
from trialseal.manuscripts.paper import read_paper
from trialseal.manuscripts.time_frames import time_frame


def stated(*lines: str) -> list[tuple[str, str]]:
    """The outcomes in lines under the heading Methods."""
    text = [Line("Methods", 1, kind="heading")]
    text += [Line(words, number, ends=True) for number, words in enumerate(lines, 2)]
    paper = read_paper(Manuscript("paper", "plain text", tuple(text), "line"))
    return [(one.role, one.measure) for one in paper.outcomes.outcomes]


@pytest.mark.parametrize(
    ("sentence", "outcomes"),
    [
        ("The primary end point was overall survival.", [("primary", "overall survival")]),
        ("Our primary outcome measure was pain at 6 weeks.", [("primary", "pain at 6 weeks")]),
        ("Primary endpoint: freedom from arrhythmia", [("primary", "freedom from arrhythmia")]),
        ("The primary efficacy endpoint of the study was HbA1c.", [("primary", "HbA1c")]),
        ("Overall survival was the primary end point.", [("primary", "Overall survival")]),
        ("Relief of pain served as the primary outcome.", [("primary", "Relief of pain")]),
        ("We chose consent to surgery as primary study end point.", [("primary", "consent to surgery")]),
        ("The primary outcome, mortality at 28 days, was assessed.", [("primary", "mortality at 28 days")]),
        (
            "The coprimary end points were overall survival and progression-free survival.",
            [("primary", "overall survival"), ("primary", "progression-free survival")],
        ),
        (
            "The primary outcome was a composite of death, stroke, or infarction at 1 year.",
            [("primary", "composite of death, stroke, or infarction at 1 year")],
        ),
        (
            "The primary outcome was survival, and secondary outcomes were pain, fatigue, and days off work.",
            [("primary", "survival"), ("secondary", "pain"), ("secondary", "fatigue"), ("secondary", "days off work")],
        ),
        (
            "The first primary end point was efficacy from 7 days; the second primary end point was efficacy overall.",
            [("primary", "efficacy from 7 days"), ("primary", "efficacy overall")],
        ),
        (
            "Key secondary outcomes included (1) pain at 6 weeks; (2) cost, in euros; and (3) death.",
            [("secondary", "pain at 6 weeks"), ("secondary", "cost, in euros"), ("secondary", "death")],
        ),
        ("Exploratory outcomes were gait and balance of walkers.", [("other", "gait and balance of walkers")]),
        (
            "The primary outcome was change from baseline in systolic and diastolic pressure.",
            [("primary", "change from baseline in systolic and diastolic pressure")],
        ),
    ],
)  # fmt: skip
def test_statements(sentence: str, outcomes: list[tuple[str, str]]) -> None:
    assert stated(sentence) == outcomes


@pytest.mark.parametrize(
    "sentence",
    [
        "The primary outcome was analyzed by intention to treat.",
        "The primary outcome was not met.",
        "The primary end point occurred in 12% of patients.",
        "The analysis of the primary outcome was a t-test.",
        "No primary outcome was prespecified.",
        "The primary outcome was significantly lower with A.",
        "Primary care physicians were invited.",
        "It was the primary outcome.",
        "The study was powered for the primary outcome.",
        "The primary and secondary outcomes were A and B, respectively.",
    ],
)
def test_sentences_that_state_none(sentence: str) -> None:
    assert stated(sentence) == []


def test_a_heading_with_items_below() -> None:
    text = (
        Line("Secondary outcomes", 1, kind="heading"),
        Line("Pain at 6 weeks", 2, kind="item", ends=True),
        Line("Days off work", 3, kind="item", ends=True),
    )
    paper = read_paper(Manuscript("paper", "Word", text, "paragraph"))
    assert [(one.role, one.measure, one.place) for one in paper.outcomes.outcomes] == [
        ("secondary", "Pain at 6 weeks", "paragraph 2"),
        ("secondary", "Days off work", "paragraph 3"),
    ]


def test_the_results_state_no_outcome_where_the_methods_do() -> None:
    lines = ("The primary outcome was pain.", "Results", "The primary outcome was walking distance.")
    assert stated(*lines) == [("primary", "pain")]


def test_the_abstract_alone_is_for_a_reader() -> None:
    text = (Line("Abstract", 1), Line("Main outcome measure: pain at 6 weeks.", 2, ends=True))
    paper = read_paper(Manuscript("paper", "plain text", text, "line"))
    [one] = paper.outcomes.outcomes
    assert (one.measure, one.certain) == ("pain at 6 weeks", False)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("pain at 24 weeks", "at 24 weeks"),
        ("change from baseline to week 12 in HbA1c", "from baseline to week 12"),
        ("mortality within 28 days after randomization", "within 28 days after randomization"),
        ("change from baseline in weight", ""),
        ("28-day mortality", "28-day"),
        ("relapse at thirty-six months", "at thirty-six months"),
        ("wound healing within fifty days", "within fifty days"),
        ("survival", ""),
    ],
)
def test_time_frames(text: str, when: str) -> None:
    assert time_frame(text) == when


@given(st.text(max_size=300), st.booleans())
def test_splitting_loses_no_letter_and_never_fails(text: str, several: bool) -> None:
    pieces = [text[begin:end] for begin, end in spans(text, several=several)]
    assert all(any(map(str.isalpha, piece)) for piece in pieces)


@given(st.lists(st.text(alphabet=st.characters(blacklist_categories=["Cs"]), max_size=80), max_size=12))
def test_any_text_is_read(lines: list[str]) -> None:
    text = tuple(
        Line(" ".join(line.split()), number, ends=True) for number, line in enumerate(lines, 1) if line.strip()
    )
    read_paper(Manuscript("paper", "plain text", text, "line"))


def test_long_texts_take_no_quadratic_time() -> None:
    """Hundreds of thousands of characters in a second: patterns that look back and forth would take hours."""
    words = "The trial measured things at week 12 and the primary group of people went on, and on; "
    text = tuple(Line(words * 4, number) for number in range(1, 1_000))
    read_paper(Manuscript("paper", "plain text", text, "line"))
