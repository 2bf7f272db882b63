"""The page of an audit of sharing: what is asked first, a bar for each permit, and names that cannot imitate it."""

from __future__ import annotations

import re

import pytest
from tests.unit.sharing.sharing_trials import KEY, History, at, seconds

from trialseal.evidence.sharing import Recipient
from trialseal.report.share.page import sharing_html
from trialseal.report.share.permits import permit_lines
from trialseal.report.share.picture import MOST_ROWS
from trialseal.report.share.plain_words import plain_words
from trialseal.values import replace

NOW = 200


def page_of(history: History) -> str:
    return sharing_html(history.audit(), "<my-trial>", "block 7 of chain 1", seconds(NOW))


def titles(page: str) -> list[str]:
    return re.findall("<h2>(.*?)</h2>", page)


def named(history: History, name: str) -> None:
    keys = ({"recipient": KEY, "since": at(0), "until": at(400)},)
    known = {party.hex(): Recipient(name, keys, tuple(history.accredited[party])) for party in history.keys}
    history.more["recipients"] = known


def test_what_is_lawful_has_a_picture_and_no_question() -> None:
    history = History(3)
    page = page_of(history)
    assert titles(page) == [
        "Who may open what, until when", "The permits", "The packages", "What was asked", "What this does not show",
    ]  # fmt: skip
    assert "No open question." in page and "&lt;my-trial&gt;" in page and "<my-trial>" not in page
    assert "<script" not in page and "http" not in re.sub('xmlns="[^"]*"|http-equiv', "", page)
    stand = sum(not 0 < one.ended_at <= seconds(NOW) for one in history.permits)
    assert f"3 permits, of which {stand} stand" in page
    # A bar and a hand-over for each, on the wide and on the phone's picture; a green dot where data were destroyed.
    assert page.count('<rect class="area blue"') == 2 * stand
    assert page.count('<rect class="area open"') == 2 * (3 - stand)
    assert page.count('<circle class="dot ink"') == 6
    assert page.count('<circle class="dot good"') == 2 * (3 - stand)


@pytest.mark.parametrize(
    ("permits", "until", "sentence"),
    [
        (0, 0, "No permit to open data of this trial was found on the chain."),
        (1, 300, "On 2026-07-24 it still counts."),
        (1, 100, "On 2026-07-24 it counts no longer."),
        (2, 300, "On 2026-07-24, 2 of them still count."),
        (2, 100, "On 2026-07-24, none of them still counts."),
    ],
)
def test_the_box_says_how_many_permits_count(permits: int, until: int, sentence: str) -> None:
    history = History(max(permits, 1))
    history.permits = [replace(one, until=seconds(until)) for one in history.permits[:permits]]
    audit = history.audit()
    said = plain_words(audit, permit_lines(audit, seconds(NOW)), seconds(NOW))
    assert sentence in said and len(said) <= 6
    assert ("2 hand-overs are" if permits == 2 else "1 hand-over is") + " on record in the streams given." in said


def test_questions_come_first_and_their_hand_overs_are_seen() -> None:
    history = History(2)
    permit = history.permits.pop(0)
    history.withdraws(3, day=90, reach="sharing")
    del history.documents[history.permits[0].document.hex()]
    page = page_of(history)
    assert titles(page)[0] == "What is to be asked" and titles(page)[4] == "What cannot be determined"
    assert page.index("Did a permit for this package stand") < page.index("Who may open what, until when</h2>")
    assert page.count('<circle class="dot bad"') == 2 and "without a permit on the chain" in page
    assert "not shown" in page and '<rect class="area medium"' in page
    assert permit.document.hex() not in page


def test_a_withdrawn_permit_is_told_from_one_that_ended() -> None:
    history = History(1)
    history.permits[0] = replace(history.permits[0], until=seconds(300))
    assert "<td>until 2026-10-31</td>" in page_of(history)
    history.permits[0] = replace(history.permits[0], withdrawn_at=seconds(100))
    assert "<td>withdrawn 2026-04-15</td>" in page_of(history)
    history.permits[0] = replace(history.permits[0], until=seconds(99))
    assert "<td>ended 2026-04-13</td>" in page_of(history)
    history.permits[0] = replace(history.permits[0], until=seconds(99) + 60)
    assert "ended 2026-04-14 00:01 UTC</td>" in page_of(history)


@pytest.mark.parametrize(("until", "arrows"), [(NOW + 366, 0), (NOW + 367, 1), (5000, 1), (None, 1)])
def test_a_bar_that_is_not_drawn_to_its_end_goes_on(until: int | None, arrows: int) -> None:
    history = History(1)
    history.permits[0] = replace(history.permits[0], until=seconds(until) if until else 0, withdrawn_at=0)
    drawn = re.findall(r'<path class="area blue" d="M([0-9.]+) [0-9.]+l12 10l-12 10z"/>', page_of(history))
    assert len(drawn) == 2 * arrows  # on wide screens and on phones


def test_names_are_escaped_and_not_taken_for_ours() -> None:
    history = History(2)
    named(history, 'a party that calls itself "<b>0 open questions</b>"')
    page = page_of(history)
    assert "<b>" not in page and "&lt;b&gt;" in page and "calls itself" in page


def test_many_permits_are_drawn_up_to_a_number_and_listed_all() -> None:
    history = History(1)
    history.permits *= MOST_ROWS + 1
    page = page_of(history)
    assert page.count("<rect class=") == 2 * MOST_ROWS
    assert f"The first {MOST_ROWS} are drawn" in page and page.count("<td>2026-") >= MOST_ROWS + 1


def test_nothing_shared_is_a_page_too() -> None:
    history = History(0)
    page = page_of(history)
    assert "<h1>0 permits; 0 hand-overs</h1>" in page and "<svg" not in page
