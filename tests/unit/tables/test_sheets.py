"""Spreadsheets beside .xlsx: old workbooks and OpenDocument, whose cells are those of the same table elsewhere."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
import pytest
from tables import content, rows, schema

from trialseal.errors import FailedError, UsageError
from trialseal.tables.reading import open_table

# Written by xlwt 1.3.0, the second with dates that count from 1904: CELLS, and a sheet 'Größe' with one cell.
OLD = [Path(__file__).parent / "files" / name for name in ("old.xls", "old1904.xls")]
UNDER = schema(ID="text", X="number", D="date", T="datetime", C="time", B="boolean")
CELLS = [
    ["a", 0.1, "2014-01-02", "2014-01-02T03:04:05", "08:30:00", True],
    [None] * 6,
    ["é", -3, "2020-02-29", "2020-02-29T23:59:59", "25:00:00", False],
]
NAMES = "".join(f'<c office:value-type="string"><p>{name}</p></c>' for name in UNDER.names)
ROWS = [
    f"<row>{NAMES}</row>",
    '<row><c office:value-type="string"><p>a </p><office:annotation><p>a note</p></office:annotation></c>'
    '<c office:value-type="float" office:value="0.1"><p>0,1</p></c>'
    '<c office:value-type="date" office:date-value="2014-01-02"/>'
    '<c office:value-type="date" office:date-value="2014-01-02T03:04:05.000000000"/>'
    '<c office:value-type="time" office:time-value="PT08H30M00S"/>'
    '<c office:value-type="boolean" office:boolean-value="true"/></row>',
    '<row><c table:number-columns-repeated="16384"/></row>',
    '<row><c office:value-type="string"><p>é</p></c><c office:value-type="float" office:value="-3"/>'
    '<c office:value-type="date" office:date-value="2020-02-29"/>'
    '<c office:value-type="date" office:date-value="2020-02-29T23:59:59"/>'
    '<c office:value-type="time" office:time-value="P1DT1H00M00S"/>'
    '<c office:value-type="boolean" office:boolean-value="false"/></row>',
    '<row table:number-rows-repeated="1048570"><c table:number-columns-repeated="16384"/></row>',
]


def ods(path: Path, rows_: list[str], *, manifest: str = "", start: str = "") -> Path:
    """A spreadsheet of these rows, in which row, c and p stand for the long names, and of a second sheet."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    xml = "".join(rows_)
    for short, long in (("row", "table:table-row"), ("c", "table:table-cell"), ("p", "text:p")):
        for mark in (f"<{short} ", f"<{short}>", f"</{short}>", f"<{short}/>"):
            xml = xml.replace(mark, mark.replace(short, long))
    other = '<table:table table:name="Größe"><table:table-row/></table:table>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
        body = f'<table:table table:name="Labs">{xml}</table:table>{other}'
        file.writestr("content.xml", f"{start}<office:document-content {spaces}>{body}</office:document-content>")
    return path


@pytest.mark.parametrize("path", OLD, ids=["1900", "1904"])
def test_old_workbooks(path: Path) -> None:
    table = open_table(path)
    assert (table.form, table.schema) == ("Excel 97-2003", UNDER)
    assert rows(path) == CELLS
    assert rows(path, sheet="Größe") == [[7]]
    assert any("--sheet takes another, of Größe" in note for note in open_table(path).notes)
    with pytest.raises(UsageError, match="has no sheet x: it has Labs, Größe"):
        content(path, sheet="x")


def test_open_document(tmp_path: Path) -> None:
    path = ods(tmp_path / "t.ods", ROWS)
    assert open_table(path).schema == UNDER
    assert rows(path) == CELLS
    assert content(path).root == content(OLD[0]).root
    with pytest.raises(FailedError, match="the sheet is empty"):
        content(path, sheet="Größe")


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("<p>a  b\n c</p>", "a b c"),
        ('<p>a<text:s text:c="3"/>b<text:tab/><text:span>c</text:span>d</p>', "a   b\tcd"),
        ("<p>one</p><p>two<text:line-break/>three</p>", "one\ntwo\nthree"),
        (f"<p>{escape('<&>')}</p>", "<&>"),
        ("<p>#N/A</p>", "#N/A"),
        ("<p>a<office:annotation><p>a note</p></office:annotation>b</p>", "ab"),
        ('<p>a</p><table:table><row><c office:value-type="string"><p>within</p></c></row></table:table>', "a"),
    ],
)
def test_text_of_open_document(tmp_path: Path, inner: str, text: str) -> None:
    name = '<row><c office:value-type="string"><p>A</p></c></row>'
    path = ods(tmp_path / "t.ods", [name, f'<row><c office:value-type="string">{inner}</c></row>'])
    assert rows(path) == [[text]]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ('<row><c office:value-type="float" office:value="x"/></row>', "a cell that cannot be read"),
        ('<row><c office:value-type="float"/></row>', "a cell that cannot be read"),
        ('<row><c office:value-type="time" office:time-value="1:30"/></row>', "'1:30' is no time"),
        ('<row><c table:formula="of:=1/0"/></row>', "a formula has no result"),
        ("<row><c", "not a whole OpenDocument"),
        (
            '<row table:number-rows-repeated="99999999"><c office:value-type="string"><p>a</p></c></row>',
            "a row beyond 1,048,576",
        ),
        (
            '<row><c table:number-columns-repeated="99999999" office:value-type="string"><p>a</p></c></row>',
            "row 2 has a cell beyond its 1 named columns",
        ),
    ],
    ids=["number", "no number", "time", "formula", "cut", "rows", "columns"],
)
def test_a_damaged_or_hostile_spreadsheet_is_refused(tmp_path: Path, row: str, problem: str) -> None:
    name = '<row><c office:value-type="string"><p>A</p></c></row>'
    with pytest.raises(FailedError, match=problem):
        content(ods(tmp_path / "t.ods", [name, row]))


def test_locked_and_other_files_are_told(tmp_path: Path) -> None:
    path = tmp_path / "t.ods"
    with pytest.raises(UsageError, match="protected by a password"):
        content(ods(path, ROWS, manifest="<manifest:encryption-data/>"))
    with pytest.raises(FailedError, match="declares a document type"):
        content(ods(path, ROWS, start='<!DOCTYPE x [<!ENTITY e "e">]>'))
    for data in (b"", b"PK\3\4", path.read_bytes()[:-100]):
        path.write_bytes(data)
        with pytest.raises(FailedError, match="is not a whole OpenDocument spreadsheet"):
            content(path)
    old = tmp_path / "t.xls"
    for data, error, words in (
        (OLD[0].read_bytes()[:3000], FailedError, r"is not a whole Excel workbook \(.xls\)"),
        (b"<html><table>", UsageError, "is HTML or XML, whatever its name says"),
        (b"\x09\x08\x08\0\0\x05\x05\0", UsageError, "is of a form that is not read"),
    ):
        old.write_bytes(data)
        with pytest.raises(error, match=words):
            content(old)


def test_what_is_called_xls_is_read_as_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "t.xls"
    path.write_text("A\tB, and more\n1\t2\n")
    assert rows(path) == [[1, 2]]
    assert open_table(path).reading.as_json() == {"delimiter": "\t"}
    book = openpyxl.Workbook()
    book.active.append(["A"])
    book.active.append([1])
    book.save(path)
    assert rows(path) == [[1]]
    book.save(tmp_path / "t.xlsm")
    assert rows(tmp_path / "t.xlsm") == [[1]]


def test_a_workbook_of_many_sheets_names_some(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for number in range(30):
        book.create_sheet(f"S{number}")
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(UsageError, match="S18 and 11 more"):
        content(tmp_path / "t.xlsx", sheet="x")


def test_an_old_workbook_with_wrong_bytes_is_refused_in_a_sentence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Some damage makes calamine's Rust code panic."""
    whole = OLD[0].read_bytes()
    path = tmp_path / "t.xls"
    refused = 0
    for place in range(0, len(whole), 97):
        path.write_bytes(whole[:place] + b"\xff\x7f" + whole[place + 2 :])
        try:
            content(path)
        except (FailedError, UsageError):
            refused += 1
    path.write_bytes(whole[:-2000])
    with pytest.raises(FailedError, match="is not a whole Excel workbook"):
        content(path)
    assert refused > 3 and capfd.readouterr().err == ""


@pytest.mark.parametrize(("state", "said"), [("visible", "Data alone;"), ("hidden", "Data alone, which is hidden;")])
def test_a_hidden_sheet_that_is_taken_is_told_as_hidden(tmp_path: Path, state: str, said: str) -> None:
    book = openpyxl.Workbook()
    first = book.worksheets[0]
    first.title = "Data"
    first.append(["id"])
    book.create_sheet("Seen").append(["id"])
    book.active = 1
    first.sheet_state = state  # type: ignore[assignment]
    book.save(tmp_path / "a.xlsx")
    assert open_table(tmp_path / "a.xlsx").notes[0] == f"of its 2 sheets this is {said} --sheet takes another, of Seen"
