"""Rules about outcomes over time and between texts: kept in the registry, registered and reported.

Phases and their ends are those of Holst and others (PLoS Med 2023): each ends on the day that the first version with
the next status gives, else on the first such day ever given, else on the day on which the status changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from trialseal.documents.protocol import Protocol
from trialseal.documents.registry_dates import RegistryDate
from trialseal.documents.registry_history import (
    COMPLETED_OR_LATER,
    POINTS_TO_RESULTS,
    RECRUITING_OR_LATER,
    RegistryHistory,
    RegistryVersion,
)
from trialseal.evidence.wording import count, listed, quoted
from trialseal.outcomes.compare import compare
from trialseal.outcomes.model import Change, Code, Comparison, Outcome, Pair, Phase, Severity
from trialseal.outcomes.sources import of_endpoints, of_registry_outcomes
from trialseal.rules.finding import Answer, Fact, Standard, Status, does_not_apply, fails, holds, rule, undetermined
from trialseal.rules.registration import NO_RECORD
from trialseal.rules.trial_case import TrialCase, worst

_MOST_NAMED = 4
PHASE_WORDS: dict[Phase, str] = {
    "pre-enrolment": "before enrolment",
    "recruitment": "during recruitment",
    "post-completion": "after completion",
    "post-publication": "after publication",
}
# A part of a trial as outcomes name it: Phase 2/3, Cohort B, booster, substudy.
_PART = re.compile(
    r"\b(?:phase|cohort|part|stage|segment|sub-?study|period|arm)s?\s*(?:[0-9]+[a-z]?(?:/[0-9]+[a-z]?)*|[ivx]+|[a-h])\b"
    r"|\bbooster\w*|\bsub-?stud\w+|\bextension\b|\bopen[- ]label\b|\bre-?vaccinat\w+|\bthird dose\b",
    re.IGNORECASE,
)


class PhaseChange(NamedTuple):
    """What became of the outcomes from the end of one phase to the end of the next at hand."""

    phase: Phase
    before: RegistryVersion
    after: RegistryVersion
    comparison: Comparison


def phase_ends(history: RegistryHistory, published: str | None = None) -> dict[Phase, RegistryVersion]:
    """The last version at hand that shows outcomes in each phase; the first version stands for the first phase."""
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
    """The outcomes compared from the end of each phase at hand to the end of the next."""
    ends = list(phase_ends(history, published).items())
    return [
        PhaseChange(phase, before, after, compare(_outcomes(history, before), _outcomes(history, after)))
        for (_, before), (phase, after) in pairwise(ends)
    ]


def _outcomes(history: RegistryHistory, version: RegistryVersion) -> list[Outcome]:
    # Numbers in a record are places in a list, and move when one is taken out: no names to match by.
    return [one._replace(id=None) for one in of_registry_outcomes(version.outcomes, history.words(version))]


class _Sets(NamedTuple):
    """Two sets of outcomes that were compared."""

    before: Sequence[Outcome]
    after: Sequence[Outcome]

    def primary(self, pair: Pair) -> bool:
        """Whether a primary outcome is in a pair."""
        return any(one.role == "primary" for one in self.of(pair))

    def of(self, pair: Pair) -> list[Outcome]:
        """The outcomes of a pair."""
        return [self.before[i] for i in pair.before] + [self.after[j] for j in pair.after]

    def fact(self, pair: Pair, change: Change) -> Fact:
        """A change with the words of both sides and where they stand."""
        was = listed([_text(self.before[i]) for i in pair.before]) if pair.before else "nothing like it"
        now = listed([_text(self.after[j]) for j in pair.after]) if pair.after else "nothing like it"
        places = dict.fromkeys(one.source for one in self.of(pair) if one.source)
        reader = " (needs a reader)" if pair.needs_reader else ""
        return Fact(f"{change.code.value}{reader}: {was} → {now}", "; ".join(places))


def _text(one: Outcome) -> str:
    return quoted(one.measure) + (f" [{quoted(one.time_frame)}]" if one.time_frame else "")


def _real(pair: Pair) -> list[Change]:
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
        return does_not_apply("one version of the record is at hand: earlier ones would tell")
    pointed = [one for one in history.versions if one.outcomes is None]
    facts = [Fact(f"{one.outcomes_note or POINTS_TO_RESULTS}: no change", history.words(one)) for one in pointed]
    changes = phase_changes(history, case.reported.submitted if case.reported else None)
    if not changes:
        return holds("no version after the first phase shows other outcomes", *facts)
    answers = [_kept(history, one) for one in changes]
    found = worst(answers)
    if not history.complete and found.status is Status.HOLDS:
        facts.append(Fact("not every version is at hand: between two that are, outcomes may have changed and back"))
    return Answer(found.status, found.sentence, (*found.facts, *facts))


def _kept(history: RegistryHistory, one: PhaseChange) -> Answer:
    sets = _Sets(_outcomes(history, one.before), _outcomes(history, one.after))
    when = PHASE_WORDS[one.phase]
    pairs = [pair for pair in one.comparison.pairs if sets.primary(pair) and _real(pair)]
    others = sum(1 for pair in one.comparison.pairs if not sets.primary(pair) and _real(pair))
    facts = [sets.fact(pair, change) for pair in pairs for change in _real(pair)]
    if others:
        facts.append(Fact(f"{count(others, 'difference')} of secondary outcomes {when}", history.words(one.after)))
    span = f"between {one.before.words} and {one.after.words}"
    if not pairs:
        return holds(f"no primary outcome differs in substance {when}, {span}", *facts)
    later = [pair for pair in pairs if not pair.before and _names_new_part(sets, pair)]
    certain = [pair for pair in pairs if not pair.needs_reader and pair not in later]
    if certain:
        codes = listed(list(dict.fromkeys(_spoken(change.code) for pair in certain for change in _real(pair))))
        return fails(f"the record's primary outcomes differ {when}, {span} ({codes}): why, and is it declared?", *facts)
    if later:
        return undetermined(
            f"primary outcomes were added {when}, {span}, of a part that was not spoken of before: did it begin later?",
            *facts,
        )
    return undetermined(f"primary outcomes may differ {when}, {span}: both texts need a reader", *facts)


def _spoken(code: Code) -> str:
    return code.value.replace("-", " ")


def _names_new_part(sets: _Sets, pair: Pair) -> bool:
    """Whether what was added names a part of the trial that no outcome named before."""
    known = _parts(sets.before)
    named = _parts(sets.after[j] for j in pair.after)
    return bool(named - known)


def _parts(outcomes: Iterable[Outcome]) -> set[str]:
    texts = (f"{one.measure} {one.description} {one.time_frame}" for one in outcomes)
    return {" ".join(match[0].casefold().split()) for text in texts for match in _PART.finditer(text)}


# ----- registered and reported -----


def _registered(case: TrialCase) -> tuple[list[Outcome], str] | None:
    """The registered outcomes that a paper is held against: the last version that shows any, and its name."""
    history = case.registry
    for version in reversed(history.versions) if history else ():
        if version.outcomes and history:
            return _outcomes(history, version), history.words(version)
    return None


def _in_protocol(case: TrialCase, outcome: Outcome) -> str | None:
    """The protocol at hand that holds an outcome, whatever the registry says."""
    for document in case.documents:
        if isinstance(document, Protocol):
            planned = [one._replace(id=None) for one in of_endpoints(document.endpoints)]
            found = compare(planned, [outcome._replace(id=None)])
            if any(pair.before and pair.after and not pair.needs_reader for pair in found.pairs):
                return f"protocol version {document.version}"
    return None


_NOT_REGISTERED = {Code.PRIMARY_ADDED, Code.PRIMARY_PROMOTED, Code.PRIMARY_REPLACED, Code.SECONDARY_ADDED}


@rule(
    "reported-were-registered",
    asks="Is every reported outcome among the registered ones, in the same role?",
    source=Standard("CONSORT 2025", "items 10, 14 and 26", "2025", "outcomes not prespecified are called so"),
    applies="where reported outcomes and a record that shows outcomes are at hand",
    needs="the reported outcomes and a registry record",
    item="26",
)
def reported_were_registered(case: TrialCase) -> Answer:
    compared = _compared(case)
    if isinstance(compared, Answer):
        return compared
    sets, comparison, source = compared
    asked = [one for one in sets.after if one.role != "other"]
    apart = [
        (pair, change)
        for pair in comparison.pairs
        for change in pair.changes
        if change.code in _NOT_REGISTERED and any(sets.after[j].role != "other" for j in pair.after)
    ]
    facts: list[Fact] = []
    questions: list[tuple[Pair, Change]] = []
    for pair, change in apart:
        facts.append(sets.fact(pair, change))
        if change.code is Code.SECONDARY_ADDED and (where := _in_protocol(case, sets.after[pair.after[0]])):
            facts.append(Fact(f"{_text(sets.after[pair.after[0]])} is in it", where))
        else:
            questions.append((pair, change))
    if not questions:
        return holds(f"each of {count(len(asked), 'reported outcome')} is registered or in the protocol", *facts)
    names = _names(sets, questions)
    certain = [one for one in questions if not one[0].needs_reader]
    said = case.reported.statements.get("changes") if case.reported else None
    if certain and said is None:
        return fails(
            f"the report and {source} differ: {names}; no explanation found in what was searched: is there one?", *facts
        )
    if certain and said is not None:
        return undetermined(f"the report and {source} differ: {names}; the report speaks of changes", said, *facts)
    return undetermined(f"the report and {source} may differ: {names}; both texts need a reader", *facts)


@rule(
    "registered-were-reported",
    asks="Is every registered outcome of the part that the paper is about reported?",
    source=Standard("CONSORT 2025", "item 26", "2025", "results for each outcome; COMPare counts each of them"),
    applies="where reported outcomes and a record that shows outcomes are at hand",
    needs="the reported outcomes and a registry record; the part, where a trial has several",
    item="26",
)
def registered_were_reported(case: TrialCase) -> Answer:
    compared = _compared(case)
    if isinstance(compared, Answer):
        return compared
    sets, comparison, source = compared
    report = case.reported
    assert report is not None
    spoken = _parts(sets.after) | {" ".join(part.casefold().split()) for part in report.parts}
    facts: list[Fact] = []
    open_ones: list[tuple[Pair, Change]] = []
    for pair in comparison.pairs:
        for change in pair.changes if not pair.after else ():
            outcome = sets.before[pair.before[0]]
            named = _parts([outcome])
            if change.code is Code.OTHER_PART or (named and spoken and not named & spoken):
                facts.append(Fact(f"outside scope: {_text(outcome)}", outcome.source))
            elif outcome.role != "other":
                open_ones.append((pair, change))
    facts += [sets.fact(pair, change) for pair, change in open_ones]
    primary = [one for one in open_ones if sets.primary(one[0])]
    certain = [one for one in primary if not one[0].needs_reader]
    if certain:
        return fails(
            f"{source} names, and the report at hand does not give, {_names(sets, certain)}: where is it?", *facts
        )
    if open_ones:
        return undetermined(
            f"{count(len(open_ones), 'registered outcome')} not in the report at hand ({_names(sets, open_ones)}): "
            "reported elsewhere, or still to come?",
            *facts,
        )
    return holds(f"every outcome of {source} that is in scope is reported", *facts)


def _compared(case: TrialCase) -> tuple[_Sets, Comparison, str] | Answer:
    """The registered outcomes compared with the reported ones; or why they are not."""
    if case.reported is None or not case.reported.outcomes:
        return does_not_apply("no reported outcome is at hand")
    found = _registered(case)
    if found is None:
        return undetermined(NO_RECORD if case.registry is None else "no version at hand shows outcomes")
    registered, source = found
    reported = [one._replace(id=None) for one in case.reported.outcomes]
    return _Sets(registered, reported), compare(registered, reported), source


def _names(sets: _Sets, pairs: Sequence[tuple[Pair, Change]]) -> str:
    said = []
    for pair, change in pairs[:_MOST_NAMED]:
        outcome = sets.after[pair.after[0]] if pair.after else sets.before[pair.before[0]]
        said.append(f"{_spoken(change.code)}, {quoted(outcome.measure)}")
    more = f" and {len(pairs) - _MOST_NAMED} more" if len(pairs) > _MOST_NAMED else ""
    return "; ".join(said) + more
