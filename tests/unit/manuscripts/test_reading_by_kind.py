"""Kinds of sentences, lists, tables and headings in which papers state outcomes: each on a text made up for it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialseal.manuscripts.model import Kind, Line, Manuscript
from trialseal.manuscripts.paper import Paper, read_paper
from trialseal.manuscripts.plain_text import read_plain
from trialseal.manuscripts.time_frames import time_frame


def paper(text: str) -> Paper:
    """A plain text as read."""
    return read_paper(read_plain(text.encode(), "paper.txt"))


def stated(*lines: str) -> list[tuple[str, str]]:
    """Roles and measures of lines under the heading Methods."""
    found = paper("\n".join(("Methods", *lines))).outcomes.outcomes
    return [(one.role, one.measure) for one in found]


def rows(*lines: tuple[str, Kind]) -> list[tuple[str, str, str]]:
    """Roles, measures and times of lines of given kinds under the heading Methods."""
    text = [Line("Methods", 1, kind="heading")]
    text += [Line(words, number, kind=kind, ends=True) for number, (words, kind) in enumerate(lines, 2)]
    found = read_paper(Manuscript("paper", "Word", tuple(text), "paragraph")).outcomes.outcomes
    return [(one.role, one.measure, one.time_frame) for one in found]


@pytest.mark.parametrize(
    ("sentence", "measure"),
    [
        ("The primary outcome was asthenia at week 4.", "asthenia at week 4"),
        ("The primary endpoint was ascites control.", "ascites control"),
        ("The primary outcome was alsobrookite uptake.", "alsobrookite uptake"),
        ("The primary outcome was thenar strength.", "thenar strength"),
        ("The primary outcome was isometric force.", "isometric force"),
        ("The primary outcome is theobromine clearance.", "theobromine clearance"),
        ("The primary outcome was improved walking at day 30.", "improved walking at day 30"),
    ],
)
def test_no_word_is_eaten_in_part(sentence: str, measure: str) -> None:
    assert stated(sentence) == [("primary", measure)]


@pytest.mark.parametrize(
    "sentence",
    [
        "The primary outcome was rated by two blinded nurses.",
        "The primary outcome was allocated by the board.",
        "The primary outcome was ascertained at home.",
        "The primary endpoint was improved by 3 points.",
        "The primary outcome was logged in a diary.",
        "The primary outcome, as defined in the protocol, was employed.",
        "We report the primary outcome of this study elsewhere.",
    ],
)
def test_what_was_done_with_an_outcome_is_no_outcome(sentence: str) -> None:
    assert stated(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "measures"),
    [
        ("The primary outcome was titre against mRNA-1273 at day 29.", ["titre against mRNA-1273 at day 29"]),
        ("The primary outcome was p53 status at week24.", ["p53 status at week24"]),
        (
            "Secondary outcomes were CD4 count, cortisol in nmol/l2, alpha2 antitrypsin and H1N1 titre.",
            ["CD4 count", "cortisol in nmol/l2", "alpha2 antitrypsin", "H1N1 titre"],
        ),
    ],
)
def test_digits_of_names_and_units_stay(sentence: str, measures: list[str]) -> None:
    assert [measure for _, measure in stated(sentence)] == measures


@pytest.mark.parametrize(
    ("sentence", "outcomes"),
    [
        # appositions
        ("Pain at rest, the primary outcome, was scored daily.", [("primary", "Pain at rest")]),
        ("Grip strength, our co-primary endpoint, was the best of three.", [("primary", "Grip strength")]),
        ("The trial could detect a 5% change in bone density, the primary outcome.",
         [("primary", "change in bone density")]),
        ("We measured stair climbing (primary outcome) and mood (secondary outcome).",
         [("primary", "stair climbing"), ("secondary", "mood")]),
        ("The primary outcome, sleep at 6 weeks, was self-reported.", [("primary", "sleep at 6 weeks")]),
        # roles
        ("The principal secondary outcome was fatigue.", [("secondary", "fatigue")]),
        ("The main secondary endpoint was cost.", [("secondary", "cost")]),
        ("Reaction time was the main cognitive outcome.", [("primary", "Reaction time")]),
        # verbs and names
        ("The primary outcome will include falls within 90 days.", [("primary", "falls within 90 days")]),
        ("The primary endpoint will be falls.", [("primary", "falls")]),
        ("The primary endpoint of the part 1/2 study was trough level.", [("primary", "trough level")]),
        ("The primary measure comparing drug to placebo was walking distance.", [("primary", "walking distance")]),
        ("The trial was powered on the primary endpoint of overall survival.", [("primary", "overall survival")]),
        ("Two primary outcome measures, namely gait speed and grip, were taken.",
         [("primary", "gait speed"), ("primary", "grip")]),
        ("Each score was summed and used as a primary end point.", [("primary", "Each score")]),
        ("For the primary outcome, we measured stride length.", [("primary", "stride length")]),
        ("The primary outcome (time to full recovery) was analysed last.", [("primary", "time to full recovery")]),
        ("The primary outcome, measured in the clinic, was stride length.", [("primary", "stride length")]),
        ("Primary outcomes were assessed at week 12 and included stride length and weight gain.",
         [("primary", "stride length"), ("primary", "weight gain")]),
        ("The two primary outcomes were incidence of falls and time to fracture.",
         [("primary", "incidence of falls"), ("primary", "time to fracture")]),
        ("The trial did not meet its primary endpoint of gain in height.", [("primary", "gain in height")]),
        ("We prespecified stride length as the primary outcome.", [("primary", "stride length")]),
        # composites stay whole
        ("The primary outcome was a composite of death, stroke or amputation.",
         [("primary", "composite of death, stroke or amputation")]),
        # lists
        ("Secondary outcomes were: (a) pain; (b) sleep, as (i) hours and (ii) quality; and (c) mood.",
         [("secondary", "pain"), ("secondary", "sleep, as (i) hours and (ii) quality"), ("secondary", "mood")]),
        ("Secondary outcomes were (1) pain at 6 weeks. (2) Cost in euros. (3) Death.",
         [("secondary", "pain at 6 weeks"), ("secondary", "Cost in euros"), ("secondary", "Death")]),
        # stray ends
        ("The primary outcome was endothelial function (assessed by vessel diameter [12]).",
         [("primary", "endothelial function")]),
        ("The primary outcome was weight at 6 months, and the secondary outcome was waist.",
         [("primary", "weight at 6 months"), ("secondary", "waist")]),
        ("The study had as its endpoint survival; \"The primary end point was 'mood'.\"", [("primary", "mood")]),
    ],
)  # fmt: skip
def test_forms_of_statements(sentence: str, outcomes: list[tuple[str, str]]) -> None:
    assert stated(sentence) == outcomes


def test_an_outcome_that_reads_like_another_is_kept() -> None:
    assert stated(
        "The primary outcome was change in waist at 6 months.",
        "A co-primary outcome was change in LDL at 6 months.",
        "A further primary outcome was change in LDL at 12 months.",
    ) == [
        ("primary", "change in waist at 6 months"),
        ("primary", "change in LDL at 6 months"),
        ("primary", "change in LDL at 12 months"),
    ]


def test_variables_and_aims_count_only_where_nothing_is_called_an_outcome() -> None:
    assert stated(
        "The primary outcome was falls.",
        "The primary variables in the model were age and sex.",
        "The primary variables of interest were salt and sugar.",
        "The primary aim was to compare two diets.",
        "The primary endpoints were efficacy and safety.",
    ) == [("primary", "falls")]
    assert stated("The primary variables in the regression model were age and sex.") == []
    found = paper("Methods\nThe primary aim was to compare two diets.").outcomes.outcomes
    assert [(one.kind, one.certain) for one in found] == [("aim", False)]


def test_outcomes_are_gathered_from_every_place() -> None:
    found = paper(
        "Abstract\nPrimary outcomes were falls and fractures.\nIntroduction\nFalls are common.\n"
        "Methods\nThe primary outcome was falls within 90 days.\nResults\nNone fell."
    ).outcomes
    assert [one.measure for one in found.outcomes] == ["fractures", "falls within 90 days"] or [
        one.measure for one in found.outcomes
    ] == ["falls within 90 days", "fractures"]
    assert [one.measure for one in found.elsewhere] == ["falls"]


def test_a_table_of_outcomes_is_read_row_by_row() -> None:
    assert rows(
        ("Role\tOutcome\tTime", "row"),
        ("Primary outcome\tFalls\tday 90", "row"),
        ("\tFractures\tday 180", "row"),
        ("Secondary outcomes\tMood\tweek 6", "row"),
        ("\tCost\t1 year", "row"),
    ) == [
        ("primary", "Falls", "day 90"),
        ("primary", "Fractures", "day 180"),
        ("secondary", "Mood", "week 6"),
        ("secondary", "Cost", "1 year"),
    ]


def test_a_row_that_spans_a_table_names_the_role_of_those_below() -> None:
    assert rows(
        ("Secondary outcomes", "row"),
        ("Mood\tquestionnaire\tweek 6", "row"),
        ("Sleep\tdiary\tweek 12", "row"),
    ) == [("secondary", "Mood", "week 6"), ("secondary", "Sleep", "week 12")]


def test_a_table_of_results_states_nothing() -> None:
    assert rows(("Primary outcome\t12 (4.5)\t13 (5.0)", "row"), ("\t3.1 ± 0.2\t3.0 ± 0.1", "row")) == []


def test_items_below_a_sentence_that_leads_to_them() -> None:
    assert rows(
        ("The secondary outcomes were the following.", "text"), ("Mood at 6 weeks", "item"), ("Cost", "item")
    ) == [("secondary", "Mood at 6 weeks", "at 6 weeks"), ("secondary", "Cost", "")]


@pytest.mark.parametrize("heading", ["M E T H O D S", "Met hods", "Meth ods", "Pati ents and Meth ods", "METHODS"])
def test_headings_whose_letters_are_spaced(heading: str) -> None:
    found = paper(f"A title\n\nIntro duction\n\nText.\n\n{heading}\n\nThe primary outcome was falls.\n").outcomes
    assert [one.section for one in found.outcomes] == ["methods"]


def test_the_last_word_of_a_sentence_is_no_heading() -> None:
    found = paper(
        "Methods\nDetails of the procedures and of all that was done are given in the Supplementary\nAppendix.\n"
        "The primary outcome was falls.\n"
    ).outcomes
    assert [(one.measure, one.section) for one in found.outcomes] == [("falls", "methods")]


def test_an_abstract_without_its_name_is_told_from_the_body() -> None:
    found = paper(
        "BACKGROUND\nFalls hurt.\nMETHODS\nThe primary outcome was falls.\nRESULTS\nNone fell.\nCONCLUSIONS\nGood.\n"
        "Falls are common.\nMethods\nDesign\nThe secondary outcome was cost.\nResults\nNone fell.\nDiscussion\nGood.\n"
    ).outcomes
    assert [(one.measure, one.section, one.certain) for one in found.outcomes] == [
        ("falls", "abstract", False),
        ("cost", "methods", True),
    ]


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("adults aged 18 years with pain at 12 weeks", "at 12 weeks"),
        ("asthma in children 6 to 12 years of age at week 52", "at week 52"),
        ("patients 65 years or older alive at day 30", "at day 30"),
        ("6-minute walk distance at month 3", "at month 3"),
        ("EQ-5D score at week12", "at week12"),
        ("pain over the past 7 days at visit 4", "at visit 4"),
        ("urine protein in a 24-hour urine at week 26", "at week 26"),
        ("measured every 2 weeks until week 8", "until week 8"),
    ],
)
def test_ages_and_how_often_are_no_time_of_measuring(text: str, when: str) -> None:
    assert time_frame(text) == when


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)


_PIECES = st.sampled_from(
    (
        "The primary outcome", "secondary end points", "were", "was", "will include", "pain", "asthma", "β2", "A\tB",
        "change in IL-6 (pg/ml2)", "at week12", ", and ", "; ", ". ", "(a) ", "(b) ", "1) ", "2) ", "composite of",
        "death, stroke or", "as measured by", "the SF-36 [12]", "Methods\n", "Results\n", "Abstract\n", "\n", "“x”",
        ", the primary outcome,", "(primary outcome)", "This", "main", "variables", "in the model", "to compare", ":",
        "– ", "co-primary", "(", ")", "every 2 weeks", "until week 8", "aged 12 years",
    )
)  # fmt: skip


@given(st.lists(_PIECES, max_size=40))
def test_whatever_is_quoted_stands_in_the_text_and_nothing_is_dropped(pieces: list[str]) -> None:
    text = " ".join(pieces)
    found = paper(text or "x")
    source = _bare(" ".join(line.text for line in found.manuscript.lines))
    for one in (*found.outcomes.outcomes, *found.outcomes.elsewhere):
        assert _bare(one.quote) in source
        for stretch in (one.measure, one.description, *one.time_frame.split("; ")):
            assert stretch in one.quote, (stretch, one.quote)
        assert one.measure == one.measure.strip()
    for statement in found.statements:
        assert all(_bare(part) in source for part in statement.quote.split(": "))


@pytest.mark.parametrize(
    ("text", "other"),
    [
        (
            "Methods\nFalls were counted.\nDiscussion\nThe drug is now tried again (ClinicalTrials.gov NCT01234567).",
            True,
        ),
        ("Methods\nA separate clinical trial (ClinicalTrials.gov NCT01234567) will compare two doses.", True),
        ("Methods\nThe trial was registered (ClinicalTrials.gov NCT01234567).", False),
        ("Methods\nFalls were counted.\nDiscussion\nIt works.\nTrial registration\nNCT01234567.", False),
        ("A title. NCT01234567.", False),
    ],
)
def test_a_number_that_only_another_trial_has_is_not_the_paper_s_own(text: str, other: bool) -> None:
    [found] = paper(text).numbers.found
    assert found.another_trials is other
    assert not (found.another_trials and found.likely_own)


def test_an_outcome_of_safety_is_told_as_one() -> None:
    found = paper(
        "Methods\nThe primary efficacy outcome was falls. The primary safety outcome was bleeding at 30 days."
    ).outcomes.outcomes
    assert [(one.role, one.measure, one.domain) for one in found] == [
        ("primary", "falls", ""),
        ("primary", "bleeding at 30 days", "safety"),
    ]
