"""Further forms in which papers state outcomes: counted, in brackets, in lists within lists, under sub-headings."""

from __future__ import annotations

import pytest

from trialseal.manuscripts.jats import read_jats
from trialseal.manuscripts.model import Kind, Line, Manuscript
from trialseal.manuscripts.outcome_sentences import StatedOutcome
from trialseal.manuscripts.paper import read_paper
from trialseal.manuscripts.plain_text import read_plain


def of(*lines: str) -> tuple[StatedOutcome, ...]:
    """The outcomes of lines under the heading Methods."""
    text = "\n".join(("Methods", *lines)).encode()
    return read_paper(read_plain(text, "paper.txt")).outcomes.outcomes


def stated(*lines: str) -> list[tuple[str, str]]:
    return [(one.role, one.measure) for one in of(*lines)]


def blocks(*lines: tuple[str, Kind]) -> list[tuple[str, str]]:
    """Roles and measures of lines of given kinds under the heading Methods."""
    text = [Line("Methods", 1, kind="heading")]
    text += [Line(words, number, kind=kind, ends=True) for number, (words, kind) in enumerate(lines, 2)]
    found = read_paper(Manuscript("paper", "Word", tuple(text), "paragraph")).outcomes.outcomes
    return [(one.role, one.measure) for one in found]


@pytest.mark.parametrize(
    ("sentence", "outcomes"),
    [
        # before the name
        ("Falls as the primary outcome were recorded by nurses.", [("primary", "Falls")]),
        ("Levels of zinc were quantified as secondary outcome at baseline.", [("secondary", "Levels of zinc")]),
        ("Thus the rate of falls should be the primary efficacy measure.", [("primary", "rate of falls")]),
        ("In this study, we examined the effect of salt and sugar on bone density, which was the primary outcome.",
         [("primary", "bone density")]),
        ("The diet was to reduce falls (primary outcome) and cost.", [("primary", "falls")]),
        ("Endpoints included the rate of response (score < 3.2; primary endpoint) at week 12.",
         [("primary", "rate of response")]),
        ("Following the assessment of comfort (primary outcome) the dentures were marked.", []),
        # behind it
        ("As one of the two primary outcomes, change in nasal score was measured at day 8.",
         [("primary", "change in nasal score")]),
        ("As a secondary outcome measure, this study measured sleep quality in hours.",
         [("secondary", "sleep quality in hours")]),
        ("The primary and secondary outcomes were activity and fitness, respectively.",
         [("primary", "activity"), ("secondary", "fitness")]),
        ("Primary outcomes of body weight, waist (in cm; at rest), and diet were assessed by telephone.",
         [("primary", "body weight"), ("primary", "waist (in cm; at rest)"), ("primary", "diet")]),
        ("The size was based on the primary outcome of the trial (grip strength).", [("primary", "grip strength")]),
        ("The margin of the primary outcome measure CES-D was set at 0.3.", [("primary", "CES-D")]),
        ("It was powered for a difference in the primary outcome walking speed, as measured by a treadmill.",
         [("primary", "walking speed")]),
        ("The other events as secondary outcomes (cough, fever and rash) that occurred were counted.",
         [("secondary", "cough"), ("secondary", "fever"), ("secondary", "rash")]),
        ("Blood was drawn for determining secondary endpoints including: zinc, iron and copper.",
         [("secondary", "zinc"), ("secondary", "iron"), ("secondary", "copper")]),
        ("The secondary outcomes were to determine the number of attempts and to record misplacement.",
         [("secondary", "number of attempts and to record misplacement")]),
        ("Endpoints were the rate of relapse as primary endpoint, and survival and safety as secondary endpoints.",
         [("primary", "rate of relapse"), ("secondary", "survival"), ("secondary", "safety")]),
        ("Speed of adding, a task on paper, was designated as the primary outcome measure based on earlier work.",
         [("primary", "Speed of adding, a task on paper")]),
        ("Secondary outcomes were evaluated using the MPQ and the CGI scale.",
         [("secondary", "MPQ"), ("secondary", "CGI scale")]),
        ("Secondary endpoints included change in score (CGI-I; key secondary endpoint) and sleep quality.",
         [("secondary", "change in score (CGI-I; key secondary endpoint)"), ("secondary", "sleep quality")]),
        ("The primary outcome, evaluated 6 months after the last operation (to allow for stages), was success.",
         [("primary", "success")]),
        ("The primary outcome was a binary variable, defined as a decrease in HbA1c.",
         [("primary", "decrease in HbA1c")]),
        ("The secondary outcomes were completion of the intervention and engagement with the tool.",
         [("secondary", "completion of the intervention"), ("secondary", "engagement with the tool")]),
        ("Secondary outcomes reported here were falls and serious adverse events.",
         [("secondary", "falls"), ("secondary", "serious adverse events")]),
        ("The primary outcome corresponding to the rate of drop-out was evaluated.", [("primary", "rate of drop-out")]),
        ("The primary outcome measures were the Berg Scale and the Timed Up and Go test.",
         [("primary", "Berg Scale"), ("primary", "Timed Up and Go test")]),
        ("Primary outcomes were change in weight and quality-adjusted life years (QALYs).",
         [("primary", "change in weight"), ("primary", "quality-adjusted life years (QALYs)")]),
        # what is none
        ("The limit for reaching the primary outcome was 30% of the patients.", []),
        ("At the main study’s endpoint, the second visit, participants were asked again.", []),
        ("Equality was demonstrated at month 3 (primary end point) by scale.", []),
        ("This was the primary outcome variable and it was assessed by a question.", []),
        ("The primary potential surrogate endpoints were growth and weight.", []),
        ("Power analysis for the primary hypothesis was based on a pilot study.", []),
        ("We analysed other, secondary outcomes of the model.", []),
        ("For this primary endpoint, a linear curve was seen.", []),
        ("Results for this secondary outcome are based on the whole data.", []),
        ("Since primary outcomes were based on week 20, changes over time were not used.", []),
        ("Primary analysis of endpoints was by intention to treat.", []),
        ("The main adverse outcome of diabetes is growth of the unborn.", []),
        ("It was to detect differences between groups in primary outcomes: two visits a week.", []),
        # lists
        ("Secondary outcomes were number, type, and site of lashes; and early, and late complications.",
         [("secondary", "number, type, and site of lashes"), ("secondary", "early, and late complications")]),
        ("Secondary outcomes were density at the spine (L1), hip, and wrist; and vitamin D in serum.",
         [("secondary", "density at the spine (L1), hip, and wrist"), ("secondary", "vitamin D in serum")]),
        ("Secondary outcomes were weight and tests of the blood including iron, zinc, and lead.",
         [("secondary", "weight and tests of the blood including iron, zinc, and lead")]),
        ("Secondary outcomes were changes to weeks 13, 26, 39, and 52 in memory.",
         [("secondary", "changes to weeks 13, 26, 39, and 52 in memory")]),
        ("Secondary outcomes were graft loss, and infectious and noninfectious complications.",
         [("secondary", "graft loss"), ("secondary", "infectious and noninfectious complications")]),
        ("Secondary outcomes were: serum zinc, soluble iron and copper; and plasma protein.",
         [("secondary", "serum zinc"), ("secondary", "soluble iron"), ("secondary", "copper"),
          ("secondary", "plasma protein")]),
        ("Secondary outcomes were growth; and outcomes of sedation, including waking time, recall, and cost.",
         [("secondary", "growth"), ("secondary", "outcomes of sedation, including waking time, recall, and cost")]),
        ("Secondary outcomes were abstinence at weeks 5, 10, 22, and 52 (no cigarettes) and cost in euros.",
         [("secondary", "abstinence at weeks 5, 10, 22, and 52 (no cigarettes)"), ("secondary", "cost in euros")]),
        ("Primary outcomes were quitting as told by ‘Have you, in 7 days, smoked?’ and cost in euros.",
         [("primary", "quitting as told by ‘Have you, in 7 days, smoked?"), ("primary", "cost in euros")]),
        ("Secondary outcomes were pulse, breath, and weight in kg and were told by the nurse.",
         [("secondary", "pulse"), ("secondary", "breath"), ("secondary", "weight in kg and were told by the nurse")]),
        ("Secondary outcomes were birth; bonding, and mood at 8 weeks; growth at 6 weeks, and vaccination at 4 months.",
         [("secondary", "birth"), ("secondary", "bonding"), ("secondary", "mood at 8 weeks"),
          ("secondary", "growth at 6 weeks"), ("secondary", "vaccination at 4 months")]),
        ("Secondary outcomes were rates of 20%, 50%, and 70% improvement; and safety.",
         [("secondary", "rates of 20%, 50%, and 70% improvement"), ("secondary", "safety")]),
        ("Primary outcomes were pain as measured by a numeric scale, a pain diary, and the Norfolk questionnaire.",
         [("primary", "pain")]),
        ("Secondary outcomes were cost, signs and symptoms and length of stay.",
         [("secondary", "cost"), ("secondary", "signs and symptoms"), ("secondary", "length of stay")]),
        ("All behavioural and physiological parameters were considered as secondary outcomes.",
         [("secondary", "behavioural and physiological parameters")]),
        ("The primary end-point was time to the first of the following: recurrence; a second cancer; or death.",
         [("primary", "time to the first of the following: recurrence; a second cancer; or death")]),
    ],
)  # fmt: skip
def test_further_forms(sentence: str, outcomes: list[tuple[str, str]]) -> None:
    assert stated(sentence) == outcomes


def test_a_sentence_that_counts_the_outcomes_names_them_all() -> None:
    assert stated(
        "The two primary outcomes were attendance at the clinic and low mood at birth.",
        "A primary outcome was visits to the midwife.",
    ) == [("primary", "attendance at the clinic"), ("primary", "low mood at birth")]


def test_the_outcome_stated_twice_with_its_time_turned_round_is_one() -> None:
    assert len(stated(
        "The primary endpoint was the difference in nasal score between baseline and 5 months.",
        "The primary endpoint was the difference in nasal score after five months.",
    )) == 1  # fmt: skip


def test_numbers_of_what_is_measured_keep_outcomes_apart() -> None:
    text = (
        "Abstract\nSecondary outcomes were ACR20 response, cost and pain.\nMethods\nSecondary outcomes were ACR50 "
        "response, cost and pain.\nResults\nNone.\n"
    )
    found = read_paper(read_plain(text.encode(), "paper.txt")).outcomes.outcomes
    assert [one.measure for one in found] == ["ACR20 response", "cost", "pain", "ACR50 response"]


def test_sub_headings_under_a_role_name_its_outcomes() -> None:
    assert blocks(
        ("Secondary outcomes", "heading"),
        ("Muscle strength", "heading"),
        ("Three trials were made.", "text"),
        ("Mood", "heading"),
        ("It was scored.", "text"),
        ("Statistical analysis", "heading"),
        ("Age", "heading"),
    ) == [("secondary", "Muscle strength"), ("secondary", "Mood")]


def test_an_item_alone_is_the_outcome_that_the_abstract_names() -> None:
    text = [
        Line("Abstract", 1, kind="heading"),
        Line("The primary outcome was blinded preference for dentures.", 2, ends=True),
        Line("Methods", 3, kind="heading"),
        Line("The primary outcome assessed was:", 4, ends=True),
        Line("Preference for the dentures of silicone after two weeks of wearing", 5, kind="item", ends=True),
    ]
    found = read_paper(Manuscript("paper", "Word", tuple(text), "paragraph")).outcomes.outcomes
    assert len(found) == 1


def test_an_article_s_body_without_a_heading_introduces() -> None:
    article = (
        b"<article><front><abstract><p>Short.</p></abstract></front><body><p>In others, the primary outcome was death."
        b"</p><sec><title>Methods</title><p>The primary outcome was falls.<sup><xref>1</xref>,<xref>2</xref></sup> "
        b"They were counted.</p></sec></body></article>"
    )
    found = read_paper(read_jats(article, "a.xml")).outcomes.outcomes
    assert [(one.measure, one.section, one.quote) for one in found] == [
        ("falls", "methods", "The primary outcome was falls.")
    ]
