"""Dates as registries print them, to ISO 8601 as precise as they are. Light: standard library only."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal, NamedTuple

from trialseal.documents.identifiers import date_code, date_range
from trialseal.errors import UsageError

Certainty = Literal["actual", "estimated"]

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
            "september sept sep", "october oct", "november nov", "december dec",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_NOT_STATED = frozenset({"", "na", "n/a", "null", "none", "not available", "not provided", "unknown"})
_ISO = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?(?:[T ][0-9:.,]+(?:Z|[+-][0-9:]+)?)?")
_SLASHED_YEAR_FIRST = re.compile(r"([0-9]{4})[/.]([0-9]{1,2})(?:[/.]([0-9]{1,2}))?")
_SLASHED_YEAR_LAST = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_MONTH_FIRST = re.compile(r"([A-Za-z]+)\.?(?: ([0-9]{1,2})(?:st|nd|rd|th)?,?)? ([0-9]{4})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[ -]([A-Za-z]+)\.?[ -]([0-9]{4})")


class RegistryDate(NamedTuple):
    """A date in a record, as precise as it is, and whether it has come to pass or is expected."""

    text: str
    """ISO 8601: 2020, 2020-05 or 2020-05-12."""
    certainty: Certainty | None = None
    """None where the record does not say."""

    @property
    def first(self) -> date:
        """The first day that it may mean."""
        return date_range(self.text)[0]

    @property
    def last(self) -> date:
        """The last day that it may mean."""
        return date_range(self.text)[1]

    @property
    def words(self) -> str:
        """'2020-04-29 (actual)', '2020-05', '2021-06 (expected)'."""
        said = {"actual": " (actual)", "estimated": " (expected)"}
        return self.text + said.get(self.certainty or "", "")


def registry_date(text: str) -> str | None:
    """The ISO 8601 form of a date that a registry prints, None where it prints that there is none.

    Understood are 2020-05-12 with or without day, month and time, 2020/05/12, 20200512, May 12, 2020, May 2020,
    12 May 2020, and 31/05/2020 where only one order of day and month is possible. UsageError for everything else:
    03/04/2020 is March in one country and April in the next.
    """
    plain = " ".join(text.split())
    if plain.casefold() in _NOT_STATED:
        return None
    if match := _ISO.fullmatch(plain) or _SLASHED_YEAR_FIRST.fullmatch(plain) or _COMPACT.fullmatch(plain):
        return _checked(text, match[1], match[2], match[3])
    if match := _MONTH_FIRST.fullmatch(plain):
        return _checked(text, match[3], _month(match[1], text), match[2])
    if match := _DAY_FIRST.fullmatch(plain):
        return _checked(text, match[3], _month(match[2], text), match[1])
    if match := _SLASHED_YEAR_LAST.fullmatch(plain):
        one, other = int(match[1]), int(match[2])
        if one == other or other > 12:
            return _checked(text, match[3], match[1], match[2])
        if one > 12:
            return _checked(text, match[3], match[2], match[1])
        raise UsageError(f"the date {text!r:.40} may be read in two ways: write it as 2020-05-12")
    raise UsageError(f"{text!r:.40} is not a readable date: write it as 2020-05-12")


def _month(word: str, text: str) -> str:
    number = _MONTHS.get(word.casefold())
    if number is None:
        raise UsageError(f"{text!r:.40} is not a readable date: write it as 2020-05-12")
    return str(number)


def _checked(text: str, year: str, month: str | None, day: str | None) -> str:
    found = year + (f"-{int(month):02}" if month else "") + (f"-{int(day):02}" if day else "")
    try:
        date_code(found)
    except UsageError:
        raise UsageError(f"the date {text!r:.40} does not exist: correct it") from None
    return found
