"""Outcomes of which one narrows or denies the other, or is measured in others, by others or elsewhere; and thresholds
that are written otherwise and are the same."""

from __future__ import annotations

import pytest

from trialseal.outcomes.compare import compare
from trialseal.outcomes.judgement import judge_published, judge_versions
from trialseal.outcomes.model import ChangeCode, Outcome


def primary(measure: str) -> Outcome:
    """A primary outcome at twelve weeks."""
    return Outcome("primary", measure, "", "12 weeks")


def codes(before: str, after: str) -> set[ChangeCode]:
    """What the comparison says of two primary outcomes."""
    return {change.code for change in compare([primary(before)], [primary(after)]).changes}


def answers(before: str, after: str) -> set[str]:
    """What is said of two versions of a record, and of a paper beside its record."""
    mine, theirs = [primary(before)], [primary(after)]
    published = judge_published(mine, theirs)
    assert published is not None
    return {judge_versions(mine, theirs).answer, published.answer}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("No recurrence of atrial fibrillation", "Recurrence of atrial fibrillation"),
        ("Proportion not requiring surgery", "Proportion requiring surgery"),
        ("Ventilator-free days", "Days on a ventilator"),
        ("Days alive without organ support", "Days with organ support"),
        ("Any adverse event", "Serious adverse events"),
        ("Symptomatic intracranial haemorrhage", "Any intracranial haemorrhage"),
        (
            "Number of participants with any adverse event",
            "Number of participants with treatment-related adverse events",
        ),
        ("Biopsy-proven acute rejection", "Acute rejection"),
    ],
)
def test_an_outcome_that_is_narrowed_or_denied_is_given_to_a_reader(before: str, after: str) -> None:
    for one, other in ((before, after), (after, before)):
        assert ChangeCode.MEASURE_CHANGED in codes(one, other)
        assert answers(one, other) == {"reader"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Freedom from seizures", "No seizures"),
        ("Number of patients with no pain", "Pain-free patients"),
        ("Serious adverse events (SAE)", "Number of participants with serious adverse events"),
        ("Treatment-related mortality", "Mortality related to treatment"),
        ("Relapse-free survival", "Relapse-free survival rate"),
    ],
)
def test_what_both_deny_or_narrow_is_the_same_measure(before: str, after: str) -> None:
    assert ChangeCode.MEASURE_CHANGED not in codes(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Overall survival in the intention-to-treat population", "Overall survival in the per-protocol population"),
        ("Asthma exacerbations in adults", "Asthma exacerbations in children"),
        ("PFS by blinded independent central review", "PFS by investigator assessment"),
        ("Incidence of stroke", "Prevalence of stroke"),
        ("Clinic systolic blood pressure", "24-hour ambulatory systolic blood pressure"),
        ("Time to improvement of symptoms", "Time to worsening of symptoms"),
    ],
)
def test_an_aspect_exchanged_is_a_change_of_one_outcome_and_never_held_unchanged(before: str, after: str) -> None:
    for one, other in ((before, after), (after, before)):
        assert ChangeCode.MEASURE_CHANGED in codes(one, other)
        assert ChangeCode.PRIMARY_REPLACED not in codes(one, other)
        assert "holds" not in answers(one, other)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Serum creatinine", "Urine creatinine"),
        ("Fatal stroke", "Non-fatal stroke"),
        ("Grip strength of the dominant hand", "Grip strength of the non-dominant hand"),
        ("Fat mass", "Fat-free mass"),
        ("Seroprotection against influenza A", "Seroprotection against influenza B"),
        ("Duration of response", "Time to response"),
        ("Pathological complete response", "Clinical complete response"),
    ],
)
def test_more_names_that_exclude_each_other(before: str, after: str) -> None:
    for one, other in ((before, after), (after, before)):
        assert codes(one, other) == {ChangeCode.PRIMARY_REPLACED}
        assert "holds" not in answers(one, other)


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ("Patients with HbA1c < 7.0%", "Patients with HbA1c below 7%", False),
        ("Patients with HbA1c < 7.0%", "Patients with HbA1c below 7", False),
        ("HIV RNA <50 copies/mL", "HIV RNA below 50 copies per mL", False),
        ("Serum urate below 0,36 mmol/L", "Serum urate < 0.36 mmol/l", False),
        ("HIV RNA < 1,000 copies/mL", "HIV RNA below 1000 copies/mL", False),
        ("HIV RNA < 1,000 copies/mL", "HIV RNA < 1 copies/mL", True),
        ("Patients with HbA1c < 7.0%", "Patients with HbA1c < 7.5%", True),
        ("HIV RNA <50 copies/mL", "HIV RNA below 200 copies per mL", True),
        ("Weight loss > 5%", "Weight loss > 5 kg", True),
    ],
)
def test_a_threshold_is_its_sign_number_and_unit_however_written(before: str, after: str, changed: bool) -> None:
    for one, other in ((before, after), (after, before)):
        assert (ChangeCode.THRESHOLD_CHANGED in codes(one, other)) is changed


@pytest.mark.parametrize("short", ["VO2peak", "VO2 peak"])
def test_oxygen_uptake_and_its_abbreviation_are_one(short: str) -> None:
    assert ChangeCode.PRIMARY_REPLACED not in codes("Peak oxygen uptake", short)


@pytest.mark.parametrize(
    ("title", "before", "after", "code"),
    [
        ("HbA1c", "Percentage with HbA1c below 7%", "Percentage with HbA1c below 6.5%", ChangeCode.THRESHOLD_CHANGED),
        ("Response", "At least 50% less of HAM-D", "At least 30% less of HAM-D", ChangeCode.THRESHOLD_CHANGED),
        ("Mortality", "All-cause mortality", "Cardiovascular mortality", ChangeCode.MEASURE_CHANGED),
        ("Pain", "Pain at rest on the VAS", "Pain on movement on the VAS", ChangeCode.MEASURE_CHANGED),
        ("Cognition", "Measured with MMSE", "Measured with MoCA", ChangeCode.MEASURE_CHANGED),
        ("Cure of vaginosis", "Judged by Amsel criteria", "Judged by Nugent score", ChangeCode.MEASURE_CHANGED),
        ("Infection", "Absence of infection", "Presence of infection", ChangeCode.MEASURE_CHANGED),
        (
            "Adverse events",
            "Number of participants with any adverse event",
            "Number of participants with a serious adverse event",
            ChangeCode.MEASURE_CHANGED,
        ),
    ],
)
def test_under_one_title_the_descriptions_say_what_is_measured(
    title: str, before: str, after: str, code: ChangeCode
) -> None:
    """A description names much, so that nothing is asked; but it is never said to hold."""
    for one, other in ((before, after), (after, before)):
        mine, theirs = ([Outcome("primary", title, text, "12 weeks")] for text in (one, other))
        comparison = compare(mine, theirs)
        assert code in {change.code for change in comparison.changes}
        assert all(pair.needs_reader for pair in comparison.pairs)
        published = judge_published(mine, theirs)
        assert published is not None
        assert {judge_versions(mine, theirs).answer, published.answer} == {"reader"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Pain on a scale from 0 to 10", "Pain on a scale from 0 to 10; higher scores are worse"),
        ("Percentage with HbA1c below 7.0%", "Percentage of participants with HbA1c < 7%"),
        ("The stress initiated by bowel cleansing", "The stress triggered by bowel cleansing"),
        ("Number of participants with serious adverse events", "Participants with a serious adverse event"),
    ],
)
def test_descriptions_in_other_words_are_no_other_measure(before: str, after: str) -> None:
    mine, theirs = ([Outcome("primary", "Outcome", text, "12 weeks")] for text in (before, after))
    assert compare(mine, theirs).severity.rank <= 1


@pytest.mark.parametrize(
    ("before", "after"),
    [("Percent change in LDL-C", "Absolute change in LDL-C"), ("Peak plasma level", "Time to peak plasma level")],
)
def test_another_metric_of_one_measure_is_never_held_unchanged(before: str, after: str) -> None:
    for one, other in ((before, after), (after, before)):
        assert ChangeCode.MEASURE_CHANGED in codes(one, other)
        assert "holds" not in answers(one, other)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ACQ-5", "Asthma Control Questionnaire 5"),
        ("CDR-SB", "Clinical Dementia Rating - Sum of Boxes"),
        ("Weight, lbs", "Weight in pounds"),
        ("Foetal loss", "Fetal loss"),
        ("Leukocytes", "White blood cells"),
        ("Platelets", "Thrombocytes"),
        ("High blood pressure", "Hypertension"),
    ],
)
def test_two_names_of_one_measure_raise_no_question(before: str, after: str) -> None:
    for one, other in ((before, after), (after, before)):
        assert ChangeCode.PRIMARY_REPLACED not in codes(one, other)
        assert "question" not in answers(one, other)
