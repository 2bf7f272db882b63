"""Findings about acts that are not sent yet, a line each."""

from __future__ import annotations

from trialseal.acts.judging import ANSWERS
from trialseal.rules.finding import Finding


def finding_line(one: Finding) -> str:
    """What a rule says, for a dry run."""
    return f"{ANSWERS[one.status]:<20}  {one.rule}: {one.sentence}"


def finding_value(one: Finding) -> dict[str, str]:
    """The same for a program."""
    return {"rule": one.rule, "status": one.status.value, "sentence": one.sentence}
