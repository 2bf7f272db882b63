"""ODM 1.3 and 2.0: the data of an item group are a table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tables import DATA, content, rows, write_csv
from test_sealing import Answer, run

from trialseal.errors import FailedError, UsageError
from trialseal.tables.reading import open_table
from trialseal.tables.schema import Column

__all__ = ["run"]

NAMES = ["SubjectKey", "StudyEventOID", "StudyEventRepeatKey", "FormOID", "FormRepeatKey", "ItemGroupRepeatKey"]
DEFINED = """<Study OID="S"><MetaDataVersion OID="1" Name="1">
<ItemGroupDef OID="VS" Name="Vital signs" Repeating="Yes">
<ItemRef ItemOID="DAY"/><ItemRef ItemOID="SBP"/><ItemRef ItemOID="NOTE"/></ItemGroupDef>
<ItemDef OID="DAY" Name="Day" DataType="date"/><ItemDef OID="SBP" Name="Systolic" DataType="integer"/>
<ItemDef OID="NOTE" Name="Note" DataType="text"/></MetaDataVersion></Study>"""
OLD = """<SubjectData SubjectKey="1"><StudyEventData StudyEventOID="V1" StudyEventRepeatKey="2"><FormData FormOID="F">
<ItemGroupData ItemGroupOID="VS" ItemGroupRepeatKey="1"><AuditRecord><UserRef UserOID="U"/></AuditRecord>
<ItemData ItemOID="SBP" Value="120"/><ItemData ItemOID="NOTE" Value=""/></ItemGroupData>
<ItemGroupData ItemGroupOID="VS" ItemGroupRepeatKey="2"><ItemDataDate ItemOID="DAY">2020-02-29</ItemDataDate>
<ItemDataInteger ItemOID="SBP" IsNull="Yes">0</ItemDataInteger>
<ItemDataString ItemOID="NOTE">a &lt; b</ItemDataString></ItemGroupData>
</FormData></StudyEventData></SubjectData>"""
NEW = """<SubjectData SubjectKey="1"><StudyEventData StudyEventOID="V1">
<ItemGroupData ItemGroupOID="OUTER" ItemGroupRepeatKey="7"><ItemGroupData ItemGroupOID="VS" ItemGroupRepeatKey="1">
<ItemData ItemOID="SBP"><Value>120</Value></ItemData></ItemGroupData></ItemGroupData></StudyEventData></SubjectData>"""


def odm(folder: Path, data: str, *, defined: str = DEFINED, space: str = "v1.3", start: str = "") -> Path:
    path = folder / "t.xml"
    data = f'<ClinicalData StudyOID="S" MetaDataVersionOID="1">{data}</ClinicalData>'
    path.write_text(f'{start}<ODM xmlns="http://www.cdisc.org/ns/odm/{space}" FileOID="x">{defined}{data}</ODM>')
    return path


def test_an_item_group_is_a_table(tmp_path: Path) -> None:
    path = odm(tmp_path, OLD)
    table = open_table(path)
    assert (table.name, table.form, table.untyped) == ("VS", "ODM", False)
    assert table.schema.columns[6:] == (Column("DAY", "date"), Column("SBP", "number"), Column("NOTE", "text"))
    keys = ["1", "V1", "2", "F", None]
    cells = [[*keys, "1", None, 120, None], [*keys, "2", "2020-02-29", None, "a < b"]]
    assert rows(path) == cells
    csv = write_csv(tmp_path / "t.csv", table.schema.names, cells)
    assert content(csv, table.schema).root == content(path).root
    assert "audit records" in table.notes[0]


def test_version_2_has_groups_within_groups(tmp_path: Path) -> None:
    path = odm(tmp_path, NEW, space="v2.0")
    with pytest.raises(UsageError, match="holds several tables: name one with --sheet, of VS, OUTER"):
        open_table(path)
    assert rows(path, sheet="VS") == [["1", "V1", None, None, None, "7/1", None, 120, None]]
    assert rows(path, sheet="OUTER") == [["1", "V1", None, None, None, "7"]]
    with pytest.raises(UsageError, match="has no table AE"):
        content(path, sheet="AE")


def test_each_table_of_a_file_has_a_seal_of_its_own(run: Callable[..., Answer]) -> None:
    path = str(odm(Path(), NEW))
    for options in (("--sheet", "VS"), ("--sheet", "OUTER", "--out", "outer")):
        assert "participants: 1 in column SubjectKey" in run("seal", path, "--offline", *options).out
    answer = run("seal", path, "--offline", "--sheet", "OUTER")
    assert answer.code == 3 and "write the seal of this one with --out FOLDER" in answer.err


def test_without_metadata_types_are_inferred(tmp_path: Path) -> None:
    path = odm(tmp_path, OLD, defined="")
    assert open_table(path).schema.names == [*NAMES, "SBP", "NOTE", "DAY"]
    assert {one.name: one.type for one in content(path).schema.columns}["SBP"] == "number"


@pytest.mark.parametrize(
    ("data", "error", "words"),
    [
        ("", FailedError, "holds no data of an item group: to seal it as it is, say trialseal seal"),
        (OLD.replace("<SubjectData", '<SubjectData TransactionType="Update"'), UsageError, "records changes"),
        (OLD.replace('"NOTE" Value', '"SBP" Value'), FailedError, "'SBP' stands twice in one item group"),
        (NEW.replace("</Value>", "</Value><Value>3</Value>"), FailedError, "has 2 values, and a cell holds one"),
        (OLD[:-40], FailedError, "is damaged XML, or cut short"),
        (OLD.replace('ItemOID="NOTE"', 'ItemOID="SubjectKey"'), FailedError, "are both called 'SubjectKey'"),
    ],
    ids=["empty", "changes", "twice", "values", "cut", "name"],
)
def test_what_is_no_table_is_told(tmp_path: Path, data: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        content(odm(tmp_path, data), sheet="VS")


def test_other_xml_is_told(tmp_path: Path) -> None:
    with pytest.raises(FailedError, match="declares a document type"):
        content(odm(tmp_path, OLD, start='<!DOCTYPE ODM [<!ENTITY e "e">]>'))
    (tmp_path / "t.xml").write_text("<html/>")
    with pytest.raises(UsageError, match="is XML, but not ODM"):
        content(tmp_path / "t.xml")


@pytest.mark.skipif(not (DATA / "odm").is_dir(), reason="no odm under TRIALSEAL_DATA")
def test_published_files() -> None:
    assert rows(DATA / "odm" / "test_clinical_data_01.xml", sheet="LB")[1][-1] == 300
    path = DATA / "odm" / "odm-data-snapshot.xml"
    found = content(path, sheet="IG.DM")
    assert found.rows > 1 and found.schema.names[6:8] == ["IT.AGEU", "IT.DMDTC"]
