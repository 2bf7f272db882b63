"""dataset diff: cells, rows, columns and types that changed, of real tables too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from tables import real_tables
from test_sealing import TABLE, Answer, document, run, sealed

__all__ = ["run", "sealed"]


def test_diff_by_position_and_by_key(run: Callable[..., Answer], sealed: Path) -> None:
    Path("new.csv").write_text(TABLE.replace("34", "35").replace("s-3,99,1,z\n", "s-4,1,2,w\n").replace("NOTE", "NOTE"))
    answer = run("diff", "table.csv", "new.csv", "--json")
    assert answer.code == 1
    assert answer.value["summary"] == {"altered": 5, "added": 0, "dropped": 0}
    keyed = run("diff", "table.csv", "new.csv", "--key", "USUBJID,NOTE", "--csv", "changes.csv")
    assert 'row 1 (USUBJID "s-1", NOTE missing), column AGE: "34" became "35"' in keyed.out
    assert "1 cell altered in 1 row, 1 row added, 1 row dropped" in keyed.out
    changes = pd.read_csv("changes.csv")
    assert list(changes.columns) == ["change", "row_a", "row_b", "USUBJID", "NOTE", "column", "a", "b"]
    assert list(changes["change"]) == ["altered", "dropped", "added"]
    assert run("diff", "table.csv", "table.csv").code == 0
    assert "have the same key" in run("diff", "table.csv", "new.csv", "--key", "USUBJID").err
    assert run("diff", "table.csv", "new.csv", "--key", "X").code == 3


def test_diff_of_tables_with_other_columns_and_types(run: Callable[..., Answer], sealed: Path) -> None:
    Path("new.csv").write_text("AGE,USUBJID,WEIGHT\n34,s-1,heavy\n007,s-2,81\n51,s-2,\n20,,60.25\n99,s-3,1\n")
    answer = run("diff", "table.csv", "new.csv")
    assert "lacks the column NOTE" in answer.out and "compared as text" in answer.out
    assert 'row 1, column WEIGHT: "70.5" became "heavy"' in answer.out


@pytest.mark.parametrize("xpt", real_tables("dataset-json/adam/adsl.xpt"))
def test_real_tables_from_seal_to_diff(run: Callable[..., Answer], xpt: Path) -> None:
    assert run("seal", str(xpt), "--offline", "--out", "seals").code == 0
    seal = "seals/adsl.xpt.seal.json"
    forms = [str(xpt.with_suffix(ending)) for ending in (".xpt", ".json", ".ndjson", ".dsjc")]
    answer = run("verify", *forms, "--seal", seal, "--offline")
    assert answer.code == 2 and answer.out.count("content agree") == 4
    changed = xpt.with_suffix(".ndjson").read_text().replace('"01-701-1192", "1192"', '"01-701-1193", "1193"')
    Path("adsl.ndjson").write_text(changed)
    assert "row 19 differs" in run("verify", "adsl.ndjson", "--seal", seal, "--offline").out
    answer = run("diff", str(xpt), "adsl.ndjson")
    assert "2 cells altered in 1 row\n" in answer.out
    assert run("open", str(xpt), "--seal", seal, "--row", "254", "--out", "proof.json").code == 0
    assert run("verify", "proof.json", "--offline").code == 2


def test_a_table_in_utf_16(run: Callable[..., Answer]) -> None:
    Path("t.csv").write_bytes("a,b\n\u2200,\u0022x\u0022\n".encode("utf-16"))
    assert run("seal", "t.csv", "--offline", "--encoding", "utf-16").code == 0
    assert document("t.csv.seal.json")["reading"] == {"encoding": "utf-16"}
    assert run("verify", "t.csv", "--offline").code == 2
