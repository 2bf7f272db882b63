"""When an outcome is measured, out of what trialists write: `week 24`, `6 mo`, `day 1 to day 29`, `up to 2 years`,
`from randomisation until progression, assessed up to 60 months`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from trialseal.outcomes.vocabulary import NUMBER_WORDS, TENS

if TYPE_CHECKING:
    from trialseal.documents.endpoint_models import TimePoint

Kind = Literal["at", "until", "every"]

_DAYS = {
    "second": 1 / 86400,
    "minute": 1 / 1440,
    "hour": 1 / 24,
    "day": 1.0,
    "week": 7.0,
    "month": 30.4375,
    "year": 365.25,
}
# Trialists say 12 weeks for 3 months, 52 weeks for a year, day 29 for 4 weeks: differences up to this part are none.
_SAME_WITHIN = 0.09
# And `day 29` for `28 days`.
_SAME_DAYS = 1.01
# Of one unit, what arithmetic leaves.
_SAME_NUMBER = 1e-6

_ONES = "one|two|three|four|five|six|seven|eight|nine"
_NUMBER_WORD = rf"(?:{'|'.join(TENS)})[- ](?:{_ONES})|" + "|".join(
    word for word in NUMBER_WORDS if word not in ("once", "twice", "zero")
)
# A comma is a decimal one between two numbers, and none in a list: `0,4,8 weeks`.
_FIGURE = r"(?:(?<![\d,])\d+,\d+(?!\d|,\d)|\d+(?:\.\d+)?)"
# A word of its own: 'body weight 12 weeks' holds no eight.
_NUMBER = rf"(?:{_FIGURE}|\b(?:{_NUMBER_WORD}|half a|a half|half|an?)\b)"
_UNIT = (
    r"(?:(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|h|days?|d|nights?|weeks?|wks?|wk|w|months?|mos?|mths?|mo|"
    r"years?|yrs?|yr|y|wochen?|tagen?|monaten?|jahren?|semaines?|jours?|ans|mois)\b\.?|日|天|週間?|周|[か个ヶカ]?月間?|年)"
)
_LONG_UNIT = r"(?:minutes?|hours?|days?|weeks?|wks?|wk|months?|mos?|years?|yrs?|visit day)"
_JOIN = r"\s*(?:,\s*and|,\s*or|,|;|/|&|\band\b|\bor\b|\+)\s*"
_THROUGH = r"\s*(?:-|–|—|\bto\b|\bthrough\b|\bthru\b|\buntil\b|\bup to\b)\s*"
_AFTER = re.compile(
    rf"(?P<numbers>{_NUMBER}(?:\s?±\s?\d+(?:\.\d+)?)?(?:[ -]?(?:{_UNIT})?(?:{_JOIN}|{_THROUGH}"
    rf"|[ -]+(?={_NUMBER}\b)){_NUMBER}){{0,14}})"
    rf"\s?[-‐]?\s?(?P<unit>{_UNIT})(?!\w)",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"\b(?P<unit>{_LONG_UNIT})s?\.?\s*(?P<numbers>[-+−]?\d+(?:\.\d+)?(?:(?:{_JOIN}|{_THROUGH})"
    rf"(?:(?:{_LONG_UNIT})\s*)?\d+(?:\.\d+)?){{0,14}})(?![\d.]*\s?(?:mg|%|ml|points?))",
    re.IGNORECASE,
)
_ONE = re.compile(rf"(?P<number>{_NUMBER})(?:\s?[-‐]?\s?(?P<unit>{_UNIT}))?", re.IGNORECASE)
_RANGE = re.compile(r"(?:-|–|—|−)\s*(?!and\b|or\b|[\s,&/])|\b(?:to|through|thru|until)\b", re.IGNORECASE)
_MORE_HALF = re.compile(r"\s+and\s+(?:a|one)\s+half\b", re.IGNORECASE)
_UNTIL = re.compile(
    r"(?:\bup to(?: and including)?|\bwithin(?: the)?(?: first)?|\buntil|\bthrough(?:out)?|\bmax(?:imum"
    r"|\.)?(?: of)?|\bassessed (?:up )?to|"
    r"\bduring(?: the)?(?: first)?|\bfor(?: up to)?(?: the)?(?: first)?|\bat most|\bover(?: the)?(?: first)?"
    r"|\bto|≤|<=|<)"
    r"\s*(?:(?:approximately|about|approx\.?|a maximum of|ca\.?|the end of|end of|at least|an average of"
    r"|study)\s*)*$",
    re.IGNORECASE,
)
_EVERY = re.compile(r"(?:\bevery|\beach|\bper)\s*$", re.IGNORECASE)
# Numbers with a unit of time that are no time of measuring.
_NOT_A_TIME_BEFORE = re.compile(
    r"(?:\baged?|\bages|\bper|\bolder than|\byounger than|\bolder|\bhalf-life of|\bevents? (?:in|of)"
    r"|\bvolume in|/)\s*$",
    re.IGNORECASE,
)
_NOT_A_TIME_AFTER = re.compile(
    r"\s*(?:-| )?(?:walk|of age|old\b|urine|urinary|ambulatory|electrocardio|ecg|holter|recall|dietary|diary"
    r"|ph\b|mortality model|per\b"
    r"|half|cycles?\b(?! of)|\(1 ?cycle|chair)",
    re.IGNORECASE,
)
_CYCLE_LENGTH = re.compile(
    r"\(?\s*(?:1|one|each)\s+(?:month\s+or\s+)?cycle\s*(?:=|is|lasts|of)\s*\d+\s*days?\)?", re.IGNORECASE
)
_MONTHS = "jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec"
_EVENTS = re.compile(
    r"(?P<baseline>\bbaseline|\bpre-?(?:dose|treatment|op\w*)|\brandomi[sz]ation|\benrol+ment|\bscreening"
    r"|\binclusion|\bstart of|\bfirst dose)"
    r"|(?P<death>\bdeath\b)|(?P<progression>\bprogressi\w+|\brelapse)"
    r"|(?P<discharge>\bdischarge)|(?P<surgery>\bsurgery|\boperati\w+|\bprocedure|\bintra-?operative\w*"
    r"|\bpost-?operative\w*)"
    r"|(?P<treatment_end>\bend[- ]of[- ](?:the )?(?:treatment|therapy|course)|\beot\b|\bpost-?treatment"
    r"|\bcompletion of (?:the )?(?:treatment|therapy))"
    r"|(?P<study_end>\bend[- ]of[- ](?:the )?(?:study|trial)|\beos\b|\b(?:study|trial) (?:end|duration"
    r"|completion)|\bduration of (?:the )?(?:study|trial))"
    r"|(?P<event_driven>\bevent[- ]driven|\bdata cut|\bcut-?off)"
    rf"|(?P<calendar>\b(?:\d{{1,2}} )?(?:{_MONTHS})[a-z]* (?:\d{{1,2}}, ?)?(?:19|20)\d\d\b|\b(?:19"
    rf"|20)\d\d-\d\d\b|\b\d{{1,2}}/(?:19|20)\d\d\b)"
    r"|(?P<birth>\bdelivery|\bbirth\b|\bpartum)",
    re.IGNORECASE,
)


class Time(NamedTuple):
    """A time point or window of `start` to `days` days after the start; where in the text it stands."""

    days: float
    kind: Kind
    start: float | None
    """Where the window begins, if it says so in numbers."""
    words: str
    begin: int
    end: int
    unit: str = ""
    """In which unit it is given, `week`."""

    def is_like(self, other: Time) -> bool:
        """Whether two times are one, allowing for weeks that are called months, and for the day on which days begin."""
        if self.unit == other.unit != "day":
            return abs(self.days - other.days) <= _SAME_NUMBER
        return same_days(self.days, other.days)


class Times(NamedTuple):
    """All that a text says of time."""

    points: tuple[Time, ...]
    events: frozenset[str]
    """Events that begin or end the measuring: `baseline`, `death`, `study_end` …"""

    @property
    def follow_up(self) -> tuple[Time, ...]:
        """The times after the start, without how often it is measured."""
        return tuple(point for point in self.points if point.kind != "every" and point.days > 0)

    @property
    def last(self) -> float | None:
        """The last time in days; None if no number is given."""
        return max((point.days for point in self.follow_up), default=None)


def same_days(one: float, other: float) -> bool:
    """Whether two numbers of days are one time in the way trialists count."""
    apart = abs(one - other)
    if min(one, other) < 3:
        return apart <= 0.05 * max(one, other)
    return apart <= max(_SAME_DAYS, _SAME_WITHIN * max(one, other))


def of_time_points(points: Iterable[TimePoint]) -> Times:
    """Structured time points, as if they had been written."""
    found: list[Time] = []
    events = set[str]()
    for point in points:
        words = point.text or f"{point.value} {point.unit}{'' if point.value == 1 else 's'}"
        if point.value is None or point.unit is None:
            written = times(words)
            found.extend(written.points)
            events |= written.events
            continue
        days = _DAYS[point.unit]
        last = point.value if point.until is None else point.until
        begin = None if point.until is None else float(point.value) * days
        found.append(Time(float(last) * days, "at", begin, words, 0, 0, point.unit))
    return Times(tuple(found), frozenset(events))


@lru_cache(maxsize=4096)
def times(text: str) -> Times:
    """All times that a text gives, in order, and the events that bound them."""
    blanked = _CYCLE_LENGTH.sub(lambda found: " " * len(found.group()), text)
    taken: list[tuple[int, int]] = []
    points: list[Time] = []
    for pattern, reader in ((_BEFORE, _unit_first), (_AFTER, _unit_last)):
        for found in pattern.finditer(blanked):
            if any(found.start() < end and begin < found.end() for begin, end in taken):
                continue
            if _NOT_A_TIME_BEFORE.search(blanked[: found.start()]) and not _EVERY.search(blanked[: found.start()]):
                continue
            if pattern is _AFTER and _NOT_A_TIME_AFTER.match(blanked[found.end() :]):
                continue
            taken.append((found.start(), found.end()))
            points.extend(reader(blanked, found))
    points.sort(key=lambda point: (point.begin, point.days))
    events = frozenset(name for found in _EVENTS.finditer(text) for name, words in found.groupdict().items() if words)
    return Times(tuple(points), events)


def without_times(text: str, like: Sequence[Time] | None = None) -> str:
    """The text with the kind of each time, `at`, `until` or `every`, in the time's place; only of those `like` one."""
    for point in reversed(times(text).points):
        if like is None or any(point.is_like(other) for other in like):
            text = f"{text[: point.begin]} {point.kind} {text[point.end :]}"
    return text


def _unit_last(text: str, found: re.Match[str]) -> Iterator[Time]:
    unit = _unit(found["unit"])
    if unit is None or (unit == "second" and found["numbers"] == "1"):
        return
    written = re.sub(r"±\s?[\d.]+", lambda spread: " " * len(spread.group()), found["numbers"])
    parts = list(_ONE.finditer(written))
    more = 0.5 if _MORE_HALF.match(text[found.end() :]) else 0.0
    values = [(_value(part["number"]), _unit(part["unit"]) if part["unit"] else None, part) for part in parts]
    yield from _made(
        text, found, [(value + more * (len(values) == 1), its or unit, part) for value, its, part in values]
    )


def _unit_first(text: str, found: re.Match[str]) -> Iterator[Time]:
    unit = _unit(found["unit"].removeprefix("visit "))
    if unit is None:
        return
    parts: list[tuple[float, str, re.Match[str]]] = []
    current = unit
    for part in re.finditer(
        rf"(?P<unit>{_LONG_UNIT})|(?P<number>[-+−]?\d+(?:\.\d+)?)", found["numbers"], re.IGNORECASE
    ):
        if part["unit"]:
            current = _unit(part["unit"]) or current
        else:
            sign = part["number"][0]
            joined = sign in "-−" and part.start() > 0
            parts.append(
                (float(part["number"].lstrip("-+−")) * (-1 if sign in "-−" and not joined else 1), current, part)
            )
    yield from _made(text, found, parts)


def _made(text: str, found: re.Match[str], parts: list[tuple[float, str, re.Match[str]]]) -> Iterator[Time]:
    before = text[max(0, found.start() - 60) : found.start()]
    kind: Kind = "every" if _EVERY.search(before) else "until" if _UNTIL.search(before) else "at"
    offset = found.start("numbers")
    begin: float | None = None
    begin_at = 0
    for index, (value, unit, part) in enumerate(parts):
        days = value * _DAYS[unit]
        if index + 1 < len(parts):
            between = found["numbers"][part.end() : parts[index + 1][2].start()]
            if _RANGE.search(between) or parts[index + 1][2].group()[0] in "-−":
                begin, begin_at = days, part.start()
                continue
        if len(parts) == 1:
            start, end = found.start(), found.end()
        else:
            start, end = offset + (part.start() if begin is None else begin_at), offset + part.end()
        held: Kind = kind if len(parts) == 1 or kind == "every" else "at"
        yield Time(days, held, begin, text[start:end], start, end, unit)
        begin = None


def _value(text: str) -> float:
    plain = text.casefold()
    if plain in ("half", "half a", "a half"):
        return 0.5
    if plain in ("a", "an"):
        return 1.0
    tens, _, ones = plain.replace("-", " ").partition(" ")
    if ones and tens in TENS:
        return float(TENS[tens] + int(NUMBER_WORDS[ones]))
    return float(NUMBER_WORDS.get(plain, plain).replace(",", "."))


def _unit(text: str | None) -> str | None:
    if not text:
        return None
    plain = text.casefold().rstrip(".")
    return _UNITS.get(plain) or _UNITS.get(plain.removesuffix("s"))


_UNITS = {
    **dict.fromkeys(("second", "sec"), "second"),
    **dict.fromkeys(("minute", "min"), "minute"),
    **dict.fromkeys(("hour", "hr", "h"), "hour"),
    **dict.fromkeys(("day", "d", "visit day", "night", "tag", "tage", "tagen", "jour", "日", "天"), "day"),
    **dict.fromkeys(("week", "wk", "w", "woche", "wochen", "semaine", "週", "週間", "周"), "week"),
    **dict.fromkeys(
        ("month", "mo", "mth", "monat", "monate", "monaten", "mois", "月", "か月", "个月", "ヶ月", "カ月", "か月間"),
        "month",
    ),
    **dict.fromkeys(("year", "yr", "y", "jahr", "jahre", "jahren", "ans", "年"), "year"),
}
