"""All rules, in the order in which their findings are given."""

from __future__ import annotations

from typing import Final

from trialseal.rules import approvals, parties, results, sealing, timing
from trialseal.rules.contested import judged
from trialseal.rules.finding import Case, Finding, Rule, Status

RULES: Final[tuple[Rule[Case], ...]] = (
    sealing.sealed_here,
    sealing.this_trial,
    sealing.says_what_was_sealed,
    sealing.endpoint_set,
    results.results_proven,
    results.primary_reported,
    results.reports_listed,
    results.post_hoc_named,
    timing.prospective,
    timing.protocol_sealed_first,
    timing.endpoints_before_data,
    timing.amended_blinded,
    sealing.acting_party,
    sealing.key_trusted,
    parties.party_accredited,
    parties.party_named,
    parties.number_claimants,
    approvals.approvals,
    sealing.version_standing,
    results.other_results,
    results.all_counted,
    sealing.history_complete,
    sealing.settled,
    sealing.node_current,
)


def judge(case: Case) -> tuple[Finding, ...]:
    """Every rule's finding; only that it is not sealed, where it is not."""
    first = RULES[0](case)
    if first.status is not Status.HOLDS:
        return (first,)
    return (first, *judged(case, lambda one: tuple(rule(one) for rule in RULES[1:])))


def table() -> str:
    """The table of all rules in docs/verdicts.md, which a test holds against this."""
    rows = [f"| `{one.id}` | {one.asks} | {one.applies} | {one.source} |" for one in RULES]
    return "\n".join(["| rule | asks | applies | source |", "|---|---|---|---|", *rows])
