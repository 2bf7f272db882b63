"""Where a statement ends though its sentence goes on."""

from __future__ import annotations

import re

_NEXT_CLAUSE = re.compile(
    r",\s+(?:was|were|is|are|will be)\s|,?\s+(?:and\s+)?(?:has|have|had)\s+been\s+(?:published|reported|described)"
    r"|(?:,|;)\s+(?:and|while|whereas|but|so)\s+(?:we|it|they|this|all|the\s+(?:study|trial|sample|analys[ie]s|power"
    r"|secondary"
    r"|treatment|patients|participants))\b|;\s+(?:we|this|these|all)\s|;\s+the\s+"
    r"(?:(?!(?:which|that|who|whose|when|where)\b)[\w-]+\s+){0,20}(?:was|were|is|are)\s"
    r"|,\s+(?:we|whereas|while)\s"
    r"|,?\s+because\s|,\s+(?:although|though)\s|,\s+(?:chosen|selected)\s"
    r"|,\s+(?:some|most|all|many|both|\w+) of (?:which|whom)\s|,\s+(?:since"
    r"|given)\s"
    r"|;\s+(?:therefore|thus|hence|however)\b|;\s+(?!which\s)(?:[\w-]+\s+){1,4}(?:was|were)\s"
    r"|,\s+(?:(?!(?:which|that|who|what|when|where)\b)[\w-]+\s+){1,3}(?:was|were)\s",
    re.IGNORECASE,
)


def until_next_clause(text: str, begin: int, end: int) -> int:
    """Where a statement ends: before the next clause."""
    found = _NEXT_CLAUSE.search(text, begin, end)
    return found.start() if found else end
