"""Survival endpoints that a measure defines in place of naming them: time to death of any cause is overall survival.

Names and definitions as oncology trials use them (FDA, Clinical Trial Endpoints for the Approval of Cancer Drugs and
Biologics, 2018, table 1).
"""

from __future__ import annotations

import re

_BEGIN = r"(?:the )?time (?:(?:from|between|since) [\w/ -]{3,60}? )?(?:to|until|and)(?: the)?(?: date of)?"
_DEATH = r"death(?:,? (?:from|of|due to|by|for) (?:any|all) (?:causes?|reasons?))?"
_FIRST = r"(?:first |documented |objective |radiographic |confirmed |disease |tumou?r )*"
_DEFINED = tuple(
    (name, re.compile(rf"\s*{_BEGIN} {event}(?=\s*(?:$|[.,;(\[]|at |up to |within |over ))", re.IGNORECASE))
    for name, event in (
        ("overall survival", _DEATH),
        ("progression free survival", rf"{_FIRST}progression,? or {_DEATH}"),
        ("disease free survival", rf"{_FIRST}(?:recurrence|relapse),? or {_DEATH}"),
    )
)


def by_name(measure: str) -> str:
    """The measure with a definition at its beginning replaced by the endpoint's name."""
    for name, pattern in _DEFINED:
        if found := pattern.match(measure):
            return name + measure[found.end() :]
    return measure
