"""What became of outcomes: matched as a whole set, named by what they say and not by how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialseal.documents.endpoint_models import Component, Estimand, Role, TimePoint
from trialseal.outcomes.compare import compare
from trialseal.outcomes.judgement import judge_versions
from trialseal.outcomes.learnt import LearntModel, Logistic, Name
from trialseal.outcomes.model import ChangeCode, Comparison, Outcome, Severity

_WORDS = st.sampled_from(
    ["overall survival", "HbA1c", "pain", "change from baseline", "proportion of participants", "血压", "כאב", "ألم"]
)
_TEXTS = st.lists(_WORDS, max_size=4).map(" ".join) | st.text(max_size=30)
_ROLES: st.SearchStrategy[Role] = st.sampled_from(["primary", "secondary", "other"])
_OUTCOMES = st.tuples(
    _ROLES,
    _TEXTS,
    _TEXTS,
    st.sampled_from(["", "week 24", "6 months", "up to 2 years"]),
    st.sampled_from([None, None, "phase-1", "phase-2"]),
).map(lambda said: Outcome(*said[:4], part=said[4]))
_SETS = st.lists(_OUTCOMES, max_size=6)


def codes(before: Sequence[Outcome], after: Sequence[Outcome]) -> set[ChangeCode]:
    """The codes of all changes."""
    return {change.code for change in compare(before, after).changes}


def primary(measure: str, time_frame: str = "week 24", description: str = "") -> Outcome:
    """A primary outcome."""
    return Outcome("primary", measure, description, time_frame)


@settings(deadline=None)
@given(_SETS)
def test_what_is_compared_with_itself_has_no_change(outcomes: list[Outcome]) -> None:
    comparison = compare(outcomes, outcomes)
    assert not comparison.changed
    assert not [code for code in codes(outcomes, outcomes) if code is not ChangeCode.POINTS_TO_RESULTS]


@settings(deadline=None)
@given(_SETS, _SETS)
def test_every_outcome_is_in_exactly_one_pair(before: list[Outcome], after: list[Outcome]) -> None:
    comparison = compare(before, after)
    assert sorted(i for pair in comparison.pairs for i in pair.before) == list(range(len(before)))
    assert sorted(j for pair in comparison.pairs for j in pair.after) == list(range(len(after)))


@settings(deadline=None)
@given(_SETS, _SETS, st.integers(0, 1000))
def test_order_makes_no_difference(before: list[Outcome], after: list[Outcome], seed: int) -> None:
    random = Random(seed)
    shuffled, also = random.sample(before, len(before)), random.sample(after, len(after))
    assert _counted(before, after) == _counted(shuffled, also)


def _counted(before: Sequence[Outcome], after: Sequence[Outcome]) -> Counter[ChangeCode]:
    found = Counter(change.code for change in compare(before, after).changes)
    del found[ChangeCode.REORDERED]
    return found


_UNRELATED = (
    "Overall survival",
    "Pain intensity",
    "Caregiver burden",
    "Serum creatinine",
    "Walking distance",
    "Number of retrieved oocytes",
)
_TURNED = {
    ChangeCode.PRIMARY_ADDED: ChangeCode.PRIMARY_DROPPED,
    ChangeCode.SECONDARY_ADDED: ChangeCode.SECONDARY_DROPPED,
    ChangeCode.PRIMARY_PROMOTED: ChangeCode.PRIMARY_DEMOTED,
}
_TURNED |= {other: one for one, other in _TURNED.items()}


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(_UNRELATED), st.sampled_from(["primary", "secondary"]), max_size=6),
    st.dictionaries(st.sampled_from(_UNRELATED), st.sampled_from(["primary", "secondary"]), max_size=6),
)
def test_what_is_added_one_way_is_dropped_the_other(one: dict[str, Role], other: dict[str, Role]) -> None:
    before = [Outcome(role, measure) for measure, role in one.items()]
    after = [Outcome(role, measure) for measure, role in other.items()]
    turned = Counter({_TURNED.get(code, code): count for code, count in _counted(before, after).items()})
    assert turned == _counted(after, before)


STRUCTURED = Outcome(
    "primary",
    "HbA1c",
    id="E1",
    measurement_variable="HbA1c",
    analysis_metric="change from baseline",
    aggregation="mean",
    time_points=(TimePoint(value=24, unit="week", anchor="randomisation"),),
    components=(Component(name="death"), Component(name="stroke")),
    estimands=(Estimand(id="main", population="all randomised"),),
)

# Each code with two outcomes between which it must be found.
CHANGES = [
    ([primary("Overall survival")], [], ChangeCode.PRIMARY_DROPPED),
    ([], [primary("Overall survival")], ChangeCode.PRIMARY_ADDED),
    ([primary("Overall survival")], [Outcome("secondary", "Overall survival")], ChangeCode.PRIMARY_DEMOTED),
    ([Outcome("secondary", "Overall survival")], [primary("Overall survival")], ChangeCode.PRIMARY_PROMOTED),
    ([primary("Overall survival")], [primary("Pain intensity")], ChangeCode.PRIMARY_REPLACED),
    ([Outcome("secondary", "Cost")], [], ChangeCode.SECONDARY_DROPPED),
    ([], [Outcome("secondary", "Cost")], ChangeCode.SECONDARY_ADDED),
    ([Outcome("other", "Cost")], [], ChangeCode.OTHER_DROPPED),
    ([], [Outcome("other", "Cost")], ChangeCode.OTHER_ADDED),
    ([Outcome("secondary", "Cost")], [Outcome("other", "Cost")], ChangeCode.ROLE_CHANGED),
    ([primary("HbA1c")], [primary("HbA1c", "week 52")], ChangeCode.TIME_CHANGED),
    ([primary("HbA1c", "")], [primary("HbA1c")], ChangeCode.TIME_ADDED),
    ([primary("HbA1c")], [primary("HbA1c", "")], ChangeCode.TIME_OMITTED),
    ([primary("Disability")], [primary("Disability", "week 24", "measured by the EDSS")], ChangeCode.MEASURE_ADDED),
    ([primary("Disability", "week 24", "measured by the EDSS")], [primary("Disability")], ChangeCode.MEASURE_OMITTED),
    ([STRUCTURED], [STRUCTURED._replace(measurement_variable="fasting glucose")], ChangeCode.MEASURE_CHANGED),
    ([primary("Change in weight")], [primary("Time to normal weight")], ChangeCode.METRIC_CHANGED),
    ([primary("Weight")], [primary("Change from baseline in weight")], ChangeCode.METRIC_ADDED),
    ([primary("Change from baseline in weight")], [primary("Weight")], ChangeCode.METRIC_OMITTED),
    ([primary("Mean pain")], [primary("Proportion of participants with pain")], ChangeCode.AGGREGATION_CHANGED),
    ([primary("Pain score")], [primary("Median pain score")], ChangeCode.AGGREGATION_ADDED),
    ([primary("Median pain score")], [primary("Pain score")], ChangeCode.AGGREGATION_OMITTED),
    ([primary("HIV RNA < 50 copies")], [primary("HIV RNA < 200 copies")], ChangeCode.THRESHOLD_CHANGED),
    (
        [primary("Rise less than or equal to 0.75 V")],
        [primary("Rise less than or equal to 0.5 V")],
        ChangeCode.THRESHOLD_CHANGED,
    ),
    (
        [primary("Composite of death, stroke and infarction")],
        [primary("Composite of death and stroke")],
        ChangeCode.COMPONENT_CHANGED,
    ),
    (
        [STRUCTURED],
        [STRUCTURED._replace(estimands=(Estimand(id="main", population="all treated"),))],
        ChangeCode.ESTIMAND_CHANGED,
    ),
    (
        [primary("Plasma concentrations of cresylsulfate and indoxylsulfate")],
        [primary("Plasma concentration of cresylsulfate"), primary("Plasma concentration of indoxylsulfate")],
        ChangeCode.SPLIT,
    ),
    (
        [primary("Plasma concentration of cresylsulfate"), primary("Plasma concentration of indoxylsulfate")],
        [primary("Plasma concentrations of cresylsulfate and indoxylsulfate")],
        ChangeCode.MERGED,
    ),
    ([primary("Wound healing")], [primary("Healing of the wound")], ChangeCode.REWORDED),
    ([primary("Wound healing")], [primary("WOUND HEALING.")], ChangeCode.LAYOUT),
    ([primary("Pain"), primary("Sleep")], [primary("Sleep"), primary("Pain")], ChangeCode.REORDERED),
    ([primary("Pain")], [primary("[See Results Section.]")], ChangeCode.POINTS_TO_RESULTS),
    (
        [primary("Fever: Phase 1"), primary("Rash: Phase 1")],
        [primary("Fever: Phase 1"), primary("Rash: Phase 1"), primary("Titre: Phase 3")],
        ChangeCode.OTHER_PART,
    ),
]


@pytest.mark.parametrize(("before", "after", "code"), CHANGES, ids=[case[2].value for case in CHANGES])
def test_a_change_is_named(before: list[Outcome], after: list[Outcome], code: ChangeCode) -> None:
    assert code in codes(before, after)


def test_every_code_is_tried() -> None:
    assert {case[2] for case in CHANGES} == set(ChangeCode)


# Other words for the same; none of these may count as a change.
REWORDINGS = [
    (primary("HbA1c", "week 12"), primary("HbA1c", "3 months")),
    (primary("HbA1c", "day 29"), primary("HbA1c", "4 weeks")),
    (primary("HbA1c", "12 months"), primary("HbA1c", "up to one year")),
    (primary("HbA1c at week 24", ""), primary("HbA1c", "24 weeks")),
    (primary("Progression-free survival (PFS)"), primary("PFS")),
    (primary("Proportion of subjects with remission"), primary("Percentage of Participants With Remission")),
    (primary("Tumour size"), primary("TUMOR SIZE.")),
    (primary("HIV RNA < 50 copies"), primary("HIV RNA less than 50 copies")),
    (primary("Composite of death, stroke, or MI"), primary("Composite of MI, stroke and death")),
    (primary("Change from baseline in weight"), primary("Weight: change from baseline")),
    (primary("Mean pain score"), primary("Average pain score")),
    (primary("Disability, EDSS"), primary("Disability, measured by EDSS")),
    (primary("Disability measured by the EDSS"), primary("Disability, assessed using the EDSS")),
    (STRUCTURED, STRUCTURED._replace(measure="Glycated haemoglobin", description="measured by HPLC")),
    (primary("血压变化"), primary("血压 变化")),
    (primary("עוצמת כאב"), primary("עוצמת כאב.")),
]


@pytest.mark.parametrize(("before", "after"), REWORDINGS)
def test_mere_rewording_is_no_change(before: Outcome, after: Outcome) -> None:
    comparison = compare([before], [after])
    assert not comparison.changed, list(comparison.changes)


def test_an_outcome_that_adds_a_time_is_no_piece_of_another() -> None:
    before = [primary("Caregiver burden interview", "9 months")]
    after = [*before, primary("Caregiver burden interview", "6 months")]
    assert ChangeCode.PRIMARY_ADDED in codes(before, after)


def test_another_population_is_no_piece_of_an_outcome() -> None:
    before = [primary("Independently reviewed progression-free survival of participants", "2 years")]
    after = [
        *before,
        primary(
            "Independently reviewed progression-free survival of participants with KRAS wild type tumours", "2 years"
        ),
    ]
    assert ChangeCode.PRIMARY_ADDED in codes(before, after)
    (added,) = [pair for pair in compare(before, after).pairs if not pair.before]
    assert added.needs_reader


def test_among_equals_the_one_of_the_same_time_is_matched() -> None:
    before = [primary("Caregiver burden interview", "9 months")]
    after = [
        primary("Change from baseline in caregiver burden interview", time)
        for time in ("baseline, 6 months", "9 months")
    ]
    assert (((0,), (1,))) in [(pair.before, pair.after) for pair in compare(before, after).pairs]


def test_a_title_that_the_other_explains_is_not_replaced() -> None:
    before = [primary("Time to disease progression or death", "96 weeks")]
    defined = "Time from randomisation to the first documented disease progression or death"
    after = [primary("Progression-Free Survival (PFS)", "96 weeks", defined)]
    assert ChangeCode.PRIMARY_REPLACED not in codes(before, after)


def test_equal_ids_are_one_outcome_whatever_the_words() -> None:
    comparison = compare([STRUCTURED], [STRUCTURED._replace(measure="Glucose control", measurement_variable="HBA1C")])
    assert [(pair.before, pair.after, pair.confidence) for pair in comparison.pairs] == [((0,), (0,), 1.0)]


def test_structured_fields_decide_before_words() -> None:
    other = STRUCTURED._replace(
        measure="HbA1c at 52 weeks", aggregation="median", time_points=(TimePoint(value=168, unit="day"),)
    )
    assert {change.code for change in compare([STRUCTURED], [other]).changes} == {ChangeCode.AGGREGATION_CHANGED}


def test_the_words_that_decided_are_shown() -> None:
    before, after = primary("Pain", "week 24"), primary("Pain", "week 52")
    (change,) = compare([before], [after]).changes
    assert [before.text(span.field)[span.start : span.end] for span in change.before_spans] == ["week 24"]
    assert [after.text(span.field)[span.start : span.end] for span in change.after_spans] == ["week 52"]
    assert "'week 24'" in change.sentence


def test_what_is_hardly_alike_needs_a_reader() -> None:
    comparison = compare([primary("Pain in the wound, by VAS")], [primary("Pain of a scar, by VAS or NRS", "week 30")])
    assert any(pair.needs_reader for pair in comparison.pairs) or comparison.pairs[0].confidence < 0.9


def test_a_pointer_to_results_is_no_change() -> None:
    before = [primary("Overall survival"), primary("Pain"), Outcome("secondary", "Cost")]
    after = [Outcome("primary", "[See Results Section.]"), Outcome("secondary", "Cost")]
    for one, other in ((before, after), (after, before)):
        comparison = compare(one, other)
        assert not comparison.changed
        assert ChangeCode.POINTS_TO_RESULTS in {change.code for change in comparison.changes}


def test_severity_is_that_of_the_gravest() -> None:
    comparison = compare([primary("Pain"), Outcome("secondary", "Cost")], [Outcome("secondary", "Cost of care")])
    assert comparison.severity is Severity.MAJOR
    assert Comparison(()).severity is Severity.NONE


def sure_changes(before: Outcome, after: Outcome) -> set[ChangeCode]:
    """What is said without a person's reading."""
    pairs = compare([before], [after]).pairs
    return {one.code for pair in pairs if not pair.needs_reader for one in pair.changes if one.severity.rank > 1}


@pytest.mark.parametrize("words", ["no maximum age", "70 Years", "Minimum age: 18", "18 years of age"])
def test_an_age_limit_in_an_outcomes_place_accuses_nobody(words: str) -> None:
    outcome, limit = primary("Binge eating episodes"), primary(words, "")
    for before, after in ((outcome, limit), (limit, outcome)):
        assert not sure_changes(before, after)
        assert judge_versions([before], [after]).answer == "reader"


@pytest.mark.parametrize("words", ["Age at menopause", "Survival at 2 years", "Maximum age-adjusted score"])
def test_an_outcome_that_speaks_of_age_or_years_is_one(words: str) -> None:
    assert sure_changes(primary(words), primary("Binge eating episodes")) == {ChangeCode.PRIMARY_REPLACED}


@pytest.mark.parametrize("frame", ["Event driven trial; expected 2 years", "2 years (data cut-off)"])
def test_the_numbers_of_a_time_frame_that_follows_events_are_an_expectation(frame: str) -> None:
    driven = primary("Death from any cause", frame)
    assert not sure_changes(driven, primary("Death from any cause", "up to 5 years"))
    assert sure_changes(primary("Death from any cause", "2 years"), primary("Death from any cause", "up to 5 years"))


def test_what_the_texts_say_differently_never_holds() -> None:
    """However sure what was learnt is that raters would call it none."""

    def none(name: Name) -> LearntModel:
        return LearntModel((), 0.9, (Logistic((), (), (), -9.0),))

    doubtful = [primary("Death", "Event driven trial; expected 2 years")], [primary("Death", "up to 5 years")]
    assert judge_versions(*doubtful, models=none).answer == "reader"
    reworded = [primary("HbA1c")], [primary("HbA1c (glycated haemoglobin)")]
    assert judge_versions(*reworded, models=none).answer == "holds"


def test_of_two_times_that_one_side_gives_the_one_that_stands_is_no_change_for_sure() -> None:
    torn = primary("Grip strength at 12 weeks after surgery", "from surgery until 12 months after")
    settled = primary("Grip strength", "12 weeks after surgery")
    for before, after in ((torn, settled), (settled, torn)):
        assert not sure_changes(before, after)
        assert judge_versions([before], [after]).answer == "reader"
    said_once = primary("Grip strength after surgery", "from surgery until 12 months after")
    assert sure_changes(said_once, settled) == {ChangeCode.TIME_CHANGED}
    # Where one time frame gave both, leaving the last one out is a change.
    assert sure_changes(primary("Grip strength", "12 weeks, 12 months"), settled) == {ChangeCode.TIME_CHANGED}
