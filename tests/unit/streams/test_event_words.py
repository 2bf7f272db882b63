"""Types explained, pseudonyms named, entries contested: commands that ask no chain."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from streams_at_hand import config, event, new_stream, rows

from trialseal.cli import main
from trialseal.cli.events import naming
from trialseal.documents.events import EVENT_TYPES, describing
from trialseal.merkle import tree
from trialseal.streams.config import StreamConfig
from trialseal.streams.proof import file_bytes, make_proof
from trialseal.streams.store import create_stream, open_stream


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A trial's folder with a stream, and a home."""
    monkeypatch.setenv("TRIALSEAL_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "site-key").write_text("5a" * 32)
    (tmp_path / "streams").mkdir()
    new_stream(tmp_path / "streams")
    return tmp_path


def answer(capsys: pytest.CaptureFixture[str], *words: object, code: int = 0) -> Any:
    capsys.readouterr()
    answered = main([*map(str, words), "--json"])
    said = capsys.readouterr()
    assert answered == code, said
    value = json.loads(said.out)
    return value["error"] if code and "error" in value else value


@pytest.mark.parametrize("type", describing.types())
def test_the_example_of_each_template_can_be_appended(
    site: Path, capsys: pytest.CaptureFixture[str], type: str
) -> None:
    path = site / "template.csv"
    answer(capsys, "events", "types", type, "--template", path)
    header, row = csv.reader(path.read_text().splitlines())
    assert set(EVENT_TYPES[type].model_fields) - {"format", "kind"} <= {*header, *describing.CORRECTING}
    correcting = [one.name for one in describing.correcting_members()]
    assert not {*header} & {*correcting} or type == "entered-in-error"
    done = main(["events", "append", str(site), "adverse-events", str(path)])
    said = capsys.readouterr().err
    if type == "entered-in-error":
        assert "the stream holds no such event" in said
    elif type == "contest":
        assert done == 0 and open_stream(site / "streams" / "adverse-events").size == 1
    else:
        assert done == 0, said
    assert row[0] == type


def test_types_are_listed_and_unknown_ones_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert list(answer(capsys, "events", "types")) == [one for one in EVENT_TYPES if one not in ("padding", "erasure")]
    assert "did you mean visit?" in answer(capsys, "events", "types", "visits", code=3)
    assert "name it" in answer(capsys, "events", "types", "--template", tmp_path / "x.csv", code=3)
    main(["events", "types", "device-reading"])
    assert "value*" in capsys.readouterr().out


def test_a_template_overwrites_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("mine")
    answer(capsys, "events", "types", "visit", "--template", tmp_path / "x.csv", code=3)
    assert (tmp_path / "x.csv").read_text() == "mine"


def test_numbers_and_pseudonyms_lead_to_each_other(
    site: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(naming, "_DIGITS", 4)
    names = answer(capsys, "events", "who", "0017", "DE01-003")
    plain, lettered = names["0017"], names["DE01-003"]
    assert answer(capsys, "events", "who", plain) == {plain: "0017"}
    assert answer(capsys, "events", "who", lettered, code=2) == {lettered: None}
    (site / "list.csv").write_text("name;number\nx; DE01-003\n")
    assert answer(capsys, "events", "who", lettered, "--list", site / "list.csv") == {lettered: "DE01-003"}
    assert answer(capsys, "events", "who", plain, "--list", site / "list.csv", code=2) == {plain: None}
    (site / "list.csv").write_bytes(b"\xff\xfe")
    assert "is not UTF-8" in answer(capsys, "events", "who", plain, "--list", site / "list.csv", code=3)
    (site / "home" / "site-key").unlink()
    assert "there is no key" in answer(capsys, "events", "who", plain, code=3)


WORDS = ("--holds", "grade 3", "--reason", "source says grade 3", "--source", "source-data-verification")


def other_stream(site: Path) -> Path:
    """The proof of entry 2 of another party's stream of the same trial."""
    own = config("ae")
    other = create_stream(site / "other", StreamConfig(own.trial, b"\7" * 32, "ae", own.salt, 0, 0))
    other.append(rows(0, 5))
    proof = make_proof(other, 2, 5, other.root(5), 1, bytes(20))
    (site / "proof.json").write_bytes(file_bytes(proof))
    return site / "proof.json"


def test_an_entry_of_another_party_is_contested_by_its_proof(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    proof = other_stream(site)
    done = answer(capsys, "events", "contest", site, "adverse-events", proof, *WORDS)
    said = open_stream(site / "streams" / "adverse-events").entry(0).event or {}
    assert (said["type"], said["entry"], said["writer"]) == ("contest", 2, (b"\7" * 32).hex())
    assert said["leaf"] == done["leaf"]
    assert said["subject"] == event(2, 2)["subject"]
    shown = json.loads(proof.read_text())
    tree.verify_inclusion(
        bytes.fromhex(said["leaf"]), 2, 5, [bytes.fromhex(one) for one in shown["proof"]], bytes.fromhex(shown["root"])
    )
    # The same entry is contested once; a second objection is a correction of the first.
    again = answer(capsys, "events", "contest", site, "adverse-events", proof, *WORDS, code=1)
    assert "is stored already as entry 0" in again


@pytest.mark.parametrize(
    ("change", "code", "says"),
    [
        ({"index": 3}, 1, "the inclusion proof fails"),
        ({"trial": "0f" * 32}, 3, "name a stream of that trial"),
        ({"writer": (b"\2" * 32).hex()}, 1, "correct your own"),
    ],
)
def test_what_cannot_be_contested_is_told(
    site: Path, capsys: pytest.CaptureFixture[str], change: dict[str, Any], code: int, says: str
) -> None:
    proof = other_stream(site)
    proof.write_text(json.dumps(json.loads(proof.read_text()) | change))
    assert says in answer(capsys, "events", "contest", site, "adverse-events", proof, *WORDS, code=code)
    assert open_stream(site / "streams" / "adverse-events").size == 0


def test_a_contest_names_nobody(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--holds", "seen by Dr. Smith", *WORDS[2:])
    assert "holds" in answer(capsys, "events", "contest", site, "adverse-events", other_stream(site), *words, code=1)
