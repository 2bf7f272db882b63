"""CSV as it comes: whatever cannot be read is named with its place, and nothing is guessed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tables import content, rows, schema

from trialseal.errors import FailedError, UsageError


@pytest.fixture
def made(tmp_path: Path):  # type: ignore[no-untyped-def]
    def make(data: bytes | str, name: str = "table.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return make


def types(path: Path) -> list[str]:
    return [one.type if one.decimals is None else f"{one.type}{one.decimals}" for one in content(path).schema.columns]


@pytest.mark.parametrize(
    ("values", "inferred"),
    [
        (["1", "20", "-3"], "number"),
        (["1.5", "2", "1e-7"], "number"),
        (["1.0", "2.5", "3e-05"], "number"),
        (["1.10", "2.25", "-0.50"], "number"),
        (["1.10", "2.5"], "number"),
        ([".5", "-.5", "2.50", "1E-04", "3.", " 7 "], "number"),
        (["0.33333333333333331", "0.3333333333333333"], "number"),
        (["0.333333333333333333", "1.5"], "decimal"),
        (["0.333333333333333333", "1.500000000000000001"], "decimal18"),
        (["9007199254740993", "1.5"], "decimal"),
        (["1e401", "1"], "text"),
        (["1e-400", "1"], "decimal"),
        (["00.5"], "text"),
        ([".", "1", "."], "number"),
        ([".", ""], "text"),
        ([".", "x"], "text"),
        (["007", "008"], "text"),
        (["1", "9007199254740993"], "integer"),
        (["2014-01-02", "2015-12-31"], "date"),
        (["2014-01-02", "2015-12"], "text"),
        (["2014-02-30"], "text"),
        (["20140102"], "number"),
        (["1", "NA"], "text"),
        (["1", "NaN"], "text"),
        (["1", ".A"], "number"),
        (["1", "", "3"], "number"),
        (["true", "false"], "text"),
        (["1,5", "2,5"], "text"),
        (["+1"], "text"),
        (["-0", "0"], "number"),
        (["", ""], "text"),
        (["inf"], "text"),
        (["5.1.0", "5.2.0"], "text"),
        (["1e+22.0"], "text"),
        (["9007199254740993", "0x10"], "text"),
    ],
)
def test_types_are_inferred_only_where_every_value_is_written_so(made, values: list[str], inferred: str) -> None:  # type: ignore[no-untyped-def]
    path = made("key,x\n" + "".join(f'k,"{value}"\n' for value in values))
    assert types(path) == ["text", inferred]


def test_a_value_far_down_changes_the_inferred_type(made) -> None:  # type: ignore[no-untyped-def]
    lines = [f"{number},{number}.5,x" for number in range(60_000)]
    assert types(made("a,b,c\n" + "\n".join(lines))) == ["number", "number", "text"]
    assert types(made("a,b,c\n" + "\n".join([*lines, "007,2014-01-02,y"]))) == ["text", "text", "text"]


@pytest.mark.parametrize(
    ("many", "last", "inferred"),
    [
        ("7", "007", "text"),
        ("7", "7.0", "number"),
        ("7", "7.10", "number"),
        ("NA", "7", "text"),
        ("9007199254740993", "1.5", "decimal"),
        ("7", "5.1.0", "text"),
        ("9007199254740993", "007", "text"),
        ("9007199254740993", "0x10", "text"),
        ("9007199254740993", "7", "integer"),
        ("1.10", "1", "number"),
        ("1.10", "1.25", "number"),
        ("1.000000000000000001", "1.25", "decimal"),
        ("1.000000000000000001", "1.000000000000000002", "decimal18"),
        ("2014-01-02", "03JAN2014", "text"),
        ("2014-01-02", "2014-01-03T00:00", "text"),
        ("", "7", "number"),
        ("", "seven", "text"),
    ],
)
def test_a_value_far_down_that_is_alone_changes_the_inferred_type(made, many: str, last: str, inferred: str) -> None:  # type: ignore[no-untyped-def]
    path = made(f"key,x\n{f'k,{many}{chr(10)}' * 100_000}k,{last}\n")
    assert types(path) == ["text", inferred]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (["1", "2", "NA"], "2 of the 3 cells looked at are numbers: row 3 holds 'NA'; --missing NA says"),
        (["1", "007"], "row 2 holds '007', which as a number would lose .* --type x=number reads it so all the same"),
        (["+1", "2"], "row 1 holds '\\+1', which as a number would lose"),
        (["", "1", "n.d."], "row 3 holds 'n.d.', which is not a number; correct the cell, or --type x=text"),
        (["1,5", "2"], "row 1 holds '1,5'"),
        (["2014-01-02", "2014-02-30"], "1 of the 2 cells looked at are dates: row 2 holds '2014-02-30', which is no"),
        (["2014-01-02", "2014-01"], "row 2 holds '2014-01', which is not a date"),
        (["2014-01-02", "7"], "1 of the 2 cells looked at are numbers: row 1 holds '2014-01-02'"),
    ],
)
def test_no_column_becomes_text_in_silence(made, values: list[str], words: str) -> None:  # type: ignore[no-untyped-def]
    found = content(made("key,x\n" + "".join(f'k,"{value}"\n' for value in values)))
    assert [one.column for one in found.mixed] == ["x"]
    assert re.match(f"column x is text, though .*{words}", found.mixed[0].words)


@pytest.mark.parametrize("values", [["x", "y"], ["1", "-0", ".5"], ["", "."], ["NA"], ["2014-01-02"]])
def test_columns_that_are_all_of_a_kind_are_not_spoken_of(made, values: list[str]) -> None:  # type: ignore[no-untyped-def]
    assert not content(made("key,x\n" + "".join(f'k,"{value}"\n' for value in values))).mixed


@pytest.mark.parametrize(("many", "last", "row"), [("7", "NA", 100_001), ("NA", "7", 1), ("2014-01-02", "x", 100_001)])
def test_a_single_cell_far_down_is_named(made, many: str, last: str, row: int) -> None:  # type: ignore[no-untyped-def]
    found = content(made(f"key,x\n{f'k,{many}{chr(10)}' * 100_000}k,{last}\n"))
    assert [(one.column, one.row) for one in found.mixed] == [("x", row)]


def test_one_table_has_one_content_however_its_numbers_are_written(made) -> None:  # type: ignore[no-untyped-def]
    plain = content(made("a,b\n0,0.5\n2.5,0.0001\n,7\n"))
    assert content(made("a,b\n-0,.5\n2.50,1E-04\n.,7.\n", "other.csv")).root == plain.root


def test_line_endings_and_a_byte_order_mark_are_no_content(made) -> None:  # type: ignore[no-untyped-def]
    plain = content(made("a,b\n1,x\n2,y\n3,z\n"))
    assert content(made("a,b\r\n1,x\n2,y\r3,z", "mixed.csv")) == plain
    assert content(made(b"\xef\xbb\xbfa,b\n1,x\n\n2,y\n3,z\n\n", "bom.csv")) == plain
    assert content(made('"a";"b"\n1;x\n2;y\n3;z\n', "semicolons.csv"), delimiter=";") == plain
    assert content(made("a\tb\n1\tx\n2\ty\n3\tz\n", "tabs.tsv")) == plain


def test_cells_in_quotes_keep_what_they_hold(made) -> None:  # type: ignore[no-untyped-def]
    path = made('a,b\n"x\r\ny","say ""ah"", then"\n')
    assert rows(path) == [["x\r\ny", 'say "ah", then']]


def test_blank_text_is_missing_and_spaces_at_the_end_are_nothing(made) -> None:  # type: ignore[no-untyped-def]
    assert rows(made('a,b\n"",x\n,x \n"  ",x  \n')) == [[None, "x"]] * 3


def test_composed_and_decomposed_letters_are_different_content(made) -> None:  # type: ignore[no-untyped-def]
    assert content(made("a\n\u00e9\n")).root != content(made("a\ne\u0301\n", "nfd.csv")).root


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ("", "is empty"),
        ("a,b\n1,2\n1\n", r"line 3 has 1 cells, but there are 2 columns"),
        ("a,b\n1,2,3\n", r"line 2 has 3 cells"),
        ("a,a\n1,2\n", r"columns 1 and 2 are both called 'a'"),
        ("a,\n1,2\n", r"column 2 has no name"),
        (b"a,b\n1,caf\xe9\n", r"line 2 holds the byte 0xe9, which is not UTF-8: state the encoding"),
        (b"caf\xe9,b\n1,2\n", r"not UTF-8: byte 0xe9 in its first line"),
    ],
)
def test_what_is_no_table_is_refused(made, data: bytes | str, problem: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(FailedError, match=problem):
        content(made(data))


def test_a_forgotten_delimiter_is_asked_for(made) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UsageError, match="is --delimiter ';' meant"):
        content(made("a;b\n1;2\n"))
    with pytest.raises(UsageError, match="no encoding 'latin-99'"):
        content(made("a,b\n1,2\n"), encoding="latin-99")


def test_other_encodings_have_the_same_content(made) -> None:  # type: ignore[no-untyped-def]
    path = made("a,b\n1,café\n".encode("cp1252"), "old.csv")
    assert content(path, encoding="windows-1252") == content(made("a,b\n1,café\n"))


def test_under_a_schema_text_is_read_as_the_column_says(made) -> None:  # type: ignore[no-untyped-def]
    path = made("a,b,c,d\n007,007,9007199254740993,1.10\n")
    assert rows(path, schema(a="text", b="number", c="integer", d="decimal2")) == [
        ["007", 7, "9007199254740993", "1.10"]
    ]
    with pytest.raises(FailedError, match=r"row 1, column c holds '9007199254740993', which a double does not keep"):
        content(path, schema(a="text", b="number", c="number", d="number"))
    with pytest.raises(FailedError, match=r"row 1, column d holds '1.10', which is not a whole number"):
        content(path, schema(a="text", b="number", c="integer", d="decimal0"))


def test_a_table_without_rows_has_the_schema_as_its_only_leaf(made) -> None:  # type: ignore[no-untyped-def]
    found = content(made("a,b\n"))
    assert found.rows == 0 and found.root == found.schema.leaf()


@pytest.mark.parametrize("text", ["a,b\n", "a,b"])
def test_names_alone_are_a_table_of_no_rows_with_or_without_a_line_end(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text)
    found = content(path)
    assert ([one.name for one in found.schema.columns], found.rows) == (["a", "b"], 0)
