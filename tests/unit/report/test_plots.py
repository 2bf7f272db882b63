"""Plots that can be read by eye, by machine and by ear: one day, none, centuries; nothing that runs or loads."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from datetime import date
from itertools import pairwise

import pytest

from trialseal.report import plots
from trialseal.report.consent_plot import Series, drawn

NAMES = ("enrolled", "consented", "asked again", "withdrew", "fails", "undetermined")
SVG = "{http://www.w3.org/2000/svg}"


def series(**given: list[tuple[date, int]]) -> dict[str, Series]:
    pairs = {name: given.get(name, []) for name in NAMES}
    return {name: Series(tuple(d for d, _ in days), tuple(n for _, n in days)) for name, days in pairs.items()}


def words(svg: str) -> list[str]:
    return [one.text or "" for one in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_a_single_day_is_a_week_with_that_day_in_its_middle() -> None:
    svg = drawn(series(enrolled=[(date(2020, 5, 6), 8)], fails=[(date(2020, 5, 6), 1)]))
    said = words(svg)
    days = [one for one in said if one.startswith("2020-")]
    assert days[:7] == [f"2020-05-0{day}" for day in range(3, 10)]
    assert {"enrolled: 8", "withdrew: 0", "fails: 1", "participants"} <= set(said)
    assert svg.count("<circle") == 2  # what happened on one day is a dot, and a line from there on
    assert svg == drawn(series(enrolled=[(date(2020, 5, 6), 8)], fails=[(date(2020, 5, 6), 1)]))


def test_no_day_at_all() -> None:
    assert words(drawn(series())).count("no participant enrolled") == 1


@pytest.mark.parametrize("first", [date(1, 1, 1), date(2019, 12, 31), date(9999, 12, 31)])
@pytest.mark.parametrize("last", [date(1, 1, 1), date(2020, 2, 29), date(9999, 12, 31)])
def test_any_two_days_have_ticks_within_the_drawing_that_do_not_touch(first: date, last: date) -> None:
    across = plots.days_across([first, last])
    ticks = plots.day_ticks(*across, most=9)
    assert 1 <= len(ticks) <= 9
    assert all(across[0] <= one.at <= across[1] for one in ticks)
    assert all(one.at < other.at for one, other in pairwise(ticks))


@pytest.mark.parametrize("highest", [0, 1, 5, 6, 9, 10, 11, 99, 1_000, 123_456_789])
def test_counts_have_whole_ticks_up_to_the_highest(highest: int) -> None:
    ticks = plots.count_ticks(highest)
    assert ticks[0].at == 0 and ticks[-1].at >= max(1, highest) and len(ticks) <= 6
    assert len({one.at - other.at for one, other in pairwise(ticks)}) == 1


def test_a_plot_says_its_numbers_and_loads_and_runs_nothing() -> None:
    svg = drawn(series(enrolled=[(date(2020, 5, 6), 1_200), (date(2020, 7, 1), 1_234)]))
    root = ElementTree.fromstring(svg)
    title, about = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None and about is not None
    assert root.attrib["aria-labelledby"] == f"{title.attrib['id']} {about.attrib['id']}"
    assert "enrolled 1,234" in (about.text or "") and "from 2020-05-06 to 2020-07-01" in (about.text or "")
    assert not any(part in svg for part in ("<script", "href=", "url(", "@import"))
    assert "prefers-color-scheme: dark" in svg


def test_words_from_elsewhere_stay_words() -> None:
    key = plots.Key("good", '"><script>alert(1)</script>')
    svg = plots.picture("<b>", "&", 100, 50, [plots.bar(0, 0, 10, 10, key), plots.label(0, 0, "</text><a>")])
    assert "<script" not in svg and "<b>" not in svg and "<a>" not in svg
    ElementTree.fromstring(svg)
