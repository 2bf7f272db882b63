"""A manuscript as lines of text, each with its place."""

from __future__ import annotations

from typing import Literal, NamedTuple

Section = Literal["front", "abstract", "introduction", "methods", "results", "discussion", "back", "references"]
Kind = Literal["text", "heading", "item", "row"]

# Journals take manuscripts of some ten megabytes with figures. What is larger is not a manuscript.
MAX_BYTES = 64 * 1024 * 1024
# A thousand pages of dense print. Reading stops there, and says so.
MAX_CHARACTERS = 5_000_000


class Line(NamedTuple):
    """A line or paragraph of the text, and where it stands."""

    text: str
    number: int
    """Of the line on its page (PDF), of the line (plain text), or of the paragraph (Word, JATS); from 1."""
    page: int | None = None
    kind: Kind = "text"
    """An `item` is one of a list, a `row` one of a table, its cells separated by tabs."""
    ends: bool = False
    """Whether a paragraph ends with it."""
    section: Section | None = None
    """Where the file itself says it (JATS)."""


class Manuscript(NamedTuple):
    """The text of a manuscript."""

    name: str
    format: Literal["PDF", "Word", "JATS XML", "plain text"]
    lines: tuple[Line, ...]
    unit: Literal["line", "paragraph"]
    """What the lines' numbers count."""
    notes: tuple[str, ...] = ()
    """What could not be read of it, in sentences."""
    before_changes: tuple[Line, ...] = ()
    """The lines with every tracked change undone; empty where none is tracked."""

    def place(self, first: Line, last: Line | None = None) -> str:
        """'page 3, line 12', 'page 3, lines 12 to 14', 'paragraph 7'."""
        last = last or first
        if first.page != last.page:
            return f"page {first.page}, {self.unit} {first.number} to page {last.page}, {self.unit} {last.number}"
        page = f"page {first.page}, " if first.page is not None else ""
        if first.number == last.number:
            return f"{page}{self.unit} {first.number}"
        return f"{page}{self.unit}s {first.number} to {last.number}"


_PLAIN = str.maketrans(
    {
        "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u2007": " ", "\u2002": " ", "\u2003": " ", "\u200a": " ",
        "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st",
        "\ufb06": "st",
        "\u200b": None, "\u2060": None, "\ufeff": None, "\0": None,
    }
)  # fmt: skip


def plain(text: str) -> str:
    """The text without ligatures, special spaces and what has no width, with each white space one space. A soft hyphen
    stays at the end alone, where it divides a word."""
    words = " ".join(text.translate(_PLAIN).split())
    return words[:-1].replace("\u00ad", "") + words[-1:]
