"""The same table, whatever it holds, has one content in every form that can hold it."""

from __future__ import annotations

import csv
import gzip
import json
import math
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trialseal.tables.content import Content, content_of
from trialseal.tables.reading import open_table
from trialseal.tables.schema import Column, Schema

SCHEMA = Schema((Column("KEY", "number"), Column("TEXT", "text"), Column("VALUE", "number"), Column("DAY", "date")))
# An IBM float reaches from 16^-65 to 16^63; what lies beyond, a transport file cannot hold.
doubles = st.floats(-1e70, 1e70, allow_nan=False).filter(lambda value: value == 0 or abs(value) > 1e-70)
texts = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0\r\n"), max_size=12)
tables = st.lists(
    st.tuples(
        texts | st.sampled_from(["", "007", "a  ", " a", '"', ",", "'", "\\", "NA", ".A", ".", "e\u0301", "\u00e9"]),
        st.none() | doubles | st.integers(-(2**53) + 1, 2**53 - 1).map(float) | st.just(-0.0),
        st.none() | st.dates(date(1582, 10, 15), date(9999, 12, 31)),
    ),
    min_size=1,
    max_size=6,
)


def content(path: Path) -> Content:
    return content_of(open_table(path), SCHEMA)


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tables)
def test_one_content_in_every_form(tmp_path: Path, table: list[tuple[str, float | None, date | None]]) -> None:
    keys = [float(number) for number in range(len(table))]
    cells = [[key, *row] for key, row in zip(keys, table, strict=True)]
    columns: dict[str, Any] = dict(zip(SCHEMA.names, zip(*cells, strict=True), strict=True))
    paths = []

    def path(ending: str) -> Path:
        paths.append(tmp_path / f"t{ending}")
        return paths[-1]

    pq.write_table(
        pa.table(
            {
                "KEY": pa.array(columns["KEY"], pa.int64()),
                "TEXT": pa.array(columns["TEXT"], pa.string()),
                "VALUE": pa.array(columns["VALUE"], pa.float64()),
                "DAY": pa.array(columns["DAY"], pa.date32()),
            }
        ),
        path(".parquet"),
    )
    with path(".csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(SCHEMA.names)
        writer.writerows([["" if one is None else one for one in row] for row in cells])
    described = [
        {"name": "KEY", "dataType": "integer"},
        {"name": "TEXT", "dataType": "string"},
        {"name": "VALUE", "dataType": "double"},
        {"name": "DAY", "dataType": "date", "targetDataType": "integer"},
    ]
    header = {"datasetJSONVersion": "1.1.0", "records": len(cells), "name": "T", "columns": described}
    rows = [[key, text, value, day.isoformat() if day else None] for key, text, value, day in cells]
    path(".json").write_text(json.dumps({**header, "rows": rows}), encoding="utf-8")
    lines = "\n".join(json.dumps(one, ensure_ascii=False) for one in [header, *rows])
    path(".ndjson").write_text(lines, encoding="utf-8")
    path(".dsjc").write_bytes(gzip.compress(lines.encode()))
    frame = pd.DataFrame({"KEY": keys, "TEXT": columns["TEXT"], "VALUE": columns["VALUE"]})
    frame["VALUE"] = frame["VALUE"].astype("float64")
    frame["DAY"] = pd.Series(
        [math.nan if day is None else float((day - date(1960, 1, 1)).days) for day in columns["DAY"]], dtype="float64"
    )
    for version in (5, 8):
        pyreadstat.write_xport(
            frame, str(path(f".v{version}xpt")), table_name="T", file_format_version=version,
            variable_format={"DAY": "DATE9."},
        )  # fmt: skip
    wanted = content(paths[0])
    assert wanted.rows == len(cells)
    for one in paths[1:]:
        assert content(one) == wanted, one.name
