"""Registry numbers as other languages must read them, and the table that docs/bytes.md has of their forms."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from trialseal.errors import UsageError
from trialseal.registries.number_forms import FORMS
from trialseal.registries.numbers import fold, read, same

ROOT = Path(__file__).parents[3]
VECTORS: dict[str, Any] = json.loads((ROOT / "tests" / "vectors" / "registry-numbers.json").read_bytes())


@pytest.mark.parametrize("one", VECTORS["numbers"], ids=lambda one: one["number"])
def test_numbers(one: dict[str, Any]) -> None:
    for spelling in one["spellings"]:
        found = read(spelling)
        assert found.registry == one["registry"] and same(spelling, one["number"])
        assert found.registry is None or (found.number == one["number"] and found.fold.hex() == one["fold"])
    assert fold(one["number"]).hex() == one["fold"]


def test_different_numbers() -> None:
    for one, other in VECTORS["different"]:
        assert not same(one, other)


def test_folds() -> None:
    for one in VECTORS["folds"]:
        assert fold(one["stated"]).hex() == one["fold"]
    for text in VECTORS["refused_on_chain"]:
        with pytest.raises(UsageError):
            fold(text)


def test_every_registry_has_vectors_and_they_are_up_to_date() -> None:
    assert {form.registry for form in FORMS} <= {one["registry"] for one in VECTORS["numbers"]}
    script = ROOT / "tests" / "vectors" / "make_registry_numbers.py"
    subprocess.run([sys.executable, str(script), "--check"], check=True, capture_output=True, timeout=60)


def test_docs_bytes_has_the_table_of_forms() -> None:
    head = "| registry | since | form | examples | who says so |\n|---|---|---|---|---|\n"
    rows = [
        f"| {form.registry} | {form.since} | `{form.pattern}` | {', '.join(form.examples)} | {form.source} |\n"
        for form in FORMS
    ]
    table = head + "".join(rows)
    assert table in (ROOT / "docs" / "bytes.md").read_text(encoding="utf-8"), table
