"""All rules about a whole trial, in the order of the items of CONSORT 2025, and what they find."""

from __future__ import annotations

from typing import Final

from trialseal.rules import (
    approvals,
    eu_ctr,
    eudract,
    fdaaa,
    outcome_changes,
    record_content,
    registration,
    registry_choice,
    reported_outcomes,
    sealed_trial,
    trial_conduct,
    united_kingdom,
)
from trialseal.rules.contested import judged_trial
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
    registry_choice.registry_accepted,
    registration.registered_before_enrolment,
    registration.start_date_kept,
    united_kingdom.uk_registered,
    fdaaa.fdaaa_registered,
    fdaaa.fdaaa_updated,
    record_content.who_data_set,
    trial_conduct.record_notarised,
    trial_conduct.numbers_agree,
    sealed_trial.sealed_before_enrolment,
    sealed_trial.sponsor_vouched,
    sealed_trial.sponsor_named,
    sealed_trial.number_claimed_once,
    sealed_trial.everything_counted,
    sealed_trial.acts_complete,
    trial_conduct.plan_before_lock,
    record_content.data_sharing_plan,
    record_content.data_sharing_statement,
    outcome_changes.registered_outcomes_kept,
    sealed_trial.endpoints_first_sealed,
    sealed_trial.amendments_blinded,
    trial_conduct.amendments_before_lock,
    record_content.record_outcomes_defined,
    record_content.protocol_outcomes_defined,
    record_content.paper_outcomes_defined,
    reported_outcomes.reported_as_registered,
    trial_conduct.interim_looks_planned,
    trial_conduct.results_after_completion,
    record_content.stop_explained,
    eu_ctr.eu_notices,
    reported_outcomes.reported_were_registered,
    reported_outcomes.registered_were_reported,
    fdaaa.fdaaa_results,
    fdaaa.fdaaa_secondary_results,
    eu_ctr.eu_results,
    eudract.eudract_results,
    united_kingdom.uk_results,
    trial_conduct.results_sealed,
    sealed_trial.planned_proven,
    sealed_trial.primary_sealed_reported,
    sealed_trial.post_hoc_called_so,
    approvals.approved_before_enrolment,
    trial_conduct.consent_audit,
)


def judge_trial(case: TrialCase) -> tuple[Finding, ...]:
    """Every rule's finding about a trial, grouped by CONSORT item, always in the same order."""
    return judged_trial(case, lambda its: tuple(one(its) for one in TRIAL_RULES))


def trial_table() -> str:
    """The table of these rules in docs/verdicts.md, which a test holds against this."""
    rows = [
        f"| `{one.id}` | {one.item or '–'} | {one.asks} | {one.applies} | {one.needs} | {one.source} |"
        for one in TRIAL_RULES
    ]
    head = ["| rule | CONSORT 2025 | asks | applies | needs | source |", "|---|---|---|---|---|---|"]
    return "\n".join([*head, *rows])
