"""Why a trial stands in no line of what is owed: nothing is known of it, or no rule that is known here asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trialseal.ledger.codes import Milestone
from trialseal.registries.number_forms import CTIS
from trialseal.registries.numbers import read
from trialseal.rules.duties import Duty, milestones_of, numbers_of
from trialseal.rules.fdaaa_coverage import coverage
from trialseal.rules.finding import Answer
from trialseal.rules.trial_case import TrialCase
from trialseal.rules.united_kingdom import begun

_RESULTS = frozenset({"fdaaa-results", "eu-results", "uk-results"})
_DONE = (Milestone.PRIMARY_COMPLETION, Milestone.COMPLETION, Milestone.TERMINATED)


def unknown_because(case: TrialCase, *, claimed: bool) -> str:
    """What is lacking where nothing at hand says anything of a trial; empty where something does.

    `claimed`: receipts say that it is on the chain.
    """
    if case.registry is not None or case.sealed is not None:
        return ""
    chain = "what the chain holds of it was not seen" if claimed else "not registered on the chain"
    return f"no registry number or record, and {chain}"


def without_results_rule(case: TrialCase, found: Sequence[Duty]) -> str:
    """Why no results are asked for, by the rules known here, of a trial whose primary completion is past; else ''."""
    completed = _completed(case)
    if not completed or any(one.id in _RESULTS for one in found) or _given(case):
        return ""
    return f"results: no rule here applies, by what is at hand ({completed}): {'; '.join(_reasons(case))}"


def _completed(case: TrialCase) -> str:
    for one in milestones_of(case):
        if one.milestone in _DONE and case.over(one.on.last):
            return one.words
    on = case.registry.last.primary_completion if case.registry else None
    return f"primary completion {on.words}" if on and on.certainty != "estimated" and case.over(on.last) else ""


def _given(case: TrialCase) -> bool:
    """Whether results were handed in, so that none are owed to the registry."""
    history = case.registry
    if history is None:
        return False
    return bool(history.known("results_submitted") or history.known("results_posted") or history.under_review)


def _reasons(case: TrialCase) -> Iterator[str]:
    history = case.registry
    if history is None:
        yield "no registry record for 42 CFR 11 and the United Kingdom's regulations"
    else:
        covered = coverage(case)
        yield f"42 CFR 11: {'a waiver is on record' if covered.covered is not False else covered.reason}"
        british = begun(case)
        yield f"the United Kingdom's: {british.sentence if isinstance(british, Answer) else 'no end is stated'}"
    european = any(read(one).registry == CTIS for one in numbers_of(case))
    yield "no end of the trial for the EU's" if european else "no EU CT number for the EU's"
