"""JATS: what a section is, its file says; what lies within it is of it; brackets of references go with them."""

from __future__ import annotations

from trialseal.manuscripts.jats import read_jats
from trialseal.manuscripts.paper import read_paper

ARTICLE = """<article><front><article-meta><title-group><article-title>A trial</article-title></title-group>
<abstract><p>We tried it.</p></abstract></article-meta></front><body>{body}</body></article>"""
OUTCOME = "<p>The primary outcome was falls at day 90.</p>"


def sections(body: str) -> list[tuple[str, str]]:
    """The measures that are found and the sections in which they stand."""
    found = read_paper(read_jats(ARTICLE.format(body=body).encode(), "paper.xml")).outcomes
    return [(one.measure, one.section) for one in (*found.outcomes, *found.elsewhere)]


def test_a_section_counts_through_every_section_within_it() -> None:
    body = (
        "<sec sec-type='intro'><title>Falls</title><p>Text.</p></sec><sec sec-type='materials|methods'>"
        "<title>What we did</title><sec><title>Discussion with patients</title><sec><title>Results of visits</title>"
        f"{OUTCOME}</sec></sec></sec>"
        "<sec><title>Results</title><sec><title>Primary outcome</title><p>The primary outcome was mood.</p></sec></sec>"
    )
    assert sections(body) == [("falls at day 90", "methods"), ("mood", "results")]


def test_a_title_tells_where_no_type_does() -> None:
    body = f"<sec><title>Patients and methods</title><sec><title>Setting</title>{OUTCOME}</sec></sec>"
    assert sections(body) == [("falls at day 90", "methods")]


def test_a_section_around_all_others_hides_none() -> None:
    body = f"<sec><title>Main text</title><sec><title>Methods</title>{OUTCOME}</sec><sec><p>None.</p></sec></sec>"
    assert sections(body) == [("falls at day 90", "methods")]


def test_a_box_is_left_apart() -> None:
    body = (
        f"<sec><title>Methods</title>{OUTCOME}<boxed-text><title>Key points</title><p>The primary outcome was pain.</p>"
        "</boxed-text></sec>"
    )
    assert ("pain", "methods") not in sections(body)


def test_a_bracket_in_which_a_reference_stood_goes_with_it() -> None:
    body = (
        "<sec><title>Methods</title><p>The primary outcome was falls [<xref ref-type='bibr'>12</xref>,"
        "<xref ref-type='bibr'>13</xref>] at day 90 (yes or no).</p></sec>"
    )
    [(measure, _)] = sections(body)
    assert measure == "falls at day 90 (yes or no)"
