"""What an 'and' joins, two outcomes or parts of one, and further statements: each on a text made up for it."""

from __future__ import annotations

import pytest

from trialseal.manuscripts.paper import read_paper
from trialseal.manuscripts.plain_text import read_plain


def stated(*lines: str) -> list[tuple[str, str]]:
    """Roles and measures of lines under the heading Methods."""
    found = read_paper(read_plain("\n".join(("Methods", *lines)).encode(), "paper.txt")).outcomes.outcomes
    return [(one.role, one.measure) for one in found]


def measures(*lines: str) -> list[str]:
    return [measure for _, measure in stated(*lines)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        # the second side ends in what is measured
        ("Secondary outcomes were the modified Calm Scale (CS) score and mortality.",
         ["modified Calm Scale (CS) score", "mortality"]),
        ("Secondary outcomes were length of stay and mortality.", ["length of stay", "mortality"]),
        ("Primary outcomes included levels of ferritin and lipid profile after 4 weeks.",
         ["levels of ferritin", "lipid profile after 4 weeks"]),
        # a number begins a name
        ("Primary outcomes were walking scores and 6 Minute Walking Distances (6MWD).",
         ["walking scores", "6 Minute Walking Distances (6MWD)"]),
        # several changes are several outcomes, one change may be one
        ("Primary outcomes were 12-month changes in weight and HbA1c.", ["12-month changes in weight", "HbA1c"]),
        ("Secondary outcomes were change in MAP and HR.", ["change in MAP and HR"]),
        # one noun at the end is that of both
        ("Secondary outcomes were the knee stiffness and function subscales.",
         ["knee stiffness and function subscales"]),
        ("Secondary outcomes were changes in creatinine and cystatin C concentrations.",
         ["changes in creatinine and cystatin C concentrations"]),
        ("Primary outcomes were titres against each of influenza A and B antigens.",
         ["titres against each of influenza A and B antigens"]),
        ("Primary outcomes were the frequencies of both relapse and remission.",
         ["frequencies of both relapse and remission"]),
        # within a list: each side has an abbreviation, an article and a phrase, or the same noun
        ("Secondary outcomes were response, overall survival (OS) and the profile of both groups, as well as cost.",
         ["response", "overall survival (OS)", "profile of both groups", "cost"]),
        ("Secondary outcomes were the number of bolus deliveries and bolus attempts, and the need for rescue.",
         ["number of bolus deliveries", "bolus attempts", "need for rescue"]),
        ("Secondary outcomes were number and site of metastases and survival.",
         ["number and site of metastases", "survival"]),
        # behind the last comma and 'and' of a list an 'and' stands lower
        ("Secondary outcomes were pain, sleep, and plaque area and composition at one year.",
         ["pain", "sleep", "plaque area and composition at one year"]),
        ("Secondary outcomes were pain, and postoperative complications and hospital stay.",
         ["pain", "postoperative complications", "hospital stay"]),
        ("Secondary outcomes were pain, child language, and function by the Day Scale, Teacher Form.",
         ["pain", "child language", "function by the Day Scale, Teacher Form"]),
        # one noun with a list of its own
        ("Primary outcomes were plasma concentrations of lumefantrine, artemether, and their sum.",
         ["plasma concentrations of lumefantrine, artemether, and their sum"]),
        ("Secondary outcomes were: visit costs, respiratory costs, i.e. care for wheeze, cough and croup; and diet.",
         ["visit costs", "respiratory costs, i.e. care for wheeze, cough and croup", "diet"]),
        ("Primary outcomes were hospital stay, operative duration, and postoperative complications.",
         ["hospital stay", "operative duration", "postoperative complications"]),
        ("Secondary outcomes were intraoperative, immediate, and late complications.",
         ["intraoperative, immediate, and late complications"]),
        ("Primary outcomes were levels of low mood, fear, pain, fatigue and sleep disturbances.",
         ["levels of low mood", "fear", "pain", "fatigue", "sleep disturbances"]),
        # as many as the sentence says
        ("The two primary endpoints were the scores for pain, distension, and flatus; and the ratings of bloating.",
         ["scores for pain, distension, and flatus", "ratings of bloating"]),
        ("The primary outcomes were recovery as measured by the Day Index (DI), an index of chores, and adherence.",
         ["recovery", "adherence"]),
        ("The primary outcome was low mood measured using the PHQ-9; a nine-item questionnaire.", ["low mood"]),
        ("The primary end-point included three parameters: pain at once, morphine and other drugs, and pain next day.",
         ["pain at once", "morphine and other drugs", "pain next day"]),
        ("Primary outcomes were Day Scale (old version) (DS) and Night Test (old) (NT) measured at weeks 0, 4, and 8.",
         ["Day Scale (old version) (DS)", "Night Test (old) (NT)"]),
        ("Primary outcomes were percentage changes in vigour, zest, the semenogram, and in the Sexual Health Form.",
         ["percentage changes in vigour", "zest", "semenogram", "Sexual Health Form"]),
        ("Secondary outcomes were pain, sleep, and the correlation between block time and the body mass index (BMI).",
         ["pain", "sleep", "correlation between block time and the body mass index (BMI)"]),
        # one is spoken of, and two of different kinds are named
        ("The primary outcome was the rate of cure and the time to relapse.", ["rate of cure", "time to relapse"]),
        ("The secondary end point was safety and quality of life (QOL).", ["safety", "quality of life (QOL)"]),
        ("Primary outcome was a change of urinary protein, albumin, and filtration rate (GFR).",
         ["change of urinary protein", "albumin", "filtration rate (GFR)"]),
        ("The primary outcome was a change of drug, dose, or clinic.", ["change of drug, dose, or clinic"]),
        ("The primary outcome was death and severe disability.", ["death and severe disability"]),
        # alternatives are one outcome, wherever they stand
        ("Secondary outcomes were death, stroke or myocardial infarction within 12 months.",
         ["death, stroke or myocardial infarction within 12 months"]),
        ("Secondary outcomes were death, stroke, or MI.", ["death, stroke, or MI"]),
        ("Secondary outcomes were death or stroke, whichever came first.", ["death or stroke, whichever came first"]),
        ("The secondary outcomes were death, stroke (clots and bleeds) or MI at 6 and 12 months.",
         ["death, stroke (clots and bleeds) or MI at 6 and 12 months"]),
        ("The secondary outcomes were cost; death, stroke or MI; and pain.", ["cost", "death, stroke or MI", "pain"]),
        ("Death, stroke or MI were the secondary outcomes.", ["Death, stroke or MI"]),
        ("Secondary outcomes were intake, quality of life or change in weight.",
         ["intake", "quality of life or change in weight"]),
    ],
)  # fmt: skip
def test_an_and_joins_two_outcomes_or_parts_of_one(sentence: str, expected: list[str]) -> None:
    assert measures(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("As secondary end points oxygenation, pneumonia, and fever were documented.",
         [("secondary", "oxygenation"), ("secondary", "pneumonia"), ("secondary", "fever")]),
        ("As a secondary outcome, we will reassess perceived benefits.", [("secondary", "perceived benefits")]),
        ("The primary outcomes were measured blood loss and fever.",
         [("primary", "measured blood loss"), ("primary", "fever")]),
        ("The primary outcome was continuous abstinence.", [("primary", "continuous abstinence")]),
        ("The primary outcome was: negative stool culture.", [("primary", "negative stool culture")]),
        ("The primary outcome was defined, prospectively, as growth of cells.", [("primary", "growth of cells")]),
        ("There were multiple secondary outcomes, including pain and fever.",
         [("secondary", "pain"), ("secondary", "fever")]),
        ("The following secondary endpoints were used to evaluate the effect of care: (1) pain; (2) cost.",
         [("secondary", "pain"), ("secondary", "cost")]),
        ("Low mood was the primary outcome measure assessed from T0–T6 using the form.", [("primary", "Low mood")]),
        ("The trial has a binary primary outcome, i.e. cure or not, and dimensional secondary outcomes.",
         [("primary", "cure or not")]),
        ("The study is powered if perceived stress is the primary outcome.", [("primary", "perceived stress")]),
        ("The outcomes described in both papers were secondary outcomes.", []),
        ("The parameters for the secondary end-point were: nausea, time of stay, and cost.",
         [("secondary", "nausea"), ("secondary", "time of stay"), ("secondary", "cost")]),
        ("Secondary outcomes included: (1) harm; (2) health; (3) primary and secondary health care use.",
         [("secondary", "harm"), ("secondary", "health"), ("secondary", "primary and secondary health care use")]),
        ("We calculated secondary outcomes from 24:00 to 08:00 hours.", []),
        ("From these primary measurements, the following outcome parameters were calculated: rate.", []),
        ("The aim was to examine the impact of practice alone on persistence (primary outcomes) and secondary"
         " psychosocial outcomes (enjoyment, intention).",
         [("primary", "persistence"), ("secondary", "enjoyment"), ("secondary", "intention")]),
        ("A gain was observed in secondary outcome measures, including sleep efficiency, sleep time, and mood.",
         [("secondary", "sleep efficiency"), ("secondary", "sleep time"), ("secondary", "mood")]),
        ("No difference was seen in any of the secondary outcomes, including sleep and mood.", []),
        ("To adjust for errors regarding the two secondary endpoints, Bonferroni correction was applied.", []),
        ("Mood is a main outcome in studies such as this.", []),
        ("Eligibility criteria, primary outcome and adverse events were checked.", []),
        ("If the primary outcome is binary a total of 120 patients are needed.", []),
    ],
)  # fmt: skip
def test_further_statements(sentence: str, expected: list[tuple[str, str]]) -> None:
    assert stated(sentence) == expected


def test_what_a_sample_size_names_counts_where_nothing_else_states_the_role() -> None:
    power = "The sample size was estimated using expected changes in gut flora as the primary outcome."
    assert stated(power) == [("primary", "expected changes in gut flora")]
    assert stated(power, "", "The primary outcome was stool frequency.") == [("primary", "stool frequency")]
    based = "The sample size was based on the primary outcome for the study, the Competency Tool, a validated score."
    assert stated(based) == [("primary", "Competency Tool")]


def test_a_role_told_alone_tells_that_of_the_next_sentence() -> None:
    text = (
        "– Primary variable:",
        "Stool frequency over 4 weeks.",
        "– Secondary variables:",
        "Consistency, pain, and cost.",
    )
    assert stated(*(line for one in text for line in (one, ""))) == [
        ("primary", "Stool frequency over 4 weeks"),
        ("secondary", "Consistency"),
        ("secondary", "pain"),
        ("secondary", "cost"),
    ]
