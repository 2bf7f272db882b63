"""What a trial owes to whom, and by when: updates, notices, results, as its record and its milestones start the clocks.

A duty is listed until what is at hand shows that it was met, or somebody states so. Nothing here is a finding: whether
a rule was broken, the rules about registration and results say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import Enum
from typing import Final, NamedTuple

from trialseal.documents.identifiers import date_text
from trialseal.errors import UsageError
from trialseal.evidence.sealings import PROTOCOL, sealings_of
from trialseal.evidence.wording import milestone_words
from trialseal.folder.statements import Met
from trialseal.ledger.acts import MilestoneRecorded
from trialseal.ledger.codes import Milestone
from trialseal.ledger.moments import day
from trialseal.ledger.standing import standing
from trialseal.registries.dates import RegistryDate
from trialseal.registries.history import RegistryHistory
from trialseal.registries.number_forms import CTIS
from trialseal.registries.numbers import read
from trialseal.rules.deadlines import (
    BEFORE_ENROLMENT,
    EU_END,
    EU_HALT,
    EU_RECRUITMENT_END,
    EU_RESULTS,
    EU_START,
    EVERY_12_MONTHS,
    RESULTS_IN_A_YEAR,
    SECONDARY_IN_A_YEAR,
    UK_ENDED,
    UK_ENDED_EARLY,
    UK_RESULTS_IN_A_YEAR,
    WITHIN_30_DAYS,
    Deadline,
)
from trialseal.rules.fdaaa_coverage import Coverage, coverage
from trialseal.rules.finding import Answer, Standard
from trialseal.rules.registration import has_come, none_enrolled
from trialseal.rules.trial_case import TrialCase
from trialseal.rules.united_kingdom import begun
from trialseal.rules.updating import ENDED, results_complete, updates_go_on


class Pressing(Enum):
    """How a duty lies to a day."""

    OVERDUE = "overdue"
    MAY_BE_OVERDUE = "may be overdue"
    DUE = "due"
    NO_DATE = "no date yet"


class Duty(NamedTuple):
    """Something that is owed."""

    id: str
    """Stable, such as fdaaa-results; with `since`, it names the duty in a trial."""
    what: str
    """What to do, as a request."""
    since: str
    """What started the clock, in words, with its date."""
    whose: Standard
    first: date | None = None
    """The last day in time, if the clock started on the first day that its date may mean; None: no date yet."""
    last: date | None = None
    """The same by the last day that its date may mean."""
    doubt: str = ""
    """Why it may not be owed, or may be met already; empty where neither is in doubt."""

    def pressing(self, case: TrialCase) -> Pressing:
        """How it lies to the day that the case is judged for: overdue only by both readings, and where none doubts."""
        if self.first is None or self.last is None:
            return Pressing.NO_DATE
        if case.over(self.last) and not self.doubt:
            return Pressing.OVERDUE
        return Pressing.MAY_BE_OVERDUE if case.over(self.first) else Pressing.DUE

    @property
    def by(self) -> str:
        """'2026-05-01', '2026-05-01 to 2026-05-31', 'no date yet'."""
        if self.first is None or self.last is None:
            return "no date yet"
        return f"{self.first}" if self.first == self.last else f"{self.first} to {self.last}"


def duties(case: TrialCase) -> tuple[Duty, ...]:
    """What the trial owes, the earliest first; duties without a date come last."""
    found = [*_registration(case), *_record_updates(case), *_results(case), *_european(case), *_british(case)]
    return tuple(sorted(dict.fromkeys(found), key=_order))


def without_met(found: Sequence[Duty], met: Iterable[Met]) -> tuple[Duty, ...]:
    """The duties that nobody states as met."""
    done = {(one.id, one.since) for one in met}
    return tuple(one for one in found if (one.id, one.since) not in done)


def _order(one: Duty) -> tuple[date, str]:
    return one.last or date.max, one.id


def _duty(name: str, what: str, since: str, on: RegistryDate, deadline: Deadline, doubt: str = "") -> Duty:
    return Duty(name, what, since, deadline.whose, deadline.due(on.first), deadline.due(on.last), doubt)


# ----- what started clocks -----


class Stated(NamedTuple):
    """A milestone that stands, as the chain has it."""

    milestone: Milestone
    on: RegistryDate

    @property
    def words(self) -> str:
        return f"{milestone_words(self.milestone)} {self.on.text}"


def milestones_of(case: TrialCase) -> Iterator[Stated]:
    """The milestones that stand on the chain, with their dates."""
    for act in standing(case.sealed.evidence.history.acts) if case.sealed else ():
        if isinstance(act, MilestoneRecorded) and act.date:
            try:
                yield Stated(act.milestone, RegistryDate(date_text(act.date), "actual"))
            except UsageError:  # a day that no calendar has says nothing
                continue


def numbers_of(case: TrialCase) -> set[str]:
    """The registry numbers that the record and the chain give."""
    found = {case.registry.number} if case.registry else set()
    if case.sealed:
        found |= {one.number for one in case.sealed.evidence.numbers}
    return found


# ----- registration -----


def _registration(case: TrialCase) -> Iterator[Duty]:
    if case.sealed is None or numbers_of(case):
        return
    what = "register the trial in a public registry, and seal the number that it gives (trialseal add-id)"
    enrolled = [one for one in milestones_of(case) if one.milestone is Milestone.FIRST_PARTICIPANT_ENROLLED]
    if not enrolled:
        yield Duty("registration", what, "the first participant, not enrolled so far", BEFORE_ENROLMENT.whose)
        return
    yield _duty(
        "registration", what, enrolled[0].words, enrolled[0].on, BEFORE_ENROLMENT,
        "no registry number is on the chain; the trial may have one",
    )  # fmt: skip


# ----- 42 CFR 11: updates -----

_TO_UPDATE: Final = {
    Milestone.RECRUITMENT_OPENED: "the recruitment status",
    Milestone.FIRST_PARTICIPANT_ENROLLED: "the start date and the recruitment status",
    Milestone.RECRUITMENT_CLOSED: "the recruitment status",
    Milestone.HALTED: "the recruitment status, and why it stopped",
    Milestone.RESUMED: "the recruitment status",
    Milestone.PRIMARY_COMPLETION: "the primary completion date, as actual",
    Milestone.COMPLETION: "the completion date and the recruitment status",
    Milestone.TERMINATED: "the recruitment status, and why it stopped",
    Milestone.WITHDRAWN: "the recruitment status, and why it stopped",
}


def _covered(case: TrialCase) -> Coverage | None:
    """Whether 42 CFR 11 covers the trial; None where no record is at hand, or the rule certainly does not."""
    if case.registry is None:
        return None
    found = coverage(case)
    return None if found.covered is False else found


def _record_updates(case: TrialCase) -> Iterator[Duty]:
    cover, history = _covered(case), case.registry
    if cover is None or history is None:
        return
    doubt, last = _if_covered(cover), history.last
    updated = RegistryDate(last.date) if last.date else None
    if updated and updates_go_on(history, last) and not (last.status in ENDED and results_complete(history)):
        verified = RegistryDate(last.record.verified) if last.record and last.record.verified else None
        latest = verified if verified and verified.first > updated.last else updated
        what, since = "update or verify the record", f"last updated or verified {latest.text}"
        yield _duty("fdaaa-update", what, since, latest, EVERY_12_MONTHS, doubt)
    for one in milestones_of(case):
        if one.milestone in _TO_UPDATE and (updated is None or updated.last < one.on.first):
            what = f"update in the record: {_TO_UPDATE[one.milestone]}"
            yield _duty("fdaaa-30-days", what, one.words, one.on, WITHIN_30_DAYS, doubt)
    yield from _expected_days_gone_by(case, history, doubt)
    for version, on in _amendments(case):
        if updated is None or updated.last < on.first:
            yield _duty(
                "fdaaa-amendment", f"update the record to protocol version {version}",
                f"version {version} sealed {on.text}", on, WITHIN_30_DAYS,
                doubt or "owed if participants are told of the amendment, from its approval by the ethics committee",
            )  # fmt: skip


def _amendments(case: TrialCase) -> Iterator[tuple[int, RegistryDate]]:
    """Versions of the protocol after the first, with the day on which each was sealed."""
    for _, one in sealings_of(case.sealed.evidence.history.acts) if case.sealed else ():
        if one.kind == PROTOCOL and one.version > 1:
            yield one.version, RegistryDate(day(one.time))


def _expected_days_gone_by(case: TrialCase, history: RegistryHistory, doubt: str) -> Iterator[Duty]:
    """Dates that the record expects and that have passed: either they came to pass, or they moved."""
    for what, on in (
        ("start", history.last.start),
        ("primary completion", history.last.primary_completion),
        ("completion", history.last.completion),
    ):
        if on and on.certainty == "estimated" and history.last.status not in ENDED and case.over(on.last):
            yield _duty(
                "fdaaa-expected", "update the record: did it come to pass, or when is it expected now?",
                f"{what} {on.words}", on, WITHIN_30_DAYS, doubt or "owed from the day on which it came to pass",
            )  # fmt: skip


def _if_covered(cover: Coverage) -> str:
    return "" if cover.covered else f"owed if 42 CFR 11 covers the trial: {cover.reason}"


# ----- results -----


def _results(case: TrialCase) -> Iterator[Duty]:
    cover, history = _covered(case), case.registry
    if cover is None or history is None or history.known("results_waived"):
        return
    doubt = _if_covered(cover)
    if history.known("delay_submitted"):
        doubt = doubt or "a certificate or request to delay them was submitted"
    completed, last = history.last.primary_completion, history.last.completion
    submitted = history.known("results_submitted") or history.under_review
    if completed and not submitted:
        yield _duty(
            "fdaaa-results", f"submit results to {history.registry}", f"primary completion {completed.words}",
            completed, RESULTS_IN_A_YEAR, doubt or _expected(completed),
        )  # fmt: skip
    if completed and last and last.first > completed.last and _secondary_waiting(history):
        yield _duty(
            "fdaaa-secondary", f"submit the secondary outcomes' results to {history.registry}",
            f"completion {last.words}", last, SECONDARY_IN_A_YEAR, doubt or _expected(last),
        )  # fmt: skip


def _secondary_waiting(history: RegistryHistory) -> bool:
    last = history.last
    if not any(one.role == "secondary" for one in last.outcomes or ()):
        return False
    shown = [one for one in last.posted if one.kind == "SECONDARY"]
    return not shown or any(one.status == "NOT_POSTED" for one in shown)


def _expected(on: RegistryDate) -> str:
    return "by the expected date" if on.certainty == "estimated" else ""


# ----- the European Union -----

_ONLY_CTIS = "whether it was done, CTIS tells"
_EU_NOTICES: Final = {
    Milestone.RECRUITMENT_OPENED: ("the start", EU_START),
    Milestone.FIRST_PARTICIPANT_ENROLLED: ("the first visit of the first participant", EU_START),
    Milestone.RECRUITMENT_CLOSED: ("the end of recruitment", EU_RECRUITMENT_END),
    Milestone.HALTED: ("the halt", EU_HALT),
    Milestone.RESUMED: ("the restart", EU_HALT),
    Milestone.TERMINATED: ("the early termination", EU_END),
    Milestone.COMPLETION: ("the end of the trial", EU_END),
}
_ENDS: Final = (Milestone.COMPLETION, Milestone.TERMINATED)


def _european(case: TrialCase) -> Iterator[Duty]:
    if not any(read(one).registry == CTIS for one in numbers_of(case)):
        return
    ends: list[tuple[str, RegistryDate]] = []
    for one in milestones_of(case):
        if one.milestone in _EU_NOTICES:
            what, deadline = _EU_NOTICES[one.milestone]
            to_do = f"tell each Member State concerned of {what}, in CTIS"
            yield _duty(deadline.id, to_do, one.words, one.on, deadline, _ONLY_CTIS)
        if one.milestone in _ENDS:
            ends.append((one.words, one.on))
    history = case.registry
    if history and not ends and (end := _ended(history)):
        ends.append((f"completion {end.words}", end))
    if ends:
        since, on = ends[-1]
        yield _duty("eu-results", "submit the summary of results and the one for laypersons to CTIS", since, on,
                    EU_RESULTS, _ONLY_CTIS)  # fmt: skip


def _ended(history: RegistryHistory) -> RegistryDate | None:
    end = history.last.completion
    return end if end and end.certainty == "actual" and has_come(history.last) and not none_enrolled(history) else None


# ----- the United Kingdom -----

_UK_DOUBT = "unless it was applied for before 28 April 2026, deferred, or done elsewhere"


def _british(case: TrialCase) -> Iterator[Duty]:
    history = case.registry
    if history is None or isinstance(begun(case), Answer):
        return
    ends = [one for one in milestones_of(case) if one.milestone in _ENDS]
    end = ends[-1].on if ends else _ended(history)
    if end is None:
        return
    early = ends[-1].milestone is Milestone.TERMINATED if ends else history.last.status == "TERMINATED"
    since = ends[-1].words if ends else f"completion {end.words}"
    yield _duty(
        "uk-end", "tell the MHRA and the ethics committee that the trial has ended", since, end,
        UK_ENDED_EARLY if early else UK_ENDED, "whether it was done, the MHRA's portal tells",
    )  # fmt: skip
    if not (history.known("results_posted") or history.known("results_submitted")):
        yield _duty("uk-results", "publish a summary of results, and offer it to participants", since,
                    end, UK_RESULTS_IN_A_YEAR, _UK_DOUBT)  # fmt: skip


NOT_KNOWN: Final = (
    "safety reports (SUSARs, annual reports), serious breaches, urgent safety measures",
    "answers to quality-control comments of ClinicalTrials.gov (15 days for registration, 25 for results; 42 CFR "
    "11.64(b))",
    "a device that the FDA approves or clears (15 days; 42 CFR 11.64(a)); changes of contact or of ethics review",
    "notices of the end of United Kingdom trials that began before 28 April 2026, or are in phase 1 (regulation 27)",
    "renewals of ethics opinions and authorisations, insurance, contracts, funders' own terms (NIH, Horizon Europe)",
    "national law outside the EU, the United Kingdom and the United States: among others Australia, Brazil, Canada, "
    "China, India, Japan, Korea, South Africa, Switzerland",
)
"""What nobody finds here, said at the end of every list."""
