"""Lists that belong to one outcome, and sentences that name none: each on a text made up for it."""

from __future__ import annotations

import pytest

from trialseal.manuscripts.model import Kind, Line, Manuscript
from trialseal.manuscripts.paper import read_paper
from trialseal.manuscripts.plain_text import read_plain


def stated(*lines: str) -> list[tuple[str, str]]:
    """Roles and measures of lines under the heading Methods."""
    found = read_paper(read_plain("\n".join(("Methods", *lines)).encode(), "paper.txt")).outcomes.outcomes
    return [(one.role, one.measure) for one in found]


def measures(sentence: str) -> list[str]:
    """The measures of one sentence."""
    return [measure for _, measure in stated(sentence)]


def rows(*lines: tuple[str, Kind]) -> list[tuple[str, str]]:
    """Roles and measures of paragraphs, items and rows under the heading Methods."""
    text = [Line("Methods", 1, kind="heading")]
    text += [Line(words, number, kind=kind, ends=True) for number, (words, kind) in enumerate(lines, 2)]
    found = read_paper(Manuscript("paper", "Word", tuple(text), "paragraph")).outcomes.outcomes
    return [(one.role, one.measure) for one in found]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        # an instrument's name holds commas and an 'and'
        ("Secondary outcomes were the Hip, Knee and Ankle Score (HKAS), stiffness, and cost.",
         ["Hip, Knee and Ankle Score (HKAS)", "stiffness", "cost"]),
        ("Secondary outcomes were sleep, and mood, assessed with the Calm and Cheer Scale.", ["sleep", "mood"]),
        ("Secondary outcomes were vigour and the Calm and Cheer Rating Scale.",
         ["vigour", "Calm and Cheer Rating Scale"]),
        ("Primary outcomes were restlessness, as rated by a clinician's checklist and a computerized reaction test.",
         ["restlessness"]),
        # aspects of one thing
        ("Secondary outcomes were the nature, frequency, and severity of falls; and cost.",
         ["nature, frequency, and severity of falls", "cost"]),
        ("Primary outcomes were the onset and duration of block and time to first request.",
         ["onset and duration of block", "time to first request"]),
        ("Secondary outcomes were site, width, and depth of the wound; and pain.",
         ["site, width, and depth of the wound", "pain"]),
        # numbers and times that go on
        ("Secondary outcomes were changes from baseline to weeks 4, 8, and 12 in weight and waist.",
         ["changes from baseline to weeks 4, 8, and 12 in weight and waist"]),
        ("Secondary outcomes were time with glucose below 3·5 mmol/L, 3·0 mmol/L in sleep, and 2·5 mmol/L; and dose.",
         ["time with glucose below 3·5 mmol/L, 3·0 mmol/L in sleep, and 2·5 mmol/L", "dose"]),
        ("Primary outcomes were response rates at 0–24, 24–72, and 0–72 h after surgery.",
         ["response rates at 0–24, 24–72, and 0–72 h after surgery"]),
        # a definition's list, and one behind a colon
        ("Secondary outcomes included major events defined as death, bypass, amputation, and thrombosis.",
         ["major events"]),
        ("Secondary outcomes were mood; symptoms in ten domains: apathy, elation, and anger; and cost.",
         ["mood", "symptoms in ten domains: apathy, elation, and anger", "cost"]),
        ("The primary outcome was gain on a scale of 2 items: (1) trust, and (2) insight.",
         ["gain on a scale of 2 items: (1) trust, and (2) insight"]),
        ("Secondary outcomes were the following: toxicity, particularly of the skin, and fatigue.",
         ["toxicity, particularly of the skin", "fatigue"]),
        ("Primary outcomes were pressures in neutral, flexed, and left positions.",
         ["pressures in neutral, flexed, and left positions"]),
        ("Secondary outcomes were parent-rated, structured interviews, and cost.",
         ["parent-rated, structured interviews", "cost"]),
        ("Secondary outcomes were growth and test scores of cognitive, motor, and language skills.",
         ["growth", "test scores of cognitive, motor, and language skills"]),
        ("Secondary outcomes were revision based on signs of pain, a positive test, or narrowing, and cost.",
         ["revision based on signs of pain, a positive test, or narrowing", "cost"]),
        ("Secondary outcomes were deaths due to asphyxia, prematurity, and sepsis, and the stillbirth rate.",
         ["deaths due to asphyxia, prematurity, and sepsis", "stillbirth rate"]),
        ("Primary outcomes were growth and the development of mild, moderate and severe decline.",
         ["growth", "development of mild, moderate and severe decline"]),
        ("Secondary outcomes were change in MAP and HR.", ["change in MAP and HR"]),
        # two outcomes
        ("Primary outcomes were health improvement and QOL.", ["health improvement", "QOL"]),
        ("Secondary outcomes were OS and relapse-free survival (RFS).", ["OS", "relapse-free survival (RFS)"]),
        ("Secondary outcomes were the Knee Score (KS) and Form 36 (SF-36) at 1, 3, and 6 months.",
         ["Knee Score (KS)", "Form 36 (SF-36) at 1, 3, and 6 months"]),
        ("Primary outcomes were effectiveness and cost-effectiveness (see below).",
         ["effectiveness", "cost-effectiveness (see below)"]),
        ("Primary outcomes were prevalence of anaemia and muscular strength.",
         ["prevalence of anaemia", "muscular strength"]),
        ("Secondary outcomes were vigour and quality of life.", ["vigour", "quality of life"]),
        ("The secondary outcomes were to determine speed, overall success, and to record misplacement.",
         ["speed", "overall success", "misplacement"]),
        ("Secondary outcomes were change in plaque, bleeding and other side effects.",
         ["change in plaque", "bleeding", "other side effects"]),
        ("Secondary outcomes were the Growth Inventory and the Assessment of Quality of Life.",
         ["Growth Inventory", "Assessment of Quality of Life"]),
        ("Secondary outcome measures were; the time to relapse and the rate of admission.",
         ["time to relapse", "rate of admission"]),
        ("Secondary outcomes were mood, weight and so on.", ["mood", "weight"]),
    ],
)  # fmt: skip
def test_what_belongs_to_one_outcome_stays_with_it(sentence: str, expected: list[str]) -> None:
    assert measures(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Relief of pain, as assessed by a diary, was used as the primary outcome.", ["Relief of pain"]),
        ("The capture rate, defined as a fair threshold, was recorded as the primary end point.", ["capture rate"]),
        ("Low spirits (Mood Index; MI-II) were assessed as a primary outcome.", ["Low spirits (Mood Index; MI-II)"]),
        ("Fatigue was self-assessed using the Vigour Checklist (primary outcome) at home.", ["Fatigue"]),
        ("The sample size was based on grip strength, which was the primary outcome.", ["grip strength"]),
        ("The sample was based on a survey where grip strength was the primary outcome.", ["grip strength"]),
        ("Walking (our proposed primary outcome for the full trial) is the cornerstone of care.", ["Walking"]),
        ("Secondary efficacy variables analysed at week 12 included stiffness and fatigue.", ["stiffness", "fatigue"]),
        ("The primary outcome was recall; self-reported data were not used.", ["recall"]),
        ("The primary outcome was steps per day of MVPA; gait speed was a secondary outcome.",
         ["steps per day of MVPA", "gait speed"]),
        ("The primary outcome, i.e. the share of patients with anaemia, was rare.", ["share of patients with anaemia"]),
        ("The primary outcome was healing, where healing was defined as closure of the wound.", ["healing"]),
        ("The primary endpoints of pain, itch and sleep were analysed with a mixed model.", ["pain", "itch", "sleep"]),
        ("Secondary outcomes, such as nausea, itch and cost, were also appraised.", ["nausea", "itch", "cost"]),
        ("The primary outcome studied was the expulsion rate.", ["expulsion rate"]),
        ("Bone fill and gum recession were considered secondary outcome variables.", ["Bone fill", "gum recession"]),
        ("The trial had the primary endpoint to determine the dose that is tolerated.", ["dose that is tolerated"]),
        ("It changed no secondary outcome measures such as index, intake or allodynia.",
         ["index", "intake or allodynia"]),
        ("The primary outcome was failure by day 28, although a subset of the third arm was followed until day 42.",
         ["failure by day 28"]),
        ("The power was calculated considering infections as primary outcome.", ["infections"]),
        ("We compared secondary outcomes of gait, sleep (in hours) and grip.", ["gait", "sleep (in hours)", "grip"]),
        ("The study was powered on the primary outcome of observed behaviour (Baker et al.).", ["observed behaviour"]),
        ("Main outcome measures. Weight, and self-reported steps.", ["Weight", "self-reported steps"]),
        ("The primary outcome was gait by the MPQ (17), in metres.", ["gait by the MPQ (17), in metres"]),
        ("Secondary outcomes were the MPQ (17), pain [3, 4], and the mood score (MS)20.",
         ["MPQ", "pain", "mood score (MS)"]),
        ("The primary outcome was the sum of scores (0–10).", ["sum of scores (0–10)"]),
        ("The primary outcome was closure with vitamin C. The trial was small.", ["closure with vitamin C"]),
    ],
)  # fmt: skip
def test_the_outcome_is_found_where_the_sentence_tells_it(sentence: str, expected: list[str]) -> None:
    assert measures(sentence) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "Main outcomes were defined as follows.",
        "All secondary endpoints were only exploratory.",
        "Several secondary outcome measures were also taken.",
        "The primary outcome measure was constructed based on guidelines.",
        "For secondary continuous endpoints, we used the Wilcoxon rank sum test and report the mean difference.",
        "We compared the main factors which affect outcomes in both groups including age and sex.",
        "The first coprimary outcome was conditional on survival, whereas the second coprimary outcome was not.",
        "The primary outcomes were twice as good after ten years.",
        "The estimate was based on two similar trials, in which fatigue was the primary outcome.",
        "The secondary endpoints, with the exception of cost, were analysed by logistic regression.",
    ],
)
def test_a_sentence_that_names_no_outcome_gives_none(sentence: str) -> None:
    assert measures(sentence) == []


def test_an_item_that_goes_on_over_sentences_is_one_outcome() -> None:
    assert rows(
        ("Secondary outcomes include:", "text"),
        ("Grip strength, which will be measured on both sides. The mean of three is taken. It ends at week 6.", "item"),
        ("Cost. Wages are counted too.", "item"),
    ) == [("secondary", "Grip strength"), ("secondary", "Cost")]


def test_a_list_that_defines_a_composite_is_not_its_outcomes() -> None:
    assert rows(
        ("The primary outcome was treatment success, which required all of the following:", "text"),
        ("No further surgery.", "item"),
        ("A gain of two points.", "item"),
    ) == [("primary", "treatment success, which required all of the following")]


def test_the_heading_of_a_tables_column_is_no_outcome() -> None:
    assert rows(
        ("Primary endpoints\tDefinition and assessment", "row"),
        ("Bleeding\tBlood loss that needs surgery", "row"),
        ("Secondary endpoints\tDefinition and assessment", "row"),
        ("Hospital stay\tDays until discharge", "row"),
    ) == [("primary", "Bleeding"), ("secondary", "Hospital stay")]


def test_under_a_heading_what_was_measured_counts_and_not_how_it_was_analysed() -> None:
    assert rows(
        ("Secondary outcomes", "heading"),
        ("Responder rates were compared with a logistic regression, with age, sex and centre as covariates.", "text"),
    ) == []  # fmt: skip
    assert rows(
        ("Primary outcome", "heading"),
        ("The Calm Questionnaire (CQ) was used to assess serenity.", "text"),
    ) == [("primary", "serenity")]
    assert rows(
        ("E. Secondary Outcome Measures", "heading"),
        ("Levels of ferritin were measured by a local laboratory.", "text"),
    ) == [("secondary", "Levels of ferritin")]


def test_the_outcome_is_told_once_though_two_places_differ_in_their_words() -> None:
    assert (
        len(
            stated(
                "The primary outcome was individual success in walking unaided.",
                "The prespecified primary endpoint was overall success, a stride of one metre in a corridor.",
            )
        )
        == 1
    )


def test_the_outcomes_of_a_parent_trial_give_way_to_the_papers_own() -> None:
    assert stated(
        "The primary outcome of the parent trial was fractures.",
        "In this substudy, the primary outcome was vitamin level.",
    ) == [("primary", "vitamin level")]
    assert stated("The primary outcome of the parent trial was fractures.") == [("primary", "fractures")]
