"""Parquet, Excel and SAS7BDAT: what each form holds becomes the same cells."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tables import content, rows, schema

from trialseal.errors import FailedError, UsageError
from trialseal.tables import sheets
from trialseal.tables.reading import open_table

# ----- Parquet -----


def parquet(path: Path, **columns: Any) -> Path:
    pq.write_table(pa.table(columns), path)
    return path


def test_parquet_types(tmp_path: Path) -> None:
    path = parquet(
        tmp_path / "t.parquet",
        text=pa.array(["a ", None, ""]).dictionary_encode(),
        whole=pa.array([1, None, 3], pa.int32()),
        large=pa.array([1, None, 2**53 + 1], pa.int64()),
        real=pa.array([1.5, float("nan"), -0.0]),
        single=pa.array([0.1, None, 2.0], pa.float32()),
        money=pa.array([Decimal("1.10"), None, Decimal("-0.05")], pa.decimal128(10, 2)),
        yes=pa.array([True, None, False]),
        day=pa.array([date(2014, 1, 2), None, date(1, 1, 1)]),
        moment=pa.array([datetime(2014, 1, 2, 3, 4, 5, 670_000), None, datetime(1960, 1, 1)]),
        zoned=pa.array([datetime(2014, 1, 2, 3, 4, 5), None, None], pa.timestamp("ns", "Europe/Berlin")),
        clock=pa.array([time(8, 30), None, time(0, 0, 0, 5)], pa.time64("us")),
        nothing=pa.nulls(3),
    )
    assert [one.type for one in content(path).schema.columns] == [
        "text", "number", "integer", "number", "number", "decimal", "boolean", "date", "datetime", "datetime", "time",
        "text",
    ]  # fmt: skip
    assert rows(path) == [
        ["a", 1, "1", 1.5, 0.10000000149011612, "1.10", True, "2014-01-02", "2014-01-02T03:04:05.67",
         "2014-01-02T03:04:05Z", "08:30:00", None],
        [None, None, None, "NaN", None, None, None, None, None, None, None, None],
        [None, 3, "9007199254740993", 0, 2, "-0.05", False, "0001-01-01", "1960-01-01T00:00:00", None,
         "00:00:00.000005", None],
    ]  # fmt: skip


def test_nan_is_not_missing(tmp_path: Path) -> None:
    nan = parquet(tmp_path / "nan.parquet", x=pa.array([float("nan")]))
    null = parquet(tmp_path / "null.parquet", x=pa.array([None], pa.float64()))
    assert content(nan).root != content(null).root


def test_parquet_that_is_no_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FailedError, match="column x is of Parquet's type list"):
        content(parquet(tmp_path / "list.parquet", x=pa.array([[1]])))
    with pytest.raises(FailedError, match="column x is of Parquet's type binary"):
        content(parquet(tmp_path / "binary.parquet", x=pa.array([b"x"])))
    whole = parquet(tmp_path / "whole.parquet", x=pa.array(range(10_000))).read_bytes()
    for size in (0, 3, len(whole) // 2, len(whole) - 1):
        (tmp_path / "cut.parquet").write_bytes(whole[:size])
        with pytest.raises(FailedError, match="not a whole Parquet file"):
            content(tmp_path / "cut.parquet")


# ----- Excel -----


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    def make(*lines: list[Any], sheet: str = "Data") -> Path:
        book = openpyxl.Workbook()
        assert book.active is not None
        book.active.title = sheet
        for line in lines:
            book.active.append(line)
        book.create_sheet("Notes").append(["x"])
        book.save(tmp_path / "t.xlsx")
        return tmp_path / "t.xlsx"

    return make


def test_excel_types(workbook: Callable[..., Path]) -> None:
    path = workbook(
        ["text", "code", "number", "yes", "day", "moment", "clock", "mixed"],
        ["a ", "007", 1.5, True, date(2014, 1, 2), datetime(2014, 1, 2, 3, 4, 5), time(8, 30), 1],
        [],
        [None, None, 7, False, None, datetime(2014, 1, 3), timedelta(hours=100), "x"],
        [],
    )
    assert content(path).schema == schema(
        text="text", code="text", number="number", yes="boolean", day="date", moment="datetime", clock="time",
        mixed="text",
    )  # fmt: skip
    assert rows(path) == [
        ["a", "007", 1.5, True, "2014-01-02", "2014-01-02T03:04:05", "08:30:00", "1"],
        [None] * 8,
        [None, None, 7, False, None, "2014-01-03T00:00:00", "100:00:00", "x"],
    ]
    assert rows(path, sheet="Notes") == []
    with pytest.raises(UsageError, match="no sheet Other: it has Data, Notes"):
        content(path, sheet="Other")


def test_excel_that_is_no_table_is_refused(workbook: Callable[..., Path], tmp_path: Path) -> None:
    for lines, problem in (
        ([["a", "b"], [1, "=A2*2"]], "row 2, column 2 holds a formula without its result"),
        ([["a", "a"], [1, 2]], "columns 1 and 2 are both called 'a'"),
        ([["a", None, "c"], [1, 2, 3]], "column 2 has no name"),
        ([["a"], [1, 2]], "row 2 has a cell beyond its 1 named columns"),
        ([["a", 2], [1, 2]], "the name of column 2 is 2"),
    ):
        with pytest.raises(FailedError, match=problem):
            content(workbook(*lines))
    with pytest.raises(UsageError, match="its first sheet, Data, is empty; --sheet takes another, of Notes"):
        content(workbook())
    with pytest.raises(FailedError, match="the sheet is empty"):
        content(workbook(), sheet="Data")
    whole = workbook(["a"], [1]).read_bytes()
    for data in (b"", whole[: len(whole) // 2], b"PK\3\4 no workbook"):
        (tmp_path / "cut.xlsx").write_bytes(data)
        with pytest.raises(FailedError, match="not a whole Excel workbook"):
            content(tmp_path / "cut.xlsx")


def test_excel_says_which_cell_makes_a_column_text(workbook: Callable[..., Path]) -> None:
    path = workbook(["n", "dot", "day", "t"], [1, 2.5, date(2014, 1, 2), "x"], ["NA", ".", "unknown", "y"], [3, 4])
    assert [one.type for one in content(path).schema.columns] == ["text", "number", "text", "text"]
    sheet, n, day = open_table(path).notes
    assert sheet == "of its 2 sheets this is Data alone; --sheet takes another, of Notes"
    assert "column n is text, though 2 of the 3 cells looked at are numbers: row 2 holds 'NA'; --missing NA" in n
    assert "column day is text, though 1 of the 2 cells looked at are dates: row 2 holds 'unknown'" in day
    assert [one.type for one in content(path, missing=("NA", "unknown")).schema.columns][:3] == [
        "number", "number", "date",
    ]  # fmt: skip
    assert rows(path, missing=("NA", "unknown"))[1] == [None, None, None, "y"]


def test_excel_with_rows_above_the_names(workbook: Callable[..., Path]) -> None:
    path = workbook(["A report"], [], ["a", "b"], [1, 2])
    assert rows(path, names_row=3) == [[1, 2]]
    with pytest.raises(UsageError, match="has no names in row 9: correct --names-row"):
        rows(path, names_row=9)
    for above in ([["A report"]], [[]], [["A report"], ["of 2014", "by us"], []]):
        place = len(above) + 1
        with pytest.raises(UsageError, match=f"if row {place} holds the names, say --names-row {place}"):
            rows(workbook(*above, ["a", "b", "c"], [1, 2, 3]))
    with pytest.raises(FailedError, match="give every column a name, or say with --names-row"):
        rows(workbook(["a"], [1, 2, 3], [4, 5, 6]))


# ----- SAS7BDAT -----


def test_a_workbook_in_the_strict_form_is_named(workbook: Callable[..., Path], tmp_path: Path) -> None:
    strict = tmp_path / "strict.xlsx"
    with zipfile.ZipFile(workbook(["A"], [1])) as source, zipfile.ZipFile(strict, "w") as target:
        for part in source.namelist():
            data = source.read(part)
            for transitional, iso in (
                (
                    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                    b"http://purl.oclc.org/ooxml/spreadsheetml/main",
                ),
                (
                    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                    b"http://purl.oclc.org/ooxml/officeDocument/relationships",
                ),
            ):
                data = data.replace(transitional, iso)
            target.writestr(part, data)
    with pytest.raises(FailedError, match="Strict Open XML Spreadsheet"):
        content(strict)


def test_other_endings_are_refused(tmp_path: Path) -> None:
    (tmp_path / "t.docx").write_bytes(b"x")
    with pytest.raises(UsageError, match="has an ending of no known table"):
        open_table(tmp_path / "t.docx")
    with pytest.raises(UsageError, match="does not exist"):
        open_table(tmp_path / "t.csv")


def test_parquet_is_read_piece_by_piece(tmp_path: Path) -> None:
    path = parquet(tmp_path / "t.parquet", a=pa.array(range(30_000)), b=pa.array(["x"] * 30_000).dictionary_encode())
    pq.write_table(pq.read_table(path), tmp_path / "groups.parquet", row_group_size=1000)
    assert content(tmp_path / "groups.parquet") == content(path)


# ----- what is damaged or hostile -----


def test_text_in_parquet_that_is_no_utf_8_is_named(tmp_path: Path) -> None:
    values = pa.array([b"ok", b"caf\xe9"])
    text = pa.Array.from_buffers(pa.string(), 2, values.buffers())
    with pytest.raises(FailedError, match=r"row 2, column a holds the byte 0xe9, which is not UTF-8"):
        content(parquet(tmp_path / "t.parquet", a=text))


def rewritten(path: Path, part: str, text: bytes) -> Path:
    """A workbook with one part of it replaced."""
    book = openpyxl.Workbook()
    book.active.append(["a"])
    book.active.append([1])
    book.save(path)
    with zipfile.ZipFile(path) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (parts | {part: text}).items():
            archive.writestr(name, data)
    return path


SHEET = b"""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>%s</sheetData></worksheet>"""


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (b'<row r="2"><c r="A2"><v>1x</v></c></row>', "its sheet is damaged"),
        (b'<row r="2"><c r="A2" t="s"><v>77</v></c></row>', "its sheet is damaged"),
        (b'<row r="2"><c r="ZZZZZ2"><v>1</v></c></row>', "its sheet is damaged"),
        (b'<row r="2"><c', "damaged|not a whole Excel workbook"),
        (b'<row r="99999999"><c r="A99999999"><v>1</v></c></row>', "a row beyond 4,096"),
        (b"<!--" + b" " * (40 << 20) + b"-->", "is not read: it would unpack to 40 MiB"),
    ],
    ids=["number", "shared text", "place", "cut short", "row", "unpacked"],
)
def test_a_damaged_or_hostile_workbook_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: bytes, problem: str
) -> None:
    monkeypatch.setattr(sheets, "MAX_ROWS", 1 << 12)
    with pytest.raises(FailedError, match=problem):
        content(rewritten(tmp_path / "t.xlsx", "xl/worksheets/sheet1.xml", SHEET % row))


def test_shared_texts_that_would_fill_the_memory_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_SHARED_BYTES", 1 << 16)
    with pytest.raises(FailedError, match="is not read: it would unpack"):
        content(rewritten(tmp_path / "t.xlsx", "xl/sharedStrings.xml", b"<si/>" * (1 << 14)))


@pytest.mark.parametrize("encoding", ["latin-99", "rot13", "hex", "a\0b"])
def test_an_encoding_that_is_none_is_refused(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "t.xpt"
    path.touch()
    with pytest.raises(UsageError, match="there is no encoding"):
        content(path, encoding=encoding)
