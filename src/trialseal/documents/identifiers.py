"""Ids and their bytes: parties, trials, registry numbers, dates. Light: standard library only."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from hashlib import sha256
from typing import NamedTuple

from trialseal.errors import UsageError

ADDRESS_BYTES = 20
SALT_BYTES = 32
ID_BYTES = 32
CODE_BYTES = 32
_TYPED_ID = re.compile("[0-9A-Fa-f]{64}")


def party_id(key_address: bytes, salt: bytes) -> bytes:
    """SHA-256(address of the party's first key, 20 bytes ‖ salt, 32 bytes): the 32-byte party id."""
    return sha256(_sized("key address", key_address, ADDRESS_BYTES) + _sized("salt", salt, SALT_BYTES)).digest()


def trial_id(party: bytes, code: str) -> bytes:
    """SHA-256(founding party's id, 32 bytes ‖ the sponsor's trial code, 32 bytes): the 32-byte trial id."""
    return sha256(_sized("party id", party, ID_BYTES) + trial_code_bytes(code)).digest()


def trial_code_bytes(code: str) -> bytes:
    """The sponsor's protocol number as 32 bytes: 1 to 32 ASCII characters, padded right with zeros."""
    if not 1 <= len(code) <= CODE_BYTES:
        raise UsageError(f"the trial code {_show(code)} has {len(code)} characters: use 1 to {CODE_BYTES}")
    if code != code.strip() or any(not " " <= character <= "~" for character in code):
        raise UsageError(
            f"the trial code {_show(code)} must be plain ASCII without spaces at its ends: "
            "write the sponsor's protocol number, such as C4591001"
        )
    return code.encode("ascii").ljust(CODE_BYTES, b"\0")


class Registry(NamedTuple):
    """A registry of trials: its name, the shape of its normalised numbers, an example of one."""

    name: str
    prefix: str  # a number that begins so is this registry's, whatever follows
    pattern: str
    example: str


# WHO primary registries and ClinicalTrials.gov, by the letters that their numbers begin with. The shapes are
# those the registries print; where one has printed several, the pattern takes them all.
REGISTRIES = (
    Registry("ClinicalTrials.gov", "NCT", r"NCT[0-9]{8}", "NCT04368728"),
    Registry("ISRCTN registry", "ISRCTN", r"ISRCTN[0-9]{8}", "ISRCTN50189673"),
    Registry("ANZCTR", "ACTRN", r"ACTRN[0-9]{14}", "ACTRN12620000470976"),
    Registry("ChiCTR", "CHICTR", r"CHICTR(-[A-Z]{2,5}-)?[0-9]{8,10}", "ChiCTR2000029308"),
    Registry("ITMCTR", "ITMCTR", r"ITMCTR[0-9]{10}", "ITMCTR2022000001"),
    Registry("CRIS", "KCT", r"KCT[0-9]{7}", "KCT0004963"),
    Registry("CTRI", "CTRI", r"CTRI/[0-9]{4}/[0-9]{2,3}/[0-9]{6}", "CTRI/2020/03/024402"),
    Registry("DRKS", "DRKS", r"DRKS[0-9]{8}", "DRKS00021238"),
    Registry("IRCT", "IRCT", r"IRCT[0-9]{8,14}N[0-9]{1,3}", "IRCT20200317046797N1"),
    Registry("jRCT", "JRCT", r"JRCT[A-Z]?[0-9]{9,10}", "jRCT2031190264"),
    Registry("UMIN-CTR", "UMIN", r"UMIN[0-9]{9}", "UMIN000040211"),
    Registry("LBCTR", "LBCTR", r"LBCTR[0-9]{10}", "LBCTR2020043495"),
    Registry("LTR, formerly NTR", "NTR", r"NTR[0-9]{1,4}", "NTR6310"),
    Registry("LTR, formerly NTR", "NL-OMON", r"NL-OMON[0-9]{4,6}", "NL-OMON52112"),
    Registry("PACTR", "PACTR", r"PACTR[0-9]{15,16}", "PACTR202003568890342"),
    Registry("ReBEC", "RBR-", r"RBR-[0-9A-Z]{6,9}", "RBR-7ypkn6"),
    Registry("REPEC", "PER-", r"PER-[0-9]{3}-[0-9]{2}", "PER-010-20"),
    Registry("RPCEC", "RPCEC", r"RPCEC[0-9]{8}", "RPCEC00000307"),
    Registry("SLCTR", "SLCTR", r"SLCTR/[0-9]{4}/[0-9]{3}", "SLCTR/2020/012"),
    Registry("TCTR", "TCTR", r"TCTR[0-9]{11}", "TCTR20200404004"),
)
# European numbers have no letters in front. Sequences from 500000 on are CTIS's (they end in the number of
# the submission), the others EudraCT's.
EUDRACT = Registry("EU Clinical Trials Register", "", r"[0-9]{4}-[0-46-9][0-9]{5}-[0-9]{2}", "2020-002641-42")
CTIS = Registry("CTIS", "", r"[0-9]{4}-5[0-9]{5}-[0-9]{2}-[0-9]{2}", "2022-500123-12-00")
_CTIS_WITHOUT_SUBMISSION = re.compile(r"[0-9]{4}-5[0-9]{5}-[0-9]{2}")
# WHO's search portal and the registers put one of these before a European number, and a country after it.
_EUROPEAN_SPELLING = re.compile(
    r"(?:(?:EUDRACT|EUCTR|EUCT|CTIS)[:-]?)?([0-9]{4}-[0-9]{6}-[0-9]{2}(?:-[0-9]{2})?)(?:[-/][A-Z]{2,3})?"
)
_OTHER = re.compile(r"(?!(?:EUCTR|EUDRACT|EUCT|CTIS|JPRN)[^A-Z])[A-Z][A-Z0-9/-]{3,31}")


def normalise_registry_id(text: str) -> str:
    """The one spelling of a registry number that is bound on chain: upper case, no spaces, plain hyphens.

    Raises UsageError saying which shape the registry's numbers have. Numbers of other registries pass if they
    consist of 4 to 32 of A-Z, 0-9, hyphen and slash, a letter first and a digit among them.
    """
    number = unicodedata.normalize("NFKC", text).upper()
    number = "".join(
        "-" if unicodedata.category(character) == "Pd" or character == "\u2212" else character
        for character in number
        if not character.isspace() and unicodedata.category(character) != "Cf"
    )
    if european := _EUROPEAN_SPELLING.fullmatch(number):
        number = european[1]
    number = number.removeprefix("JPRN-")  # the portal's mark for the Japanese registries
    registry = _registry(number)
    if registry:
        if re.fullmatch(registry.pattern, number):
            return number
        raise UsageError(f"{_show(text)} is not a number of {registry.name}: its numbers look like {registry.example}")
    if _CTIS_WITHOUT_SUBMISSION.fullmatch(number):
        raise UsageError(
            f"{_show(text)} lacks the last two digits of a CTIS number: write it as CTIS shows it, like {CTIS.example}"
        )
    if re.match(r"[0-9]{4}-[0-9]{4}", number):
        raise UsageError(
            f"{_show(text)} is not a European number: EudraCT's look like {EUDRACT.example}, CTIS's like {CTIS.example}"
        )
    if re.fullmatch(r"[CNT]{3}[0-9]{8}", number):
        raise UsageError(f"{_show(text)} is not a registry number: did you mean NCT{number[3:]}?")
    letters = re.split("[^A-Z]", number)[0]
    for near in REGISTRIES:
        if letters and near.prefix.split("-")[0] == letters:
            raise UsageError(f"{_show(text)} is not a number of {near.name}: its numbers look like {near.example}")
    if not _OTHER.fullmatch(number) or not re.search("[0-9]", number):
        raise UsageError(
            f"{_show(text)} is not a registry number: write one such as NCT04368728, ISRCTN50189673 or 2020-002641-42"
        )
    return number


def typed_id(text: str) -> bytes | None:
    """The 32 bytes that a person typed as 64 hexadecimal digits, with or without 0x; None for anything else."""
    digits = text.removeprefix("0x")
    return bytes.fromhex(digits) if _TYPED_ID.fullmatch(digits) else None


def registry_id_bytes(number: str) -> bytes:
    """A registry number as 32 bytes: its normalised ASCII, padded right with zeros."""
    return normalise_registry_id(number).encode("ascii").ljust(ID_BYTES, b"\0")


_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
# uint32 yyyymmdd on chain: before 1900 no trial was registered, and four digits end at 9999.
_FIRST_YEAR = 1900


def date_code(text: str) -> int:
    """The uint32 yyyymmdd of "2020", "2020-05" or "2020-05-12"; 00 stands for what is not stated.

    Raises UsageError for another form and for a day that does not exist.
    """
    match = _DATE.fullmatch(text)
    if not match:
        raise UsageError(f"{_show(text)} is not a date: write 2020, 2020-05 or 2020-05-12")
    year, month, day = (int(part or 0) for part in match.groups())
    if (match[2] and not month) or (match[3] and not day):
        raise UsageError(f"{_show(text)} is not a date: leave out an unknown month or day instead of writing 00")
    return _checked_code(year, month, day, text)


def date_text(code: int) -> str:
    """The ISO 8601 form of a yyyymmdd code, as precise as the code: 20200500 is "2020-05"."""
    year, month, day = code // 10_000, code // 100 % 100, code % 100
    _checked_code(year, month, day, str(code))
    return f"{year:04}" + (f"-{month:02}" if month else "") + (f"-{day:02}" if day else "")


def date_range(text: str) -> tuple[date, date]:
    """The first and the last day that a date may mean: "2020-05" is 1 to 31 May 2020."""
    code = date_code(text)
    year, month, day = code // 10_000, code // 100 % 100, code % 100
    if day:
        return date(year, month, day), date(year, month, day)
    first = date(year, month or 1, 1)
    if not month or month == 12:
        return first, date(year, 12, 31)
    return first, date(year, month + 1, 1) - timedelta(days=1)


def _checked_code(year: int, month: int, day: int, shown: str) -> int:
    try:
        if not _FIRST_YEAR <= year <= date.max.year or (day and not month):
            raise ValueError
        date(year, month or 1, day or 1)
    except ValueError:
        raise UsageError(f"the date {_show(shown)} does not exist: correct it") from None
    return year * 10_000 + month * 100 + day


def _registry(number: str) -> Registry | None:
    for registry in (EUDRACT, CTIS):
        if re.fullmatch(registry.pattern, number):
            return registry
    return next((registry for registry in REGISTRIES if number.startswith(registry.prefix)), None)


def _sized(what: str, data: bytes, size: int) -> bytes:
    if len(data) != size:
        raise UsageError(f"the {what} has {len(data)} bytes, not {size}")
    return data


def _show(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:37] + "...")
