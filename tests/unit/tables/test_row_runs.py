"""Many rows of a table in one file: what is shown is what was sealed, and nothing else is taken."""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialseal.documents.canonical import canonical_bytes
from trialseal.documents.versions import LaterVersion
from trialseal.errors import FailedError
from trialseal.merkle import tree
from trialseal.tables.row_numbers import RowNumbers
from trialseal.tables.row_proof import cells_of_form, cells_of_forms
from trialseal.tables.row_runs import Run, Writing, choose, rows_words

ROWS = 21
SCHEMA = tree.leaf_hash(b"schema")
FORMS = [b'["s-%d",%d]' % (number, 30 + number) for number in range(1, ROWS + 1)]
NONCES = [bytes([number]) * 32 for number in range(1, ROWS + 1)]


def sealed(forms: list[bytes] = FORMS) -> dict[str, Any]:
    leaves = [SCHEMA, *(tree.leaf_hash(nonce + form) for nonce, form in zip(NONCES, forms, strict=False))]
    return {
        "format": "trialseal/1",
        "kind": "dataset",
        "name": "dm",
        "id": "ab" * 32,
        "columns": [{"name": "USUBJID", "type": "text"}, {"name": "AGE", "type": "number"}],
        "rows": len(forms),
        "root": tree.root(leaves).hex(),
        "content": "cd" * 32,
    }


def written(wanted: RowNumbers, forms: list[bytes] = FORMS, seal: dict[str, Any] | None = None) -> bytes:
    file = io.BytesIO()
    writing = Writing(file, seal or sealed(forms))
    writing.hide(0, SCHEMA)
    for number, (nonce, form) in enumerate(zip(NONCES, forms, strict=False), 1):
        if number in wanted:
            writing.show(nonce, form)
        else:
            writing.hide(0, tree.leaf_hash(nonce + form))
    writing.end()
    return file.getvalue()


def read(data: bytes, piece: int = 1 << 20) -> list[tuple[int, list[Any]]]:
    pieces = (data[at : at + piece] for at in range(0, len(data), piece))
    return [(one.row, one.cells) for one in Run(pieces, "it").rows()]


numbers = st.sets(st.integers(1, ROWS), min_size=1)


def of(rows: set[int]) -> RowNumbers:
    return RowNumbers(range(row, row + 1) for row in rows)


@given(numbers, st.integers(1, 300))
def test_rows_that_are_shown_are_read_in_any_pieces(rows: set[int], piece: int) -> None:
    assert read(written(of(rows)), piece) == [(row, [f"s-{row}", 30 + row]) for row in sorted(rows)]


@given(numbers, st.data())
def test_fewer_rows_of_it_are_written_as_from_the_table(rows: set[int], data: st.DataObject) -> None:
    fewer = data.draw(st.sets(st.sampled_from(sorted(rows)), min_size=1))
    file = io.BytesIO()
    assert choose(Run([written(of(rows))], "it"), of(fewer), file) is None
    assert file.getvalue() == written(of(fewer))
    lacking = {*fewer, 1 + max(rows)}
    assert choose(Run([written(of(rows))], "it"), of(lacking), io.BytesIO()) == 1 + max(rows)


def test_each_node_is_there_once() -> None:
    every = RowNumbers([range(1, ROWS + 1)])
    assert written(every).count(b"\n") == 1 + 1 + ROWS  # the seal document, the schema's leaf, the rows
    assert written(of({1})).count(b"\n") == 1 + 1 + 1 + 5  # 2-3, 4-7, 8-15, 16-19, 20-21


def test_what_is_shown_is_told() -> None:
    table = "of the 21 of the sealed table dm"

    def told(*rows: int) -> str:
        return rows_words(Run([written(of(set(rows)))], "it"))

    assert told(2) == f'row 2 {table}: USUBJID "s-2", AGE 32'
    assert told(2, 9, 4).endswith(f'; row 9 {table}: USUBJID "s-9", AGE 39')
    assert told(1, 2, 3, 4) == f"4 rows {table}: 1 to 4"
    assert told(1, 3, 5, 7, 8) == f"5 rows {table}: 1, 3, 5, 7 to 8"
    assert told(1, 3, 5, 7, 9, 10) == f"6 rows {table}: 1, 3, 5, 7, and more"


def test_a_flipped_bit_of_every_byte_is_found_or_in_the_seal_document_which_a_chain_holds() -> None:
    data, seal = written(of({2, 3, 7, 21})), canonical_bytes(sealed())
    first = data.index(seal)
    for place in range(len(data)):
        flipped = bytearray(data)
        flipped[place] ^= 1 << place % 8
        try:
            run = Run([bytes(flipped)], "it")
            assert [*run.rows()] and canonical_bytes(dict(run.seal)) != seal
            assert first <= place < first + len(seal)
        except (FailedError, LaterVersion):
            continue


LINES = written(of({2, 3, 7})).splitlines(keepends=True)


def lines(*order: int) -> bytes:
    return b"".join(LINES[number] for number in order)


ALL = range(len(LINES))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "line 1"),
        (b"{}\n", "format is missing"),
        (lines(*ALL)[:-1], "no end"),
        (lines(*ALL) + b"\n", "neither a row nor a node"),
        (lines(*ALL) + LINES[-1], "should follow"),
        (lines(*ALL[:-1]), "should follow"),
        (lines(0, *ALL), "neither a row nor a node"),
        (lines(0, 1, 2, 4, 3, *ALL[5:]), "should follow"),
        (lines(0, 1, 2, 3, 3, *ALL[4:]), "out of order"),
        (lines(0, 1, 2, 2, *ALL[3:]), "out of order"),
        (lines(0) + LINES[1] * 200, "more than can lie between"),
        (lines(*ALL).replace(b'[7,"', b'[07,"'), "neither a row nor a node"),
        (lines(*ALL).replace(b'[7,"', b'[22,"'), "not in the table"),
        (lines(*ALL).replace(b'"s-7"', b'"s-8"'), "another root"),
        (lines(*ALL).replace(b'"s-7",37', b'"s-7", 37'), "canonical form with 2 cells"),
        (lines(*ALL).replace(b'"s-7",37', b'"s-7"'), "canonical form with 2 cells"),
        (lines(*ALL).replace(b'"s-7",37', b'"s-7",37.0'), "canonical form with 2 cells"),
        (lines(*ALL).replace(b'"rows":21', b'"rows":40'), "should follow"),
        (lines(*ALL).replace(b'"rows":21', b'"rows":21.0'), "line 1"),
        (lines(*ALL).replace(b'{"format"', b'{ "format"', 1), "canonical"),
        (lines(*ALL).replace(b'"id":"ab', b'"id":"AB'), "line 1"),
    ],
)
def test_what_is_not_as_it_was_written_fails_in_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(FailedError, match=words):
        read(data)


def test_no_row_shown_is_no_proof() -> None:
    with pytest.raises(FailedError, match="shows no row"):
        rows_words(Run([written(of(set()))], "it"))


def test_a_later_version_is_not_called_damaged() -> None:
    data = written(of({1})).replace(b"trialseal-rows/1", b"trialseal-rows/2", 1)
    with pytest.raises(LaterVersion, match="was made by a later version"):
        read(data)


def test_a_line_without_an_end_is_not_read_for_ever() -> None:
    with pytest.raises(FailedError, match="longer than any"):
        Run((b"x" * (1 << 20) for _ in range(1 << 40)), "it")


@pytest.mark.parametrize(
    "forms",
    [
        [b'["a]', b'[",1]'],  # one row in two lines, where commas alone join them
        [b'["a]', b'[",1]', b'["b",1],["c",2]'],
        [b'["a",[1', b"[2]]]"],
        [b'["a",1],["b",2]'],
        [b'["a",1]', b'["b",1.0]'],
        [b'["a",1]', b'["b",1e2]'],
        [b'["a",1]', b'["b",NaN]'],
        [b'["a",1]', b'["b",-0]'],
        [b'["a",1]', b'["b",-0.0]'],
        [b'["a",1]', b'["b",9007199254740993]'],
        [b'["a",1]', b'["\\u0041",1]'],
        [b'["a",1]', b'["\\ud800",1]'],
        [b'["a",1]', b'["\xff",1]'],
        [b'["a",1]', b'["b",1e-05]'],
        [b'["a",1]', b'["b",1e+16]'],
        [b'["a",1]', b'["b"]'],
    ],
)
def test_rows_looked_at_together_are_none_that_are_not_alone(forms: list[bytes]) -> None:
    assert cells_of_forms(forms, 2) is None


def test_many_rows_are_looked_at_together() -> None:
    """Python keeps one object of each number up to 256 only."""
    assert cells_of_forms([b'["a",1]'] * 300, 2) == [["a", 1]] * 300


@given(st.lists(st.one_of(st.none(), st.booleans(), st.text(), st.floats(allow_nan=False, allow_infinity=False))))
def test_rows_looked_at_together_are_read_as_alone(cells: list[Any]) -> None:
    form = canonical_bytes(cells)
    alone = cells_of_form(form)
    assert alone is not None
    together = cells_of_forms([form, form], len(cells))
    assert together is None or together == [alone, alone] == [json.loads(form)] * 2


@given(st.integers(0, (1 << 64) - 1))
def test_a_number_is_plain_only_where_both_write_the_same(bits: int) -> None:
    [value] = struct.unpack(">d", struct.pack(">Q", bits))
    form = b"[%s]" % repr(value).encode()
    if cells_of_forms([form], 1) is not None:
        assert form == canonical_bytes([value])


@pytest.mark.parametrize(
    ("text", "rows"),
    [("2", "2"), ("2-4", "2-4"), ("7,2-4,5", "2-5,7"), ("1-3,2-9", "1-9"), ("3,3", "3"), ("1-999999999999999", None)],
)
def test_numbers_of_rows_are_read(text: str, rows: str | None) -> None:
    found = RowNumbers.of(text)
    assert found is not None and str(found) == (rows or text)


@pytest.mark.parametrize("text", ["", "x", "-1", "2-", "4-2", "1,,2", "1,", "1.5", "٣", "1-2-3", "1" * 16])
def test_other_texts_name_no_rows(text: str) -> None:
    assert RowNumbers.of(text) is None


def test_rows_that_a_table_lacks_are_named() -> None:
    inside: Callable[[str], str | None] = lambda text: (found := RowNumbers.of(text)) and found.outside(5)  # noqa: E731
    assert [inside(one) for one in ("1-5", "0", "0-3", "5-6", "2,8-9")] == [None, "0", "0", "6", "8"]
