"""Ids and their bytes: parties, trials, dates. Light: standard library only."""

from __future__ import annotations

import re
from datetime import date, timedelta
from hashlib import sha256

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


def typed_id(text: str) -> bytes | None:
    """The 32 bytes that a person typed as 64 hexadecimal digits, with or without 0x; None for anything else."""
    digits = text.removeprefix("0x")
    return bytes.fromhex(digits) if _TYPED_ID.fullmatch(digits) else None


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


def _sized(what: str, data: bytes, size: int) -> bytes:
    if len(data) != size:
        raise UsageError(f"the {what} has {len(data)} bytes, not {size}")
    return data


def _show(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:37] + "...")
