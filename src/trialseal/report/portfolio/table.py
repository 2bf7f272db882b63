"""Many trials' findings as one table: a row a trial, a column a rule. For whoever studies registration itself.

The table says nothing of sponsors against one another: records given are a choice, and a record shows its last
state, not what it said when.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from trialseal.registries.dates import RegistryDate
from trialseal.registries.history import RegistryHistory
from trialseal.rules.finding import Status, exit_code
from trialseal.rules.outcome_changes import PHASE_WORDS, phase_changes
from trialseal.rules.trial_case import TrialCase
from trialseal.rules.trial_catalogue import TRIAL_RULES, judge_trial
from trialseal.spreadsheets import csv_text

Row = dict[str, Any]
"""What a trial's record says, every rule's answer, and changes of outcomes by phase."""
Rows = Sequence[Row]


def portfolio_rows(
    histories: Iterable[RegistryHistory],
    as_of: date,
    *,
    interventional: bool = False,
    progress: Callable[[int], None] | None = None,
) -> list[Row]:
    """A row for each trial, all with the same columns; `pandas.DataFrame(rows)` makes a data frame of them.

    Columns of rules hold holds, fails, undetermined or does-not-apply, and `why: RULE` the sentence. Dates are text
    as precise as they are known; `days to results` runs from primary completion to submission, None where either is
    not known to the day.
    """
    rows = []
    for number, history in enumerate(histories, 1):
        if progress:
            progress(number)
        rows.append(_row(history, as_of, interventional))
    return rows


def _row(history: RegistryHistory, as_of: date, interventional: bool) -> Row:
    last = history.last
    findings = judge_trial(TrialCase(as_of=as_of, registry=history, interventional=interventional))
    changes = {one.phase: one.comparison.severity for one in phase_changes(history)}
    roles = [one.role for one in last.outcomes or ()]
    row: Row = {
        "number": history.number,
        "registry": history.registry,
        "sponsor": history.known("sponsor"),
        "study type": history.known("study_type"),
        "phases": "|".join(last.phases or ()) or None,
        "status": last.status,
        "versions": len(history.versions),
        "whole history": history.complete,
        "seen": history.seen,
        "first submitted": history.first_submitted,
        "start": last.start.text if last.start else None,
        "primary completion": last.primary_completion.text if last.primary_completion else None,
        "completion": last.completion.text if last.completion else None,
        "results submitted": history.known("results_submitted"),
        "days to results": _days_to_results(history),
        "primary outcomes": roles.count("primary") if last.outcomes is not None else None,
        "secondary outcomes": roles.count("secondary") if last.outcomes is not None else None,
    }
    for phase, words in PHASE_WORDS.items():
        if phase != "pre-enrolment":
            row[f"outcomes changed {words}"] = changes[phase].value if phase in changes else None
    row |= {one.rule: one.status.value for one in findings}
    row |= {f"why: {one.rule}": None if one.status is Status.DOES_NOT_APPLY else one.sentence for one in findings}
    row["exit code"] = exit_code(findings)
    return row


def _days_to_results(history: RegistryHistory) -> int | None:
    completed, submitted = history.last.primary_completion, history.known("results_submitted")
    if completed is None or completed.certainty == "estimated" or not isinstance(submitted, str):
        return None
    on = RegistryDate(submitted)
    exact = completed.first == completed.last and on.first == on.last
    return (on.first - completed.first).days if exact else None


def status_counts(rows: Rows) -> list[dict[str, str]]:
    """How often each rule that applies anywhere holds, fails, or cannot be told."""
    found = []
    for one in TRIAL_RULES:
        counts = Counter(row[one.id] for row in rows)
        if counts[Status.DOES_NOT_APPLY.value] < len(rows):
            found.append({"rule": one.id} | {status.value: str(counts[status.value]) for status in Status})
    return found


class OpenTrial(NamedTuple):
    """A trial with questions or with what could not be determined."""

    number: str
    sponsor: str
    seen: str
    """The day up to which its record is known."""
    questions: tuple[tuple[str, str], ...]
    """Each rule that fails, and its sentence."""
    unknown: tuple[tuple[str, str], ...]
    """Each rule that cannot be determined, and its sentence."""


def open_trials(rows: Rows) -> list[OpenTrial]:
    """The trials with open questions, those with most first; then those of which something cannot be determined."""
    found = []
    for row in rows:
        by_status: dict[str, list[tuple[str, str]]] = {Status.FAILS.value: [], Status.UNDETERMINED.value: []}
        for one in TRIAL_RULES:
            if row.get(one.id) in by_status:
                by_status[row[one.id]].append((one.id, str(row.get(f"why: {one.id}") or "")))
        fails, unknown = (tuple(by_status[one]) for one in (Status.FAILS.value, Status.UNDETERMINED.value))
        if fails or unknown:
            sponsor, seen = str(row.get("sponsor") or ""), str(row.get("seen") or "a day not stated")
            found.append(OpenTrial(str(row["number"]), sponsor, seen, fails, unknown))
    return sorted(
        found, key=lambda one: (-len(one.questions), -len(one.unknown) if not one.questions else 0, one.number)
    )


def portfolio_csv(rows: Rows) -> str:
    """The rows as CSV; there must be one at least."""
    return csv_text(list(rows[0]), (list(row.values()) for row in rows))
