"""A document is held against the act that sealed it: its kind, its version, its trial."""

from __future__ import annotations

from typing import Any

import pytest
from sealed_cases import sealed

from trialseal.folder.reading import FileReading
from trialseal.ledger.codes import DocumentKind
from trialseal.rules.finding import Status
from trialseal.rules.sealing import says_what_was_sealed

HOLDS, FAILS = Status.HOLDS, Status.FAILS
DATASET, PROTOCOL, RECORD = DocumentKind.DATASET, DocumentKind.PROTOCOL, DocumentKind.REGISTRY_RECORD
OURS, ANOTHER = {"code": "CODE"}, {"code": "OTHER"}


@pytest.mark.parametrize(
    ("kind", "document", "status"),
    [
        (DATASET, {"kind": "dataset", "trial": OURS}, HOLDS),
        (DATASET, {"kind": "dataset", "trial": ANOTHER}, FAILS),
        (DATASET, {"kind": "dataset"}, HOLDS),  # a table may be sealed before its trial is known
        (PROTOCOL, {"kind": "protocol", "version": 1, "trial": OURS}, HOLDS),
        (PROTOCOL, {"kind": "protocol", "version": 1, "trial": ANOTHER}, FAILS),
        (PROTOCOL, {"kind": "protocol", "version": 1}, FAILS),
        (PROTOCOL, {"kind": "protocol", "version": 2, "trial": OURS}, FAILS),
        (PROTOCOL, {"kind": "results", "version": 1, "trial": OURS}, FAILS),
        (RECORD, {"kind": "registry-record", "version": 7, "trial": ANOTHER}, HOLDS),  # the registry's own words
    ],
)
def test_kind_version_and_trial(kind: DocumentKind, document: dict[str, Any], status: Status) -> None:
    base = sealed().cases[0]
    assert base.trial.code == "CODE"
    digest = b"\7" * 32
    file = FileReading("document.json", digest, digest, document, 10)
    sealing = base.sealing._replace(kind=kind, version=1)
    case = base._replace(evidence=base.evidence._replace(file=file, digest=digest, sealing=sealing))
    assert says_what_was_sealed(case).status is status
