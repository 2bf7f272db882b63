"""Whether two descriptions are of one outcome: features of the pair, and how it stands among its rivals."""

from __future__ import annotations

from collections.abc import Sequence
from math import log1p, sqrt

from rapidfuzz import fuzz

from trialseal.outcomes.learnt import model
from trialseal.outcomes.likeness import containment, cosine, shared_of_all
from trialseal.outcomes.rarity import GENERIC, weight
from trialseal.outcomes.readings import OutcomeReading


def sameness_features(one: OutcomeReading, other: OutcomeReading) -> dict[str, float]:
    """A pair in numbers, the same in either order but for the sign of nothing: each feature treats both sides alike."""
    mine, theirs = one.forms, other.forms
    told, also_told = mine - GENERIC, theirs - GENERIC
    shared = told & also_told
    only_mine, only_theirs = weight(told - also_told), weight(also_told - told)
    smaller, larger = sorted((weight(told), weight(also_told)))
    core, other_core = set(one.core), set(other.core)
    times, other_times = one.times.follow_up, other.times.follow_up
    like_times = any(point.is_like(also) for point in times for also in other_times)
    aggregations = one.concepts("aggregations"), other.concepts("aggregations")
    core_shared = weight(core & other_core)
    return {
        "shared of smaller": weight(shared) / max(0.2, smaller),
        "shared of larger": weight(shared) / max(0.2, larger),
        "shared of all": shared_of_all(told, also_told),
        "shared of both": weight(shared) / max(0.2, sqrt(smaller * larger)),
        "shared": min(4.0, weight(shared)),
        "rarest shared": max((weight((form,)) for form in shared), default=0.0),
        "shared with generic words": shared_of_all(mine, theirs),
        "only generic words shared": float(bool(mine & theirs) and not shared),
        "missing in the one": min(5.0, min(only_mine, only_theirs)),
        "missing in the other": min(5.0, max(only_mine, only_theirs)),
        "token set ratio": fuzz.token_set_ratio(one.plain, other.plain) / 100,
        "token sort ratio": fuzz.token_sort_ratio(one.plain, other.plain) / 100,
        "partial ratio": fuzz.partial_ratio(one.plain, other.plain) / 100,
        "trigrams": cosine(one.trigrams, other.trigrams),
        "abbreviations shared": float(bool(one.acronyms & other.acronyms)),
        "abbreviations apart": float(bool(one.acronyms and other.acronyms) and not one.acronyms & other.acronyms),
        "initials": max(_initials(one, other), _initials(other, one)),
        "longest beginning": min(8, _longest_beginning(told, also_told)) / 8,
        "smaller length": log1p(min(len(mine), len(theirs))),
        "larger length": log1p(max(len(mine), len(theirs))),
        "nothing but generic words": float(not told or not also_told),
        "times apart": float(bool(times and other_times) and not like_times),
        "times alike": float(like_times),
        "aggregation shared": float(bool(aggregations[0] & aggregations[1])),
        "aggregation apart": float(bool(aggregations[0] and aggregations[1]) and not aggregations[0] & aggregations[1]),
        "metric shared": float(bool(one.concepts("metrics") & other.concepts("metrics"))),
        "listed by the one": float(min(4, max(one.listed, other.listed))),
        "listed apart": float(min(3, abs(one.listed - other.listed))),
        "core shared of smaller": core_shared / max(0.2, min(weight(core), weight(other_core))),
        "core shared of all": shared_of_all(frozenset(core), frozenset(other_core)),
        "core unknown to the other": 1.0
        - min(containment(frozenset(core), theirs), containment(frozenset(other_core), mine)),
        "core unknown to either": 1.0
        - max(containment(frozenset(core), theirs), containment(frozenset(other_core), mine)),
        "core ratio": fuzz.ratio(" ".join(one.core), " ".join(other.core)) / 100,
        "head shared": float(bool(core and other_core) and one.core[-1] == other.core[-1]),
        "heads known": float(one.core[-1:] != () and one.core[-1] in theirs)
        + float(other.core[-1:] != () and other.core[-1] in mine),
    }


def standing(bases: Sequence[Sequence[float | None]], row: int, column: int) -> dict[str, float]:
    """How a pair stands among the rivals of either side; `bases` holds each pair's base, None where not asked."""
    base = bases[row][column] or 0.0
    in_row = [value for k, value in enumerate(bases[row]) if k != column and value is not None]
    in_column = [line[column] for k, line in enumerate(bases) if k != row and line[column] is not None]
    return {
        "lead in its row": base - max(in_row, default=0.0),
        "lead in its column": base - max((value for value in in_column if value is not None), default=0.0),
    }


def sameness(some: Sequence[OutcomeReading], others: Sequence[OutcomeReading]) -> list[list[float]]:
    """The probability for each of the one list and each of the other that both are one outcome."""
    features = [[sameness_features(one, other) for other in others] for one in some]
    bases: list[list[float | None]] = [[base(each) for each in line] for line in features]
    judge = model("same").judge
    return [
        [judge(each | standing(bases, i, j)).probability for j, each in enumerate(line)]
        for i, line in enumerate(features)
    ]


def base(features: dict[str, float]) -> float:
    """What a pair's standing is judged by: not learnt, from 0 to 2."""
    return features["shared with generic words"] + features["trigrams"]


def _initials(one: OutcomeReading, other: OutcomeReading) -> float:
    """Whether an abbreviation of the one spells the initials of words of the other."""
    words = other.plain.split()
    initials = "".join(word[0] for word in words)
    return float(any(len(short) >= 2 and short.isalpha() and short in initials for short in one.acronyms))


def _longest_beginning(some: frozenset[str], others: frozenset[str]) -> int:
    """The length of the longest common beginning of two words."""
    mine, theirs = sorted(some), sorted(others)
    return max((_common(word, also) for word in mine for also in theirs if word[0] == also[0]), default=0)


def _common(word: str, also: str) -> int:
    return next(
        (k for k, (one, other) in enumerate(zip(word, also, strict=False)) if one != other), min(len(word), len(also))
    )
