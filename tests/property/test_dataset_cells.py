"""Whole columns by Arrow's kernels, and single cells by the rules: the same cells, the same refusals."""

from __future__ import annotations

import math

import pyarrow as pa
import rfc8785
from hypothesis import example, given, settings
from hypothesis import strategies as st

from trialseal.tables import cells
from trialseal.tables.columns import CellMisfit, fragments, row_forms
from trialseal.tables.schema import Column, Schema

COLUMNS = [
    Column("x", "text"),
    Column("x", "number"),
    Column("x", "integer"),
    Column("x", "decimal"),
    Column("x", "decimal", 0),
    Column("x", "decimal", 2),
    Column("x", "date"),
    Column("x", "datetime"),
    Column("x", "time"),
    Column("x", "boolean"),
]
doubles = st.floats(allow_nan=False, allow_infinity=False)
near_thresholds = st.builds(
    lambda base, steps: math.ldexp(base, 0) * (1 + steps * 2**-52),
    st.sampled_from([1e-7, 1e-6, 1e14, 1e15, 2.0**53, 1e21, -1e14, -1e21]),
    st.integers(-3, 3),
)
number_texts = st.one_of(
    doubles.map(repr),
    st.integers().map(str),
    st.decimals(allow_nan=False, allow_infinity=False).map(str),
    st.from_regex(r"\A[-+]?[0-9]{0,4}(\.[0-9]{0,9})?\Z"),
)
texts = st.one_of(
    st.none(),
    st.sampled_from(
        ["", " ", ".", ".A", "._", "NaN", "inf", "true", "False", "-0", "0.0000001", "0.000001", "1.0", "-"]
    ),
    number_texts,
    st.text(st.characters(blacklist_categories=["Cs"]), max_size=8),
    st.dates().map(str),
    st.datetimes().map(lambda moment: moment.isoformat()),
    st.from_regex(r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2})?\Z"),
)


def by_rules(values: list[object], column: Column, sas: bool | None = None) -> list[str] | int:
    """The cells, or the place of the first that is refused."""
    found = []
    for place, value in enumerate(values):
        try:
            if sas is None:
                found.append(cells.from_text(value, column))  # type: ignore[arg-type]
            else:
                found.append(cells.from_double(value, column, sas=sas))  # type: ignore[arg-type]
        except cells.Misfit:
            return place
    return found


def by_columns(array: pa.Array, column: Column, sas: bool = False) -> list[str] | int:
    try:
        return list(fragments(array, column, sas=sas).to_pylist())
    except CellMisfit as misfit:
        return misfit.row


@settings(max_examples=400, deadline=None)
@given(st.lists(doubles | near_thresholds, max_size=20))
def test_doubles_are_written_as_rfc_8785_writes_them(values: list[float]) -> None:
    array = pa.array(values, pa.float64())
    assert by_columns(array, Column("x", "number")) == [rfc8785.dumps(value).decode() for value in values]


@settings(max_examples=600, deadline=None)
@given(st.lists(texts, max_size=6), st.sampled_from(COLUMNS))
@example(["1", "1.0", "-0.0", "0.5"], Column("x", "number"))
@example(["0.0000001"], Column("x", "number"))
@example(["-"], Column("x", "number"))
@example(["00", "0.0"], Column("x", "number"))
@example(["0000-01-01"], Column("x", "date"))
@example(["0000-01-01T00:00:00"], Column("x", "datetime"))
def test_columns_of_text(values: list[str | None], column: Column) -> None:
    assert by_columns(pa.array(values, pa.string()), column) == by_rules(list(values), column)


@settings(max_examples=300, deadline=None)
@given(st.lists(number_texts, min_size=1, max_size=6), st.sampled_from([c for c in COLUMNS if c.type != "text"]))
def test_columns_of_numbers_as_text(values: list[str], column: Column) -> None:
    assert by_columns(pa.array(values, pa.string()), column) == by_rules(list(values), column)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.none() | st.floats() | st.integers(-(10**7), 10**7).map(float), max_size=6),
    st.sampled_from(COLUMNS),
    st.booleans(),
)
@example([1e305], Column("x", "time"), True)
@example([-1e305], Column("x", "datetime"), True)
def test_columns_of_doubles(values: list[float | None], column: Column, sas: bool) -> None:
    array = pa.array(values, pa.float64())
    assert by_columns(array, column, sas) == by_rules(list(values), column, sas)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(st.text(st.characters(blacklist_categories=["Cs"]), max_size=5), doubles), min_size=1, max_size=5
    )
)
def test_a_row_is_the_rfc_8785_form_of_its_cells(rows: list[tuple[str, float]]) -> None:
    block = [pa.array([row[0] for row in rows], pa.string()), pa.array([row[1] for row in rows], pa.float64())]
    schema = Schema((Column("text", "text"), Column("number", "number")))
    wanted = [rfc8785.dumps([row[0].rstrip(" ") or None, row[1]]).decode() for row in rows]
    assert row_forms(block, schema, sas=False).to_pylist() == wanted


@settings(max_examples=100, deadline=None)
@given(st.lists(texts, min_size=3, max_size=8), st.integers(0, 2))
def test_slices_of_columns(values: list[str | None], start: int) -> None:
    whole = pa.array(values, pa.string())
    for column in (COLUMNS[0], COLUMNS[1]):
        assert by_columns(whole.slice(start), column) == by_rules(list(values[start:]), column)
