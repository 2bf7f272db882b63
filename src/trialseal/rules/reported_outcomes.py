"""Rules about registered and reported outcomes, asked so that nobody is accused where a reader is needed.

A pair raises a question only if it is certain: a person confirmed the reported outcomes, the comparison is sure of the
pair, and no other outcome speaks of the same matter in other words. All else is shown and left to a reader.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from trialseal.documents.protocol import Protocol
from trialseal.escaping import quoted
from trialseal.evidence.wording import count, listed
from trialseal.outcomes.compare import compare
from trialseal.outcomes.model import ChangeCode, Outcome, OutcomeChange, Pair, Severity
from trialseal.outcomes.readings import read_all
from trialseal.outcomes.sources import of_endpoints
from trialseal.outcomes.words import content
from trialseal.rules.finding import Answer, Fact, Standard, does_not_apply, fails, holds, rule, undetermined
from trialseal.rules.outcome_sets import change_words, text_of
from trialseal.rules.registered_and_reported import (
    CHANGE_WORDS,
    MOST_NAMED,
    NOT_REGISTERED,
    OTHER_ROLE,
    SUBSTANCE,
    RegisteredAndReported,
    registered_and_reported,
    telling,
)
from trialseal.rules.trial_case import TrialCase


@rule(
    "reported-were-registered",
    asks="Is every reported outcome among the registered ones, in the same role?",
    source=Standard("CONSORT 2025", "items 10, 14 and 26", "2025", "outcomes not prespecified are called so"),
    applies="where reported outcomes and a record that shows outcomes are given",
    needs="the reported outcomes and a registry record",
    item="26",
)
def reported_were_registered(case: TrialCase) -> Answer:
    both = registered_and_reported(case)
    if isinstance(both, Answer):
        return both
    facts: list[Fact] = []
    questions: list[tuple[Pair, OutcomeChange]] = []
    for pair, change in _changes(both, NOT_REGISTERED):
        if change.code in OTHER_ROLE and both.of_safety(pair):
            facts.append(both.sets.fact(pair, change))
            continue
        if change.code is not ChangeCode.PRIMARY_DEMOTED and all(both.reported[j].role == "other" for j in pair.after):
            continue
        facts.append(both.sets.fact(pair, change))
        if change.code is ChangeCode.SECONDARY_ADDED and (where := _in_protocol(case, both.reported[pair.after[0]])):
            facts.append(Fact(f"{text_of(both.reported[pair.after[0]])} is in it", where))
        else:
            questions.append((pair, change))
    if not questions:
        asked = sum(1 for one in both.reported if one.role != "other")
        return holds(f"each of {count(asked, 'reported outcome')} is registered or in the protocol", *facts)
    return _asked(case, both, questions, facts)


@rule(
    "registered-were-reported",
    asks="Is every registered outcome of the part that the paper is about reported?",
    source=Standard("CONSORT 2025", "item 26", "2025", "results for each outcome; COMPare counts each of them"),
    applies="where reported outcomes and a record that shows outcomes are given",
    needs="the reported outcomes and a registry record; the part, where a trial has several",
    item="26",
)
def registered_were_reported(case: TrialCase) -> Answer:
    both = registered_and_reported(case)
    if isinstance(both, Answer):
        return both
    facts = [Fact(f"outside scope: {text_of(one)}", one.source) for one in both.outside]
    left = [
        (pair, change)
        for pair in both.comparison.pairs
        for change in pair.changes
        if (not pair.after or change.code is ChangeCode.PRIMARY_REPLACED)
        and both.registered[pair.before[0]].role != "other"
        and change.severity is not Severity.NONE
    ]
    facts += [both.sets.fact(pair, change) for pair, change in left]
    certain = [one for one in left if both.sets.primary(one[0]) and both.asks(*one)]
    if certain:
        names = _registered_names(both, certain)
        return fails(f"{both.source} names {names}; the report does not: is it reported elsewhere?", *facts)
    if left:
        return undetermined(
            f"{count(len(left), 'registered outcome')} not in the report, or there in other words "
            f"({_registered_names(both, left)}): reported elsewhere, or still to come?",
            *facts,
        )
    return holds(f"every outcome of {both.source} that is in scope is reported", *facts)


@rule(
    "reported-as-registered",
    asks="Is each reported outcome measured, summed up and timed as it was registered?",
    source=Standard(
        "CONSORT 2025", "items 10 and 14", "2025", "measurement variable, analysis metric, aggregation and time point"
    ),
    applies="to primary and secondary outcomes that are both registered and reported",
    needs="the reported outcomes and a registry record",
    item="14",
)
def reported_as_registered(case: TrialCase) -> Answer:
    both = registered_and_reported(case)
    if isinstance(both, Answer):
        return both
    matched = [
        pair
        for pair in both.comparison.pairs
        if pair.before
        and pair.after
        and any(one.role != "other" for one in both.sets.of(pair))
        # One in place of another is not the same outcome, and nothing is said of how it is measured.
        and not any(change.code is ChangeCode.PRIMARY_REPLACED for change in pair.changes)
    ]
    if not matched:
        return does_not_apply("no outcome is found on both sides")
    differing = [(pair, change) for pair, change in _changes(both, SUBSTANCE) if pair in matched]
    unread = [pair for pair in matched if both.unread(pair)]
    if not differing and not unread and (doubted := both.doubted):
        facts = [both.sets.fact(pair, change) for pair in doubted for change in pair.changes]
        return undetermined(_may_differ(both, doubted), *facts)
    if not differing and unread:
        names = _some([quoted(both.reported[pair.after[0]].measure) for pair in unread])
        return undetermined(f"the times of {names} need a reader: they are in words that are not understood here")
    if not differing:
        return holds(f"no difference in substance was found in {count(len(matched), 'outcome')} found on both sides")
    facts = [both.sets.fact(pair, change) for pair, change in differing]
    return _asked(case, both, differing, facts)


def _changes(both: RegisteredAndReported, codes: frozenset[ChangeCode]) -> list[tuple[Pair, OutcomeChange]]:
    return [(pair, change) for pair in both.comparison.pairs for change in pair.changes if change.code in codes]


def _asked(
    case: TrialCase, both: RegisteredAndReported, questions: Sequence[tuple[Pair, OutcomeChange]], facts: Sequence[Fact]
) -> Answer:
    """A question where it is certain and the report does not speak of changes; else something for a reader."""
    certain = [(pair, change) for pair, change in questions if both.asks(pair, change)]
    if not certain:
        names = _names(both, questions)
        why = "a person must read both texts" if both.sure else "what was found in the manuscript is not confirmed"
        return undetermined(f"the report and {both.source} may differ: {names}; {why}", *facts)
    explained = [one for one in certain if explanations_of(case, both, one[0])]
    if explained and len(explained) == len(certain):
        said = dict.fromkeys(fact for pair, _ in explained for fact in explanations_of(case, both, pair))
        names = _names(both, certain)
        return undetermined(
            f"the report and {both.source} differ: {names}; the report speaks of such a change, which a person must "
            "read",
            *said,
            *facts,
        )
    names = _names(both, [one for one in certain if one not in explained])
    return fails(
        f"the report and {both.source} differ: {names}; no explanation found in what was searched: is there one?",
        *facts,
    )


# 'amended', a year or a reason: what tells of a change, whatever the outcome is called there.
_TOLD = re.compile(
    r"\bamend\w*|\bprotocol\b|\b(?:19|20)\d\d\b|\bbecause\b|\bowing to\b|\bdue to\b|\b(?:before|after|during)\b"
    r"|\bsince\b|\bsteering committee\b|\bregistr\w+",
    re.IGNORECASE,
)


def explanations_of(case: TrialCase, both: RegisteredAndReported, pair: Pair) -> list[Fact]:
    """The sentences of the report that speak of the change of a pair: they name its outcome, or no outcome by name
    but when or why outcomes were changed."""
    if case.reported is None:
        return []
    outcomes = read_all(both.sets.of(pair))
    others = read_all([one for one in (*both.registered, *both.reported) if one not in both.sets.of(pair)])
    found = []
    for fact in case.reported.explanations:
        words = {token.form for token in content(fact)}
        if any(telling(one) & words for one in outcomes) or (
            _TOLD.search(fact) and not any(telling(one) <= words for one in others if telling(one))
        ):
            found.append(fact)
    return found


def _may_differ(both: RegisteredAndReported, pairs: Sequence[Pair]) -> str:
    names = _some([quoted(both.sets.of(pair)[-1].measure) for pair in pairs])
    differing = listed(list(both.judgement.differences)) if both.judgement else ""
    return f"the report and {both.source} may differ in {names} ({differing}): a person must read both texts"


def _names(both: RegisteredAndReported, pairs: Sequence[tuple[Pair, OutcomeChange]]) -> str:
    return _some(
        [
            f"{quoted((both.reported[pair.after[0]] if pair.after else both.registered[pair.before[0]]).measure)} "
            f"({CHANGE_WORDS.get(change.code) or change_words(change.code)})"
            for pair, change in pairs
        ]
    )


def _registered_names(both: RegisteredAndReported, pairs: Sequence[tuple[Pair, OutcomeChange]]) -> str:
    registered = [both.registered[pair.before[0]] for pair, _ in pairs]
    return _some([f"{quoted(one.measure)} (registered as {one.role})" for one in registered])


def _some(names: Sequence[str]) -> str:
    more = [f"{len(names) - MOST_NAMED} more"] if len(names) > MOST_NAMED else []
    return listed([*names[:MOST_NAMED], *more])


def _in_protocol(case: TrialCase, outcome: Outcome) -> str | None:
    """The protocol given that holds an outcome, whatever the registry says."""
    for document in case.documents:
        if isinstance(document, Protocol):
            planned = [one._replace(id=None) for one in of_endpoints(document.endpoints)]
            found = compare(planned, [outcome._replace(id=None)])
            if any(pair.before and pair.after and not pair.needs_reader for pair in found.pairs):
                return f"protocol version {document.version}"
    return None
