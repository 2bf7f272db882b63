"""All rules about consents, and their table in docs/verdicts.md."""

from __future__ import annotations

from typing import Final

from trialseal.rules.consent.cases import SubjectCase
from trialseal.rules.consent.enrolment import consent_before_enrolment
from trialseal.rules.consent.forms import form_approved
from trialseal.rules.consent.renewal import asked_again
from trialseal.rules.consent.versions import consent_version
from trialseal.rules.consent.withdrawal import (
    data_after_withdrawal,
    followed_after_withdrawal,
    treated_after_withdrawal,
)
from trialseal.rules.finding import (
    Rule,
)

SUBJECT_RULES: Final[tuple[Rule[SubjectCase], ...]] = (
    consent_before_enrolment,
    consent_version,
    asked_again,
    treated_after_withdrawal,
    followed_after_withdrawal,
    data_after_withdrawal,
)


def consent_table() -> str:
    """The table of these rules in docs/verdicts.md, which a test holds against this."""
    rows = [f"| `{one.id}` | {one.asks} | {one.applies} | {one.source} |" for one in SUBJECT_RULES]
    rows.append(f"| `{form_approved.id}` | {form_approved.asks} | {form_approved.applies} | {form_approved.source} |")
    return "\n".join(["| rule | asks | applies | source |", "|---|---|---|---|", *rows])
