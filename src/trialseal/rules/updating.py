"""Until when a record is to be kept up: not until the trial ends, but until its results are submitted."""

from __future__ import annotations

from typing import Final

from trialseal.registries.dates import RegistryDate
from trialseal.registries.history import RegistryHistory, RegistryVersion
from trialseal.rules.deadlines import FINAL_RULE_BEGINS

ENDED: Final = frozenset({"COMPLETED", "TERMINATED", "WITHDRAWN"})


def updates_go_on(history: RegistryHistory, version: RegistryVersion) -> bool:
    """Whether a record is to be updated after one of its versions (42 CFR 11.64(a)(3)), by what all versions say.

    Of a trial that has ended: while results are to be submitted, those of secondary outcomes among them. Those that
    ended before the rule of 2016 was in force were under the act alone, which has no such clause.
    """
    if version.status not in ENDED:
        return True
    if version.status == "WITHDRAWN" or history.known("results_waived"):
        return False
    submitted, completed = results_complete(history), version.completion or version.primary_completion
    if submitted and version.date and submitted.first <= RegistryDate(version.date).last:
        return False
    return completed is not None and completed.first >= FINAL_RULE_BEGINS


def results_complete(history: RegistryHistory) -> RegistryDate | None:
    """The day on which results were submitted, whether the registry reviews them still or has posted them; None while
    the record lists secondary outcomes whose results are still to come."""
    if any(one.kind == "SECONDARY" and one.status == "NOT_POSTED" for one in history.last.posted):
        return None
    day = history.known("results_submitted") or history.under_review
    return RegistryDate(day) if isinstance(day, str) else None
