"""PDF manuscripts: their text by page and line, read in a process of its own.

A PDF is a program of sorts, made by somebody else: compressed streams that unpack without end, references that go in
circles. So it is read by a child process with a limit on memory and time, which can be ended.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from trialseal import extras
from trialseal.errors import UndeterminedError, UsageError
from trialseal.manuscripts.line_numbers import without_line_numbers
from trialseal.manuscripts.model import Line, Manuscript

# A paper of twenty pages takes two to four seconds; a thesis of three hundred a minute.
MAX_SECONDS = 120
MAX_PAGES = 400
# Below this many letters a page holds no text of its own: a page number, a watermark.
_LEAST_LETTERS = 25


def read_pdf(data: bytes, name: str) -> Manuscript:
    """The lines of each page; UsageError if it is damaged or encrypted, UndeterminedError if it is a scan."""
    answer = _extract(data, name)
    if problem := answer.get("problem"):
        raise UsageError(f"{name} {problem}")
    pages: list[list[list[Any]]] = answer["pages"]
    notes = []
    if answer["more"]:
        notes.append(f"only the first {MAX_PAGES} pages of {name} were read")
    letters = [sum(character.isalpha() for line in page for character in str(line[0])) for page in pages]
    blank = [number for number, count in enumerate(letters, 1) if count < _LEAST_LETTERS]
    if len(blank) == len(pages):
        raise UndeterminedError(
            f"{name} holds {len(pages)} page{'' if len(pages) == 1 else 's'} without text, as a scan does: "
            "get the authors' own file, or run a text recognition over it first"
        )
    if blank:
        some = ", ".join(map(str, blank[:8])) + (" and others" if len(blank) > 8 else "")
        notes.append(
            f"no text on page{'' if len(blank) == 1 else 's'} {some} of {name}: pictures or scans are not read"
        )
    if unreadable := answer["unmapped"]:
        if unreadable * 5 > sum(letters):
            raise UndeterminedError(
                f"{name} shows text whose letters it does not tell (its fonts have no character map): "
                "get the authors' own file, or run a text recognition over it first"
            )
        notes.append(f"{unreadable} characters of {name} could not be read: its fonts do not tell them")
    bare = without_line_numbers([[str(text) for text, _ in page] for page in pages])
    pages = [[[text, ends] for text, (_, ends) in zip(*both, strict=True)] for both in zip(bare, pages, strict=True)]
    lines = tuple(
        Line(str(text), number, page_number, ends=bool(ends))
        for page_number, page in enumerate(_without_running_heads(pages), 1)
        for number, (text, ends) in page
        if text
    )
    return Manuscript(name, "PDF", lines, "line", tuple(notes))


def _extract(data: bytes, name: str) -> dict[str, Any]:
    extras.require("pdfminer")  # that process could not say so
    command = [sys.executable, "-I", "-m", "trialseal.manuscripts.pdf_process", str(MAX_PAGES)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=MAX_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise UsageError(
            f"{name} could not be read in {MAX_SECONDS} seconds: print it anew as a PDF, or save it as plain text"
        ) from None
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise UsageError(
            f"{name} could not be read: it is damaged or unpacks to too much; print it anew as a PDF"
        ) from None
    return answer


def _without_running_heads(pages: list[list[list[Any]]]) -> list[list[tuple[int, tuple[Any, Any]]]]:
    """Each page's lines with their numbers, without what is printed over or under most pages, and page numbers.

    Lines keep the numbers that they have on the page as it is printed.
    """
    edges: dict[str, int] = {}
    for page in pages:
        seen = {_shape(line[0]) for line in [*page[:3], *page[-3:]]}
        for shape in seen:
            edges[shape] = edges.get(shape, 0) + 1
    often = max(3, len(pages) // 2)
    running = {shape for shape, times in edges.items() if times >= often}
    kept = []
    for page in pages:
        last = len(page) - 3
        kept.append(
            [
                (number, (text, ends))
                for number, (text, ends) in enumerate(page, 1)
                if not ((number <= 3 or number > last) and (_shape(text) in running or str(text).isdigit()))
            ]
        )
    return kept


def _shape(text: object) -> str:
    """A line with its numbers taken out: page 3 of 12 is page 4 of 12."""
    return "".join("#" if character.isdigit() else character for character in str(text))
