"""`init --from FOLDER`: a folder for each trial of a registry's downloads."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from tests.integration.test_command import User
from tests.integration.test_init import RECORD, alone

__all__ = ["alone"]


def record(number: str, **protocol: Any) -> dict[str, Any]:
    """The example's record under another number."""
    value: dict[str, Any] = json.loads(RECORD.read_text(encoding="utf-8").replace("NCT99999901", number))
    value["protocolSection"] |= protocol
    return value


def downloads(*records: object, folder: str = "downloads") -> Path:
    place = Path(folder)
    place.mkdir(exist_ok=True)
    for number, one in enumerate(records, 1):
        (place / f"{number}.json").write_text(one if isinstance(one, str) else json.dumps(one), encoding="utf-8")
    return place


def rows(path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(Path(path).read_text(encoding="utf-8"))))


def test_each_trial_of_a_folder_gets_one(alone: User) -> None:
    downloads(record("NCT99999901"), [record("NCT99999902"), record("NCT99999903")])
    said = alone("init", "trials", "--from", "downloads", "--csv", "made.csv").out
    assert "3 records for trials: 3 made, 0 there already, 0 refused" in said
    assert [(one["number"], one["result"], one["why"]) for one in rows("made.csv")] == [
        (f"NCT9999990{number}", "made", "") for number in (1, 2, 3)
    ]
    for folder in Path("trials").iterdir():
        assert json.loads((folder / "protocol.json").read_bytes())["drafted_from"]
        assert "not confirmed" in alone("validate", folder, code=2).out


def test_again_nothing_changes(alone: User) -> None:
    downloads(record("NCT99999901"))
    alone("init", "trials", "--from", "downloads")
    sheet = Path("trials/NCT99999901/endpoints.csv")
    sheet.write_text(edited := sheet.read_text(encoding="utf-8") + "S9,secondary\n", encoding="utf-8")
    downloads(record("NCT99999901"), record("NCT99999902"))
    assert "1 made, 1 there already" in alone("init", "trials", "--from", "downloads").out
    assert sheet.read_text(encoding="utf-8") == edited


def test_a_trial_whose_folder_has_another_name_is_known(alone: User) -> None:
    downloads(record("NCT99999901"))
    alone("init", "trials", "--from", "downloads")
    Path("trials/NCT99999901").rename("trials/salt")
    assert "0 made, 1 there already" in alone("init", "trials", "--from", "downloads").out
    assert [one.name for one in Path("trials").iterdir()] == ["salt"]


def test_what_cannot_be_made_takes_no_other_down(alone: User) -> None:
    downloads(record("NCT99999901"), "{", record("NCT99999902"), [record("NCT99999903"), {"no": "study"}])
    Path("trials").mkdir()
    Path("trials/NCT99999902").write_text("somebody's own")
    said = alone("init", "trials", "--from", "downloads", "--csv", "made.csv", code=2).out
    assert "2 made, 0 there already, 3 refused" in said
    refused = {one["number"]: one["why"] for one in rows("made.csv") if one["result"] == "refused"}
    assert "NCT99999902 is taken by something else: move it away" in refused["NCT99999902"]
    assert Path("trials/NCT99999902").read_text() == "somebody's own"
    assert sorted(one.name for one in Path("trials").iterdir() if one.is_dir()) == ["NCT99999901", "NCT99999903"]


def test_a_run_that_was_killed_leaves_nothing_half_made(alone: User, monkeypatch: pytest.MonkeyPatch) -> None:
    downloads(record("NCT99999901"))
    alone("init", "trials", "--from", "downloads")
    begun = Path("trials/.being-made-NCT99999902")
    Path("trials/NCT99999901").rename(begun)
    assert "1 made" in alone("init", "trials", "--from", "downloads").out
    assert [one.name for one in Path("trials").iterdir()] == ["NCT99999901"]


def test_a_download_of_many_says_each(alone: User) -> None:
    path = Path("many.json")
    path.write_text(json.dumps([record("NCT99999901"), record("NCT99999902")]), encoding="utf-8")
    assert "2 made" in alone("init", "trials", "--from", path, "--each").out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--each",), "name the registry's downloads with --from"),
        (("--from", "nowhere", "--each"), "nowhere does not exist"),
        (("--from", "empty"), "no registry record was found in empty"),
        (("--from", "downloads", "--answers", "a.csv"), "--answers is about one trial"),
        (("--from", "downloads", "--csv", "-", "--json"), "choose one"),
        ((), "name the trial's new folder"),
    ],
)
def test_what_is_wrong_is_one_sentence(alone: User, words: tuple[str, ...], says: str) -> None:
    downloads(record("NCT99999901"))
    Path("empty").mkdir()
    assert says in alone("init", *words, code=3).err
    assert sorted(one.name for one in Path().iterdir()) == ["downloads", "empty"]
