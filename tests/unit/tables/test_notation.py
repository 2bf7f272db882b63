"""Files of other habits: what is stated is read so and kept; what is not, is told with the option that reads it."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import content, rows, schema

from trialseal.errors import FailedError, UsageError
from trialseal.tables import sealing
from trialseal.tables.cells import from_text
from trialseal.tables.notation import Notation
from trialseal.tables.reading import open_table
from trialseal.tables.schema import Column
from trialseal.tables.table import Reading

PLAIN = "id,w,day,note\nA-1,72.5,2026-11-27,1.5\nA-2,80,2026-12-01,x\n"
EUROPEAN = "id;w;day;note\nA-1;72,5;27.11.2026;1.5\nA-2;80,0;1.12.2026;x\n"
STATED = {"delimiter": ";", "decimal": ",", "dates": "dmy"}


def file(folder: Path, text: str | bytes, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_a_european_table_has_the_content_of_the_plain_one(tmp_path: Path) -> None:
    european = content(file(tmp_path, EUROPEAN), **STATED)
    assert european.root == content(file(tmp_path, PLAIN, "plain.csv")).root
    assert [one.type for one in european.schema.columns] == ["text", "number", "date", "text"]


def test_without_the_statements_it_is_told_which_to_make(tmp_path: Path) -> None:
    path = file(tmp_path, EUROPEAN)
    with pytest.raises(UsageError, match="is --delimiter ';' meant"):
        open_table(path)
    told = {one.column: one.words for one in content(path, delimiter=";").mixed}
    assert "row 1 holds '72,5'; --decimal , reads them so" in told["w"]
    assert "row 1 holds '27.11.2026'; --dates dmy reads them so" in told["day"]


@pytest.mark.parametrize(
    ("dates", "options"),
    [
        (["27.11.2026", "1.12.2026"], "--dates dmy reads"),
        (["11/27/2026", "12/1/2026"], "--dates mdy reads"),
        (["1/2/2026", "3/4/2026"], "--dates dmy or --dates mdy reads"),
    ],
)
def test_which_order_dates_may_have(tmp_path: Path, dates: list[str], options: str) -> None:
    (one,) = content(file(tmp_path, "id,day\n" + "".join(f"k,{date}\n" for date in dates))).mixed
    assert options in one.words


@pytest.mark.parametrize(
    ("text", "kind", "cell"),
    [
        ("72,5", "number", "72.5"),
        (",5", "number", "0.5"),
        ("-0,0", "number", "0"),
        ("1,50", "decimal", '"1.5"'),
        ("7", "number", "7"),
        ("1,5e3", "number", "1500"),
        ("27.11.2026", "date", '"2026-11-27"'),
        ("1/2/2026", "date", '"2026-02-01"'),
        ("2026-11-27", "date", '"2026-11-27"'),
        ("27.11.2026 10:30", "datetime", '"2026-11-27T10:30:00"'),
        ("72,5", "text", '"72,5"'),
        ("27.11.2026", "text", '"27.11.2026"'),
    ],
)
def test_cells(text: str, kind: str, cell: str) -> None:
    column, notation = Column("x", kind), Notation(",", "dmy")  # type: ignore[arg-type]
    assert from_text(text if kind == "text" else notation.plain(text), column) == cell


@pytest.mark.parametrize("cell", ["1.234", "1.234,5", "32.1.2026", "1.2.26"])
def test_what_the_notation_does_not_have_is_refused_and_never_another_number(tmp_path: Path, cell: str) -> None:
    path = file(tmp_path, f"id;x\nk;{cell}\n")
    kind = "number" if cell.startswith("1.234") else "date"
    with pytest.raises(FailedError, match="row 1, column x holds"):
        content(path, schema(id="text", x=kind), **STATED)
    assert content(path, **STATED).schema.columns[1].type == "text"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_double_is_read_back_from_its_text_with_a_comma(value: float) -> None:
    column = Column("x", "number")
    assert from_text(Notation(",").plain(repr(value).replace(".", ",")), column) == from_text(repr(value), column)


def test_words_that_stand_for_nothing(tmp_path: Path) -> None:
    path = file(tmp_path, "id,x,t\nk,1,NA\nk,NA,NAN\nNA,-99, NA \n")
    assert rows(path, missing=("NA", "-99")) == [["k", 1, None], ["k", None, "NAN"], [None, None, None]]
    assert content(path, missing=("NA", "-99")).schema.columns[1].type == "number"


def test_a_seal_keeps_how_the_file_was_read(tmp_path: Path) -> None:
    path = file(tmp_path, EUROPEAN + "NA;NA;NA;NA\n")
    stated = Reading(**STATED, missing=("NA",))  # type: ignore[arg-type]
    table = open_table(path, stated)
    sealed = sealing.keep(sealing.make(table, reading=table.reading), tmp_path / "t.csv.seal.json")
    assert sealed.reading == stated
    assert sealed.document["reading"] == {**STATED, "missing": ["NA"]}


@pytest.mark.parametrize("name", ["t.tsv", "t.txt", "t.xls", "t.dat"])
def test_text_between_tabs_whatever_its_ending(tmp_path: Path, name: str) -> None:
    """As secuTrial exports it: every line ends with a tab, and the file may be called .xls."""
    path = file(tmp_path, '"pid"\t"age"\t\n"1"\t"50"\t\n', name)
    assert rows(path, form="tsv") == [[1, 50]]
    if name != "t.dat":
        assert rows(path) == [[1, 50]]


def test_a_column_without_a_name_that_says_something_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FailedError, match="column 3 has no name, but its row 2 holds 'x'"):
        rows(file(tmp_path, "a,b,\n1,2,\n3,4,x\n"))


def test_row_names_as_r_writes_them(tmp_path: Path) -> None:
    path = file(tmp_path, '"","a"\n' + "".join(f'"{number}",{number}.5\n' for number in range(1, 20_001)))
    assert rows(path)[19_999] == [20_000.5]
    assert "numbers the rows: it is left out" in open_table(path).notes[0]
    with pytest.raises(FailedError, match="column 1 has no name and does not number the rows: row 2 holds '3'"):
        rows(file(tmp_path, '"","a"\n"1",1\n"3",2\n'))
    with pytest.raises(FailedError, match="each row may begin with R's row names"):
        rows(file(tmp_path, '"a" "b"\n"1" 1 2\n', "w.txt"), delimiter=" ")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_with_its_mark(tmp_path: Path, encoding: str) -> None:
    text = "\ufeffa,b\r\n1,é\r\n" + "2,x\r\n" * 50_000
    path = file(tmp_path, text.encode(encoding))
    table = open_table(path)
    assert (table.reading.encoding, table.schema.names) == ("utf-16", ["a", "b"])
    assert len(rows(path)) == 50_001 and rows(path)[0] == [1, "é"]


def test_names_further_down(tmp_path: Path) -> None:
    path = file(tmp_path, "Export of today\n\na,b\n1,2\n")
    assert rows(path, names_row=3) == [[1, 2]]
    with pytest.raises(UsageError, match="is --names-row 3 meant"):
        rows(path)
    for wrong, sentence in ((0, "counts from 1"), (9, "correct --names-row")):
        with pytest.raises(UsageError, match=sentence):
            rows(path, names_row=wrong)


@pytest.mark.parametrize("ending", [".xlsb", ".fods", ".rds"])
def test_what_is_not_read_is_told_what_to_do_instead(tmp_path: Path, ending: str) -> None:
    path = file(tmp_path, bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 100, f"t{ending}")
    with pytest.raises(UsageError, match="is of a form that is not read: (save|export)"):
        open_table(path)


def test_a_workbook_with_a_password(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="protected by a password"):
        open_table(file(tmp_path, bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 100, "t.xlsx"))


def test_a_form_that_there_is_not(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--format pdf is not a form of tables"):
        open_table(file(tmp_path, PLAIN), Reading(form="pdf"))


def test_marks_before_every_cell_are_none_of_it(tmp_path: Path) -> None:
    """As secuTrial writes UTF-16."""
    text = '\ufeff"a"\ufeff\t\ufeff"b"\ufeff\n\ufeff"1"\ufeff\t\ufeff"é"\ufeff\n'
    path = file(tmp_path, codecs.BOM_UTF16_LE + text.encode("utf-16-le")[2:], "t.xls")
    assert open_table(path).schema.names == ["a", "b"]
    assert rows(path) == [[1, "é"]]


def test_a_line_of_names_that_ends_with_a_delimiter_unlike_the_rows(tmp_path: Path) -> None:
    path = file(tmp_path, '"a"\t"b\nc"\t""\n"1"\t"2"\n"3"\t"4"\n', "t.txt")
    assert open_table(path).schema.names == ["a", "b\nc"]
    assert rows(path) == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("Study\tX\n\na\tb\tc\n1\t2\t3\n", FailedError, "say --names-row 3"),
        ("Study X\n\na\tb\tc\n1\t2\t3\n", UsageError, r"is --names-row 3 --delimiter \$'.t' meant"),
        ("Study X\na;b\n1;2\n", UsageError, "is --names-row 2 --delimiter ';' meant"),
        ("a,b\n1,2,\n", FailedError, "it ends with a delimiter that other lines lack"),
        ("a,b\n" + "1,2\n" * 50 + "x,y,z\n", FailedError, "it is cut short, or a cell holds the delimiter"),
    ],
)
def test_titles_above_the_names_are_told(tmp_path: Path, text: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        content(file(tmp_path, text))
    assert rows(file(tmp_path, "a\nx; y\nx; z\n"), delimiter=",") == [["x; y"], ["x; z"]]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["1,234.50", "2,000.00"], "marks between thousands: row 1 holds '1,234.50'; export them without such marks"),
        (["1.234,50", "12"], "marks between thousands: row 1 holds '1.234,50'"),
        (["7", "1 234", "2'500.5"], "marks between thousands: row 2 holds '1 234'"),
        (["1\u202f234,5", "2\u00a0000"], "marks between thousands: row 1"),
        (["1,234,567", "12,000"], "marks between thousands: row 1 holds '1,234,567'"),
        (
            ["1,234", "12,000"],
            "--decimal , reads them so if the comma stands before decimals, and not between thousands",
        ),
        (["1,234", "12,0"], "numbers with a comma: row 1 holds '1,234'; --decimal , reads them so, or --type"),
    ],
)
def test_marks_between_thousands_are_told_apart_from_commas_before_decimals(
    tmp_path: Path, cells: list[str], words: str
) -> None:
    path = file(tmp_path, "a\tb\n" + "".join(f"{cell}\tx\n" for cell in cells), "t.tsv")
    [told] = content(path).mixed
    assert words in told.words


@pytest.mark.parametrize("cells", [["1,23,4", "x"], ["1.23,4", "12.345.6"], ["A 123", "B 456"]])
def test_other_texts_with_digits_are_text(tmp_path: Path, cells: list[str]) -> None:
    path = file(tmp_path, "a\tb\n" + "".join(f"{cell}\tx\n" for cell in cells), "t.tsv")
    assert not content(path).mixed


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (b"%PDF-1.7\n", "a PDF file, whatever its name says: export the table as CSV"),
        (b"PK\x03\x04\x14\0", "say --format xlsx or --format ods"),
        (bytes.fromhex("d0cf11e0a1b11ae1"), "say --format xls"),
        (b"PAR1\x15\4", "say --format parquet"),
        (b"HEADER RECORD*******LIBV8", "say --format xpt"),
        (bytes(12) + bytes.fromhex("c2ea8160b31411cf"), "say --format sas7bdat"),
        (b"$FL2@(#) SPSS", "say --format sav"),
        (b"$FL3@(#) SPSS", "say --format zsav"),
        (b"<stata_dta><header>", "say --format dta"),
        (b"\x1f\x8b\x08\0", "unpack it first"),
        (b'<?xml version="1.0"?><ODM>', "is HTML or XML, whatever its name says"),
        (b"\xef\xbb\xbf\n <html>", "is HTML or XML, whatever its name says"),
        (b'{"a": 1}\n', "is JSON, whatever its name says"),
        (b'[\n {"a": 1}]', "is JSON, whatever its name says"),
        ("id,a\n1,2\n".encode("utf-16-le"), "is --encoding utf-16-le meant"),
        ("id,Zoë\n1,2\n".encode("utf-16-be"), "is --encoding utf-16-be meant"),
    ],
)
@pytest.mark.parametrize("name", ["t.csv", "t.txt"])
def test_what_begins_as_something_else_does_is_no_text(tmp_path: Path, name: str, start: bytes, words: str) -> None:
    with pytest.raises(UsageError, match=re.escape(words)):
        open_table(file(tmp_path, start, name))


@pytest.mark.parametrize("text", ["PK,a\n1,2\n", "PAR1,b\n1,2\n", "[a],b\n1,2\n", "{x},b\n1,2\n", "%,b\n1,2\n"])
def test_names_that_begin_alike_are_names(tmp_path: Path, text: str) -> None:
    assert len(open_table(file(tmp_path, text)).schema.columns) == 2
    assert len(open_table(file(tmp_path, text, "t.xls")).schema.columns) == 2


def test_text_is_read_as_its_form_says(tmp_path: Path) -> None:
    path = file(tmp_path, '{"a": 1},b\nx,2\n')
    assert len(open_table(path, Reading(form="csv")).schema.columns) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Export of 2024,,\nid,a,b\n1,2,3\n", "is --names-row 2 meant"),
        ("Trial,,\n,,\nid,a,b\n1,2,3\n", "is --names-row 3 meant"),
        ("id   age   arm\n1    44    A\n", "names that blanks keep apart"),
    ],
)
def test_titles_and_tables_lined_up_by_blanks_are_told(tmp_path: Path, text: str, words: str) -> None:
    path = file(tmp_path, text)
    with pytest.raises(UsageError, match=words):
        open_table(path)


def test_one_column_whose_name_has_blanks_is_read_as_stated(tmp_path: Path) -> None:
    path = file(tmp_path, "a  b\nx\n")
    assert [one.name for one in open_table(path, Reading(delimiter=",")).schema.columns] == ["a  b"]
