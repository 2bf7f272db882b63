"""What papers call their outcomes: 'co-primary end points', 'key secondary efficacy variables', and in which role."""

from __future__ import annotations

import re
from typing import Literal

Role = Literal["primary", "secondary", "other"]

_SECONDARY = (
    r"(?:(?:key|main|major|other|further|additional|important|confirmatory|principal|pre-?specified|ranked"
    r"|first)[\s-]+)*"
    r"secondary"
)
_PRIMARY = r"(?:co[-\s]?|dual[\s-]|joint[\s-])?primary|main|principal|major"
_ROLE = rf"(?P<role>{_SECONDARY}|{_PRIMARY}|(?:other\s+)?exploratory|tertiary)"
_OUTCOME = r"(?:out-?\s?comes?|end[\s-]?points?)"
_NOUN = (
    rf"(?:{_OUTCOME}(?:\s+(?:measures?|measurements?|variables?|parameters?|criteri(?:on|a)|events?))?"
    r"|(?:efficacy|response|effectiveness)\s+(?:measures?|variables?|parameters?|assessments?|criteri(?:on|a))"
    r"|(?:measures?|measurements?|variables?|parameters?|assessments?)(?:\s+of\s+(?:efficacy|outcome|effectiveness))?)"
)
_BETWEEN = (
    r"(?:\s+(?!(?:was|were|is|are|secondary|primary|tertiary|exploratory|outcomes?|end-?points?|analys[ei]s|surrogate"
    r"|which|that|who|affect\w*)\b)"
    r"(?!and\s+(?:key\s+)?(?:secondary|other)\b)[\w’'/&-]+){0,3}?"
)
NAMED = rf"\b{_ROLE}{_BETWEEN}\s+(?P<noun>{_NOUN})\b"
_NAMED = re.compile(NAMED, re.IGNORECASE)
BOTH = re.compile(
    r"\bprimary\s+(?:(?:and|or|and/or)\s+(?:the\s+|key\s+)?secondary|and\s+other)\b(?!\s+(?:health|medical)?\s*(?:care|school"
    r"|prevention))",
    re.IGNORECASE,
)
# 'The main adverse outcome of diabetes' and 'major adverse outcomes' are no trial's main ones.
_NOT_MAIN = re.compile(
    r"(?:main|principal|major)\s+(?:adverse|cardio\w+|cardiac|clinical events?|bleeding|health)\b"
    r"|(?:main|principal|major)\s[^.;:]{0,40}?(?:out-?comes?|end[\s-]?points?)\s+of\s+(?!(?:the|this|our|interest|measure|efficacy)\b)",
    re.IGNORECASE,
)
_NOT_NAMED = re.compile(r"\bprimary (?:care|school|tumou?r|percutaneous|pci|motor|cortex|prevention)\b", re.IGNORECASE)
_HEADED = re.compile(rf"(?:the\s+|(?:[\w-]+\s+){{1,2}})?{NAMED}", re.IGNORECASE)
# 'E. Secondary outcomes', 'D. Outcomes: primary outcomes'
_NUMBERED = re.compile(
    r"^(?:(?:[A-Z]|[ivx]{1,4}|\d+(?:\.\d+)*)[.)]\s+)?(?:(?:trial\s+|study\s+)?out-?comes?:\s+)?", re.IGNORECASE
)
_MAIN_MEASURES = re.compile(r"main (?:outcomes?(?: and measures?| measures?)?|measures?)", re.IGNORECASE)


def names_in(text: str) -> list[re.Match[str]]:
    """Where a text names outcomes, with the groups `role` and `noun`."""
    return [
        name
        for name in _NAMED.finditer(text)
        if not _NOT_NAMED.match(text, name.start()) and not _NOT_MAIN.match(text, name.start())
    ]


def role_of(words: str) -> Role:
    """The role that words such as 'key secondary' stand for."""
    words = words.lower()
    if "secondary" in words:
        return "secondary"
    return "other" if "exploratory" in words or "tertiary" in words else "primary"


def heading_role(text: str) -> Role | None:
    """The role of a heading that is the name of outcomes and no more; None if it is another."""
    plain = _NUMBERED.sub("", text).strip(" .:0123456789")
    if _MAIN_MEASURES.fullmatch(plain):
        return "primary"
    named = _HEADED.fullmatch(plain)
    if named is None or BOTH.search(plain):
        return None
    return role_of(named["role"])


def told_alone(text: str) -> Role | None:
    """The role of a sentence that is no more than 'Main outcome measures.' or '– Secondary variables:'."""
    plain = text.strip(" .:")
    if is_main_measures(plain):
        return "primary"
    marked = text.lstrip()[:1] in "–—*•·-"
    return heading_role(plain.lstrip("–—*•·- ")) if marked or text.rstrip().endswith(":") else None


def cell_role(text: str) -> Role | None:
    """The role that a table's cell names, also by 'Primary' alone."""
    plain = text.strip(" .:0123456789*")
    if plain.lower() in ("primary", "secondary", "exploratory", "co-primary", "tertiary"):
        return role_of(plain)
    return heading_role(plain)


def last_role(text: str) -> Role | None:
    """The role that a sentence names last, as one that leads over to a list does."""
    names = [name["role"] for name in _NAMED.finditer(text)]
    return role_of(names[-1]) if names and not BOTH.search(text) else None


def names_outcomes(text: str) -> bool:
    """Whether a text names outcomes of any role."""
    return _NAMED.search(text) is not None


def is_main_measures(text: str) -> bool:
    """Whether a heading is 'Main outcome measures' or alike."""
    return _MAIN_MEASURES.fullmatch(text) is not None
