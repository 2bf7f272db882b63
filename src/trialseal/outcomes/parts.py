"""Tells the parts of a trial apart where a record writes them into its outcomes: `…: Phase 1`, `… (Cohort B)`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Sequence

from trialseal.outcomes.model import Outcome
from trialseal.outcomes.times import times
from trialseal.outcomes.words import squashed

_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
_NUMBER = r"(?:[1-4]|I{1,3}|IV)"
_PHASE = re.compile(
    rf"\bphase\s+(?P<first>{_NUMBER})(?P<letter>[ab])?(?:\s*/\s*(?P<second>{_NUMBER})[ab]?)?\b", re.IGNORECASE
)
_NAMED = re.compile(r"\b(?P<kind>part|cohort|sub-?study)\s+(?P<name>\d{1,2}|[A-H])\b(?!\s+of\b)", re.IGNORECASE)
_AFTER_COLON = re.compile(r":\s+([^:]{3,})$")
# An analysis set is not part of a trial.
_ANALYSIS_SET = re.compile(r"\b(?:ITT|intent|per[- ]protocol|analysis|population|set)\b", re.IGNORECASE)
_LEAST_SHARED = 2
BY_ENDING = ": "
"""Begins the name of a part that is known by nothing but the ending which several outcomes share."""


def told_apart(before: Sequence[Outcome], after: Sequence[Outcome]) -> tuple[list[Outcome], list[Outcome]]:
    """Both sets with parts, where the documents state none and the words tell at least two apart; else as given."""
    if any(one.part is not None for one in (*before, *after)):
        return list(before), list(after)
    endings = Counter(ending for one in _distinct((*before, *after)) if (ending := _ending(one)))
    shared = {ending for ending, count in endings.items() if count >= _LEAST_SHARED}
    parts = [[part_of(one, shared) for one in outcomes] for outcomes in (before, after)]
    if len({part for some in parts for part in some if part is not None}) < 2:
        return list(before), list(after)
    mine, theirs = (
        [one._replace(part=part) for one, part in zip(outcomes, some, strict=True)]
        for outcomes, some in zip((before, after), parts, strict=True)
    )
    return mine, theirs


def part_of(outcome: Outcome, endings: Container[str] = ()) -> str | None:
    """The part that an outcome's words name, as `phase 2/3`, `cohort b`; else `: ` and its ending, if that is one of
    those given."""
    if found := _PHASE.search(outcome.measure):
        names = [_ROMAN.get(name.casefold(), name) for name in (found["first"], found["second"]) if name]
        return f"phase {'/'.join(names)}{(found['letter'] or '').casefold()}"
    if found := _NAMED.search(outcome.measure):
        return f"{found['kind'].casefold()} {found['name'].casefold()}"
    ending = _ending(outcome)
    return f"{BY_ENDING}{ending}" if ending is not None and ending in endings else None


def _ending(outcome: Outcome) -> str | None:
    found = _AFTER_COLON.search(outcome.measure)
    if found is None or _ANALYSIS_SET.search(found[1]) or times(found[1]).points:
        return None
    return squashed(found[1])


def _distinct(outcomes: Iterable[Outcome]) -> Iterable[Outcome]:
    return {squashed(one.measure): one for one in outcomes}.values()
