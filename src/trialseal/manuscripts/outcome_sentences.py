"""The sentences in which a manuscript states its primary and secondary outcomes.

Patterns, not a language model: the same text gives the same answer everywhere, and each answer can be traced to its
words. They take what is said in the methods first, then what the abstract says. What they find is a suggestion, which
an editor confirms or corrects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from trialseal.manuscripts.enumerations import split_outcomes, time_frame
from trialseal.manuscripts.model import Manuscript, Section
from trialseal.manuscripts.sections import run_in_heading
from trialseal.manuscripts.sentences import Sentence

Role = Literal["primary", "secondary", "other"]

_ROLE = (
    r"(?P<role>(?:co[-\s]?|dual[\s-]|joint[\s-])?primary|main|principal"
    r"|(?:key[\s-]|main\s|major\s|other\s|further\s|additional\s|important\s|confirmatory\s)*secondary|exploratory|tertiary)"
)
_NOUN = (
    r"(?:out-?\s?comes?(?:\s+(?:measures?|variables?|parameters?|criteri(?:on|a)))?|end[\s-]?points?(?:\s+measures?)?"
    r"|efficacy\s+(?:measures?|variables?|parameters?|criteri(?:on|a))|(?:outcome\s+)?(?:measures?|variables?)|parameters?)"
)
_BETWEEN = r"(?:\s+(?!was\b|were\b|is\b|are\b|and\s+secondary\b|and\s+key\b)[\w’'/-]+){0,3}?"
_NAMED = rf"\b{_ROLE}{_BETWEEN}\s+(?P<noun>{_NOUN})\b"
_OF_STUDY = r"(?:\s*\([^)]{0,80}\))?(?:\s+(?:of|for|in|through|at)\s+(?:the|this|our|each)?\s*[\w’' -]{1,45}?)?"
_IS = (
    r"(?:was|were|is|are|will be|shall be|includes?|included|comprises?|comprised|consist(?:s|ed) of|concerned|being"
    r"|remained|encompassed)"
)
_AS = (
    r"(?:\s+(?:(?:pre-?specified|pre-?defined|defined|specified|set|taken) as|to be|as follows|the following|as|also"
    r"|therefore|then|:|,))*"
)
_THEREFORE = r"(?:,\s*there-?\s?fore,?\s*)?"
_FORWARD = re.compile(
    rf"{_NAMED}{_OF_STUDY}\s*{_THEREFORE}(?:{_IS}\b{_AS}\s*:?|[:–—])\s*(?P<what>.+)", re.IGNORECASE | re.DOTALL
)
# "The primary outcome, mortality at 28 days, was …"
_APPOSED = re.compile(rf"{_NAMED},\s+(?P<what>[^,;]{{4,160}}),\s+(?:was|were|is|are)\b", re.IGNORECASE)
# "Overall survival was the primary end point"; "… served as the primary outcome"
_BACKWARD = re.compile(
    r"(?P<what>.+?)\s+(?:was|were|is|are|served as|functioned as|acted as|constituted"
    r"|(?:was|were) (?:defined|chosen|selected|specified|used|considered|taken|designated)\s+(?:as|to be))"
    rf"\s+(?:the\s+|our\s+|a\s+|an\s+)?(?:only\s+|single\s+|first\s+)?{_NAMED}"
    r"(?:\s+(?:of|for|in)\s+(?:the|this|our)\s+\w+)?\s*(?:$|[.;,(]|\band\b)",
    re.IGNORECASE,
)
_CHOSE = re.compile(
    rf"\b(?:chose|selected|defined|specified|used|considered)\s+(?P<what>.{{4,160}}?)\s+as\s+(?:the\s+|our\s+|a\s+)?{_NAMED}",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(rf"(?P<what>(?:[^.;:()]|\.\d){{6,200}}?)\s*\(\s*(?:the\s+)?{_NAMED}\s*\)", re.IGNORECASE)
_OBJECTIVE = re.compile(
    r"\b(?P<role>primary|secondary|main)\s+(?:\w+\s+)?(?P<noun>objectives?|aims?|goals?|hypothes[ie]s)\b[^.;]{0,60}?"
    r"\s(?:was|were|is|are)\s+(?:to\s+)?(?P<what>.+)",
    re.IGNORECASE | re.DOTALL,
)
_HEADING = re.compile(rf"(?:the\s+)?{_NAMED}", re.IGNORECASE)
_BOTH = re.compile(r"\bprimary\s+and\s+(?:key\s+)?secondary\b|\bprimary\s+or\s+secondary\b", re.IGNORECASE)
_MAIN_MEASURES = re.compile(r"main outcomes?(?: and measures?| measures?)?|main outcome measures?", re.IGNORECASE)

# What was done with an outcome, or came of it, is no statement of what it is.
_NO_DEFINITION = re.compile(
    r"(?:(?:then|also|first|only|all|both|each|not|prospectively|independently|formally|centrally|blindly|primarily"
    r"|subsequently)\s+)*(?:analy[sz]ed|performed|conducted|assessed|evaluated|compared|met\b|similar"
    r"|significant(?:ly)?|observed|reached|achieved|adjudicated|reported|available|missing|based on|calculated"
    r"|estimated|tested|powered|imputed|summari[sz]ed|presented|consistent|higher|lower|greater|different|unchanged"
    r"|changed|modified|amended|revised|added|known|recorded|ascertained|collected|obtained|seen|lost|excluded"
    r"|described|listed|shown|provided|given|specified|detailed|pre-?specified\b(?!\s+as)|unaffected|measured"
    r"|determined|in favou?r|in accordance|in line|on the basis|for |no\b|\d+(?:\.\d+)?\s*%|\d+ (?:of|/) ?\d+"
    r"|\d+(?:\.\d+)?\s*\(|found|noted|examined|made|the same\b|chosen|selected|considered|published|registered"
    r"|positive|negative|neutral|noninferior|robust|clinically relevant\b|adjusted|subject(?:ed)? to|derived"
    r"|expected|required|needed|used\b|controlled|submitted|improved|reduced|increased|decreased)",
    re.IGNORECASE,
)
_NO_BACKWARD = re.compile(
    r"^(?:it|this|that|these|those|they|there|which|what|we|none|no)$|\bno\b.{0,20}$", re.IGNORECASE
)
_NEGATED = re.compile(
    r"\b(?:no|not a|without a|neither|any|analys[ie]s of the|effects? on the|for the|of the|in the|on the)\s*$",
    re.IGNORECASE,
)
_DESCRIBED = re.compile(
    r"(?:,\s*(?:which (?:was|were|is) )?|;\s*|\s+\(|\s+)(?P<rest>(?:as\s+)?(?:defined|measured|assessed|determined"
    r"|evaluated|quantified)\s+(?:as|by|with|using|on|according|in|via|through|from|at)\b.+)",
    re.IGNORECASE | re.DOTALL,
)
_CITATION = re.compile(r"(?:\s*\[[\d,;–\- ]+\])|(?<=[a-z\)])\d{1,2}(?:[,–-]\d{1,2})*(?=$|[\s.,;])")
_NUMERIC = re.compile(r"[\d.,%/()\s±–<>=-]+")
_LONGEST_SENTENCE = 1_500
_CO = re.compile(r"co|dual|joint", re.IGNORECASE)


class StatedOutcome(NamedTuple):
    """An outcome as a manuscript states it, with the words and the place that say so."""

    role: Role
    measure: str
    description: str
    time_frame: str
    quote: str
    place: str
    section: Section
    certain: bool
    """Whether the sentence says 'the primary outcome was …' or alike, in the methods; if not, a reader must look."""


class OutcomeSentences(NamedTuple):
    """The outcomes of a manuscript, and sentences that speak of outcomes and could not be taken apart."""

    outcomes: tuple[StatedOutcome, ...]
    in_abstract: tuple[StatedOutcome, ...]
    """What the abstract states, where the methods state it too; it may differ."""
    unclear: tuple[tuple[str, str], ...]
    """Sentence and place."""


def find_outcomes(manuscript: Manuscript, text: Sequence[Sentence]) -> OutcomeSentences:
    """What a manuscript states as its outcomes: by its methods; where they are silent, its abstract; else anywhere."""
    found = list(_all(manuscript, text))
    chosen: list[StatedOutcome] = []
    for roles in (("primary",), ("secondary",), ("other",)):
        of_role = [one for one in found if one.role in roles]
        best = min((_rank(one) for one in of_role), default=0)
        chosen += _distinct([one for one in of_role if _rank(one) == best])
    abstract = [one for one in found if one.section == "abstract" and not any(one is other for other in chosen)]
    unclear = tuple(
        (sentence.text, manuscript.place(sentence.first, sentence.last))
        for sentence in text
        if _BOTH.search(sentence.text) and re.search(_NOUN, sentence.text) and "respectively" in sentence.text
    )
    return OutcomeSentences(tuple(chosen), tuple(_distinct(abstract)), unclear)


def _rank(one: StatedOutcome) -> int:
    """Methods before abstract before the rest; within each, statements before aims."""
    place = {"methods": 0, "abstract": 2, "front": 2, "introduction": 4, "back": 4}.get(one.section, 6)
    return place + (0 if one.certain else 1)


def _all(manuscript: Manuscript, text: Sequence[Sentence]) -> Iterator[StatedOutcome]:
    index = 0
    while index < len(text):
        sentence = text[index]
        if sentence.section == "references":
            index += 1
            continue
        if sentence.kind == "heading":
            index, stated = _under_heading(manuscript, text, index)
            yield from stated
            continue
        if sentence.kind == "row":
            yield from _in_row(manuscript, sentence)
        else:
            items = _items_after(text, index) if sentence.text.rstrip().endswith(":") else []
            if items and (named := _last_named(sentence.text)):
                for item in items:
                    yield from _outcomes(manuscript, item, _role(named["role"]), item.text, False, True)
                index += len(items)
            else:
                yield from _in_sentence(manuscript, sentence)
        index += 1


def _in_sentence(manuscript: Manuscript, sentence: Sentence) -> Iterator[StatedOutcome]:
    text = sentence.text
    certain = sentence.section == "methods"
    run_in = run_in_heading(text)
    if run_in and _MAIN_MEASURES.fullmatch(run_in[0]) and not re.search(_NAMED, run_in[1], re.IGNORECASE):
        yield from _outcomes(manuscript, sentence, "primary", run_in[1], True, False)
        return
    if _BOTH.search(text):
        return
    starts = [match.start() for match in re.finditer(_NAMED, text, re.IGNORECASE)]
    any_found = False
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else len(text)
        piece = _without_tail(text[start:end]) if end < len(text) else text[start:end]
        if _NEGATED.search(text[:start]):
            continue
        match = _APPOSED.match(piece) or _FORWARD.match(piece)
        if match and not _NO_DEFINITION.match(match["what"].strip(" ,:")):
            any_found = True
            several = _is_plural(match) or bool(_CO.match(match["role"]))
            yield from _outcomes(manuscript, sentence, _role(match["role"]), match["what"], several, certain)
    if any_found or sentence.section in ("results", "discussion"):
        return
    # What follows looks back from an outcome's name, which takes long where there is none.
    text = text[:_LONGEST_SENTENCE]
    if not starts:
        if match := _OBJECTIVE.search(text):
            yield from _outcomes(manuscript, sentence, _role(match["role"]), match["what"], False, False)
        return
    backward = _BACKWARD.search(text)
    if backward and not _NO_BACKWARD.search(backward["what"].strip()):
        what = _subject(backward["what"])
        yield from _outcomes(manuscript, sentence, _role(backward["role"]), what, _is_plural(backward), certain)
    elif match := _CHOSE.search(text):
        yield from _outcomes(manuscript, sentence, _role(match["role"]), match["what"], _is_plural(match), certain)
    elif match := _IN_BRACKETS.search(text) or _OBJECTIVE.search(text):
        yield from _outcomes(manuscript, sentence, _role(match["role"]), match["what"], False, False)


def _is_plural(match: re.Match[str]) -> bool:
    return bool(re.search(r"s\b", match["noun"]))


def _under_heading(manuscript: Manuscript, text: Sequence[Sentence], index: int) -> tuple[int, list[StatedOutcome]]:
    """What stands under 'Primary outcome', and the index to go on with.

    Where the text below says itself what it states, that is left to it.
    """
    heading = text[index]
    named = _HEADING.fullmatch(heading.text.strip(" .:0123456789"))
    main = _MAIN_MEASURES.fullmatch(heading.text.strip(" .:"))
    if not (named or main) or heading.section in ("results", "discussion", "references", "back"):
        return index + 1, []
    below: list[Sentence] = []
    for one in text[index + 1 :]:
        if one.kind in ("heading", "row"):
            break
        below.append(one)
    if not below or any(re.search(_NAMED, one.text, re.IGNORECASE) for one in below):
        return index + 1, []
    role = _role(named["role"]) if named else "primary"
    items = [one for one in below if one.kind == "item"] or below[:1]
    several = role != "primary" and not any(one.kind == "item" for one in below)
    stated = [
        outcome
        for one in items
        for outcome in _outcomes(manuscript, one, role, one.text, several, heading.section == "methods")
    ]
    return index + 1 + len(below), stated


def _in_row(manuscript: Manuscript, row: Sentence) -> Iterator[StatedOutcome]:
    """A row of a table of outcomes: 'Primary outcome', what, when. A row of results holds numbers instead."""
    cells = row.text.split("\t")
    named = _HEADING.match(cells[0].strip()) or re.match(
        r"(?P<role>primary|secondary)$", cells[0].strip(), re.IGNORECASE
    )
    if not named or len(cells) < 2 or row.section in ("results", "references"):
        return
    what = cells[1].strip()
    if _NUMERIC.fullmatch(what) or len(re.findall(r"[^\W\d_]{3,}", what)) < 1 or len(cells) > 4:
        return
    when = " ".join(cells[2:]).strip()
    place, quote = manuscript.place(row.first), row.text.replace("\t", " | ")
    yield StatedOutcome(
        _role(named["role"]), what, "", when or time_frame(what), quote, place, row.section, certain=True
    )


def _items_after(text: Sequence[Sentence], index: int) -> list[Sentence]:
    items: list[Sentence] = []
    for one in text[index + 1 :]:
        if one.kind != "item":
            break
        items.append(one)
    return items


def _last_named(text: str) -> re.Match[str] | None:
    found = None
    for found in re.finditer(_NAMED, text, re.IGNORECASE):  # noqa: B007 (the last one is wanted)
        pass
    return found


def _outcomes(
    manuscript: Manuscript, sentence: Sentence, role: Role, what: str, several: bool, certain: bool
) -> Iterator[StatedOutcome]:
    place = manuscript.place(sentence.first, sentence.last)
    for one in split_outcomes(_CITATION.sub("", what), several=several):
        measure, description = one, ""
        described = _DESCRIBED.search(one)
        if described and described.start() > 3:
            measure, description = one[: described.start()], described["rest"]
            if described[0].lstrip().startswith("("):
                description = description.rstrip(" .;,").removesuffix(")")
        measure = re.sub(r"^(?:that of|the|a|an|any|our)\s+", "", measure.strip(" ,;:."), flags=re.IGNORECASE)
        if measure := _balanced(measure):
            yield StatedOutcome(
                role,
                measure,
                description.strip(" .;,"),
                time_frame(one),
                sentence.text,
                place,
                sentence.section,
                certain,
            )


def _balanced(text: str) -> str:
    """The text without a bracket at its end that opens and never closes."""
    while text.count("(") > text.count(")") and text.rindex("(") > len(text) - 4:
        text = text[: text.rindex("(")].rstrip(" ,;.")
    return text


def _role(words: str) -> Role:
    words = words.lower()
    if "secondary" in words:
        return "secondary"
    return "other" if words in ("exploratory", "tertiary") else "primary"


def _subject(text: str) -> str:
    """The subject of 'X was the primary outcome': what stands after the last break of the sentence before it."""
    return re.split(r"[:;]\s|,\s+(?:and|while|whereas)\s+", text)[-1].strip()


_TAIL = re.compile(
    r"[\s,;]*(?:(?:and|while|whereas|with|but)\s+)?(?:the|a|an|our|first|second|third|two|three|key|other|\s)*$",
    re.IGNORECASE,
)


def _without_tail(text: str) -> str:
    """A statement without what leads over to the next one: ', and the'."""
    return _TAIL.sub("", text)


def _distinct(outcomes: Sequence[StatedOutcome]) -> list[StatedOutcome]:
    """Each once: the fuller of two that share most of their words."""
    kept: list[StatedOutcome] = []
    for one in outcomes:
        words = _words(one)
        twins = (
            number
            for number, other in enumerate(kept)
            if other.role == one.role and other.quote != one.quote and _alike(words, _words(other))
        )
        twin = next(twins, None)
        if twin is None:
            if not any(other.role == one.role and other.measure == one.measure for other in kept):
                kept.append(one)
        elif len(one.measure) + len(one.time_frame) > len(kept[twin].measure) + len(kept[twin].time_frame):
            kept[twin] = one
    return kept


def _words(one: StatedOutcome) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W_]{3,}|\d+", one.measure.lower()))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and bool(other) and len(one & other) >= 0.75 * min(len(one), len(other))
