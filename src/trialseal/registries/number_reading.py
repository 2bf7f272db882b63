"""A text read as a registry number: letters and digits laid into the forms that registries print."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from trialseal.registries.number_forms import FILLERS, FORMER, FORMS, NAMES, PAGES, WORDS, Form, NumberPart, part

_DATELIKE = 3  # 2020-10-11 is a day: without letters in front, a part in the middle has more digits
_LONGEST = 160  # letters and digits; what has more is not a number
_WORDS = (*WORDS.split(), *FILLERS.split())
_WORDS_AND_NAMES = (*_WORDS, *NAMES.split())
INVISIBLE = "\u115f\u1160\u3164\uffa0"  # letters that show nothing
_STEPS = 12  # of an address; what names a number stands at its end
_SLASHES = "/\\_\u2044\u2215\u29f8"
_REGION = re.compile("OUTSIDE(?:EU)?(?:EEA)?|3RD|[A-Z]{2,3}")
_TAIL = re.compile("[0-9A-Z]{1,3}")


class NumberText(NamedTuple):
    """A text as numbers are read from it."""

    characters: str
    """Its letters, in capitals if ASCII, and digits."""
    breaks: frozenset[int]
    """Before which of them a separator stood."""
    slashes: frozenset[int]
    """Before which of them a slash or underscore stood."""

    @classmethod
    def of(cls, text: str) -> NumberText:
        characters: list[str] = []
        breaks: set[int] = set()
        slashes: set[int] = set()
        for one in unicodedata.normalize("NFKC", text):
            category = unicodedata.category(one)
            if category == "Nd":
                characters.append(str(unicodedata.digit(one)))
            elif one in _SLASHES:
                slashes.add(len(characters))
                breaks.add(len(characters))
            elif one in INVISIBLE or category in ("Cf", "Mn", "Me") or (category == "Cc" and not one.isspace()):
                continue
            elif category[0] in "LN":
                characters.append(one.upper() if one.isascii() else one.casefold())
            else:
                breaks.add(len(characters))
        return cls("".join(characters), frozenset(breaks), frozenset(slashes))

    def without_tail(self) -> NumberText | None:
        """The text without a country, language or version behind its last separator; None if it has none such."""
        inner = [one for one in self.breaks if 0 < one < len(self.characters)]
        if not inner:
            return None
        last = max(inner)
        tail = self.characters[last:]
        if not (_REGION.fullmatch(tail) or (last in self.slashes and _TAIL.fullmatch(tail))):
            return None
        return NumberText(self.characters[:last], self.breaks, self.slashes)


class _Found(NamedTuple):
    form: Form
    number: str
    filled: bool


def known_form(text: NumberText) -> _Found | None:
    """The number of a known form: rather with all digits than filled up, rather whole than without its tail."""
    if len(text.characters) > _LONGEST or not re.search("[0-9]", text.characters) or not text.characters.isascii():
        return None
    for pattern, letters in FORMER:
        if former := re.fullmatch(pattern, text.characters):
            text = NumberText(letters + former[1], frozenset(), frozenset())
    texts = [text]
    while (shorter := texts[-1].without_tail()) is not None:
        texts.append(shorter)
    starts = _starts(text.characters, _WORDS_AND_NAMES)
    # A number without letters in front is none of a registry that is named there.
    nameless = set(_starts(text.characters, _WORDS))
    matches = [
        (one, form, match)
        for one in texts
        for form in FORMS
        for start in starts
        if (match := _shape(form).fullmatch(one.characters, start)) is not None and (match["head"] or start in nameless)
    ]
    for fit in (_all_digits, _filled_up, _cut):
        for one, form, match in matches:
            if number := _in_form(form, match, one, fit):
                return _Found(form, number, number.count("0") != one.characters.count("0"))
    return None


def _starts(characters: str, words: Sequence[str]) -> list[int]:
    """Where a number may begin: behind any count of words that people put before it."""
    starts = {0}
    open_ends = [0]
    while open_ends:
        place = open_ends.pop()
        ends = {place + len(word) for word in words if characters.startswith(word, place)}
        open_ends += ends - starts
        starts |= ends
    return sorted(starts)


def on_page(text: str) -> _Found | None:
    """The number that the address of a registry's page names."""
    if len(text) > 2000 or not re.search(r"://|www\.|\.[a-z]{2,4}/", text, re.IGNORECASE):
        return None
    found = []
    for pattern, letters in PAGES:
        found += [known_form(NumberText.of(letters + digits)) for digits in re.findall(pattern, text, re.IGNORECASE)]
    for piece in re.split(r"[?&#=\s:]", text):
        steps = piece.split("/")[-_STEPS:]
        parts = ("/".join(steps[first:last]) for first in range(len(steps)) for last in range(len(steps), first, -1))
        found.append(next((one for part_of in parts if (one := known_form(NumberText.of(part_of)))), None))
    named = {one.number: one for one in found if one is not None}
    # A page whose address names two numbers says not which is meant.
    return next(iter(named.values())) if len(named) == 1 else None


class _Run(NamedTuple):
    """Digits that stand together but for separators, and the parts that they make up."""

    parts: tuple[NumberPart, ...]


@cache
def _runs(form: Form) -> tuple[_Run | NumberPart | str, ...]:
    """A form's number behind its first letters: runs of digits, parts of letters, letters that are always there."""
    found: list[_Run | NumberPart | str] = []
    for place, piece in enumerate(form.pieces[1:]):
        if place % 2:
            letters = re.sub("[-/]", "", piece)
            found += [letters] if letters else []
        elif "a" in (kind := part(piece)).pattern.lower():
            found.append(kind)
        elif found and isinstance(run := found[-1], _Run):
            found[-1] = _Run((*run.parts, kind))
        else:
            found.append(_Run((kind,)))
    return tuple(found)


@cache
def _shape(form: Form) -> re.Pattern[str]:
    """The letters in front and the number, in capitals without separators; a group for each run and part."""
    heads = "|".join(sorted({form.head, *form.heads}, key=len, reverse=True))
    body = ""
    for one in _runs(form):
        if isinstance(one, str):
            body += one
        else:
            body += "([0-9]+)" if isinstance(one, _Run) else f"({re.sub('a-z', 'A-Z', one.pattern)})"
    # Letters may be part of a number: no word is looked for within those.
    between = "" if isinstance(_runs(form)[0], NumberPart) else f"(?:{'|'.join(FILLERS.split())}){{0,2}}"
    return re.compile(f"(?P<head>{heads}){between}{body}")


_Fit = Callable[[tuple[NumberPart, ...], "_Digits"], "list[str] | None"]


class _Digits(NamedTuple):
    """The digits of one run."""

    joined: str
    split: tuple[str, ...]
    """The same, as separators split them."""
    slashed: bool
    """Whether one of these is a slash."""
    labelled: bool
    """Whether letters stand in front of the number."""


def _in_form(form: Form, match: re.Match[str], text: NumberText, fit: _Fit) -> str | None:
    """The number in its registry's own spelling, None if its digits do not fit the form so."""
    parts: list[str] = []
    group = 2
    for one in _runs(form):
        if isinstance(one, str):
            continue
        start, end = match.span(group)
        group += 1
        slashed = any(start < place < end for place in text.slashes)
        if isinstance(one, NumberPart):
            if slashed:
                return None
            own = match[group - 1].lower() if "a-z" in one.pattern else match[group - 1]
            parts.append(own)
            continue
        cuts = [start, *sorted(place for place in text.breaks if start < place < end), end]
        split = tuple(text.characters[a:b] for a, b in pairwise(cuts))
        fitted = fit(one.parts, _Digits(text.characters[start:end], split, slashed, bool(match["head"])))
        if fitted is None:
            return None
        parts += fitted
    own_parts = iter(parts)
    return "".join(next(own_parts) if place % 2 else piece for place, piece in enumerate(form.pieces))


def _all_digits(parts: tuple[NumberPart, ...], digits: _Digits) -> list[str] | None:
    """Each part has all the digits that its registry prints."""
    split = (digits.joined,) if len(parts) == 1 else digits.split
    if len(split) != len(parts) or (len(parts) == 1 and parts[0].longest and digits.slashed):
        return None
    return list(split) if _match(parts, split) else None


def _filled_up(parts: tuple[NumberPart, ...], digits: _Digits) -> list[str] | None:
    """Leading zeros were left out, or some put in front."""
    if len(parts) == 1:
        # Behind a slash stands another matter, such as a version.
        if digits.slashed:
            return None
        bare = digits.joined.lstrip("0")
        filled = [bare.zfill(parts[0].width)] if parts[0].width else [bare]
    elif len(digits.split) != len(parts) or (not digits.labelled and len(digits.split[1]) < _DATELIKE):
        return None
    else:
        filled = [
            one.lstrip("0").zfill(kind.width) if kind.width else one
            for kind, one in zip(parts, digits.split, strict=True)
        ]
    return filled if _match(parts, filled) else None


def _cut(parts: tuple[NumberPart, ...], digits: _Digits) -> list[str] | None:
    """All digits are there, but separators stand elsewhere or nowhere."""
    if len(parts) in (1, len(digits.split)):
        return None
    match = re.fullmatch("".join(f"({kind.pattern})" for kind in parts), digits.joined)
    return list(match.groups()) if match else None


def _match(parts: Sequence[NumberPart], texts: Sequence[str]) -> bool:
    return all(re.fullmatch(kind.pattern, one) for kind, one in zip(parts, texts, strict=True))
