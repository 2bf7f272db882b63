"""Findings that hang on acts by a key about which its party disagrees with itself: these cannot be determined.

One managing key states that another was in the wrong hands since a time, and a third contests it. Which of them speaks
for the party nobody else can tell, so that a finding is given only where it is the same with such acts and without.
"""

from __future__ import annotations

from collections.abc import Callable

from trialseal.evidence.profiles import Names
from trialseal.evidence.seals import FileEvidence
from trialseal.evidence.trials import TrialEvidence
from trialseal.evidence.wording import listed
from trialseal.ledger.acts import Act, TrialRegistered
from trialseal.once import once
from trialseal.rules.attesting import Doubt, key_doubt
from trialseal.rules.finding import Case, Finding, Status
from trialseal.rules.trial_case import SealedTrial, TrialCase
from trialseal.values import replace


def contested_acts(trial: TrialEvidence, names: Names) -> frozenset[int]:
    """The numbers of acts by keys that were stated to be in the wrong hands by then, where that was contested.

    The registration is left out: without it there is not a trial to judge.
    """
    parties = {actor: names.record(actor) for actor in _actors(trial.history.acts)}
    if not any(key.contested_at for party in parties.values() if party for key in party.keys):
        return frozenset()
    found = set()
    for act in trial.history.acts:
        party = parties[act.actor]
        key = party.key(act.key) if party else None
        if key and not isinstance(act, TrialRegistered) and key_doubt(key, act.time) is Doubt.CONTESTED:
            found.add(act.number)
    return frozenset(found)


@once
def _actors(acts: tuple[Act, ...]) -> frozenset[bytes]:
    return frozenset(act.actor for act in acts)


def judged(case: Case, findings: Callable[[Case], tuple[Finding, ...]]) -> tuple[Finding, ...]:
    """The findings about a file, undetermined where they hang on contested acts beside the one that sealed it."""
    acts = contested_acts(case.trial, case.names) - {case.sealing.act}
    return _agreed(findings(case), findings(_without(case, acts)) if acts else (), acts)


def judged_trial(case: TrialCase, findings: Callable[[TrialCase], tuple[Finding, ...]]) -> tuple[Finding, ...]:
    """As `judged`, about a whole trial."""
    sealed = case.sealed
    acts = contested_acts(sealed.evidence, sealed.cases[0].names) if sealed and sealed.cases else frozenset()
    if not acts or sealed is None:
        return findings(case)
    cases = tuple(_without(one, acts) for one in sealed.cases if one.sealing.act not in acts)
    other = SealedTrial(_trial_without(sealed.evidence, acts), cases)
    return _agreed(findings(case), findings(replace(case, sealed=other)), acts)


def _agreed(found: tuple[Finding, ...], others: tuple[Finding, ...], acts: frozenset[int]) -> tuple[Finding, ...]:
    by_rule = {one.rule: one.status for one in others}
    return tuple(
        one
        if one.status not in (Status.HOLDS, Status.FAILS) or by_rule.get(one.rule, one.status) is one.status
        else one._replace(status=Status.UNDETERMINED, sentence=f"{one.sentence}; this depends on {_words(acts)}")
        for one in found
    )


def _words(acts: frozenset[int]) -> str:
    numbers = listed([str(one) for one in sorted(acts)])
    return f"act{'s' if len(acts) > 1 else ''} {numbers}, by a key about which its party disagrees with itself"


def _without(case: Case, acts: frozenset[int]) -> Case:
    evidence: FileEvidence = case.evidence
    results = tuple(
        one._replace(acts=tuple(act for act in one.acts if act.number not in acts)) for one in evidence.results
    )
    foreign = tuple(act for act in evidence.foreign_reports if act.number not in acts)
    trial = _trial_without(case.trial, acts)
    return case._replace(evidence=evidence._replace(trial=trial, results=results, foreign_reports=foreign))


def _trial_without(trial: TrialEvidence, acts: frozenset[int]) -> TrialEvidence:
    history = trial.history
    kept = tuple(act for act in history.acts if act.number not in acts)
    claims = tuple(one for one in trial.numbers if not all(act.number in acts for act in one.claim.made))
    return trial._replace(history=type(history)(history.state, kept, history.gap), numbers=claims)
