"""SAS7BDAT, Stata and SPSS files: types, scales and missing values, and one content whatever program wrote a table."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from tables import content, real_tables, rows, schema

from trialseal.errors import FailedError, UsageError
from trialseal.tables import readstat, sas7bdat, spss, stata
from trialseal.tables.columns import row_forms
from trialseal.tables.reading import open_table
from trialseal.tables.schema import Column

NAN = float("nan")
# Days, seconds and seconds of a day since 1960: 2 January 2014, 03:04:05.5 of it, 08:30, and what lies before 1960.
DAYS, SECONDS, CLOCK = [19725.0, NAN, -1.0], [1704251045.5, NAN, -1.0], [30600.0, NAN, 90000.0]
FRAME = {"ID": ["a", "", "c c"], "X": [0.1, NAN, -1e-300], "N": [1.0, 2.0, -99.0]}
CELLS = [
    ["a", 0.1, 1, "2014-01-02", "2014-01-02T03:04:05.5", "08:30:00"],
    [None, None, 2, None, None, None],
    ["c c", -1e-300, -99, "1959-12-31", "1959-12-31T23:59:59", "25:00:00"],
]
TO_SPSS = 137_775 * 86_400
STATA = {"D": "%td", "T": "%tc", "C": "%tcHH:MM:SS"}
SPSS = {"D": "DATE11", "T": "DATETIME22", "C": "TIME8"}


def frame(form: str) -> pd.DataFrame:
    """The table as the program counts."""
    days, seconds, clock = np.array(DAYS), np.array(SECONDS), np.array(CLOCK)
    if form == "stata":
        seconds, clock = seconds * 1000, clock * 1000
    elif form == "spss":
        days, seconds = days * 86_400 + TO_SPSS, seconds + TO_SPSS
    return pd.DataFrame({**FRAME, "D": days, "T": seconds, "C": clock})


def written(path: Path) -> Path:
    """The table in a file of this name's form."""
    match path.suffix:
        case ".dta":
            pyreadstat.write_dta(frame("stata"), path, variable_format=STATA)
        case ".sav" | ".zsav":
            pyreadstat.write_sav(frame("spss"), path, variable_format=SPSS, compress=path.suffix == ".zsav")
        case ".por":
            pyreadstat.write_por(frame("spss"), path, variable_format=SPSS)
        case ".csv":
            lines = [",".join("" if cell is None else str(cell) for cell in row) for row in CELLS]
            path.write_text("\n".join(["ID,X,N,D,T,C", *lines, ""]), encoding="utf-8")
    return path


FORMS = ["t.dta", "t.sav", "t.zsav", "t.por", "t.csv"]


@pytest.mark.parametrize("name", FORMS)
def test_one_content_whatever_program_wrote_it(tmp_path: Path, name: str) -> None:
    under = schema(ID="text", X="number", N="number", D="date", T="datetime", C="time")
    path = written(tmp_path / name)
    assert rows(path, under) == CELLS
    if name != "t.csv":
        assert open_table(path).schema == under
        assert open_table(path).name == "t"
    assert content(path, under).root == content(written(tmp_path / "other.csv"), under).root


@pytest.mark.parametrize("version", [114, 117, 118, 119])
@pytest.mark.parametrize("order", ["<", ">"])
def test_stata_of_every_version_and_byte_order(tmp_path: Path, version: int, order: str) -> None:
    long = ["x" * 3000, "", "é" * 2100] if version >= 117 else ["x" * 244, "", "é"]
    table = pd.DataFrame({"ID": ["a", "b", "c"], "X": [0.5, NAN, -1e-300], "I": np.array([1, 2, 3], "int8"), "L": long})
    options: dict[str, Any] = {"convert_strl": ["L"]} if version >= 117 else {}
    if version == 118:
        table["Größe"] = np.array([0.1, 0, 0], "float32")
    table.to_stata(tmp_path / "t.dta", version=version, byteorder=order, write_index=False, **options)
    found = rows(tmp_path / "t.dta")
    assert [row[:4] for row in found] == [["a", 0.5, 1, long[0]], ["b", None, 2, None], ["c", -1e-300, 3, long[2]]]
    if version == 118:
        assert found[0][4] == 0.10000000149011612


def test_extended_missing_values_of_stata_are_those_of_sas(tmp_path: Path) -> None:
    table = pd.DataFrame({"X": [1.0, "a", NAN, "z"], "Y": ["b", "b", "b", "b"], "T": [0.0, "a", 1000.0, NAN]})
    missing = {"X": ["a", "z"], "Y": ["b"], "T": ["a"]}
    pyreadstat.write_dta(
        table, tmp_path / "t.dta", version=15, missing_user_values=missing, variable_format={"T": "%tc"}
    )
    assert rows(tmp_path / "t.dta", schema(X="number", Y="number", T="datetime")) == [
        [1, ".B", "1960-01-01T00:00:00"],
        [".A", ".B", ".A"],
        [None, ".B", "1960-01-01T00:00:01"],
        [".Z", ".B", None],
    ]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("%td", "date"),
        ("%tdDD/NN/CCYY", "date"),
        ("%-tdD_m_Y", "date"),
        ("%d", "date"),
        ("%dN/D/Y", "date"),
        ("%tc", "datetime"),
        ("%tcDDmonCCYY_HH:MM:SS", "datetime"),
        ("%-tcHh:MM_am", "time"),
        ("%tcHH:MM:SS.sss", "time"),
        ("%tC", "number"),
        ("%tCHH:MM", "number"),
        ("%tm", "number"),
        ("%ty", "number"),
        ("%9.0g", "number"),
        ("", "number"),
    ],
)
def test_types_by_the_formats_of_stata(name: str, kind: str) -> None:
    assert stata.type_of_format(name) == kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("EDATE10", "date"),
        ("QYR8", "date"),
        ("DATETIME22.3", "datetime"),
        ("DTIME", "time"),
        ("WKDAY3", "number"),
        ("MONTH", "number"),
        ("F8.2", "number"),
        ("", "number"),
    ],
)
def test_types_by_the_formats_of_spss(name: str, kind: str) -> None:
    assert spss.type_of_format(name) == kind


def test_what_users_of_spss_define_as_missing_is_kept_and_said(tmp_path: Path) -> None:
    ranges = {"N": [-99, {"lo": -1000, "hi": -500}], "ID": ["a"]}
    pyreadstat.write_sav(frame("spss"), tmp_path / "t.sav", missing_ranges=ranges, variable_format=SPSS)
    assert [row[2] for row in rows(tmp_path / "t.sav")] == [1, 2, -99]
    said = open_table(tmp_path / "t.sav").notes
    assert any("column N takes" in one and "-99" in one and "-1000 to -500" in one for one in said)
    assert any("column ID takes 'a' for missing" in one for one in said)
    read = rows(tmp_path / "t.sav", missing=("-99", "a", "0.10"))
    assert [row[:3] for row in read] == [[None, None, 1], [None, None, 2], ["c c", -1e-300, None]]


def test_half_a_day_makes_dates_numbers_of_days(tmp_path: Path) -> None:
    table = pd.DataFrame({"D": [TO_SPSS + 43_200.0, TO_SPSS + 86_400.0]})
    pyreadstat.write_sav(table, tmp_path / "t.sav", variable_format={"D": "ADATE10"})
    assert content(tmp_path / "t.sav").schema == schema(D="number")
    assert rows(tmp_path / "t.sav") == [[0.5], [1]]


@pytest.mark.parametrize("name", ["t.dta", "t.sav", "t.zsav", "t.por"])
def test_damaged_files_are_refused(tmp_path: Path, name: str) -> None:
    whole = written(tmp_path / name).read_bytes()
    path = tmp_path / f"damaged{Path(name).suffix}"
    words = "not a whole|cut short"
    for data in (b"", b"x" * 5000, whole[: len(whole) // 2], whole[:-200]):
        path.write_bytes(data)
        with pytest.raises(FailedError, match=words):
            content(path)


def test_a_column_whose_name_is_cut_off_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "t.sav")
    meta = SimpleNamespace(column_names=["ID", None], readstat_variable_types={"ID": "double"})
    monkeypatch.setattr(pyreadstat, "read_sav", lambda *_, **__: (None, meta))
    with pytest.raises(FailedError, match="a column's name is cut off; get a whole copy"):
        content(path)


def test_the_encoding_of_an_old_file_may_be_stated(tmp_path: Path) -> None:
    pd.DataFrame({"T": ["Zürich"]}).to_stata(tmp_path / "t.dta", version=114, write_index=False)
    assert rows(tmp_path / "t.dta", encoding="latin-1") == [["Zürich"]]
    with pytest.raises(UsageError, match="leave out --encoding"):
        content(written(tmp_path / "t.por"), encoding="latin-1")


@pytest.mark.parametrize("values", [["A", "B"], ["A", float("nan")], ["A", 1.0], [1.0, 2.0], [1, 2]])
def test_special_missing_values_however_pandas_keeps_them(values: list[Any]) -> None:
    """pandas 3 has a type of its own for a column of letters alone, of which SAS's missing values are some."""
    found = readstat._raw(pd.Series(values), Column("X", "number"), sas7bdat._FORM)
    forms = row_forms([found], schema(X="number"), sas=True).to_pylist()
    assert forms == [
        f'[".{one}"]' if one in ("A", "B") else "[null]" if one != one else f"[{int(one)}]" for one in values
    ]


def test_sas7bdat_by_what_readstat_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing free writes this form: pyreadstat is made to give what it gives of one."""
    frame = pd.DataFrame(
        {
            "ID": ["a  ", "", "c"],
            "X": [1.0, "A", float("nan")],
            "D": [19725.0, float("nan"), -1.0],
        }
    )
    meta = SimpleNamespace(
        column_names=["ID", "X", "D"],
        readstat_variable_types={"ID": "string", "X": "double", "D": "double"},
        original_variable_types={"ID": "$8", "X": "BEST", "D": "DATE9"},
        table_name="T",
        number_rows=3,
    )

    def read(path: Path, metadataonly: bool = False, row_offset: int = 0, row_limit: int = 0, **_: Any) -> Any:
        return frame[row_offset : row_offset + row_limit], meta

    monkeypatch.setattr(pyreadstat, "read_sas7bdat", read)
    path = tmp_path / "t.sas7bdat"
    path.write_bytes(b"x")
    for size in (1, 2, 3, 10):
        monkeypatch.setattr(readstat, "_ROWS", size)
        assert content(path).schema == schema(ID="text", X="number", D="date")
        assert rows(path) == [["a", 1, "2014-01-02"], [None, ".A", None], ["c", None, "1959-12-31"]]
    meta.number_rows = 4
    with pytest.raises(FailedError, match="promises 4 rows and holds 3: it is cut short"):
        content(path)


@pytest.mark.parametrize("missing", [["A", "B"], ["A", float("nan")], ["_", "_"]])
def test_a_block_of_nothing_but_special_missing_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: list[Any]
) -> None:
    """pandas then takes the column for text."""
    frame = pd.DataFrame({"N": pd.Series(missing), "S": ["x", "y"]})
    meta = SimpleNamespace(
        column_names=["N", "S"],
        readstat_variable_types={"N": "double", "S": "string"},
        original_variable_types={},
        number_rows=2,
        table_name="T",
    )
    monkeypatch.setattr(
        pyreadstat, "read_sas7bdat", lambda path, metadataonly=False, **_: (frame[:0] if metadataonly else frame, meta)
    )
    path = tmp_path / "t.sas7bdat"
    path.write_bytes(b"x")
    shown = [f".{one}" if isinstance(one, str) else None for one in missing]
    assert rows(path) == [[shown[0], "x"], [shown[1], "y"]]


def test_what_is_no_sas7bdat_is_refused(tmp_path: Path) -> None:
    for data in (b"", b"x" * 5000):
        (tmp_path / "t.sas7bdat").write_bytes(data)
        with pytest.raises(FailedError, match="not a whole SAS7BDAT file"):
            content(tmp_path / "t.sas7bdat")


@pytest.mark.parametrize("file", real_tables("sas7bdat/*.sas7bdat"))
def test_real_sas7bdat_files(file: Path) -> None:
    assert content(file).rows > 0
