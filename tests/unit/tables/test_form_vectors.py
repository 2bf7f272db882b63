"""The published vectors of what Stata, SPSS, FHIR and ODM files hold."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest
from tables import rows

from trialseal.tables.reading import open_table

FOLDER = Path(__file__).parents[2] / "vectors"
VECTORS: dict[str, Any] = json.loads((FOLDER / "forms.json").read_text(encoding="utf-8"))


def test_the_file_is_the_one_that_the_script_makes() -> None:
    subprocess.run([sys.executable, FOLDER / "make_forms.py", "--check"], check=True)


@pytest.mark.parametrize(
    ("program", "ending", "write"), [("stata", "dta", pyreadstat.write_dta), ("spss", "sav", pyreadstat.write_sav)]
)
def test_numbers_by_their_formats(tmp_path: Path, program: str, ending: str, write: Any) -> None:
    ours = [one for one in VECTORS["numbers"] if one["program"] == program]
    frame = pd.DataFrame({f"c{place}": [float(one["value"])] for place, one in enumerate(ours)})
    path = tmp_path / f"t.{ending}"
    write(frame, path, variable_format={f"c{place}": one["format"] for place, one in enumerate(ours)})
    assert rows(path) == [[one["cell"] for one in ours]]


def test_missing_values_of_stata(tmp_path: Path) -> None:
    letters = [one["value"][1:] for one in VECTORS["missing"]]
    frame = pd.DataFrame({"x": pd.Series([1.0, *letters], dtype=object)})
    pyreadstat.write_dta(frame, tmp_path / "t.dta", missing_user_values={"x": letters})
    assert rows(tmp_path / "t.dta") == [[1], *([one["cell"]] for one in VECTORS["missing"])]


def test_resources(tmp_path: Path) -> None:
    path = tmp_path / "t.ndjson"
    path.write_text("\n".join(one["line"] for one in VECTORS["fhir"]), encoding="utf-8")
    assert rows(path) == [one["row"] for one in VECTORS["fhir"]]


def test_item_groups(tmp_path: Path) -> None:
    path = tmp_path / "t.xml"
    path.write_text(VECTORS["odm"]["file"], encoding="utf-8")
    assert open_table(path).schema.names[6:] == VECTORS["odm"]["columns"]
    assert rows(path) == [VECTORS["odm"]["row"]]
