"""Findings about registries' records: as judged, in a command's words, and for programs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from trialseal.cli.session import Session
from trialseal.documents.identifiers import date_range
from trialseal.errors import UsageError
from trialseal.registries.history import RegistryHistory
from trialseal.rules.finding import Finding, Status
from trialseal.rules.trial_case import TrialCase


def as_of_day(text: str | None) -> date:
    """The day that `--as-of` names, or today in UTC; UsageError for one that is not known to the day."""
    if text is None:
        return datetime.now(UTC).date()
    first, last = date_range(text)
    if first != last:
        raise UsageError(f"--as-of {text} is not a single day: write 2026-01-31")
    return first


def judged(history: RegistryHistory, as_of: date, interventional: bool = False) -> tuple[Finding, ...]:
    """Every rule's finding about a registry's record alone."""
    from trialseal.rules.trial_catalogue import judge_trial

    return judge_trial(TrialCase(as_of=as_of, registry=history, interventional=interventional))


def say_findings(session: Session, findings: tuple[Finding, ...]) -> None:
    """The findings that apply, by CONSORT item; how many do not."""
    from trialseal.rules.trial_catalogue import ITEMS

    shown = None
    for one in findings:
        if one.status is Status.DOES_NOT_APPLY:
            continue
        if one.item != shown:
            shown = one.item
            session.out.say(f"CONSORT 2025 item {one.item}, {ITEMS[one.item]}" if one.item else ITEMS[""])
        session.out.say(f"  {one.status.value:<12} {one.rule}: {one.sentence}")
    passed = sum(one.status is Status.DOES_NOT_APPLY for one in findings)
    session.out.say(f"{passed} other rules do not apply here")


def finding_value(one: Finding) -> dict[str, Any]:
    """A finding for programs."""
    return {
        "rule": one.rule,
        "item": one.item,
        "status": one.status.value,
        "sentence": one.sentence,
        "source": one.source,
        "facts": [{"text": str(fact), "source": getattr(fact, "source", "")} for fact in one.facts],
    }
