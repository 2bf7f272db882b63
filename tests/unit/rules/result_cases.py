"""Results documents as cases: which endpoints a protocol has, what acts report, what is stated of the data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from acted_cases import AT, acts, case_of, reading, with_evidence, with_trial
from sealed_cases import SPONSOR, digest

from trialseal.evidence.reported import ResultEvidence
from trialseal.evidence.sealings import Sealing
from trialseal.evidence.trials import ProtocolText
from trialseal.ledger.codes import DocumentKind
from trialseal.rules.finding import Case

RESULTS = DocumentKind.RESULTS
P1, P2, P3, S1 = (digest(name) for name in ("P1", "P2", "P3", "S1"))
DOCUMENT, OTHER = digest("results"), digest("other results")
ENROLLED, CUT_OFF, LOCK, UNBLINDED, COMPLETED = 1, 5, 8, 9, 13


def report(leaf: bytes = P1, version: int = 1, part: int = 0, of: bytes = DOCUMENT, **members: Any) -> Any:
    said = {"subject": of, "endpoint": leaf, "part": part, "protocolVersion": version, "index": 0}
    return "ResultReported", said | members


def amended(version: int, kind: int = 1, **members: Any) -> Any:
    return "DocumentSealed", {"subject": digest(f"v{version}"), "kind": kind, "version": version} | members


def stated(milestone: int, date: int, **members: Any) -> Any:
    return "MilestoneRecorded", {"milestone": milestone, "date": date} | members


def text(version: int = 1, agrees: bool = True, parts: tuple[str, ...] = ("A", "B")) -> ProtocolText:
    """Primary endpoints P1 of the whole trial, P2 of part A, P3 of part B; S1 is secondary."""
    endpoints = [
        {"id": "P1", "role": "primary"},
        {"id": "P2", "role": "primary", "parts": ["A"]},
        {"id": "P3", "role": "primary", "parts": ["B"]},
        {"id": "S1", "role": "secondary"},
    ]
    document = {"endpoints": endpoints, "parts": [{"id": one} for one in parts]}
    return ProtocolText(version, Path("p.json"), document, (P1, P2, P3, S1), agrees)


SEALED_FIRST = Sealing(1, 1, AT - 1000, SPONSOR, 1)


def result(place: int = 0, endpoint: str | None = "P1", **members: Any) -> ResultEvidence:
    given: dict[str, Any] = {
        "leaf": digest(endpoint or "post hoc"),
        "parts": frozenset({0}),
        "first_sealed": SEALED_FIRST,
        "first_version": 1,
        "first_is_certain": True,
        "final": True,
    }
    return ResultEvidence(**({"place": place, "endpoint": endpoint, "version": 1, "planned": True} | given | members))


def of_results(
    *made: Any, results: tuple[ResultEvidence, ...] = (), texts: tuple[ProtocolText, ...] = (text(),), **evidence: Any
) -> Case:
    """A results document, and what acts report of it."""
    case = case_of(*acts(*made))
    case = with_trial(case, protocols={one.version: one for one in texts})
    reports = {act.number: act for act in case.trial.history.acts if type(act).__name__ == "ResultReported"}
    matched = tuple(
        one
        if one.acts
        else one._replace(acts=tuple(a for a in reports.values() if a.endpoint == one.leaf and a.subject == DOCUMENT))  # type: ignore[attr-defined,misc]
        for one in results
    )
    foreign = tuple(reports[number] for number in evidence.pop("foreign", ()))
    sealing = case.sealing._replace(kind=RESULTS)
    file = evidence.pop("file", reading({"kind": "results"}))
    return with_evidence(
        case, sealing=sealing, results=matched, file=file, digest=DOCUMENT, foreign_reports=foreign, **evidence
    )


POST_HOC = result(1, None, planned=False)
CORRECTED = stated(20, 0, act=2)
EARLY, LATE, DAY = 20200601, 20210101, 20200913  # before all, after all, and the very day
