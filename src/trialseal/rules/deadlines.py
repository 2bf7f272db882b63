"""Deadlines as data: whose they are, what they run from, how long, and which side of them a day lies on.

A deadline of a year ends on the same day of the next year; one that begins on 29 February ends on 1 March, the
later of the two days that could be meant. A date known by month or year has a first and a last reading: where
they disagree, nothing is held against anyone, and both are shown.
"""

from __future__ import annotations

from datetime import MAXYEAR, date, timedelta
from enum import Enum
from typing import Final, NamedTuple

from trialseal.registries.dates import RegistryDate
from trialseal.rules.finding import Standard


class Deadline(NamedTuple):
    """How long after what something is due, by whose rule."""

    id: str
    whose: Standard
    runs_from: str
    years: int = 0
    days: int = 0
    months: int = 0

    def due(self, start: date) -> date:
        """The last day that is in time; the last of all days where the calendar ends before."""
        over, month = divmod(start.month - 1 + self.months, 12)
        year = start.year + self.years + over
        if year >= MAXYEAR:
            return date.max
        try:
            later = start.replace(year=year, month=month + 1)
        except ValueError:  # a day that the month does not have: the first of the next
            later = date(year, month + 2, 1)
        return later + timedelta(days=self.days)

    @property
    def length(self) -> str:
        """'21 days', '1 year', 'at or before'."""
        words = [f"{number} {what}{'s' if number > 1 else ''}" for number, what in
                 ((self.years, "year"), (self.months, "month"), (self.days, "day")) if number]  # fmt: skip
        return " and ".join(words) or "at or before"


class Timing(Enum):
    """Where a day lies to a deadline."""

    IN_TIME = "in time"
    LATE = "late"
    UNCLEAR = "unclear"


def timing(done: RegistryDate, start: RegistryDate, deadline: Deadline) -> Timing:
    """Whether what was done then was in time, whatever days the dates may mean."""
    if done.last <= deadline.due(start.first):
        return Timing.IN_TIME
    return Timing.LATE if done.first > deadline.due(start.last) else Timing.UNCLEAR


def readings(done: RegistryDate, start: RegistryDate, deadline: Deadline) -> str:
    """Both readings of dates that are not known to the day, in words; empty where there is one only."""
    if start.first == start.last and done.first == done.last:
        return ""
    early, late = _reading(done.last, start.first, deadline), _reading(done.first, start.last, deadline)
    which = start if start.first != start.last else done
    ends = (start.first, start.last) if which is start else (done.last, done.first)
    if early == late:
        return f"{which.text} may mean {min(ends)} to {max(ends)}: {early} either way"
    return f"if {which.text} means {ends[0]}, it is {early}; if {ends[1]}, it is {late}"


def _reading(done: date, start: date, deadline: Deadline) -> str:
    late = (done - deadline.due(start)).days
    return "in time" if late <= 0 else f"{late} day{'s' if late > 1 else ''} late"


_ICMJE = "ICMJE Recommendations"
_FDAAA = "42 CFR 11"
_EU_CTR = "Regulation (EU) 536/2014"
_FINAL_RULE = "final rule of 2016, in force since 2017-01-18"
_EU_EDITION = "applied since 2022-01-31"

ICMJE_REGISTRATION: Final = Standard(
    _ICMJE, "III.L, registration", "2025",
    "in a public registry at or before the first enrolment; the date first submitted counts",
)  # fmt: skip
FDAAA_REGISTRATION: Final = Standard(
    _FDAAA, "11.24(a)", _FINAL_RULE, "not later than 21 calendar days after the first participant is enrolled"
)
FDAAA_UPDATES: Final = Standard(
    _FDAAA, "11.64(a)", _FINAL_RULE, "updated or verified not less than once every 12 months"
)
FDAAA_CHANGES: Final = Standard(
    _FDAAA, "11.64(a)(1)", _FINAL_RULE, "changes of status, dates and other named elements within 30 calendar days"
)
FDAAA_RESULTS: Final = Standard(
    _FDAAA, "11.44", _FINAL_RULE, "not later than 1 year after primary completion, unless delayed by a certificate"
)
EU_CTR_NOTICES: Final = Standard(
    _EU_CTR, "Articles 36 to 38", _EU_EDITION,
    "start, first visit, end of recruitment, end, halts and early termination, each within 15 days",
)  # fmt: skip
EU_CTR_RESULTS: Final = Standard(
    _EU_CTR, "Article 37(4)", _EU_EDITION,
    "a summary of results within one year from the end of the trial in all Member States, whatever the outcome",
)  # fmt: skip
ICMJE_REGISTRIES: Final = Standard(
    _ICMJE, "III.L, registration", "2025",
    "a primary registry of the WHO's network, or ClinicalTrials.gov; the others of the first list since 2005, all "
    "primary registries since June 2007",
)  # fmt: skip
EUDRACT_RESULTS: Final = Standard(
    "Commission Guideline 2012/C 302/03", "on posting results in EudraCT", "2012, in use since 2014-07-21",
    "12 months after the end of the trial, 6 for paediatric trials; of phase 1 in adults the register shows nothing",
)  # fmt: skip
_UK = "Medicines for Human Use (Clinical Trials) Regulations 2004"
_UK_EDITION = "as amended by SI 2025/538, in force since 2026-04-28"
UK_REGISTRATION: Final = Standard(
    _UK, "registration", _UK_EDITION,
    "in a public registry before the first participant is recruited or within 90 days of approval, whichever is "
    "sooner; deferrals may be granted",
)  # fmt: skip
UK_END: Final = Standard(
    _UK, "regulation 27", _UK_EDITION, "written notice of the end within 90 days, within 15 of an early end"
)
UK_RESULTS: Final = Standard(
    _UK, "results", _UK_EDITION, "a summary within 12 months of the end of the trial; deferrals may be granted"
)
TRIALSTRACKER: Final = Standard("FDAAA TrialsTracker", "", "2018", "adds 30 days of its own to each date")

BEFORE_ENROLMENT: Final = Deadline("icmje-registration", ICMJE_REGISTRATION, "first enrolment")
WITHIN_21_DAYS: Final = Deadline("fdaaa-registration", FDAAA_REGISTRATION, "first enrolment", days=21)
WITHIN_30_DAYS: Final = Deadline("fdaaa-change", FDAAA_CHANGES, "a change that the rule names", days=30)
EVERY_12_MONTHS: Final = Deadline("fdaaa-update", FDAAA_UPDATES, "the last update", years=1)
RESULTS_IN_A_YEAR: Final = Deadline("fdaaa-results", FDAAA_RESULTS, "primary completion", years=1)
SECONDARY_IN_A_YEAR: Final = Deadline(
    "fdaaa-secondary", FDAAA_RESULTS, "the last collection of data for the outcome", years=1
)
CERTIFIED_TWO_YEARS: Final = Deadline("fdaaa-certificate", FDAAA_RESULTS, "the certificate for a new use", years=2)
GRACE_OF_30_DAYS: Final = Deadline("trialstracker-grace", TRIALSTRACKER, "the date due", days=30)
EU_START: Final = Deadline("eu-start", EU_CTR_NOTICES, "the start in a Member State", days=15)
EU_RECRUITMENT_END: Final = Deadline("eu-recruitment-end", EU_CTR_NOTICES, "the end of recruitment", days=15)
EU_HALT: Final = Deadline("eu-halt", EU_CTR_NOTICES, "a temporary halt or its end", days=15)
EU_END: Final = Deadline("eu-end", EU_CTR_NOTICES, "the end of the trial, or its early termination", days=15)
EU_HALT_IS_END: Final = Deadline("eu-halt-is-end", EU_CTR_NOTICES, "a halt that is not resumed", years=2)
EU_RESULTS: Final = Deadline("eu-results", EU_CTR_RESULTS, "the end of the trial in all Member States", years=1)
EUDRACT_YEAR: Final = Deadline("eudract-results", EUDRACT_RESULTS, "the end of the trial", years=1)
EUDRACT_HALF_YEAR: Final = Deadline(
    "eudract-paediatric-results", EUDRACT_RESULTS, "the end of a paediatric trial", months=6
)
UK_BEFORE_ENROLMENT: Final = Deadline("uk-registration", UK_REGISTRATION, "the first participant")
UK_ENDED: Final = Deadline("uk-end", UK_END, "the end of the trial", days=90)
UK_ENDED_EARLY: Final = Deadline("uk-early-end", UK_END, "an early end", days=15)
UK_RESULTS_IN_A_YEAR: Final = Deadline("uk-results", UK_RESULTS, "the end of the trial", years=1)

DEADLINES: Final = (
    BEFORE_ENROLMENT, WITHIN_21_DAYS, EVERY_12_MONTHS, RESULTS_IN_A_YEAR, SECONDARY_IN_A_YEAR, CERTIFIED_TWO_YEARS,
    GRACE_OF_30_DAYS, EU_START, EU_RECRUITMENT_END, EU_HALT, EU_END, EU_HALT_IS_END, EU_RESULTS, EUDRACT_YEAR,
    EUDRACT_HALF_YEAR, UK_BEFORE_ENROLMENT, UK_ENDED, UK_ENDED_EARLY, UK_RESULTS_IN_A_YEAR, WITHIN_30_DAYS,
)  # fmt: skip


def deadlines_table() -> str:
    """The table of all deadlines in docs/verdicts.md, which a test holds against this."""
    rows = [f"| `{one.id}` | {one.length} | {one.runs_from} | {one.whose} |" for one in DEADLINES]
    return "\n".join(["| deadline | how long | from | whose |", "|---|---|---|---|", *rows])


# Days from or up to which a rule speaks.
ICMJE_RULE_BEGINS: Final = date(2005, 7, 1)
"""Trials that began enrolment after this day; those before were to be registered by 13 September 2005."""
ICMJE_COUNTS_PHASE_1: Final = date(2008, 7, 1)
"""From this day on ICMJE took WHO's definition of a trial, which includes phase 1."""
ICMJE_SHARING_PLAN: Final = date(2019, 1, 1)
"""Trials that begin enrolment from this day on have a data-sharing plan in their registration."""
ICMJE_SHARING_STATEMENT: Final = date(2018, 7, 1)
"""Manuscripts submitted from this day on have a data-sharing statement."""
FDAAA_BEGINS: Final = date(2007, 9, 27)
FINAL_RULE_BEGINS: Final = date(2017, 1, 18)
EU_CTR_ALONE: Final = date(2025, 1, 30)
"""The last day on which trials in the EU might go on under the Directive alone."""
EUDRACT_RESULTS_BEGIN: Final = date(2014, 7, 21)
"""From this day on EudraCT takes results; trials that had ended before had until `EUDRACT_RESULTS_OLD`."""
EUDRACT_RESULTS_OLD: Final = date(2016, 7, 21)
"""24 months later: the last day for trials that had ended before."""
UK_RULE_BEGINS: Final = date(2026, 4, 28)
"""The day on which the amended regulations came into force."""
