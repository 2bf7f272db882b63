"""What a measure names as alternatives: 'death, stroke or myocardial infarction' is one outcome with three parts."""

from __future__ import annotations

import re

# What stands before what is counted, and what follows it.
_BEFORE = re.compile(
    r"^\s*(?:(?:the )?(?:time|days) (?:to|until|from randomi[sz]ation to)(?: the)?(?: first)?|(?:the )?(?:first|any))?"
    r"\s*(?:(?:occurrence|incidence|rate|risk|number|proportion|percentage|frequency)s? (?:of|with))?"
    r"\s*(?:(?:patients|participants|subjects|people) with)?\s*(?:any |an? |the first |either |event of )?",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"[(;:.]|\b(?:at|within|after|during|by|up to|over|through|throughout|until|between|in|measured|defined"
    r"|assessed|using|whichever|from (?=baseline|randomi))\b",
    re.IGNORECASE,
)
_BREAK = re.compile(r",\s*(?:or\b)?|\bor\b", re.IGNORECASE)
_NO_LIST = re.compile(r"\band\b|/|\d|\bversus\b|\bvs\b", re.IGNORECASE)
# A longer part is no name of an event.
_MOST_WORDS = 4


def alternatives(measure: str) -> tuple[str, ...]:
    """The parts that an 'or' joins, without what is said around them: one where nothing is joined so, none where that
    is not clear."""
    before = _BEFORE.match(measure)
    rest = measure[before.end() if before else 0 :]
    end = _BEHIND.search(rest)
    named = rest[: end.start()] if end else rest
    if _NO_LIST.search(named):
        return ()
    parts = [part.strip() for part in _BREAK.split(named)]
    if not all(parts) or any(len(part.split()) > _MOST_WORDS for part in parts):
        return ()
    return tuple(parts) if len(parts) == 1 or re.search(r"\bor\b", named, re.IGNORECASE) else ()
