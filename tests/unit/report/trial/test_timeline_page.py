"""The page is well-formed, harmless whatever its words are, and draws what it is given."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialseal.report.trial.chart import MAX_DRAWN, MAX_LABELLED, timeline_svg
from trialseal.report.trial.timeline import Category, Period, ShownVerdict, TimelineEntry, TimelineView, timeline_html

START = 1_588_000_000
DAY = 86_400
VOID = {"meta", "br", "wbr", "link", "img", "input", "hr"}


class Page(HTMLParser):
    """Checks that every tag is closed by its own, and gathers what there is."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    def attributes(self, tag: str, name: str) -> list[str]:
        return [value for found, attrs in self.tags if found == tag and (value := attrs.get(name)) is not None]


def view(**changed: Any) -> TimelineView:
    values: dict[str, Any] = {
        "title": "A trial", "trial": "3f" * 32, "sponsor": "Sponsor", "sponsor_id": "77" * 32,
        "chain": "devnet 31337: the operator sets the clock", "completeness": "complete: 3 acts", "complete": True,
    }  # fmt: skip
    return TimelineView(**{**values, **changed})


def entry(number: int | None = 1, day: float = 0, category: Category = "milestone", **changed: Any) -> TimelineEntry:
    values: dict[str, Any] = {"words": "what was done", "who": "Sponsor", "label": "label"}
    return TimelineEntry(number=number, time=int(START + day * DAY), category=category, **{**values, **changed})


def svg(shown: TimelineView, width: int = 1096) -> ElementTree.Element:
    return ElementTree.fromstring(timeline_svg(shown, width, "test"))


def test_everything_that_is_given_is_shown() -> None:
    shown = view(
        registry_ids=("NCT04368728",),
        notices=("the companies sealed nothing; the clock was set by hand",),
        entries=(
            entry(1, declared="2020-04-20", mark="sealed 7 days late", details=(("digest", "ab" * 32),)),
            entry(None, 1, "attestation", words="approved by the committee"),
        ),
        periods=(Period("enrolment, phase-1", "2020-04-20"),),
        verdicts=(ShownVerdict("results.json", "results.json is what was sealed", "holds"),),
    )
    html = timeline_html(shown)
    for words in (
        "A trial", "NCT04368728", "3f" * 32, "77" * 32, "Sponsor", "the operator sets the clock",
        "complete: 3 acts", "the companies sealed nothing", "what was done", "sealed 7 days late", "ab" * 32,
        "approved by the committee", "results.json is what was sealed", "1 act · 1 attestation",
        "does not replace registration", "only as good as those who run the chain",
    ):  # fmt: skip
        assert words in html, words


def test_the_page_needs_nothing_from_elsewhere() -> None:
    page = Page(timeline_html(view(entries=(entry(), entry(2, 5)), notices=("n",))))
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "link", "img", "iframe", "object", "form", "base"}
    assert all(href.startswith("#act-") for href in page.attributes("a", "href"))
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    assert "default-src 'none'" in (page.attributes("meta", "content")[1])


def test_marks_lead_to_their_rows() -> None:
    page = Page(timeline_html(view(entries=(entry(1), entry(2, 3), entry(None, 4, "attestation")))))
    assert set(page.attributes("a", "href")) == {"#act-1", "#act-2"}
    assert page.attributes("tr", "id") == ["act-1", "act-2"]


HOSTILE = '</style></title><script>alert("1")</script><img src=x onerror=alert(1)>&amp;\x00\x1b\u202egnp.exe\ud800'


def test_hostile_words_stay_words() -> None:
    shown = view(
        title=HOSTILE,
        sponsor=HOSTILE,
        trial=HOSTILE,
        sponsor_id=HOSTILE,
        chain=HOSTILE,
        completeness=HOSTILE,
        registry_ids=(HOSTILE,),
        notices=(HOSTILE,),
        entries=(
            entry(
                words=HOSTILE, who=HOSTILE, label=HOSTILE, mark=HOSTILE, declared=HOSTILE, details=((HOSTILE, HOSTILE),)
            ),
        ),
        periods=(Period(HOSTILE, "2020", HOSTILE), Period(HOSTILE, HOSTILE)),
        verdicts=(ShownVerdict(HOSTILE, HOSTILE, "fails"),),
    )
    html = timeline_html(shown)
    html.encode()  # half a surrogate pair would not pass
    page = Page(html)
    assert not {tag for tag, _ in page.tags} & {"script", "img"}
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e]", html)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.text(max_size=60), st.integers(0, 2**33), st.sampled_from([None, "2020", "x"])), max_size=8)
)
def test_any_words_and_times_give_a_well_formed_page(rows: list[tuple[str, int, str | None]]) -> None:
    entries = tuple(
        TimelineEntry(n, words, words, time, "result", declared, words)
        for n, (words, time, declared) in enumerate(rows, 1)
    )
    html = timeline_html(view(title=rows[0][0] if rows else "", entries=entries))
    Page(html)
    html.encode()


@pytest.mark.parametrize("entries", [(), (entry(),), tuple(entry(n, 0) for n in range(1, 40))])
def test_none_one_or_all_at_once_can_be_drawn(entries: tuple[TimelineEntry, ...]) -> None:
    Page(timeline_html(view(entries=entries)))


def test_marks_stand_in_the_order_of_time_and_inside_the_drawing() -> None:
    drawn = svg(view(entries=tuple(entry(n, 30 * n, "protocol") for n in range(1, 6))))
    at = [float(circle.get("cx", "nan")) for circle in drawn.iter("circle")]
    assert at == sorted(at)
    gaps = [b - a for a, b in pairwise(at)]
    assert max(gaps) - min(gaps) < 0.2  # equal times apart, equal distances
    assert 0 < at[0] < at[-1] < 1096


def test_a_declared_date_is_drawn_only_where_it_differs() -> None:
    same = svg(view(entries=(entry(declared="2020-04-27"),)))  # the day of START
    other = svg(view(entries=(entry(declared="2020-04-20"), entry(2, 200))))
    month = svg(view(entries=(entry(declared="2020-02"), entry(2, 200))))
    assert not [e for e in same.iter() if e.get("class") == "declared"]
    assert [e.tag for e in other.iter() if e.get("class") == "declared"] == ["circle"]
    bar = next(e for e in month.iter() if e.get("class") == "declared")
    assert bar.tag == "rect"
    assert float(bar.get("width", "0")) > 20


@pytest.mark.parametrize("width", [344, 700, 1096])
def test_no_two_labels_overlap_and_none_leaves_the_drawing(width: int) -> None:
    entries = tuple(
        entry(n, (n * 37) % 400, "milestone", label=f"milestone number {n}", declared="2020-01-05" if n % 3 else None)
        for n in range(1, 30)
    )
    boxes: dict[str, list[tuple[float, float]]] = {}
    for label in svg(view(entries=entries), width).iter("text"):
        if (label.get("class") or "").startswith("label"):
            x, long = float(label.get("x", "nan")), len(label.text or "") * 12 * 0.45
            left, right = (x - long, x) if label.get("text-anchor") == "end" else (x, x + long)
            assert -1 < left < right < width + 1
            boxes.setdefault(label.get("y", ""), []).append((left, right))
    for row in boxes.values():
        row.sort()
        assert all(a[1] <= b[0] for a, b in pairwise(row))


def test_a_phone_shows_numbers_instead_of_words() -> None:
    drawn = svg(view(entries=(entry(7, label="a long label"),)), 344)
    labels = [text.text for text in drawn.iter("text") if text.get("class") == "label"]
    assert [label.strip("\u2068\u2069") for label in labels if label] == ["7"]


def test_thousands_of_entries_are_drawn_without_labels_and_all_stand_in_the_table() -> None:
    many = tuple(entry(n, n / 24) for n in range(1, MAX_DRAWN + 50))
    html = timeline_html(view(entries=many))
    assert html.count('<tr class="mark') == len(many)
    assert "The 49 entries after the first 2000 are only in the table." in html
    assert not [t for t in svg(view(entries=many[: MAX_LABELLED + 1])).iter("text") if t.get("class") == "label"]


@pytest.mark.parametrize(
    ("days", "expected"), [(1, "28 Apr"), (20, "2 May"), (300, "Jul"), (3_000, "2024"), (30_000, "2060")]
)
def test_the_axis_says_days_months_or_years(days: int, expected: str) -> None:
    drawn = svg(view(entries=(entry(1, 0), entry(2, days))))
    ticks = [text.text for text in drawn.iter("text") if text.get("class") == "tick"]
    assert 1 <= len(ticks) <= 16
    assert expected in ticks


def test_answers_are_told_apart_by_sign_and_word_not_by_colour_alone() -> None:
    html = timeline_html(
        view(
            verdicts=(
                ShownVerdict("a", "s", "holds"),
                ShownVerdict("b", "s", "fails"),
                ShownVerdict("c", "s", "undetermined"),
                ShownVerdict("d", "s", "does-not-apply"),
            )
        )
    )
    for word in ("✓", "holds", "✗", "fails", "?", "cannot be determined", "–", "does not apply"):
        assert f">{word}</span>" in html


@pytest.mark.parametrize(("complete", "sign"), [(True, "holds"), (False, "fails"), (None, "undetermined")])
def test_completeness_has_three_answers(complete: bool | None, sign: str) -> None:
    assert f'<p class="complete {sign}">' in timeline_html(view(complete=complete))
