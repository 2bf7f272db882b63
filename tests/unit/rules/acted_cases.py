"""A document's case made of single acts, seconds apart; what is known beside them is put in as a test needs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sealed_cases import SPONSOR, TRIAL, digest, sealed

from recorded_acts import recorded
from trialseal.documents.canonical import document_digest
from trialseal.folder.reading import FileReading
from trialseal.ledger.acts import Act
from trialseal.ledger.records import History
from trialseal.rules.finding import Case, Finding, Rule

AT = 1_600_000_000
"""2020-09-13 12:26:40 UTC."""


def case_of(*acts: Act, sealing: int = -1, actor: bytes | None = None, **evidence: Any) -> Case:
    """The case of the document that one of these acts seals."""
    trial = sealed()
    [base] = trial.cases
    state = replace(trial.evidence.history.state, acts=len(acts))
    loaded = trial.evidence._replace(history=History(state, tuple(acts), None), **evidence)
    done = acts[sealing]
    its = base.sealing._replace(time=done.time, actor=done.actor, act=done.number, key=done.key, block=done.number)
    return base._replace(evidence=base.evidence._replace(trial=loaded, sealing=its))


def acts(*made: tuple[str, dict[str, Any]], start: int = AT - 1000) -> list[Act]:
    """Acts ten seconds apart, the registration by the sponsor first."""
    first = recorded("TrialRegistered", digest("p"), number=1, time=start, trial=TRIAL, actor=SPONSOR)
    listed: list[Act] = [first]
    for number, (event, members) in enumerate(made, 2):
        common: dict[str, Any] = {"number": number, "time": start + 10 * number, "trial": TRIAL, "actor": SPONSOR}
        listed.append(recorded(event, **(common | members)))
    return listed


def with_evidence(case: Case, **members: Any) -> Case:
    """The case with other evidence of its file."""
    return case._replace(evidence=case.evidence._replace(**members))


def with_trial(case: Case, **members: Any) -> Case:
    """The case with other evidence of its trial."""
    return with_evidence(case, trial=case.trial._replace(**members))


def with_gap(case: Case, gap: str = "1 act is hidden") -> Case:
    """The case where not all acts are seen."""
    return with_trial(case, history=replace(case.trial.history, gap=gap))


def reading(document: dict[str, Any] | None, name: str = "file.json") -> FileReading:
    """A file that holds a document, or bytes."""
    canonical = document_digest(document) if document is not None else None
    return FileReading(f"folder/{name}", digest(name), canonical, document, 10)


def said(rule: Rule[Case], case: Case) -> Sequence[str]:
    """Status, sentence and facts of a finding."""
    found: Finding = rule(case)
    return (found.status.value, found.sentence, *found.facts)
