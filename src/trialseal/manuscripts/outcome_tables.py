"""Outcomes in tables: a row each, or rows under 'Primary outcome'."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from trialseal.manuscripts.model import Manuscript
from trialseal.manuscripts.outcome_names import Role, cell_role
from trialseal.manuscripts.sentences import Sentence
from trialseal.manuscripts.stated import StatedOutcome
from trialseal.manuscripts.time_frames import time_frame

# The heading of a table's column: 'Definition', 'Time point', 'Definition and assessment of outcomes'.
_COLUMN_WORD = (
    r"(?:definitions?|descriptions?|measures?|measurements?|instruments?|time\s?(?:points?|frames?)|assessments?"
    r"|outcomes?|end\s?points?|methods?|tools?|sources?|when|timing)"
)
_COLUMN = re.compile(rf"{_COLUMN_WORD}(?:\s*(?:and|/|,|of|used|for)\s*(?:the\s+)?{_COLUMN_WORD})*", re.IGNORECASE)
_NUMERIC = re.compile(r"[\d.,%/()\s±–<>=-]+")
# A cell of results: '12 (4.5)', '3.1 ± 0.2', 'P < 0.05'.
_RESULT = re.compile(r"\d\s*\(\s*[\d.]+|±|\bCI\b|\b[pP]\s*[<=>]|\d\s*/\s*\d|\bn\s*=", re.IGNORECASE)


def outcomes_of_table(manuscript: Manuscript, text: Sequence[Sentence], index: int) -> tuple[int, list[StatedOutcome]]:
    """What the rows of a table from `index` on state, and the index to go on with.

    A row is 'Primary outcome', what, when; or what stands under such a row. A row of results holds numbers instead.
    """
    stated: list[StatedOutcome] = []
    role: Role | None = None
    under = False
    while index < len(text) and text[index].kind == "row":
        row = text[index]
        index += 1
        if row.section in ("results", "references"):
            continue
        cells = [cell.strip() for cell in row.text.split("\t")]
        filled = [cell for cell in cells if cell]
        named = cell_role(cells[0]) if cells[0] else None
        if named is not None:
            role, under = named, len(filled) == 1 or all(_COLUMN.fullmatch(cell) for cell in filled[1:])
            rest = [] if under else cells[1:]
        elif role is not None and not cells[0] and not under:
            rest = cells[1:]
        elif role is not None and under and len(filled) > 1:
            rest = cells
        else:
            role = None
            continue
        stated += _of_row(manuscript, row, role, rest)
    return index, stated


def _of_row(manuscript: Manuscript, row: Sentence, role: Role, cells: Sequence[str]) -> Iterator[StatedOutcome]:
    filled = [cell for cell in cells if cell]
    if not filled or len(filled) > 4:
        return
    what = filled[0]
    if any(_RESULT.search(cell) for cell in filled) or _NUMERIC.fullmatch(what):
        return
    if not re.search(r"[^\W\d_]{3,}|[A-Z]{2,}", what):
        return
    when = " ".join(filled[1:])
    place = manuscript.place(row.first)
    yield StatedOutcome(
        role, what, "", time_frame(when) or time_frame(what) or when, row.text, place, row.section, certain=True
    )
