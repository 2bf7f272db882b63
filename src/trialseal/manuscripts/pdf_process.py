"""The child process that reads a PDF: bytes on standard input, JSON of its pages' lines on standard output."""

from __future__ import annotations

import io
import json
import logging
import re
import sys
from collections.abc import Iterator
from typing import Any

MAX_MEMORY = 1_500_000_000
_UNMAPPED = re.compile(r"\(cid:\d+\)")
_DRAWN_HYPHEN = re.compile("\u00ad(?=\\S)")


def main() -> int:
    """Reads, prints, and says in `problem` why it could not."""
    _limit_memory()
    logging.disable(logging.CRITICAL)
    data = sys.stdin.buffer.read()
    limit = int(sys.argv[1])
    from pdfminer.pdfdocument import PDFPasswordIncorrect, PDFTextExtractionNotAllowed
    from pdfminer.pdfexceptions import PDFException
    from pdfminer.psexceptions import PSException

    answer: dict[str, object]
    try:
        pages, unmapped = _pages(data, limit)
        answer = {"pages": pages[:limit], "more": len(pages) > limit, "unmapped": unmapped}
        if not pages:
            answer = {"problem": "is a damaged PDF: no page can be found in it; get a whole copy"}
    except (PDFPasswordIncorrect, PDFTextExtractionNotAllowed):
        answer = {"problem": "is encrypted: save it without a password"}
    except MemoryError:
        answer = {"problem": "unpacks to more than any manuscript: it was not read; print it anew as a PDF"}
    except RecursionError:
        answer = {"problem": "is a damaged PDF: its parts refer to one another in circles; print it anew"}
    except (PDFException, PSException, ValueError, TypeError, KeyError, AttributeError, IndexError,
            AssertionError, NotImplementedError, ArithmeticError, OSError, StopIteration):  # fmt: skip
        answer = {"problem": "is a damaged PDF: get a whole copy, or print it anew as a PDF"}
    json.dump(answer, sys.stdout)
    return 0


def _pages(data: bytes, limit: int) -> tuple[list[list[tuple[str, bool]]], int]:
    """Of each page, its lines in the order of reading, and whether a block of text ends with each."""
    from pdfminer.high_level import extract_pages
    from pdfminer.layout import LAParams, LTTextContainer, LTTextLine

    from trialseal.manuscripts.columns import Block, in_reading_order, mended
    from trialseal.manuscripts.model import plain

    pages = []
    unmapped = 0
    # One page more than wanted tells that there are more.
    # Without the library's own ordering of boxes, whose time grows with the square of their number.
    layout = LAParams(boxes_flow=None)
    for page in extract_pages(io.BytesIO(data), maxpages=limit + 1, laparams=layout):
        lines: list[tuple[str, bool]] = []
        blocks = [
            Block(box.x0, box.x1, box.y0, box.y1, [row for row in box if isinstance(row, LTTextLine)])
            for box in _boxes(page, LTTextContainer)
        ]
        for block in in_reading_order(mended(blocks)):
            rows = [_without_references(row) for row in _by_baseline(block.rows)]
            for number, text in enumerate(rows, 1):
                unmapped += len(_UNMAPPED.findall(text))
                # A soft hyphen is drawn: within a line it is a hyphen.
                text = _DRAWN_HYPHEN.sub("-", _UNMAPPED.sub("\ufffd", text))
                lines.append((plain(text), number == len(rows)))
        pages.append(lines)
    return pages, unmapped


# Pieces of a line share more than this part of the height of the lower one.
_ON_ONE_LINE = 0.6
# Signs smaller than this part of their line's, and raised by this part of it, are superscripts.
_SMALL = 0.85
_RAISED = 0.12


def _by_baseline(rows: list[Any]) -> list[list[Any]]:
    """The lines of a box, each of its pieces from left to right: wide gaps tear lines apart."""
    lines: list[list[Any]] = []
    for row in sorted(rows, key=lambda one: -one.y1):
        for line in lines:
            shared = min(line[0].y1, row.y1) - max(line[0].y0, row.y0)
            apart = all(row.x0 >= one.x1 or row.x1 <= one.x0 for one in line)
            if apart and shared > _ON_ONE_LINE * min(line[0].height, row.height):
                line.append(row)
                break
        else:
            lines.append([row])
    return [sorted(line, key=lambda one: one.x0) for line in lines]


def _without_references(line: list[Any]) -> str:
    """The text of a line without raised numbers of references; exponents stay."""
    from pdfminer.layout import LTChar

    from trialseal.manuscripts.raised import is_reference

    signs: list[tuple[str, float, float]] = []
    for number, piece in enumerate(line):
        if number:
            signs.append((" ", 0.0, 0.0))
        signs.extend(
            (one.get_text(), one.size, one.y0) if isinstance(one, LTChar) else (one.get_text(), 0.0, 0.0)
            for one in piece
        )
    drawn = sorted(size for text, size, _ in signs if size and not text.isspace())
    if not drawn or drawn[0] >= _SMALL * drawn[-1]:
        return "".join(text for text, _, _ in signs)
    usual = drawn[len(drawn) // 2]
    base = min((low for text, size, low in signs if size >= _SMALL * usual and not text.isspace()), default=0.0)
    words, raised = "", ""
    for text, size, low in [*signs, ("\n", 0.0, 0.0)]:
        if size and size < _SMALL * usual and low > base + _RAISED * usual:
            raised += text
            continue
        if raised:
            words += "" if is_reference(words, raised) else raised
            raised = ""
        words += text
    return words


def _boxes(container: Any, kind: type) -> Iterator[Any]:
    """The boxes of text of a page, also those within figures."""
    from pdfminer.layout import LTFigure

    for element in container:
        if isinstance(element, kind):
            yield element
        elif isinstance(element, LTFigure):
            yield from _boxes(element, kind)


def _limit_memory() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    except (ImportError, ValueError, OSError):  # not on this system: the time limit remains
        pass


if __name__ == "__main__":
    sys.exit(main())
