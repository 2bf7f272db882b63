"""The words of an outcome: tokens with their place in the text, one spelling each, abbreviations written out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from trialseal.outcomes.abbreviations import ABBREVIATIONS
from trialseal.outcomes.everyday_names import entries
from trialseal.outcomes.vocabulary import NUMBER_WORDS, STOP_WORDS, SYNONYMS

# Scripts that write no spaces between words: each sign is a token.
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f"
_TOKEN = re.compile(
    rf"[{_UNSPACED}]"
    r"|\d+(?:[.,]\d+)*(?![^\W\d_])"
    rf"|(?:(?![{_UNSPACED}])[^\W_])+(?:['’](?:s|t)\b)?"
    r"|[<>≤≥=%±]"
)
# 'IL-6', 'HbA 1c', 'SF 36': a capital abbreviation and the short number that belongs to it.
_ABBREVIATION_BEFORE_NUMBER = re.compile(r"(?=(?:[^A-Z]*[A-Z]){2})[A-Za-z]{2,7}")
_SHORT_NUMBER = re.compile(r"\d{1,2}[a-z]?")
# 'QLQ-C30', 'CES-D', 'EQ-5D', 'TNF-α': the hyphen is part of the name.
_HYPHENED_TAIL = re.compile(r"[A-Z0-9α-ω][A-Za-z0-9]{0,3}")
_HYPHENS = "-", "‐", "‑", "–"
_ABBREVIATION = re.compile(r"(?=(?:.*[A-Z]){2})[A-Za-z0-9α-ω]{2,10}")


_SMALL_WORDS = frozenset(("a", "an", "the", "at", "in", "of"))


class Token(NamedTuple):
    """A word, number or sign: as compared, as written, and where."""

    form: str
    """Stem in one spelling; equal forms are one word."""
    written: str
    start: int
    end: int


@lru_cache(maxsize=4096)
def tokens(text: str) -> tuple[Token, ...]:
    """All tokens of a text, stop words included, in order."""
    return tuple(_joined(text))


def content(text: str) -> tuple[Token, ...]:
    """The tokens that carry meaning."""
    return tuple(token for token in tokens(text) if token.form not in STOP_FORMS)


def squashed(text: str) -> str:
    """Letters, digits and comparing signs alone, in one case: what is left when layout does not count."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if sign.isalnum() or sign in "<>≤≥=%±+/")


def spelt(text: str, *, written_out: bool = True) -> tuple[str, ...]:
    """The words in one spelling, common abbreviations written out, numbers as digits, without articles, at, in and
    of: equal for texts that differ in spelling alone. `written_out` False leaves abbreviations as they are."""
    written = ((written_out and ABBREVIATIONS.get(token.form)) or token.written for token in tokens(text))
    words = (word for phrase in written for word in phrase.casefold().replace("’", "'").split())
    return tuple(
        NUMBER_WORDS.get(word) or _one_spelling(word).removesuffix("s") for word in words if word not in _SMALL_WORDS
    )


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """A word's form: casefolded, American spelling, number words as digits, common endings removed."""
    folded = unicodedata.normalize("NFKC", word).casefold().replace("’", "'")
    folded = folded.removesuffix("'s")
    if folded in SYNONYMS:
        return SYNONYMS[folded]
    if folded in NUMBER_WORDS:
        return NUMBER_WORDS[folded]
    if not folded.isalpha() or len(folded) <= 3:
        return folded.replace(",", "")
    plain = _one_spelling(folded)
    if plain in SYNONYMS:
        return SYNONYMS[plain]
    shortened = _shortened(plain)
    return SYNONYMS.get(shortened, shortened)


def abbreviations_defined(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Abbreviations that a text itself explains, `progression-free survival (PFS)` or `PFS (progression …)`, each
    with the forms of the words it stands for."""
    for found in re.finditer(r"\(\s*([A-Za-z0-9][A-Za-z0-9-]{1,9})\s*[),;]", text):
        short = found.group(1)
        if sum(sign.isupper() for sign in short) >= 2 and (words := _spelt_before(text[: found.start()], short)):
            yield short.replace("-", "").casefold(), words
    for found in re.finditer(r"\b([A-Z][A-Za-z0-9-]{1,9})\s*\(([^()]{4,120})\)", text):
        short = found.group(1)
        if sum(sign.isupper() for sign in short) >= 2 and (words := _spelt_before(found.group(2), short, whole=True)):
            yield short.replace("-", "").casefold(), words


def glossary(texts: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """What abbreviations mean in a record: as it explains them, else as trialists commonly do."""
    own: dict[str, tuple[str, ...]] = {}
    for text in texts:
        for short, words in abbreviations_defined(text):
            own.setdefault(short, words)
    return own


def expanded(words: Sequence[Token], meanings: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The forms of the words, abbreviations replaced by what they stand for, everyday names by clinical ones."""
    forms: list[str] = []
    for token in words:
        if token.form in STOP_FORMS:
            continue
        meaning = meanings.get(token.form) or common_meaning(token)
        forms.extend(form for form in meaning or (token.form,) if form not in STOP_FORMS)
    return _in_clinical_words(forms)


def _in_clinical_words(forms: list[str]) -> list[str]:
    """The forms with everyday names replaced by clinical ones, the longest first."""
    names, longest = _everyday_names()
    said: list[str] = []
    place = 0
    while place < len(forms):
        lengths = range(min(longest, len(forms) - place), 0, -1)
        length = next((one for one in lengths if tuple(forms[place : place + one]) in names), 0)
        said.extend(names[tuple(forms[place : place + length])] if length else forms[place : place + 1])
        place += length or 1
    return said


@cache
def _everyday_names() -> tuple[dict[tuple[str, ...], tuple[str, ...]], int]:
    """The forms of each everyday name with those of the clinical one, and how many the longest has."""
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for clinical, others in entries():
        for other in others:
            if (words := _forms_of(other)) and words != _forms_of(clinical):
                found[words] = _forms_of(clinical)
    return found, max(map(len, found))


def _forms_of(name: str) -> tuple[str, ...]:
    return tuple(form for word in re.findall(r"\w+", name) if (form := stem(word)) not in STOP_FORMS)


@lru_cache(maxsize=2048)
def common_meaning(token: Token) -> tuple[str, ...] | None:
    """What an abbreviation commonly stands for, as forms; None if it is none that is known."""
    phrase = ABBREVIATIONS.get(token.form)
    return tuple(stem(word) for word in phrase.split()) if phrase else None


def is_abbreviation(written: str) -> bool:
    """Whether a token is written as an abbreviation: two capitals or more."""
    return _ABBREVIATION.fullmatch(written) is not None


def _joined(text: str) -> Iterator[Token]:
    shouted = sum(map(str.isupper, text)) > 0.5 * sum(map(str.isalpha, text))
    found = list(_TOKEN.finditer(text))
    index = 0
    while index < len(found):
        match = found[index]
        written, start, end = match.group(), match.start(), match.end()
        if index + 1 < len(found) and _ABBREVIATION_BEFORE_NUMBER.fullmatch(written):
            after = found[index + 1]
            between = text[end : after.start()]
            is_number = between in ("", " ", *_HYPHENS) and _SHORT_NUMBER.fullmatch(after.group())
            if is_number or (between in _HYPHENS and _HYPHENED_TAIL.fullmatch(after.group())):
                written, end = written + after.group(), after.end()
                index += 1
        index += 1
        yield Token(_form(written, shouted), written, start, end)


def _form(written: str, shouted: bool) -> str:
    """The form of a token; an abbreviation has no stem, only a plural."""
    if not is_abbreviation(written) or (shouted and written.isalpha() and len(written) > 5):
        return stem(written)
    singular = written[:-1] if written.endswith("s") and written[:-1].isupper() else written
    folded = "".join(sign for sign in singular.casefold() if sign.isalnum())
    return SYNONYMS.get(folded, folded)


def _spelt_before(text: str, short: str, whole: bool = False) -> tuple[str, ...]:
    """The words at the end of a text whose initials make an abbreviation; none if they do not."""
    letters = [sign.casefold() for sign in short if sign.isalpha()]
    words = re.findall(r"[^\W_]+", text)
    longest = len(letters) + 4
    for count in range(1, min(len(words), longest) + 1):
        candidate = words[-count:]
        if whole and count < len(words):
            continue
        if candidate[0][0].casefold() == letters[0] and _spells(candidate, letters):
            return tuple(stem(word) for word in candidate)
    return ()


def _spells(words: Sequence[str], letters: Sequence[str]) -> bool:
    """Whether the letters occur in order in the words, most of them as initials."""
    initials = [word[0].casefold() for word in words]
    position = hits = 0
    for letter in letters:
        if letter in initials[position:]:
            position = initials.index(letter, position) + 1
            hits += 1
    return hits >= max(2, len(letters) - 1) and len(words) <= len(letters) + 3


def _one_spelling(word: str) -> str:
    for british, american in (
        ("haem", "hem"),
        ("aem", "em"),
        ("oed", "ed"),
        ("oes", "es"),
        ("aes", "es"),
        ("paed", "ped"),
        ("tumour", "tumor"),
        ("isation", "ization"),
        ("caem", "cem"),
        ("oea", "ea"),
        ("faec", "fec"),
        ("leuk", "leuc"),
        ("foet", "fet"),
    ):
        word = word.replace(british, american)
    if word.endswith(("ise", "ised", "ising")):
        word = word.replace("is", "iz") if len(word) > 7 else word
    return word.removesuffix("ueing")


def _shortened(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith(("sses", "shes", "ches", "xes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            word = word[: -len(ending)]
            break
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "ls":
        word = word[:-1]
    return word.removesuffix("e") if len(word) > 4 else word


_ENDINGS = (
    "ization",
    "ational",
    "iveness",
    "fulness",
    "ically",
    "ation",
    "ative",
    "ition",
    "ement",
    "ness",
    "ment",
    "edly",
    "ical",
    "izing",
    "ized",
    "ing",
    "ion",
    "ive",
    "ity",
    "ic",
    "ed",
    "er",
    "al",
    "ly",
    "y",
    "ize",
)


STOP_FORMS = STOP_WORDS | {stem(word) for word in STOP_WORDS}
"""Forms that carry no meaning of their own."""
