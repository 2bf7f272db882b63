"""What became of outcomes: matched as a whole set, named by what they say and not by how."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialseal.documents.endpoint_models import Role
from trialseal.outcomes.compare import compare
from trialseal.outcomes.model import Code, Comparison, Outcome, Severity

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


def codes(before: Sequence[Outcome], after: Sequence[Outcome]) -> set[Code]:
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
    assert not [code for code in codes(outcomes, outcomes) if code is not Code.POINTS_TO_RESULTS]


@settings(deadline=None)
@given(_SETS, _SETS)
def test_every_outcome_is_in_exactly_one_pair(before: list[Outcome], after: list[Outcome]) -> None:
    comparison = compare(before, after)
    assert sorted(i for pair in comparison.pairs for i in pair.before) == list(range(len(before)))
    assert sorted(j for pair in comparison.pairs for j in pair.after) == list(range(len(after)))


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ([primary("Overall survival")], [], Code.PRIMARY_DROPPED),
        ([], [primary("Overall survival")], Code.PRIMARY_ADDED),
        ([primary("Overall survival")], [Outcome("secondary", "Overall survival")], Code.PRIMARY_DEMOTED),
        ([Outcome("secondary", "Overall survival")], [primary("Overall survival")], Code.PRIMARY_PROMOTED),
        ([primary("Overall survival")], [primary("Pain intensity")], Code.PRIMARY_REPLACED),
        ([primary("HbA1c")], [primary("HbA1c", "week 52")], Code.TIME_CHANGED),
        ([primary("HbA1c", "")], [primary("HbA1c")], Code.TIME_ADDED),
        ([primary("HbA1c")], [primary("HbA1c", "")], Code.TIME_OMITTED),
    ],
)
def test_a_change_is_named(before: list[Outcome], after: list[Outcome], code: Code) -> None:
    assert code in codes(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (primary("HbA1c", "week 12"), primary("HbA1c", "3 months")),
        (primary("Progression-free survival (PFS)"), primary("PFS")),
        (primary("Proportion of subjects with remission"), primary("Percentage of Participants With Remission")),
        (primary("Tumour size"), primary("TUMOR SIZE.")),
    ],
)
def test_mere_rewording_is_no_change(before: Outcome, after: Outcome) -> None:
    assert not compare([before], [after]).changed


def test_a_pointer_to_results_is_no_change() -> None:
    before = [primary("Overall survival"), primary("Pain"), Outcome("secondary", "Cost")]
    after = [Outcome("primary", "[See Results Section.]"), Outcome("secondary", "Cost")]
    for one, other in ((before, after), (after, before)):
        comparison = compare(one, other)
        assert not comparison.changed
        assert Code.POINTS_TO_RESULTS in {change.code for change in comparison.changes}


def test_severity_is_that_of_the_gravest() -> None:
    comparison = compare([primary("Pain"), Outcome("secondary", "Cost")], [Outcome("secondary", "Cost of care")])
    assert comparison.severity is Severity.MAJOR
    assert Comparison(()).severity is Severity.NONE
