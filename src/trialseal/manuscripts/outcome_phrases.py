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
_QUALIFIED = (
    r"(?:\s*\([^)]{0,80}\))?"
    r"(?:\s+(?:of|for|in|through|at|from|to|comparing|used|assessed|evaluated|with)\b[^.;:,]{1,90}?)?"
)
_IS = (
    r"\b(?:was|were|is|are|will be|will include|will consist of|shall be|would be|to be|has been|had been|includes?"
    r"|included|comprises?|comprised|consist(?:s|ed) of|concerned|being|remained|encompassed|assessed whether)\b"
)
_AS = (
    r"(?:\s*(?:\b(?:pre-?specified|pre-?defined|defined|specified|set|taken|chosen|selected|designated) as\b"
    r"|\bbased (?:up)?on\b(?!\s+(?:the |an? |all )?"
    r"(?:intention|intent|per[- ]protocol|full|modified|data|analys|assess))"
    r"|\bto be\b|\bas follows\b|\bthe following\b|\bas\b|\balso\b|\btherefore\b|\bthen\b|\bboth\b|:|,))*"
)
_THEREFORE = r"(?:,\s*there-?\s?fore\b,?\s*)?"
# "The primary outcome, measured at 12 months, was …"
_ASIDE = (
    r"(?:,\s*(?:which (?:was|were) )?(?:as )?(?:measured|assessed|evaluated|determined|adjudicated|tested|analy[sz]ed"
    r"|defined|ranked|listed|reported|used|prespecified|pre-specified)\b[^,;]{2,100},\s*)?"
)
_FORWARD = re.compile(
    rf"{NAMED}{_QUALIFIED}\s*{_ASIDE}{_THEREFORE}(?:{_IS}{_AS}\s*:?|[:–—]|\s-(?=\s)"
    r"|\bdefined\s+as\b|,?\s*\b(?:namely|i\.e\.,?|that is,)(?=\s))\s*(?P<what>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
# "Primary outcomes were assessed at week 12 and included …"
_THEN_NAMED = re.compile(
    rf"{NAMED}{_QUALIFIED}\s+(?:was|were|will be)\s+[a-z]+ed\b[^.;:]{{0,80}}?\s+and\s+(?:included?|comprised?"
    r"|consisted of|were as follows:?)\s+(?P<what>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
# "The primary outcome (falls within 90 days) was …"
_ROLE_ALONE = re.compile(
    r"\s*\((?:the )?(?P<role>(?:co-?)?primary|(?:key )?secondary|exploratory|tertiary)\)", re.IGNORECASE
)
_LEADS = re.compile(
    r"\b(?:out-?comes?|end[\s-]?points?|measures?)\s+(?:\w+ ){0,2}?(?:are|were|include[ds]?)\b:?\s*", re.IGNORECASE
)
_BRACKETED = re.compile(
    rf"{NAMED}\s*\((?P<what>(?!(?:see|table|fig|appendix|ref|n\s*=|p\s*[<=]|i{{1,3}}\)|[a-z\d]\)))[^()]{{8,160}})\)\s+"
    r"(?:was|were|is|are|occurred|did|will be)\b",
    re.IGNORECASE,
)
# "For the primary outcome, we measured …"
_WE_MEASURED = re.compile(
    rf"{NAMED}{_QUALIFIED},\s+we\s+(?:will\s+|have\s+|also\s+)*(?:\w+ly\s+)?"
    r"(?:(?:re-?)?(?:measure|assess|evaluate|use|record|count|determine)d?|(?:re)?assessed|chose|examined?|compared?)\s+"
    r"(?P<what>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
# "The primary outcome, mortality at 28 days, was …"
_APPOSED_BEHIND = re.compile(
    rf"{NAMED},\s+(?!(?:which|that|as|and|but|or|we|it|there|defined|namely|including|the\s+(?:co-?)?primary)\b)"
    r"(?P<what>[^;]{4,160}?),?\s+(?:was|were|is|are|occurred|did|will be)\b",
    re.IGNORECASE,
)
# "…, the primary outcome, …"; "… (primary outcome)"
_OPENS = re.compile(
    r"(?P<sign>[,(–—])\s*(?:which\s+(?:was|is)\s+)?(?:the\s+|our\s+|a\s+|an\s+|i\.e\.,?\s+)?$", re.IGNORECASE
)
_CLOSES = re.compile(
    r"(?:\s+(?:of|for|in)\s+(?:the|this|our)\s+(?:\w+\s+)?(?:study|trial))?\s*(?P<sign>[,.;)–—]|$|\band\b)",
    re.IGNORECASE,
)
# "Overall survival was the primary end point"; "… served as the primary outcome"
_USED = (
    r"(?:defined|chosen|selected|specified|pre-?specified|used|considered|taken|designated|measured|assessed|regarded"
    r"|set|employed|recorded|evaluated|treated|explored|examined|included|reported|analy[sz]ed|tested)"
)
_BACKWARD = re.compile(
    r"\s(?:was|were|is|are|will be|served as|functioned as|acted as|will serve as|constituted|represented"
    rf"|(?:was|were|is|are|will be)(?:\s+\w+(?:ed|en)\s+and)?\s+{_USED}\s+(?:as|to be))"
    r"\s+(?:the\s+|our\s+|a\s+|an\s+|this\s+(?:study|trial)[’']s\s+)?(?:only\s+|single\s+|first\s+|two\s+)?$",
    re.IGNORECASE,
)
_CHOSE = re.compile(
    r"\b(?:chose|selected|defined|(?:pre-?)?specified|used|considered|took|with|designated|set|had|evaluated|assessed)\s+(?P<what>(?!respect\b)[^;]{4,160}?)"
    r"\s+(?:being|as)\s+(?:the\s+|our\s+|a\s+|an\s+)?$",
    re.IGNORECASE,
)
_ENDS_BACKWARD = re.compile(
    r"(?:\s+(?:of|for|in)\s+(?:the|this|our)\s+[\w-]+(?:\s+(?:study|trial))?)?\s*(?:$|[.;,)(–—]|\b(?:and|while|whereas)\b)",
    re.IGNORECASE,
)
# "the primary endpoint of overall survival"
_OF = re.compile(
    rf"{NAMED}\s+of\s+(?!(?:the|this|our|each|all|any|a|an|these|interest|both)\b)"
    r"(?P<what>[^;:]{4,160}?)(?=,|\s+(?:was|were|is|are|and|did|occurred|had)\b|[.;:]|$)",
    re.IGNORECASE,
)
# "the primary outcome measure usability was assessed"
_BESIDE = re.compile(
    rf"{NAMED}\s+(?P<what>(?!(?:data|analys\w+|results?|events?|models?|rates?|definitions?|assessments?|time|visits?"
    r"|was|were|is|are|will|has|had|did|in|of|for|at|by|on|with|that|which|and|or|to|from|between|as)\b)[\w/-]+"
    r"(?:\s+(?!(?:was|were)\b)[\w/-]+){0,4})\s+(?:was|were|is|are)\s+(?:then\s+)?"
    r"(?:measured|assessed|evaluated|determined|quantified)\b",
    re.IGNORECASE,
)
# "a power calculation on the primary endpoint, grip strength (in newton)"
_APPOSED_LAST = re.compile(
    rf"(?<=\bthe\s){NAMED},\s+(?P<what>(?!(?:which|that|as|and|but|or|we|it|there|defined|namely|including|the|with|using|in|for"
    r"|at|by|of|on|after|all|both|respectively)\b)[\w-]+(?:\s(?!(?:was|were|is|are|did|had)\b)[\w-]+){0,6})"
    r"(?=\s*(?:\(|\.|;|$)|\s+as well as\b)",
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
_REFERS = re.compile(
    r"^\W*(?:it|this|that|these|those|they|there|which|what|we|none|no|both|neither|such)\W*$", re.IGNORECASE
)
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
# Where a statement ends though the sentence goes on.
_NEXT_CLAUSE = re.compile(
    r",\s+(?:was|were|is|are|will be)\s"
    r"|(?:,|;)\s+(?:and|while|whereas|but|so)\s+(?:we|it|they|this|all|the\s+(?:study|trial|sample|analys[ie]s|power|secondary"
    r"|treatment|patients|participants))\b|;\s+(?:the|we|this|these|all)\s|,\s+(?:we|whereas|while)\s"
    r"|,?\s+because\s|,\s+(?:some|most|all|many|both|\w+) of (?:which|whom)\s|,\s+(?:since|given)\s"
    r"|,\s+(?:(?!(?:which|that|who|what|when|where)\b)[\w-]+\s+){1,3}(?:was|were)\s",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r".*\b(?:detect(?:ing)?|investigat(?:ed|ing)|measur(?:ed|ing)|assess(?:ed|ing)|evaluat(?:ed|ing)|compar(?:ed|ing)"
    r"|analy[sz](?:ed|ing)|determin(?:ed|ing)|examin(?:ed|ing)|show(?:ing|ed)?|reduc(?:ed|ing)|improv(?:ed|ing)"
    r"|effects? (?:of .{1,60} )?on|differences? in|estimat(?:ed|ing))\s+"
    r"(?:(?:an?|the|its|their)\s+)?(?:(?:relative|absolute|mean)\s+)?(?:\d+(?:\.\d+)?(?:\s*%|-\w+)?\s+)?",
    re.IGNORECASE | re.DOTALL,
)
_VERB = re.compile(r"\b(?:was|were|is|are|had|has|have|did|will|we)\b", re.IGNORECASE)
_AS_MEASURED = re.compile(
    r",\s+(?:as\s+)?(?:assessed|measured|evaluated|determined|defined|recorded|quantified|obtained)\s", re.IGNORECASE
)
_BREAK = re.compile(r"[:;]\s|,\s+(?:and|while|whereas|but)\s+|(?<=[a-z)])\.\s", re.IGNORECASE)
_BREAK_OF_LIST = re.compile(r"[:;]\s|,\s+(?:while|whereas|but)\s+|(?<=[a-z)])\.\s", re.IGNORECASE)
_LONGEST = 1_500
_LONGEST_SUBJECT = 220


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


def _backward(text: str, name: re.Match[str], offset: int, before: str) -> tuple[int, int] | None:
    """What is said to be the outcome before it is called so."""
    if not _ENDS_BACKWARD.match(text, name.end()):
        return None
    if chose := _CHOSE.search(before):
        span = offset + chose.start("what"), offset + chose.end("what")
    elif verb := _BACKWARD.search(before):
        several = name["noun"].lower().endswith("s")
        found = _subject(text, offset, offset + verb.start(), lead=False, several=several)
        if found is None:
            return None
        span = found
    else:
        return None
    if measured := _AS_MEASURED.search(text, *span):
        span = span[0], measured.start()
    words = text[slice(*span)]
    return None if _REFERS.match(words) or re.search(r"\bno\b.{0,20}$", words) else span


def _subject(text: str, begin: int, end: int, lead: bool = True, several: bool = False) -> tuple[int, int] | None:
    """The stretch before `end` that names what is spoken of, from the last break or verb on."""
    begin = max(begin, end - _LONGEST_SUBJECT) if lead else begin
    for found in (_BREAK_OF_LIST if several else _BREAK).finditer(text, begin, end):
        # The 'and' before the last of a list is no break.
        if not found[0].endswith("and ") or lead or _VERB.search(text, begin, found.start()):
            begin = found.end()
    if lead and (before := _LEAD.match(text, begin, end)):
        begin = before.end()
    while begin < end and not text[begin].isalnum() and text[begin] not in "≥≤<>%(":
        begin += 1
    return (begin, end) if sum(map(str.isalpha, text[begin:end])) >= 2 else None


def _tail(piece: str) -> str:
    """What leads over to the next statement: ', and the'."""
    found = _TAIL.search(piece)
    return found[0] if found else ""


def until_next_clause(text: str, begin: int, end: int) -> int:
    """Where a statement ends: before the next clause."""
    found = _NEXT_CLAUSE.search(text, begin, end)
    return found.start() if found else end
