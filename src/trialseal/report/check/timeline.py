"""The timeline of a check: what the record says happened when, beside what was sealed on a chain."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from trialseal.evidence.wording import kind_words
from trialseal.ledger.acts import DocumentSealed, TrialRegistered
from trialseal.registries.dates import RegistryDate
from trialseal.registries.history import RegistryHistory
from trialseal.report.trial.view import Category, Period, TimelineEntry, TimelineView
from trialseal.rules.outcome_changes import phase_changes
from trialseal.rules.trial_case import TrialCase

# More versions than this are not named one by one on a drawing of this width.
_NAMED_VERSIONS = 8


def timeline_of(case: TrialCase, title: str) -> TimelineView:
    """The dates of a case as a drawing takes them; a date of month precision stands at the middle of its month."""
    entries = [*_of_record(case), *_of_chain(case), *_of_report(case)]
    return TimelineView(
        title=title,
        trial="",
        sponsor="",
        sponsor_id="",
        chain="",
        completeness="",
        complete=None,
        entries=tuple(sorted(entries, key=lambda one: one.time)),
        periods=tuple(_periods(case)),
    )


def _entry(words: str, label: str, date: RegistryDate, who: str, category: Category) -> TimelineEntry:
    first = datetime(date.first.year, date.first.month, date.first.day, tzinfo=UTC)
    last = datetime(date.last.year, date.last.month, date.last.day, tzinfo=UTC) + timedelta(days=1)
    return TimelineEntry(
        None, words, who, int((first.timestamp() + last.timestamp()) / 2), category, label=label, on_chain=False
    )


def _of_record(case: TrialCase) -> Iterator[TimelineEntry]:
    history = case.registry
    if history is None:
        return
    who = history.number
    if text := history.first_submitted:
        yield _entry(f"first submitted to {history.registry}", f"submitted {text}", RegistryDate(text), who, "registry")
    yield from _versions(history, case)
    for field, words, short in (
        ("start", "start", "start"),
        ("primary_completion", "primary completion", "primary completion"),
        ("completion", "completion", "completion"),
    ):
        found = history.known(field)
        if isinstance(found, RegistryDate):
            yield _entry(f"{words}: {found.words}", f"{short} {found.words}", found, who, "milestone")
    for field, words in (("results_submitted", "results submitted"), ("results_posted", "results posted")):
        day = history.known(field)
        if isinstance(day, str):
            yield _entry(f"{words} {day}", f"{words} {day}", RegistryDate(day), who, "result")


def _versions(history: RegistryHistory, case: TrialCase) -> Iterator[TimelineEntry]:
    """Versions after the first; those at which outcomes changed are named."""
    changed = {
        one.after.number
        for one in phase_changes(history, case.reported.submitted if case.reported else None)
        if one.comparison.changed
    }
    versions = [one for one in history.versions if one.date and one.date != history.first_submitted]
    for one in versions:
        assert one.date
        named = one.number in changed or len(versions) <= _NAMED_VERSIONS
        words = f"version {one.number}" if len(history.versions) > 1 else "this record"
        label = f"{words}, outcomes differ" if one.number in changed else words if named else "\u00a0"
        yield _entry(f"{words} of {one.date}", label, RegistryDate(one.date), history.number, "registry")


def _of_chain(case: TrialCase) -> Iterator[TimelineEntry]:
    """What was sealed, at the block's time: documents and results; milestones are in the trial's own timeline."""
    if case.sealed is None:
        return
    for act in case.sealed.evidence.history.acts:
        if isinstance(act, TrialRegistered | DocumentSealed):
            kind, version = ("protocol", 1) if isinstance(act, TrialRegistered) else (kind_words(act.kind), act.version)
            yield TimelineEntry(None, f"{kind} version {version} sealed", "the chain", act.time, "protocol")


def _of_report(case: TrialCase) -> Iterator[TimelineEntry]:
    if case.reported and case.reported.submitted:
        date = RegistryDate(case.reported.submitted)
        yield _entry("the report", f"report {date.text}", date, case.reported.source, "document")


def _periods(case: TrialCase) -> Iterator[Period]:
    if case.registry is None:
        return
    start, end = case.registry.known("start"), case.registry.known("primary_completion")
    if isinstance(start, RegistryDate):
        until = end.text if isinstance(end, RegistryDate) and end.last >= start.first else None
        yield Period("Start to primary completion", start.text, until)
