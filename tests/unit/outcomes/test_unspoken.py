"""What a paper must say of each registered primary outcome before it is said to hold; what was learnt sees nothing."""

from __future__ import annotations

import pytest

from trialseal.outcomes.judgement import Judgement, judge_published
from trialseal.outcomes.learnt import read_model
from trialseal.outcomes.model import Outcome

BLIND = read_model(
    {
        "features": ["registered primaries"],
        "threshold": 0.5,
        "members": [{"kind": "logistic", "means": [0.0], "scales": [1.0], "weights": [0.0], "bias": -9.0}],
    }
)
PAIN = Outcome("primary", "Pain intensity on a numeric rating scale", time_frame="12 weeks")


def judged(words: str, *registered: Outcome) -> Judgement:
    reported = [Outcome("primary", words)]
    found = judge_published(registered, reported, f"The primary outcome was {words}.", models=lambda name: BLIND)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("registered", "words"),
    [
        (PAIN, "pain intensity at 12 weeks, on the numeric rating scale"),
        (PAIN, "pain intensity on the NRS at day 84"),
        (PAIN, "pain intensity on the NRS at three months"),
        (PAIN._replace(time_frame=""), "the pain intensity on a numeric rating scale"),
        (Outcome("primary", "Overall survival", time_frame="5 years"), "the overall survival"),
        (Outcome("primary", "PFS", time_frame="up to 3 years"), "progression-free survival of all patients"),
        (
            Outcome("primary", "Anxiety scale", time_frame="at the end of treatment, week 6"),
            "the anxiety scale at the end of the treatment",
        ),
    ],
)
def test_a_paper_that_says_measure_and_time_holds(registered: Outcome, words: str) -> None:
    assert judged(words, registered).answer == "holds"


@pytest.mark.parametrize(
    ("registered", "words", "differing"),
    [
        (PAIN, "pain intensity on the numeric rating scale", "time frame left out"),
        (PAIN, "pain intensity on the numeric rating scale at baseline", "time frame left out"),
        (PAIN, "pain intensity on the numeric rating scale at 14 weeks", "time frame"),
        (PAIN, "pain intensity on the numeric rating scale at 12 and 26 weeks", "time frame"),
        (PAIN._replace(time_frame=""), "pain intensity on the numeric rating scale at week 12", "time frame added"),
        (PAIN, "serum ferritin at 12 weeks", "measure"),
        (
            Outcome("primary", "Disease-free survival", time_frame="4 years"),
            "progression-free survival",
            "measure",
        ),
        (
            Outcome("primary", "Change in body weight", time_frame="12 weeks"),
            "time to normal body weight at 12 weeks",
            "metric",
        ),
        (
            Outcome("primary", "Anxiety scale", time_frame="from baseline to week 6"),
            "the anxiety scale compared with baseline",
            "time frame left out",
        ),
    ],
)
def test_what_is_not_said_is_for_a_reader_who_is_told_what(registered: Outcome, words: str, differing: str) -> None:
    found = judged(words, registered)
    assert found.answer == "reader"
    assert differing in found.differences


def test_each_registered_primary_outcome_must_be_found() -> None:
    both = PAIN, Outcome("primary", "Serum ferritin", time_frame="12 weeks")
    assert judged("pain intensity on the numeric rating scale and serum ferritin at 12 weeks", *both).answer == "holds"
    assert judged("pain intensity on the numeric rating scale at 12 weeks", *both).answer == "reader"
