"""The outcomes that a manuscript states as its primary and secondary ones, wherever it states them.

What is found is a suggestion, which an editor confirms or corrects. Every measure, description and quotation is a
stretch of the text; nothing is dropped in silence: what was found and is not among the outcomes stands in `elsewhere`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from trialseal.manuscripts.abbreviations import abbreviations
from trialseal.manuscripts.conjuncts import BRACKETS
from trialseal.manuscripts.enumerations import spans
from trialseal.manuscripts.fates import says_no_outcome
from trialseal.manuscripts.measured import measured
from trialseal.manuscripts.measures import taken_apart
from trialseal.manuscripts.model import Line, Manuscript, Section
from trialseal.manuscripts.outcome_names import (
    BOTH,
    Role,
    heading_role,
    is_main_measures,
    last_role,
    names_outcomes,
    told_alone,
)
from trialseal.manuscripts.outcome_phrases import Kind, Phrase, phrases
from trialseal.manuscripts.outcome_tables import outcomes_of_table
from trialseal.manuscripts.same_outcome import distinct
from trialseal.manuscripts.sections import heading_of, run_in_heading
from trialseal.manuscripts.sentences import Sentence
from trialseal.manuscripts.stated import StatedOutcome
from trialseal.manuscripts.time_frames import time_frame

__all__ = ["OutcomeSentences", "Role", "StatedOutcome", "find_outcomes", "passage"]

# 'The primary outcome was to determine the rate of …'
_AIM = re.compile(
    r"(?:to\s+(?:record|measure|estimate|show|test|study)"
    r"|(?:to\s+)?(?:calculate|quantify|determine|investigate|evaluate|assess|compare|demonstrate|identify|examine|explore"
    r"|establish|prove|find out|analy[sz]e|confirm|describe|verify))\s",
    re.IGNORECASE,
)
_ONE = re.compile(r"\b(?:outcome|end[\s-]?point|measure)\b(?!\s+measures)", re.IGNORECASE)
# 'efficacy and safety' says what the trial was about.
_GLOSS = re.compile(
    r"(?:(?:clinical|overall|the|long-term|short-term|treatment)\s+)*(?:efficacy|safety|effectiveness|tolerability"
    r"|feasibility"
    r"|outcomes?|benefits?|effects?)(?:(?:,|\s+and|,\s+and)\s+(?:efficacy|safety|effectiveness|tolerability|feasibility))*",
    re.IGNORECASE,
)
# 'completion of the intervention' may be an outcome, 'week 12' may not.
_HAPPENS = re.compile(r"completion|discharge|hospital discharge|enrol", re.IGNORECASE)
# 'However', 'among those treated', 'early on we saw …': no noun that could be measured.
_NO_NAME = re.compile(
    r"changes? (?:also )?(?:after|at|over)\b"
    r"|(?:rationale|among|because"
    r"|although|though|however|whereas|based on|when|if|after \w+ing|since|therefore|moreover)\b"
    r"|(?:pre|post)$|[^()]{0,60}\bwe (?:recogni[sz]ed|found|observed|saw|decided|noted)\b",
    re.IGNORECASE,
)
# 'the impacts of the intervention on these'
_POINTS_BACK = re.compile(r"\b(?:on|of|for|in) (?:these|this|those|both)$|^(?:this|these|those|it)$", re.IGNORECASE)
# 'We used the …', 'Patients completed …': what was done, not what was measured.
_DOING = re.compile(
    r"(?:we|all|each|patients|participants|children|subjects|parents|women|men|data|to|in|at|after|before|during)\s",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"(?:a (?:number|variety|range) of|several|some|many|most|various|multiple|other|different|additional|further"
    r"|certain)"
    r"(?:\s+(?!(?:events|effects|complications)\b)[\w-]+){1,3}",
    re.IGNORECASE,
)
_REFERS = re.compile(
    r"(?:this|these|that|those|such|it|they|both|the (?:same|latter|former|following))\b", re.IGNORECASE
)
_LEADS_ON = re.compile(r"\b(?:following|as follows|listed below|these)\b", re.IGNORECASE)
_LIST_GOES_ON = re.compile(r"\s*\(?(?:[1-9][0-9]?|[a-h]|[ivx]{1,4})[).]\s")
# 'Success, which required all of the following:': the list defines one outcome.
_DEFINES = re.compile(
    r"(?:\b(?:any|one|all|both|either|combinations?|composites?|more|[≥⩾]\s?\d) (?:\w+ )?of (?:the )?"
    r"(?:following|these|below)"
    r"|\bdefined (?:as|by)\s[^:;.]{3,80}|\bcomposites? of)\b[^:]{0,60}:\s*$",
    re.IGNORECASE,
)
# What a sample size was reckoned with is named in passing.
_POWER = re.compile(
    r"\bsample size\b|\b(?:powered|power (?:calculation|analysis)|statistical power|% power|power was)\b|\bto detect\b",
    re.IGNORECASE,
)
# A sentence that tells something, and names no outcome by itself.
_TELLS = re.compile(
    r"^(?!the following\b|.*:\s*\(?(?:1|i|a)[).]\s)(?:(?!\b(?:which|that|who)\b)[^(),;]){0,160}"
    r"\s(?:was|were|is|are|has|have|had|will|did|does|can)\s(?!performed\b)",
    re.IGNORECASE,
)
# 'It changed no secondary outcome such as …'
_DENIED = re.compile(r"\b(?:no|not|nor|neither|without)\b", re.IGNORECASE)
# 'The primary outcome of the parent trial was …'
_PARENT = re.compile(
    r"\b(?:the|our) (?:first |second )?(?:parent|main|original|larger|previous) (?:trial|study)\b", re.IGNORECASE
)
# What follows the outcomes in the methods.
_OTHER_HEADING = re.compile(
    r"\b(?:statistic\w*|sample|analys[ie]s|randomi[sz]\w+|blind\w*|mask\w*|data|ethic\w*|procedures?|power|follow-up"
    r"|covariates?|predictors?|moderators?|mediators?|demographic\w*|interventions?|measures?|assessments?)\b",
    re.IGNORECASE,
)
_LIKELY: frozenset[Section] = frozenset({"methods", "abstract", "front", "back"})
_PASSAGE = 2
"""Sentences after a statement that may tell how the outcome is measured."""


class OutcomeSentences(NamedTuple):
    """The outcomes of a manuscript, and sentences that speak of outcomes and could not be taken apart."""

    outcomes: tuple[StatedOutcome, ...]
    elsewhere: tuple[StatedOutcome, ...]
    """What was found too and is not counted: the same outcome in another place, aims and results beside statements."""
    unclear: tuple[tuple[str, str], ...]
    """Sentence and place."""


def find_outcomes(manuscript: Manuscript, text: Sequence[Sentence]) -> OutcomeSentences:
    """What a manuscript states as its outcomes, gathered from every place that states them.

    Aims, variables and sentences of the results count only for a role of which nothing else speaks.
    """
    found = list(_Finding(manuscript, text).all())
    long_forms = abbreviations(sentence.text for sentence in text if "(" in sentence.text)
    chosen: list[StatedOutcome] = []
    for role in ("primary", "secondary", "other"):
        # A primary aim may stand for an outcome that nothing names; a secondary aim hardly ever does.
        passed = ("vague",) if role == "primary" else ("vague", "aim")
        of_role = [one for one in found if one.role == role and one.kind not in passed]
        best = min((_rank(one) for one in of_role), default=0)
        of_best = [one for one in of_role if _rank(one) == best]
        chosen += distinct(_counted(of_best) or of_best, long_forms)
    elsewhere = tuple(one for one in found if not any(one is other for other in chosen))
    unclear = tuple(
        (sentence.text, manuscript.place(sentence.first, sentence.last))
        for sentence in text
        if BOTH.search(sentence.text) and names_outcomes(sentence.text) and "respectively" in sentence.text
    )
    return OutcomeSentences(tuple(chosen), elsewhere, unclear)


def _counted(outcomes: Sequence[StatedOutcome]) -> list[StatedOutcome]:
    """Those of the first sentence that says how many there are and names as many: 'the two primary outcomes were …'."""
    for one in outcomes:
        of_sentence = [other for other in outcomes if other.quote == one.quote and other.number]
        if one.number == len(of_sentence) > 0:
            return of_sentence
    return []


def _rank(one: StatedOutcome) -> int:
    """Statements in methods and abstract first, then looser ones there, then aims, then those anywhere else."""
    place = 0 if one.section in _LIKELY else 1 if one.section == "introduction" else 2
    return 3 * (place + (_PARENT.search(one.quote) is not None)) + ("stated", "loose", "aim").index(one.kind)


def passage(text: Sequence[Sentence], quotes: Iterable[str]) -> str:
    """Quoted sentences with those that follow them at once, in the order of the text, each once."""
    quoted = set(quotes)
    kept: dict[int, str] = {}
    for number, sentence in enumerate(text):
        if sentence.text in quoted:
            for place in range(number, min(number + 1 + _PASSAGE, len(text))):
                if text[place].kind != "heading" and text[place].section == sentence.section:
                    kept[place] = text[place].text
    return " ".join(kept.values())


def _kind(kind: Kind, measure: str) -> Kind:
    """What a statement is worth, by what it names."""
    gloss = _GLOSS.fullmatch(measure) is not None
    if _VAGUE.fullmatch(measure) or (gloss and kind == "loose"):
        return "vague"
    return "loose" if gloss and kind == "stated" else kind


def _whole(sentence: Sentence, role: Role, several: bool = False) -> Phrase:
    return Phrase(role, 0, len(sentence.text), several, "stated")


def _item(item: Sentence, role: Role) -> Phrase:
    """What an item of a list names: all of it, or what it says to be measured."""
    span = measured(item.text)
    return Phrase(role, *span, False, "stated") if span else _whole(item, role)


class _Finding:
    """One walk through a text."""

    def __init__(self, manuscript: Manuscript, text: Sequence[Sentence]) -> None:
        self._manuscript = manuscript
        self._text = text

    def all(self) -> Iterator[StatedOutcome]:
        """Everything that is stated, in the order of the text."""
        index = 0
        while index < len(self._text):
            sentence = self._text[index]
            if sentence.section == "references":
                index += 1
            elif sentence.kind == "heading":
                index, stated = self._under_heading(index)
                yield from stated
            elif sentence.kind == "row":
                index, stated = outcomes_of_table(self._manuscript, self._text, index)
                yield from stated
            else:
                index, stated = self._in_sentence(index)
                yield from stated

    # ----- sentences -----

    def _in_sentence(self, index: int) -> tuple[int, list[StatedOutcome]]:
        """What a sentence states, with the list that it leads to, and the index to go on with."""
        sentence = self._text[index]
        if (role := told_alone(sentence.text)) and sentence.kind in ("text", "item"):
            return self._told_alone(index, role)
        leads = sentence.text.rstrip().endswith(":") or (
            _LEADS_ON.search(sentence.text) is not None and names_outcomes(sentence.text)
        )
        items = self._items(index) if leads else []
        if items and _DEFINES.search(sentence.text):
            return index + 1 + len(items), list(self._stated(sentence))
        if items and (role := last_role(sentence.text)):
            first_of_items = [item for item in items if item.opens]
            lone = len(first_of_items) == 1 and _ONE.search(sentence.text) is not None
            listed = [
                one
                for item in first_of_items
                for one in self._outcomes(item, Phrase(role, 0, len(item.text), False, "stated", alone=lone))
            ]
            first = [] if sentence.text.rstrip().endswith(":") else list(self._stated(sentence))
            return index + 1 + len(items), [*first, *listed]
        stated = list(self._stated(sentence))
        after = index + 1
        if stated and re.search(r"(?:^|[\s:,])\(?(?:1|a|i)[).]\s", sentence.text):
            # "(1) pain at 6 weeks. (2) cost.": the list goes on over the ends of sentences.
            while after < len(self._text) and self._text[after].kind in ("text", "item"):
                further = self._text[after]
                mark = _LIST_GOES_ON.match(further.text)
                if mark is None:
                    break
                last = stated[-1]
                stated += self._outcomes(further, Phrase(last.role, mark.end(), len(further.text), False, last.kind))
                after += 1
        return after, stated

    def _items(self, index: int) -> list[Sentence]:
        items: list[Sentence] = []
        for one in self._text[index + 1 :]:
            if one.kind != "item":
                break
            items.append(one)
        return items

    def _told_alone(self, index: int, role: Role) -> tuple[int, list[StatedOutcome]]:
        """What follows 'Main outcome measures.' or '– Primary variable:' where it stands as a sentence of its own."""
        following = self._text[index + 1] if index + 1 < len(self._text) else None
        if following is None or following.kind != "text" or names_outcomes(following.text):
            return index + 1, []
        return index + 2, list(self._outcomes(following, _whole(following, role, True)))

    def _stated(self, sentence: Sentence) -> Iterator[StatedOutcome]:
        text = sentence.text
        run_in = run_in_heading(text)
        if run_in and is_main_measures(run_in[0]) and not names_outcomes(run_in[1]):
            several = re.search(r"\bmeasure\b", run_in[0], re.IGNORECASE) is None
            yield from self._outcomes(
                sentence, Phrase("primary", len(text) - len(run_in[1]), len(text), several, "stated")
            )
            return
        in_passing = _POWER.search(BRACKETS.sub("", text)) is not None
        for phrase in phrases(text):
            if in_passing and phrase.kind == "stated":
                phrase = phrase._replace(kind="loose")
            if phrase.kind == "aim" and sentence.section not in _LIKELY | {"introduction"}:
                continue
            yield from self._outcomes(sentence, phrase)

    def _outcomes(self, sentence: Sentence, phrase: Phrase) -> Iterator[StatedOutcome]:
        what = sentence.text[phrase.begin : phrase.end]
        denied = _DENIED.search(sentence.text, 0, phrase.begin) is not None
        pieces = spans(what, several=phrase.several, number=phrase.number, denied=denied)
        named = any(not _GLOSS.fullmatch(what[slice(*piece)]) for piece in pieces)
        for start, stop in pieces:
            one = what[start:stop]
            if phrase.kind == "stated" and (aim := _AIM.match(one)):
                one = one[aim.end() :]
            measure, description = taken_apart(one)
            if not measure or _NO_NAME.match(measure) or _POINTS_BACK.search(measure):
                continue
            if time_frame(measure) == measure and not _HAPPENS.match(measure):
                continue
            # 'safety' at the end of a list is an outcome like the others.
            its = phrase.kind if named and _GLOSS.fullmatch(measure) else _kind(phrase.kind, measure)
            yield StatedOutcome(
                phrase.role,
                measure,
                description,
                time_frame(one),
                sentence.text,
                self._manuscript.place(sentence.first, sentence.last),
                sentence.section,
                certain=sentence.section == "methods" and its == "stated" and not _REFERS.match(measure),
                kind=its,
                domain="safety" if phrase.safety else "",
                alone=phrase.alone,
                number=phrase.number,
            )

    # ----- headings -----

    def _under_heading(self, index: int) -> tuple[int, list[StatedOutcome]]:
        """What stands under 'Primary outcome', and the index to go on with.

        Where the text below says itself what it states, that is left to it.
        """
        heading = self._text[index]
        role = heading_role(heading.text)
        if role is None or heading.section in ("results", "discussion", "references", "back"):
            return index + 1, []
        below: list[Sentence] = []
        for one in self._text[index + 1 :]:
            if one.kind in ("heading", "row"):
                break
            below.append(one)
        if not below and (listed := self._subheadings(index + 1)):
            return index + 1, [one for each in listed for one in self._outcomes(each, _whole(each, role))]
        if not below or any(phrase.role == role for one in below for phrase in phrases(one.text)):
            return index + 1, []
        listed = [one for one in below if one.kind == "item" and one.opens]
        if not listed and (measured := list(self._measured(below, role))):
            return index + 1, measured
        several = role != "primary" and not listed
        stated = [
            outcome
            for one in listed or below[:1]
            if not says_no_outcome(one.text) and (listed or not (_DOING.match(one.text) or _TELLS.search(one.text)))
            for outcome in self._outcomes(one, _item(one, role) if listed else _whole(one, role, several))
        ]
        return index + 1 + len(below), stated

    def _subheadings(self, index: int) -> list[Sentence]:
        """The headings of the paragraphs under 'Secondary outcomes', where nothing stands between: each names one."""
        found: list[Sentence] = []
        for one in self._text[index:]:
            if one.kind == "row" or one.section != self._text[index - 1].section:
                break
            if one.kind != "heading":
                continue
            line = Line(one.text, 1, kind="heading")
            if heading_role(one.text) is not None or heading_of(line) is not None or _OTHER_HEADING.search(one.text):
                break
            found.append(one)
        return found

    def _measured(self, below: Sequence[Sentence], role: Role) -> Iterator[StatedOutcome]:
        """What the first sentences of paragraphs say to have been measured."""
        opening = [one for number, one in enumerate(below) if not number or one.opens]
        if self._manuscript.unit == "line":
            opening = opening[:1]
        for one in opening:
            if span := measured(one.text):
                yield from self._outcomes(one, Phrase(role, *span, True, "loose"))
