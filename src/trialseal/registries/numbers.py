"""Registry numbers: which spellings mean one number.

The contract knows no registry: it keeps claims under a fold of what was stated (`fold`). Which spellings are one number
is the reader's rule, given here: a number is read in its registry's own spelling (`number_forms`), whatever its case,
dashes, separators, leading zeros, labels, country or page around it. A number of no form known here is kept as stated,
and is the same only as one with the same letters and digits.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from trialseal.errors import UsageError
from trialseal.registries.number_forms import CTIS, FILLERS, FORMER, FORMS, NAMES, PAGES, WORDS, Form, Part, part
from trialseal.values import Value

CHAIN_BYTES = 32
"""How many bytes of ASCII a number may have on chain."""
_DATELIKE = 3  # 2020-10-11 is a day: without letters in front, a part in the middle has more digits
_LONGEST = 160  # letters and digits; what has more is no number
_WORDS = (*WORDS.split(), *FILLERS.split())
_WORDS_AND_NAMES = (*_WORDS, *NAMES.split())
_INVISIBLE = "\u115f\u1160\u3164\uffa0"  # letters that show nothing
_STEPS = 12  # of an address; what names a number stands at its end
_SLASHES = "/\\_\u2044\u2215\u29f8"
_REGION = re.compile("OUTSIDE(?:EU)?(?:EEA)?|3RD|[A-Z]{2,3}")
_TAIL = re.compile("[0-9A-Z]{1,3}")


class RegistryNumber(Value):
    """A registry number; two are equal if they are one number, however each was written."""

    registry: str | None
    """The registry's name, None if the number is of no form known here."""
    number: str
    """In its registry's own spelling; as stated where no registry is known."""
    given: str
    """The text as it was given."""
    filled: bool = False
    """Whether leading zeros were put in or taken out: a digit may have been lost."""
    key: str = ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RegistryNumber) and (self.registry, self.key) == (other.registry, other.key)

    def __hash__(self) -> int:
        return hash((self.registry, self.key))

    @property
    def chain_text(self) -> str:
        """The text to state on chain: 1 to 32 characters of printable ASCII. Raises UsageError if there is none."""
        return _checked(self.number)

    @property
    def packed(self) -> bytes:
        """`chain_text` as 32 bytes, filled up with zero bytes on the right."""
        return self.chain_text.encode("ascii").ljust(CHAIN_BYTES, b"\0")

    @property
    def fold(self) -> bytes:
        """The 32 bytes under which the contract keeps claims of this number, if stated as `chain_text`."""
        return fold(self.chain_text)


def fold(number: str) -> bytes:
    """The contract's fold of a number as stated: letters in capitals and the digits 1 to 9, left-aligned in 32 bytes.

    '0' and all that is neither letter nor digit is dropped. Raises UsageError where the contract would refuse.
    """
    kept = re.sub("[^1-9A-Z]", "", _checked(number).upper())
    return kept.encode("ascii").ljust(CHAIN_BYTES, b"\0")


def read(text: str) -> RegistryNumber:
    """The number that a text states. Raises UsageError if the text has no letter and no digit."""
    text_read = _Text.of(text)
    if not text_read.characters:
        raise UsageError(f"{_show(text)} is not a registry number: write one such as NCT04368728 or 2020-002641-42")
    found = _known(text_read) or _on_page(text)
    if found:
        return RegistryNumber(found.form.registry, found.number, text, found.filled, found.number)
    return RegistryNumber(None, _tidy(text), text, key=text_read.characters)


def read_known(text: str) -> RegistryNumber | None:
    """The number that a text states, None if it has no form known here."""
    try:
        number = read(text)
    except UsageError:
        return None
    return number if number.registry else None


def same(a: str, b: str) -> bool:
    """Whether two texts state one number."""
    return read(a) == read(b)


def stated(packed: bytes) -> str:
    """The text in 32 bytes as the contract lets through. Raises UsageError if the contract would not."""
    text = packed.rstrip(b"\0").decode("latin-1")
    fold(text)
    if len(packed) != CHAIN_BYTES:
        raise UsageError(f"the registry number has {len(packed)} bytes, not {CHAIN_BYTES}")
    return text


def doubt(number: RegistryNumber) -> str | None:
    """What makes a reader ask whether a number is what was meant, with what it may be; None if nothing does."""
    shown = _show(number.given)
    if number.filled:
        return f"{shown} has fewer or more zeros than its registry prints: is it {number.number}?"
    if number.registry == CTIS and number.number.count("-") == 2:
        return f"{shown} lacks the last two digits of a CTIS number: write it as CTIS shows it, like {_example(CTIS)}"
    if number.registry:
        return None
    characters = _Text.of(number.given).characters
    if near := _near(characters):
        return f"{shown} is not of a registry known here: did you mean {near}?"
    for form in FORMS:
        if form.head and characters.startswith(form.head) and not characters[len(form.head) :].isalpha():
            return f"{shown} is not a number of {form.registry}: its numbers look like {form.examples[-1]}"
    return None


class _Text(NamedTuple):
    """A text as numbers are read from it."""

    characters: str
    """Its letters, in capitals if ASCII, and digits."""
    breaks: frozenset[int]
    """Before which of them a separator stood."""
    slashes: frozenset[int]
    """Before which of them a slash or underscore stood."""

    @classmethod
    def of(cls, text: str) -> _Text:
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
            elif one in _INVISIBLE or category in ("Cf", "Mn", "Me") or (category == "Cc" and not one.isspace()):
                continue
            elif category[0] in "LN":
                characters.append(one.upper() if one.isascii() else one.casefold())
            else:
                breaks.add(len(characters))
        return cls("".join(characters), frozenset(breaks), frozenset(slashes))

    def without_tail(self) -> _Text | None:
        """The text without a country, language or version behind its last separator; None if it has none such."""
        inner = [one for one in self.breaks if 0 < one < len(self.characters)]
        if not inner:
            return None
        last = max(inner)
        tail = self.characters[last:]
        if not (_REGION.fullmatch(tail) or (last in self.slashes and _TAIL.fullmatch(tail))):
            return None
        return _Text(self.characters[:last], self.breaks, self.slashes)


class _Found(NamedTuple):
    form: Form
    number: str
    filled: bool


def _known(text: _Text) -> _Found | None:
    """The number of a known form: rather with all digits than filled up, rather whole than without its tail."""
    if len(text.characters) > _LONGEST or not re.search("[0-9]", text.characters) or not text.characters.isascii():
        return None
    for pattern, letters in FORMER:
        if former := re.fullmatch(pattern, text.characters):
            text = _Text(letters + former[1], frozenset(), frozenset())
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


def _on_page(text: str) -> _Found | None:
    """The number that the address of a registry's page names."""
    if len(text) > 2000 or not re.search(r"://|www\.|\.[a-z]{2,4}/", text, re.IGNORECASE):
        return None
    found = []
    for pattern, letters in PAGES:
        found += [_known(_Text.of(letters + digits)) for digits in re.findall(pattern, text, re.IGNORECASE)]
    for piece in re.split(r"[?&#=\s:]", text):
        steps = piece.split("/")[-_STEPS:]
        parts = ("/".join(steps[first:last]) for first in range(len(steps)) for last in range(len(steps), first, -1))
        found.append(next((one for part_of in parts if (one := _known(_Text.of(part_of)))), None))
    named = {one.number: one for one in found if one is not None}
    # A page whose address names two numbers says not which is meant.
    return next(iter(named.values())) if len(named) == 1 else None


class _Run(NamedTuple):
    """Digits that stand together but for separators, and the parts that they make up."""

    parts: tuple[Part, ...]


@cache
def _runs(form: Form) -> tuple[_Run | Part | str, ...]:
    """A form's number behind its first letters: runs of digits, parts of letters, letters that are always there."""
    found: list[_Run | Part | str] = []
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
    between = "" if isinstance(_runs(form)[0], Part) else f"(?:{'|'.join(FILLERS.split())}){{0,2}}"
    return re.compile(f"(?P<head>{heads}){between}{body}")


_Fit = Callable[[tuple[Part, ...], "_Digits"], "list[str] | None"]


class _Digits(NamedTuple):
    """The digits of one run."""

    joined: str
    split: tuple[str, ...]
    """The same, as separators split them."""
    slashed: bool
    """Whether one of these is a slash."""
    labelled: bool
    """Whether letters stand in front of the number."""


def _in_form(form: Form, match: re.Match[str], text: _Text, fit: _Fit) -> str | None:
    """The number in its registry's own spelling, None if its digits do not fit the form so."""
    parts: list[str] = []
    group = 2
    for one in _runs(form):
        if isinstance(one, str):
            continue
        start, end = match.span(group)
        group += 1
        slashed = any(start < place < end for place in text.slashes)
        if isinstance(one, Part):
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


def _all_digits(parts: tuple[Part, ...], digits: _Digits) -> list[str] | None:
    """Each part has all the digits that its registry prints."""
    split = (digits.joined,) if len(parts) == 1 else digits.split
    if len(split) != len(parts) or (len(parts) == 1 and parts[0].longest and digits.slashed):
        return None
    return list(split) if _match(parts, split) else None


def _filled_up(parts: tuple[Part, ...], digits: _Digits) -> list[str] | None:
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


def _cut(parts: tuple[Part, ...], digits: _Digits) -> list[str] | None:
    """All digits are there, but separators stand elsewhere or nowhere."""
    if len(parts) in (1, len(digits.split)):
        return None
    match = re.fullmatch("".join(f"({kind.pattern})" for kind in parts), digits.joined)
    return list(match.groups()) if match else None


def _match(parts: Sequence[Part], texts: Sequence[str]) -> bool:
    return all(re.fullmatch(kind.pattern, one) for kind, one in zip(parts, texts, strict=True))


def _near(characters: str) -> str | None:
    """The number that a mistyped one may be: letters in front swapped, one of them wrong, lacking or too many."""
    digits = characters.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    letters = characters.removesuffix(digits)
    for form in FORMS:
        if not form.head or not (sorted(letters) == sorted(form.head) or _one_off(letters, form.head)):
            continue
        found = _known(_Text.of(form.head + digits))
        if found and not found.filled:
            return found.number
    found = _known(
        _Text.of(re.sub("(?<=[A-Z0-9])[OIL](?=[0-9])", lambda one: "0" if one[0] == "O" else "1", characters))
    )
    return found.number if found else None


def _one_off(a: str, b: str) -> bool:
    """Whether one letter put in, left out or changed makes one text the other."""
    if a == b or abs(len(a) - len(b)) > 1 or min(len(a), len(b)) < 3:
        return False
    first = next((place for place, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return a[first + (len(a) >= len(b)) :] == b[first + (len(b) >= len(a)) :]


def _example(registry: str) -> str:
    return next(form.examples[-1] for form in FORMS if form.registry == registry)


def _tidy(text: str) -> str:
    """A number as stated, on one line: plain hyphens and spaces, nothing invisible, none around it."""
    kept = []
    for one in unicodedata.normalize("NFKC", text):
        category = unicodedata.category(one)
        if category == "Pd" or one == "\u2212":
            kept.append("-")
        elif one.isspace():
            kept.append(" ")
        elif one not in _INVISIBLE and category not in ("Cf", "Cc", "Mn", "Me"):
            kept.append(one)
    return " ".join("".join(kept).split())


def _checked(text: str) -> str:
    if not 1 <= len(text) <= CHAIN_BYTES or any(not " " <= one <= "~" for one in text):
        raise UsageError(
            f"the registry number {_show(text)} is not 1 to {CHAIN_BYTES} plain ASCII characters: "
            "write it without words around it"
        )
    if not re.search("[1-9A-Za-z]", text):
        raise UsageError(f"the registry number {_show(text)} has no letter and no digit but 0: correct it")
    return text


def _show(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:37] + "...")
