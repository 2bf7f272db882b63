"""How alike two outcomes are. A suggestion of which belong together, never an acquittal of what differs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import sqrt

from trialseal.outcomes.contrasts import exclude_each_other
from trialseal.outcomes.rarity import weight
from trialseal.outcomes.readings import OutcomeReading

# The weight of a title from which on it cannot be found in another text by chance.
_TELLING = 1.5


def likeness(one: OutcomeReading, other: OutcomeReading) -> float:
    """From 0 to 1, by the meaningful words shared, rare ones counting more, and by runs of letters; 1 for equal, and 0
    where names exclude each other."""
    if one.squashed == other.squashed:
        return 1.0
    if exclude_each_other(one.named, other.named):
        return 0.0
    (title, whole, length), (other_title, other_whole, other_length) = one.weights, other.weights
    titles = weight(one.forms & other.forms)
    known, also_known = weight(one.forms & other.all_forms), weight(other.forms & one.all_forms)
    if not known and not also_known:
        return 0.0
    crossed = max(known / title if title else 0.0, also_known / other_title if other_title else 0.0)
    letters = _inner(one.trigrams, other.trigrams) / (length * other_length) if length and other_length else 0.0
    acronyms = 0.05 if one.acronyms & other.acronyms else 0.0
    # A title that the other explains in full is of one outcome with it, however it is called there.
    told = max(
        known / title if title >= _TELLING else 0.0, also_known / other_title if other_title >= _TELLING else 0.0
    )
    return min(
        0.99,
        max(
            0.6 * told,
            0.4 * _tempered(titles, title, other_title)
            + 0.2 * crossed
            + 0.15 * _tempered(weight(one.all_forms & other.all_forms), whole, other_whole)
            + 0.25 * letters
            + acronyms,
        ),
    )


def overlap(some: Iterable[str], others: Iterable[str]) -> float:
    """The weight of shared words in that of the smaller text, tempered by that of the larger; 0 if either is empty."""
    mine, theirs = frozenset(some), frozenset(others)
    return _tempered(weight(mine & theirs), weight(mine), weight(theirs))


def containment(some: frozenset[str], others: frozenset[str]) -> float:
    """The weight of shared words in that of the first; 0 if it is empty."""
    whole = weight(some)
    return weight(some & others) / whole if whole else 0.0


def shared_of_all(some: frozenset[str], others: frozenset[str]) -> float:
    """The weight of shared words in that of all words of both."""
    whole = weight(some | others)
    return weight(some & others) / whole if whole else 0.0


def cosine(some: Mapping[str, int], others: Mapping[str, int]) -> float:
    """The cosine of two counts, from 0 to 1."""
    shared = _inner(some, others)
    if not shared:
        return 0.0
    return shared / sqrt(sum(n * n for n in some.values()) * sum(n * n for n in others.values()))


def _tempered(shared: float, mine: float, theirs: float) -> float:
    return shared / (0.7 * min(mine, theirs) + 0.3 * max(mine, theirs)) if shared else 0.0


def _inner(some: Mapping[str, int], others: Mapping[str, int]) -> int:
    if len(some) > len(others):
        some, others = others, some
    return sum(count * others[name] for name, count in some.items() if name in others)
