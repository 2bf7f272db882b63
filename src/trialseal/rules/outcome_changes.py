"""Rules about outcomes over time and between texts: kept in the registry, registered and reported.

Phases and their ends are those of Holst and others (PLoS Med 2023): each ends on the day that the first version with
the next status gives, else on the first such day ever given, else on the day on which the status changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from trialseal.evidence.wording import count, listed
from trialseal.outcomes.compare import compare
from trialseal.outcomes.judgement import Answer as JudgedAs
from trialseal.outcomes.judgement import Judgement, judge_versions
from trialseal.outcomes.model import Comparison, Outcome, OutcomeChange, Pair, Phase, Severity
from trialseal.registries.dates import RegistryDate
from trialseal.registries.history import (
    COMPLETED_OR_LATER,
    POINTS_TO_RESULTS,
    RECRUITING_OR_LATER,
    RegistryHistory,
    RegistryVersion,
)
from trialseal.rules.finding import Answer, Fact, Standard, Status, does_not_apply, fails, holds, rule, undetermined
from trialseal.rules.outcome_sets import OutcomeSets, outcomes_of, parts_of
from trialseal.rules.registration import NO_RECORD
from trialseal.rules.trial_case import TrialCase, worst

PHASE_WORDS: dict[Phase, str] = {
    "pre-enrolment": "before enrolment",
    "recruitment": "during recruitment",
    "post-completion": "after completion",
    "post-publication": "after publication",
}


class PhaseChange(NamedTuple):
    """What became of the outcomes from the end of one phase to the end of the next given."""

    phase: Phase
    before: RegistryVersion
    after: RegistryVersion
    comparison: Comparison

    def outcomes(self, history: RegistryHistory) -> tuple[list[Outcome], list[Outcome]]:
        """Both sets, in the order that the comparison's numbers mean."""
        return outcomes_of(history, self.before), outcomes_of(history, self.after)


def phase_ends(history: RegistryHistory, published: str | None = None) -> dict[Phase, RegistryVersion]:
    """The last version given that shows outcomes in each phase; the first version stands for the first phase."""
    starts = _boundary(history, RECRUITING_OR_LATER, "start")
    completed = _boundary(history, COMPLETED_OR_LATER, "primary_completion")
    publication = RegistryDate(published).first if published else None
    found: dict[Phase, RegistryVersion] = {}
    for version in history.versions:
        if version.outcomes is None:
            continue
        day = RegistryDate(version.date).first if version.date else None
        phase: Phase = "pre-enrolment"
        if day is not None and publication is not None and day >= publication:
            phase = "post-publication"
        elif day is not None and completed is not None and day >= completed:
            phase = "post-completion"
        elif day is not None and starts is not None and day >= starts:
            phase = "recruitment"
        # What the trial was registered with is the reference, however late that was.
        found["pre-enrolment" if not found else phase] = version
    return found


def _boundary(history: RegistryHistory, statuses: frozenset[str], field: str) -> date | None:
    reached = next((one for one in history.versions if one.status in statuses), None)
    if reached is None:  # a date that was only ever expected ends no phase
        return None
    for found in (getattr(one, field) for one in (reached, *history.versions)):
        if isinstance(found, RegistryDate):
            return found.first
    return RegistryDate(reached.date).first if reached.date else None


def phase_changes(history: RegistryHistory, published: str | None = None) -> list[PhaseChange]:
    """The outcomes compared from the end of each phase given to the end of the next."""
    ends = list(phase_ends(history, published).items())
    return [
        PhaseChange(phase, before, after, compare(outcomes_of(history, before), outcomes_of(history, after)))
        for (_, before), (phase, after) in pairwise(ends)
    ]


def _real(pair: Pair) -> list[OutcomeChange]:
    """The changes of a pair that matter to who reads a primary outcome: what it is, how, and when measured."""
    return [one for one in pair.changes if one.severity.rank >= Severity.MODERATE.rank]


@rule(
    "registered-outcomes-kept",
    asks="Are the primary outcomes after recruitment began those that were registered before?",
    source=Standard(
        "CONSORT 2025",
        "item 10",
        "2025",
        "changes to outcomes after the trial commenced, with reasons; phases as in Holst and others, PLoS Med 20(10) "
        "(2023)",
    ),
    applies="to records with several versions",
    needs="a registry history or dated snapshots",
    item="10",
)
def registered_outcomes_kept(case: TrialCase) -> Answer:
    history = case.registry
    if history is None:
        return undetermined(NO_RECORD)
    if len(history.versions) < 2:
        return does_not_apply("one version of the record is given: earlier ones would tell")
    pointed = [one for one in history.versions if one.outcomes is None]
    facts = [Fact(_said_instead(one.outcomes_note), history.words(one)) for one in pointed]
    changes = phase_changes(history, case.reported.submitted if case.reported else None)
    if not changes:
        return holds("no version after the first phase shows other outcomes", *facts)
    answers = [_kept(history, one) for one in changes]
    found = worst(answers)
    if not history.complete and found.status is Status.HOLDS:
        facts.append(Fact("not every version is given: between two that are, outcomes may have changed and back"))
    return Answer(found.status, found.sentence, (*found.facts, *facts))


def _said_instead(note: str | None) -> str:
    """Why a version shows no outcomes: a pointer to results changes none, what was not read may."""
    return f"{POINTS_TO_RESULTS}: no change" if note in (None, POINTS_TO_RESULTS) else str(note)


def _kept(history: RegistryHistory, one: PhaseChange) -> Answer:
    sets = OutcomeSets(outcomes_of(history, one.before), outcomes_of(history, one.after))
    when = PHASE_WORDS[one.phase]
    judged = judge_versions(sets.before, sets.after, one.comparison)
    pairs = [pair for pair in one.comparison.pairs if sets.primary(pair)]
    others = sum(1 for pair in one.comparison.pairs if not sets.primary(pair) and _real(pair))
    facts = [sets.fact(pair, change) for pair in pairs for change in _shown(pair, judged)]
    if others:
        facts.append(Fact(f"{count(others, 'difference')} of secondary outcomes {when}", history.words(one.after)))
    span = f"between {one.before.words} and {one.after.words}"
    if judged.answer == "holds":
        return holds(f"no primary outcome differs in substance {when}, {span}", *facts)
    differing = listed(list(judged.differences))
    real = [pair for pair in pairs if _real(pair)]
    later = [pair for pair in real if not pair.before and _names_new_part(sets, pair)]
    if judged.answer == "question" and any(not pair.needs_reader and pair not in later for pair in real):
        return fails(
            f"the record's primary outcomes differ {when}, {span} ({differing}): where is the change explained?", *facts
        )
    if later:
        return undetermined(
            f"primary outcomes were added {when}, {span}, of a part that was not spoken of before: did it begin later?",
            *facts,
        )
    return undetermined(
        f"primary outcomes may differ {when}, {span} ({differing}): a person must read both texts", *facts
    )


def answer_shown(history: RegistryHistory, one: PhaseChange) -> JudgedAs:
    """What is said of the outcomes of one phase: a question, something for a reader, or that nothing differs."""
    return SHOWN_AS[_kept(history, one).status]


SHOWN_AS: Mapping[Status, JudgedAs] = {
    Status.FAILS: "question",
    Status.UNDETERMINED: "reader",
    Status.HOLDS: "holds",
}
"""What a status of this rule says of outcomes that were compared."""


def _shown(pair: Pair, judged: Judgement) -> list[OutcomeChange]:
    """The changes of a pair that matter; where a reader is needed, also those that may matter, or mere wording."""
    return list(pair.changes) if judged.answer == "reader" else _real(pair)


def _names_new_part(sets: OutcomeSets, pair: Pair) -> bool:
    """Whether what was added names a part of the trial that no outcome named before."""
    known = parts_of(sets.before)
    named = parts_of(sets.after[j] for j in pair.after)
    return bool(named - known)
