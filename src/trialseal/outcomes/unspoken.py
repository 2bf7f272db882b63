"""What a paper's words must say of each registered primary outcome before nothing is said to differ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from trialseal.outcomes.likeness import containment
from trialseal.outcomes.model import ChangeCode, Outcome
from trialseal.outcomes.published import StatedOutcomes
from trialseal.outcomes.rarity import GENERIC
from trialseal.outcomes.readings import AROUND, OutcomeReading, latest, read_all
from trialseal.outcomes.times import Times, times

# Less of what is measured, by weight, than this is not the outcome found again.
_FOUND = 0.5
_JOINED = re.compile(r"\s+(?:and|or|and/or|&)\s+|\s*/\s*(?=[a-z])", re.IGNORECASE)
# Survival free of what: one word of four tells these outcomes apart.
_SURVIVAL = re.compile(r"\b([a-z]+)[- ]free survival|\b(overall) survival|\b(\w+)[- ]specific survival", re.IGNORECASE)
# Ends that a record and a paper name alike without a number. What begins a measuring says nothing of when it ends.
_ENDS = frozenset({"treatment_end", "study_end", "discharge"})


def unspoken(registered: Sequence[Outcome], said: StatedOutcomes) -> tuple[ChangeCode, ...]:
    """What keeps a reader from finding the registered primary outcomes again: a measure, a metric or a time that the
    paper's sentences on its primary outcomes do not give, or a time of theirs that is nowhere registered."""
    statement = Outcome("primary", said.about_primary)
    firsts = [one for one in read_all(registered, [statement]) if one.outcome.role == "primary"]
    (paper,) = read_all([statement], registered)
    told = times(said.about_primary)
    return tuple(dict.fromkeys([*_measures(firsts, paper), *_times(firsts, told)]))


def _measures(firsts: Sequence[OutcomeReading], paper: OutcomeReading) -> Iterator[ChangeCode]:
    survivals, also = _survivals(one.outcome.measure for one in firsts), _survivals([paper.outcome.measure])
    lacking = any(containment(frozenset(one.core), paper.all_forms) < _FOUND for one in firsts)
    if lacking or _apart(survivals, also) or any(_lacks_a_part(one, paper) for one in firsts):
        yield ChangeCode.MEASURE_CHANGED
    metrics = frozenset[str]().union(*(one.concepts("metrics") for one in firsts))
    if _apart(metrics, paper.concepts("metrics")):
        yield ChangeCode.METRIC_CHANGED


def _lacks_a_part(registered: OutcomeReading, paper: OutcomeReading) -> bool:
    """Whether of what the title joins by 'and', 'or' or a stroke one is not spoken of: nausea and vomiting, say."""
    parts = _JOINED.split(AROUND.split(registered.outcome.measure, maxsplit=1)[0])
    named = read_all([registered.outcome._replace(measure=one, description="", time_frame="") for one in parts])
    return len(parts) > 1 and any(one.forms - GENERIC and not one.forms & paper.all_forms for one in named)


def _times(firsts: Sequence[OutcomeReading], told: Times) -> Iterator[ChangeCode]:
    every = [point for one in firsts for point in (*one.every_time, *one.times.follow_up)]
    if any(not any(point.is_like(other) for other in every) for point in told.follow_up):
        yield ChangeCode.TIME_CHANGED if every else ChangeCode.TIME_ADDED
    if not all(_in_time(one, told) for one in firsts):
        yield ChangeCode.TIME_OMITTED


def _in_time(registered: OutcomeReading, told: Times) -> bool:
    """Whether the last registered time is told. A time to an event has none of its own: how long was watched."""
    last = latest(registered)
    return (
        last is None
        or "time-to-event" in registered.concepts("metrics")
        or any(point.is_like(last) for point in told.follow_up)
        or bool(registered.times.events & told.events & _ENDS)
    )


def _survivals(texts: Iterator[str] | Sequence[str]) -> frozenset[str]:
    return frozenset(
        next(filter(None, found.groups())).casefold() for text in texts for found in _SURVIVAL.finditer(text)
    )


def _apart(some: frozenset[str], others: frozenset[str]) -> bool:
    """Whether both sides say something, and nothing alike."""
    return bool(some and others) and not some & others
