"""The JSON Schemas that travel in the package."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from trialseal.documents import schemas
from trialseal.documents.canonical import read_json
from trialseal.documents.models import dump
from trialseal.registries.importers import import_file

DOCUMENTS = Path(__file__).parents[2] / "vectors" / "documents"


def validator(kind: str) -> Any:
    schema = json.loads((schemas.FOLDER / f"{kind}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_they_are_current() -> None:
    """If not: python -m trialseal.documents.schemas"""
    there = {file.name: file.read_text(encoding="utf-8") for file in schemas.FOLDER.iterdir()}
    assert there == schemas.schemas()


def test_write(tmp_path: Path) -> None:
    assert {path.name: path.read_text("utf-8") for path in schemas.write(tmp_path / "new")} == schemas.schemas()


def documents() -> list[dict[str, Any]]:
    values = [read_json(file) for file in sorted(DOCUMENTS.glob("*.json"))]
    own = [value for value in values if isinstance(value, dict) and "kind" in value]
    return own + [dump(import_file(DOCUMENTS / name).document) for name in ("ctgov-v2.json", "usdm-v4.json")]


@pytest.mark.parametrize("document", documents(), ids=lambda document: document["kind"])
def test_they_take_what_the_models_take(document: dict[str, Any]) -> None:
    check = validator(document["kind"])
    check.validate(document)
    for broken in (
        {**document, "unknown": 1},
        {**document, "format": None},
        {key: value for key, value in document.items() if key != "kind"},
    ):
        assert not check.is_valid(broken)


def test_null_is_nowhere_allowed() -> None:
    for text in schemas.schemas().values():
        assert '"null"' not in text and '"default"' not in text


def test_they_say_what_can_be_said_of_dates_and_ids() -> None:
    document = next(one for one in documents() if one["kind"] == "milestone")
    check = validator("milestone")
    assert not check.is_valid({**document, "date": "12.5.2020"})
    assert not check.is_valid({**document, "name": "locked"})
    assert not check.is_valid({**document, "part": "a part"})
