"""A comparison in numbers: what a reader would look at to tell a real change of the primary outcomes from rewording.

Each feature is named after what it counts, so that a judgement can say which of them decided it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import log1p

from trialseal.outcomes.likeness import likeness, overlap
from trialseal.outcomes.model import ChangeCode, Comparison, Outcome, Pair, Severity
from trialseal.outcomes.rarity import weight
from trialseal.outcomes.readings import OutcomeReading, read_all
from trialseal.outcomes.sameness import sameness
from trialseal.outcomes.times import Time, same_days
from trialseal.outcomes.words import content

UNDOUBTED = "major change, by confidence"
_CODES = (
    ChangeCode.PRIMARY_DROPPED,
    ChangeCode.PRIMARY_ADDED,
    ChangeCode.PRIMARY_DEMOTED,
    ChangeCode.PRIMARY_PROMOTED,
    ChangeCode.PRIMARY_REPLACED,
    ChangeCode.SPLIT,
    ChangeCode.MERGED,
    ChangeCode.TIME_CHANGED,
    ChangeCode.TIME_ADDED,
    ChangeCode.TIME_OMITTED,
    ChangeCode.METRIC_CHANGED,
    ChangeCode.METRIC_ADDED,
    ChangeCode.AGGREGATION_CHANGED,
    ChangeCode.AGGREGATION_ADDED,
    ChangeCode.MEASURE_ADDED,
    ChangeCode.MEASURE_OMITTED,
    ChangeCode.THRESHOLD_CHANGED,
    ChangeCode.COMPONENT_CHANGED,
)


def primary_features(before: Sequence[Outcome], after: Sequence[Outcome], comparison: Comparison) -> dict[str, float]:
    """What became of the primary outcomes, in numbers."""
    befores, afters = read_all(before, after), read_all(after, before)
    concerned = concerned_pairs(before, after, comparison)
    found = {f"code:{code}": 0.0 for code in _CODES}
    for pair in concerned:
        for change in pair.changes:
            if f"code:{change.code}" in found:
                found[f"code:{change.code}"] += 1.0
    found[UNDOUBTED] = max((pair.confidence for pair in concerned if pair.severity is Severity.MAJOR), default=0.0)
    mine = [one for one in befores if one.outcome.role == "primary"]
    theirs = [one for one in afters if one.outcome.role == "primary"]
    found["primaries before"] = float(len(mine))
    found["primaries after"] = float(len(theirs))
    found["more primaries"] = float(max(0, len(theirs) - len(mine)))
    found["fewer primaries"] = float(max(0, len(mine) - len(theirs)))
    found["none before"] = float(not mine)
    found["least likeness of a primary before"] = min((best(one, theirs) for one in mine), default=0.0)
    found["least likeness of a primary after"] = min((best(one, mine) for one in theirs), default=0.0)
    found["least likeness of a matched pair"] = min(
        (likeness(befores[p.before[0]], afters[p.after[0]]) for p in concerned if p.before and p.after), default=1.0
    )
    found |= _whole(mine, theirs)
    pairs = [pair_features(befores[p.before[0]], afters[p.after[0]]) for p in concerned if p.before and p.after]
    names = pair_features(_NOTHING, _NOTHING).keys()
    found |= {name: max((pair[name] for pair in pairs), default=0.0) for name in names}
    return found


def best(reading: OutcomeReading, others: Iterable[OutcomeReading]) -> float:
    """The likeness to the most alike of others."""
    return max((likeness(reading, other) for other in others), default=0.0)


def pair_features(one: OutcomeReading, other: OutcomeReading) -> dict[str, float]:
    """Two outcomes that belong together, in numbers; all zero for equal ones."""
    named_before = _names_instrument(one)
    methods_new = other.concepts("methods") - one.concepts("methods")
    new_words = other.all_forms - one.all_forms
    new_in_title = other.forms - one.all_forms
    lost_in_title = one.forms - other.all_forms
    new_acronyms = other.acronyms - one.acronyms
    mine, theirs = one.times.follow_up, other.times.follow_up
    return {
        "new words": log1p(weight(new_words)),
        "new words of the title": weight(new_in_title) / (1.0 + weight(one.all_forms)),
        "lost words of the title": weight(lost_in_title) / (1.0 + weight(one.forms)),
        "title unlike": 1.0 - overlap(one.forms, other.forms) if one.squashed != other.squashed else 0.0,
        "new abbreviations": log1p(len(new_acronyms)),
        "description added": float(not one.outcome.description and bool(other.outcome.description)),
        "description left out": float(bool(one.outcome.description) and not other.outcome.description),
        "definition added": float(bool(methods_new & {"defined", "by", "formula"})),
        "method added where none was named": float(bool(methods_new) and not named_before),
        "instrument described that was named": float(bool(methods_new) and named_before),
        "scale added": float("scale" in methods_new and not named_before),
        "judge added": float("central" in methods_new),
        "analysis set added": float("analysis" in methods_new),
        "time only after": float(not mine and bool(theirs)),
        "time only before": float(bool(mine) and not theirs),
        "last time apart": _last_apart(mine, theirs),
        "new times": log1p(sum(not _has(mine, point) for point in theirs)) if mine else 0.0,
        "lost times": log1p(sum(not _has(theirs, point) for point in mine)) if theirs else 0.0,
        "new times said nowhere": _times_said_nowhere(one, other),
        "lost times said nowhere": _times_said_nowhere(other, one),
        "aggregation of the title changed": _shift(one, other, "aggregations"),
        "metric of the title changed": _shift(one, other, "metrics"),
        "aggregation added": float(not one.concepts("aggregations") and bool(other.concepts("aggregations"))),
        "metric added": float(not one.concepts("metrics") and bool(other.concepts("metrics"))),
        "proportion added": float("proportion" in other.concepts("aggregations") - one.concepts("aggregations")),
        "change added": float("change" in other.concepts("metrics") - one.concepts("metrics")),
        "aggregation of the title added": float(
            not one.concepts("aggregations", "measure") and bool(other.concepts("aggregations", "measure"))
        ),
        "summary added": float(bool(other.concepts("aggregations") & _SUMMARIES) and not one.concepts("aggregations")),
        "description restates": _restated(one, other) if other.outcome.description else 0.0,
        "title kept whole": float(bool(one.forms) and one.forms <= other.forms),
        "says little": 1.0 / (1.0 + weight(one.all_forms)),
        "names with what": float(named_before),
        "times only as events": float(not mine and bool(one.times.events)),
        "calendar date": float("calendar" in other.times.events and not mine),
        "criteria named new": float(bool(new_acronyms & _CRITERIA)),
        "sameness": 1.0 - sameness([one], [other])[0][0] if one.squashed != other.squashed else 0.0,
        "thresholds new": log1p(len(other.concepts("thresholds") - one.concepts("thresholds"))),
        "thresholds of the title new": log1p(len(other.concepts("thresholds", "measure") - one.concepts("thresholds"))),
    }


_SCALES = frozenset(
    {"scale", "score", "questionnaire", "index", "inventory", "criteria", "test", "diary", "survey", "instrument"}
)
_SUMMARIES = frozenset({"mean", "median", "geometric-mean", "incidence-rate", "proportion", "sum", "ratio"})
# Criteria by which an event is judged; naming them says how it is measured.
_CRITERIA = frozenset(
    {"recist", "ctcae", "irr", "icr", "irc", "mdrd", "who", "nci", "ctc", "fda", "dsm", "icd10", "timi"}
)


def _restated(one: OutcomeReading, other: OutcomeReading) -> float:
    """How much of the other's description the one says already."""
    described = frozenset(token.form for token in content(other.outcome.description))
    return weight(described & one.all_forms) / weight(described) if described else 0.0


def _names_instrument(reading: OutcomeReading) -> bool:
    """Whether it already names with what it is measured: an abbreviation, a scale, a score, a test."""
    return bool(reading.acronyms) or bool(reading.all_forms & _SCALES) or bool(reading.concepts("methods"))


def _whole(mine: Sequence[OutcomeReading], theirs: Sequence[OutcomeReading]) -> dict[str, float]:
    """Primary outcomes taken together, whatever belongs to whatever."""
    before, after = _forms(mine), _forms(theirs)
    titles_before, titles_after = _titles(mine), _titles(theirs)
    return {
        "words kept": weight(before & after) / weight(before) if before else 0.0,
        "words of titles kept": weight(titles_before & after) / weight(titles_before) if titles_before else 0.0,
        "words of titles known": weight(titles_after & before) / weight(titles_after) if titles_after else 0.0,
        "growth": log1p(sum(len(one.squashed) for one in theirs)) - log1p(sum(len(one.squashed) for one in mine)),
    }


def _forms(readings: Iterable[OutcomeReading]) -> frozenset[str]:
    return frozenset().union(*(one.all_forms for one in readings))


def _titles(readings: Iterable[OutcomeReading]) -> frozenset[str]:
    return frozenset().union(*(one.forms for one in readings))


def _has(points: Iterable[Time], point: Time) -> bool:
    return any(point.is_like(other) for other in points)


def _last_apart(mine: Sequence[Time], theirs: Sequence[Time]) -> float:
    """How far the last times are apart, from 0 to 1."""
    if not mine or not theirs:
        return 0.0
    one, other = max(point.days for point in mine), max(point.days for point in theirs)
    return 0.0 if same_days(one, other) else 1.0 - min(one, other) / max(one, other)


def _times_said_nowhere(one: OutcomeReading, other: OutcomeReading) -> float:
    """Times of the one's time frame that none of the other's fields says."""
    said = (*one.every_time, *one.times.follow_up)
    return float(bool(said) and any(not _has(said, point) for point in other.times.follow_up))


def _shift(one: OutcomeReading, other: OutcomeReading, kind: str) -> float:
    mine, theirs = one.concepts(kind, "measure"), other.concepts(kind, "measure")
    return float(bool(mine) and bool(theirs) and not mine & theirs)


_NOTHING = read_all([Outcome("primary", "")])[0]


def concerned_pairs(before: Sequence[Outcome], after: Sequence[Outcome], comparison: Comparison) -> list[Pair]:
    """The pairs that a primary outcome is in."""
    return [
        pair
        for pair in comparison.pairs
        if any(before[i].role == "primary" for i in pair.before) or any(after[j].role == "primary" for j in pair.after)
    ]
