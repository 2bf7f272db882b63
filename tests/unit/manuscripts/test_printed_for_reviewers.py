"""Manuscripts with numbered lines, formulas, Markdown; and what is no manuscript and is told as such."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from manuscript_files import PAPER, drawn_pdf

from trialseal.errors import UsageError
from trialseal.manuscripts import read_manuscript, read_paper
from trialseal.manuscripts.formulas import in_signs
from trialseal.manuscripts.jats import read_jats
from trialseal.manuscripts.line_numbers import without_line_numbers
from trialseal.manuscripts.pdf import read_pdf
from trialseal.manuscripts.plain_text import read_plain
from trialseal.registries.reading import read_histories

ROWS = [row for line in PAPER.splitlines() for row in textwrap.wrap(line, 70)]


@pytest.mark.parametrize(("gap", "spacing", "first"), [(4, 14, 1), (18, 24, 137), (45, 14, 97)])
def test_numbers_beside_the_lines_of_a_pdf_are_no_words(gap: float, spacing: float, first: int) -> None:
    pieces: list[tuple[float, float, float, str]] = []
    for place, row in enumerate(ROWS):
        number, height = str(first + place), 800 - spacing * place
        pieces += [(90 - gap - 5.6 * len(number), height, 10, number), (90, height, 11, row)]
    assert [line.text for line in read_pdf(drawn_pdf(pieces), "paper.pdf").lines] == ROWS


def test_numbers_in_front_of_the_lines_of_a_text_are_no_words() -> None:
    numbered = "\n".join(f"{number:4} {row}" for number, row in enumerate(ROWS, 1))
    assert [line.text for line in read_plain(numbered.encode(), "paper.txt").lines] == [
        line.text for line in read_plain("\n".join(ROWS).encode(), "paper.txt").lines
    ]


def test_every_fifth_line_may_be_numbered_and_words_may_begin_with_numbers() -> None:
    lines = [f"{n} words" if n % 5 == 0 else "12 weeks" if n % 7 == 0 else "words" for n in range(1, 61)]
    [bare] = without_line_numbers([lines])
    assert bare == ["words" if n % 5 == 0 else "12 weeks" if n % 7 == 0 else "words" for n in range(1, 61)]


@given(st.lists(st.tuples(st.integers(0, 300), st.text("ab ", min_size=1)), max_size=5))
def test_few_numbers_are_left_alone(rows: list[tuple[int, str]]) -> None:
    lines = [f"{number} {words}" for number, words in rows]
    assert without_line_numbers([lines]) == [lines]


def test_a_numbered_list_within_a_text_is_left_alone() -> None:
    lines = [*["words of a text"] * 40, *(f"{number} a reference" for number in range(1, 21))]
    assert without_line_numbers([lines]) == [lines]


@pytest.mark.parametrize(
    ("latex", "said"),
    [
        (r"\documentclass{minimal}\usepackage{amsmath}\begin{document}$$\ge 30\%$$\end{document}", "≥30%"),
        (r"$\leq 1.5\,\text{mg/dL}$", "≤1.5 mg/dL"),
        (r"\mathrm{kg/m}^{2}", "kg/m^2"),
        (r"\frac{a}{b}", r"\frac{a}{b}"),
    ],
)
def test_a_formula_in_plain_signs(latex: str, said: str) -> None:
    assert in_signs(latex) == said


@pytest.mark.parametrize(
    "formula",
    [
        r"<alternatives><graphic/><tex-math>\begin{document}$\geq 30\%$\end{document}</tex-math></alternatives>",
        r"<alternatives><tex-math>$\geq 30\%$</tex-math><math><mo>≥</mo><mn>30</mn><mo>%</mo></math></alternatives>",
        r"<tex-math>$\geq 30\%$</tex-math>",
        "<math><semantics><mrow><mo>≥</mo><mn>30%</mn></mrow><annotation>\\geq 30</annotation></semantics></math>",
    ],
)
def test_a_threshold_that_is_a_formula_is_read_once(formula: str) -> None:
    body = f"<p>The primary outcome was a reduction of <inline-formula>{formula}</inline-formula> in pain.</p>"
    article = f"<article><body><sec><title>Methods</title>{body}</sec></body></article>"
    [outcome] = read_paper(read_jats(article.encode(), "paper.xml")).outcomes.outcomes
    assert outcome.measure == "reduction of ≥30% in pain"


def test_terms_with_what_they_stand_for_are_read() -> None:
    terms = "".join(
        f"<def-item><term>{term}</term><def><p>{said}</p></def></def-item>"
        for term, said in (("Primary outcome", "pain at 12 weeks"), ("Secondary outcome", "mood at 12 weeks"))
    )
    article = f"<article><body><sec><title>Methods</title><def-list>{terms}</def-list></sec></body></article>"
    found = read_paper(read_jats(article.encode(), "paper.xml")).outcomes.outcomes
    assert [(one.role, one.measure) for one in found] == [
        ("primary", "pain at 12 weeks"), ("secondary", "mood at 12 weeks")
    ]  # fmt: skip


def test_signs_around_stressed_words_are_no_words() -> None:
    text = "## Methods\n\nThe **primary outcome** was *pain* at 12 weeks (*P<0.05; **P<0.01; 2*3*4).\n"
    assert [line.text for line in read_plain(text.encode(), "paper.md").lines] == [
        "Methods", "The primary outcome was pain at 12 weeks (*P<0.05; **P<0.01; 2*3*4)."
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<!DOCTYPE html>\n<html><body><p>Pain<br></body></html>", "is a web page"),
        (b"<!--a-->" * 100 + b"<html>Pain", "is a web page"),
        (b"\xef\xbb\xbf<!-- saved --><HTML><p>Pain", "is a web page"),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>', "is a web page"),
        (b"From: <Saved by Blink>\nMIME-Version: 1.0\nContent-Type: multipart/related;\n\n<p>Pain", "is a web page"),
        (b"% Pain\n\\documentclass{article}\n\\begin{document}\nPain\n\\end{document}\n", "is a LaTeX source"),
    ],
)
def test_what_is_no_manuscript_is_told_as_such_with_what_to_do(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "paper"
    path.write_bytes(data)
    with pytest.raises(UsageError, match=f"paper {said}: (?:download|give).*PDF"):
        read_manuscript(path)


@pytest.mark.parametrize("comments", [b"<!--a-->" * 100, b"<!--a-->\n" * 100 + b"<!-- html"])
def test_many_comments_in_front_take_no_time(tmp_path: Path, comments: bytes) -> None:
    """Each comment could be read as a part of one before it, in 2 to the 100 ways."""
    path = tmp_path / "file.xml"
    path.write_bytes(comments + b"<x/>")
    with pytest.raises(UsageError, match="XML"):
        read_manuscript(path)
    with pytest.raises(UsageError, match="XML"):
        list(read_histories(path))
