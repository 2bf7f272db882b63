"""How papers name their outcomes in a sentence: 'the primary outcome was X', 'X, the primary outcome', 'X served as …'.

Patterns, not a language model: the same text gives the same answer everywhere, and each answer is a stretch of the
sentence. Every pattern ends where a word ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from trialseal.manuscripts.fates import says_no_outcome
from trialseal.manuscripts.outcome_names import BOTH, NAMED, Role, names_in, role_of

Kind = Literal["stated", "loose", "aim", "vague"]
"""Said to be the outcome; named beside it, or called a variable; what the trial was to show; or no more than 'several
measures', which names none."""

_BARE = re.compile(r"(?:measures?|variables?|parameters?|assessments?)", re.IGNORECASE)
_MODEL = re.compile(
    r"\s*(?:of|in|for|into|within)\b[^.;:]{0,40}?\b(?:models?|regressions?|analys[ie]s|equations?)\b",
    re.IGNORECASE,
)
_OBJECTIVE = re.compile(
    r"\b(?P<role>co-?primary|primary|secondary|main)\s+(?:\w+\s+){0,2}(?P<noun>objectives?|aims?|goals?|hypothes[ie]s)\b"
    r"[^;]{0,320}?\s(?:was|were|is|are)\s+(?:to\s+)?(?P<what>\S.+)",
    re.IGNORECASE | re.DOTALL,
)

# "To assess the primary outcome, we used …" tells how.
_TO_ASSESS = re.compile(r"\b(?:to|when|by|in)\s+\w+\s+(?:the\s+|our\s+)?$", re.IGNORECASE)
_THE = re.compile(r"(?:^|[.:;(]\s*|\b(?:the|our|its|(?:study|trial)[’']s)\s+)$", re.IGNORECASE)
_TWO = re.compile(r"\btwo\s+(?:[\w-]+\s+){0,2}$", re.IGNORECASE)
_JOINT = re.compile(r"\s+and\s+", re.IGNORECASE)
_LISTED = re.compile(r"[,;]|\b(?:both|between|composite|respectively)\b|\(?\b(?:1|i|a)[).]\s", re.IGNORECASE)
_SAFETY = re.compile(r"\bsafety\b", re.IGNORECASE)
_NEGATED = re.compile(
    r"\b(?:no|not an?|without an?|neither|any|analys[ie]s of (?:the|our)|effects? on (?:the|our)|for (?:the|our)"
    r"|of (?:the|our)|in (?:the|our)|on (?:the|our)|powered (?:for|on)|definition of(?: the)?|than (?:the|our)"
    r"|assessments? of(?: the)?|between(?: the)?)\s*$",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"[\s,;]*(?:(?:and|while|whereas|with|but|as well as)\s+)?"
    r"(?:(?:the|a|an|our|first|second|third|two|three|four|five|key|other|all)\b\s*)*$",
    re.IGNORECASE,
)
_LONGEST = 1_500


class Phrase(NamedTuple):
    """What a sentence states: the stretch from `begin` to `end` of its text."""

    role: Role
    begin: int
    end: int
    several: bool
    """Whether it speaks of more than one outcome."""
    kind: Kind
    safety: bool = False
    """Whether it is called a safety outcome, which a registry may list in either role."""
    alone: bool = False
    """Whether it is called *the* outcome of its role, in the singular."""


def phrases(text: str) -> Iterator[Phrase]:
    """What a sentence states as outcomes, in its order."""
    if BOTH.search(text):
        return
    names = names_in(text)
    if bracketed := list(_bracketed_roles(text)):
        yield from bracketed
        return
    found = False
    for number, name in enumerate(names):
        begin = names[number - 1].end() if number else 0
        end = _end_before(text, name, names[number + 1]) if number + 1 < len(names) else len(text)
        for phrase in _of_name(text, name, begin, end):
            found = True
            alone = not phrase.several and _THE.search(text, begin, name.start()) is not None
            yield phrase._replace(safety=_SAFETY.search(name[0]) is not None, alone=alone)
    if not found and (match := _OBJECTIVE.search(text[:_LONGEST])):
        yield Phrase(
            role_of(match["role"]), match.start("what"), until_next_clause(text, *match.span("what")), False, "aim"
        )


def _bracketed_roles(text: str) -> Iterator[Phrase]:
    """'The outcomes were pain (primary), sleep (secondary) and mood (secondary)'."""
    marks = list(_ROLE_ALONE.finditer(text))
    lead = _LEADS.search(text[: marks[0].start()]) if len(marks) > 1 else None
    if lead is None:
        return
    begin = lead.end()
    for mark in marks:
        yield Phrase(role_of(mark["role"]), begin, mark.start(), False, "stated")
        begin = mark.end()


def _end_before(text: str, name: re.Match[str], following: re.Match[str]) -> int:
    """Where what is stated of a name ends at the latest: where the next name begins, or what is said to be that one."""
    before = text[name.end() : following.start()]
    backward = _backward(text, following, name.end(), before)
    if backward and text[name.end() : backward[0]].strip(" ,;"):
        return len(text[: backward[0]].rstrip(" ,;"))
    return following.start()


def _of_name(text: str, name: re.Match[str], begin: int, end: int) -> Iterator[Phrase]:
    """What is stated of one name of outcomes, between the name before it and the next."""
    role = role_of(name["role"])
    bare = _BARE.fullmatch(name["noun"]) is not None and not re.search(
        r"\b(?:efficacy|safety|response|clinical|study|trial)\b", name[0], re.IGNORECASE
    )
    if bare and _MODEL.match(text, name.end()):
        return
    kind: Kind = "loose" if bare else "stated"
    several = name["noun"].lower().rstrip().endswith(("s", "criteria")) or name["role"].lower().startswith(
        ("co", "dual", "joint")
    )
    two = _TWO.search(text, begin, name.start()) is not None
    before = text[max(begin, name.start() - _LONGEST) : name.start()]
    offset = name.start() - len(before)
    opens, closes = _OPENS.search(before), _CLOSES.match(text, name.end())
    if opens and closes and (opens["sign"] == "(") == (closes["sign"] == ")"):
        span = _subject(text, offset, offset + opens.start())
        if span and not _REFERS.match(text[slice(*span)]):
            yield Phrase(role, *span, False, kind)
            return
    piece_end = end - len(_tail(text[name.start() : end])) if end < len(text) else end
    negated = _NEGATED.search(before)
    for pattern in (_APPOSED_BEHIND, _BRACKETED, _FORWARD, _THEN_NAMED):
        match = pattern.match(text, name.start(), piece_end)
        if match and not negated and not says_no_outcome(match["what"]):
            what = match.start("what"), until_next_clause(text, *match.span("what"))
            for span in (two and _halves(text, *what)) or [what]:
                yield Phrase(role, *span, several, kind)
            return
    match = None if _TO_ASSESS.search(before) else _WE_MEASURED.match(text, name.start(), piece_end)
    if match:
        yield Phrase(role, match.start("what"), until_next_clause(text, *match.span("what")), several, kind)
        return
    if backward := _backward(text, name, offset, before):
        yield Phrase(role, *backward, several, kind)
        return
    for pattern in (_OF, _BESIDE, _APPOSED_LAST):
        match = pattern.match(text, name.start(), piece_end)
        if match and not says_no_outcome(match["what"]):
            yield Phrase(role, *match.span("what"), False, "loose")
            return


def _halves(text: str, begin: int, end: int) -> list[tuple[int, int]]:
    """Both of 'the two primary outcomes were A and B', where one 'and' and no other sign joins them."""
    joints = list(_JOINT.finditer(text, begin, end))
    if len(joints) != 1 or _LISTED.search(text, begin, end):
        return []
    return [(begin, joints[0].start()), (joints[0].end(), end)]


def _tail(piece: str) -> str:
    """What leads over to the next statement: ', and the'."""
    found = _TAIL.search(piece)
    return found[0] if found else ""
