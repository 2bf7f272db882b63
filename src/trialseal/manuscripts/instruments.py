"""Names of instruments in a list of outcomes, and what is measured with several of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

_BRACKETS = re.compile(r"\s*\([^()]*\)")
_MEASURED_BY = re.compile(
    r"\b(?:measured|assessed|evaluated|rated|judged|scored|determined|quantified)\s+(?:by|with|using|on|through|via)\b",
    re.IGNORECASE,
)
_INSTRUMENT = re.compile(
    r"\b(?:scales?|questionnaires?|scores?|inventor(?:y|ies)|index|indices|instruments?|surveys?|diar(?:y|ies)|tests?"
    r"|interviews?"
    r"|checklists?|subscales?)\b[^,;]{0,20}$",
    re.IGNORECASE,
)
# 'the Work' and 'Social Adjustment Scale (WSAS)': one name.
_CAPITAL_END = re.compile(r"(?:\b(?:the|a|using|with|by)\s+|[A-Z][\w-]+\s+|^\s*)(?:of\s+)?[A-Z][a-z][\w-]*\s*$")
_CAPITAL_NAME = re.compile(
    r"\s*(?:[A-Z][\w’'-]*\s+){1,6}?(?:[A-Z]\w*\s+)?(?:Scales?|Index|Inventory|Questionnaires?|Score|Test|Survey|Checklist|Profile|Assessment)\b"
)


def ends_as_instrument(text: str) -> bool:
    """Whether a text ends as an instrument's name does: '… scale', '… questionnaire (NPI)'."""
    return _INSTRUMENT.search(text) is not None


def says_instrument(text: str) -> bool:
    """Whether a text says with what something is measured: 'as measured by the index (SQUID)'."""
    return _MEASURED_BY.search(text) is not None


def of_one_instrument(before: str, behind: str) -> bool:
    """Whether an 'and' stands within an instrument's name ('the Work and Social Adjustment Scale'), or between two that
    measure one thing ('pain, measured with a diary and a questionnaire')."""
    if _CAPITAL_END.search(before) and _CAPITAL_NAME.match(behind):
        return True
    return (
        (measured := _MEASURED_BY.search(before)) is not None
        and ")" not in before[measured.end() :]
        and _INSTRUMENT.search(_BRACKETS.sub("", behind)) is not None
        and _MEASURED_BY.search(behind) is None
        and not re.search(r"\busing\b", behind)
    )


def names_instruments(pieces: Sequence[str]) -> bool:
    """Whether 'pain, as measured by a scale, a diary and a questionnaire' goes on with nothing but instruments."""
    return (
        len(pieces) > 2
        and _MEASURED_BY.search(pieces[0]) is not None
        and all(_INSTRUMENT.search(piece) for piece in pieces)
    )
