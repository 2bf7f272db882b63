"""Rows joined by the C core, beside the Python that it stands for: the same bytes, or the column is called odd."""

from __future__ import annotations

import math
from ctypes import CDLL
from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from trialseal.core.hashing import Messages
from trialseal.core.joining import DATE, DATETIME, DECIMAL, DOUBLE, INTEGER, NUMBER, TEXT, WHOLE, Cells, joined
from trialseal.core.splitting import Cut
from trialseal.tables import infer
from trialseal.tables.columns import CellMisfit, row_forms
from trialseal.tables.schema import Column, Schema

COLUMNS = [
    (TEXT, Column("x", "text")),
    (NUMBER, Column("x", "number")),
    (INTEGER, Column("x", "integer")),
    (DECIMAL, Column("x", "decimal", 0)),
    (DECIMAL, Column("x", "decimal", 2)),
    (DATE, Column("x", "date")),
    (DATETIME, Column("x", "datetime")),
]
# What inference makes of columns, but for text.
INFERRED = [COLUMNS[number] for number in (1, 2, 4, 5)]
doubles = st.floats(allow_nan=False, allow_infinity=False) | st.floats(0, 1) | st.floats(-1e6, 1e6)
near = st.builds(
    lambda base, steps: base * (1 + steps * 2**-52),
    st.sampled_from([1e-6, 1e-5, 0.1, 1.0, 2.0, 1e14, 1e15, 2.0**53, 2.0**52]),
    st.integers(-3, 3),
)
few = st.builds(lambda digits, point: digits / 10**point, st.integers(-(10**9), 10**9), st.integers(0, 6))
numbers = st.one_of(
    doubles.map(repr),
    near.map(repr),
    doubles.map(lambda value: f"{value:.17g}"),
    doubles.map(lambda value: f"{value:.15g}"),
    st.integers(-(10**19), 10**19).map(str),
    st.from_regex(r"\A-?[0-9]{0,17}(\.[0-9]{0,17})?([eE][+-]?[0-9]{1,2})?\Z"),
)
days = st.dates().map(str) | st.from_regex(r"\A[0-9]{4}-[01][0-9]-[0-3][0-9](T[0-2][0-9]:[0-6][0-9]:[0-6][0-9])?\Z")
words = st.text(st.characters(blacklist_categories=["Cs"]), max_size=20) | st.text(
    st.sampled_from('ab"\\\x00\x0b\n '), max_size=20
)
cells = st.one_of(st.none(), numbers, days, words, st.sampled_from(["", " ", ".", ".A", "-0", "0.0", " 1 ", "1.50"]))


def by_python(array: pa.Array, column: Column) -> list[str] | None:
    try:
        return list(row_forms([array], Schema((column,)), sas=False).to_pylist())
    except CellMisfit:
        return None


def forms(found: Messages | list[int]) -> list[str] | None:
    """The rows without their first byte; None where a column is odd."""
    if not isinstance(found, Messages):
        return None
    ends = [0, *map(int, found.ends)]
    rows = [bytes(found.data[start:end]) for start, end in pairwise(ends)]
    assert all(row[0] == 0 for row in rows)
    return [row[1:].decode() for row in rows]


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(COLUMNS), st.lists(cells, max_size=6))
@example((NUMBER, Column("x", "number")), ["9.1e-06", "1e15", "0.1e-5", "100e-2"])
@example((NUMBER, Column("x", "number")), ["0.30000000000000004", "5e-324", "9007199254740993"])
def test_cells_of_text_are_written_as_python_writes_them_or_are_odd(
    core: CDLL, kind: tuple[int, Column], values: list[str | None]
) -> None:
    array = pa.array(values, pa.string())
    found = forms(joined(core, [Cells(array, kind[0], kind[1].decimals or 0)], len(values)))
    assert found in (None, by_python(array, kind[1]))


@settings(deadline=None, max_examples=200)
@given(st.lists(st.none() | doubles | near | few | st.sampled_from([0.0, -0.0, math.nan, math.inf]), max_size=6))
@example([9999.0, 9999.9999, 9999.99995, 10000.0, 10000.5, 1e-4, 5e-5, 0.1234, 0.12345, -0.5, 12345.6789])
@example(
    [
        0.1,
        0.3,
        0.30000000000000004,
        0.7999999999999999,
        1e-6,
        0.000001234,
        2**-20,
        1.5e-7,
        2**-30,
        5e-324,
        1 - 2**-53,
        123456.12345,
    ]
)
def test_doubles_are_written_as_python_writes_them_or_are_odd(core: CDLL, values: list[float | None]) -> None:
    array = pa.array(values, pa.float64())
    found = forms(joined(core, [Cells(array, DOUBLE)], len(values)))
    assert found in (None, by_python(array, Column("x", "number")))


def test_tiny_doubles_are_not_odd(core: CDLL) -> None:
    values = [1e-7, -1.5e-7, 9.999999999999999e-7, 0.1 / 3e8, 1.7976931348623157e-300, 2.2250738585072024e-308]
    found = forms(joined(core, [Cells(pa.array(values), DOUBLE)], len(values)))
    assert found is not None and found == by_python(pa.array(values), Column("x", "number"))


@settings(deadline=None, max_examples=100)
@given(st.lists(st.none() | st.integers(-(2**53) + 1, 2**53 - 1) | st.integers(-20000, 20000), max_size=6))
@example([0, 9, -9, 10, 999, 1000, 9999, -9999, 10000, -10000, 2**53 - 1])
def test_whole_numbers_are_written_with_all_their_digits(core: CDLL, values: list[int | None]) -> None:
    found = forms(joined(core, [Cells(pa.array(values, pa.int64()), WHOLE)], len(values)))
    assert found == [f"[{'null' if value is None else value}]" for value in values]


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(INFERRED), numbers | days)
@example(INFERRED[0], "1.234567890123456789")
def test_a_column_whose_type_is_inferred_takes_no_cell_that_would_change_it(
    core: CDLL, kind: tuple[int, Column], cell: str
) -> None:
    array = pa.array([cell])
    if forms(joined(core, [Cells(array, kind[0], kind[1].decimals or 0, True)], 1)) is not None:
        assert infer.still(array, kind[1])


@pytest.mark.parametrize(
    ("kind", "plain"),
    [
        (NUMBER, ["1", "-12.5", "0.000001", "9.1e-05", "0.8414709848078965", "123456789012345.6", "-0", "1.0", "2.50"]),
        (DECIMAL, ["0.00", "-1.25", "12345678901234567890.12"]),
        (INTEGER, ["0", "-7", "123456789012345678901234567890"]),
        (DATE, ["2020-02-29", "0001-01-01", "9999-12-31"]),
        (DATETIME, ["2020-02-29T23:59:59"]),
        (TEXT, ['say "a"', "back\\slash", "\x00\x1f\n", "é " * 30, " ahead"]),
    ],
)
def test_what_files_hold_mostly_is_not_odd(core: CDLL, kind: int, plain: list[str]) -> None:
    column = next(column for known, column in reversed(COLUMNS) if known == kind)
    array = pa.array([*plain, None, "", "  "])
    found = forms(joined(core, [Cells(array, kind, 2)], len(array)))
    assert found is not None and found == by_python(array, column)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(cells, cells), max_size=5), st.integers(0, 3))
def test_slices_and_cuts_are_read_at_their_place(
    core: CDLL, rows: list[tuple[str | None, str | None]], ahead: int
) -> None:
    batch = [pa.array([*["?"] * ahead, *column], pa.string())[ahead:] for column in zip(*rows, strict=True)] or [
        pa.array([], pa.string())
    ] * 2
    wanted = forms(joined(core, [Cells(array, TEXT) for array in batch], len(rows)))
    assert wanted == list(row_forms(batch, Schema((Column("a", "text"), Column("b", "text"))), sas=False).to_pylist())
    text = "".join(",".join('"' + (cell or "").replace('"', '""') + '"' for cell in row) + "\n" for row in rows)
    cut = Cut.of(core, bytearray(text.encode()), ",", 2, len(rows))
    assert cut is not None
    assert forms(joined(core, [Cells(cut, TEXT, number=number) for number in (0, 1)], len(rows))) == wanted


def test_room_is_found_where_all_must_be_escaped(core: CDLL) -> None:
    array = pa.array(["\x01" * 5000])
    assert forms(joined(core, [Cells(array, TEXT)], 1)) == ['["' + "\\u0001" * 5000 + '"]']
