"""Rows of sealed tables in a bundle, each with its proof, judged while the node is down."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.integration.test_bundles_compared import chain
from tests.integration.test_command import SPONSOR, User, free_port, home, registered, trial, user

from trialseal.evidence.bundle.bundle import open_bundle, write
from trialseal.evidence.bundle.member import of_bytes
from trialseal.files import json_bytes

__all__ = ["home", "registered", "trial", "user"]


@pytest.fixture
def table(user: User, registered: Path) -> Path:
    path = registered / "data" / "dm.csv"
    path.parent.mkdir()
    path.write_text("USUBJID,AGE\ns-1,34\ns-2,51\ns-3,\n")
    user("dataset", "seal", path, *SPONSOR)
    user("dataset", "open", path, "--row", 1)
    return path


def test_rows_are_proven_out_of_a_bundle(user: User, registered: Path, table: Path, home: Path, tmp_path: Path) -> None:
    opened = {}
    for row in (2, 3):
        user("dataset", "open", table, "--row", row, "--out", tmp_path / "row.json")
        opened[row] = (tmp_path / "row.json").read_bytes()
    path, digests, smaller = (tmp_path / f"{name}.trialseal" for name in ("a", "digests", "smaller"))
    user("bundle", registered, "--rows", f"{table}:2", f"{table}:3", "--out", path)
    held = open_bundle(path, "it")
    # Not the one that was opened beside the table.
    assert {name for name in held.files if "row" in name} == {"rows/dm.csv.rows"}
    assert not any("private" in name for name in held.files)
    user("bundle", registered, "--rows", f"{table}:2", "--with", "digests", "--out", digests)
    known = ("--block-hash", chain(home).as_of().hash)
    user("devnet", "down")
    try:
        for one in (path, digests):
            said = user("verify", one, *known, code=None).out
            assert 'dm.csv.rows is the proof of row 2 of the 3 of the sealed table dm: USUBJID "s-2", AGE 51' in said
            told = user("dataset", "verify", one, *known).out
            assert "rows/dm.csv.rows: row 2 of the 3" in told and "is dataset version 1 of trial" in told
        assert user("dataset", "verify", path, table, *known).out.count("is dataset version 1 of trial") == 2
        [first, _] = user("dataset", "verify", path, *known, "--json").value
        assert (first["file"], first["cells"]) == ("rows/dm.csv.rows", {"USUBJID": "s-2", "AGE": 51})
        choose = ("bundle", held.trial.hex(), "--out", smaller, "--bundle")
        user(*choose, path, "--rows", "dm.csv:3", code=2)
        assert "row 3 of the 3" in user("dataset", "verify", smaller, *known).out
        for lacking in ("dm.csv:1", "dm.csv:2-3,4", "other.csv:2"):
            assert "the bundle holds no such row" in user(*choose, path, "--rows", lacking, code=3).err

        # What `dataset open` wrote, and bundles of the first version hold.
        single = {f"rows/dm.csv.row-{row}.json": of_bytes(opened[row]) for row in (2, 3)}
        old = tmp_path / "old.trialseal"
        with old.open("wb") as file:
            write(held._replace(files=single), file)
        assert "dm.csv.row-2.json is the proof of row 2 of the 3" in user("verify", old, *known).out
        assert "rows/dm.csv.row-2.json: row 2 of the 3" in user("dataset", "verify", old, *known).out
        user(*choose, old, "--rows", "dm.csv:3", code=2)
        assert {name for name in open_bundle(smaller, "it").files if "row-" in name} == {"rows/dm.csv.row-3.json"}
        for lacking in ("dm.csv:1", "dm.csv:0"):
            assert "the bundle holds no such row" in user(*choose, old, "--rows", lacking, code=3).err
        for held_so in (old, path):
            user(*choose, held_so, "--rows", "dm.csv:3", "data/dm.csv:2", code=2)
            assert user("dataset", "verify", smaller, *known).out.count(" of the 3 of the sealed table dm: ") == 2

        forged = json.loads(opened[2])
        forged["form"] = forged["form"].replace("51", "52")
        with smaller.open("wb") as file:
            write(held._replace(files={"rows/dm.csv.row-2.json": of_bytes(json.dumps(forged).encode())}), file)
        assert "is the proof of a row, which does not hold" in user("verify", smaller, *known, code=1).out
        assert "row-2.json" in user("dataset", "verify", smaller, *known, code=1).out
        # Of very many rows those that hold are counted; of the others the first forty are shown.
        texts = [opened[2], json_bytes(forged)]
        many = {f"rows/{'ab'[kind]}-{n}.json": of_bytes(text) for kind, text in enumerate(texts) for n in range(42)}
        with smaller.open("wb") as file:
            write(held._replace(files=many), file)
        said = user("verify", smaller, *known, code=1).out
        assert "84 files: 42 hold, 42 do not, 0 could not be determined (--all lists every file)" in said
        assert (said.count("does not hold"), said.count("is the proof of row 2")) == (40, 0)
        said = user("verify", smaller, "--all", *known, code=1).out
        assert (said.count("does not hold"), said.count("is the proof of row 2")) == (42, 42)
        assert len(user("verify", smaller, "--json", *known, code=1).value) == 84
        # A seal that was met before is known by its text: what only equals it is another one.
        true = json.loads(opened[2])
        other = {**true, "seal": {**true["seal"], "rows": float(true["seal"]["rows"])}}
        made = {f"rows/{name}.json": of_bytes(json.dumps(one).encode()) for name, one in (("a", true), ("b", other))}
        with smaller.open("wb") as file:
            write(held._replace(files=made), file)
        said = user("verify", smaller, *known, code=1).out
        assert "a.json is the proof of row 2" in said and "b.json is the proof of a row, which does not hold" in said
        with smaller.open("wb") as file:
            write(held._replace(files={}), file)
        assert "holds no row of a table" in user("dataset", "verify", smaller, *known, code=2).err
    finally:
        user("devnet", "up", "--port", str(free_port()))


def test_rows_that_cannot_be_proven_are_refused_in_a_sentence(
    user: User, registered: Path, table: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a.trialseal"

    def refused(row: str, code: int) -> str:
        said = user("bundle", registered, "--rows", row, "--out", path, code=code).err
        assert not path.exists()
        return said

    for wrong in (f"{table}", f"{table}:x", ":2", f"{table}:-1", f"{table}:3-2"):
        assert "name rows as FILE:N" in refused(wrong, 3)
    assert "there is no row 0" in refused(f"{table}:0", 3)
    assert "there is no row 4" in refused(f"{table}:2-4", 3)
    unsealed = table.with_name("later.csv")
    unsealed.write_text("a,b\n1,x\n")
    assert "there is no seal document" in refused(f"{unsealed}:1", 2)
    user("dataset", "seal", unsealed, "--offline")
    assert "is not sealed in this trial" in refused(f"{unsealed}:1", 3)
    table.write_text(table.read_text().replace("51", "52"))
    assert "is not the table that" in refused(f"{table}:2", 1)
