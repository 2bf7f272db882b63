"""The form of a seal document, told without the model: never yes where the model says no."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from pydantic import ValidationError

from trialseal.tables.schema import TYPES
from trialseal.tables.seal_document import DatasetSeal
from trialseal.tables.seal_form import is_plain

TRIAL = {"sponsor": "A sponsor", "code": "T-1", "registry_ids": ["NCT04368728"]}
COLUMNS = [{"name": f"C{number}", "type": one} for number, one in enumerate(TYPES)]
COLUMNS.append({"name": "D", "type": "decimal", "decimals": 2})
READING = {
    "encoding": "cp1252", "delimiter": ";", "sheet": "Sheet1", "decimal": ",", "dates": "mdy", "missing": ["NA", "-"],
    "names_row": 2, "form": "csv",
}  # fmt: skip
SEAL: dict[str, Any] = {
    "format": "trialseal/1", "kind": "dataset", "trial": TRIAL, "name": "adsl", "id": "ab" * 32, "columns": COLUMNS,
    "rows": 17, "subject": "C0", "root": "01" * 32, "content": "0f" * 32, "bytes": "ff" * 32,
    "reading": READING,
}  # fmt: skip
ODD = (
    None, True, 0, 1, -1, 1.0, 2**70, "", " ", "a", "C9", "\ud800", "\n", "A" * 33, "AB" * 32, "ab" * 31, "nct04368728",
    "trialseal/2", "\t", ".", "dmy", "ymd", 38, 39,
    [], [1], ["NCT1"], ["NCT04368728", "x"], {}, {"name": "C0"}, [{"name": "C0", "type": "text"}] * 2,
    [{"name": "C0", "type": "octet"}], [{"name": "C0", "type": "text", "decimals": 1}], {"sponsor": "A", "code": "B"},
    {"sponsor": "A", "code": "B", "more": 1}, {"sponsor": " ", "code": "B"}, {"sponsor": "A", "code": "B" * 33},
)  # fmt: skip


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of each value in a document."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(one for step, below in steps for one in places(below, (*path, step)))]


def changed(path: tuple[Any, ...], *to: object) -> dict[str, Any]:
    """The seal with another value in a place, or without it."""
    document = deepcopy(SEAL)
    at: Any = document
    for step in path[:-1]:
        at = at[step]
    if to:
        at[path[-1]] = to[0]
    else:
        del at[path[-1]]
    return document


def is_refused(document: dict[str, Any]) -> bool:
    """Whether the model refuses it."""
    try:
        DatasetSeal.model_validate(document)
    except ValidationError:
        return True
    return False


@pytest.mark.parametrize("path", places(SEAL)[1:], ids=str)
def test_nothing_that_the_model_refuses_is_plain(path: tuple[Any, ...]) -> None:
    documents = [changed(path), changed((*path[:-1], "more"), 1) if isinstance(path[-1], str) else changed(path)]
    documents += [changed(path, odd) for odd in ODD]
    assert not [one for one in documents if is_plain(one) and is_refused(one)]


@pytest.mark.parametrize("name", ["trial", "subject", "bytes", "reading"])
def test_what_a_seal_says_as_a_rule_is_plain(name: str) -> None:
    assert is_plain(SEAL) and not is_refused(SEAL)
    assert is_plain(changed((name,)))
    assert is_plain(changed(("trial", "registry_ids"))) and is_plain(changed(("rows",), 0))
    assert is_plain(changed(("reading", "delimiter"), "\t")) and is_plain(changed(("reading",), {}))
