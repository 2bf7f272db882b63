"""SPSS's .sav, .zsav and .por, read by ReadStat. Dates and times are seconds since the Gregorian calendar began."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

from trialseal.tables.readstat import StatForm, open_stat
from trialseal.tables.schema import Type
from trialseal.tables.table import Reading, Table

_DAY = 86_400
_TO_1960 = (date(1960, 1, 1) - date(1582, 10, 14)).days * _DAY
_KINDS: dict[str, Type] = {
    **dict.fromkeys(("DATE", "ADATE", "EDATE", "JDATE", "SDATE", "QYR", "MOYR", "WKYR"), "date"),
    **dict.fromkeys(("DATETIME", "YMDHMS"), "datetime"),
    **dict.fromkeys(("TIME", "DTIME", "MTIME"), "time"),
}


def type_of_format(name: str) -> Type:
    """The type of a numeric column by its format, with or without width; days of the week and months are numbers."""
    return _KINDS.get(re.sub(r"[0-9]+(?:\.[0-9]+)?$", "", name.strip().upper()), "number")


_FORM = StatForm(
    "SPSS",
    "read_sav",
    type_of_format,
    {"date": lambda values: (values - _TO_1960) / _DAY, "datetime": lambda values: values - _TO_1960},
    {"user_missing": True},
)
_PORTABLE = replace(_FORM, words="portable SPSS", function="read_por", options={}, says_encoding=True)


def open_spss(path: Path, reading: Reading) -> Table:
    """The table in a .sav or .zsav file."""
    return open_stat(path, reading, _FORM)


def open_portable(path: Path, reading: Reading) -> Table:
    """The table in a .por file."""
    return open_stat(path, reading, _PORTABLE)
