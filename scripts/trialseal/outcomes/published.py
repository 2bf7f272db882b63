"""A paper's own words on its outcomes against the registered ones: what the words state, and both in numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from math import log1p
from typing import NamedTuple

from rapidfuzz import fuzz

from trialseal.outcomes.likeness import containment, likeness
from trialseal.outcomes.model import Outcome
from trialseal.outcomes.rarity import GENERIC, weight
from trialseal.outcomes.readings import Reading, read_all
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
_POWER = re.compile(r"\b(?:power(?:ed)?|sample size)\b", re.IGNORECASE)
_MENTION = re.compile(r"\b(?:primary|main) (?:care|school|tumou?r|percutaneous|pci|motor|cortex)\b", re.IGNORECASE)


_SAYS = re.compile(
    r"^\W*(?:was|were|is|are|included?|includes|comprised|consisted of|being|of|:|,|for this \w+|in this \w+|"
    r"(?:of|for) (?:the|this|our) (?:present )?(?:study|trial))\b",
    re.IGNORECASE,
)


class Stated(NamedTuple):
    """What a text says of outcomes, sentence by sentence."""

    primary: tuple[str, ...]
    """Sentences, or their part, that speak of primary outcomes."""
    clauses: tuple[str, ...]
    """Of those, what is said to be the primary outcome where a sentence says `the primary outcome was …`."""
    secondary: tuple[str, ...]
    rest: tuple[str, ...]

    @property
    def says_primary(self) -> bool:
        """Whether the text names a primary outcome as such."""
        return bool(self.primary)

    @property
    def about_primary(self) -> str:
        """The words on primary outcomes; where none are named as such, all that are not on secondary ones."""
        return " ".join(self.primary or self.rest)

    @property
    def about_secondary(self) -> str:
        """The words on secondary outcomes."""
        return " ".join(self.secondary)

    @property
    def text(self) -> str:
        """All of it."""
        return " ".join((*self.primary, *self.rest, *self.secondary))


def stated(text: str) -> Stated:
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
    return Stated(tuple(primary), tuple(clauses), tuple(secondary), tuple(rest))


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
    elsewhere = [Outcome("primary", text) for text in said.rest]
    whole = Outcome("primary", said.text)
    on_primary = Outcome("primary", said.about_primary)
    on_secondary = Outcome("secondary", said.about_secondary)
    papers = [whole, on_primary, on_secondary, *statements, *elsewhere]
    mine = read_all(registered, papers)
    all_read, primary_read, secondary_read, *sentences = read_all(papers, registered)
    each, others = sentences[: len(statements)], sentences[len(statements) :]
    firsts = [one for one in mine if one.outcome.role == "primary"]
    seconds = [one for one in mine if one.outcome.role != "primary"]
    covers = [_coverage(one, primary_read) for one in firsts]
    covers_anywhere = [_coverage(one, all_read) for one in firsts]
    likes = [max((likeness(one, sentence) for sentence in each), default=0.0) for one in firsts]
    same = sameness(mine, each)
    same_primary = [max(line, default=0.0) for line, one in zip(same, mine, strict=True) if one in firsts]
    same_secondary = [max(line, default=0.0) for line, one in zip(same, mine, strict=True) if one not in firsts]
    same_else = [max(line, default=0.0) for line in sameness(firsts, others)] if others else [0.0 for _ in firsts]
    cores = [_core_coverage(one, primary_read) for one in firsts]
    second_covers = [_coverage(one, primary_read) for one in seconds]
    second_cores = [_core_coverage(one, primary_read) for one in seconds]
    in_secondary = [_coverage(one, secondary_read) for one in firsts]
    partial = [fuzz.partial_ratio(one.plain, primary_read.plain) / 100 for one in firsts]
    found = {
        "registered primaries": float(len(firsts)),
        "registered secondaries": log1p(len(seconds)),
        "paper's words": log1p(len(words)),
        "words on primary outcomes": log1p(len(said.about_primary)),
        "names a primary outcome": float(said.says_primary),
        "names secondary outcomes": float(bool(said.secondary)),
        "least cover": min(covers, default=0.0),
        "mean cover": _mean(covers),
        "least cover anywhere": min(covers_anywhere, default=0.0),
        "least cover of the core": min(cores, default=0.0),
        "mean cover of the core": _mean(cores),
        "least sameness": min(same_primary, default=0.0),
        "mean sameness": _mean(same_primary),
        "best sameness": max(same_primary, default=0.0),
        "best sameness of a secondary": max(same_secondary, default=0.0),
        "a secondary is rather the same": max(same_secondary, default=0.0) - max(same_primary, default=0.0),
        "least sameness anywhere": min(map(max, same_primary, same_else), default=0.0),
        "things that the primary lists": log1p(max((one.listed for one in each), default=0)),
        "several primary outcomes": float(_SEVERAL.search(said.about_primary) is not None),
        "least likeness": min(likes, default=0.0),
        "best likeness": max(likes, default=0.0),
        "least partial ratio": min(partial, default=0.0),
        "primary among the secondary": max(
            (second - first for first, second in zip(covers, in_secondary, strict=True)), default=0.0
        ),
        "best cover of a secondary": max(second_covers, default=0.0),
        "best cover of a secondary's core": max(second_cores, default=0.0),
        "a secondary fits better": max(second_covers, default=0.0) - max(covers, default=0.0),
        "a secondary's core fits better": max(second_cores, default=0.0) - max(cores, default=0.0),
        "abbreviations shared": float(bool(_acronyms(firsts) & primary_read.acronyms)),
        "abbreviations of the paper's primary unknown": log1p(len(primary_read.acronyms - _acronyms(mine))),
        "paper's core unknown": _unknown(each, firsts),
        "paper's core unknown, secondary": _unknown(each, mine),
    }
    return found | _time_features(firsts, said) | _manner_features(firsts, primary_read)


def _coverage(registered: Reading, paper: Reading) -> float:
    """How much of a registered outcome's title the paper's words have, by weight."""
    told = registered.forms - GENERIC
    return containment(told or registered.forms, paper.all_forms)


def _core_coverage(registered: Reading, paper: Reading) -> float:
    return containment(frozenset(registered.core), paper.all_forms)


def _unknown(statements: Iterable[Reading], registered: Sequence[Reading]) -> float:
    """The weight of what the paper's statements are about that no registered outcome says."""
    known = frozenset[str]().union(*(one.all_forms for one in registered))
    shares = []
    for one in statements:
        about = frozenset(form for form in one.forms if form not in GENERIC and not form.isdigit())
        if about:
            shares.append(weight(about - known) / weight(about))
    return min(shares, default=0.0)


def _time_features(firsts: Sequence[Reading], said: Stated) -> dict[str, float]:
    registered = [point for one in firsts for point in one.times.follow_up]
    every = [point for one in firsts for point in (*one.every_time, *one.times.follow_up)]
    primary, anywhere = times(said.about_primary).follow_up, times(said.text).follow_up
    last = max(registered, key=lambda point: point.days, default=None)
    return {
        "registered a time": float(bool(registered)),
        "primary names a time": float(bool(primary)),
        "paper names a time": float(bool(anywhere)),
        "last time in primary": float(last is not None and _has(primary, last)),
        "last time anywhere": float(last is not None and _has(anywhere, last)),
        "time of primary unknown": float(any(not _has(every, point) for point in primary)) if every else 0.0,
        "all times of primary unknown": float(
            bool(primary) and bool(every) and not any(_has(every, p) for p in primary)
        ),
        "time only in the paper": float(not every and bool(primary)),
        "time only registered": float(bool(registered) and not anywhere),
        "times registered": log1p(len(registered)),
    }


def _manner_features(firsts: Sequence[Reading], paper: Reading) -> dict[str, float]:
    found: dict[str, float] = {}
    for kind in ("aggregations", "metrics", "methods", "thresholds"):
        mine = frozenset[str]().union(*(one.concepts(kind) for one in firsts))
        theirs = paper.concepts(kind)
        found[f"{kind} shared"] = float(bool(mine & theirs))
        found[f"{kind} apart"] = float(bool(mine) and bool(theirs) and not mine & theirs)
        found[f"{kind} only in the paper"] = float(not mine and bool(theirs))
        found[f"{kind} only registered"] = float(bool(mine) and not theirs)
    return found


def _acronyms(readings: Iterable[Reading]) -> frozenset[str]:
    return frozenset[str]().union(*(one.acronyms for one in readings))


def _has(points: Iterable[Time], point: Time) -> bool:
    return any(point.is_like(other) for other in points)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
