"""The canonical form of single cells, rule by rule."""

from __future__ import annotations

import math

import pytest

from trialseal.tables.cells import Misfit, from_double, from_text
from trialseal.tables.schema import Column

NUMBER, INTEGER, TEXT = Column("x", "number"), Column("x", "integer"), Column("x", "text")
DECIMAL, MONEY = Column("x", "decimal"), Column("x", "decimal", 2)
DATE, DATETIME, TIME, BOOLEAN = (Column("x", kind) for kind in ("date", "datetime", "time", "boolean"))


@pytest.mark.parametrize(
    ("text", "column", "cell"),
    [
        ("007", TEXT, '"007"'),
        ("007", NUMBER, "7"),
        ("007", INTEGER, '"7"'),
        ("  a  ", TEXT, '"  a"'),
        ("   ", TEXT, "null"),
        ("", TEXT, "null"),
        (None, TEXT, "null"),
        (".", TEXT, '"."'),
        (".A", TEXT, '".A"'),
        ('say "ah"\n', TEXT, r'"say \"ah\"\n"'),
        ("e\u0301", TEXT, '"e\u0301"'),  # NFD stays NFD
        ("1.10", NUMBER, "1.1"),
        ("1.10", MONEY, '"1.10"'),
        ("1.1", MONEY, '"1.10"'),
        ("1.10", DECIMAL, '"1.1"'),
        ("1e3", DECIMAL, '"1000"'),
        ("-0", NUMBER, "0"),
        ("-0.00", MONEY, '"0.00"'),
        ("9007199254740993", INTEGER, '"9007199254740993"'),
        ("9007199254740993", DECIMAL, '"9007199254740993"'),
        ("9007199254740992", NUMBER, "9007199254740992"),
        ("123456789012345680000", NUMBER, "123456789012345680000"),
        ("1e21", NUMBER, "1e+21"),
        ("1e-05", NUMBER, "0.00001"),
        (" 5. ", NUMBER, "5"),
        ("NaN", NUMBER, '"NaN"'),
        ("-Infinity", NUMBER, '"-Infinity"'),
        ("", NUMBER, "null"),
        (".", NUMBER, "null"),
        (".A", NUMBER, '".A"'),
        ("._", INTEGER, '"._"'),
        (".Z", DATE, '".Z"'),
        ("2014-01-02", DATE, '"2014-01-02"'),
        ("02JAN2014", DATE, '"2014-01-02"'),
        ("2014-01-02 00:00:00", DATE, '"2014-01-02"'),
        ("2014-01-02T03:04:05.6700", DATETIME, '"2014-01-02T03:04:05.67"'),
        ("2014-01-02T03:04", DATETIME, '"2014-01-02T03:04:00"'),
        ("2014-01-02", DATETIME, '"2014-01-02T00:00:00"'),
        ("2014-01-01T23:30:00-05:00", DATETIME, '"2014-01-02T04:30:00Z"'),
        ("8:30", TIME, '"08:30:00"'),
        ("-100:00:01.50", TIME, '"-100:00:01.5"'),
        ("True", BOOLEAN, "true"),
        ("", BOOLEAN, "null"),
    ],
)
def test_text_becomes_this_cell(text: str | None, column: Column, cell: str) -> None:
    assert from_text(text, column) == cell


@pytest.mark.parametrize(
    ("text", "column", "problem"),
    [
        ("NA", NUMBER, "not a number"),
        ("1,5", NUMBER, "not a number"),
        ("0x10", NUMBER, "not a number"),
        ("1_000", NUMBER, "not a number"),
        ("٣", NUMBER, "not a number"),
        ("nan", NUMBER, "not a number"),
        ("1e999", NUMBER, "too large"),
        ("9" * 500, INTEGER, "not a number"),
        ("9007199254740993", NUMBER, "does not keep exactly"),
        ("1.5", INTEGER, "not a whole number"),
        ("1.125", MONEY, "more than 2 decimals"),
        ("1e9999", DECIMAL, "more than 400 digits"),
        ("2014-02-30", DATE, "does not exist"),
        ("2014-01", DATE, "not a date"),
        ("30FEB2014", DATE, "does not exist"),
        ("2014-01-02T10:00:00", DATE, "not a date"),
        ("2014-01-02T25:00:00", DATETIME, "does not exist"),
        ("0001-01-01T00:00:00+01:00", DATETIME, "beyond the years"),
        ("8:61", TIME, "not a time"),
        ("1", BOOLEAN, "neither true nor false"),
        (".A", BOOLEAN, "neither true nor false"),
    ],
)
def test_text_that_is_not_of_the_type_is_refused(text: str, column: Column, problem: str) -> None:
    with pytest.raises(Misfit, match=problem):
        from_text(text, column)


@pytest.mark.parametrize(
    ("value", "column", "cell"),
    [
        (-0.0, NUMBER, "0"),
        (None, NUMBER, "null"),
        (math.nan, NUMBER, '"NaN"'),
        (63.0, TEXT, '"63"'),
        (63.0, INTEGER, '"63"'),
        (2.0**60, INTEGER, '"1152921504606846976"'),
        (1.1, MONEY, '"1.10"'),
        (1.1, DECIMAL, '"1.1"'),
        (1e-7, DECIMAL, '"0.0000001"'),
        (-0.0, MONEY, '"0.00"'),
        (1.0, BOOLEAN, "true"),
        (19725.0, DATE, '"2014-01-02"'),
        (-1.0, DATE, '"1959-12-31"'),
        (86399.5, DATETIME, '"1960-01-01T23:59:59.5"'),
        (-0.25, DATETIME, '"1959-12-31T23:59:59.75"'),
        (360_000.0, TIME, '"100:00:00"'),
        (-1.5, TIME, '"-00:00:01.5"'),
    ],
)
def test_a_double_from_sas_becomes_this_cell(value: float | None, column: Column, cell: str) -> None:
    assert from_double(value, column, sas=True) == cell


@pytest.mark.parametrize(
    ("value", "column"),
    [
        (1.5, INTEGER),
        (1.125, MONEY),
        (2.0, BOOLEAN),
        (0.5, DATE),
        (1e9, DATE),
        (1e300, DATETIME),
        (math.nan, INTEGER),
        (math.inf, DATETIME),
    ],
)
def test_a_double_that_is_not_of_the_type_is_refused(value: float, column: Column) -> None:
    with pytest.raises(Misfit):
        from_double(value, column, sas=True)


def test_days_are_days_only_where_sas_counted_them() -> None:
    with pytest.raises(Misfit, match="not of type date"):
        from_double(19725.0, DATE, sas=False)
