"""Drafts of maps: what a file shows of itself is filled in, what it does not is marked and told, never guessed."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from streams_at_hand import new_stream

from trialseal.cli import main
from trialseal.errors import UsageError
from trialseal.streams.maps import guesses
from trialseal.streams.maps.event_map import parse_map


def drafted(capsys: pytest.CaptureFixture[str], path: Path, *words: str, code: int = 0) -> Any:
    capsys.readouterr()
    assert main(["events", "map", str(path), "--json", *words]) == code
    return json.loads(capsys.readouterr().out)


def test_a_draft_that_leaves_nothing_open_takes_its_file_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIALSEAL_HOME", str(tmp_path))
    (tmp_path / "streams").mkdir()
    new_stream(tmp_path / "streams")
    path = tmp_path / "forms.csv"
    path.write_bytes(
        "Patient ID;Doc ID;Event date;Description;Is SAE\n"
        "17;1;23.05.2020;Übelkeit;ja\n18;2;01.06.2020;Rash;nein\n".encode("cp1252")
    )
    draft = drafted(capsys, path, "--out", str(tmp_path / "map.toml"))
    assert draft["open"] == []
    map = parse_map(draft["map"].encode(), "map.toml")
    assert (map.file.encoding, map.file.delimiter, map.file.dates) == ("windows-1252", ";", "dmy")
    assert map.events[0].key == ("Doc ID",)
    words = ["events", "append", str(tmp_path), "adverse-events", str(path), "--map", str(tmp_path / "map.toml")]
    assert main(words) == 0
    assert "2 events appended" in capsys.readouterr().out
    assert main(["events", "map", str(path), "--out", str(tmp_path / "map.toml")]) == 3  # nothing is overwritten


def test_what_a_file_does_not_tell_is_left_open_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "forms.csv"
    path.write_text("patient,when,what\n17,03/04/2020 10:00,rash\n17,05/04/2020 11:00,rash\n")
    draft = drafted(capsys, path, "--type", "adverse-event", code=2)
    assert [one.partition(":")[0] for one in draft["open"]] == ["dates", "zone", "seriousness", "key"]
    with pytest.raises(UsageError, match="map.toml: dates is '\\?'"):
        parse_map(draft["map"].encode(), "map.toml")
    # What is stated is not open any more.
    draft = drafted(capsys, path, "--type", "adverse-event", "--dates", "dmy", "--zone", "UTC", code=2)
    assert [one.partition(":")[0] for one in draft["open"]] == ["seriousness", "key"]


def test_a_sheet_is_drafted_from_with_its_kits_and_below_its_title(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from openpyxl import Workbook

    book, path = Workbook(), tmp_path / "log.xlsx"
    book.active.append(["Accountability log"])
    for row in (["Date", "Kit no.", "Batch"], ["2026-05-03", "0001", "B1"], ["2026-05-04", "0002", "B1"]):
        book.active.append(row)
    book.save(path)
    draft = drafted(capsys, path, "--type", "custody", "--names-row", "2", code=2)
    assert (
        'kit = { column = "Kit no.", optional = true }' in draft["map"] and 'lot = { column = "Batch"' in draft["map"]
    )
    assert "names_row = 2" in draft["map"] and "delimiter" not in draft["map"]


def test_a_kit_is_asked_for_and_a_zone_is_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log.csv"
    path.write_text("at,place,Nummer\n2026-05-03 10:00,DE-01,1\n2026-05-04 10:00,DE-01,2\n")

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal("custody\nBerlin\nEurope/Berlin\n\nNummer\n\n"))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert main(["events", "map", str(path)]) == 2
    shown = capsys.readouterr()
    assert "there is no zone 'Berlin'" in shown.err and "Which column is kit: " in shown.err
    assert 'zone = "Europe/Berlin"' in shown.out and 'kit = { column = "Nummer", optional = true }' in shown.out


@pytest.mark.parametrize(
    ("text", "words", "says"),
    [
        ("colour\nred\n", (), "does not say of which type its events are: add --type"),
        ("visit\n", (), "has no row to look at"),
        ("", (), "is empty"),
        ("visit\nV1\n", ("--type", "visits"), "did you mean visit?"),
        ("visit\nV1\n", ("--encoding", "klingon"), "klingon"),
    ],
)
def test_what_cannot_be_drafted_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, words: tuple[str, ...], says: str
) -> None:
    path = tmp_path / "forms.csv"
    path.write_text(text)
    assert says in drafted(capsys, path, *words, code=3)["error"]


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["2020-05-12"], None),
        (["12.05.2020"], ""),
        (["12.05.2020", "13.05.2020"], "dmy"),
        (["05/12/2020", "05/13/2020"], "mdy"),
    ],
)
def test_the_order_of_dates_is_seen_or_asked(cells: list[str], order: str | None) -> None:
    assert guesses.order_of(cells) == order


def test_a_shipped_map_that_fits_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "observations.ndjson"
    path.write_text('{"resourceType":"Observation","id":"1","status":"final","valueQuantity":{"value":1}}\n')
    assert drafted(capsys, path, code=2)["fits"] == ["fhir-observation"]
    columns = {name: ["x"] for name in ("USUBJID", "AESEQ", "AETERM", "AESER")}
    assert guesses.type_of(guesses.Sample(columns, 1)) == "adverse-event"
