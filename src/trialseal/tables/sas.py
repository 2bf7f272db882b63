"""What SAS transport files and SAS7BDAT share: which numbers are days or seconds, and text's encodings."""

from __future__ import annotations

import re

from trialseal.tables.schema import Type

# The names of SAS's own formats (SAS 9.4 Formats and Informats: Reference), without width: those that show days …
_DATES = """
DATE DAY DDMMYY DDMMYYB DDMMYYC DDMMYYD DDMMYYN DDMMYYP DDMMYYS DOWNAME E8601DA B8601DA IS8601DA JULDAY JULIAN
MMDDYY MMDDYYB MMDDYYC MMDDYYD MMDDYYN MMDDYYP MMDDYYS MMYY MMYYC MMYYD MMYYN MMYYP MMYYS MONNAME MONTH MONYY
NLDATE QTR QTRR WEEKDATE WEEKDATX WEEKDAY WORDDATE WORDDATX YEAR YYMM YYMMC YYMMD YYMMN YYMMP YYMMS YYMMDD
YYMMDDB YYMMDDC YYMMDDD YYMMDDN YYMMDDP YYMMDDS YYMON YYQ YYQC YYQD YYQN YYQP YYQS
"""
# … seconds from 1960 …
_DATETIMES = """
DATETIME DATEAMPM DTDATE DTMONYY DTWKDATX DTYEAR DTYYQC E8601DT B8601DT IS8601DT MDYAMPM NLDATM
"""
# … and seconds of a day.
_TIMES = """
TIME TIMEAMPM TOD HHMM HOUR MMSS E8601TM B8601TM IS8601TM NLTIME
"""
_KINDS: dict[str, Type] = {}
_KINDS.update(dict.fromkeys(_DATES.split(), "date"))
_KINDS.update(dict.fromkeys(_DATETIMES.split(), "datetime"))
_KINDS.update(dict.fromkeys(_TIMES.split(), "time"))


def type_of_format(name: str) -> Type:
    """The type of a numeric column by its SAS format, with or without width: 'DATE9.' is a date."""
    plain = re.sub(r"[0-9]*\.?[0-9]*$", "", name.strip().upper())
    return _KINDS.get(plain, "number")
