"""The box above a timeline: at most six sentences, which claim nothing that the acts do not show."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorded_acts import recorded
from trialseal.ledger.acts import Act
from trialseal.report.trial.plain_words import plain_words
from trialseal.report.trial.timeline import timeline_html
from trialseal.report.trial.view import TimelineView

APRIL_30, DAY = 1_588_248_000, 86_400
PROTOCOL = {
    "endpoints": [
        {"id": "P1", "role": "primary", "measurement_variable": "Death from any cause"},
        {"id": "P2", "role": "primary"},
        {"id": "S1", "role": "secondary", "measure": "Pain"},
    ]
}
REGISTERED = recorded("TrialRegistered", number=1, time=APRIL_30)


def later(number: int, name: str, days: int, **members: Any) -> Act:
    return recorded(name, number=number, time=APRIL_30 + days * DAY, **members)


def test_promised_changed_and_reported() -> None:
    acts = [
        REGISTERED,
        later(2, "MilestoneRecorded", 4, milestone=1, date=20200503),
        later(3, "DocumentSealed", 30, kind=1, version=2),
        later(4, "DocumentSealed", 60, kind=1, version=3),
        later(5, "DocumentSealed", 300, kind=4, version=1),
        later(6, "ResultReported", 300, protocolVersion=3),
        later(7, "ResultReported", 300, protocolVersion=0),
    ]
    assert plain_words(acts, {1: PROTOCOL}, complete=True) == (
        "On 2020-04-30 a plan for this trial was sealed: its fingerprint was put on a chain.",
        "It would mainly measure “Death from any cause” and “P2”.",
        "The first participant joined on 2020-05-03, as the sponsor states.",
        "The plan was changed twice, on 2020-05-30 and 2020-06-29.",
        "Results were sealed on 2021-02-24; 1 result was not planned.",
        "No chain can tell whether what was sealed is true, or why something was changed.",
    )


def test_another_main_measure_is_named() -> None:
    """Who reads the box must not leave with the measure that was given up."""
    acts = [
        REGISTERED,
        later(2, "DocumentSealed", 30, kind=1, version=2),
        later(3, "DocumentSealed", 60, kind=1, version=3),
    ]
    pain = {"endpoints": [{"id": "S1", "role": "primary", "registry_words": {"measure": "Pain"}}]}
    changed = "The plan was changed twice, on 2020-05-30 and 2020-06-29"
    assert f"{changed}; since then it would mainly measure “Pain”." in plain_words(
        acts, {1: PROTOCOL, 3: pain}, complete=True
    )
    for plans in ({1: PROTOCOL, 2: pain}, {1: PROTOCOL, 3: PROTOCOL}, {3: pain}):
        assert f"{changed}." in plain_words(acts, plans, complete=True)


def test_results_are_sealed_by_an_act_for_each_endpoint() -> None:
    first, second = (later(number, "ResultReported", number, protocolVersion=1) for number in (40, 50))
    said = plain_words([REGISTERED, first, second], {}, complete=True)
    assert "Results were sealed on 2020-06-09." in said and "No results have been sealed so far." not in said


@pytest.mark.parametrize(
    ("enrolled", "words"),
    [
        (20200430, "The first participant joined on 2020-04-30, as the sponsor states."),
        (
            20200429,
            "The first participant joined on 2020-04-29, as the sponsor states: 1 day before the plan was sealed.",
        ),
        (20130930, "as the sponsor states: 2,404 days before the plan was sealed."),
        (20200400, "The first participant joined on 2020-04, as the sponsor states."),
        (20200300, "The first participant joined on 2020-03, as the sponsor states: before the plan was sealed."),
    ],
)
def test_a_plan_that_was_sealed_late_is_called_so(enrolled: int, words: str) -> None:
    said = plain_words([REGISTERED, later(2, "MilestoneRecorded", 9, milestone=1, date=enrolled)], {}, complete=True)
    assert any(words in one for one in said), said


def test_what_was_not_done_is_said_only_where_all_acts_are_seen() -> None:
    assert "No change of the plan was sealed." in plain_words([REGISTERED], {}, complete=True)
    assert "No results have been sealed so far." in plain_words([REGISTERED], {}, complete=True)
    assert len(plain_words([REGISTERED], {}, complete=False)) == 2
    assert plain_words([], {}, complete=True) == ()


def test_the_approval_is_said_with_the_changes() -> None:
    one = {"complete": True, "approved": "a party approved version 1 on 2020-05-01"}
    assert f"No change of the plan was sealed; {one['approved']}." in plain_words([REGISTERED], {}, **one)
    changed = [REGISTERED, later(2, "DocumentSealed", 30, kind=1, version=2)]
    assert f"The plan was changed once, on 2020-05-30; {one['approved']}." in plain_words(changed, {}, **one)


@given(kinds=st.lists(st.sampled_from(["plan", "results", "enrolled", "result"]), max_size=12), complete=st.booleans())
def test_never_more_than_six_sentences(kinds: list[str], complete: bool) -> None:
    made = {
        "plan": ("DocumentSealed", {"kind": 1, "version": 2}),
        "results": ("DocumentSealed", {"kind": 4, "version": 1}),
        "enrolled": ("MilestoneRecorded", {"milestone": 1, "date": 20200500}),
        "result": ("ResultReported", {"protocolVersion": 0}),
    }
    acts = [later(number, made[kind][0], number, **made[kind][1]) for number, kind in enumerate(kinds, 2)]
    assert len(plain_words([REGISTERED, *acts], {1: PROTOCOL, 2: PROTOCOL | {"endpoints": []}}, complete=complete)) <= 6


def test_a_page_on_which_nothing_is_certain_says_so_first() -> None:
    """What the terminal says of the block stands on the page, before everything else."""
    known = timeline_html(TimelineView("A trial", "", "", "", "", "complete", True, summary=("One.",)))
    assert 'class="complete holds"' in known
    open_ = TimelineView(
        "A trial", "", "", "", "", "complete", True, summary=("One.",), doubts=("Nobody.",), vouched=False
    )
    page = timeline_html(open_)
    assert 'class="complete undetermined"' in page and page.index("Nobody.") < page.index('class="plain"')


def test_the_box_stands_above_the_drawing_and_is_escaped() -> None:
    view = TimelineView("A trial", "", "", "", "", "", None, summary=("<b>One</b>.", "Two."))
    page = timeline_html(view)
    assert "&lt;b&gt;One" in page
    assert page.index('class="plain"') < page.index("<h2>Timeline")
