"""What is measured, and how it is described, out of the words of one outcome: each a stretch of these words."""

from __future__ import annotations

import re

_DESCRIBED = re.compile(
    r"(?:,\s*(?:which (?:was|were|is|are) |(?:with|where) (?:[\w-]+ ){1,4}?(?:(?:was|were|is|are) )?)?|;\s*|\s+\("
    r"|\s+)(?P<rest>(?:as\s+)?(?:defined|measured|assessed|rated|judged|scored|determined"
    r"|evaluated|quantified|calculated)\s+(?:as|by|with|using|on|according|in|via|through|from|at)\b.+)",
    re.IGNORECASE | re.DOTALL,
)
# '…—this was changed later'
_ASIDE = re.compile(r"\s*—.*$", re.DOTALL)
_WHOLE = re.compile(
    r"^(?:(?:(?:thus|therefore|hence|finally|accordingly|i\.e\.|e\.g\.|namely|viz\.),?|\d{1,2}(?:\.\d{1,2}){1,3}\.?"
    r"|that of|that|whether or not|whether|in(?=\s+the\s)|the|an?|any|our|its|their|all|also)\s+)+",
    re.IGNORECASE,
)
_STRAY_END = re.compile(
    # A citation's numbers stand at the end too, and a figure's: 'MPQ (17)', 'pain [3, 4]', 'score (SAS)20'.
    r"(?:[\s,;:.\"'“”‘’(\[–—-]|\s*\(\s*\)|\s*\((?:fig(?:ure|\.)?|table|box)\s*[\dIVX]{1,3}[a-z]?\)"
    r"|\s*\[\d{1,3}(?:\s*[,–-]\s*\d{1,3})*\]|\s\([1-9]\d{0,2}(?:\s*,\s*\d{1,3})*\)"
    r"|(?<=\))\d{1,3}(?:[,–-]\s?\d{1,3})*|\s+(?:was|were|is|are|and|or|which|that|with|by|of|the|as|at|in|to|for|a|an|will|be|from|while|whereas|but)\b)+$",
    re.IGNORECASE,
)
# 'a binary variable, defined as a decrease of …'
_GENERIC = re.compile(
    r"(?:an?\s+)?(?:(?:binary|dichotomous|continuous|composite|combined|categorical)\s+)+(?:variables?|outcomes?|end\s?points?|measures?)",
    re.IGNORECASE,
)
_DEFINED_AS = re.compile(r"(?:as\s+)?defined\s+(?:as|by)\s+(?:the\s+|an?\s+)?", re.IGNORECASE)
_STRAY_BEGIN = re.compile(r"^[\s,;:.\"'“”‘’)\]–—-]+")


def taken_apart(text: str) -> tuple[str, str]:
    """What is measured and how it is described, each a stretch of the text; '' where nothing is named."""
    text = _ASIDE.sub("", text)
    measure, description = text, ""
    for described in _DESCRIBED.finditer(text):
        inside = described[0].lstrip().startswith("(")
        if described.start() > 3 and _depth(text[: described.start()]) == 0:
            measure, description = text[: described.start()], described["rest"]
            if inside:
                description = description[: _closing(description)]
            break
        if described.start() > 3 and (opened := text.rfind("(", 0, described.start())) > 3:
            measure, description = text[:opened], text[opened + 1 :][: _closing(text[opened + 1 :])]
            break
    measure = _STRAY_END.sub("", _STRAY_BEGIN.sub("", measure))
    if (named := _DEFINED_AS.match(description)) and _GENERIC.fullmatch(measure):
        measure, description = description[named.end() :], ""
    measure = _balanced(_WHOLE.sub("", measure))
    measure = _STRAY_END.sub("", measure)
    if sum(map(str.isalpha, measure)) < 2:
        return "", ""
    return measure, _STRAY_END.sub("", description.strip())


def _depth(text: str) -> int:
    return sum(text.count(sign) for sign in "([") - sum(text.count(sign) for sign in ")]")


def _closing(text: str) -> int:
    """Where the bracket closes in which a text begins; its length if it does not."""
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign in "([") - (sign in ")]")
        if depth < 0:
            return place
    return len(text)


def _balanced(text: str) -> str:
    """The text up to a bracket that opens and never closes."""
    opened: list[int] = []
    for place, sign in enumerate(text):
        if sign in "([":
            opened.append(place)
        elif sign in ")]":
            if not opened:
                return text[:place].rstrip(" ,;.")
            opened.pop()
    return text[: opened[0]].rstrip(" ,;.") if opened else text
