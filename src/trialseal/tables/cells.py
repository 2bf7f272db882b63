"""The canonical form of one cell, as JSON text: the rules themselves, value by value.

Every function takes what a form holds (text as it stands in the file, or an IEEE double) and gives the JSON text that
goes into the row's form: "null", a JSON number, or a JSON string with its quotes. Misfit says that a cell cannot be
of the column's type. `columns` does the same for whole columns at once, and comes here for what is unusual.
"""

from __future__ import annotations

import math
import re
from datetime import date, timedelta
from decimal import Decimal

import rfc8785

from trialseal.documents.canonical import MAX_INTEGER, shown
from trialseal.documents.numerals import MAX_DIGITS, MISSING_NUMERAL, is_kept, is_numeral
from trialseal.tables.cell_words import SPECIAL_MISSING
from trialseal.tables.schema import Column

NULL = "null"
_SAS_EPOCH = date(1960, 1, 1)
_SECONDS_A_DAY = 86_400
# The year 9999 lies 3 · 10^11 seconds behind 1960.
_MOST_SECONDS = 1e12
_NOT_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_DATE = r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
_TIME = r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]+))?)?"
_ISO_DATE = re.compile(_DATE + r"(?:[T ]00:00(?::00(?:[.,]0+)?)?)?")
_SAS_DATE = re.compile(r"([0-9]{1,2})([A-Za-z]{3})([0-9]{4})")
_ISO_DATETIME = re.compile(_DATE + r"[T ]" + _TIME + r"(Z|[+-][0-9]{2}:?[0-9]{2})?")
_CLOCK = re.compile(r"(-?)([0-9]{1,9}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]+))?)?")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


class Misfit(Exception):
    """A cell that cannot be of its column's type; the message says why, after the cell has been named."""


def from_text(text: str | None, column: Column) -> str:
    """The canonical cell of what a CSV field, a JSON value or a sheet's cell says."""
    if column.type == "text":
        return quoted(text)
    text = (text or "").strip(" ")
    if text in ("", MISSING_NUMERAL):
        return NULL
    if column.type != "boolean" and text in SPECIAL_MISSING:
        return f'"{text}"'
    match column.type:
        case "number":
            return number(_NOT_FINITE[text] if text in _NOT_FINITE else _double(text))
        case "integer" | "decimal":
            return _decimal(_exact(text), column)
        case "date":
            return f'"{_iso_date(text)}"'
        case "datetime":
            return f'"{_iso_datetime(text)}"'
        case "time":
            return f'"{_clock(text)}"'
        case _:
            if text.lower() in ("true", "false"):
                return text.lower()
            raise Misfit(f"holds {shown(text)}, which is neither true nor false")


def from_double(value: float | None, column: Column, *, sas: bool) -> str:
    """The canonical cell of an IEEE double. Where it comes from SAS, days and seconds count from 1960."""
    if value is None:
        return NULL
    if column.type == "number":
        return number(value)
    if not math.isfinite(value):
        raise Misfit(f"holds {value}, which is not of type {column.type}")
    match column.type:
        case "text":
            return f'"{number(value)}"'
        case "integer" | "decimal":
            return _decimal_of_double(value, column)
        case "boolean" if value in (0, 1):
            return "true" if value else "false"
        case "date" if sas:
            return f'"{_sas_date(value)}"'
        case "datetime" if sas:
            days, seconds = divmod(_micros(value), _SECONDS_A_DAY * 1_000_000)
            return f'"{_sas_date(days)}T{_clock_text(seconds)}"'
        case "time" if sas:
            micros = _micros(value)
            return f'"{"-" if micros < 0 else ""}{_clock_text(abs(micros))}"'
    raise Misfit(f"holds the number {number(value)}, which is not of type {column.type}")


def quoted(text: str | None) -> str:
    """Text as a JSON string without spaces at its end; what is blank is missing."""
    text = (text or "").rstrip(" ")
    return rfc8785.dumps(text).decode() if text else NULL


def number(value: float) -> str:
    """A double in the shortest digits that give it back (ECMA-262, 7.1.12.1); minus zero is zero."""
    if math.isfinite(value):
        return rfc8785.dumps(float(value)).decode()
    return '"NaN"' if math.isnan(value) else '"Infinity"' if value > 0 else '"-Infinity"'


def _double(text: str) -> float:
    if not is_numeral(text):
        raise Misfit(f"holds {shown(text)}, which is not a number")
    value = float(text)
    if math.isinf(value):
        raise Misfit(f"holds {shown(text)}, which is too large for a double")
    # A fraction may be rounded; the digits of a whole number tell two things apart.
    if abs(value) > MAX_INTEGER and text.lstrip("+-").isdecimal() and not is_kept(text):
        raise Misfit(f"holds {shown(text)}, which a double does not keep exactly: type integer or decimal does")
    return value


def _exact(text: str) -> Decimal:
    if not is_numeral(text):
        raise Misfit(f"holds {shown(text)}, which is not a number")
    value = Decimal(text)
    if abs(value.adjusted()) > MAX_DIGITS:
        raise Misfit(f"holds {shown(text)}, which has more than {MAX_DIGITS} digits")
    return value


def _decimal_of_double(value: float, column: Column) -> str:
    """Of all decimals of the column's kind the one nearest the double, if it is the one that the double stands for."""
    if column.type == "integer" or column.decimals == 0:
        exact = Decimal(value)
    elif column.decimals is None:
        exact = Decimal(repr(value))
    else:
        exact = Decimal(f"{value:.{column.decimals}f}")
        if float(exact) != value:
            raise Misfit(f"holds {number(value)}, which has more than {column.decimals} decimals")
    return _decimal(exact, column)


def _decimal(value: Decimal, column: Column) -> str:
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)  # the grammar admits no NaN
    text = "".join(map(str, digits))
    whole, fraction = (text + "0" * exponent, "") if exponent >= 0 else (text[:exponent], text[exponent:])
    if exponent < 0:
        fraction = fraction.rjust(-exponent, "0")
    fraction, whole = fraction.rstrip("0"), whole.lstrip("0") or "0"
    wanted = 0 if column.type == "integer" else column.decimals
    if wanted is not None:
        if len(fraction) > wanted:
            what = "is not a whole number" if wanted == 0 else f"has more than {wanted} decimals"
            raise Misfit(f"holds {shown(str(value))}, which {what}")
        fraction = fraction.ljust(wanted, "0")
    minus = "-" if sign and (whole != "0" or fraction.strip("0")) else ""
    return f'"{minus}{whole}{"." if fraction else ""}{fraction}"'


def _iso_date(text: str) -> str:
    if found := _ISO_DATE.fullmatch(text):
        return _day(text, *map(int, found.groups()))
    if (found := _SAS_DATE.fullmatch(text)) and found[2].upper() in _MONTHS:
        return _day(text, int(found[3]), _MONTHS.index(found[2].upper()) + 1, int(found[1]))
    raise Misfit(f"holds {shown(text)}, which is not a date like 2020-05-12")


def _iso_datetime(text: str) -> str:
    found = _ISO_DATETIME.fullmatch(text)
    if not found:
        return _iso_date(text) + "T00:00:00"
    day = _day(text, *map(int, found.groups()[:3]))
    hour, minute, second = (int(part or 0) for part in found.groups()[3:6])
    if hour > 23 or minute > 59 or second > 59:
        raise Misfit(f"holds {shown(text)}, a time that does not exist")
    fraction = (found[7] or "").rstrip("0")
    zone = found[8]
    if zone and zone != "Z":
        shift = (int(zone[1:3]) * 60 + int(zone[-2:])) * (1 if zone[0] == "+" else -1)
        minutes = hour * 60 + minute - shift
        try:
            day = (date.fromisoformat(day) + timedelta(days=minutes // 1440)).isoformat()
        except OverflowError:
            raise Misfit(f"holds {shown(text)}, which lies beyond the years 1 to 9999") from None
        hour, minute = divmod(minutes % 1440, 60)
    return f"{day}T{hour:02}:{minute:02}:{second:02}{'.' if fraction else ''}{fraction}{'Z' if zone else ''}"


def _clock(text: str) -> str:
    found = _CLOCK.fullmatch(text)
    if not found or int(found[3]) > 59 or int(found[4] or 0) > 59:
        raise Misfit(f"holds {shown(text)}, which is not a time like 08:30:00")
    fraction = (found[5] or "").rstrip("0")
    clock = f"{int(found[2]):02}:{found[3]}:{found[4] or '00'}{'.' if fraction else ''}{fraction}"
    return f"-{clock}" if found[1] and clock.strip("0:.") else clock


def _clock_text(micros: int) -> str:
    seconds, micros = divmod(micros, 1_000_000)
    fraction = f".{micros:06}".rstrip("0") if micros else ""
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{fraction}"


def _micros(seconds: float) -> int:
    if abs(seconds) > _MOST_SECONDS:
        raise Misfit(f"holds {number(seconds)} seconds, more than any time or date has")
    return round(seconds * 1_000_000)


def _sas_date(days: float) -> str:
    if days != int(days):
        raise Misfit(f"holds {number(days)} days since 1960, which is not a whole day")
    try:
        return (_SAS_EPOCH + timedelta(days=int(days))).isoformat()
    except OverflowError:
        raise Misfit(f"holds {number(days)} days since 1960, which lies beyond the years 1 to 9999") from None


def _day(text: str, year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise Misfit(f"holds {shown(text)}, a day that does not exist") from None
