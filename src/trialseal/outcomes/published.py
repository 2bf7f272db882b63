"""A paper's own words on its outcomes against the registered ones: what the words state, and both in numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from trialseal.outcomes.likeness import containment, likeness
from trialseal.outcomes.model import Outcome
from trialseal.outcomes.rarity import GENERIC, weight
from trialseal.outcomes.readings import OutcomeReading, read_all
from trialseal.outcomes.sameness import sameness
from trialseal.outcomes.times import Time, times
from trialseal.outcomes.words import content

_SENTENCE_END = re.compile(r"(?<=[.!?;])[\"”'\])]*\s+(?=[\"“'(\[]*[A-Z0-9])|\n\s*\n|\(\.\.\.\)|\[\.\.\.\]")
_OUTCOME_NOUN = (
    r"(?:(?:efficacy|safety|clinical|study|oncologic|effectiveness|composite|outcome|main|co-?primary"
    r"|prespecified)\s+)*"
    r"(?:end[ -]?points?|outcomes?|objectives?|aims?|goals?|measures?|variables?|criteri(?:on|a)|parameters?"
    r"|hypothes[ie]s|target)"
)
_PRIMARY = re.compile(
    rf"\b(?:co-?|dual )?(?:primary|main|principal"
    rf"|primarily)\b(?:\s+{_OUTCOME_NOUN})?",
    re.IGNORECASE,
)
_SECONDARY = re.compile(rf"\b(?:secondary|tertiary|exploratory|additional|other)\s+{_OUTCOME_NOUN}", re.IGNORECASE)
_SEVERAL = re.compile(
    r"\bco-?primary|\bdual primary|\b(?:two|three|both) (?:\w+ )?primary|\bprimary (?:\w+ )?(?:outcomes"
    r"|end-?points|end points|measures|"
    r"variables)\b",
    re.IGNORECASE,
)
_MENTION = re.compile(r"\b(?:primary|main) (?:care|school|tumou?r|percutaneous|pci|motor|cortex)\b", re.IGNORECASE)


_SAYS = re.compile(
    r"^\W*(?:was|were|is|are|included?|includes|comprised|consisted of|being|of|:|,|for this \w+|in this \w+|"
    r"(?:of|for) (?:the|this|our) (?:present )?(?:study|trial))\b",
    re.IGNORECASE,
)


class StatedOutcomes(NamedTuple):
    """What a text says of outcomes, sentence by sentence."""

    primary: tuple[str, ...]
    """Sentences, or their part, that speak of primary outcomes."""
    clauses: tuple[str, ...]
    """Of those, what is said to be the primary outcome where a sentence says `the primary outcome was …`."""
    secondary: tuple[str, ...]
    rest: tuple[str, ...]

    @property
    def about_primary(self) -> str:
        """The words on primary outcomes; where none are named as such, all that are not on secondary ones."""
        return " ".join(self.primary or self.rest)

    @property
    def about_secondary(self) -> str:
        """The words on secondary outcomes."""
        return " ".join(self.secondary)


def stated(text: str) -> StatedOutcomes:
    """The sentences of a text by which outcomes they speak of; a sentence on both is parted where the other begins."""
    primary: list[str] = []
    clauses: list[str] = []
    secondary: list[str] = []
    rest: list[str] = []
    for sentence in _SENTENCE_END.split(text):
        if not sentence or not sentence.strip():
            continue
        first = _PRIMARY.search(sentence)
        second = _SECONDARY.search(sentence)
        if first and _MENTION.search(sentence) and not second:
            first = _PRIMARY.search(_MENTION.sub("", sentence))
        if first and second:
            cut = max(first.start(), second.start())
            parts = sentence[:cut], sentence[cut:]
            early, late = parts if first.start() < second.start() else (parts[1], parts[0])
            primary.append(early)
            clauses.append(_clause(early))
            secondary.append(late)
        elif first:
            primary.append(sentence)
            clauses.append(_clause(sentence))
        elif second:
            secondary.append(sentence)
        else:
            rest.append(sentence)
    return StatedOutcomes(tuple(primary), tuple(clauses), tuple(secondary), tuple(rest))


def _clause(sentence: str) -> str:
    """What a sentence on the primary outcome says that it is."""
    found = _PRIMARY.search(sentence)
    while found:
        after = sentence[found.end() :]
        if _SAYS.match(after) or len(content(sentence[: found.start()])) < 2:
            return after
        found = _PRIMARY.search(sentence, found.end())
    return _PRIMARY.sub(" ", sentence)


def published_features(registered: Sequence[Outcome], words: str) -> dict[str, float]:
    """Registered outcomes beside a paper's words on its outcomes, in numbers."""
    said = stated(words)
    statements = [Outcome("primary", text) for text in said.clauses or said.rest]
    papers = [Outcome("primary", said.about_primary), Outcome("secondary", said.about_secondary), *statements]
    mine = read_all(registered, papers)
    on_primary, on_secondary, *each = read_all(papers, registered)
    firsts = [one for one in mine if one.outcome.role == "primary"]
    covers = [_coverage(one, on_primary) for one in firsts]
    cores = [containment(frozenset(one.core), on_primary.all_forms) for one in firsts]
    same = [max(line, default=0.0) for line in sameness(firsts, each)]
    at_best = [
        max(_cover_by_statement(one, each), *ways)
        for one, ways in zip(firsts, zip(covers, cores, same, strict=True), strict=True)
    ]
    unknown = _unknown(each, firsts)
    return {
        "registered primaries": float(len(firsts)),
        "several primary outcomes": float(_SEVERAL.search(said.about_primary) is not None),
        "least likeness": min(
            (max((likeness(one, also) for also in each), default=0.0) for one in firsts), default=0.0
        ),
        "least cover of the core": min(cores, default=0.0),
        "least cover at best": min(at_best, default=0.0),
        "primaries not covered": sum(1.0 - cover for cover in at_best),
        "primary among the secondary": max(
            (_coverage(one, on_secondary) - cover for one, cover in zip(firsts, covers, strict=True)), default=0.0
        ),
        "paper's core unknown": unknown,
        "told by a secondary": unknown - _unknown(each, mine),
        "methods only in the paper": float(
            not any(one.concepts("methods") for one in firsts) and bool(on_primary.concepts("methods"))
        ),
    } | _time_features(firsts, said)


def _coverage(registered: OutcomeReading, paper: OutcomeReading) -> float:
    """How much of a registered outcome's title the paper's words have, by weight."""
    return containment(registered.forms - GENERIC or registered.forms, paper.all_forms)


def _cover_by_statement(registered: OutcomeReading, statements: Iterable[OutcomeReading]) -> float:
    """How much of what one of the paper's statements is about the registered outcome says in any of its fields."""
    return max((containment(frozenset(one.core), registered.all_forms) for one in statements if one.core), default=0.0)


def _unknown(statements: Iterable[OutcomeReading], registered: Sequence[OutcomeReading]) -> float:
    """The weight of what the paper's statements are about that no registered outcome says: of the one best known."""
    known = frozenset[str]().union(*(one.all_forms for one in registered))
    shares = []
    for one in statements:
        about = frozenset(form for form in one.forms if form not in GENERIC and not form.isdigit())
        if about:
            shares.append(weight(about - known) / weight(about))
    return min(shares, default=0.0)


def _time_features(firsts: Sequence[OutcomeReading], said: StatedOutcomes) -> dict[str, float]:
    registered = [point for one in firsts for point in one.times.follow_up]
    every = [point for one in firsts for point in (*one.every_time, *one.times.follow_up)]
    primary = times(said.about_primary).follow_up
    last = max(registered, key=lambda point: point.days, default=None)
    return {
        "last time in primary": float(last is not None and _has(primary, last)),
        "all times of primary unknown": float(
            bool(primary) and bool(every) and not any(_has(every, point) for point in primary)
        ),
        "time only in the paper": float(not every and bool(primary)),
    }


def _has(points: Iterable[Time], point: Time) -> bool:
    return any(point.is_like(other) for other in points)
