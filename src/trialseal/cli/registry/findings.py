"""Findings about registries' records: as judged, in a command's words, and for programs."""

from __future__ import annotations

from datetime import date
from typing import Any

from trialseal.cli.session import Session
from trialseal.registries.history import RegistryHistory
from trialseal.rules.finding import Finding, Status
from trialseal.rules.trial_case import TrialCase


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
