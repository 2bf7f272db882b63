"""What kind of paper a manuscript is, where it is not the report of one trial.

It may be a review, a protocol, a secondary paper, or the report of several trials, as its title or a sentence says.
Such a paper's outcomes need not be those of the record beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from trialseal.manuscripts.model import Manuscript
from trialseal.manuscripts.sentences import Sentence
from trialseal.manuscripts.stated import StatedOutcome

PaperKind = Literal["review", "protocol", "secondary", "several trials"]


class KindOfPaper(NamedTuple):
    """A kind, and the words of the paper that say so."""

    kind: PaperKind
    quote: str
    place: str


_REVIEW = re.compile(
    r"\b(?:systematic|scoping|umbrella|narrative|literature|integrative) (?:literature )?reviews?\b"
    r"|\bmeta[-‐–]?\s?analys[ie]s\b|\bnetwork meta\b|^review:|: (?:a |an )?(?:\w+ )?review$",
    re.IGNORECASE,
)
_PROTOCOL = re.compile(
    r"\b(?:(?:study|trial|research) protocol|protocol (?:for|of)|statistical analysis plan"
    r"|(?:rationale|design)(?:,| and|,? &) (?:the |study |trial )*(?:rationale|design|methods|protocol))\b|\bprotocol$",
    re.IGNORECASE,
)
_IS_PROTOCOL = re.compile(
    r"\bthis (?:paper|article|manuscript|protocol) (?:describes|presents|reports|outlines) (?:the )?"
    r"(?:study |trial |research )?(?:protocol|(?:rationale|design)(?:,? and (?:\w+ ?){1,3})?) (?:of|for)\b",
    re.IGNORECASE,
)
_FURTHER = (
    r"(?:secondary (?:data )?analys[ie]s|post[-\s]?hoc analys[ie]s|sub-?group analys[ie]s|sub-?study|ancillary (?:study"
    r"|analysis)|re-?analysis|pooled analysis)"
)
_SECONDARY = re.compile(
    rf"\b(?:{_FURTHER}|secondary and sub-?group|post[-\s]?hoc|exploratory analys[ie]s)\b", re.IGNORECASE
)
_IS_SECONDARY = re.compile(
    r"\b(?:this|the (?:present|current)|our|here(?:in)?,? we (?:report|present|describe)) (?:\w+ ){0,5}?"
    r"(?:(?:planned|pre-?specified|exploratory|retrospective|further|detailed)\s+)*"
    rf"{_FURTHER} (?:of|from|to|within|on|in)\b"
    r"|\b(?:primary|main) (?:trial |study |efficacy )?(?:results?|outcomes?|findings|report)"
    r"(?: of (?:the|this) \w+(?: \w+)?)? (?:have been|has been|was|were|are) (?:(?:previously|already) )?"
    r"(?:published|reported|described|presented) (?:elsewhere|previously|separately|before)\b"
    r"|\bthis sub-?study of\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"\b(?:two|2|three|3|four|4)\s+(?:[\w,/-]+\s+){0,7}?(?:trials|studies)\b", re.IGNORECASE)
# 'Two earlier studies have shown': others' trials.
_OTHERS = re.compile(
    r"\b(?:previous|earlier|prior|other|recent|published|existing|similar|pilot|observational|cohort|showed|shown|found"
    r"|literature)\b",
    re.IGNORECASE,
)
_NAMED_TRIAL = re.compile(
    r"\b(?P<name>(?:trial|study|experiment)\s+(?P<which>[1-4]|I{1,3}|IV|[A-D](?!\w)|one|two|three))\b", re.IGNORECASE
)
_TELLING = ("front", "abstract", "introduction", "methods")
_OWN = ("abstract", "methods")
_TITLE_WORDS = 4
_OPENING = 12
"""Sentences among which the title stands."""


def kinds_of_paper(manuscript: Manuscript, text: Sequence[Sentence]) -> tuple[KindOfPaper, ...]:
    """The kinds that a paper says to be, each once; none for the report of one trial."""
    title = next((one for one in text[:_OPENING] if len(one.text.split()) >= _TITLE_WORDS), None)
    if title is not None and title.section != "front":
        title = None
    told: list[tuple[PaperKind, Sentence]] = []
    patterns: tuple[tuple[PaperKind, re.Pattern[str], re.Pattern[str] | None], ...] = (
        ("review", _REVIEW, None),
        ("protocol", _PROTOCOL, _IS_PROTOCOL),
        ("secondary", _SECONDARY, _IS_SECONDARY),
    )
    for kind, in_title, in_text in patterns:
        if title is not None and in_title.search(title.text):
            told.append((kind, title))
        elif in_text is not None:
            said = (one for one in text if one.section in _TELLING and in_text.search(one.text))
            told += [(kind, one) for one in [next(said, None)] if one is not None]
    if not told and (several := _several(text, title)):
        told.append(("several trials", several))
    return tuple(KindOfPaper(kind, one.text, manuscript.place(one.first, one.last)) for kind, one in told)


def by_trial(outcomes: Iterable[StatedOutcome]) -> dict[str, list[StatedOutcome]]:
    """Outcomes by the trial that their sentence names: 'study 2'; under '' where it names none or more."""
    found: dict[str, list[StatedOutcome]] = {}
    for outcome in outcomes:
        named = {one["which"].casefold(): one["name"] for one in _NAMED_TRIAL.finditer(outcome.quote)}
        trial = next(iter(named.values())).casefold() if len(named) == 1 else ""
        found.setdefault(trial, []).append(outcome)
    return found


def _several(text: Sequence[Sentence], title: Sentence | None) -> Sentence | None:
    """The title or sentence that says that several trials are reported, where the paper numbers them apart."""
    own = [one for one in text if one.section in _OWN and one.kind != "row"]
    numbered = [one for one in own if _NAMED_TRIAL.search(one.text)]
    apart = {one["which"].casefold() for sentence in numbered for one in _NAMED_TRIAL.finditer(sentence.text)}
    if len(apart) < 2:
        return None
    said = (
        one for one in [*([title] if title else []), *own] if _SEVERAL.search(one.text) and not _OTHERS.search(one.text)
    )
    return next(said, numbered[0])
