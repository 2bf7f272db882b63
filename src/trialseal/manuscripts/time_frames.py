"""The words of a statement that say when an outcome is measured."""

from __future__ import annotations

import re

_NUMBER = (
    r"(?:\d+(?:\.\d+)?"
    r"|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[\s-](?:one|two|three|four|five|six|seven|eight|nine)\b)?"
    r"|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|fifteen|sixteen|eighteen)"
)
_UNIT = (
    r"(?:minutes?|mins?|hours?|hrs?|h|(?:post-?operative )?days?|d|weeks?|wks?|months?|mo|years?|yrs?|visits?|cycles?)"
)
# 'week12' and '12weeks', but not the 5D of a questionnaire.
_AFTER = rf"(?:[\s-]+{_UNIT}\b|(?<=\d)(?:min|hours?|days?|weeks?|wks?|months?|years?)\b)"
_COUNTED = (
    rf"(?:(?:{_UNIT}|baseline)\s*\d+(?:\.\d+)?\b|{_NUMBER}{_AFTER}|baseline|discharge|hospital discharge"
    r"|(?:the )?(?:end|completion) of (?:the )?(?:study|trial|treatment|therapy|follow[\s-]?up|intervention|surgery)"
    r"|follow[\s-]?up|randomi[sz]ation|enrol?lment|the (?:first|second|last) dose|intensive care unit discharge)"
)
_TIME = re.compile(
    rf"\b(?:(?:at|within|through|until|up to|over|during|by|from|between|after|before|to|for)\s+)?(?:at least\s+)?"
    rf"(?:the\s+)?(?:first\s+|about\s+|approximately\s+|a maximum of\s+|any time (?:up to|during)\s+)?{_COUNTED}"
    rf"(?:\s*(?:,|and|or|to|through|until|–|-|/)\s*(?:at\s+)?(?:{_COUNTED}|{_NUMBER}\b|{_UNIT}\s*\d+))*"
    rf"(?:\s+{_UNIT}\b)?"
    rf"(?:\s+(?:after|from|post|following|of|since|before)\s+(?:the\s+|their\s+|start of\s+)*"
    rf"(?:(?:first|second|third|last|final)\s+)?[A-Za-z-]+(?:\s+(?:dose|injection|vaccination|surgery|treatment"
    rf"|start|visit))?)?",
    re.IGNORECASE,
)
_HAS_COUNT = re.compile(rf"\d|{_NUMBER}\b|discharge|end of|completion of|baseline", re.IGNORECASE)
# How old somebody is, and how often or how long something is done, says not when it is measured.
_NO_TIME_BEFORE = re.compile(
    r"(?:\bag(?:ed?|es)(?:\s+(?:of|between|from|over|under))?|\bolder than|\byounger than|\bevery|\bper|\beach|\bpast"
    r"|\bprevious|\bpreceding|\blast|[≥≤<>=]|\bleast|\d[-–])\s*$",
    re.IGNORECASE,
)
_NO_TIME_AFTER = re.compile(
    r"\s*(?:[-–]?\s?old\b|of age\b|or (?:older|younger|more|less)\b|and (?:older|younger|over)\b|per\b|a (?:day|week)\b"
    r"|walk|run\b|urine|urinary|recall|ambulatory|diary|holter|electrocardio|prior\b|earlier\b)",
    re.IGNORECASE,
)


def time_frame(text: str) -> str:
    """The words of a text that say when: 'at 24 weeks', 'from baseline to week 12'; empty if there are none."""
    found: list[str] = []
    for match in _TIME.finditer(text):
        words = match[0].strip(" ,")
        if _NO_TIME_BEFORE.search(text[: match.start()]) and not _PREPOSITION.match(words):
            # "every 2 weeks until week 8"
            later = _UNTIL.search(words)
            if later is None:
                continue
            words = later[0]
        if not _HAS_COUNT.search(words) or _OF_AGE.search(words) or _NO_TIME_AFTER.match(text[match.end() :]):
            continue
        # "Change from baseline" says how it is summed up, not when it is measured.
        if not _NO_TIME.fullmatch(words):
            found.append(words)
    return "; ".join(dict.fromkeys(found))


_PREPOSITION = re.compile(r"(?:at|within|through|until|up to|during|by|after|before)\b", re.IGNORECASE)
_UNTIL = re.compile(r"\b(?:until|through|at)\s+.+", re.IGNORECASE)
_OF_AGE = re.compile(r"\bof age\b", re.IGNORECASE)
_NO_TIME = re.compile(r"(?:from )?baseline|follow[- ]up|after randomi[sz]ation", re.IGNORECASE)
