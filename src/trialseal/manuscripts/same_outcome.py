"""The same outcome stated in several places of a paper, in other words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from trialseal.manuscripts.stated import StatedOutcome

_WORD = re.compile(r"[^\W\d_]+|\d+")
_HYPHENED = re.compile(r"\b[a-z\d]+(?:-[a-z\d]+)+\b")
_EMPTY = re.compile(r"the|an?|of|in|at|and|or|to|for|by|on|with|as|from|was|were|is|are|be|that|this|their|its")
# Words of summing up and of timing, which outcomes share that have nothing else in common.
_GENERAL = re.compile(
    r"changes?|differences?|means?|medians?|rates?|proportions?|percentages?|numbers?|scores?|levels?|totals?|values?"
    r"|baseline|times?|weeks?|months?|days?|years?|hours?|ends?|periods?|stud(?:y|ies)|trials?|treatments?|patients?"
    r"|participants?|subjects?|groups?|primary|secondary|outcomes?|endpoints?|points?|measures?|measured|assessed"
    r"|follow|up|followup|between|within|after|during|over|incidence|occurrences?|composites?|frequency|improvements?"
    r"|improved|reductions?|increases?|decreases?|effects?|defined|using|highest|largest|greatest|maximum|maximal"
    r"|ages?|aged|term"
    r"|first|one|two|three|six|twelve|\d+"
)
_COUNTS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10", "twelve": "12",
}  # fmt: skip
# 'mineral parameters, including calcium and phosphate' holds what elsewhere is listed one by one.
_LISTS = re.compile(r"\b(?:including|such as|consisting of|i\.e\.|e\.g\.)|:\s", re.IGNORECASE)
_STEM = 6
_ENOUGH = 0.5
"""Of the telling words of the shorter one, what two lists' items share when they are one outcome is more than this."""
_SOME = 0.25
"""What two share that are each called *the* outcome is at least this."""


def distinct(outcomes: Sequence[StatedOutcome], long_forms: Mapping[str, str]) -> list[StatedOutcome]:
    """Each once, in its fullest statement.

    Two places that each call something *the* outcome of a role speak of one if they share a telling word; items of
    lists in different sections if they share most. Within one sentence only equal ones are one, and within one section
    only those that do not differ in when they are measured.
    """
    kept: list[StatedOutcome] = []
    taken: list[set[str]] = []
    for one in outcomes:
        likeness, place = max(
            ((_likeness(one, other, long_forms), -number) for number, other in enumerate(kept)
             if one.quote == other.quote or one.quote not in taken[number] or _LISTS.search(other.measure)),
            default=(0.0, 0),
        )  # fmt: skip
        if likeness <= _ENOUGH:
            kept.append(one)
            taken.append({one.quote})
            continue
        taken[-place].add(one.quote)
        if _fullness(one) > _fullness(kept[-place]):
            kept[-place] = one
    return kept


def _likeness(one: StatedOutcome, other: StatedOutcome, long_forms: Mapping[str, str]) -> float:
    """From 0 to 1; above `_ENOUGH` they are one."""
    mine, theirs = _words(one.measure), _words(other.measure)
    if mine == theirs:
        return float(one.time_frame == other.time_frame or one.quote != other.quote)
    if one.quote == other.quote:
        return 0.0
    both_alone = one.alone and other.alone and one.domain == other.domain
    apart = one.section == other.section and one.time_frame and other.time_frame
    mine_when, their_when = _numbers(one.time_frame), _numbers(other.time_frame)
    if apart and mine_when != their_when and not (both_alone and mine_when & their_when):
        return 0.0
    if _apart(_measured_numbers(one), _measured_numbers(other)):
        return 0.0
    telling, other_telling = _telling(one, long_forms), _telling(other, long_forms)
    if not telling or not other_telling:
        telling, other_telling = mine, theirs
    shared = len(telling & other_telling) / max(1, min(len(telling), len(other_telling)))
    if both_alone and (shared >= _SOME or _initials(one.measure, other.measure)):
        return 1.0
    if one.section == other.section:
        return float(one.role == "primary" and min(len(telling), len(other_telling)) > 1 and shared == 1.0)
    return shared


def _initials(one: str, other: str) -> bool:
    """Whether one is an abbreviation of the other that the text does not explain: 'OS', 'overall survival'."""
    short, long = sorted((one, other), key=len)
    if not 2 <= len(short) <= _STEM or not short.isalpha():
        return False
    return "".join(word[0] for word in _WORD.findall(long.casefold())).startswith(short.casefold())


def _telling(one: StatedOutcome, long_forms: Mapping[str, str]) -> frozenset[str]:
    """The beginnings of the words that tell what is measured, not when; abbreviations written out."""
    text = _without_time(one).casefold()
    for short in _HYPHENED.findall(text):
        text = text.replace(short, long_forms.get(short, short))
    words = _WORD.findall(text)
    whole = " ".join(long_forms.get(word) or long_forms.get(word.removesuffix("s"), word) for word in words).casefold()
    found = [word for word in _WORD.findall(whole) if not _EMPTY.fullmatch(word)]
    return frozenset(_singular(word)[:_STEM] for word in found if not _GENERAL.fullmatch(word))


def _without_time(one: StatedOutcome) -> str:
    text = one.measure
    for when in filter(None, one.time_frame.split("; ")):
        text = text.replace(when, " ")
    return text


def _measured_numbers(one: StatedOutcome) -> frozenset[str]:
    """The numbers in what is measured, as in 'ACR20 response', without those of its times."""
    return frozenset(word for word in _WORD.findall(_without_time(one)) if word.isdigit())


def _apart(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether each has numbers and none is common."""
    return bool(one) and bool(other) and not one & other


def _fullness(one: StatedOutcome) -> tuple[bool, int]:
    return one.certain, len(_words(f"{one.measure} {one.description} {one.time_frame}"))


def _words(text: str) -> frozenset[str]:
    """The words of a text, each without a plural's s."""
    found = (word.casefold() for word in _WORD.findall(text))
    return frozenset(_singular(word) for word in found if not _EMPTY.fullmatch(word))


def _numbers(text: str) -> frozenset[str]:
    """The numbers of a time, or its words where it has none."""
    words = frozenset(_COUNTS.get(word, word) for word in _words(text))
    return frozenset(word for word in words if word.isdigit()) or words


def _singular(word: str) -> str:
    return word.removesuffix("s") if len(word) > 3 else word
