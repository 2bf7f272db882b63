"""What every page owes to eyes: contrast on light and dark screens, print that can be read, images without links."""

from __future__ import annotations

import re
from datetime import date
from importlib import resources

import pytest
from tests.unit.rules.registry_cases import history, on, version

from trialseal.report.check.page import check_html
from trialseal.report.check.report import Brought, check_view
from trialseal.report.trial.chart import timeline_svg
from trialseal.report.trial.view import TimelineEntry, TimelineView
from trialseal.rules.trial_case import TrialCase
from trialseal.rules.trial_catalogue import judge_trial

STYLES = (
    "trial/timeline.css",
    "check/check.css",
    "portfolio/portfolio.css",
    "summary/summary.css",
    "custody/custody.css",
)
WRITTEN = ("ink", "soft", "deep", "slate", "mid", "holds", "asked", "undetermined", "red", "amber", "sky", "teal",
           "blue", "violet")  # fmt: skip
GROUNDS = ("ground", "card", "mute", "quote", "pale", "warm")


def style(name: str) -> str:
    return resources.files("trialseal.report").joinpath(name).read_text(encoding="utf-8")


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", block))


def light_and_dark() -> list[dict[str, str]]:
    whole = style("trial/timeline.css")
    light = colours(whole[: whole.index("}")])
    dark = whole[whole.index("prefers-color-scheme: dark") :]
    return [light, light | colours(dark[: dark.index("}")])]


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * one for one in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """As WCAG 2.2 defines it; 4.5 is asked of ordinary text."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("screen", [0, 1], ids=["light", "dark"])
def test_text_stands_out_from_every_ground(screen: int) -> None:
    found = light_and_dark()[screen]
    for text in WRITTEN:
        for ground in GROUNDS[: 2 if text in ("amber", "sky", "teal", "blue", "violet", "red") else None]:
            assert contrast(found[text], found[ground]) >= 4.5, (text, ground)
    assert contrast(found["flag-ink"], found["flag"]) >= 4.5
    assert contrast(found["ink"], found["marked"]) >= 4.5
    for sign in ("holds", "asked", "undetermined", "slate"):
        assert contrast(found["on"], found[sign]) >= 4.5, sign


@pytest.mark.parametrize("name", STYLES)
def test_colours_of_text_are_named_so_that_a_dark_screen_has_its_own(name: str) -> None:
    rules = style(name)
    rules = rules[rules.index("* {") :] if name == STYLES[0] else rules
    screen = re.sub(r"@media screen and \(prefers-color-scheme: dark\) \{.*?\n\}\n", "", rules, flags=re.DOTALL)
    assert re.findall(r"^\s+color: #", screen, re.MULTILINE) == []


@pytest.mark.parametrize("name", STYLES)
def test_nothing_is_printed_smaller_than_eight_points(name: str) -> None:
    assert [size for size in re.findall(r"([0-9.]+)pt", " ".join(re.findall(r"font(?:-size)?:[^;]*", style(name))))
            if float(size) < 8] == []  # fmt: skip


def test_an_image_holds_no_links() -> None:
    acts = (TimelineEntry(1, "trial registered", "sponsor", 1_600_000_000, "protocol"),)
    drawn = timeline_svg(TimelineView("A trial", "", "", "", "", "", None, entries=acts), 700, "paper")
    assert "<a href" in drawn
    assert 'role="img"' not in drawn
    bare = (TimelineEntry(None, "submitted", "NCT01234567", 1_600_000_000, "registry", on_chain=False),)
    drawn = timeline_svg(TimelineView("A trial", "", "", "", "", "", None, entries=bare), 700, "paper")
    assert 'role="img"' in drawn
    assert "<a " not in drawn


def test_what_has_no_number_is_named_on_a_phone() -> None:
    bare = (
        TimelineEntry(None, "vouched for as sponsor by a ministry of health", "party", 1_600_000_000, "attestation"),
    )
    drawn = timeline_svg(TimelineView("A trial", "", "", "", "", "", None, entries=bare), 344, "phone")
    assert "vouched for as sponsor by" in re.sub(r"<title>.*?</title>", "", drawn)


@pytest.mark.parametrize("place", range(0, 101, 5))
def test_no_label_leaves_the_drawing(place: int) -> None:
    first, last = 1_500_000_000, 1_600_000_000
    ends = [TimelineEntry(None, "x", "", at, "registry", on_chain=False) for at in (first, last)]
    at = first + (last - first) * place // 100
    one = TimelineEntry(None, "w", "", at, "result", label="results first submitted 2024-02-09", on_chain=False)
    drawn = timeline_svg(TimelineView("A trial", "", "", "", "", "", None, entries=(*ends, one)), 344, "phone")
    for x, anchor, label in re.findall(
        r'class="label" x="([0-9.]+)"[^>]*text-anchor="(\w+)"[^>]*>\u2068(.*?)\u2069', drawn
    ):
        wide = len(label) * 12 * 0.53
        assert float(x) - (wide if anchor == "end" else 0) >= 0, label
        assert float(x) + (wide if anchor == "start" else 0) <= 344, label


def test_outcomes_stand_before_questions_and_the_timeline_last() -> None:
    case = TrialCase(as_of=date(2026, 1, 1), registry=history(version(start=on("2019-01-15"))))
    page = check_html(check_view(case, judge_trial(case), Brought()))
    assert page.index("What was checked, by item") < page.index("Timeline")
