"""FHIR NDJSON: a row a resource, in one canonical line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tables import content, rows

from trialseal.documents.canonical import canonical_bytes
from trialseal.errors import FailedError, UsageError
from trialseal.tables import fhir
from trialseal.tables.reading import open_table

PATIENT = '{"resourceType": "Patient", "id": "p1", "birthDate": "1970"}'
OBSERVATION = (
    '{"subject":{"reference":"Patient/p1"},"resourceType":"Observation","id":"o1",'
    '"valueQuantity":{"value":2.50,"unit":"mmol/l"},"contained":[{"resourceType":"Patient","id":"c"}]}'
)


def file(folder: Path, text: str | bytes, name: str = "t.ndjson") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_row_is_a_resource(tmp_path: Path) -> None:
    path = file(tmp_path, f"{PATIENT}\n\n{OBSERVATION}\r\n")
    assert open_table(path).form == "FHIR"
    assert rows(path) == [
        ["Patient", "p1", "Patient/p1", '{"birthDate":"1970","id":"p1","resourceType":"Patient"}'],
        [
            "Observation",
            "o1",
            "Patient/p1",
            '{"contained":[{"id":"c","resourceType":"Patient"}],"id":"o1","resourceType":"Observation",'
            '"subject":{"reference":"Patient/p1"},"valueQuantity":{"unit":"mmol/l","value":2.50}}',
        ],
    ]


def test_order_of_members_and_white_space_are_not_content_but_digits_are(tmp_path: Path) -> None:
    path = file(tmp_path, OBSERVATION)
    root = content(path).root
    other = json.dumps(dict(reversed(json.loads(OBSERVATION).items())), indent=None).replace("2.5,", "2.50,")
    assert content(file(tmp_path, other, "u.fhir")).root == root
    assert content(file(tmp_path, OBSERVATION.replace("2.50", "2.5"), "v.ndjson")).root != root


@pytest.mark.parametrize(
    ("members", "about"),
    [
        ('"patient":{"reference":"Patient/2"}', "Patient/2"),
        ('"individual":{"reference":"Patient/3"}', "Patient/3"),
        ('"subject":{"reference":"#c"}', None),
        ('"subject":{"display":"somebody"}', None),
        ('"subject":"x"', None),
    ],
)
def test_whom_a_resource_is_about(tmp_path: Path, members: str, about: str | None) -> None:
    assert rows(file(tmp_path, f'{{"resourceType":"X",{members}}}'))[0][:3] == ["X", None, about]


@pytest.mark.parametrize(
    "value",
    [None, True, 'é"\\\u2028𝄞\1 ', [], {}, [[], {"b": None, "a": [False, "x"]}], {"\ue000": 1 > 0, "𝄞": "", "": {}}],
)
def test_without_numbers_it_is_rfc_8785(value: object) -> None:
    assert fhir.canonical(value) == canonical_bytes(value).decode()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (PATIENT + "\n{", "line 2 is not a resource"),
        (PATIENT + "\n[1]", "line 2 is not a resource: it states no resourceType"),
        (PATIENT + '\n{"resourceType":"Bundle"}', "line 2 is a Bundle: write each of its resources into a line"),
        (PATIENT + '\n{"resourceType":"X","a":NaN}', "line 2 holds NaN"),
        (PATIENT + '\n{"resourceType":"X","a":1,"a":1}', "line 2: an object has a member twice"),
        (PATIENT + '\n{"resourceType":"X","a":"\\ud800"}', "line 2 is not a resource"),
        (PATIENT + '\n{"resourceType":"X","a":' + "[" * 5000 + "]" * 5000 + "}", "nests too deep"),
        (PATIENT.encode() + b'\n{"resourceType":"\xe9"}', "line 2 is not UTF-8: byte 0xe9"),
    ],
    ids=["cut", "list", "bundle", "nan", "twice", "surrogate", "deep", "latin"],
)
def test_a_line_that_is_no_resource_is_named(tmp_path: Path, text: str | bytes, words: str) -> None:
    with pytest.raises(FailedError, match=words):
        content(file(tmp_path, text))


def test_a_resource_in_a_json_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="write one resource a line"):
        open_table(file(tmp_path, PATIENT, "t.json"))
    assert rows(file(tmp_path, PATIENT, "t.json"), form="fhir")[0][1] == "p1"
