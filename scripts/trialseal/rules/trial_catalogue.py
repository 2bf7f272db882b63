"""All rules about a whole trial, in the order of the items of CONSORT 2025, and what they find."""

from __future__ import annotations

from typing import Final

from trialseal.rules import registration
from trialseal.rules.finding import Finding, Rule
from trialseal.rules.trial_case import TrialCase

ITEMS: Final = {
    "2": "Trial registration",
    "3": "Protocol and statistical analysis plan",
    "4": "Data sharing",
    "10": "Changes to trial protocol",
    "14": "Outcomes",
    "16b": "Interim analyses and stopping guidelines",
    "21": "Statistical methods",
    "23": "Recruitment",
    "26": "Numbers analysed, outcomes and estimation",
    "28": "Ancillary analyses",
    "": "Beside CONSORT",
}
"""The items of CONSORT 2025 under which findings are grouped, in order; the last is for what no item asks."""

TRIAL_RULES: Final[tuple[Rule[TrialCase], ...]] = (
    registration.registered_before_enrolment,
    registration.start_date_kept,
)


def judge_trial(case: TrialCase) -> tuple[Finding, ...]:
    """Every rule's finding about a trial, grouped by CONSORT item, always in the same order."""
    return tuple(one(case) for one in TRIAL_RULES)


def trial_table() -> str:
    """The table of these rules in docs/verdicts.md, which a test holds against this."""
    rows = [
        f"| `{one.id}` | {one.item or '–'} | {one.asks} | {one.applies} | {one.needs} | {one.source} |"
        for one in TRIAL_RULES
    ]
    head = ["| rule | CONSORT 2025 | asks | applies | needs | source |", "|---|---|---|---|---|---|"]
    return "\n".join([*head, *rows])
