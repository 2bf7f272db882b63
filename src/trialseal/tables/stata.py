"""Stata's .dta, versions 104 to 119, either byte order, read by ReadStat. Stata counts from 1960, as SAS does."""

from __future__ import annotations

import re
from pathlib import Path

from trialseal.tables.readstat import StatForm, open_stat
from trialseal.tables.schema import Type
from trialseal.tables.table import Reading, Table

# The parts of a format that show a time of day (Stata's datetime display formats): hours, minutes, seconds, am and pm.
_CLOCK = re.compile(r"HH|Hh|hH|hh|MM|mm|SS|ss|\.s+|[ap]\.?m\.?|[AP]\.?M\.?")
_LETTER = re.compile("[A-Za-z]")


def type_of_format(name: str) -> Type:
    """%td and the old %d count days, %tc milliseconds, which are a time where only hours and less are shown.

    %tC counts leap seconds too, and %tw, %tm, %tq, %th, %ty count weeks to years: these are numbers.
    """
    plain = name.replace("-", "").lower()
    if plain.startswith(("%td", "%d")):
        return "date"
    if not name.replace("-", "").startswith("%tc"):
        return "number"
    shown = name.replace("-", "")[3:]
    return "time" if shown and not _LETTER.search(_CLOCK.sub("", shown)) else "datetime"


_FORM = StatForm(
    "Stata",
    "read_dta",
    type_of_format,
    {"datetime": lambda values: values / 1000, "time": lambda values: values / 1000},
    {"user_missing": True},
)


def open_stata(path: Path, reading: Reading) -> Table:
    """The table in a .dta file."""
    return open_stat(path, reading, _FORM)
