"""Plain text, and Markdown as far as it is plain: lines by their numbers."""

from __future__ import annotations

import re

from trialseal.errors import UsageError
from trialseal.manuscripts.line_numbers import without_line_numbers
from trialseal.manuscripts.model import MAX_CHARACTERS, Kind, Line, Manuscript, plain

_ITEM = re.compile(r"\s*(?:[-*•‣◦▪–]|\(?[0-9ivx]{1,4}[.)]|\(?[a-h]\))\s+(?=\S)")
_STRESSED = re.compile(r"(?<![\w*])(?P<sign>\*\*|__|\*)(?=[^\s*_])(?P<words>[^*]*?[^\s*_])(?P=sign)(?![\w*])")
_HEADING_MARK = re.compile(r"\s*#{1,6}\s+")


def read_plain(data: bytes, name: str) -> Manuscript:
    """The lines of a text in UTF-8, UTF-16 with its mark, or else Windows-1252, which is then noted."""
    text, notes = _decoded(data, name)
    if len(text) > MAX_CHARACTERS:
        notes.append(f"only the first {MAX_CHARACTERS:,} characters of {name} were read")
        text = text[:MAX_CHARACTERS]
    paged = "\f" in text
    lines: list[Line] = []
    pages = [[plain(row) for row in re.split(r"\r\n|\r|\n", part)] for part in text.split("\f")]
    for page, rows in enumerate(without_line_numbers(pages), 1):
        for number, words in enumerate(rows, 1):
            if not words:
                continue
            ends = number >= len(rows) or not rows[number]
            lines.append(Line(_unmarked(words), number, page if paged else None, _kind(words), ends))
    return Manuscript(name, "plain text", tuple(lines), "line", tuple(notes))


def _unmarked(words: str) -> str:
    """The words without the signs of a list or heading in front, and those of Markdown around stressed words."""
    for mark in (_HEADING_MARK, _ITEM):
        if found := mark.match(words):
            words = words[found.end() :]
            break
    return _STRESSED.sub(r"\g<words>", words)


def _kind(words: str) -> Kind:
    if _HEADING_MARK.match(words):
        return "heading"
    return "item" if _ITEM.match(words) else "text"


def _decoded(data: bytes, name: str) -> tuple[str, list[str]]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16"), []
        except UnicodeDecodeError:
            raise UsageError(f"{name} is damaged: its UTF-16 text cannot be read; get a whole copy") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
        note = f"{name} is not UTF-8: it was read as Windows-1252, so that some signs may be wrong"
        if _binary(text):
            raise UsageError(f"{name} is not text, nor a PDF, Word or JATS XML file: name a manuscript") from None
        return text, [note]
    if _binary(text):
        raise UsageError(f"{name} is not text, nor a PDF, Word or JATS XML file: name a manuscript")
    return text, []


def _binary(text: str) -> bool:
    """Whether more than one character in a hundred is a control character."""
    sample = text[:20_000]
    controls = sum(character < " " and character not in "\t\r\n\f" for character in sample)
    return controls * 100 > len(sample)
