"""What was promised and what was reported, as picture, box and choice of rows show it."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.rules.registry_cases import NUMBER, history, on, version

from trialseal.outcomes.model import Outcome
from trialseal.registries.history import RegistryOutcome
from trialseal.report.check.as_json import SCHEMA, as_json
from trialseal.report.check.page import check_html
from trialseal.report.check.query import query_text
from trialseal.report.check.report import Brought, check_view
from trialseal.report.check.view import CheckView, Lane
from trialseal.rules.trial_case import Report, TrialCase
from trialseal.rules.trial_catalogue import judge_trial

Stated = tuple[str, str, str]
DEATH, LATER = ("primary", "Death from any cause", "28 days"), ("primary", "Death from any cause", "90 days")
LIFE, WEIGHT = ("secondary", "Quality of life", "26 weeks"), ("secondary", "Body weight", "26 weeks")


def promoted(one: Stated) -> Stated:
    return ("primary", *one[1:])


def demoted(one: Stated) -> Stated:
    return ("secondary", *one[1:])


def viewed(first: list[Stated], last: list[Stated] | None, reported: list[Stated], **report: Any) -> CheckView:
    """A trial registered with some outcomes, changed to others during recruitment, reported with others again."""
    start = on("2020-01-15")
    listed = [
        version(number, date=day, start=start, outcomes=tuple(RegistryOutcome(r, m, "", t) for r, m, t in outcomes))
        for number, (day, outcomes) in enumerate(
            [("2019-12-01", first), *([("2021-05-01", last)] if last is not None else [])], 1
        )
    ]
    outcomes = tuple(Outcome(role, measure, "", when, source="page 2") for role, measure, when in reported)
    found = Report("paper.pdf", outcomes, numbers=(NUMBER,), searched=True, **report)
    case = TrialCase(as_of=date(2026, 1, 1), registry=history(*listed), reported=found)
    return check_view(case, judge_trial(case), Brought())


def lanes(view: CheckView) -> dict[str, Lane]:
    assert view.promised
    return {lane.words: lane for lane in view.promised.lanes}


def test_each_outcome_that_was_ever_primary_has_a_line_through_all_stages() -> None:
    view = viewed([DEATH, LIFE], [demoted(DEATH), promoted(LIFE)], [demoted(DEATH), promoted(LIFE), promoted(WEIGHT)])
    assert view.promised
    assert [one.name for one in view.promised.stages] == ["Registered first", "Registered last", "Reported"]
    assert [one.when for one in view.promised.stages] == ["2019-12-01", "2021-05-01", ""]
    found = lanes(view)
    assert found["Death from any cause"].standings == ("primary", "other", "other")
    assert found["Death from any cause"].steps == ("fails", "holds")
    assert found["Quality of life"].standings == ("other", "primary", "primary")
    assert found["Body weight"].standings == ("absent", "absent", "primary")
    assert found["Body weight"].steps[-1] == "fails"


def test_what_the_record_dropped_before_the_last_version_is_shown_too() -> None:
    view = viewed([DEATH, promoted(LIFE)], [promoted(LIFE)], [promoted(LIFE)])
    assert lanes(view)["Death from any cause"].standings == ("primary", "absent", "absent")
    assert lanes(view)["Quality of life"] == Lane("Quality of life", ("primary",) * 3, ("holds", "holds"))


def test_an_outcome_in_the_place_of_another_has_a_line_of_its_own() -> None:
    weight = promoted(WEIGHT)
    found = lanes(viewed([DEATH], None, [weight]))
    assert found["Death from any cause"].standings == ("primary", "absent")
    assert found["Body weight"].standings == ("absent", "primary")
    found = lanes(viewed([DEATH], [weight], [weight]))
    assert found["Death from any cause"].standings == ("primary", "absent", "absent")
    assert found["Body weight"].standings == ("absent", "primary", "primary")
    assert found["Body weight"].steps == ("fails", "holds")


def test_one_version_makes_two_stages_and_what_was_never_primary_is_left_out() -> None:
    view = viewed([DEATH, LIFE], None, [LATER, LIFE], submitted="2023-02-03")
    assert view.promised
    assert [(one.name, one.when) for one in view.promised.stages] == [
        ("Registered", "2019-12-01"),
        ("Reported", "2023-02-03"),
    ]
    assert list(lanes(view)) == ["Death from any cause"]
    assert viewed([LIFE], None, [LIFE]).promised is None


def test_outcomes_of_parts_that_the_report_is_not_about_are_in_no_line() -> None:
    other = ("primary", "Part B: viral load", "7 days")
    view = viewed([DEATH, other], [DEATH, other], [DEATH], parts=("part a",))
    assert list(lanes(view)) == ["Death from any cause"]


def test_the_picture_draws_a_full_dot_a_hollow_one_and_none_with_words_for_who_does_not_see_them() -> None:
    page = check_html(viewed([DEATH], [demoted(DEATH)], [promoted(WEIGHT)]))
    picture = page[page.index('class="promised"') : page.index('class="picture-key')]
    for standing in ("primary", "other", "absent"):
        assert f'class="stop {standing}"' in picture
    assert "in another role" in picture
    assert page.index('class="plain"') < page.index('class="promised"') < page.index("Outcomes, registered")


def test_a_long_list_is_drawn_in_part_and_says_so() -> None:
    many = [("primary", f"Concentration of substance {name}", "2 hours") for name in "ABCDEFGHIJKL"]
    page = check_html(viewed(many[:8], None, many[:8]))
    assert page.count('<div class="lane">') == 8
    page = check_html(viewed(many, None, many))
    assert page.count('<div class="lane">') == 1  # all look the same
    assert "and 11 more" in page


def test_the_page_and_its_json_say_the_same_of_promises() -> None:
    found = json.loads(json.dumps(as_json(viewed([DEATH], [LATER], [DEATH], stage="published"))))
    jsonschema.validate(found, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert found["stage"] == "published"
    assert found["promised"]["lanes"][0]["standings"] == ["primary"] * 3


# ----- the box -----

some = st.lists(st.sampled_from([DEATH, LATER, LIFE, promoted(LIFE), WEIGHT, promoted(WEIGHT)]), max_size=4)


@given(first=some, last=st.none() | some, reported=some, confirmed=st.booleans())
def test_the_box_has_at_most_six_sentences_and_ends_with_what_nobody_can_tell(
    first: list[Stated], last: list[Stated] | None, reported: list[Stated], confirmed: bool
) -> None:
    box = viewed(first, last, reported, confirmed=confirmed).summary
    assert 1 <= len(box) <= 6
    assert "Comparing texts cannot tell" in box[-1]
    assert all(re.fullmatch(r"[A-Z0-9].*[.”…]", one) for one in box)


@pytest.mark.parametrize(
    ("start", "words"),
    [("2019-12-02", ", before the first participant joined,"), ("2019-12-01", " the registry"),
     ("2019-11-30", ", after the first participant had joined,"), ("2019-12", " the registry")],
)  # fmt: skip
def test_the_box_says_whether_the_promise_came_first(start: str, words: str) -> None:
    outcomes = (RegistryOutcome(*DEATH[:2], "", DEATH[2]),)
    dated = [version(n, date=f"2019-12-0{n}", start=on(start), outcomes=outcomes) for n in (1, 2)]
    case = TrialCase(as_of=date(2026, 1, 1), registry=history(*dated))
    box = check_view(case, judge_trial(case), Brought()).summary
    assert box[0].startswith(f"On 2019-12-01{words}")


def test_the_box_counts_what_differs_and_what_a_person_must_read_and_says_when_nothing_changed() -> None:
    same = viewed([DEATH], None, [DEATH]).summary
    assert same[0].endswith("; what it said before 2019-12-01 was not looked at.")
    assert same[-1].startswith("Comparing texts cannot tell whether it was done")
    pressure = ("primary", "Systolic blood pressure", "12 weeks")
    composite = ("secondary", "Death, stroke or myocardial infarction", "12 months")
    mixed = viewed(
        [pressure, composite], None, [demoted(pressure), ("primary", "stroke within 12 months", "12 months")]
    )
    counts = Counter(row.answer for row in mixed.outcomes if row.primary)
    assert (counts["fails"], counts["undetermined"]) == (1, 1)
    assert mixed.summary[2] == (
        "1 main measurement differs, and no explanation was found; a person must read both texts to tell whether "
        "1 more changed."
    )
    assert mixed.summary[-1].startswith("Comparing texts cannot tell why")


# ----- the choice of rows -----


def test_rows_can_be_chosen_by_role_and_by_part() -> None:
    parts = [("primary", "Part A: viral load", "7 days"), ("secondary", "Part B: viral load", "7 days")]
    page = check_html(viewed([*parts, LIFE], None, [*parts, LIFE]))
    filters = re.findall(r'<input type="radio" name="(\w+)" [^>]*><span>([^<]+)', page)
    assert filters == [("Role", "all"), ("Role", "primary"), ("Role", "secondary"), ("Part", "all"), ("Part", "part a"),
                       ("Part", "part b"), ("Part", "no part named")]  # fmt: skip
    rows = [set(one.split()) for one in re.findall(r'<tr class="([^"]*of-roles[^"]*)"', page)]
    assert {frozenset(row & {"as-primary", "as-secondary", "in-part-0", "in-part-1", "in-part-2"}) for row in rows} == {
        frozenset({"as-primary", "in-part-1"}),
        frozenset({"as-secondary", "in-part-2"}),
        frozenset({"as-secondary", "in-part-0"}),
    }
    for kind in ("role-primary", "part-2", "part-0"):
        assert f'class="{kind}"' in page
        assert f".{kind}:checked" in page


def test_where_there_is_nothing_to_choose_no_choice_is_offered() -> None:
    assert "<input" not in check_html(viewed([DEATH], None, [DEATH]))


def test_a_role_that_differs_is_marked_and_not_the_whole_outcome() -> None:
    page = check_html(viewed([DEATH], None, [demoted(DEATH)]))
    assert "<mark>primary</mark>" in page
    assert "<mark>secondary</mark>" in page
    assert "<mark>Death" not in page


# ----- the head, and the letter by stage -----


def test_title_version_stage_and_date_of_the_manuscript_stand_on_top() -> None:
    view = viewed([DEATH], None, [LATER], title="Less salt", revision="R1", stage="submitted", submitted="2023-02-03")
    assert view.manuscript == "“Less salt”, paper.pdf, version R1, submitted 2023-02-03"
    page = check_html(view)
    assert page.index("Less salt") < page.index('class="headline"')
    assert viewed([DEATH], None, [LATER]).manuscript == "paper.pdf, its date not given"


def test_a_letter_about_a_published_paper_asks_for_no_manuscript() -> None:
    letters = {
        stage: query_text(viewed([DEATH], None, [LATER], stage=stage)) for stage in (None, "submitted", "published")
    }
    assert "manuscript" not in letters["published"].partition("Dear authors")[2]
    assert "correction" in letters["published"]
    assert "please say so in the manuscript" in " ".join(letters["submitted"].split())
    assert "The article says" in letters["published"]
    assert "correction" not in str(letters[None])


def test_a_question_about_versions_names_the_role_on_both_sides() -> None:
    letter = query_text(viewed([DEATH, promoted(LIFE)], [demoted(DEATH), LIFE], [demoted(DEATH), LIFE]))
    flat = " ".join(letter.split())
    assert "(1) The record says (NCT01234567, version 1 of 2019-12-01, primary outcome)" in flat
    assert "version 2 of 2021-05-01, secondary outcome)" in flat
