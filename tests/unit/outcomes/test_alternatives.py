"""Alternatives that a measure joins by 'or' are parts of one outcome; one that is gone or new is said."""

from __future__ import annotations

import pytest

from trialseal.outcomes.alternatives import alternatives
from trialseal.outcomes.compare import compare
from trialseal.outcomes.model import ChangeCode, Outcome

THREE = "Death, stroke or myocardial infarction"


@pytest.mark.parametrize(
    ("measure", "parts"),
    [
        (THREE, ("Death", "stroke", "myocardial infarction")),
        ("Time to first occurrence of death, stroke, or MI", ("death", "stroke", "MI")),
        ("stroke or myocardial infarction within 12 months", ("stroke", "myocardial infarction")),
        ("Number of patients with relapse or death from any cause", ("relapse", "death from any cause")),
        ("All-cause mortality at 28 days", ("All-cause mortality",)),
        ("Death, stroke and MI", ()),  # three outcomes, or one: not clear
        ("HbA1c below 7% or glucose", ()),
    ],
)
def test_what_an_or_joins(measure: str, parts: tuple[str, ...]) -> None:
    assert alternatives(measure) == parts


def changes(before: str, after: str) -> list[ChangeCode]:
    [pair] = compare(
        [Outcome(role="primary", measure=before, time_frame="12 months")],
        [Outcome(role="primary", measure=after, time_frame="12 months")],
    ).pairs
    return [one.code for one in pair.changes]


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        (THREE, "Stroke or myocardial infarction", True),
        ("Stroke or myocardial infarction", THREE, True),
        (THREE, "Time to myocardial infarction, death or stroke", False),
        (THREE, "Stroke, MI, or death within 12 months", False),
        ("Systolic or diastolic blood pressure", "Diastolic or systolic blood pressure", False),
    ],
)
def test_an_alternative_that_is_gone_or_new_is_a_change(before: str, after: str, changed: bool) -> None:
    assert (ChangeCode.COMPONENT_CHANGED in changes(before, after)) is changed
