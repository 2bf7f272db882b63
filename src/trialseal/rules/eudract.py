"""Results in EudraCT, by Commission Guideline 2012/C 302/03, for trials authorised under Directive 2001/20/EC."""

from __future__ import annotations

import re

from trialseal.registries.dates import RegistryDate
from trialseal.registries.history import RegistryHistory
from trialseal.registries.number_forms import CTIS, EU_CTR
from trialseal.registries.numbers import read
from trialseal.rules.deadlines import (
    EUDRACT_HALF_YEAR,
    EUDRACT_RESULTS,
    EUDRACT_RESULTS_BEGIN,
    EUDRACT_RESULTS_OLD,
    EUDRACT_YEAR,
)
from trialseal.rules.finding import Answer, Fact, does_not_apply, fails, holds, rule, undetermined
from trialseal.rules.registration import NO_RECORD, PHASE_1, none_enrolled, record_numbers
from trialseal.rules.trial_case import TrialCase, stated

_AGE_OF_MAJORITY = 18
_YEARS = re.compile(r"([0-9]{1,3})\s*years?\b", re.IGNORECASE)
_LESS_THAN_A_YEAR = re.compile(r"\b(?:months?|weeks?|days?|hours?|minutes?)\b", re.IGNORECASE)


@rule(
    "eudract-results",
    asks="Are the results in EudraCT, a year from the end of the trial, or six months of a paediatric one?",
    source=EUDRACT_RESULTS,
    applies="to trials with an EudraCT number and no CTIS number, once they ended; not to phase 1 in adults",
    needs="the end of the trial; a download of the EU Clinical Trials Register that lists whether it shows results",
    item="26",
)
def eudract_results(case: TrialCase) -> Answer:
    history = case.registry
    if history is None:
        return undetermined(NO_RECORD)
    registries = {read(one).registry for one in record_numbers(history)}
    if EU_CTR not in registries:
        return does_not_apply("no EudraCT number of the trial is given")
    if CTIS in registries:
        return does_not_apply("it has a CTIS number: its results are asked for by the Regulation")
    if nobody := none_enrolled(history):
        return does_not_apply(nobody)
    end = history.known("completion")
    if not isinstance(end, RegistryDate) or end.certainty != "actual":
        return does_not_apply("no end of the trial is stated so far")
    minors = _minors(history)
    facts = [stated(history, history.last, f"completion {end.words}")]
    if minors is not None:
        facts.append(stated(history, history.last, f"people under 18: {'yes' if minors else 'no'}"))
    phases = set(history.last.phases or ())
    if phases and phases <= PHASE_1 and not minors:
        return does_not_apply(
            "phase 1 in adults: the register shows nothing of it, unless it is part of a paediatric plan", *facts
        )
    return _judged(case, history, end, minors, facts)


def _judged(
    case: TrialCase, history: RegistryHistory, end: RegistryDate, minors: bool | None, facts: list[Fact]
) -> Answer:
    due = (EUDRACT_HALF_YEAR if minors else EUDRACT_YEAR).due(end.last)
    if end.last < EUDRACT_RESULTS_BEGIN:
        due = max(due, EUDRACT_RESULTS_OLD)
    if not case.over(due):
        return does_not_apply(f"the trial ended {end.text}: results are not due before {due}", *facts)
    shown = history.known("results_shown") if history.registry == EU_CTR else None
    when = f"results were due in EudraCT by {due}"
    if shown:
        return holds(f"the EU Clinical Trials Register shows results; {when}", *facts)
    if shown is False and case.seen and case.seen > due:
        justified = "; a year counts where that was justified" if minors else ""
        return fails(
            f"{when}{justified}, and the register seen {case.seen} shows none: are they there, or under review?",
            *facts,
        )
    return undetermined(
        f"{when}: a list of the EU Clinical Trials Register, as text, tells whether it shows them", *facts
    )


def _minors(history: RegistryHistory) -> bool | None:
    """Whether people under 18 may take part; None where that is not said."""
    known = history.known("minors")
    if isinstance(known, bool):
        return known
    record = next((one.record for one in reversed(history.versions) if one.record), None)
    age = record.eligibility.minimum_age if record and record.eligibility else None
    if not age:
        return None
    years = _YEARS.search(age)
    if years is None:
        return True if _LESS_THAN_A_YEAR.search(age) else None
    return int(years[1]) < _AGE_OF_MAJORITY
