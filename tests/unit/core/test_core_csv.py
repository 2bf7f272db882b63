"""CSV cut by the C core, beside Arrow's reader: the same rows and cells, or it says that they are odd."""

from __future__ import annotations

from ctypes import CDLL
from io import BytesIO

import pyarrow as pa
import pyarrow.csv as arrow_csv
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from trialseal.core.splitting import Cut, Search

plain_cells = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters='",\r\n'), max_size=12).map(
    str.encode
)
quoted_cells = st.text(st.sampled_from('ab",\r\n é'), max_size=70).map(
    lambda text: b'"' + text.replace('"', '""').encode() + b'"'
)
odd_cells = st.binary(max_size=6)
line_ends = st.sampled_from([b"\n", b"\r\n", b"\n\n", b"\r\n\r\n"])


def lines(cells: st.SearchStrategy[bytes], width: int) -> st.SearchStrategy[bytes]:
    row = st.lists(cells, min_size=width, max_size=width).map(b",".join)
    return st.lists(st.tuples(row, line_ends).map(b"".join), max_size=8).map(b"".join)


def by_arrow(data: bytes, width: int) -> list[list[str]] | None:
    """The cells of each column; None where it refuses the file."""
    names = [str(number) for number in range(width)]
    try:
        table = arrow_csv.read_csv(
            BytesIO(data),
            arrow_csv.ReadOptions(column_names=names, use_threads=False),
            arrow_csv.ParseOptions(newlines_in_values=True),
            arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid as error:
        return [[] for _ in names] if "Empty CSV" in str(error) else None
    return [column.to_pylist() for column in table.columns]


def by_core(core: CDLL, data: bytes, width: int) -> list[list[str]] | None:
    """The same; None where anything is odd."""
    found = Search(core)
    if found.go_on(bytearray(data), 1 << 30) or found.at != len(data):
        return None
    cut = Cut.of(core, bytearray(data), ",", width, found.rows)
    return cut and [cut.column(core, number).to_pylist() for number in range(width)]


@settings(deadline=None, max_examples=120)
@given(st.data(), st.integers(1, 4))
def test_what_is_written_plainly_is_cut_as_arrow_cuts_it(core: CDLL, drawn: st.DataObject, width: int) -> None:
    data = drawn.draw(lines(plain_cells | quoted_cells, width))
    assert by_core(core, data, width) == by_arrow(data, width) is not None


@settings(deadline=None, max_examples=120)
@given(st.data(), st.integers(1, 3))
def test_what_is_not_is_odd_or_the_same(core: CDLL, drawn: st.DataObject, width: int) -> None:
    data = drawn.draw(lines(odd_cells | quoted_cells, width))
    assert by_core(core, data, width) in (None, by_arrow(data, width))


@pytest.mark.parametrize(
    "data",
    [
        b"a,b\nc\n",
        b"a,b\nc,d,e\n",
        b'a,b"\n',
        b'a,"b"c\n',
        b'a,"b\n',
        b"a,b\rc,d\n",
        b"a,\xff\n",
        b"a,\xc3\n",
        b"a,\xed\xa0\x80\n",
        b"a,\xe0\x80\x80\n",
        b"a,\xf4\x90\x80\x80\n",
        b"a,b\nc,d",
    ],
)
def test_each_oddity_is_seen(core: CDLL, data: bytes) -> None:
    assert by_core(core, data, 2) is None


@settings(deadline=None, max_examples=60)
@given(lines(plain_cells | quoted_cells, 2), st.integers(1, 40), st.integers(1, 4))
@example(b"a,b\r\n\r\nc,d\n", 4, 1)
def test_rows_are_found_however_the_bytes_come(core: CDLL, data: bytes, step: int, wanted: int) -> None:
    whole = Search(core)
    whole.go_on(bytearray(data), 1 << 30)
    pieces, rest, given_bytes = 0, bytearray(), 0
    while True:
        search = Search(core)
        while not search.go_on(rest, wanted) and given_bytes < len(data):
            rest += data[given_bytes : given_bytes + step]
            given_bytes += step
        pieces, rest = pieces + search.rows, rest[search.at :]
        if search.rows < wanted:
            break
    assert (pieces, bytes(rest)) == (whole.rows, data[whole.at :])


@pytest.mark.parametrize("size", range(56, 66))
def test_a_line_end_may_lie_anywhere_in_what_is_looked_at_together(core: CDLL, size: int) -> None:
    data = b"x" * size + b",y\r\n" + b"z" * 90 + b",w\r\n" + b"a,b\r\n" * 40
    assert by_core(core, data, 2) == [["x" * size, "z" * 90, *"a" * 40], ["y", "w", *"b" * 40]]
