"""Reviews, protocols, secondary papers and reports of several trials are told as such, in the paper's own words."""

from __future__ import annotations

import pytest

from trialseal.cli.check.paper_remarks import remarks_on_kind
from trialseal.manuscripts.paper import Paper, read_paper
from trialseal.manuscripts.plain_text import read_plain

TITLE = "Drug A and pain in adults after surgery: a randomised trial"


def paper(title: str = TITLE, methods: str = "The primary outcome was pain.") -> Paper:
    """A plain text with a title and a paragraph of methods."""
    return read_paper(read_plain(f"{title}\n\nMethods\n\n{methods}\n".encode(), "paper.txt"))


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Drug A and pain after surgery: a systematic review and meta-analysis", "review"),
        ("Drug A and pain after surgery: study protocol for a randomised trial", "protocol"),
        ("Rationale and design of the trial of drug A and pain after surgery", "protocol"),
        ("Drug A and pain after surgery: a stepped wedge protocol", "protocol"),
        ("Sleep with drug A: secondary analysis of a randomised trial", "secondary"),
        ("Drug A in the old: a post hoc analysis of two arms", "secondary"),
    ],
)
def test_a_title_says_what_a_paper_is(title: str, kind: str) -> None:
    assert [(one.kind, one.quote, one.place) for one in paper(title).kinds] == [(kind, title, "line 1")]


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("This is a post-hoc analysis of the ABC trial.", "secondary"),
        ("Here, we report a detailed subgroup analysis of the ABC study.", "secondary"),
        ("The main results have been published previously.", "secondary"),
        ("This paper describes the rationale and design of the ABC trial.", "protocol"),
    ],
)
def test_a_sentence_says_what_a_paper_is(sentence: str, kind: str) -> None:
    assert [(one.kind, one.quote) for one in paper(methods=sentence).kinds] == [(kind, sentence)]


@pytest.mark.parametrize(
    "sentence",
    [
        "The protocol was approved by the board.",
        "A subgroup analysis by age was planned.",
        "A systematic review of earlier trials found no effect.",
        "Two earlier trials, study 1 of them large, had failed.",
        "Post hoc analyses were exploratory.",
    ],
)
def test_the_report_of_one_trial_is_none_of_them(sentence: str) -> None:
    assert paper(methods=sentence).kinds == ()


def test_outcomes_of_two_trials_are_told_apart_where_the_text_does_so() -> None:
    both = paper(
        "Drug A and pain: two randomised trials of adults",
        "In study 1, the primary outcome was pain. In study 2, the primary outcome was gait. "
        "Secondary outcomes were sleep and cost.",
    )
    assert [(one.kind, one.quote) for one in both.kinds] == [
        ("several trials", "Drug A and pain: two randomised trials of adults")
    ]
    assert remarks_on_kind(both, "a.pdf") == [
        "a.pdf reports several trials (“Drug A and pain: two randomised trials of adults”, line 1): check it against "
        "the record of each",
        "of study 1, a.pdf states the primary outcome “pain” (line 5)",
        "of study 2, a.pdf states the primary outcome “gait” (line 5)",
        "needs a reader: of which trial does a.pdf state the secondary outcome “sleep” (line 5); "
        "the secondary outcome “cost” (line 5)?",
    ]


def test_an_editor_is_told_what_a_secondary_paper_means() -> None:
    assert remarks_on_kind(paper("Sleep with drug A: secondary analysis of a randomised trial"), "a.pdf") == [
        "a.pdf is a secondary paper by its own words (“Sleep with drug A: secondary analysis of a randomised trial”, "
        "line 1): its outcomes may rightly differ from those of the trial's main report"
    ]
    assert remarks_on_kind(paper(), "a.pdf") == []
