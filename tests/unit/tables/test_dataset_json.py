"""Dataset-JSON: three forms, and everything that is none of them."""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path
from typing import Any

import pytest
from tables import content, rows

from trialseal.errors import FailedError, UsageError
from trialseal.tables import dataset_json
from trialseal.tables.reading import open_table
from trialseal.tables.table import Reading

COLUMNS = [
    {"name": "ID", "dataType": "string"},
    {"name": "N", "dataType": "integer"},
    {"name": "F", "dataType": "float"},
    {"name": "D", "dataType": "date", "targetDataType": "integer"},
    {"name": "DTC", "dataType": "date"},
    {"name": "M", "dataType": "decimal", "targetDataType": "decimal"},
    {"name": "B", "dataType": "boolean"},
]
ROWS: list[list[Any]] = [
    ["a", 1, 1.5, "2014-01-02", "2014", "1.10", True],
    ["", None, 2.0, None, "", None, False],
    [None, -3, 1e-7, "1959-12-31", "2014-01-02", "-0.5", None],
]


def header(**more: Any) -> dict[str, Any]:
    return {"datasetJSONVersion": "1.1.0", "records": len(ROWS), "name": "TEST", "columns": COLUMNS, **more}


def ndjson(rows_: list[list[Any]] = ROWS, **more: Any) -> bytes:
    return "\n".join(json.dumps(one) for one in [header(**more), *rows_]).encode() + b"\n"


@pytest.fixture
def made(tmp_path: Path):  # type: ignore[no-untyped-def]
    def make(data: bytes | dict[str, Any], name: str = "test.ndjson") -> Path:
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
        return path

    return make


def test_every_form_and_order_of_members_is_the_same_content(made) -> None:  # type: ignore[no-untyped-def]
    wanted = content(made(ndjson()))
    assert rows(made(ndjson())) == [
        ["a", 1, 1.5, "2014-01-02", "2014", "1.1", True],
        [None, None, 2, None, None, None, False],
        [None, -3, 1e-7, "1959-12-31", "2014-01-02", "-0.5", None],
    ]
    assert content(made({**header(), "rows": ROWS}, "test.json")) == wanted
    assert content(made({"rows": ROWS, **header()}, "rows_first.json")) == wanted
    indented = json.dumps({"rows": ROWS, **header()}, indent=4).encode()
    assert content(made(b"\xef\xbb\xbf" + indented, "bom.json")) == wanted
    assert content(made(zlib.compress(ndjson()), "zlib.dsjc")) == wanted
    assert content(made(gzip.compress(ndjson()), "gzip.dsjc")) == wanted
    two = gzip.compress(ndjson()[:300]) + gzip.compress(ndjson()[300:])
    assert content(made(two, "two.dsjc")) == wanted


def test_a_whole_number_too_large_for_a_double_is_kept(made) -> None:  # type: ignore[no-untyped-def]
    large = [["a", 2**53 + 1, 1.5, None, "", None, None]]
    path = made(ndjson(large, records=1))
    assert rows(path)[0][1] == "9007199254740993"
    assert content(path).schema.columns[1].type == "integer"


def test_pieces_of_any_size_are_put_together(made, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    many = [[f'{n} ä \\ "', n, n / 7, None, "x", None, None] for n in range(500)]
    wanted = content(made(ndjson(many, records=500)))
    for size in (1, 7, 64):
        monkeypatch.setattr(dataset_json, "_PIECE", size)
        assert content(made(ndjson(many, records=500))) == wanted
        assert content(made(zlib.compress(ndjson(many, records=500)), "x.dsjc")) == wanted


@pytest.mark.parametrize("ending", [".ndjson", ".json", ".dsjc"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_file_cut_short_is_refused(made, ending: str, share: float) -> None:  # type: ignore[no-untyped-def]
    whole = json.dumps({**header(), "rows": ROWS}).encode() if ending == ".json" else ndjson()
    whole = zlib.compress(whole) if ending == ".dsjc" else whole.rstrip(b"\n")
    with pytest.raises(FailedError, match="cut short"):
        content(made(whole[: int(len(whole) * share)], f"cut{ending}"))


def test_rows_missing_at_the_end_are_noticed(made) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(FailedError, match="promises 3 records and holds 2: it is cut short"):
        content(made(ndjson(ROWS[:2])))


def test_a_zip_bomb_is_not_read_to_its_end(made, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(dataset_json, "FREE_BYTES", 1 << 20)
    bomb = zlib.compress(json.dumps(header()).encode() + b"\n" * (8 << 20), 9)
    assert len(bomb) < 100_000
    with pytest.raises(FailedError, match=r"is not read on: \d+ of its bytes grew to more than \d+ MiB"):
        content(made(bomb, "bomb.dsjc"))


def test_a_row_without_end_is_not_read_to_its_end(made, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(dataset_json, "MAX_VALUE_CHARACTERS", 1 << 20)
    with pytest.raises(FailedError, match="a single row or value has more than"):
        content(made(json.dumps(header()).encode() + b'\n["' + b"x" * (4 << 20)))


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"[]", "'{' was expected"),
        (b"{}", "has no list of columns"),
        (b"", "cut short"),
        (b"\xff\xfe{", "is not UTF-8: byte 0xff"),
        (b'{"columns": [], "columns": []}', "has the member 'columns' twice"),
        (b'{"columns": [{"name": "A"}]}', "column A has the dataType None"),
        (b'{"columns": [{"name": "A", "dataType": "string"}, {"name": "A", "dataType": "string"}]}', "both called 'A'"),
        (b'{"columns": [{"name": "A", "dataType": "string"}]}\n["x", 1]', "row 1 has 2 cells, but there are 1 columns"),
        (b'{"columns": [{"name": "A", "dataType": "string"}]}\n{"A": 1}', "row 1 has {'A': '1'}"),
        (b'{"columns": [{"name": "A", "dataType": "string"}]}\n[["x"]]', r"row 1, column A holds \['x'\]"),
        (b'{"columns": [{"name": "A", "dataType": "float"}]}\n[NaN]', "holds NaN, which is not a JSON number"),
        (b'{"columns": [{"name": "A", "dataType": "float"}]}\n["\\ud800"]', "half a surrogate pair"),
        (b'{"columns": [{"name": "A", "dataType": "string"}], "rows": []} {}', "more behind its end"),
        (b'{"columns": [{"name": "A", "dataType": "string"}], "records": -1}', "records is '-1'"),
        (b'{"columns": [{"name": "A", "dataType": "date", "targetDataType": "integer"}]}\n["2014-13-01"]', None),
    ],
)
def test_what_is_no_dataset_json_is_refused(made, data: bytes, problem: str | None) -> None:  # type: ignore[no-untyped-def]
    path = made(data)
    if problem is None:  # a date that is none makes its column text
        assert content(path).schema.columns[0].type == "text"
        return
    with pytest.raises(FailedError, match=problem):
        content(path)


def test_a_damaged_compressed_file_is_refused(made) -> None:  # type: ignore[no-untyped-def]
    data = bytearray(zlib.compress(ndjson()))
    data[len(data) // 2] ^= 0xFF
    with pytest.raises(FailedError, match="damaged|no Dataset-JSON|cut short|UTF-8|promises"):
        content(made(bytes(data), "damaged.dsjc"))


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"name": "\ud800"}, "its name holds half a surrogate pair"),
        ({"columns": [{"name": "\udc00", "dataType": "string"}]}, "the name of column 1 holds half a surrogate pair"),
        ({"records": 10**30}, "records is '1000"),
        ({"records": "\u0663"}, "records is '\u0663', but must be a whole number"),
    ],
)
def test_metadata_that_cannot_be_kept(tmp_path: Path, more: dict[str, Any], problem: str) -> None:
    path = tmp_path / "t.ndjson"
    path.write_bytes(ndjson(**more))
    with pytest.raises(FailedError, match=problem):
        content(path)


# ----- 1.0 -----


def old(*groups: dict[str, Any], part: str = "clinicalData") -> bytes:
    found = {f"IG.{group['name']}": group for group in groups}
    return json.dumps({"datasetJSONVersion": "1.0.0", part: {"studyOID": "S", "itemGroupData": found}}).encode()


def group(name: str = "DM", **more: Any) -> dict[str, Any]:
    items = [{"OID": one, "name": one, "type": kind} for one, kind in (
        ("ITEMGROUPDATASEQ", "integer"), ("USUBJID", "string"), ("AGE", "integer"), ("X", "float"),
    )]  # fmt: skip
    rows_ = [[1, "A-1", 60, 1.5], [2, "A-2", None, 9007199254740993]]
    return {"records": 2, "name": name, "items": items, "itemData": rows_} | more


def test_a_table_of_version_1_0_has_the_content_of_the_same_in_1_1(tmp_path: Path) -> None:
    columns = [
        {"name": one, "dataType": kind} for one, kind in (("USUBJID", "string"), ("AGE", "integer"), ("X", "float"))
    ]
    new = {"datasetJSONVersion": "1.1.0", "records": 2, "name": "DM", "columns": columns}
    (tmp_path / "new.json").write_text(json.dumps(new | {"rows": [row[1:] for row in group()["itemData"]]}))
    (tmp_path / "old.json").write_bytes(old(group()))
    (tmp_path / "reference.json").write_bytes(old(group(), part="referenceData"))
    root = content(tmp_path / "new.json").root
    assert content(tmp_path / "old.json").root == content(tmp_path / "reference.json").root == root
    table = open_table(tmp_path / "old.json")
    assert (table.name, table.form, table.schema.names) == ("DM", "Dataset-JSON 1.0", ["USUBJID", "AGE", "X"])


def test_a_file_of_several_tables_asks_for_one(tmp_path: Path) -> None:
    path = tmp_path / "two.json"
    path.write_bytes(old(group(), group("AE")))
    with pytest.raises(UsageError, match="holds several tables: name one with --sheet, of DM, AE"):
        open_table(path)
    assert open_table(path, Reading(sheet="AE")).name == "AE"
    with pytest.raises(UsageError, match="has no table VS: it has DM, AE"):
        open_table(path, Reading(sheet="VS"))


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (old(), "it has no item group"),
        (old(group(itemData=[[1, "A-1"]])), "row 1 has 2 cells, but there are 4 items"),
        (old(group(items="x")), "has no list of items"),
        (old(group(records=3)), "promises 3 records and holds 2"),
        (b'{"clinicalData": {"itemGroupData": {"a": 5}}}', "itemGroupData.a is '5', not an object"),
        (b'{"clinicalData": 5}', "it has no item group"),
        (old(group())[:-40], "cut short"),
    ],
)
def test_what_is_no_table_of_1_0(tmp_path: Path, data: bytes, problem: str) -> None:
    path = tmp_path / "t.json"
    path.write_bytes(data)
    with pytest.raises(FailedError, match=problem):
        content(path)
