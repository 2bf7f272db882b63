"""Registration and results of trials of medicines in the United Kingdom, by the regulations of 28 April 2026.

They bind trials approved since. A record gives no day of approval and no deferral, so that late is never certain.
"""

from __future__ import annotations

from trialseal.registries.dates import RegistryDate
from trialseal.registries.history import RegistryHistory
from trialseal.rules.deadlines import (
    UK_BEFORE_ENROLMENT,
    UK_REGISTRATION,
    UK_RESULTS,
    UK_RESULTS_IN_A_YEAR,
    UK_RULE_BEGINS,
    Timing,
    timing,
)
from trialseal.rules.finding import Answer, Fact, does_not_apply, holds, rule, undetermined
from trialseal.rules.registration import PHASE_1, none_enrolled, started, with_intervention
from trialseal.rules.trial_case import TrialCase, stated

_COUNTRIES = ("united kingdom", "great britain", "england", "scotland", "wales", "northern ireland")
_MEDICINES = frozenset({"DRUG", "BIOLOGICAL", "GENETIC", "COMBINATION_PRODUCT"})
_APPLIES = "to trials of medicines with a site in the United Kingdom that began on 28 April 2026 or later"
_MAY_BE_EARLIER = "unless it was applied for before 28 April 2026"


@rule(
    "uk-registered",
    asks="Was the trial registered before its first participant in the United Kingdom?",
    source=UK_REGISTRATION,
    applies=_APPLIES,
    needs="a registry record with countries; the day of approval, and deferrals, are not in it",
    item="2",
)
def uk_registered(case: TrialCase) -> Answer:
    found = begun(case)
    if isinstance(found, Answer):
        return found
    history, start, facts = found
    submitted = history.first_submitted or history.registered
    if submitted is None:
        return undetermined("when the trial was first submitted to its registry is not in the versions given", *facts)
    facts.append(stated(history, history.last, f"first submitted {submitted}"))
    if timing(RegistryDate(submitted), start, UK_BEFORE_ENROLMENT) is Timing.IN_TIME:
        return holds(
            f"first submitted {submitted}, at or before the first enrolment of {start.text}; the 90 days from its "
            "approval are not asked, as the record does not give that day",
            *facts,
        )
    return undetermined(
        f"first submitted {submitted}, first enrolment {start.text}: registration was due before it, {_MAY_BE_EARLIER} "
        "or was deferred; the sponsor knows",
        *facts,
    )


@rule(
    "uk-results",
    asks="Was a summary of results published within a year from the end of the trial?",
    source=UK_RESULTS,
    applies=_APPLIES,
    needs="the end of the trial; deferrals, and summaries published elsewhere, are not in the record",
    item="26",
)
def uk_results(case: TrialCase) -> Answer:
    found = begun(case)
    if isinstance(found, Answer):
        return found
    history, _, facts = found
    end = history.known("completion")
    if not isinstance(end, RegistryDate) or end.certainty != "actual":
        return does_not_apply("no end of the trial is stated so far", *facts)
    facts.append(stated(history, history.last, f"completion {end.words}"))
    due = UK_RESULTS_IN_A_YEAR.due(end.last)
    shown = history.known("results_posted") or history.known("results_submitted")
    if isinstance(shown, str) and RegistryDate(shown).last <= due:
        return holds(f"results were submitted or shown {shown}; a summary was due by {due}", *facts)
    if not case.over(due):
        return does_not_apply(f"the trial ended {end.text}: a summary is not due before {due}", *facts)
    return undetermined(
        f"a summary of results was due by {due}, {_MAY_BE_EARLIER} or was deferred; it may be published elsewhere",
        *facts,
    )


def begun(case: TrialCase) -> tuple[RegistryHistory, RegistryDate, list[Fact]] | Answer:
    """The history and start of a trial that the regulations may bind; or why they are not asked."""
    asked = with_intervention(case)
    if isinstance(asked, Answer):
        return asked
    history, facts = asked
    if nobody := none_enrolled(history):
        return does_not_apply(nobody)
    versions = started(history)
    start = versions[-1].start if versions else None
    if start is None:
        return does_not_apply("no first enrolment is stated so far", *facts)
    facts.append(stated(history, versions[-1], f"first enrolment {start.words}"))
    if start.last < UK_RULE_BEGINS:
        return does_not_apply(f"it began {start.text}, before the regulations of 28 April 2026", *facts)
    countries = history.known("countries")
    if isinstance(countries, tuple) and not any(part in one.casefold() for one in countries for part in _COUNTRIES):
        return does_not_apply("the record names no site in the United Kingdom", *facts)
    if other := _no_medicine(history):
        return does_not_apply(other, *facts)
    if not isinstance(countries, tuple):
        return undetermined("the countries of recruitment are not in this history: is one the United Kingdom?", *facts)
    if set(history.last.phases or ()) and set(history.last.phases or ()) <= PHASE_1:
        return undetermined("phase 1 trials in healthy people are deferred: the sponsor knows whether this is", *facts)
    return history, start, facts


def _no_medicine(history: RegistryHistory) -> str | None:
    """That nothing tried is a medicine, in words, where a whole record says of all what they are."""
    record = next((one.record for one in reversed(history.versions) if one.record), None)
    kinds = [one.kind for one in record.interventions] if record else []
    if kinds and all(kinds) and not _MEDICINES & {str(one).upper().replace(" ", "_") for one in kinds}:
        return "the record names no medicine among what is tried"
    return None
