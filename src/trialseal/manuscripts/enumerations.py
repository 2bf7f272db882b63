"""Taking a statement of several outcomes apart, and the time frame out of one; cautiously, as a reader may undo it."""

from __future__ import annotations

import re

_MARKED = re.compile(r"(?:^|(?<=[\s,;:]))\(?(?:[1-9][0-9]?|[a-h]|[ivx]{1,4})[).](?=\s)\s+")
# A composite is one outcome, however many parts it has.
_COMPOSITE = re.compile(
    r"\b(?:composite|combination|combined|comprising|consisting of|either|any of|time (?:to|from)\b.{0,60}\bor\b"
    r"|defined as|(?:difference|change)s? between)\b",
    re.IGNORECASE,
)
# What begins so goes on with what stands before it.
_GOES_ON = re.compile(
    r"(?:which|that|who|whose|where|when|defined|including|include|such as|measured|assessed|evaluated|as |with|without"
    r"|at|in|on|of|from|to|for|by|using|according|based|compared|versus|through|up to|over|during|after|before|until"
    r"|within|between|both|i\.e|e\.g|respectively|whichever|followed|or|but|if"
    r"|\d+(?:\.\d+)?%?(?:\s+(?:and|or|days?|weeks?|months?|years?|hours?|min)\b|$))\b",
    re.IGNORECASE,
)
# "change from baseline in systolic and diastolic pressure" is one phrase, "overall survival and response" are two.
_PHRASE = re.compile(r"\b(?:in|of|from|to|at|between|for|with|on)\b", re.IGNORECASE)
_LOOSE = re.compile(r"^(?:and|or)\s+|[\s;,]+(?:and|or)$")
_LONGEST_ITEM = 24  # words

_NUMBER = r"(?:\d+(?:\.\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty-four|thirty|ninety)"
_UNIT = r"(?:minutes?|min|hours?|hrs?|h|days?|d|weeks?|wks?|months?|mo|years?|yrs?|postoperative days?|visits?|cycles?)"
_COUNTED = (
    rf"(?:(?:{_UNIT}|baseline)\s+\d+(?:\.\d+)?|{_NUMBER}[\s-]+{_UNIT}\b|baseline|discharge|hospital discharge|"
    rf"(?:the )?end of (?:the )?(?:study|trial|treatment|follow[\s-]?up|intervention|surgery)|follow[\s-]?up|"
    rf"randomi[sz]ation|enrol?lment|the first dose|the second dose|intensive care unit discharge)"
)
_TIME = re.compile(
    rf"\b(?:(?:at|within|through|until|up to|over|during|by|from|between|after|before|to|for)\s+)?(?:at least\s+)?"
    rf"(?:the\s+)?(?:first\s+|about\s+|approximately\s+|a maximum of\s+|any time (?:up to|during)\s+)?{_COUNTED}"
    rf"(?:\s*(?:,|and|or|to|through|until|–|-|/)\s*(?:at\s+)?(?:{_NUMBER}|{_COUNTED}|{_UNIT}\s+\d+))*"
    rf"(?:\s+{_UNIT}\b)?"
    rf"(?:\s+(?:after|from|post|following|of|since|before)\s+(?:the\s+|their\s+)?"
    rf"(?:(?:first|second|third|last|final)\s+)?[A-Za-z-]+(?:\s+(?:dose|injection|vaccination|surgery|treatment|visit))?)?",
    re.IGNORECASE,
)
_HAS_COUNT = re.compile(rf"\d|{_NUMBER}\b|discharge|end of|baseline", re.IGNORECASE)


def split_outcomes(text: str, *, several: bool) -> list[str]:
    """The outcomes in the words after 'were' or 'included'; one where they cannot be told apart.

    `several` says whether the sentence speaks of more than one ('outcomes were'): without it only numbers, letters
    and semicolons divide, so that a composite stays whole.
    """
    text = text.strip(" .;:,")
    marks = list(_MARKED.finditer(text))
    if len(marks) >= 2:
        ends = [*(mark.start() for mark in marks[1:]), len(text)]
        return _clean([text[mark.end() : end] for mark, end in zip(marks, ends, strict=True)])
    by_semicolon = _outside_brackets(text, r";\s*(?:and\s+|or\s+)?")
    if len(by_semicolon) > 1:
        return _clean(_rejoined(by_semicolon))
    if not several or _COMPOSITE.search(text):
        return _clean([text])
    by_comma = _outside_brackets(text, r",\s+(?:and\s+|as well as\s+)?|\s+as well as\s+")
    pieces = _rejoined(by_comma)
    if len(pieces) >= 2:
        # "A, B and C": the last comma is an 'and'.
        last = re.split(r"\s+and\s+", pieces[-1], maxsplit=1)
        if len(last) == 2 and not _GOES_ON.match(last[1]) and len(by_comma) >= 2 and len(last[0].split()) <= 10:
            pieces = [*pieces[:-1], *last]
    else:
        pieces = re.split(r"\s+and\s+", text)
        if len(pieces) != 2 or not _are_two(*pieces):
            pieces = [text]
    if any(len(piece.split()) > _LONGEST_ITEM for piece in pieces):
        return _clean([text])
    return _clean(pieces)


def _are_two(first: str, second: str) -> bool:
    if _GOES_ON.match(second) or len(first.split()) < 2 or len(second.split()) < 2:
        return False
    bare = first.removeprefix("the ")
    return bool(re.match(r"(?:the|a)\s", second)) or first.endswith(")") or not _PHRASE.search(bare)


def time_frame(text: str) -> str:
    """The words of a text that say when: 'at 24 weeks', 'from baseline to week 12'; empty if there are none."""
    found = [match[0].strip(" ,") for match in _TIME.finditer(text) if _HAS_COUNT.search(match[0])]
    # "Change from baseline" says how it is summed up, not when it is measured.
    return "; ".join(dict.fromkeys(one for one in found if one.lower() not in ("from baseline", "baseline")))


def _clean(pieces: list[str]) -> list[str]:
    cleaned = [_LOOSE.sub("", piece.strip(" .;:,")).strip(" ;,") for piece in pieces]
    return [piece for piece in cleaned if sum(map(str.isalpha, piece)) >= 2]


def _rejoined(pieces: list[str]) -> list[str]:
    """Pieces that only go on with the one before put back to it."""
    kept: list[str] = []
    for piece in pieces:
        if kept and _GOES_ON.match(piece):
            kept[-1] += f", {piece}"
        else:
            kept.append(piece)
    return kept


def _outside_brackets(text: str, pattern: str) -> list[str]:
    pieces = []
    begin = 0
    for match in re.finditer(pattern, text):
        before = text[begin : match.start()]
        if before.count("(") + before.count("[") > before.count(")") + before.count("]"):
            continue
        pieces.append(before)
        begin = match.end()
    return [*pieces, text[begin:]]
