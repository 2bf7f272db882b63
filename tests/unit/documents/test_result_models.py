"""Results documents: what they must say, their evidence, and the protocol that they are held against."""

from __future__ import annotations

import json

import pytest
from test_models import DOCUMENTS, broken, read

from read_documents import loaded
from trialseal.documents import models
from trialseal.errors import FailedError


@pytest.mark.parametrize(
    ("index", "change", "sentence"),
    [
        (0, {"endpoint": None}, r"results\[0\]\.endpoint is null"),
        (2, {"planning": "planned"}, r"results\[2\]: it is planned but names no endpoint"),
        (2, {"endpoint": "P1"}, r"results\[2\]: endpoint and protocol_version go together"),
        (
            0,
            {"planning": "exploratory"},
            r"results\[0\]\.planning is 'exploratory', but must be 'planned' or",
        ),
        (
            0,
            {"cut_off": "2022-03-02"},
            r"date \(2022-03-01\) lies before results\[0\].cut_off \(2022-03-02\)",
        ),
        (0, {"arms": [{"arm": "A", "events": 5, "denominator": 4}]}, "it has 5 events in 4 participants"),
        (0, {"arms": [{"arm": "A"}, {"arm": "A"}]}, r"results\[0\]: the arm A comes twice"),
        (0, {"datasets": [{"name": "a", "sha256": "00"}]}, r"datasets\[0\]\.sha256: '00' is not 32 bytes"),
    ],
)
def test_results_refused(index: int, change: dict[str, object], sentence: str) -> None:
    broken("results", lambda document: document["results"][index].update(change), sentence)


def test_a_result_that_reports_nothing() -> None:
    broken("results", lambda document: document["results"][2].pop("statement"), "it reports nothing")
    broken("results", lambda document: document.update(results=[]), "results: it is empty: give at least one")


@pytest.mark.parametrize(
    ("evidence", "sentence"),
    [
        ({"type": "confidence-interval", "level": 95, "lower": 1}, "level is 95, but must be below 1"),
        ({"type": "confidence-interval", "level": 0, "lower": 1}, "level is 0, but must be above 0"),
        ({"type": "confidence-interval", "level": 0.95}, "it has neither lower nor upper bound"),
        (
            {"type": "credible-interval", "level": 0.95, "lower": 2, "upper": 1},
            "lower bound 2 is above its upper 1",
        ),
        ({"type": "p-value", "value": 1.2}, "value is 1.2, but must be at most 1"),
        ({"type": "p-value", "value": -0.1}, "value is -0.1, but must be at least 0"),
        ({"type": "p-value", "value": "<0.001"}, "value: '<0.001' is not a number"),
        ({"type": "p-value", "value": 0.1, "sides": 3}, "sides is 3, but must be 1 or 2"),
        ({"type": "posterior-probability", "value": 0.9}, "statement is missing"),
        ({"type": "margin", "value": 1, "purpose": "x"}, "purpose is 'x'"),
        (
            {"type": "credence", "value": 1},
            "has the type 'credence', but must have one of 'confidence-interval'",
        ),
        ({"value": 1}, 'lacks its type: add "type"'),
    ],
)
def test_evidence_refused(evidence: dict[str, object], sentence: str) -> None:
    broken("results", lambda document: document["results"][0]["estimate"]["evidence"].append(evidence), sentence)


def test_numbers_keep_their_kind() -> None:
    document = read("results")
    dumped = json.dumps(models.dump(models.parse_document(document, "x")))
    assert '"value": -2,' in dumped and '"value": -6.1,' in dumped


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"endpoint": "P9"},
            r"results\[0\].endpoint is P9, which protocol version 2 lacks: it has P1, S1, S2",
        ),
        (
            {"part": "phase-9"},
            r"results\[0\].part is phase-9, which protocol version 2 lacks: it has main, sodium",
        ),
        ({"estimand": "E9"}, r"results\[0\].estimand is E9, which endpoint P1 lacks: it has E1"),
    ],
)
def test_results_against_a_protocol(change: dict[str, object], sentence: str) -> None:
    protocol = loaded(DOCUMENTS / "protocol-v2.json", models.Protocol)
    document = read("results")
    models.check_results(loaded(DOCUMENTS / "results.json", models.Results), protocol)
    document["results"][0].update(change)
    results = models.parse_document(document, "results.json")
    assert isinstance(results, models.Results)
    with pytest.raises(FailedError, match=sentence):
        models.check_results(results, protocol)
    models.check_results(results, loaded(DOCUMENTS / "protocol-v1.json", models.Protocol))
