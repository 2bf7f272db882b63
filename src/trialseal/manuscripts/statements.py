"""Sentences that answer items of CONSORT 2025 beside the outcomes themselves, found by their words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from trialseal.manuscripts.model import Manuscript, Section
from trialseal.manuscripts.sentences import Sentence

Subject = Literal[
    "registration", "protocol-access", "data-sharing", "changes", "outcome-changes", "blinding", "interim",
    "recruitment-dates", "stopped", "analysis-sets", "post-hoc", "prespecified", "ethics",
]  # fmt: skip


class Statement(NamedTuple):
    """A sentence on one of these subjects, and where it stands."""

    subject: Subject
    quote: str
    place: str
    section: Section


ITEMS: Final[dict[Subject, str]] = {
    "registration": "2",
    "protocol-access": "3",
    "data-sharing": "4",
    "changes": "10",
    "outcome-changes": "10",
    "interim": "16b",
    "blinding": "20a",
    "analysis-sets": "26",
    "prespecified": "21d",
    "recruitment-dates": "23a",
    "stopped": "23b",
    "post-hoc": "28",
    "ethics": "",
}
"""The item of CONSORT 2025 to which each subject belongs."""

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_DATE = (
    rf"(?:{_MONTH} (?:\d{{1,2}}, )?(?:19|20)\d\d|\d{{1,2}} {_MONTH},? (?:19|20)\d\d|(?:19|20)\d\d-\d\d(?:-\d\d)?"
    rf"|{_MONTH} \d{{1,2}})"
)
_OUTCOME = r"(?:out-?comes?|end[\s-]?points?)"
_CHANGED = r"(?:changed|amended|modified|revised|replaced|downgraded|added|removed|dropped)"
_NAMED_OUTCOME = (
    r"(?:(?:planned|pre-?specified|registered|original|initial)\s+)*(?:(?:co-?)?primary|(?:key )?secondary|main)\s+"
    rf"(?:\w+\s+)?{_OUTCOME}"
)
_HAD = r"(?:available|published|provided|accessed|found)"
_ENROLLED = r"(?:enrol?led|recruited|recruitment|enrol?lment|randomi[sz]ed|randomi[sz]ation|screened)"
_WORDS: Final[dict[Subject, tuple[str, ...]]] = {
    "registration": (
        r"\b(?:trial|study|protocol)\b[^.]{0,60}\b(?:prospectively |retrospectively )?registered\b",
        r"\bregistered (?:with|at|on|in|under)\b",
        r"trial registration",
        r"registration number",
        r"clinicaltrials\.gov (?:number|identifier)",
    ),
    "protocol-access": (
        rf"\b(?:trial |study )?protocols?\b[^.]{{0,120}}\b{_HAD}\b",
        rf"\bstatistical analysis plan\b[^.]{{0,80}}\b{_HAD}\b",
    ),
    "data-sharing": (
        r"data[\s-]sharing",
        r"data availability",
        r"availability of data",
        r"\b(?:individual|de-?identified|anonymi[sz]ed)[^.]{0,40}\bdata\b[^.]{0,80}"
        r"\b(?:shared|available|accessible|request)",
        r"\bdata(?:sets?)?\b[^.]{0,60}\b(?:are|is|will be|can be)\b[^.]{0,40}\b(?:available|shared|accessed)\b",
    ),
    "changes": (
        r"\bprotocol\b[^.]{0,60}\b(?:amended|amendments?|modified|modifications?|revised|changed|changes)\b",
        r"\bamendments?\b[^.]{0,60}\bprotocol\b",
        rf"\b(?:sample size|analys[ie]s)\b[^.]{{0,80}}\b(?:was|were|had been)\s+(?:subsequently |later )?{_CHANGED}\b",
        r"\bdeviations? from (?:the )?(?:protocol|registered|registration)\b",
        r"\bafter (?:the )?(?:trial|study|recruitment|enrol?lment) (?:had )?"
        r"(?:commenced|commencement|began|begun|started|start)\b",
        r"\bnot (?:pre-?specified|in the (?:original )?protocol)\b",
    ),
    # Outcomes changed, added, dropped or moved: what explains a difference. A 'change in X, the primary outcome' that a
    # trial could detect is none.
    "outcome-changes": (
        rf"(?<!missing )(?<!available )\b{_OUTCOME}(?:\s+(?:measures?|variables?|definitions?))?"
        r"(?:\s*\([^)]{0,60}\)|\s+of\s+[^.,;]{1,60}?)?"
        rf"\s+(?:was|were|has been|have been|had been)\s+(?:\w+ly\s+|later\s+|then\s+|also\s+)?{_CHANGED}\b",
        rf"\b(?:changed|amended|modified|revised|replaced|downgraded|dropped|redefined)\s+(?:the|our)\s+{_NAMED_OUTCOME}",
        rf"\bchanges?\s+(?:was\s+|were\s+)?(?:made\s+)?(?:to|of)\s+(?:the|our)\s+{_NAMED_OUTCOME}",
        rf"\bchanges?\s+in\s+(?:the\s+)?(?:definition|choice|timing|order|hierarchy|number)\s+of\s+(?:the\s+|our\s+)?"
        rf"{_NAMED_OUTCOME}",
        rf"\b(?:the\s+)?(?:original|initial|registered)(?:ly)?\s+(?:(?:planned|registered|specified)\s+)?{_NAMED_OUTCOME}",
        rf"\b{_NAMED_OUTCOME}\s+(?:was|were)\s+originally\b",
        rf"\bbecame\s+(?:an?|the|our)\s+(?:new\s+)?{_NAMED_OUTCOME}",
        rf"\breplac\w+\b[^.]{{0,80}}\bas\s+(?:an?|the|our)\s+{_NAMED_OUTCOME}",
        rf"\b(?:added|dropped|moved|removed|promoted|demoted|reclassified)\b[^.]{{0,80}}\b(?:as|to|from)\s+(?:an?\s+|the\s+"
        rf"|our\s+|being\s+)*{_NAMED_OUTCOME}",
        r"\b(?:from|as)\s+(?:(?:the|an?)\s+)?(?:primary|secondary)\s+to\s+(?:(?:the|an?)\s+)?(?:primary|secondary"
        r"|exploratory)\b",
        rf"\b{_NAMED_OUTCOME}\b[^.]{{0,60}}\bnot (?:pre-?specified|in the (?:original |initial )?(?:protocol"
        r"|registration))\b",
    ),
    "interim": (
        r"\binterim (?:analys[ie]s|looks?|efficacy|review|monitoring)\b",
        r"\bstopping (?:rules?|guidelines?|boundar|criteri)",
        r"\bO['’]Brien[\s–-]+Fleming\b",
        r"\balpha[\s-]spending\b",
        r"\bgroup[\s-]sequential\b",
        r"\bfutility (?:analys|boundar|stopping)",
    ),
    "blinding": (
        r"\b(?:double|triple|single|observer|assessor|investigator|sponsor)[\s-](?:blind(?:ed)?|masked)\b",
        r"\bopen[\s-]label\b",
        r"\b(?:un)?blinded\b",
        r"\bblinding\b",
        r"\bmasked\b",
        r"\bmasking\b",
        r"\bunaware of (?:the )?(?:trial|study|treatment|group)",
    ),
    "analysis-sets": (
        r"\bintention[\s-]to[\s-]treat\b",
        r"\bper[\s-]protocol\b",
        r"\b(?:full|modified) (?:analysis set|intention)",
        r"\bcomplete[\s-]case\b",
        r"\bsafety population\b",
    ),
    "prespecified": (r"\bpre-?\s?specified\b", r"\bpre-?planned\b", r"\ba priori\b"),
    "recruitment-dates": (
        rf"\b(?:{_ENROLLED}|underwent|inclusion)\b[^.]{{0,160}}{_DATE}",
        rf"{_DATE}[^.]{{0,160}}\b(?:{_ENROLLED}|were assigned)\b",
    ),
    "stopped": (
        r"\b(?:trial|study|enrol?lment|recruitment)\b[^.]{0,60}\b(?:stopped|terminated|halted|closed|discontinued|ended)"
        r" (?:early|prematurely|ahead|because|after|owing|due)\b",
        r"\bearly (?:termination|stopping)\b",
        r"\bmonitoring (?:committee|board)\b[^.]{0,80}\b(?:recommended|stopp|terminat)",
    ),
    "ethics": (
        r"\b(?:ethics|institutional review|research ethics) (?:committee|board)s?\b",
        r"\binformed consent\b",
        r"\bDeclaration of Helsinki\b",
    ),
    "post-hoc": (
        r"\bpost[\s-]hoc\b",
        r"\bad hoc analys",
        r"\bexploratory analys",
        r"\bwas not (?:pre-?specified|pre-?planned)",
        r"\bunplanned analys",
    ),
}
_PATTERNS: Final = {subject: re.compile("|".join(words), re.IGNORECASE) for subject, words in _WORDS.items()}
_DISCUSSED: Final = (
    "changes",
    "outcome-changes",
    "prespecified",
    "post-hoc",
    "stopped",
    "data-sharing",
    "registration",
)
_HEADED: Final = ("data-sharing", "registration", "blinding", "changes", "outcome-changes")
# Dates and blinding are told in many places; what the methods say first is what counts.
_MOST = 6


def find_statements(manuscript: Manuscript, text: Sequence[Sentence]) -> tuple[Statement, ...]:
    """What a manuscript says on each of these subjects: at most six sentences each, those of the methods first."""
    found: dict[Subject, list[Statement]] = {}
    for number, sentence in enumerate(text):
        if sentence.section in ("references", "introduction") or sentence.kind == "row":
            continue  # these speak of other trials
        for subject, pattern in _PATTERNS.items():
            if not pattern.search(sentence.text) or (sentence.section == "discussion" and subject not in _DISCUSSED):
                continue
            words, last = sentence.text, sentence.last
            if sentence.kind == "heading":
                # "Data sharing" as a heading: what it says stands below.
                below = text[number + 1] if number + 1 < len(text) else None
                if (
                    below is None
                    or below.kind == "heading"
                    or subject not in ("data-sharing", "registration", "blinding", "changes", "outcome-changes")
                ):
                    continue
                words, last = f"{sentence.text}: {below.text}", below.last
            place = manuscript.place(sentence.first, last)
            found.setdefault(subject, []).append(Statement(subject, words, place, sentence.section))
    order: dict[str, int] = {"methods": 0, "back": 1, "front": 1, "abstract": 2, "results": 3}
    return tuple(
        one
        for subject in ITEMS
        for one in sorted(_distinct(found.get(subject, [])), key=lambda one: order.get(one.section, 5))[:_MOST]
    )


def _distinct(statements: Sequence[Statement]) -> list[Statement]:
    kept: dict[str, Statement] = {}
    for one in statements:
        words = one.quote.partition(": ")[2] or one.quote
        kept.setdefault(words, one)
    return list(kept.values())
