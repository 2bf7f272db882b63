"""Words of which an outcome names one: 'systolic' is not 'diastolic', the left eye not the right, ACR20 not ACR50.

Texts that differ in nothing else are alike in almost every word, so that no likeness tells them apart. Written for
trialseal from common medical usage. A word counts only where the other side names its counterpart, and never itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from trialseal.outcomes.abbreviations import ABBREVIATIONS
from trialseal.outcomes.words import Token, tokens

# A line has the names that exclude each other; a comma stands between two spellings of one.
_EXCLUSIVE = """
    systolic | diastolic
    left | right
    upper | lower
    low density, ldl | high density, hdl | very low density, vldl | total cholesterol
    physical, pcs | mental, mcs
    anxiety | depression, depressive
    ischaemic, ischemic | haemorrhagic, hemorrhagic
    invasive | non invasive, noninvasive
    major | minor
    overall survival | progression free survival | disease free survival | event free survival | relapse free survival
    fasting | postprandial, post prandial, 2 hour, two hour
    maternal, mother, mothers | neonatal, infant, infants, newborn, fetal, foetal, perinatal
    male, males, men, boys | female, females, women, girls
    all cause, any cause | cardiovascular, cardiac, cancer specific, disease specific, cause specific
    sensitivity | specificity
    positive | negative
    responders, responder | non responders, nonresponders, non responder, nonresponder
    increase, increased, gain | decrease, decreased, reduction, reduced, loss
    early | late
    morning | evening | nocturnal, night, nighttime
    daytime | nocturnal, night, nighttime
    at rest, resting | on movement, during movement, on exertion, during exercise
    proximal | distal
    anterior | posterior
    medial | lateral
    inspiratory | expiratory
    flexion | extension
    abduction | adduction
    arterial | venous
    subjective | objective
    knee, knees | hip, hips | shoulder, shoulders | ankle, ankles
    pre bronchodilator, prebronchodilator, before bronchodilator | post bronchodilator, postbronchodilator,
      after bronchodilator
    preoperative, pre operative | postoperative, post operative | intraoperative, intra operative
    intensive care unit, intensive care, icu | hospital
    clinical | endoscopic | histological, histologic | virological, virologic | microbiological, microbiologic
      | serological, serologic | biochemical | radiological, radiologic, radiographic | pathological, pathologic
    complete | partial
    clinical pregnancy | live birth, live births | ongoing pregnancy | miscarriage
    sodium | potassium | calcium | magnesium
    igg | igm | iga | ige
    cmax | tmax
    direct | indirect
    superficial | deep
    symptomatic | asymptomatic
    primary patency | secondary patency
    primary infertility | secondary infertility
    vaginal | caesarean, cesarean
    short term | long term
    verbal | non verbal, nonverbal
    gross motor | fine motor
    receptive | expressive
    duration of response | time to response
    influenza a | influenza b
    hepatitis a | hepatitis b | hepatitis c
    serum, plasma | urine, urinary | saliva, salivary | cerebrospinal fluid, csf
    fatal | non fatal, nonfatal
    locoregional, local | distant
    dominant | non dominant, nondominant
    permanent teeth, permanent dentition | primary teeth, primary dentition, deciduous teeth
    fat mass | fat free mass, lean mass, lean body mass
"""
# As these, but of whom, by whom, in which way: what is measured stays one outcome, measured otherwise.
_ASPECTS = """
    intention to treat, itt, mitt | per protocol | evaluable | as treated
    adults, adult | children, child, paediatric, pediatric, adolescents, infants
    central review, independent review, blinded review, bicr, adjudicated | investigator, investigators, local review
    patient reported, patient rated, self reported, self rated, patient global
      | clinician reported, clinician rated, clinician assessed, physician assessed, physician rated, clinician global,
      physician global | parent reported, parent rated | teacher reported, teacher rated
    office, clinic | ambulatory | home
    supine | standing | sitting, seated
    improvement, improved | worsening, worsened, deterioration
    incidence | prevalence
    percent change, percentage change, relative change, relative reduction | absolute change, absolute reduction,
      absolute difference
    first stage | second stage | third stage
    daily, per day | weekly, per week
"""
_WITH_NUMBER = " and a number"
_OF_ONE = " of one outcome"
# Names of one kind that are told in one breath ('anxiety and depression') name neither instead of the other.
_JOINT = frozenset(("", "and", "or", "and or", "and the", "or the"))
_TIME_WORDS = (
    *("second", "seconds", "sec", "minute", "minutes", "min", "hour", "hours", "hr", "hrs", "h", "day", "days", "week"),
    *("weeks", "wk", "wks", "month", "months", "mo", "year", "years", "yr", "visit", "cycle", "time", "at", "to", "of"),
    *("in", "and", "or", "the", "from", "by", "after", "before", "until"),
)
# Words behind which a number is a name; behind others it is a count.
_NUMBERED = "type", "grade", "stage", "class", "subtype", "serotype", "genotype", "dimension", "domain", "strain", "cd"
_UNITS = (
    *("mm", "cm", "m", "mg", "g", "kg", "ml", "l", "mmhg", "mmol", "%", "percent", "point", "points", "item", "items"),
    *("degrees", "to"),
)
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5"}
_IN_ONE = re.compile(r"(?P<name>[A-Za-z]{2,})[-‐‑– ]?(?P<number>\d{1,3})[a-z]?")
_NUMBER = re.compile(r"\d{1,3}[ab]?|i{1,3}|iv", re.IGNORECASE)
_MOST_SHOUTED = 3


class Contrast(NamedTuple):
    """What two outcomes name instead of each other."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    whole: bool
    """Whether they share no name of that kind, and it is none with a number, which may be another version of one scale,
    nor an aspect of one outcome: then these are two outcomes, however alike their words."""


class Named(NamedTuple):
    """Names that exclude others, by their kind."""

    measure: Mapping[str, frozenset[str]]
    """Those of the measure."""
    anywhere: Mapping[str, frozenset[str]]
    """Those of all texts."""


def named_in(measure: str, *others: str) -> Named:
    """The names that an outcome's measure holds, and those of its other texts beside them."""
    anywhere: dict[str, frozenset[str]] = {}
    for text in (measure, *others):
        for kind, names in _named(text).items():
            anywhere[kind] = anywhere.get(kind, frozenset()) | names
    return Named(_named(measure), anywhere)


def contrasts(before: Named, after: Named) -> Iterator[Contrast]:
    """Each kind of name of which the measures name different ones, neither of which the other side says anywhere."""
    for kind in sorted(before.measure.keys() & after.measure.keys()):
        gone = before.measure[kind] - after.anywhere[kind]
        new = after.measure[kind] - before.anywhere[kind]
        if gone and new:
            apart = not before.measure[kind] & after.measure[kind] and not kind.endswith((_WITH_NUMBER, _OF_ONE))
            yield Contrast(tuple(sorted(gone)), tuple(sorted(new)), apart)


def exclude_each_other(before: Named, after: Named) -> bool:
    """Whether the words leave no doubt that these are two outcomes."""
    return any(one.whole for one in contrasts(before, after))


@lru_cache(maxsize=4096)
def _named(text: str) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    words = " ".join(_written_out(tokens(text))).split()
    for kind, said in _said(words).items():
        joined = {
            place
            for i, (mine, two) in enumerate(pairwise(said))
            if mine.name != two.name and " ".join(words[mine.end : two.begin]) in _JOINT
            for place in (i, i + 1)
        }
        if names := {one.name for place, one in enumerate(said) if place not in joined}:
            found[kind] = names
    for name, number in _numbered(text):
        found.setdefault(name + _WITH_NUMBER, set()).add(f"{name} {number}")
    return {kind: frozenset(names) for kind, names in found.items()}


class _Place(NamedTuple):
    """A name among the words of a text, from `begin` to before `end`."""

    name: str
    begin: int
    end: int


def _said(words: Sequence[str]) -> dict[str, list[_Place]]:
    """By kind the names that words hold, each word in one of them at most; in one pass, since many texts are read."""
    spellings = _spellings()
    found: dict[str, list[_Place]] = {}
    for begin, word in enumerate(words):
        for spelling, kind, name in spellings.get(word, ()):
            places = found.get(kind, ())
            if (not places or places[-1].end <= begin) and tuple(words[begin : begin + len(spelling)]) == spelling:
                found.setdefault(kind, []).append(_Place(name, begin, begin + len(spelling)))
    return found


def _written_out(said: tuple[Token, ...]) -> Iterator[str]:
    for token in said:
        yield ABBREVIATIONS.get(token.form) or token.written.casefold().replace("-", " ")


def _numbered(text: str) -> Iterator[tuple[str, str]]:
    """Names that end in a number, such as ACR20, SF-36, type 2, grade III."""
    said = tokens(text)
    shouted = text.isupper() and len(said) > _MOST_SHOUTED
    for place, token in enumerate(said):
        following = said[place + 1].written.casefold() if place + 1 < len(said) else ""
        joined = _IN_ONE.fullmatch(token.written)
        if joined and not shouted and following not in _UNITS and _is_name(joined["name"]):
            yield joined["name"].casefold(), joined["number"]
        elif token.written.casefold() in _NUMBERED and _NUMBER.fullmatch(following):
            yield token.written.casefold(), _ROMAN.get(following, following)


def _is_name(letters: str) -> bool:
    return sum(map(str.isupper, letters)) > 1 and letters.casefold() not in _TIME_WORDS


@cache
def _spellings() -> Mapping[str, list[tuple[tuple[str, ...], str, str]]]:
    """By first word the spellings that the table has, the longest first: words, kind, and the name that is spelt so."""
    found: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
    for table, ending in ((_EXCLUSIVE, ""), (_ASPECTS, _OF_ONE)):
        for line in re.sub(r"\n {6,}", " ", table).strip().splitlines():
            names = [[tuple(spelling.split()) for spelling in name.split(",")] for name in line.split("|")]
            kind = " or ".join(" ".join(name[0]) for name in names) + ending
            for name in names:
                for words in name:
                    found.setdefault(words[0], []).append((words, kind, " ".join(name[0])))
    return {first: sorted(some, key=lambda one: -len(one[0])) for first, some in found.items()}
