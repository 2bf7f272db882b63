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

    from trialseal.manuscripts.model import plain

    pages = []
    unmapped = 0
    # One page more than wanted tells that there are more.
    for page in extract_pages(io.BytesIO(data), maxpages=limit + 1, laparams=LAParams()):
        lines: list[tuple[str, bool]] = []
        for box in _boxes(page, LTTextContainer):
            rows = [row for row in box if isinstance(row, LTTextLine)]
            for number, row in enumerate(rows, 1):
                text = row.get_text()
                unmapped += len(_UNMAPPED.findall(text))
                lines.append((plain(_UNMAPPED.sub("\ufffd", text)), number == len(rows)))
        pages.append(lines)
    return pages, unmapped


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
