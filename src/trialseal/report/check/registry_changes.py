"""What changed in a registry's record from one version to the next, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from trialseal.escaping import quoted, visible
from trialseal.evidence.wording import count
from trialseal.outcomes.compare import compare
from trialseal.outcomes.model import Severity
from trialseal.outcomes.sources import of_registry_outcomes
from trialseal.registries.dates import RegistryDate
from trialseal.registries.history import RegistryHistory, RegistryVersion

_FIELDS = (
    ("status", "status"),
    ("start", "first enrolment"),
    ("primary_completion", "primary completion"),
    ("completion", "completion"),
    ("sample_size", "sample size"),
    ("sponsor", "sponsor"),
    ("results_submitted", "results first submitted"),
    ("results_posted", "results first posted"),
    ("delay_submitted", "certificate or request to delay results"),
    ("why_stopped", "why stopped"),
)


class Changed(NamedTuple):
    """One difference between two versions, and how much it matters."""

    sentence: str
    severity: Severity


def changes(before: RegistryVersion, after: RegistryVersion) -> list[Changed]:
    """The differences in dates, status and outcomes, the gravest first; mere wording is among them, as none."""
    found = [*_field_changes(before, after), *_outcome_changes(before, after)]
    return sorted(found, key=lambda one: -one.severity.rank)


def _field_changes(before: RegistryVersion, after: RegistryVersion) -> Iterator[Changed]:
    for field, words in _FIELDS:
        was, now = getattr(before, field), getattr(after, field)
        if was == now or now is None:
            continue
        yield Changed(visible(f"{words}: {_said(was)} → {_said(now)}"), Severity.MINOR)


def _said(value: Any) -> str:
    if isinstance(value, RegistryDate):
        return value.words
    return "not stated" if value is None else quoted(value)


def _outcome_changes(before: RegistryVersion, after: RegistryVersion) -> Iterator[Changed]:
    if before.outcomes is None or after.outcomes is None:
        if (before.outcomes is None) != (after.outcomes is None):
            version = before if before.outcomes is None else after
            yield Changed(f"outcomes of {version.words}: {version.outcomes_note}", Severity.NONE)
        return
    was = [one._replace(id=None) for one in of_registry_outcomes(before.outcomes)]
    now = [one._replace(id=None) for one in of_registry_outcomes(after.outcomes)]
    for pair in compare(was, now).pairs:
        for change in pair.changes:
            outcome = was[pair.before[0]] if pair.before else now[pair.after[0]]
            reader = " (needs a reader)" if pair.needs_reader else ""
            yield Changed(
                visible(f"{outcome.role} outcome {quoted(outcome.measure)}: {change.code.value}{reader}"),
                change.severity,
            )


def history_lines(history: RegistryHistory) -> Iterator[tuple[RegistryVersion, list[Changed]]]:
    """Each version of a history with what changed in it; nothing for the first."""
    shown: RegistryVersion | None = None
    for version in history.versions:
        yield version, changes(shown, version) if shown else []
        # Outcomes that a version points away from are compared with those shown last.
        shown = replace(version, outcomes=shown.outcomes) if shown and version.outcomes is None else version


def summed_up(found: list[Changed]) -> str:
    """'status: … → …; 2 differences of outcomes', for a line."""
    named = [one.sentence for one in found if one.severity is not Severity.NONE]
    wording = len(found) - len(named)
    if wording:
        named.append(f"{count(wording, 'difference')} of wording only")
    return "; ".join(named) or "nothing in dates, status and outcomes"
