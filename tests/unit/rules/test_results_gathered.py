"""Which acts report the results of a document, and for which of the trial's parts."""

from __future__ import annotations

from typing import Any

import pytest
from acted_cases import acts, case_of
from result_cases import DOCUMENT, P2, report, text

from trialseal.evidence.reported import ResultEvidence, results_evidence
from trialseal.ledger.acts import ResultReported

EARLIER, LATER = bytes([0]) * 32, bytes([255]) * 32
"""Other documents and endpoints, on both sides of this one's."""


def gathered(*made: Any, texts: tuple[Any, ...] = (text(),), **result: Any) -> tuple[ResultEvidence, tuple[int, ...]]:
    """What is known of a document's one result, and the numbers of the acts that report none of it."""
    trial = case_of(*acts(*made)).trial._replace(protocols={one.version: one for one in texts})
    said = {"endpoint": "P1", "protocol_version": 1, "planning": "planned"} | result
    [found], foreign = results_evidence({"results": [said]}, DOCUMENT, trial)
    return found, tuple(act.number for act in foreign if isinstance(act, ResultReported))


@pytest.mark.parametrize("other", [EARLIER, LATER])
def test_a_report_of_another_document_is_none_of_this_one(other: bytes) -> None:
    found, foreign = gathered(report(), report(of=other), report(P2), report(P2, of=other))
    assert ([act.number for act in found.acts], foreign) == ([2], (4,))


@pytest.mark.parametrize("leaf", [EARLIER, LATER])
def test_a_report_of_another_endpoint_is_none_of_this_result(leaf: bytes) -> None:
    found, foreign = gathered(report(leaf), report())
    assert ([act.number for act in found.acts], foreign) == ([3], (2,))


@pytest.mark.parametrize(
    ("planning", "version", "foreign"),
    [
        ("planned", 1, (4,)),  # neither version 1's reports nor, of a planned result, those of none
        ("planned", 2, (2, 3, 4)),
        ("post hoc", 1, (2, 3)),
        ("post hoc", 2, (2, 3)),
    ],
)
def test_of_a_result_without_a_leaf_any_report_of_its_version_may_be(
    planning: str, version: int, foreign: tuple[int, ...]
) -> None:
    """Its protocol is not at hand: which endpoint it is of cannot be told."""
    made = [report(EARLIER), report(LATER), report(EARLIER, 0)]
    assert gathered(*made, texts=(), planning=planning, protocol_version=version)[1] == foreign


@pytest.mark.parametrize(
    ("part", "numbers"), [("A", {1}), ("B", {1, 2}), ("C", {2}), ("D", None), (7, None), (None, {0})]
)
def test_a_part_has_the_numbers_that_any_version_gives_it(part: object, numbers: set[int] | None) -> None:
    found, _ = gathered(report(), texts=(text(1), text(2, parts=("B", "C"))), part=part)
    assert found.parts == numbers
