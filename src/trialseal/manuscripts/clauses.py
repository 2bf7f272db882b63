"""Where a statement ends though its sentence goes on."""

from __future__ import annotations

import re

_NEXT_CLAUSE = re.compile(
    r",\s+(?:was|were|is|are|will be)\s"
    r"|(?:,|;)\s+(?:and|while|whereas|but|so)\s+(?:we|it|they|this|all|the\s+(?:study|trial|sample|analys[ie]s|power"
    r"|secondary"
    r"|treatment|patients|participants))\b|;\s+(?:we|this|these|all)\s|;\s+the\s+(?:\w+\s+){0,8}(?:was|were|is|are)\s"
    r"|,\s+(?:we|whereas|while)\s"
    r"|,?\s+because\s|,\s+(?:chosen|selected)\s|,\s+(?:some|most|all|many|both|\w+) of (?:which|whom)\s|,\s+(?:since"
    r"|given)\s"
    r"|,\s+(?:(?!(?:which|that|who|what|when|where)\b)[\w-]+\s+){1,3}(?:was|were)\s",
    re.IGNORECASE,
)


def until_next_clause(text: str, begin: int, end: int) -> int:
    """Where a statement ends: before the next clause."""
    found = _NEXT_CLAUSE.search(text, begin, end)
    return found.start() if found else end
