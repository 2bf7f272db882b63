"""CDISC's own tables in every form: one content, whatever the form."""

from __future__ import annotations

from pathlib import Path

import pyreadstat
import pytest
from tables import content, real_tables, rows, write_csv

from trialseal.errors import FailedError
from trialseal.tables.reading import open_table

MANY_ROWS = 300  # of which a workbook takes seconds
THIRTEEN = real_tables("dataset-json/*/*.xpt")


@pytest.mark.parametrize("xpt", THIRTEEN)
def test_four_forms_have_one_content_digest(xpt: Path) -> None:
    found = {content(xpt.with_suffix(ending)) for ending in (".xpt", ".json", ".ndjson", ".dsjc")}
    assert len(found) == 1


@pytest.mark.parametrize("xpt", THIRTEEN)
def test_a_csv_export_verifies_under_the_sealed_schema(xpt: Path, tmp_path: Path) -> None:
    sealed = content(xpt)
    exported = write_csv(tmp_path / "export.csv", sealed.schema.names, rows(xpt))
    assert content(exported, sealed.schema) == sealed


@pytest.mark.parametrize("xpt", THIRTEEN)
def test_what_pandas_exports_verifies_under_the_sealed_schema(xpt: Path, tmp_path: Path) -> None:
    sealed = content(xpt)
    frame, _ = pyreadstat.read_xport(xpt)
    frame.to_csv(tmp_path / "pandas.csv", index=False)
    frame.to_parquet(tmp_path / "pandas.parquet", index=False)
    endings = [".csv", ".parquet"]
    if sealed.rows < MANY_ROWS:
        frame.to_excel(tmp_path / "pandas.xlsx", index=False)
        endings.append(".xlsx")
    for ending in endings:
        assert content(tmp_path / f"pandas{ending}", sealed.schema) == sealed, ending


@pytest.mark.parametrize("xpt", THIRTEEN)
def test_stata_and_spss_verify_under_the_sealed_schema(xpt: Path, tmp_path: Path) -> None:
    sealed = content(xpt)
    frame, _ = pyreadstat.read_xport(xpt)
    pyreadstat.write_dta(frame, tmp_path / "t.dta")
    pyreadstat.write_sav(frame, tmp_path / "t.sav")
    for ending in (".dta", ".sav"):
        assert content(tmp_path / f"t{ending}", sealed.schema) == sealed, ending


@pytest.mark.parametrize("xpt", THIRTEEN)
@pytest.mark.parametrize("version", [5, 8])
def test_a_transport_file_of_another_program_has_the_same_content(xpt: Path, version: int, tmp_path: Path) -> None:
    sealed = content(xpt)
    frame, meta = pyreadstat.read_xport(xpt, disable_datetime_conversion=True)
    path = tmp_path / "other.xpt"
    pyreadstat.write_xport(
        frame,
        str(path),
        table_name=xpt.stem.upper(),
        file_format_version=version,
        variable_format={k: v for k, v in meta.original_variable_types.items() if v and v.startswith("DATE")},
    )
    assert open_table(path).form.endswith(str(version))
    assert content(path) == sealed


@pytest.mark.parametrize("xpt", real_tables("xpt/*.xpt"))
def test_the_pilot_study_reads_like_pyreadstat_does(xpt: Path) -> None:
    frame, _ = pyreadstat.read_xport(xpt, encoding="windows-1252", disable_datetime_conversion=True)
    table = open_table(xpt)
    found = rows(xpt, encoding="windows-1252")
    assert table.schema.names == list(frame.columns)
    for number, column in enumerate(table.schema.columns):
        for row, wanted in zip(found, frame[column.name], strict=True):
            if column.type == "text":
                assert (row[number] or "") == wanted.rstrip(" ")
            elif column.type == "number":
                assert row[number] == wanted or (row[number] is None and wanted != wanted)


@pytest.mark.parametrize("ts", real_tables("xpt/ts.xpt"))
def test_a_byte_of_another_encoding_is_named_with_its_cell(ts: Path) -> None:
    with pytest.raises(FailedError, match=r"row 9, column TSVAL holds the byte 0x92.*--encoding windows-1252"):
        content(ts)
    assert content(ts, encoding="windows-1252").rows == 33
