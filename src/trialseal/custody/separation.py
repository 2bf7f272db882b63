"""Whether anything in the events, or the order of kit numbers, tells the arms: for the unblinded party's eyes alone.

Each thing that a kit's events say is asked: of the other kits of which they say the same, is the commonest arm this
kit's? If that is right much more often than of kits drawn at random, the thing tells the arm. "Much" is five times the
standard deviation of chance, which no honest list of any size reaches by accident.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import sqrt
from typing import Final, NamedTuple

from trialseal.custody.life import Life
from trialseal.escaping import quoted
from trialseal.evidence.custody import CustodyEvidence
from trialseal.rules.finding import Answer, Finding, Standard, does_not_apply, fails, holds, rule, undetermined

BLINDING: Final = Standard("ICH E9", "2.3.1 and 2.3.2", "1998", "nothing that is seen may reveal the treatment")
_MEMBERS: Final = (
    "gtin", "lot", "expires", "quantity", "unit", "product", "place", "destination", "shipment", "condition", "low",
    "high", "reason", "safety_features",
)  # fmt: skip
_FEWEST: Final = 8
"""Of fewer kits nothing can be told."""
_DEVIATIONS: Final = 5.0


class Separation(NamedTuple):
    """How well one thing tells the arm."""

    what: str
    kits: int
    """Of how many kits it says the same as of another one."""
    right: int
    """For how many of them the commonest arm of the others is theirs."""
    chance: float
    """For how many it would be by chance."""

    @property
    def tells(self) -> bool:
        """Whether that is much more than chance."""
        if self.kits < _FEWEST:
            return False
        rate = self.chance / self.kits
        spread = sqrt(self.kits * rate * (1 - rate)) or 1.0
        return (self.right - self.chance) / spread > _DEVIATIONS


class SeparationCase(NamedTuple):
    """All that was asked."""

    found: tuple[Separation, ...]
    kits: int
    arms: int


@rule(
    "arms-not-told",
    asks="Do the events and the order of kit numbers leave the treatment arms hidden?",
    source=BLINDING,
    applies="where the unblinded party's list is given",
)
def arms_not_told(case: SeparationCase) -> Answer:
    if case.arms < 2:
        return does_not_apply("the list has one arm")
    if case.kits < _FEWEST:
        return undetermined(f"the list names {case.kits} kits, of which nothing can be told: {_FEWEST} would do")
    telling = [one for one in case.found if one.tells]
    if not telling:
        return holds(f"of {case.kits} kits, none of {len(case.found)} things tells the arm better than chance")
    words = "; ".join(
        f"by {one.what} the arm of {one.right} of {one.kits} kits is guessed right ({one.chance:.0f} by chance)"
        for one in telling
    )
    return fails(f"{words}: may whoever is blinded see that?")


def separation(
    lives: Iterable[Life], evidence: CustodyEvidence, arms: Mapping[str, str]
) -> tuple[Finding, list[Separation]]:
    """The finding, and what it rests on, the most telling first."""
    by_kit = {life.kit: life for life in lives}
    found = list(_asked(by_kit, evidence, arms))
    found.sort(key=lambda one: (one.chance - one.right, one.what))
    case = SeparationCase(tuple(found), len(arms), len(set(arms.values())))
    return arms_not_told(case), found


def _asked(lives: Mapping[str, Life], evidence: CustodyEvidence, arms: Mapping[str, str]) -> Iterator[Separation]:
    values: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for kit in arms:
        if life := lives.get(kit):
            for member in _MEMBERS:
                texts = {text for step in life.steps if (text := step.member(member)) is not None}
                values[member][kit] = " ".join(sorted(texts))
            values["the days of its events"][kit] = " ".join(step.at[:10] for step in life.steps)
            values["which kinds of events it has"][kit] = " ".join(sorted({step.action for step in life.steps}))
        if listed := (evidence.kits or {}).get(kit):
            values["the list's lot"][kit] = listed.lot or ""
            values["the list's expiry"][kit] = listed.expires or ""
            values["the list's GTIN"][kit] = listed.gtin or ""
    for what, said in values.items():
        yield _guessed(quoted(what) if what in _MEMBERS else what, said, arms)
    yield from _by_number(sorted(arms, key=_natural), arms)


def _by_number(kits: Sequence[str], arms: Mapping[str, str]) -> Iterator[Separation]:
    """What a kit's number says: what comes before it, how it begins and ends."""
    before = {kit: arms[earlier] for earlier, kit in itertools.pairwise(kits)}
    yield _guessed("the arm of the kit with the number before", before, arms)
    yield _guessed("the beginning of the number", {kit: kit[:-2] for kit in kits}, arms)
    yield _guessed("the last digit of the number", {kit: kit[-1] for kit in kits}, arms)
    yield _guessed("whether the number is even", {kit: str(ord(kit[-1]) % 2) for kit in kits}, arms)
    yield _guessed("the length of the number", {kit: str(len(kit)) for kit in kits}, arms)


def _guessed(what: str, said: Mapping[str, str], arms: Mapping[str, str]) -> Separation:
    """Guesses each kit's arm by the others of which the same is said; of two commonest, half a guess is right."""
    groups: defaultdict[str, Counter[str]] = defaultdict(Counter)
    everyone: Counter[str] = Counter()
    for kit, value in said.items():
        groups[value][arms[kit]] += 1
        everyone[arms[kit]] += 1
    kits, right, chance = 0, 0.0, 0.0
    total = sum(everyone.values())
    for kit, value in said.items():
        group, arm = groups[value], arms[kit]
        if sum(group.values()) < 2:
            continue
        kits += 1
        right += _share(group, arm)
        chance += max((number - (one == arm)) for one, number in everyone.items()) / (total - 1)
    return Separation(what, kits, round(right), chance)


def _share(group: Counter[str], arm: str) -> float:
    """How likely a guess by the others of a group is right."""
    others = {one: number - (one == arm) for one, number in group.items()}
    most = max(others.values())
    commonest = [one for one, number in others.items() if number == most]
    return (arm in commonest) / len(commonest)


def _natural(number: str) -> list[tuple[int, str]]:
    """A key by which K-2 comes before K-10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split("([0-9]+)", number)]
