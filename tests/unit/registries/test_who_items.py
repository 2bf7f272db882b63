"""The WHO data set: which items a document states."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from trialseal.documents.canonical import read_json
from trialseal.documents.models import Protocol, RegistryRecord, parse_document
from trialseal.errors import UsageError
from trialseal.registries.importers import import_file
from trialseal.registries.who_items import TRDS_VERSIONS, answers

DOCUMENTS = Path(__file__).parents[2] / "vectors" / "documents"


def statuses(document: Protocol | RegistryRecord, version: str = "1.3.1") -> dict[int, str]:
    return {answer.item.number: answer.status for answer in answers(document, version)}


def protocol(**changes: object) -> Protocol:
    value = read_json(DOCUMENTS / "protocol-v1.json")
    assert isinstance(value, dict)
    document = parse_document({**value, **changes}, "protocol.json")
    assert isinstance(document, Protocol)
    return document


def test_the_items_by_version() -> None:
    for version, size in (("1.2.1", 20), ("1.3.1", 24)):
        assert [item.number for item in TRDS_VERSIONS[version]] == list(range(1, size + 1))
        assert len(answers(protocol(), version)) == size
    with pytest.raises(UsageError, match=r"has no version '2.0' here: use 1.2.1 or 1.3.1"):
        answers(protocol(), "2.0")


def test_what_a_protocol_states() -> None:
    found = statuses(protocol())
    assert {number for number, status in found.items() if status == "stated"} == {
        *(1, 5, 9, 10, 11, 12, 14, 15, 16, 17, 19, 20, 22)
    }
    assert {status for number, status in found.items()} == {"stated", "not stated"}


def test_outcomes_need_method_and_time() -> None:
    endpoint: dict[str, Any] = {"id": "P1", "role": "primary", "domain": "Pain"}
    (answer,) = [one for one in answers(protocol(endpoints=[endpoint])) if one.item.number == 19]
    assert (answer.status, answer.note) == ("partly stated", "P1 lacks method and time point")
    endpoint["measurement_variable"] = "Visual analogue scale"
    (answer,) = [one for one in answers(protocol(endpoints=[endpoint])) if one.item.number == 19]
    assert answer.note == "P1 lacks time point"
    assert statuses(protocol(endpoints=[endpoint]))[20] == "not stated"


@pytest.mark.parametrize("text", ["TBD", "n/a", "To  be determined", "None", "-"])
def test_placeholders_state_nothing(text: str) -> None:
    found = {one.item.number: one for one in answers(protocol(conditions=[text]))}
    assert found[12].status == "placeholder"
    assert found[12].note == f"it says {text!r}"
    assert statuses(protocol(conditions=[text, "Pain"]))[12] == "stated"


def test_what_a_registry_never_publishes_is_not_held_against_a_record() -> None:
    record = import_file(DOCUMENTS / "ctgov-v2.json").document
    assert isinstance(record, RegistryRecord)
    found = {one.item.number: one for one in answers(record)}
    assert (found[21].status, found[21].note) == ("not published", "ClinicalTrials.gov does not publish it")
    assert (found[4].status, found[4].note[:18]) == ("stated", "ClinicalTrials.gov")
    assert found[20].status == "partly stated", "its one secondary outcome has no description"
    assert {number for number, one in found.items() if one.status == "stated"} == {*range(1, 20), 22, 23, 24}
