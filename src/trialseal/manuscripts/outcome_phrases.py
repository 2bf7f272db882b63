"""How papers name their outcomes in a sentence: 'the primary outcome was X', 'X, the primary outcome', 'X served as …'.

Patterns, not a language model: the same text gives the same answer everywhere, and each answer is a stretch of the
sentence. Every pattern ends where a word ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from trialseal.manuscripts.clauses import until_next_clause
from trialseal.manuscripts.outcome_names import BOTH, Role, names_in, role_of
from trialseal.manuscripts.said_before import apposed, called_so
from trialseal.manuscripts.said_behind import named_beside, stated_behind

Kind = Literal["stated", "loose", "aim", "vague"]
"""Said to be the outcome; named beside it, or called a variable; what the trial was to show; or no more than 'several
measures', which names none."""

_BARE = re.compile(r"(?:measures?|measurements?|variables?|parameters?|assessments?)", re.IGNORECASE)
_MODEL = re.compile(
    r"\s*(?:of|in|for|into|within)\b[^.;:]{0,40}?\b(?:models?|regressions?|analys[ie]s|equations?)\b",
    re.IGNORECASE,
)
_OBJECTIVE = re.compile(
    r"\b(?P<role>co-?primary|primary|secondary|main)\s+(?:\w+\s+){0,2}(?P<noun>objectives?|aims?|goals?"
    r"|hypothes[ie]s)\b"
    r"[^;]{0,320}?\s(?:was|were|is|are)\s+(?:to\s+)?(?P<what>\S.+)",
    re.IGNORECASE | re.DOTALL,
)

_ROLE_ALONE = re.compile(
    r"\s*\((?:the )?(?P<role>(?:co-?)?primary|(?:key )?secondary|exploratory|tertiary)\)", re.IGNORECASE
)
_LEADS = re.compile(
    r"\b(?:out-?comes?|end[\s-]?points?|measures?)\s+(?:\w+ ){0,2}?(?:are|were|include[ds]?)\b:?\s*", re.IGNORECASE
)
_THE = re.compile(
    r"(?:^|[.:;(]\s*|\b(?:the|our|its|(?:study|trial)[’']s)\s+"
    r"(?:(?:pre-?specified|pre-?defined|protocol-(?:defined|specified)|planned|study|overall|original)\s+)*)$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\b(?P<number>two|three|four|five|six|[2-6])\s+(?:[\w-]+\s+){0,2}$", re.IGNORECASE)
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_JOINT = re.compile(r"\s+and\s+", re.IGNORECASE)
_LISTED = re.compile(r"[,;]|\b(?:both|between|composite|respectively)\b|\(?\b(?:1|i|a)[).]\s", re.IGNORECASE)
_NO_AIM = re.compile(r"(?:based|tested|rejected|confirmed|met|not|supported)\b", re.IGNORECASE)
_RESPECTIVELY = re.compile(
    r"\bprimary\s+and\s+(?:the\s+)?secondary\s+(?:\w+\s+)?(?:out-?comes?|end[\s-]?points?)(?:\s+measures?)?"
    r"(?:\s+(?:of|for|in)\s+(?:the|this|our)\s+(?:study|trial))?\s+(?:was|were"
    r"|are)\s+(?P<first>[^;:.]{3,120}?)\s+and\s+"
    r"(?P<second>[^;:,.]{3,120}),?\s+respectively",
    re.IGNORECASE,
)
_SAFETY = re.compile(r"\bsafety\b", re.IGNORECASE)
_TAIL = re.compile(
    r"[\s,;]*(?:(?:and|while|whereas|with|but|as well as)\s+(?:[a-z-]+(?:al|ic|ous|ive|ory)\s+)?)?"
    r"(?:\b(?:the|a|an|our|first|second|third|two|three|four|five|key|other|all)\b\s*)*$",
    re.IGNORECASE,
)
_PLURAL_VERB = re.compile(r"\s+(?:were|are)\s*:", re.IGNORECASE)
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
    number: int = 0
    """How many outcomes of its role the sentence says there are; 0 if it does not."""


def phrases(text: str) -> Iterator[Phrase]:
    """What a sentence states as outcomes, in its order."""
    if BOTH.search(text):
        yield from _respectively(text)
        return
    names = names_in(text)
    if bracketed := list(_bracketed_roles(text)):
        yield from bracketed
        return
    found = False
    for number, name in enumerate(names):
        begin = names[number - 1].end() if number else 0
        following = next((one for one in names[number + 1 :] if not _in_bracket(text, name.end(), one)), None)
        end = len(text) if following is None else _end_before(text, name, following)
        for phrase in _of_name(text, name, begin, end):
            found = True
            alone = not phrase.several and _THE.search(text, begin, name.start()) is not None
            yield phrase._replace(
                safety=_SAFETY.search(name[0]) is not None, alone=alone, number=_number(text[begin : name.start()])
            )
    if not found and (match := _OBJECTIVE.search(text[:_LONGEST])) and not _NO_AIM.match(match["what"]):
        yield Phrase(
            role_of(match["role"]),
            match.start("what"),
            until_next_clause(text, *match.span("what")),
            several=False,
            kind="aim",
            alone=not match["noun"].lower().endswith("s") or match["noun"].lower() == "hypothesis",
        )


def _respectively(text: str) -> Iterator[Phrase]:
    """Both of 'the primary and secondary outcomes were A and B, respectively'."""
    found = _RESPECTIVELY.search(text)
    if found and not _LISTED.search(found["first"]) and not _JOINT.search(found["first"] + found["second"]):
        yield Phrase("primary", *found.span("first"), False, "stated")
        yield Phrase("secondary", *found.span("second"), False, "stated")


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
    backward = called_so(text, following, name.end(), before)
    if backward and text[name.end() : backward[0]].strip(" ,;"):
        return len(text[: backward[0]].rstrip(" ,;"))
    return following.start()


def _in_bracket(text: str, begin: int, name: re.Match[str]) -> bool:
    """Whether a name stands in a bracket that opens behind `begin`: '… (CGI-I; key secondary endpoint) and …'."""
    between = text[begin : name.start()]
    return between.count("(") > between.count(")") and ")" in text[name.end() :]


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
    several = several or _PLURAL_VERB.match(text, name.end()) is not None
    two = _number(text[begin : name.start()]) == 2
    before = text[max(begin, name.start() - _LONGEST) : name.start()]
    offset = name.start() - len(before)
    if span := apposed(text, name, offset, before):
        yield Phrase(role, *span, False, kind)
        return
    piece_end = end - len(_tail(text[name.start() : end])) if end < len(text) else end
    if behind := stated_behind(text, name.start(), piece_end, before):
        what = behind[0], until_next_clause(text, *behind)
        for span in (two and _halves(text, *what)) or [what]:
            yield Phrase(role, *span, several, kind)
    elif said := called_so(text, name, offset, before):
        yield Phrase(role, *said, several or text[said[1] :].lstrip().startswith(("were ", "are ")), kind)
    elif beside := named_beside(text, name.start(), piece_end):
        yield Phrase(role, *beside, several, "loose")


def _halves(text: str, begin: int, end: int) -> list[tuple[int, int]]:
    """Both of 'the two primary outcomes were A and B', where one 'and' and no other sign joins them."""
    joints = list(_JOINT.finditer(text, begin, end))
    if len(joints) != 1 or _LISTED.search(text, begin, end):
        return []
    return [(begin, joints[0].start()), (joints[0].end(), end)]


def _number(before: str) -> int:
    """How many outcomes the words before their name say there are."""
    found = _NUMBER.search(before)
    return (_NUMBERS.get(found["number"].lower()) or int(found["number"])) if found else 0


def _tail(piece: str) -> str:
    """What leads over to the next statement: ', and the'."""
    found = _TAIL.search(piece)
    return found[0] if found else ""
