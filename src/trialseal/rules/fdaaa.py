"""Rules of 42 CFR 11, the regulation to FDAAA 801: which trials it covers, registration, updates, results.

What decides whether a trial is covered is partly not public (an IND or IDE), partly not in older records. Where the
record does not decide, no lateness is held against anyone.
"""

from __future__ import annotations

from datetime import date, timedelta

from trialseal.escaping import quoted
from trialseal.evidence.wording import count
from trialseal.registries.dates import RegistryDate
from trialseal.registries.history import RegistryHistory, RegistryVersion
from trialseal.rules.deadlines import (
    CERTIFIED_TWO_YEARS,
    EVERY_12_MONTHS,
    FDAAA_BEGINS,
    FDAAA_REGISTRATION,
    FDAAA_RESULTS,
    FDAAA_UPDATES,
    FINAL_RULE_BEGINS,
    GRACE_OF_30_DAYS,
    RESULTS_IN_A_YEAR,
    SECONDARY_IN_A_YEAR,
    WITHIN_21_DAYS,
    Deadline,
    Timing,
    readings,
    timing,
)
from trialseal.rules.fdaaa_coverage import APPLIES, Coverage, coverage, or_not
from trialseal.rules.finding import Answer, Fact, Standard, does_not_apply, fails, holds, rule, undetermined
from trialseal.rules.registration import NO_RECORD, started
from trialseal.rules.trial_case import TrialCase, stated
from trialseal.rules.updating import ENDED, results_complete, updates_go_on

# 42 U.S.C. 282(j)(2)(C): trials of no serious or life-threatening condition, a year after the act.
_FIRST_TIME_FOR_ALL = date(2008, 9, 27)


@rule(
    "fdaaa-registered",
    asks="Was the trial submitted within 21 days of the first enrolment?",
    source=FDAAA_REGISTRATION,
    applies=APPLIES,
    needs="a whole record; 'cannot be told' where product, site, IND or IDE are not in it",
    item="2",
)
def fdaaa_registered(case: TrialCase) -> Answer:
    history = case.registry
    if history is None:
        return undetermined(NO_RECORD)
    cover = coverage(case)
    if cover.covered is False:
        return does_not_apply(cover.reason, *cover.facts)
    submitted = history.first_submitted
    versions = started(history)
    if submitted is None or not versions:
        if history.last.status == "NOT_YET_RECRUITING":
            return does_not_apply("by its record nobody has been enrolled so far", *cover.facts)
        return undetermined("the day of submission or of the first enrolment is not in the record", *cover.facts)
    version, on = versions[-1], RegistryDate(submitted)
    assert version.start is not None
    facts = [
        stated(history, version, f"first enrolment {version.start.words}"),
        stated(history, history.last, f"first submitted {submitted}"),
        *cover.facts,
    ]
    if version.start.last < FDAAA_BEGINS:
        return does_not_apply(f"it began {version.start.text}, before FDAAA of 27 September 2007", *facts)
    due = _span(WITHIN_21_DAYS, version.start)
    match timing(on, version.start, WITHIN_21_DAYS):
        case Timing.IN_TIME:
            return holds(
                f"first submitted {submitted}, within 21 days of the first enrolment ({due}){or_not(cover)}", *facts
            )
        case Timing.UNCLEAR:
            return undetermined(f"first submitted {submitted}: {readings(on, version.start, WITHIN_21_DAYS)}", *facts)
    if on.first <= _FIRST_TIME_FOR_ALL:
        return undetermined(
            f"first submitted {submitted}: the first trials under FDAAA had until 26 December 2007, and those of no "
            "serious or life-threatening condition until 27 September 2008",
            *facts,
        )
    late = f"first submitted {submitted}, {_late(on, version.start, WITHIN_21_DAYS)} after it was due ({due})"
    if cover.covered is None:
        return undetermined(f"{late}; but whether the rule covers it cannot be told: {cover.reason}", *facts)
    return fails(f"{late}: was it submitted before under another number?", *facts)


@rule(
    "fdaaa-updated",
    asks="Was the record updated or verified at least every 12 months until results were submitted?",
    source=FDAAA_UPDATES,
    applies=APPLIES + "; until their results are submitted, or they ended before 18 January 2017",
    needs="a whole record; with its history, every interval is asked",
    item="2",
)
def fdaaa_updated(case: TrialCase) -> Answer:
    history = case.registry
    if history is None:
        return undetermined(NO_RECORD)
    cover = coverage(case)
    if cover.covered is False:
        return does_not_apply(cover.reason, *cover.facts)
    gaps = [*_gaps(history)] if history.complete else []
    last = history.last
    if last.date and case.seen and updates_go_on(history, last):
        gaps.append((last, RegistryDate(last.date), _until(history, last, case.seen)))
    if not gaps:
        return does_not_apply("by the versions given no update was owed any more, or they have no dates", *cover.facts)
    long = [one for one in gaps if one[2] > EVERY_12_MONTHS.due(one[1].last)]
    facts = [
        *(stated(history, version, f"nothing after {before.text} before {after}") for version, before, after in long),
        *cover.facts,
    ]
    if not long:
        return holds(
            f"no interval of more than 12 months in {count(len(gaps), 'interval')} given{or_not(cover)}", *facts
        )
    version, before, after = long[0]
    more = f" (and {count(len(long) - 1, 'other interval')})" if len(long) > 1 else ""
    words = f"no update between {before.text} and {after}, more than 12 months{more}"
    if cover.covered is None:
        return undetermined(f"{words}; but whether the rule covers it cannot be told: {cover.reason}", *facts)
    if (version.record and version.record.verified) and RegistryDate(version.record.verified).last > before.last:
        return undetermined(f"{words}; but the record was verified {version.record.verified}", *facts)
    return fails(f"{words}: was it verified in between?", *facts)


def _gaps(history: RegistryHistory) -> list[tuple[RegistryVersion, RegistryDate, date]]:
    return [
        (one, RegistryDate(one.date), _until(history, one, RegistryDate(after.date).first))
        for one, after in zip(history.versions, history.versions[1:], strict=False)
        if one.date and after.date and updates_go_on(history, one)
    ]


def _until(history: RegistryHistory, version: RegistryVersion, day: date) -> date:
    """The last day up to which an update was owed after a version: `day`, or of a trial that had ended the day on which
    results were submitted."""
    submitted = results_complete(history)
    return min(day, submitted.first) if submitted and version.status in ENDED else day


@rule(
    "fdaaa-results",
    asks="Were results submitted within a year of primary completion?",
    source=FDAAA_RESULTS,
    applies=APPLIES + "; once the primary completion has come to pass",
    needs="a whole record; the day of submission counts, not that of posting",
    item="26",
)
def fdaaa_results(case: TrialCase) -> Answer:
    history = case.registry
    if history is None:
        return undetermined(NO_RECORD)
    cover = coverage(case)
    if cover.covered is False:
        return does_not_apply(cover.reason, *cover.facts)
    completed, submitted = history.last.primary_completion, history.known("results_submitted")
    facts = [*_result_facts(history), *cover.facts]
    if completed is None:
        return undetermined("the primary completion is not in the record", *facts)
    due, last_due = _span(RESULTS_IN_A_YEAR, completed), RESULTS_IN_A_YEAR.due(completed.last)
    if isinstance(submitted, str):
        return _submitted(history, cover, completed, RegistryDate(submitted), facts)
    if history.known("results_waived"):
        return undetermined("the duty to submit results was waived, as the record says; for what, it does not", *facts)
    if history.under_review:
        return _under_review(cover, completed, RegistryDate(history.under_review), facts)
    if cover.covered is None and history.last.record is None:
        return undetermined("neither results nor what decides whether the rule covers it is in this history", *facts)
    if completed.certainty == "estimated":
        return does_not_apply(f"the primary completion, {completed.text}, is only expected", *facts)
    if not case.over(RESULTS_IN_A_YEAR.due(completed.first)):
        return does_not_apply(f"results are not due before {due}", *facts)
    if not case.over(last_due):
        return undetermined(f"primary completion is known as {completed.text} only: results are due by {due}", *facts)
    if case.seen is None or case.seen <= last_due:
        return undetermined(
            f"results were due by {due}, and the record given was seen {case.seen}: a newer copy would tell", *facts
        )
    return _not_submitted(history, cover, completed, case.seen, facts)


def _submitted(
    history: RegistryHistory, cover: Coverage, completed: RegistryDate, on: RegistryDate, facts: list[Fact]
) -> Answer:
    due = _span(RESULTS_IN_A_YEAR, completed)
    match timing(on, completed, RESULTS_IN_A_YEAR):
        case Timing.IN_TIME:
            posted = history.known("results_posted")
            later = f"; they were posted {posted}, which the rule does not count" if posted else ""
            return holds(f"results submitted {on.text}, due by {due}{later}", *facts)
        case Timing.UNCLEAR:
            return undetermined(f"results submitted {on.text}: {readings(on, completed, RESULTS_IN_A_YEAR)}", *facts)
    late = f"results submitted {on.text}, {_late(on, completed, RESULTS_IN_A_YEAR)} after {due}"
    if on.first <= GRACE_OF_30_DAYS.due(RESULTS_IN_A_YEAR.due(completed.last)):
        facts.append(Fact(f"within the 30 days that {GRACE_OF_30_DAYS.whose.name} adds; the regulation has none"))
    return _excused(history, cover, completed, late, facts) or fails(
        f"{late}: was an extension granted, or was there another reason?", *facts
    )


def _under_review(cover: Coverage, completed: RegistryDate, on: RegistryDate, facts: list[Fact]) -> Answer:
    """Results that were submitted, and that the registry reviews or sent back before posting them."""
    due = _span(RESULTS_IN_A_YEAR, completed)
    words = f"results submitted {on.text}, not posted so far while the registry reviews them; they were due by {due}"
    if timing(on, completed, RESULTS_IN_A_YEAR) is Timing.IN_TIME:
        return holds(f"{words}{or_not(cover)}", *facts)
    return undetermined(f"{words}; the record does not hold whether an extension was granted", *facts)


def _not_submitted(
    history: RegistryHistory, cover: Coverage, completed: RegistryDate, seen: date, facts: list[Fact]
) -> Answer:
    due = RESULTS_IN_A_YEAR.due(completed.last)
    words = f"results were due by {due}, and by the record seen {seen} none had been submitted"
    if seen <= GRACE_OF_30_DAYS.due(due):
        facts.append(Fact(f"within the 30 days that {GRACE_OF_30_DAYS.whose.name} adds; the regulation has none"))
    return _excused(history, cover, completed, words, facts) or fails(
        f"{words}: are they reported elsewhere, or delayed by an extension?", *facts
    )


def _excused(
    history: RegistryHistory, cover: Coverage, completed: RegistryDate, words: str, facts: list[Fact]
) -> Answer | None:
    """Why lateness by the dates alone is none that can be told; None where nothing of the kind is known."""
    delay = history.known("delay_submitted")
    if cover.covered is None:
        return undetermined(f"{words}; but whether the rule covers it cannot be told: {cover.reason}", *facts)
    if isinstance(delay, str):
        on = RegistryDate(delay)
        if on.first <= RESULTS_IN_A_YEAR.due(completed.last):
            limit = CERTIFIED_TWO_YEARS.due(on.last)
            return undetermined(
                f"{words}; but a certificate or request of {delay} delayed them: under a certificate they are due 30 "
                f"days after the FDA's decision, which the record does not hold, and by {limit} at the latest",
                *facts,
            )
        facts.append(Fact(f"the certificate or request to delay them, {delay}, came after they were due"))
    if completed.last < FINAL_RULE_BEGINS:
        return undetermined(
            f"{words}; of trials completed before 18 January 2017 whether they were due hangs on when the product "
            "was approved, which the record does not say",
            *facts,
        )
    return None


@rule(
    "fdaaa-secondary-results",
    asks="Were results of secondary outcomes submitted within a year of the last collection of their data?",
    source=Standard(
        "42 CFR 11",
        "11.44(d)",
        "final rule of 2016, in force since 2017-01-18",
        "results of a secondary outcome whose data are collected after primary completion have a date of their own",
    ),
    applies=APPLIES + "; with secondary outcomes collected after primary completion",
    needs="a whole record with its results section; the study's completion is the latest that collection can end",
    item="26",
)
def fdaaa_secondary_results(case: TrialCase) -> Answer:
    history = case.registry
    if history is None:
        return undetermined(NO_RECORD)
    cover = coverage(case)
    if cover.covered is False:
        return does_not_apply(cover.reason, *cover.facts)
    last = history.last
    registered = [one for one in last.outcomes or () if one.role == "secondary"]
    if not registered:
        return does_not_apply("the record has no secondary outcome", *cover.facts)
    primary, completed = last.primary_completion, last.completion
    facts = [*_result_facts(history), *cover.facts]
    if not isinstance(history.known("results_submitted"), str):
        return does_not_apply("no results have been submitted, which another rule is about", *facts)
    if completed is None or primary is None:
        return undetermined("the completion of the study is not in the record", *facts)
    if completed.last <= primary.last:
        return does_not_apply("no data are collected after primary completion", *facts)
    if completed.certainty == "estimated":
        return does_not_apply(f"collection of data goes on: completion is expected {completed.text}", *facts)
    due = SECONDARY_IN_A_YEAR.due(completed.last)
    if not case.over(due):
        return does_not_apply(f"the last of them is not due before {due}", *facts)
    if case.seen is None or case.seen <= due:
        return undetermined(f"the last was due by {due}, and the record was seen {case.seen}, before", *facts)
    posted = [one for one in last.posted if one.kind == "SECONDARY" and one.status != "NOT_POSTED"]
    waiting = [one for one in last.posted if one.kind == "SECONDARY" and one.status == "NOT_POSTED"]
    facts += [
        stated(history, last, f"no results yet: {quoted(one.title)}"
               + (f", expected {one.anticipated}" if one.anticipated else "")) for one in waiting
    ]  # fmt: skip
    counts = f"{len(posted)} of {count(len(registered), 'secondary outcome')} with results"
    if len(posted) >= len(registered) and not waiting:
        return holds(f"{counts} by the record seen {case.seen}; the last was due by {due}", *facts)
    if not last.posted:
        return undetermined("the results section is not in the record given", *facts)
    if waiting and cover.covered:
        return fails(f"{counts} by the record seen {case.seen}, and the last was due by {due}: where are they?", *facts)
    return undetermined(f"{counts} by the record seen {case.seen}: one result may stand for several", *facts)


def _result_facts(history: RegistryHistory) -> list[Fact]:
    last = history.last
    said = (
        ("primary completion", last.primary_completion and last.primary_completion.words),
        ("completion", last.completion and last.completion.words),
        ("results first submitted", history.known("results_submitted")),
        ("results first posted", history.known("results_posted")),
        ("results first submitted, and under review", history.under_review),
        ("results submitted before were taken back", None if history.under_review else history.known("taken_back")),
        ("certificate or request to delay results first submitted", history.known("delay_submitted")),
    )
    return [stated(history, last, f"{what} {value}") for what, value in said if value]


def _span(deadline: Deadline, start: RegistryDate) -> str:
    """'2024-02-10', or '2014-01-01 to 2014-01-31' where the date that it runs from is not known to the day."""
    first, last = deadline.due(start.first), deadline.due(start.last)
    return f"{first}" if first == last else f"{first} to {last}"


def _late(on: RegistryDate, start: RegistryDate, deadline: Deadline) -> str:
    late: timedelta = on.first - deadline.due(start.last)
    return ("" if start.first == start.last else "at least ") + count(late.days, "day")
