"""What is learnt: explained, deterministic, silent where there is nothing to judge; a paper's words; marked texts."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialseal.outcomes.compare import compare
from trialseal.outcomes.judgement import decided, judge_published, judge_versions
from trialseal.outcomes.learnt import read_model
from trialseal.outcomes.marking import marked, segments
from trialseal.outcomes.model import Outcome, TextSpan
from trialseal.outcomes.published import stated
from trialseal.outcomes.readings import read_all
from trialseal.outcomes.sameness import sameness
from trialseal.outcomes.sources import of_registry_text

STUMP = {"kind": "trees", "summed": False, "bias": 0.0, "trees": [[[0, 1.5, 1, 2, 0.5], [0.2], [0.9]]]}
LINE = {"kind": "logistic", "means": [1.0], "scales": [2.0], "weights": [3.0], "bias": 0.5}


def test_a_tree_is_walked_and_says_what_moved_it() -> None:
    model = read_model({"features": ["times"], "threshold": 0.5, "members": [STUMP]})
    assert model.judge({"times": 1.0}).probability == pytest.approx(0.2)
    judged = model.judge({"times": 2.0})
    assert judged.holds
    assert judged.probability == pytest.approx(0.9)
    assert judged.reasons == (("times", 0.4),)


def test_a_logistic_regression_is_what_its_formula_says() -> None:
    model = read_model({"features": ["times"], "threshold": 0.5, "members": [LINE]})
    assert model.judge({"times": 2.0}).probability == pytest.approx(1 / (1 + math.exp(-(0.5 + 3.0 * 0.5))))
    assert not model.judge({}).holds


def test_members_are_averaged() -> None:
    both = read_model({"features": ["times"], "threshold": 0.5, "members": [STUMP, LINE]}).judge({"times": 2.0})
    alone = [
        read_model({"features": ["times"], "threshold": 0.5, "members": [one]}).judge({"times": 2.0}).probability
        for one in (STUMP, LINE)
    ]
    assert both.probability == pytest.approx(sum(alone) / 2)


def test_equal_words_and_pointers_are_never_judged_a_change() -> None:
    outcomes = [Outcome("primary", "Pain intensity (VAS)", time_frame="week 12")]
    shouted = [Outcome("primary", "PAIN INTENSITY (VAS).", time_frame="Week 12")]
    for after in (outcomes, shouted, [Outcome("primary", "[See Results Section.]")]):
        assert judge_versions(outcomes, after).any_change.probability == 0


def test_a_new_primary_outcome_is_judged_major_and_rewording_is_not() -> None:
    before = [Outcome("primary", "Overall survival", time_frame="2 years")]
    added = [*before, Outcome("primary", "Serum oestradiol at the end of treatment", time_frame="13 weeks")]
    reworded = [Outcome("primary", "Overall Survival (OS)", time_frame="up to 2 years")]
    judged = judge_versions(before, added)
    assert judged.major_change.holds
    assert judged.major_change.reasons
    assert not judge_versions(before, reworded).major_change.holds


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["Overall survival"], ["Serum oestradiol"]),
        (["Overall survival", "Serum oestradiol"], ["Overall survival"]),
        (["Overall survival"], []),
    ],
)
def test_what_nobody_doubts_is_judged_major_whatever_is_learnt(before: list[str], after: list[str]) -> None:
    mine, theirs = ([Outcome("primary", measure) for measure in measures] for measures in (before, after))
    judged = judge_versions(mine, theirs)
    assert judged.major_change.holds
    assert judged.any_change.holds


def test_where_one_side_names_no_outcome_nothing_is_judged_and_no_primary_one_is_never_held_to_be_reported() -> None:
    some = [Outcome("primary", "Overall survival")]
    assert judge_published(some, []) is None
    assert judge_published([], some) is None
    secondary = judge_published(some, [Outcome("secondary", "Overall survival")])
    assert secondary is not None
    assert secondary.answer == "reader"


def test_another_outcome_in_the_paper_is_likelier_a_change_than_the_registered_one() -> None:
    registered = [Outcome("primary", "Time to rehospitalisation", time_frame="12 months")]
    same = judge_published(registered, [Outcome("primary", "time to rehospitalization within 12 months")])
    other = judge_published(registered, [Outcome("primary", "quality of life, measured with the SF-36")])
    assert same is not None
    assert other is not None
    assert other.major_change.probability > same.major_change.probability
    assert other.any_change.probability > same.any_change.probability
    assert same.answer == "holds"
    assert other.answer == "reader"


def test_nothing_is_asked_of_a_paper_before_a_pair_is_certain() -> None:
    registered = [Outcome("primary", "Time to rehospitalisation", time_frame="12 months")]
    reported = [Outcome("primary", "quality of life, measured with the SF-36")]
    assert judge_published(registered, reported, certain=1.0).answer == "question"  # type: ignore[union-attr]
    assert judge_published(registered, reported, certain=0.0).answer == "reader"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("probability", "major", "certain", "answer"),
    [
        (0.80, False, True, "question"),
        (0.79, False, True, "reader"),
        (0.99, True, False, "reader"),
        (0.40, False, False, "reader"),
        (0.39, True, False, "reader"),
        (0.39, False, True, "reader"),
        (0.39, False, False, "holds"),
    ],
)
def test_an_answer_needs_both_to_be_sure(probability: float, major: bool, certain: bool, answer: str) -> None:
    assert decided(probability, major, certain, threshold=0.40, sure=0.80) == answer


def test_the_differences_are_named_in_words() -> None:
    before = [Outcome("primary", "Mean pain score", time_frame="week 4")]
    after = [Outcome("primary", "Mean pain score", time_frame="week 12"), Outcome("primary", "Serum ferritin")]
    assert judge_versions(before, after).differences == ("added", "time frame")


def test_what_a_text_states() -> None:
    said = stated(
        "The primary outcome was pain at week 4. Secondary outcomes included sleep and mood. Blood was drawn."
    )
    assert [clause.strip() for clause in said.clauses] == ["was pain at week 4."]
    assert said.secondary == ("Secondary outcomes included sleep and mood.",)
    assert said.rest == ("Blood was drawn.",)


def test_a_sentence_on_both_is_parted() -> None:
    said = stated("Overall survival was the primary endpoint and the secondary outcomes were toxicity and cost.")
    assert "survival" in said.about_primary
    assert "toxicity" not in said.about_primary
    assert "toxicity" in said.about_secondary


def test_sameness_finds_the_likeliest_among_rivals() -> None:
    some = read_all([Outcome("primary", "Progression-free survival (PFS)"), Outcome("primary", "Overall survival")])
    others = read_all([Outcome("primary", "OS"), Outcome("primary", "PFS at 2 years")])
    likely = sameness(some, others)
    assert likely[0][1] > 0.5 > likely[0][0]
    assert likely[1][0] > likely[1][1]


def test_marked_segments_are_the_text_and_mark_what_decides() -> None:
    before, after = [Outcome("primary", "HbA1c", "", "week 24")], [Outcome("primary", "HbA1c", "", "week 52")]
    pair = compare(before, after).pairs[0]
    both = marked(pair, before, after)
    assert both.before[0].measure == (("HbA1c", "same"),)
    assert both.before[0].time_frame[-1][1] == "decides"
    assert "".join(text for text, _ in both.after[0].time_frame) == "week 52"


@settings(deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_segments_are_the_text_whatever_it_is(text: str, other: str) -> None:
    span = TextSpan(0, "measure", 1, 3)
    assert "".join(stretch for stretch, _ in segments(text, other, [span])) == text
    assert all(kind == "same" for _, kind in segments(text, text))


def test_a_registry_s_text_is_taken_apart() -> None:
    text = "Pain\n[ Time Frame: 6 weeks ]\n[ Designated as safety issue: No ]\n\nby VAS [0-100]"
    assert of_registry_text(text, "primary") == Outcome("primary", "Pain", "by VAS [0-100]", "6 weeks")
    assert of_registry_text("Pain", "primary") == Outcome("primary", "Pain")
