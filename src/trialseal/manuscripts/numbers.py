"""Registry numbers in a text, in whatever spelling, and what looks like one and is none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from trialseal.manuscripts.model import Line, Manuscript
from trialseal.manuscripts.sections import place_lines
from trialseal.manuscripts.sentences import joined
from trialseal.registries.number_forms import FORMS
from trialseal.registries.numbers import RegistryNumber, read_known

_LEAST_DIGITS = 5
_DASH = "\\-\u2010\u2011\u2012\u2013\u2212"
# Two letters are the beginning of much else: of a Dutch number only with all four digits behind them.
_LETTERS = sorted({form.pieces[0] for form in FORMS} - {"", "NL"}, key=len, reverse=True)
_NUMBER = re.compile(
    rf"(?<![A-Za-z0-9])(?:JPRN[{_DASH}])?(?:{'|'.join(map(re.escape, _LETTERS))}|NL(?=[0-9]{{4}}(?![0-9.])))"
    rf"[ :#/{_DASH}]{{0,2}}(?:[0-9A-Za-z]*[0-9](?:[0-9A-Za-z/{_DASH}]*[0-9A-Za-z])?(?: ?[0-9]{{2,}})*)",
    re.IGNORECASE,
)
_EUROPEAN = re.compile(
    rf"(?<![0-9/.{_DASH}])(?:19|20)[0-9]{{2}}[{_DASH}] ?[0-9]{{6}}[{_DASH}] ?[0-9]{{2}}"
    rf"(?:[{_DASH}] ?[0-9]{{2}})?(?![0-9])"
)
_OWN = re.compile(r"regist|clinicaltrials\.gov|isrctn|eudract|trial number|identifier", re.IGNORECASE)
# "in a separate clinical trial (…)": what follows within the sentence is not about the paper's own trial.
_OTHERS = re.compile(
    r"\b(?:separate|another|other|previous|earlier|prior|companion|parent|ongoing|recent|similar|different|sister|"
    r"follow-?up|subsequent|second|future|planned)\s+(?:[\w-]+\s+){0,4}?(?:trials?|stud(?:y|ies))\b(?:(?!\.\s).){0,160}$",
    re.IGNORECASE,
)
_THIS = re.compile(
    r"\b(?:this|our|the present)\s+(?:[\w-]+\s+){0,2}?(?:trial|study)\b|\btrial registration\b", re.IGNORECASE
)
_RANK = {"abstract": 0, "front": 1, "methods": 2, "back": 3, "introduction": 5, "results": 5, "discussion": 6}


class FoundNumber(NamedTuple):
    """A registry number, and every place where it stands."""

    number: str
    """In its registry's own spelling."""
    places: tuple[str, ...]
    likely_own: bool
    """Whether a place speaks of registration, outside introduction, discussion and references."""
    in_references_only: bool = False
    another_trials: bool = False
    """Whether every place that names it speaks of another trial, or lies where a paper speaks of others."""
    written: str | None = None
    """As the paper writes it, where digits lack that its registry would fill up with zeros."""


class Numbers(NamedTuple):
    """What numbers a manuscript names; its own first."""

    found: tuple[FoundNumber, ...]
    malformed: tuple[tuple[str, str], ...] = ()
    """What looks like one and is none, with its place."""


def find_numbers(manuscript: Manuscript) -> Numbers:
    """All registry numbers in the text, those of European registries among them."""
    places: dict[str, dict[str, int]] = {}
    scores: dict[str, int] = {}
    malformed: dict[str, str] = {}
    own_places: set[str] = set()
    written: dict[str, str] = {}
    placed = place_lines(manuscript.lines)
    for index, one in enumerate(placed):
        text = one.line.text
        # A number may go on in the next line, with or without a hyphen in between.
        after = placed[index + 1].line.text if index + 1 < len(placed) else ""
        around = " ".join(p.line.text for p in placed[max(0, index - 1) : index + 2])
        before = placed[index - 1].line.text if index else ""
        for found_one, shown in _in_line(text, after):
            place = manuscript.place(one.line)
            if found_one is None:
                malformed.setdefault(shown, place)
                continue
            number = found_one.number
            if found_one.filled:
                written.setdefault(number, shown)
            rank = 9 if one.section == "references" else _RANK.get(one.section, 4)
            others = _OTHERS.search(f"{before} {text[: max(text.find(shown), 0)]}") is not None
            own = rank <= 3 and not others and bool(_OWN.search(around))
            if not others and (rank <= 4 or (rank < 9 and _THIS.search(around))):
                own_places.add(number)
            score = rank if own else rank + 10
            scores[number] = min(scores.get(number, 99), score)
            places.setdefault(number, {})[place] = rank
    order = sorted(places, key=lambda number: scores[number])
    found = tuple(
        FoundNumber(
            number,
            tuple(places[number]),
            scores[number] <= 3,
            all(rank == 9 for rank in places[number].values()),
            number not in own_places,
            written.get(number),
        )
        for number in order
    )
    whole = tuple((text, place) for text, place in malformed.items() if not any(text in number for number in places))
    return Numbers(found, whole)


def _in_line(text: str, after: str) -> list[tuple[RegistryNumber | None, str]]:
    """The numbers that begin in a line, or None with what it says; each with how the line writes it."""
    found: list[tuple[RegistryNumber | None, str]] = []
    whole, starts = joined((Line(text, 1), Line(after[:60], 2)))
    begins_after = starts[1][0]
    for pattern in (_NUMBER, _EUROPEAN):
        for match in pattern.finditer(whole):
            if match.start() >= begins_after:
                continue
            number = _normal(match[0])
            if number is None and match.end() > begins_after:
                # Its hyphen may be that of the line's end.
                number = _normal(re.sub(rf"[{_DASH}]", "", match[0]))
            if number is None and match.end() > begins_after:
                # What goes on in the next line may be another matter: take the line alone.
                alone = pattern.search(text, match.start())
                number = _normal(alone[0]) if alone else None
            if number is None and pattern is _NUMBER:
                number = _short(match[0])
            if number is not None or (pattern is _NUMBER and len(re.sub(r"\D", "", match[0])) >= 5):
                found.append((number, match[0].strip()))
    return found


def _short(text: str) -> RegistryNumber | None:
    """A number that lacks several digits, which its registry's own search finds as if zeros stood before them.

    Where one digit lacks, a slip of the pen is likelier than a zero left out: that is told, and no number.
    """
    number = read_known(text)
    if number is None or not number.filled:
        return None
    written, whole = (len(re.sub(r"\D", "", one)) for one in (text, number.number))
    return number if written >= _LEAST_DIGITS and whole - written > 1 else None


def _normal(text: str) -> RegistryNumber | None:
    """The number in what was matched, which may hold more than it: then the longest beginning that is one."""
    for candidate in (text, text.split(" ")[0], re.sub(r"\D+$", "", text), *_shortened(text)):
        number = read_known(candidate)
        # Where digits lack, leading zeros are as likely as a misprint: the paper does not say.
        if number and not number.filled:
            return number
    return None


def _shortened(text: str) -> Sequence[str]:
    words = text.split(" ")
    return [" ".join(words[:count]) for count in range(len(words) - 1, 0, -1)] + [
        match[0] for match in [re.match(r"\S+? ?[0-9]+", text)] if match
    ]
