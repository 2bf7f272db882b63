"""Lines of a PDF as they are printed: by baseline and column, raised references left out, nothing lost."""

from __future__ import annotations

from manuscript_files import drawn_pdf
from pdfminer.fontmetrics import FONT_METRICS

from trialseal.manuscripts.paper import Paper, read_paper
from trialseal.manuscripts.pdf import read_pdf

Piece = tuple[float, float, float, str]
FILLER = "Everybody who came was asked and many more."


def paper(*pieces: Piece) -> Paper:
    return read_paper(read_pdf(drawn_pdf(pieces), "paper.pdf"))


def text(*pieces: Piece) -> list[str]:
    return [line.text for line in read_pdf(drawn_pdf(pieces), "paper.pdf").lines]


def _width(words: str, size: float) -> float:
    """The width of a text of Helvetica, in points."""
    return sum(FONT_METRICS["Helvetica"][1][letter] for letter in words) * size / 1000


def test_pieces_of_a_line_come_from_left_to_right_though_one_stands_higher() -> None:
    """A justified line that a wide gap tears in two, whose right piece ends where the lines around it end."""
    end = 60 + _width(FILLER, 11)
    last = "was falls at 9 days."
    found = text(
        (60, 700, 11, FILLER),
        (end - _width(last, 11), 686.8, 11, last),
        (60, 686, 11, "The primary outcome"),
        (60, 672, 11, FILLER),
    )
    assert "The primary outcome was falls at 9 days." in found


def test_columns_are_read_one_after_the_other() -> None:
    left = [
        (50.0, 700.0 - 13 * k, 10.0, words)
        for k, words in enumerate(["Methods", FILLER, "The primary outcome was", "falls at day 90."])
    ]
    right = [
        (320.0, 700.0 - 13 * k, 10.0, words)
        for k, words in enumerate(["The secondary outcome was", "mood at week 6.", FILLER, FILLER])
    ]
    mixed = [piece for pair in zip(left, right, strict=True) for piece in pair]
    found = paper((50, 760, 16, "A trial of one thing against another"), *mixed).outcomes.outcomes
    assert [(one.role, one.measure) for one in found] == [
        ("primary", "falls at day 90"),
        ("secondary", "mood at week 6"),
    ]


def test_a_raised_reference_is_no_digit_of_a_word_and_an_exponent_is() -> None:
    found = text(
        (60, 700, 11, "The primary outcome was falls"),
        (208, 704, 6.5, "12,13"),
        (226, 700, 11, "and weight in kg/m"),
        (318, 704, 6.5, "2"),
        (323, 700, 11, " at day 90."),
        (60, 686, 11, FILLER),
    )
    assert found[0] == "The primary outcome was falls and weight in kg/m2 at day 90."


def test_a_number_alone_on_a_line_is_kept_within_the_text() -> None:
    lines = [
        FILLER,
        FILLER,
        FILLER,
        "The primary outcome was falls at week",
        "12",
        "after the fall.",
        FILLER,
        FILLER,
        FILLER,
    ]
    found = text(*((60, 700 - 13 * k, 11, words) for k, words in enumerate(lines)))
    assert "12" in found


def test_a_heading_of_spaced_letters_is_one() -> None:
    letters = [(60 + 13.0 * k, 700.0, 11.0, letter) for k, letter in enumerate("METHODS")]
    found = paper(*letters, (60, 680, 11, FILLER), (60, 666, 11, "The primary outcome was falls.")).outcomes.outcomes
    assert [(one.measure, one.section) for one in found] == [("falls", "methods")]
