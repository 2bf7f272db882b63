"""What must not be written into a stream or a public table: who somebody is.

The models already have no room for free text. This reads the text that they do take (a term, a product, a visit's
name, an id) and the members that a table has too many, and says which of them seems to name a person, and why. It
goes by shape, so it finds a name beside a title or a common given name, not every name there is: it is a last look,
no anonymisation.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Set
from functools import lru_cache
from typing import NamedTuple

from trialseal.documents.canonical import shown, step_text
from trialseal.documents.national_numbers import national_number
from trialseal.errors import FailedError


class Fault(NamedTuple):
    """A member that seems to say who somebody is, and why it seems so."""

    field: str
    why: str

    def __str__(self) -> str:
        return f"{self.field} {self.why}"


def require_private(event: Mapping[str, object], name: str, numbers: Set[str] = frozenset()) -> None:
    """FailedError naming `name`, the member and the reason, if an event seems to say who somebody is.

    `numbers` are the subject numbers known at the site, none of which may be read in it.
    """
    for fault in faults(event, numbers):
        raise FailedError(f"{name}: {fault}: take it out: only the site keeps participants' identities")


def faults(event: Mapping[str, object], numbers: Set[str] = frozenset()) -> Iterator[Fault]:
    """Each member of an event that seems to say who somebody is."""
    at = event.get("at")
    year = _year(at) if isinstance(at, str) else None
    for key, value in event.items():
        if key in _NO_TEXT:
            continue
        named = _field_fault(str(key)) if key not in _KNOWN else None
        if why := named or _value_fault(key, value, year, numbers):
            yield Fault(step_text(str(key)), why)


def text_fault(text: str, numbers: Set[str] = frozenset()) -> str | None:
    """Why a text seems to say who somebody is, None if it does not seem so."""
    text = as_seen(text)
    why = None if is_running_number(text) else _text_fault(text)
    return why or (_number_in(text, numbers) if numbers else None)


@lru_cache(maxsize=1 << 14)
def _own_faults(text: str, year: int | None) -> tuple[str, str | None, str | None]:
    """Of a text that many events may hold: how it is seen, and why it seems to name somebody, or a date of birth."""
    seen = as_seen(text)
    return seen, text_fault(text), _birth_in(text, year)


def as_seen(text: str) -> str:
    """A text as a reader sees it: full-width letters as letters, nothing invisible in words, one blank between them."""
    if text.isascii() and "  " not in text and text.isprintable():
        return text
    plain = unicodedata.normalize("NFKC", text)
    return " ".join("".join(one for one in plain if unicodedata.category(one) != "Cf").split())


# What the models themselves check to the last character, and what is read often.
_NO_TEXT = frozenset(
    ("format", "kind", "type", "at", "form_digest", "digest", "counts", "indices", "value", "seriousness", "status")
)
_KNOWN = frozenset(("id", "site", "term", "subject", "visit", "onset", "unit", "quantity", "product", "device", "by"))
_SUBJECT = re.compile("[0-9a-f]{32}").fullmatch
# Nothing of a person is in fewer characters than these, nor in a single word without digits and signs.
_SHORTEST = 4
_PLAIN_WORD = re.compile(r"[^\W\d_]+").fullmatch
# AE-0001234: too short for what countries and hospitals give to people, unless it says that it is that.
is_running_number = re.compile(r"(?!MRN|NHS|SSN|TEL|FAX|DOB)[A-Z]{1,3}[-.:_]?[0-9]{1,7}", re.I).fullmatch


def _value_fault(key: str, value: object, year: int | None, numbers: Set[str]) -> str | None:
    if isinstance(value, str):
        if key == "subject":
            return None if _SUBJECT(value) else f"is {shown(value)}, no pseudonym: subject numbers stay at the site"
        if key == "onset":
            return _early_day(value, year)
        if key == "id":  # each another, so that nothing is gained by keeping what was found
            if value.isascii() and is_running_number(value):  # which holds no date
                return _number_in(value, numbers) if numbers else None
            return text_fault(value, numbers) or _birth_in(value, year)
        seen, why, birth = _own_faults(value, year)
        return why or (_number_in(seen, numbers) if numbers else None) or birth
    if isinstance(value, list | tuple):
        return next(filter(None, (_value_fault(key, one, year, numbers) for one in value)), None)
    if isinstance(value, dict):
        for inner, one in value.items():
            if why := _field_fault(str(inner)) or _value_fault(str(inner), one, year, numbers):
                return f"has {step_text(str(inner))}, which {why}"
    return None


# ---- names of members -----------------------------------------------------------------------------------------------

_FIELD_WORDS: tuple[tuple[str, str], ...] = (
    (r"(first|last|given|family|sur|full|middle|maiden|patient|subject|participant|mother|father)?_?names?|initials|"
     r"vorname|nachname|nom|prenom|apellidos?", "is a person's name by its own name"),
    (r"(date_?of_?)?birth(_?(date|day))?|dob|brthdtc?|birthdt|geburtsdatum|date_de_naissance|fecha_de_nacimiento",
     "is a date of birth by its own name"),
    (r"e_?mail(_?address)?", "is an e-mail address by its own name"),
    (r"(tele|mobile_?|cell_?|home_?)?phone(_?number)?|mobile|fax|telefon", "is a telephone number by its own name"),
    (r"ssn|social_?security(_?number)?|national_?(id|number)|nhs(_?number)?|passport(_?number)?|insurance_?(number|id)|"
     r"mrn|medical_?record(_?number)?|hospital_?number|personnummer|cpr|nir|bsn|pesel",
     "is a person's number by its own name"),
    (r"(home_?|street_?|postal_?)?address|street|zip(_?code)?|post_?code", "is an address by its own name"),
    (r"usubjid|subjid|subject_?(id|number|no)|(patient|participant|screening)_?(id|number|no)",
     "is a subject number by its own name: give it as subject, as a pseudonym"),
)  # fmt: skip
_FIELDS = tuple((re.compile(pattern).fullmatch, why) for pattern, why in _FIELD_WORDS)


@lru_cache(maxsize=4096)
def _field_fault(name: str) -> str | None:
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.strip()).lower()
    plain = re.sub(r"[\s.-]+", "_", plain)
    return next((why for matches, why in _FIELDS if matches(plain)), None)


# ---- what a text holds ----------------------------------------------------------------------------------------------


@lru_cache(maxsize=65536)
def _text_fault(text: str) -> str | None:
    if len(text) < _SHORTEST or _PLAIN_WORD(text) or _is_digest(text):
        return None
    for find in _FINDERS:
        if why := find(text):
            return why
    return None


_is_digest = re.compile(r"(?:sha256:)?[0-9a-f]{32,128}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch
_EMAIL = re.compile(r"[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+")


def _email(text: str) -> str | None:
    found = _EMAIL.search(text) if "@" in text or "at" in text else None
    return f"holds what looks like an e-mail address ({shown(found[0])})" if found else None


_PHONE_WORD = re.compile(
    r"\b(?:tel|telephone|phone|mobile|cell|fax|telefon|téléphone|handy)\b\W{0,3}\+?[\d(][\d\s()/.-]{5,}", re.I
)
# +49 30 1234567, and numbers within a country: 030/1234567, (555) 123-4567, 555-123-4567, 06 12 34 56 78.
_PHONE = re.compile(
    r"(?<![\w.+])(?:\+[1-9](?:[\s()/.-]?\d){7,14}|\(0?\d{2,5}\)\s?\d{3,4}[\s/-]?\d{3,5}|0\d{1,4}[\s/]\d{3,4}[\s/-]?\d{3,5}"
    r"|0\d(?:[\s.]\d\d){4}|[2-9]\d\d[-.][2-9]\d\d[-.]\d{4})(?![\w]|[.-]\d)"
)


def _telephone(text: str) -> str | None:
    found = _PHONE_WORD.search(text) or _PHONE.search(text)
    return f"holds what looks like a telephone number ({shown(found[0].strip())})" if found else None


_DAY = (
    r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/. ]{1,2}\d{1,2}[-/. ]{1,2}\d{2,4}"
    r"|\d{1,2}[- ]?[A-Za-z]{3,9}[-, ]{0,2}\d{2,4}|[A-Za-z]{3,9} \d{1,2},? \d{4})"
)
_BORN = re.compile(
    r"\b(?:born|d\.?o\.?b\.?|date of birth|birth ?da(?:te|y)|geb(?:oren|\.)?(?: am)?|geburtsdatum|née?(?: le)?|"
    rf"date de naissance|nacid[oa](?: el)?|nat[oa] il)\W{{0,4}}(?:on )?{_DAY}(?!\w)", re.I,
)  # fmt: skip


def _birth(text: str) -> str | None:
    found = _BORN.search(text)
    return f"holds a date of birth ({shown(found[0])})" if found else None


_DATED = re.compile(r"(?<!\d)(?:(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}))(?!\d)")
# Visits and onsets lie near the event that tells of them; a birthday of somebody who can be enrolled mostly does not.
_YEARS_BEFORE = 10


def _birth_in(text: str, year: int | None) -> str | None:
    if year is None or len(text) < 8:
        return None
    for found in _DATED.finditer(text):
        told = int(found[1] or found[6])
        day, month = sorted((int(found[2] or found[4]), int(found[3] or found[5])), reverse=True)
        if 1900 <= told <= year - _YEARS_BEFORE and 1 <= month <= 12 and day <= 31:
            return f"holds {found[0]}, {year - told} years before the event: is it a date of birth?"
    return None


def _early_day(value: str, year: int | None) -> str | None:
    if year is not None and len(value) == 10 and (told := _year(value)) and told <= year - 3 * _YEARS_BEFORE:
        return f"is {value}, {year - told} years before the event: is it a date of birth? A year would do"
    return None


def _year(text: str) -> int | None:
    return int(text[:4]) if text[:4].isdecimal() and len(text) >= 4 else None


# ---- numbers of people ----------------------------------------------------------------------------------------------

_RECORD = re.compile(
    r"\b(?:MRN|medical record|hospital (?:number|no)|NHS|SSN|passport|insurance (?:number|no)|patient (?:number|no|id)|"
    r"subject (?:number|no|id)|fallnummer|patientennummer)\b[\s.:#-]{0,4}(?=[\w-]*\d)[\w/-]{3,}", re.I,
)  # fmt: skip


def _person_number(text: str) -> str | None:
    if not _HAS_DIGITS(text):
        return None
    if found := _RECORD.search(text):
        return f"holds what looks like a person's number ({shown(found[0])})"
    if national := national_number(text):
        return f"holds what looks like {national.name} ({shown(national.text)})"
    return None


_HAS_DIGITS = re.compile(r"\d").search
_PIECE = re.compile(r"[^\W_]+")
# Fewer digits are read in doses and weeks all the time, fewer characters in units; and nobody gives more pieces.
_FEWEST_DIGITS, _FEWEST_CHARACTERS, _MOST_PIECES = 4, 3, 6


def _number_in(text: str, numbers: Set[str]) -> str | None:
    """Whether a subject number stands in a text, by itself or beside other things."""
    for number in numbers:
        if number in text:
            break
    else:  # mostly
        return None
    if text in numbers:
        return "is a subject number"
    pieces = [found.span() for found in _PIECE.finditer(text)]
    for place, (start, _) in enumerate(pieces):
        for _, end in pieces[place : place + _MOST_PIECES]:
            part = text[start:end]
            if part in numbers and len(part) >= (_FEWEST_DIGITS if part.isdigit() else _FEWEST_CHARACTERS):
                return f"holds the subject number {shown(part)}"
    return None


# ---- names ----------------------------------------------------------------------------------------------------------

# Given names that are common somewhere and mean little else.
_GIVEN_NAMES = (
    "aaron abdul abigail adam ahmed aisha albert alejandro alessandro alexander alexandra ali alice amanda "
    "amelia amir amy anastasia andrea andreas andrei andrew angela anja anna anne annette anthony antonio "
    "ashley astrid barbara beatrice benjamin bernd bjorn brandon brenda brian bruno camille carla carmen carol "
    "caroline catherine cecilia charles charlotte chloe christian christina christine christoph christopher "
    "claudia claire cynthia dagmar daniel daniela david deborah dennis diana diego dieter dimitri dmitri "
    "dominik donald dorothy edward elena elisabeth elizabeth ella emily emma eric erika ernst eva fatima felix "
    "fernando francesca francesco francisco franz frederic friedrich gabriel gabriela george gerhard gertrud "
    "giulia giuseppe gloria gregory guillaume gustav hannah hans harald hassan heather heinrich helen helga "
    "helmut henrik herbert hermann hiroshi hussein ibrahim igor ingrid irina isabel isabella ivan jack jacob "
    "james jane janet jason javier jean jennifer jens jeremy jessica joan joanna johann johannes john jonas "
    "jonathan jorge jose joseph joshua juan judith julia julian juliette jurgen jürgen karen karin karl "
    "katharina katherine kathleen kenneth kevin klaus kristina kumar larry lars laura lauren leila leonardo "
    "linda lisa louise lucas lucia ludwig luis luisa lukas manfred manuel marcel marco margaret maria marie "
    "marina mario marta martha martin martina matteo matthew matthias maximilian megan melissa michael michaela "
    "michel michelle miguel mikhail mohamed mohammad mohammed monika muhammad natalia nathan nicholas nicolas "
    "nicole nikolai nina noah olga oliver olivia omar oscar pablo pamela patricia patrick paul paula pauline "
    "pedro peter petra philip philipp rachel rafael rahul rainer raj ralf rebecca renate ricardo richard rita "
    "robert roberto roger roland ronald ruth ryan sabine samantha samuel sandra sara sarah sebastian sergei "
    "sergey sharon sofia sophia sophie stefan stefanie stephanie stephen steven susan susanne svetlana takashi "
    "tatiana teresa thomas timothy tobias ursula uwe valentina vanessa veronica vincent vladimir walter werner "
    "wilhelm william wolfgang xavier yasmin yuki yusuf zoe "
)
_GIVEN = frozenset(_GIVEN_NAMES.split())
_TITLE = re.compile(
    r"\b(?:Mrs?|Ms|Miss|Mister|Herrn?|Frau|Madame|Mme|Mlle|Monsieur|Señora?|Signora?|Dr|Prof|MR|MRS|DR|PROF|HERR|FRAU)\b"
    r"\.?(?: (?:med|rer|nat|Dr)\b\.?)* (?:[A-Z]\. ?){0,2}[A-ZÀ-Þ][\w'’-]+"
)
_WORD = r"[A-ZÀ-Þ][\w'’-]{0,30}[a-zß-ÿ]"
_PAIR = re.compile(rf"\b({_WORD})(?: [A-Z]\.)? (?:(?:van|von|de|der|da|di|del|la|bin|al) )*({_WORD})")
_CAPITALS = re.compile(r"\b([A-ZÀ-Þ][A-ZÀ-Þ'’-]+),? ([A-ZÀ-Þ][A-ZÀ-Þ'’-]+)\b")
_REVERSED = re.compile(rf"\b({_WORD}), ({_WORD})")
# What carries somebody's name and means nobody: places of work, diseases, signs, tests, devices.
_NO_PERSON = re.compile(
    r"\b(?:hospitals?|hospices?|clinics?|clinical|klinik(?:um|en)?|krankenhaus|hôpital|hospitalier|hôpitaux|ospedale|"
    r"policlinico|cent(?:re|er)s?|zentrum|universit\w+|institut\w*|college|school|department|foundation|infirmary|"
    r"practice|praxis|research|trials?|unit|ward|medical|medicine|health(?:care)?|st|saint|san|santa|"
    r"syndromes?|diseases?|disorders?|morbus|signs?|phenomen\w+|reactions?|tests?|scales?|scores?|index|palsy|"
    r"lymphomas?|lymphomatoid|tumou?rs?|sarcomas?|anaemia|anemia|purpura|thyroiditis|nephropathy|neuropathy|"
    r"dystrophy|fractures?|hernias?|ulcers?|oesophag\w+|esophag\w+|arthropathy|contracture|catheters?|pumps?|"
    r"inventory|questionnaire|classification|criteria|procedure|operation|staining|solution|virus|bacter\w+)\b",
    re.I,
)  # fmt: skip


def _name(text: str) -> str | None:
    if _NO_PERSON.search(text):
        return None
    if found := _TITLE.search(text):
        return f"holds what looks like a person's name ({shown(found[0])})"
    for pattern in (_PAIR, _CAPITALS, _REVERSED):
        for found in pattern.finditer(text):
            if any(word.lower() in _GIVEN for word in found.groups()):
                return f"holds what looks like a person's name ({shown(found[0])})"
    return None


_FINDERS: tuple[Callable[[str], str | None], ...] = (_email, _birth, _telephone, _person_number, _name)
