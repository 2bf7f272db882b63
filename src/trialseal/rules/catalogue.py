"""All rules, in the order in which their findings are given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from trialseal.rules import approvals, parties, results, sealing, timing
from trialseal.rules.contested import judged
from trialseal.rules.finding import Case, Fact, Finding, Rule, Status

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


def judge_all(cases: Iterable[Case]) -> Iterator[tuple[Finding, ...]]:
    """As `judge`, of many: of files of which no more is known than that they are not sealed, one judgement serves."""
    known: dict[str | None, Finding] = {}
    for case in cases:
        if not sealing.is_unknown(case.evidence):
            yield judge(case)
            continue
        why = case.evidence.unseen
        if why not in known:
            [known[why]] = judge(case)
        one, facts = known[why], (Fact(sealing.bytes_fact(case.evidence)),)
        yield (Finding(one.rule, one.status, one.sentence, facts, one.item, one.source),)


def table() -> str:
    """The table of all rules in docs/verdicts.md, which a test holds against this."""
    rows = [f"| `{one.id}` | {one.asks} | {one.applies} | {one.source} |" for one in RULES]
    return "\n".join(["| rule | asks | applies | source |", "|---|---|---|---|", *rows])
