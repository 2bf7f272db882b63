"""Statements that go on behind the name of an outcome, or open with something else."""

from __future__ import annotations

import pytest

from trialseal.manuscripts.paper import read_paper
from trialseal.manuscripts.plain_text import read_plain


def stated(sentence: str) -> list[tuple[str, str]]:
    """Roles and measures of a sentence under the heading Methods."""
    found = read_paper(read_plain(f"Methods\n{sentence}".encode(), "paper.txt")).outcomes.outcomes
    return [(one.role, one.measure) for one in found]


@pytest.mark.parametrize(
    ("sentence", "outcomes"),
    [
        ("The primary end points of the study were SPEED and gland function (GF) scores.",
         [("primary", "SPEED"), ("primary", "gland function (GF) scores")]),
        ("The primary outcomes per protocol were weight and waist.", [("primary", "weight"), ("primary", "waist")]),
        ("The primary outcomes of this randomised, double-blind trial were weight and waist.",
         [("primary", "weight"), ("primary", "waist")]),
        ("The main secondary endpoints during the open phase included quality of life, and sleep.",
         [("secondary", "quality of life"), ("secondary", "sleep")]),
        ("The planned secondary outcomes also include: insulin dose and rates of infection.",
         [("secondary", "insulin dose"), ("secondary", "rates of infection")]),
        ("Secondary end points included the same index for the early hours; and weight.",
         [("secondary", "same index for the early hours"), ("secondary", "weight")]),
        ("The secondary outcome was the same in both groups.", []),
        ("The primary outcome with respect to mood was assessed with the Beck Inventory at week 12.",
         [("primary", "Beck Inventory at week 12")]),
        ("The size was calculated considering the primary outcome of this study as the length of stay.",
         [("primary", "length of stay")]),
        ("Weight, fitness, and sleep were chosen as primary outcome measures according to earlier work.",
         [("primary", "Weight"), ("primary", "fitness"), ("primary", "sleep")]),
        ("Survival and relapse were secondary endpoints estimated with Kaplan-Meier curves.",
         [("secondary", "Survival"), ("secondary", "relapse")]),
        ("Together with the screening, body weight is one of the secondary outcome measures.",
         [("secondary", "body weight")]),
        ("Weight was one of the prespecified secondary outcomes.", [("secondary", "Weight")]),
        ("Among the outcome measures, the health score was used as the primary outcome.",
         [("primary", "health score")]),
        ("This study was powered on arm strength which was the primary outcome but sleep was tested too.",
         [("primary", "arm strength")]),
        ("Setting, eligibility criteria, primary outcome, and sample size did not change.", []),
        ("However, body weight was the primary outcome.", [("primary", "body weight")]),
        ("The primary endpoints were acute toxicity and response.",
         [("primary", "acute toxicity"), ("primary", "response")]),
        ("The secondary endpoints were event rates and severity.", [("secondary", "event rates and severity")]),
        ("Secondary outcomes were pain, stroke in weeks 2 and 8 and change in body weight.",
         [("secondary", "pain"), ("secondary", "stroke in weeks 2 and 8"), ("secondary", "change in body weight")]),
        ("The primary outcome was grip strength (Figure 1).", [("primary", "grip strength")]),
    ],
)  # fmt: skip
def test_what_a_sentence_states(sentence: str, outcomes: list[tuple[str, str]]) -> None:
    assert stated(sentence) == outcomes
