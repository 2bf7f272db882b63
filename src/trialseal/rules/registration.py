"""Rules about registration: when the trial was first submitted to its registry, against when it began."""

from __future__ import annotations

from datetime import date

from trialseal.escaping import quoted
from trialseal.evidence.wording import count, listed
from trialseal.registries.dates import RegistryDate
from trialseal.registries.history import RECRUITING_OR_LATER, RegistryHistory, RegistryVersion
from trialseal.registries.numbers import read, read_known
from trialseal.rules.deadlines import (
    BEFORE_ENROLMENT,
    ICMJE_COUNTS_PHASE_1,
    ICMJE_REGISTRATION,
    ICMJE_RULE_BEGINS,
    Timing,
    readings,
    timing,
)
from trialseal.rules.finding import (
    Answer,
    Fact,
    Standard,
    Status,
    does_not_apply,
    fails,
    holds,
    rule,
    undetermined,
)
from trialseal.rules.trial_case import TrialCase, stated

PHASE_1 = frozenset({"PHASE1", "EARLY_PHASE1"})
NO_RECORD = "no registry record was given"


def study_type(case: TrialCase) -> tuple[str | None, list[Fact]]:
    """INTERVENTIONAL, OBSERVATIONAL … as the latest version that says so, and where it says it; None if none does."""
    history = case.registry
    for version in reversed(history.versions) if history else ():
        if version.study_type and history:
            return version.study_type, [stated(history, version, f"study type: {version.study_type}")]
    if case.interventional:
        return "INTERVENTIONAL", [Fact("a trial with an intervention, as the reader says")]
    return None, [Fact("the type of study is not in this history")]


def other_study(kind: str | None) -> str | None:
    """Why a rule about trials with an intervention does not apply to this type of study; None if it does, or may."""
    if kind in (None, "INTERVENTIONAL"):
        return None
    return f"it is not a trial with an intervention: the record says {quoted(kind)}"


def with_intervention(case: TrialCase) -> tuple[RegistryHistory, list[Fact]] | Answer:
    """The record of what may be a trial with an intervention, and where it says so; or why such rules are not asked."""
    if case.registry is None:
        return undetermined(NO_RECORD)
    kind, facts = study_type(case)
    if other := other_study(kind):
        return does_not_apply(other, *facts)
    return case.registry, facts


def none_enrolled(history: RegistryHistory) -> str | None:
    """That nobody was enrolled, in words, where the latest version says so; None if it does not.

    ClinicalTrials.gov calls a study withdrawn that ended before its first participant was enrolled, and gives 0 as
    the number of participants of one that ended without any. A start that has come and a number of participants
    contradict that.
    """
    last = history.last
    peopled = last.sample_size and last.start and last.start.certainty == "actual"
    enrolled = next((one.sample_size for one in reversed(history.versions) if one.sample_size is not None), None)
    if last.status == "WITHDRAWN" and not peopled:
        return "it was withdrawn before anyone was enrolled, as the record says"
    if last.status in ("TERMINATED", "COMPLETED") and enrolled == 0:
        return "it ended with nobody enrolled, as the record says"
    return None


def has_come(version: RegistryVersion) -> bool:
    """Whether a version gives its start as past: actual, or, where it does not say, with a recruiting status."""
    start = version.start
    if start is None or start.certainty == "estimated":
        return False
    return start.certainty == "actual" or version.status in RECRUITING_OR_LATER


def enrolment_words(version: RegistryVersion, as_of: date) -> str:
    """'enrolment began 2020-05', 'enrolment is expected to begin 2027-09', as the version gives it on that day."""
    start = version.start
    if start is None:
        return "no first enrolment is given"
    if start.certainty == "estimated" or start.first > as_of:
        return f"enrolment is expected to begin {start.text}"
    return f"enrolment began {start.text}" if has_come(version) else f"enrolment is given as beginning {start.text}"


def started(history: RegistryHistory) -> list[RegistryVersion]:
    """The versions that give a start as past and differ in it from the one before them; in their order."""
    found: list[RegistryVersion] = []
    for version in history.versions:
        if has_come(version) and (not found or found[-1].start != version.start):
            found.append(version)
    return found


def record_numbers(history: RegistryHistory) -> list[str]:
    """The registry numbers that the latest whole record names, normalised, its own first."""
    record = next((one.record for one in reversed(history.versions) if one.record), None)
    found = [history.number]
    texts = [*record.trial.registry_ids, *(one.id for one in record.secondary_ids)] if record else []
    for text in (*texts, *(other for one in reversed(history.versions) for other in one.other_numbers)):
        number = read_known(text)
        if number and number.number not in found:
            found.append(number.number)
    return found


def other_registrations(history: RegistryHistory) -> list[str]:
    """Numbers of other registries that the record names: the trial may have been submitted there before."""
    return [one for one in record_numbers(history) if read(one).registry != history.registry]


@rule(
    "registered-before-enrolment",
    asks="Was the trial first submitted to the registry at or before the first enrolment?",
    source=ICMJE_REGISTRATION,
    applies="to trials with an intervention that began enrolment after 1 July 2005 (phase 1: from 1 July 2008)",
    needs="a registry record; with its history, every start that it gave is asked",
    item="2",
)
def registered_before_enrolment(case: TrialCase) -> Answer:
    asked = with_intervention(case)
    if isinstance(asked, Answer):
        return asked
    history, facts = asked
    submitted = history.first_submitted
    if submitted is None and history.registered:
        return _by_registration(history, RegistryDate(history.registered), facts)
    if submitted is None:
        return undetermined("when the trial was first submitted to its registry is not in the versions given", *facts)
    on = RegistryDate(submitted)
    facts.append(stated(history, _says_submitted(history), f"first submitted {submitted}"))
    facts += _posting(history)
    if nobody := none_enrolled(history):
        return does_not_apply(nobody, *facts)
    versions = started(history)
    if not versions:
        return _not_begun(history, on, facts)
    last = versions[-1]
    assert last.start is not None
    if last.start.last <= ICMJE_RULE_BEGINS:
        return does_not_apply(
            f"enrolment began {last.start.words}, before the rule applied to trials begun after 1 July 2005", *facts
        )
    if set(last.phases or ()) and set(last.phases or ()) <= PHASE_1 and last.start.last < ICMJE_COUNTS_PHASE_1:
        return does_not_apply(
            f"a phase 1 trial that began {last.start.words}; the rule covers phase 1 since 1 July 2008", *facts
        )
    answer = _judged(history, versions, on, facts)
    if answer.status is Status.FAILS:
        if study_type(case)[0] is None:
            return undetermined(
                f"{answer.sentence.partition(':')[0]}; whether it is a trial with an intervention, to which the rule "
                "applies, is not in this history",
                *answer.facts,
            )
        if not last.phases and history.known("phases") is None and last.start.first < ICMJE_COUNTS_PHASE_1:
            return undetermined(
                f"{answer.sentence.partition(':')[0]}; it covers phase 1 since 1 July 2008 only, and the phase is "
                "not in this history",
                *answer.facts,
            )
        if last.start.first <= ICMJE_RULE_BEGINS:
            return undetermined(f"{answer.sentence}; whether enrolment began after 1 July 2005 is not clear", *facts)
        if others := other_registrations(history):
            return undetermined(
                f"{answer.sentence.partition(':')[0]}; it names {listed(others)} too: was it submitted there before?",
                *answer.facts,
            )
    return answer


def _by_registration(history: RegistryHistory, on: RegistryDate, facts: list[Fact]) -> Answer:
    """By the day on which the registry gave its number: submission came before it, so that in time is in time, and
    later is not known to be late."""
    facts = [*facts, stated(history, history.last, f"registered {on.text}")]
    if nobody := none_enrolled(history):
        return does_not_apply(nobody, *facts)
    versions = started(history)
    if not versions:
        return undetermined("the first enrolment, or whether it has come to pass, is not in this download", *facts)
    start = versions[-1].start
    assert start is not None
    facts.append(stated(history, versions[-1], f"first enrolment {start.words}"))
    if start.last <= ICMJE_RULE_BEGINS:
        return does_not_apply(f"enrolment began {start.words}, before the rule applied", *facts)
    if timing(on, start, BEFORE_ENROLMENT) is Timing.IN_TIME:
        return holds(f"registered {on.text}, at or before the first enrolment of {start.text}", *facts)
    return undetermined(
        f"registered {on.text}, first enrolment {start.text}; when it was submitted to {history.registry}, maybe "
        "earlier, this download does not say: the registry's own page tells",
        *facts,
    )


def _judged(history: RegistryHistory, versions: list[RegistryVersion], on: RegistryDate, facts: list[Fact]) -> Answer:
    answers: list[tuple[Timing, str]] = []
    for version in versions:
        assert version.start is not None
        facts.append(stated(history, version, f"first enrolment {version.start.words}"))
        if version.start.certainty is None:
            facts.append(stated(history, version, "it does not say whether that date is past or expected"))
        shown = readings(on, version.start, BEFORE_ENROLMENT)
        if shown:
            facts.append(Fact(shown))
        answers.append((timing(on, version.start, BEFORE_ENROLMENT), version.start.text))
    found, start = answers[-1]
    definite = {one for one, _ in answers if one is not Timing.UNCLEAR}
    if len(definite) > 1:
        return undetermined(
            f"first submitted {on.text}; the record has given the first enrolment as "
            f"{listed([text for _, text in answers])}, on both sides of that day: which is it?",
            *facts,
        )
    match found:
        case Timing.IN_TIME:
            return holds(f"first submitted {on.text}, at or before the first enrolment of {start}", *facts)
        case Timing.LATE:
            days = count((on.first - RegistryDate(start).last).days, "day")
            least = "" if start.count("-") == 2 else "at least "
            return fails(
                f"first submitted {on.text}, {least}{days} after the first enrolment of {start}: was it registered "
                "elsewhere before?",
                *facts,
            )
    return undetermined(
        f"first submitted {on.text}, and first enrolment {start}, known by "
        f"{'month' if start.count('-') == 1 else 'year'} only: {_last_reading(on, start)}",
        *facts,
    )


def _last_reading(on: RegistryDate, start: str) -> str:
    return readings(on, RegistryDate(start), BEFORE_ENROLMENT)


def _not_begun(history: RegistryHistory, on: RegistryDate, facts: list[Fact]) -> Answer:
    last = history.last
    facts.append(stated(history, last, f"recruitment status: {last.status or 'not stated'}"))
    if last.start:
        facts.append(stated(history, last, f"first enrolment {last.start.words}"))
    if last.status == "NOT_YET_RECRUITING":
        return holds(
            f"first submitted {on.text}; by the record of {last.date or last.seen} nobody had been enrolled", *facts
        )
    first = history.first
    if first.status == "NOT_YET_RECRUITING" and first.date == on.text:
        return holds(f"first submitted {on.text}, when by its own record nobody had been enrolled", *facts)
    return undetermined("the record gives no first enrolment that has come to pass", *facts)


def _says_submitted(history: RegistryHistory) -> RegistryVersion:
    return next((one for one in reversed(history.versions) if one.first_submitted), history.first)


def _posting(history: RegistryHistory) -> list[Fact]:
    """ICMJE lets editors ask about a long delay between submission and posting; that is a fact, not a finding."""
    version = _says_submitted(history)
    return [stated(history, version, f"first posted {version.first_posted}")] if version.first_posted else []


@rule(
    "start-date-kept",
    asks="Did the first enrolment that the record gives stay on its side of the registration?",
    source=Standard(
        "Holst and Carlisle, Trials 25:189",
        "retroactively prospective registration",
        "2024",
        "registered late, and the start moved past the registration afterwards; here only where the earlier start "
        "was actual or the status recruiting",
    ),
    applies="to trials with an intervention whose record has several versions",
    needs="a registry history or dated snapshots",
    item="2",
)
def start_date_kept(case: TrialCase) -> Answer:
    asked = with_intervention(case)
    if isinstance(asked, Answer):
        return asked
    history, facts = asked
    if len(history.versions) < 2:
        return does_not_apply("you gave one version: add earlier ones with --history")
    if nobody := none_enrolled(history):
        return does_not_apply(nobody, *facts)
    submitted, last = history.first_submitted, history.last
    if submitted is None or last.start is None:
        return undetermined("the day of submission, or the start, is not in the versions given", *facts)
    on = RegistryDate(submitted).first
    facts.append(stated(history, last, f"first enrolment {last.start.words}, by the last version"))
    if last.start.first < on:
        return holds(f"the start did not move past the registration: the last version gives {last.start.text}", *facts)
    moved = [one for one in history.versions[:-1] if one.start and one.start.last < on]
    perhaps = [one for one in history.versions[:-1] if one.start and one.start.first < on <= one.start.last]
    past = [one for one in moved if _was_past(one)]
    facts += [_gave(history, one) for one in (*moved, *perhaps)]
    if past:
        return fails(
            f"{past[0].words} gave a first enrolment of {_start(past[0])} as past, before the registration of "
            f"{submitted}; the last version gives {last.start.text}: which is it, and why was it corrected?",
            *facts,
        )
    if any(_was_past(one) for one in perhaps):
        return undetermined(
            f"{perhaps[0].words} gave a first enrolment of {_start(perhaps[0])}, the month of the registration "
            f"({submitted}), the last version {last.start.text}: whether it moved past it cannot be told",
            *facts,
        )
    if moved:
        return holds(f"planned start moved: {_start(moved[0])} was expected, and it became {last.start.text}", *facts)
    return holds("every version gives a start at or after the registration", *facts)


def _was_past(version: RegistryVersion) -> bool:
    certainty = version.start.certainty if version.start else None
    return certainty == "actual" or version.status in RECRUITING_OR_LATER


def _start(version: RegistryVersion) -> str:
    return version.start.text if version.start else "a day not stated"


def _gave(history: RegistryHistory, version: RegistryVersion) -> Fact:
    words = version.start.words if version.start else "not stated"
    return stated(history, version, f"first enrolment {words}, status {version.status or 'not stated'}")
