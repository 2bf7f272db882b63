"""FHIR resources as events by shipped maps: lists, Bundles and lines; what means other than it seems is left out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streams_at_hand import new_stream

from trialseal.cli import main
from trialseal.streams.store import open_stream

Append = Callable[..., tuple[int, dict[str, Any], str]]


def observation(id: str, **members: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation", "id": id, "status": "final", "subject": {"reference": "Patient/1001"},
        "code": {"text": "glucose"}, "effectiveDateTime": "2020-05-12T09:30:00Z",
        "valueQuantity": {"value": 5.4, "unit": "mmol/L"}, **members,
    }  # fmt: skip


def bundle(*entries: Any) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": one} for one in entries]}


@pytest.fixture
def append(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Append:
    """Appends a document by the map of observations; the exit code, what the command answers, what it says beside."""
    monkeypatch.setenv("TRIALSEAL_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    (tmp_path / "streams").mkdir()
    new_stream(tmp_path / "streams")

    def appended(data: bytes, *options: str, name: str = "export.json") -> tuple[int, dict[str, Any], str]:
        path = tmp_path / name
        path.write_bytes(data)
        words = ["events", "append", str(tmp_path), "adverse-events", str(path), "--map", "fhir-observation", "--json"]
        capsys.readouterr()
        code = main([*words, *options])
        said = capsys.readouterr()
        return code, json.loads(said.out) if said.out else {}, said.err

    return appended


def subjects(folder: Path) -> list[Any]:
    stream = open_stream(folder / "streams" / "adverse-events")
    return [(stream.entry(index).event or {}).get("subject") for index in range(stream.size)]


def spread(value: Any) -> bytes:
    return json.dumps(value, indent=1).encode()


@pytest.mark.parametrize(
    "members",
    [
        {"valueQuantity": {"value": 0.5, "unit": "mmol/L", "comparator": "<"}},
        {"modifierExtension": [{"url": "https://example.org/is-a-target", "valueBoolean": True}]},
        {"status": "entered-in-error"},
    ],
)
def test_what_is_no_plain_value_is_left_out(append: Append, members: dict[str, Any]) -> None:
    code, answer, _ = append(spread([observation("o1", **members), observation("o2")]))
    assert (code, answer["stored"], answer["left_out"]) == (0, 1, 1)


def test_one_participant_has_one_pseudonym_however_a_server_refers_to_them(append: Append, tmp_path: Path) -> None:
    ways = ("Patient/1001", "urn:uuid:1001", "https://example.org/fhir/Patient/1001", "Patient/1001/_history/2")
    made = [observation(f"o{number}", subject={"reference": way}) for number, way in enumerate(ways)]
    assert append(spread(bundle(*made)))[0] == 0
    found = subjects(tmp_path)
    assert len(found) == 4 and len(set(found)) == 1


def test_a_bundle_may_be_a_line_and_name_itself_last(append: Append) -> None:
    many = bundle(*(observation(f"o{number}") for number in range(40)))
    line = json.dumps(dict(reversed(many.items()))).encode() + b"\n"
    assert len(line) > 1 << 12
    assert append(line)[1]["stored"] == 40
    code, answer, _ = append(line + json.dumps(observation("o99")).encode() + b"\n", name="export.ndjson")
    assert (code, answer["same"], answer["stored"]) == (0, 40, 1)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b'{"resourceType": "Bundle",\n"entry": null}', "is a FHIR Bundle whose entry is not a list: export it anew"),
        (b'{"resourceType": "Bundle",\n"entry": {}}', "is a FHIR Bundle whose entry is not a list: export it anew"),
        (b'[{"id": "1",\n"id": "2"}]', "has the key 'id' twice in one object"),
        (b'[{"id": NaN}\n]', "holds NaN, which is not a JSON number"),
        (b"[" * 20_000, "nests deeper than 100 levels"),
        (b'[{"id": "\xe9"}\n]', "is not utf-8: byte 0xe9 in line 1; say --encoding NAME"),
        (b"[\n1, {}]", "number 1: holds no object: take it out, or export it anew"),
        (b" \n", "is empty: export it anew"),
    ],
)
def test_what_is_no_document_is_told_in_one_sentence(
    append: Append, data: bytes, sentence: str, tmp_path: Path
) -> None:
    code, _, said = append(data)
    assert (code, subjects(tmp_path)) == (1, [])
    assert sentence in said
    assert said.count("\n") == 1 and said.startswith("trialseal: ")


def test_a_document_may_have_another_encoding(append: Append, tmp_path: Path) -> None:
    text = json.dumps([observation("o1", code={"text": "Glukose (nüchtern)"})], ensure_ascii=False, indent=1)
    assert append(text.encode("utf-16"))[0] == 0
    code, answer, _ = append(text.encode("windows-1252"), "--encoding", "windows-1252")
    assert (code, answer["same"]) == (0, 1)
