"""Times as exports write them: in many orders, by a local clock, with parts unknown; read into times of events.

What may be read in two ways is never guessed: the order of day and month and the zone of the clock are stated once. A
local time that the zone's clocks skipped does not exist and is refused; one that they showed twice is refused until it
is stated which is meant. 24:00 is the midnight at a day's end (ISO 8601-1:2019, 4.3.8).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final, NamedTuple

from trialseal.documents.canonical import shown
from trialseal.documents.times import check_time
from trialseal.errors import UsageError

ORDERS: Final = ("ymd", "dmy", "mdy", "unix", "unix-ms")
"""How dates are written: the order of their parts, or as seconds or milliseconds since 1970-01-01 UTC."""
REPEATED: Final = ("first", "second")
"""Which is meant of an hour that clocks showed twice, when they were put back."""
_NAMES: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_SHORTEST_NAME: Final = 3
_CLOCK = r"(?:[T ,]+(?P<h>[0-9]{1,2}):(?P<m>[0-9]{2})(?::(?P<s>[0-9]{2})(?:[.,](?P<f>[0-9]{1,6})[0-9]*)?)?"
_CLOCK += r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?)?(?P<offset> ?(?:Z|UTC|[+-][0-9]{2}:?[0-9]{2}))?"
_UNKNOWN = r"UNK?|NK|XX|00|--|\?\?"
_ISO = re.compile(rf"(?P<Y>[0-9]{{4}})(?:[-/.](?P<M>[0-9]{{1,2}})(?:[-/.](?P<D>[0-9]{{1,2}}){_CLOCK})?)?", re.A)
_NAMED = re.compile(
    rf"(?P<D>[0-9]{{1,2}}|{_UNKNOWN})[- /.]?(?P<M>[A-Z]{{3,}}|{_UNKNOWN})[- /.,]*(?P<Y>[0-9]{{4}}){_CLOCK}",
    re.A | re.I,
)
_NUMBERS = re.compile(
    rf"(?P<one>[0-9]{{1,2}}|{_UNKNOWN})(?P<sign>[-/.])(?P<two>[0-9]{{1,2}}|{_UNKNOWN})(?P=sign)(?P<Y>[0-9]{{4}}){_CLOCK}",
    re.A | re.I,
)
_MONTH = re.compile(r"(?P<M>[0-9]{1,2})[-/.](?P<Y>[0-9]{4})", re.A)
_COMPACT = re.compile(
    r"(?P<Y>[0-9]{4})(?P<M>[0-9]{2})(?P<D>[0-9]{2})(?:T?(?P<h>[0-9]{2})(?P<m>[0-9]{2})(?P<s>[0-9]{2})?)?", re.A
)
_SHORT_YEAR = re.compile(r"[0-9]{1,2}[-/.](?:[0-9]{1,2}|[A-Za-z]{3})[-/.][0-9]{2}(?![0-9]).*", re.A)
_COUNT = re.compile(r"-?[0-9]+(?:\.[0-9]*)?(?:[eE]\+?[0-9]+)?", re.A)
_OFFSET = re.compile(r"([+-])([0-9]{2}):?([0-9]{2})", re.A)


class Clock(NamedTuple):
    """How a file writes times."""

    order: str = "ymd"
    """One of ORDERS."""
    zone: str | None = None
    """Of its clock, as Europe/Berlin or +02:00; None: not stated."""
    repeated: str | None = None
    """One of REPEATED; None: not stated."""

    def read(self, text: str) -> str:
        """A time as an event takes it: as precise as it is written, a time of day with its offset from UTC.

        ValueError if it is not a time or does not exist; UsageError if what the file does not say was not stated.
        """
        return _read(self, text.strip())


@lru_cache(maxsize=1 << 16)
def _read(clock: Clock, text: str) -> str:
    if clock.order.startswith("unix"):
        return _since_1970(text, 1000 if clock.order == "unix-ms" else 1)
    found = _ISO.fullmatch(text) or _COMPACT.fullmatch(text)
    if found:
        parts = found.groupdict()
        return _moment(clock, text, parts["Y"], parts["M"], parts["D"], parts)
    if found := _NAMED.fullmatch(text):
        month = _month(found["M"])
        if month or _is_unknown(found["M"]):
            return _moment(clock, text, found["Y"], str(month) if month else None, found["D"], found.groupdict())
        raise ValueError(f"{shown(text)} names no month in English: export months as numbers")
    if found := _NUMBERS.fullmatch(text):
        one, two = found["one"], found["two"]
        if clock.order == "ymd":
            raise UsageError(
                f'{shown(text)} may begin with the day or the month: say which once, dates = "dmy" or "mdy" in the '
                "map, or --dates"
            )
        day, month_text = (one, two) if clock.order == "dmy" else (two, one)
        return _moment(clock, text, found["Y"], month_text, day, found.groupdict())
    if found := _MONTH.fullmatch(text):
        return _moment(clock, text, found["Y"], found["M"], None, {})
    if _SHORT_YEAR.fullmatch(text):
        raise ValueError(f"{shown(text)} has a year of two digits: export years with four")
    raise ValueError(f"{shown(text)} is not a date or time: correct it")


def _since_1970(text: str, parts: int) -> str:
    try:
        if not _COUNT.fullmatch(text):
            raise ValueError
        moment = datetime.fromtimestamp(float(text) / parts, UTC)
    except (ValueError, OverflowError, OSError):
        raise ValueError(f"{shown(text)} is not a number of seconds since 1970: correct it") from None
    return _written(moment)


def _month(name: str) -> int:
    """The number of a month by its English name, or by how that begins; 0 for others. In Finnish Marraskuu is November,
    so that the first letters alone tell nothing of a name of another language."""
    word = name.lower()
    begin = [number for number, one in enumerate(_NAMES, 1) if len(word) >= _SHORTEST_NAME and one.startswith(word)]
    return begin[0] if begin else 0


def _is_unknown(text: str | None) -> bool:
    return text is None or re.fullmatch(_UNKNOWN, text, re.I) is not None


def _moment(
    clock: Clock, text: str, year: str, month: str | None, day: str | None, parts: dict[str, str | None]
) -> str:
    hour = parts.get("h")
    if _is_unknown(month) or _is_unknown(day):
        if hour is not None:
            raise ValueError(f"{shown(text)} has a time of day, but no whole date: correct it")
        return _checked(text, year if _is_unknown(month) else f"{year}-{month:0>2}")
    date = f"{year}-{month:0>2}-{day:0>2}"
    if hour is None:
        if parts.get("offset"):
            raise ValueError(f"{shown(text)} is not a date or time: correct it")
        return _checked(text, date)
    return _checked(text, _with_clock(clock, text, date, parts))


def _checked(text: str, time: str) -> str:
    try:
        return check_time(time)
    except UsageError:
        raise ValueError(f"the time {shown(text)} does not exist: correct it") from None


def _with_clock(clock: Clock, text: str, date: str, parts: dict[str, str | None]) -> str:
    hour, minute, second = int(parts["h"] or 0), int(parts["m"] or 0), int(parts["s"] or 0)
    fraction = (parts.get("f") or "").ljust(6, "0")
    if half := parts.get("half"):
        if not 1 <= hour <= 12:
            raise ValueError(f"the time {shown(text)} does not exist: correct it")
        hour = hour % 12 + (12 if half in "pP" else 0)
    midnight = hour == 24 and not minute and not second and not int(fraction)
    try:
        local = datetime.fromisoformat(date).replace(hour=0 if midnight else hour, minute=minute, second=second)
        local = local.replace(microsecond=int(fraction)) + timedelta(days=midnight)
    except (ValueError, OverflowError):
        raise ValueError(f"the time {shown(text)} does not exist: correct it") from None
    if offset := parts.get("offset"):
        return _written(local.replace(tzinfo=_fixed(offset.strip())))
    if clock.zone is None:
        raise UsageError(
            f"{shown(text)} does not say its offset from UTC: say once in which zone the clock ran, as zone = "
            '"Europe/Berlin" in the map, or --zone'
        )
    return _written(_in_zone(local, clock, text))


def _in_zone(local: datetime, clock: Clock, text: str) -> datetime:
    zone = zone_named(str(clock.zone))
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local:
        raise ValueError(
            f"{shown(text)} does not exist in {clock.zone}, whose clocks were put forward then: correct it"
        )
    if first.utcoffset() == second.utcoffset():
        return first
    if clock.repeated is None:
        raise ValueError(
            f"{shown(text)} was twice in {clock.zone}, whose clocks were put back then: say which is meant, "
            "--repeated-hour first or second, or write the offset"
        )
    return first if clock.repeated == "first" else second


def _fixed(text: str) -> tzinfo:
    found = _OFFSET.fullmatch(text)
    if not found:
        return UTC
    hours, minutes = int(found[2]), int(found[3])
    if hours > 14 or minutes > 59:
        raise ValueError(f"there is no offset {text}: correct it")
    length = timedelta(hours=hours, minutes=minutes)
    return timezone(-length if found[1] == "-" else length)


@lru_cache(maxsize=64)
def zone_named(name: str) -> tzinfo:
    """A zone by its name in the IANA database, or by its offset; UsageError if there is none."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    if name in ("Z", "UTC") or _OFFSET.fullmatch(name):
        try:
            return _fixed(name)
        except ValueError as error:
            raise UsageError(str(error)) from None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(
            f"there is no zone {shown(name)} on this computer: write it like Europe/Berlin, or as an offset like +02:00"
        ) from None


def _written(moment: datetime) -> str:
    precision = "microseconds" if moment.microsecond else "seconds" if moment.second else "minutes"
    return moment.isoformat(timespec=precision).replace("+00:00", "Z")
