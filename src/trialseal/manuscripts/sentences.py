"""Sentences of a manuscript with their places, across the ends of lines, columns and pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from trialseal.manuscripts.model import Kind, Line, Manuscript, Section
from trialseal.manuscripts.sections import place_lines

# No sentence of a paper is longer; a table that came out as one would be.
_LONGEST = 4_000
_END = re.compile(
    r"(?<=[.!?])(?P<mark>[\"'”’)\]]*(?:\d{1,3}(?:[,–-]\d{1,3})*)?)\s+(?=[\"'“‘(\[]?[A-Z0-9À-ÖØ-ÞΑ-ΩА-Я\u0590-\u08ff])|(?<=[。！？])"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|vs|cf|al|etc|approx|Dr|Prof|Mr|Mrs|Ms|St|No|Nos|Fig|Figs|Tab|Ref|Refs|Eq|Suppl|Vol|pp|Inc|Ltd|Co"
    r"|Corp|resp|incl|min|max|ca|U\.S|U\.K|[A-Z]))\.$"
)
_LETTER = re.compile(r"(?:^|\s)(?:[A-Z]|min|max|etc|approx|Co|Inc|Ltd|al)\.$")
_OPENS = re.compile(r"(?:The|We|This|These|In|It|All|Patients|Participants|Secondary|Primary)\s")
_WORD = re.compile(r"[^\W\d_]{2,}")


class Sentence(NamedTuple):
    """A sentence, a list's item or a table's row, and where it stands."""

    text: str
    first: Line
    last: Line
    section: Section
    heading: str
    kind: Kind
    opens: bool = True
    """Whether a paragraph or an item begins with it."""


def sentences(manuscript: Manuscript) -> list[Sentence]:
    """All sentences in the order of the text."""
    words = _vocabulary(manuscript.lines)
    found: list[Sentence] = []
    group: list[Line] = []
    state: tuple[Section, str] = ("front", "")

    def flush() -> None:
        if group:
            found.extend(_split(group, *state, words))
            group.clear()

    for placed in place_lines(manuscript.lines):
        line = placed.line
        if placed.is_heading or line.kind in ("item", "row") or (placed.section, placed.heading) != state:
            flush()
            state = (placed.section, placed.heading)
        if placed.is_heading:
            found.append(Sentence(line.text, line, line, placed.section, placed.heading, "heading"))
        elif line.kind == "row":
            found.append(Sentence(line.text, line, line, placed.section, placed.heading, "row"))
        else:
            # An item goes on over lines; another item, or its end, ends it.
            group.append(line)
            if line.ends and (line.text[-1:] in ".!?:;。！？" or manuscript.unit == "paragraph" or _is_short(line)):
                flush()
    flush()
    return found


def _is_short(line: Line) -> bool:
    """Whether a line that ends a block is no full line: a title, a caption, a lone item."""
    return line.kind == "item" or (len(line.text) < 40 and not line.text.endswith("-"))


def joined(lines: Sequence[Line], vocabulary: frozenset[str] = frozenset()) -> tuple[str, list[tuple[int, Line]]]:
    """Lines as one text, hyphens at their ends resolved, with the offset at which each begins."""
    text = ""
    starts: list[tuple[int, Line]] = []
    for line in lines:
        if text.endswith("\u00ad"):
            text = text[:-1]
        elif text.endswith("-") and line.text[:1].islower():
            if not _keeps_hyphen(text, line.text, vocabulary):
                text = text[:-1]
        elif text and not text.endswith("-") and not _is_cjk(text[-1]):
            text += " "
        starts.append((len(text), line))
        text += line.text
    return text, starts


def _keeps_hyphen(before: str, after: str, vocabulary: frozenset[str]) -> bool:
    """'progression-' and 'free' keep it, 'partici-' and 'pants' do not: as the rest of the text writes them."""
    first = re.search(r"[^\W\d_]+-$", before)
    second = re.match(r"[^\W\d_]+", after)
    if not first or not second:
        return True
    one, two = first[0][:-1].lower(), second[0].lower()
    if one + two in vocabulary:
        return False
    return one in vocabulary and two in vocabulary


def _vocabulary(lines: Iterable[Line]) -> frozenset[str]:
    """The words that stand whole on a line."""
    words: set[str] = set()
    for line in lines:
        found = _WORD.findall(line.text.lower())
        words.update(found[1:-1] if line.text.endswith("-") else found[1:] + found[:1])
    return frozenset(words)


def _split(lines: Sequence[Line], section: Section, heading: str, vocabulary: frozenset[str]) -> Iterable[Sentence]:
    text, starts = joined(lines, vocabulary)
    begin = 0
    for end, after in [*_ends(text), (len(text), len(text))]:
        for piece_from in range(begin, end, _LONGEST):
            piece_to = min(end, piece_from + _LONGEST)
            if words := text[piece_from:piece_to].strip():
                first, last = _line_at(starts, piece_from), _line_at(starts, piece_to - 1)
                yield Sentence(words, first, last, section, heading, lines[0].kind, opens=begin == piece_from == 0)
        begin = after


def _ends(text: str) -> Iterable[tuple[int, int]]:
    for found in _END.finditer(text):
        if found.start() == 0:
            continue
        before = text[max(0, found.start() - 12) : found.start()]
        # 'vitamin C. The' ends a sentence, 'J. Smith' does not.
        if _ABBREVIATION.search(before) and not (_LETTER.search(before) and _OPENS.match(text, found.end())):
            continue
        if found["mark"] and found["mark"][-1].isdigit() and not text[found.start() - 2 : found.start() - 1].isalpha():
            continue
        yield found.start(), found.end()


def _line_at(starts: Sequence[tuple[int, Line]], offset: int) -> Line:
    line = starts[0][1]
    for start, one in starts:
        if start > offset:
            break
        line = one
    return line


def _is_cjk(character: str) -> bool:
    return "\u3040" <= character <= "\u9fff" or "\uf900" <= character <= "\ufaff"
