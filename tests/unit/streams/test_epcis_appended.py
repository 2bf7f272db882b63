"""`events append --epcis`: tried without appending, appended, and appended again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streams_at_hand import new_stream

from trialseal.cli import main
from trialseal.streams.store import open_stream

PLACE = {"id": "urn:epc:id:sgln:4012345.00005.0"}
Append = Callable[..., tuple[int, dict[str, Any], str]]


def received(serial: str, **members: Any) -> dict[str, Any]:
    return {
        "type": "ObjectEvent", "action": "OBSERVE", "bizStep": "receiving", "eventTime": "2020-03-02T09:30:00+01:00",
        "eventTimeZoneOffset": "+01:00", "readPoint": PLACE, "epcList": [f"urn:epc:id:sgtin:4012345.011111.{serial}"],
        **members,
    }  # fmt: skip


@pytest.fixture
def append(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Append:
    """Appends these events of a document; the exit code, what the command answers, what it says beside that."""
    monkeypatch.setenv("TRIALSEAL_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    (tmp_path / "streams").mkdir()
    new_stream(tmp_path / "streams")

    def appended(*events: dict[str, Any], options: tuple[str, ...] = ()) -> tuple[int, dict[str, Any], str]:
        path = tmp_path / "events.jsonld"
        path.write_text(json.dumps({"type": "EPCISDocument", "epcisBody": {"eventList": events}}))
        capsys.readouterr()
        code = main(["events", "append", str(tmp_path), "adverse-events", str(path), "--epcis", "--json", *options])
        said = capsys.readouterr()
        return code, json.loads(said.out) if said.out else {}, said.err

    return appended


def size(folder: Path) -> int:
    return open_stream(folder / "streams" / "adverse-events").size


def test_a_dry_run_appends_nothing(append: Append, tmp_path: Path) -> None:
    code, answer, _ = append(received("1"), received("2"), options=("--dry-run",))
    assert (code, answer["stored"], answer["appended"], size(tmp_path)) == (0, 2, 0, 0)


def test_the_same_document_again_adds_nothing(append: Append, tmp_path: Path) -> None:
    declared = received("2") | {"errorDeclaration": {"declarationTime": "2020-03-05T10:00:00Z"}}
    assert append(received("1"), received("2"))[1]["stored"] == 2
    code, answer, _ = append(received("1"), received("2"), declared, received("3"), received("3"))
    assert [code, *(answer[name] for name in ("stored", "same", "doubled"))] == [0, 2, 1, 1]
    code, answer, _ = append(received("1"), received("2"), declared, received("3"))
    assert (code, answer["stored"], size(tmp_path)) == (0, 0, 4)


def test_what_cannot_be_taken_is_named_by_its_event(append: Append, tmp_path: Path) -> None:
    late = received("2", eventTime="2999-01-01T00:00:00Z")
    code, _, said = append(received("1"), late, received("3"))
    assert (code, size(tmp_path)) == (1, 0)
    assert "events.jsonld, event 2: the event is dated in the future" in said
    assert said.rstrip().endswith("nothing was appended")
    code, answer, _ = append(received("1"), late, received("3"), options=("--skip-refused",))
    assert (code, answer["stored"], [one["line"] for one in answer["refused"]]) == (1, 2, [2])


def test_options_that_say_nothing_of_a_document_are_refused(append: Append, tmp_path: Path) -> None:
    for option in (("--map", "irt-kits"), ("--follow",), ("--cumulative",), ("--zone", "UTC")):
        code, _, said = append(received("1"), options=option)
        assert (code, size(tmp_path)) == (3, 0)
        assert f"{option[0]} says nothing of a document of EPCIS: leave it out" in said
