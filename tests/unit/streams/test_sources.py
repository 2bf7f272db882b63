"""Reading rows: lines are named, growing files are left in mid-row, tables and objects stay apart."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialseal.errors import UsageError
from trialseal.streams.head_file import Place
from trialseal.streams.sources import LONGEST_LINE, BadRow, TextSource, format_of, parquet_rows


def read(data: bytes, kind: str, **options: Any) -> list[tuple[int, dict[str, Any]]]:
    return [(row.line, dict(row.value)) for row in TextSource(io.BytesIO(data), "f", kind, **options)]


def test_lines_are_those_of_the_file_across_quoted_breaks_and_blank_lines() -> None:
    data = b'a,b\r\n1,"two\nlines"\n\n"3 ""x""",4\r\n'
    assert read(data, "csv") == [(2, {"a": "1", "b": "two\nlines"}), (5, {"a": '3 "x"', "b": "4"})]
    assert read(b'{"a":1}\n\n {"a":2}\n', "ndjson") == [(1, {"a": 1}), (3, {"a": 2})]
    assert read(b'{"a":1}\n{"a":2}', "ndjson") == [(1, {"a": 1}), (2, {"a": 2})]  # its brace closes it


@pytest.mark.parametrize("kind", ["csv", "ndjson"])
@given(cut=st.integers(0, 200))
def test_a_growing_file_cut_anywhere_gives_whole_rows_and_goes_on_behind_them(kind: str, cut: int) -> None:
    data = {
        "csv": '\ufeffa,b\n1,x\n2,"ü\n,"\n\n3,z\n4,w\n'.encode(),
        "ndjson": '{"a":"1"}\n\n{"a":"ü"}\n{"a":"3"}\n{"a":"4"}\n'.encode(),
    }[kind]
    whole = read(data, kind)
    source = TextSource(io.BytesIO(data[:cut]), "f", kind, growing=True)
    first = [(row.line, dict(row.value)) for row in source]
    assert first == whole[: len(first)]
    assert first + read(data, kind, start=source.place, growing=True) == whole


def test_a_place_is_behind_the_row_that_was_given_last() -> None:
    source = TextSource(io.BytesIO(b"a\n1\n2\n"), "f", "csv")
    rows = iter(source)
    next(rows)
    assert source.place == Place(4, 2)


@pytest.mark.parametrize(
    ("data", "kind", "line", "says"),
    [
        (b"a,b\n1,2\n3,4", "csv", 3, "may be cut off"),
        (b'a,b\n1,"2\n', "csv", 2, "may be cut off"),
        (b"a,b\n1,2,3\n", "csv", 2, "has 3 cells, the header names 2"),
        (b"a,b\n1\n", "csv", 2, "has 1 cells"),
        (b'a,b\n1,"2"x\n', "csv", 2, "is not a row of a CSV file"),
        (b"a,b\n1,\xff\n", "csv", 2, "not UTF-8 (byte 0xff)"),
        (b"a\r1\r2\r", "csv", 1, "may be cut off"),
        (b'{"a":1}\n{"a":', "ndjson", 2, "may be cut off"),
        (b'{"a":1}\nnull\n', "ndjson", 2, "no JSON object"),
        (b'{"a":1}\n{"a" 1}\n', "ndjson", 2, "is not JSON"),
        (b'{"a":NaN}\n', "ndjson", 1, "NaN"),
        (b'{"a":-Infinity}\n', "ndjson", 1, "Infinity"),
        (b'{"a":1,"a" : 2}\n', "ndjson", 1, "the key 'a' twice"),
        (b'{"b":{"a":1,"a":2}}\n', "ndjson", 1, "the key 'a' twice"),
        (b'{"a":"\\ud800"}\n', "ndjson", 1, "half a surrogate pair"),
        (b'{"a":' + b"[" * 2000 + b"]" * 2000 + b"}\n", "ndjson", 1, "nests deeper"),
        (b"x" * (LONGEST_LINE + 2), "ndjson", 1, "is longer than"),
    ],
)
def test_bad_rows_are_named(data: bytes, kind: str, line: int, says: str) -> None:
    with pytest.raises(BadRow) as bad:
        read(data, kind)
    assert bad.value.line == line
    assert says in str(bad.value)
    assert f"f, line {line}" in str(bad.value)


@pytest.mark.parametrize(
    ("data", "says"), [(b"", "is empty"), (b"a,,b\n", "column 2 has no"), (b"a,a\n", "two columns")]
)
def test_bad_headers_are_named(data: bytes, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        read(data, "csv")


@pytest.mark.parametrize(
    ("name", "beginning", "given_format", "kind"),
    [
        ("x.csv", b"", None, "csv"),
        ("x.jsonl", b"", None, "ndjson"),
        ("x.txt", b'  {"a"', None, "ndjson"),
        ("", b"id,type", None, "csv"),
        ("x", b"PAR1", None, "parquet"),
        ("x.csv", b"", "ndjson", "ndjson"),
    ],
)
def test_what_a_file_is(name: str, beginning: bytes, given_format: str | None, kind: str) -> None:
    assert format_of(name, beginning, given_format) == kind


def write_parquet(path: Path, **columns: list[Any]) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table(columns), path)
    return path


def test_parquet_gives_times_with_their_zone_and_days(tmp_path: Path) -> None:
    at = datetime(2020, 5, 12, 9, 30, tzinfo=UTC)
    path = write_parquet(tmp_path / "f.parquet", at=[at, None], onset=[date(2020, 5, 11), None], subject=[7, 8])
    assert [dict(row.value) for row in parquet_rows(path)] == [
        {"at": "2020-05-12T09:30:00+00:00", "onset": "2020-05-11", "subject": 7},
        {"at": None, "onset": None, "subject": 8},
    ]


@pytest.mark.parametrize(
    ("column", "says"),
    [
        ({"at": [datetime(2020, 5, 12)]}, "row|line 1: at has no offset"),
        ({"subject": [7.0]}, "line 1: subject is a number"),
    ],
)
def test_parquet_that_loses_something_is_refused(tmp_path: Path, column: dict[str, list[Any]], says: str) -> None:
    with pytest.raises(BadRow, match=says):
        list(parquet_rows(write_parquet(tmp_path / "f.parquet", **column)))


def test_parquet_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "f.parquet", a=list(range(1000)))
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(UsageError, match="is not a whole Parquet file"):
        list(parquet_rows(path))
