"""How alike two outcomes are. A suggestion of which belong together, never an acquittal of what differs."""

from __future__ import annotations

from collections.abc import Iterable

from trialseal.outcomes.rarity import rarity
from trialseal.outcomes.readings import Reading


def likeness(one: Reading, other: Reading) -> float:
    """From 0 to 1, by the meaningful words shared, rare ones counting more; 1 for equal texts."""
    if one.squashed == other.squashed:
        return 1.0
    titles = overlap(one.forms, other.forms)
    whole = overlap(one.all_forms, other.all_forms)
    acronyms = 0.1 if one.acronyms & other.acronyms else 0.0
    return min(0.99, 0.6 * titles + 0.4 * whole + acronyms)


def overlap(some: Iterable[str], others: Iterable[str]) -> float:
    """The weight of shared words in that of the smaller text, tempered by that of the larger; 0 if either is empty."""
    mine, theirs = set(some), set(others)
    shared = weight(mine & theirs)
    if not shared:
        return 0.0
    smaller, larger = sorted((weight(mine), weight(theirs)))
    return shared / (0.7 * smaller + 0.3 * larger)


def weight(words: Iterable[str]) -> float:
    """How much words tell, together."""
    return sum(rarity(word) for word in words)
