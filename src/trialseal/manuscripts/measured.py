"""What a sentence says to have been measured, for where a heading tells its role."""

from __future__ import annotations

import re

from trialseal.manuscripts.clauses import until_next_clause
from trialseal.manuscripts.verbs import ADVERBS, DO, MEASURED

_REFERS = re.compile(r"\W*(?:it|this|that|these|those|they|there|which|we|none|both|such|all)\b", re.IGNORECASE)
# 'For the purpose of this study, fatigue was measured …'
_OPENS = re.compile(r"(?:for|in|at|to|as|during|after|before)\b[^,]{0,60},\s+", re.IGNORECASE)
_MEASURED = (
    re.compile(
        rf"(?P<what>[^.;:]{{3,160}}?)\s+(?:was|were|is|are|will be)\s+{ADVERBS}{MEASURED}\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"[^.;:]{3,160}?\s(?:was|were|is|are|will be)\s+(?:also\s+)?used\s+to\s+(?:assess|measure|evaluate|determine"
        r"|quantify|rate|calculate)\s+(?P<what>[^.;:]{3,160})",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:[\w-]+\s+){0,4}(?:measures?|outcomes?|end\s?points?)\s+(?:included?|comprised?)\s+(?P<what>.+)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?:we|the (?:researchers?|nurses?|investigators?))\s+{ADVERBS}{DO}\s+"
        r"(?P<what>[^.;:]{3,160}?)(?=\s+(?:using|with|by|at|on|through|via)\b|\.|$)",
        re.IGNORECASE,
    ),
    re.compile(r"(?P<what>(?:the\s+)?[^.;:,]{3,160}?)\s+(?:assesse[sd]|measure[sd]|evaluate[sd])\s", re.IGNORECASE),
)


def measured(text: str) -> tuple[int, int] | None:
    """What a sentence says to have been measured, for where a heading tells its role."""
    for pattern in _MEASURED:
        if (found := pattern.match(text)) and not _REFERS.match(found["what"]):
            begin, end = found.span("what")
            opened = _OPENS.match(text, begin, end)
            return (opened.end() if opened else begin), until_next_clause(text, begin, end)
    return None
