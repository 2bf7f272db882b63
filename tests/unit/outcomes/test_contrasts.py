"""Outcomes that are alike in nearly every word and are two; and outcomes that differ in spelling alone."""

from __future__ import annotations

import pytest

from trialseal.outcomes.compare import compare
from trialseal.outcomes.judgement import judge_published, judge_versions
from trialseal.outcomes.model import ChangeCode, Outcome


def primary(measure: str, time_frame: str = "12 weeks", description: str = "") -> Outcome:
    """A primary outcome."""
    return Outcome("primary", measure, description, time_frame)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Change in systolic blood pressure", "Change in DBP"),
        ("Serum LDL cholesterol", "Serum HDL cholesterol"),
        ("Visual acuity, left eye", "Visual acuity, right eye"),
        ("SF-36 physical component summary", "SF-36 mental component summary"),
        (
            "Hospital Anxiety and Depression Scale, anxiety subscale",
            "Hospital Anxiety and Depression Scale, depression subscale",
        ),
        ("Duration of invasive ventilation", "Duration of non-invasive ventilation"),
        ("Number of responders", "Number of non-responders"),
        ("Overall survival", "Progression-free survival"),
        ("Time from surgery to death", "Time from surgery to recurrence or death"),
        ("Days in hospital", "Days in intensive care"),
        ("Weight loss", "Weight gain"),
    ],
)
def test_names_that_exclude_each_other_are_two_outcomes(before: str, after: str) -> None:
    for one, other in ((before, after), (after, before)):
        mine, theirs = primary(one), primary(other)
        assert {change.code for change in compare([mine], [theirs]).changes} == {ChangeCode.PRIMARY_REPLACED}
        assert judge_versions([mine], [theirs]).answer == "question"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ACR20 response", "ACR50 response"),
        ("PASI 75", "PASI 90"),
        ("Adverse events of grade 3 or higher", "Adverse events of grade II or higher"),
        ("Quality of life (SF-36)", "Quality of life (SF-12)"),
    ],
)
def test_a_number_that_belongs_to_a_name_is_another_measure(before: str, after: str) -> None:
    assert ChangeCode.MEASURE_CHANGED in {
        change.code for change in compare([primary(before)], [primary(after)]).changes
    }
    assert judge_versions([primary(before)], [primary(after)]).answer != "holds"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Pain on the left or right side", "Pain on the left side"),
        ("Clinical and endoscopic remission", "Clinical remission"),
        ("Anxiety and depression", "Depression"),
        ("Grade 3 or 4 toxicity", "Grade 3 toxicity"),
        ("Blood loss", "Blood loss, increase"),
        ("Pain intensity on a VAS 10 cm long", "Pain intensity on a VAS 100 mm long"),
    ],
)
def test_names_that_both_sides_hold_exclude_nothing(before: str, after: str) -> None:
    found = {change.code for change in compare([primary(before)], [primary(after)]).changes}
    assert not found & {ChangeCode.PRIMARY_REPLACED, ChangeCode.MEASURE_CHANGED}


def test_a_name_that_the_description_holds_is_not_gone() -> None:
    described = primary("Change from baseline in systolic blood pressure", description="Diastolic pressure too")
    assert not {ChangeCode.PRIMARY_REPLACED, ChangeCode.MEASURE_CHANGED} & {
        change.code
        for change in compare([described], [primary("Change from baseline in diastolic blood pressure")]).changes
    }


def test_what_was_one_of_two_is_dropped_and_no_part_of_the_other() -> None:
    """The changes of LDL and HDL differ in one word: who drops one has not merged them."""
    both = [primary("Change in LDL cholesterol"), primary("Change in HDL cholesterol")]
    assert [change.code for change in compare(both, both[1:]).changes] == [ChangeCode.PRIMARY_DROPPED]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (primary("Hospitalisation for heart failure"), primary("Hospitalization for heart failure")),
        (primary("BMI", "1 year"), primary("Body mass index", "12 months")),
        (primary("SBP", "week 12"), primary("Systolic blood pressure", "84 days")),
        (primary("Falls", "two years"), primary("falls", "24 months")),
    ],
)
def test_spelling_alone_is_no_change(before: Outcome, after: Outcome) -> None:
    assert judge_versions([before], [after]).answer == "holds"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (primary("BMI", "12 weeks"), primary("BMI", "13 weeks")),
        (primary("Relapse"), primary("No relapse")),
        (primary("Mortality in children"), primary("Mortality in adults")),
        (primary("Deaths and strokes"), primary("Deaths or strokes")),
        (primary("Pain", "within 4 weeks"), primary("Pain", "at 4 weeks")),
    ],
)
def test_what_differs_in_more_than_spelling_does_not_hold_for_spelling(before: Outcome, after: Outcome) -> None:
    assert judge_versions([before], [after]).answer != "holds"


@pytest.mark.parametrize(
    ("name", "definition"),
    [
        ("Overall survival", "Time from randomisation to death from any cause"),
        ("OS", "Time to death"),
        (
            "Progression-free survival",
            "Time from first dose until documented progression or death of any cause",
        ),
        ("Disease-free survival", "The time from surgery to recurrence, or death from any cause"),
    ],
)
def test_a_survival_endpoint_is_its_definition(name: str, definition: str) -> None:
    assert not compare([primary(name)], [primary(definition)]).changed


def test_an_incidence_is_a_proportion() -> None:
    assert (
        not compare([primary("Incidence of nausea")], [primary("Proportion of patients with nausea")]).severity.rank > 1
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Wound infection", "Wound dehiscence"),
        ("Sleep quality", "Sleep duration"),
        ("Participants with a relapse", "Participants without a relapse"),
        ("Participants with seizures", "Participants free of seizures"),
        ("Depression measured with HAM-D", "Depression measured with MADRS"),
        ("Preterm birth before 37 weeks", "Preterm birth before 34 weeks"),
        ("Patients with at least one fall", "Patients with at least two falls"),
    ],
)
def test_one_word_in_place_of_another_needs_a_reader(before: str, after: str) -> None:
    """It may be a synonym that nobody knows here, so that nothing is asked; but nothing is said to hold, either."""
    for one, other in ((before, after), (after, before)):
        mine, theirs = [primary(one)], [primary(other)]
        assert judge_versions(mine, theirs).answer != "holds"
        found = judge_published(mine, theirs)
        assert found is not None and found.answer == "reader"
    said = [change.sentence for change in compare([primary(before)], [primary(after)]).changes]
    assert any("One word stands in another's place" in one or "any more" in one for one in said)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Number of patients with nausea", "Number of participants with nausea"),
        ("Quality of sleep", "Quality of the sleep"),
        ("Mortality at 12 weeks", "Mortality at 84 days"),
        ("Wound infection", "Surgical site infection of the wound"),
        ("Pain", "Nausea"),
    ],
)
def test_synonyms_times_and_other_sentences_are_no_exchange(before: str, after: str) -> None:
    found = compare([primary(before)], [primary(after)]).changes
    assert not any("stands" in change.sentence for change in found)


def test_of_two_that_are_joined_both_must_be_spoken_of() -> None:
    registered = [primary("Postoperative nausea and vomiting")]
    for words, answer in (("postoperative nausea", "reader"), ("postoperative vomiting or nausea", "holds")):
        found = judge_published(registered, [primary(words)])
        assert found is not None and found.answer == answer
