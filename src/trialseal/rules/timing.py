"""Rules about order in time: sealed before enrolment, before data were seen, while blinded.

A declared date is a day somewhere on Earth: it may begin 14 hours before and end 12 hours after the same day in UTC.
What lies within that, or within an unstated day or month, cannot be told.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from typing import NamedTuple

from trialseal.documents.identifiers import date_code, date_range, date_text
from trialseal.documents.times import EARLIEST_ZONE, LATEST_ZONE
from trialseal.documents.times import Order as Order
from trialseal.errors import UsageError
from trialseal.escaping import quoted
from trialseal.evidence.seals import (
    ANALYSIS_PLAN,
    PROTOCOL,
    RESULTS,
    ResultEvidence,
    Sealing,
    TrialEvidence,
    sealings_of,
)
from trialseal.evidence.wording import count, declared, milestone_words, moment, part_words
from trialseal.ledger.acts import MilestoneRecorded, ResultReported
from trialseal.ledger.codes import Blinding, Milestone
from trialseal.ledger.standing import corrections, standing
from trialseal.rules.finding import Answer, Case, Status, does_not_apply, fails, holds, rule, undetermined

_EPOCH, _DAY = date(1970, 1, 1), 86_400
ENROLMENT = Milestone.FIRST_PARTICIPANT_ENROLLED
UNBLINDING = Milestone.UNBLINDING
# After these, data on all participants of the part may be known to those who decide.
DATA_SEEN = (Milestone.DATA_CUT_OFF, Milestone.DATA_LOCK, Milestone.UNBLINDING)
# Where one of these is stated, somebody has been enrolled.
_AFTER_ENROLMENT = (
    *DATA_SEEN,
    Milestone.RECRUITMENT_CLOSED,
    Milestone.INTERIM_LOOK,
    Milestone.PARTICIPANT_UNBLINDING,
    Milestone.CROSSOVER,
    Milestone.PRIMARY_COMPLETION,
    Milestone.COMPLETION,
    Milestone.LAST_PARTICIPANT_LAST_VISIT,
)


def order(instant: int, code: int) -> Order:
    """How a block time (Unix seconds) lies to a declared date (yyyymmdd, 00 for what is not stated)."""
    if not code:
        return Order.UNCLEAR
    try:
        first, last = date_range(date_text(code))
    except UsageError:
        return Order.UNCLEAR
    begins = (first - _EPOCH).days * _DAY - EARLIEST_ZONE.total_seconds()
    ends = ((last - _EPOCH).days + 1) * _DAY + LATEST_ZONE.total_seconds()
    if instant < begins:
        return Order.BEFORE
    return Order.AFTER if instant >= ends else Order.UNCLEAR


class Event(NamedTuple):
    """Something that a milestone, or the document itself, states to have happened."""

    what: str
    date: int
    part: int
    stated: str

    def __str__(self) -> str:
        where = f" ({part_words(self.part)})" if self.part else ""
        return f"{self.what}{where} {declared(self.date)}, {self.stated}"


def events_of(trial: TrialEvidence, milestones: Iterable[int], parts: frozenset[int] | None) -> list[Event]:
    """The statements of these milestones that stand, for these parts or the whole trial (None: for any part), in their
    order. `corrected_events` gives those that do not."""
    wanted = set(milestones)
    return [
        Event(
            milestone_words(act.milestone),
            act.date,
            act.part,
            f"as stated {moment(act.time)}",
        )
        for act in standing(trial.history.acts)
        if isinstance(act, MilestoneRecorded)
        and act.milestone in wanted
        and (parts is None or act.part in parts | {0} or parts == {0})
    ]


def corrected_events(trial: TrialEvidence, milestones: Iterable[int]) -> list[str]:
    """The statements of these milestones that were corrected, each with what corrected it, as facts."""
    wanted = set(milestones)
    marked = corrections(trial.history.acts)
    return [
        f"act {act.number} stated {milestone_words(act.milestone)} {declared(act.date)}; act {by.number} corrected it "
        f"{moment(by.time)}"
        for act in trial.history.acts
        if isinstance(act, MilestoneRecorded) and act.milestone in wanted and (by := marked.get(act.number))
    ]


@rule(
    "prospective",
    asks="Was the protocol sealed before the first participant was enrolled, in each part of the trial?",
    source="ICMJE Recommendations, III.L: registration at or before first enrolment (a seal replaces no registration)",
    applies="to protocols, analysis plans and results, once enrolment is stated or results are reported",
)
def prospective(case: Case) -> Answer:
    trial = case.trial
    if case.sealing.kind not in (PROTOCOL, ANALYSIS_PLAN, RESULTS):
        return does_not_apply("it is no protocol, plan or results document")
    if not trial.history.complete:
        return undetermined("not all acts can be seen, so another statement on enrolment may be among them")
    enrolments = events_of(trial, [ENROLMENT], None)
    if not enrolments:
        if any(isinstance(act, ResultReported) for act in trial.history.acts) or events_of(
            trial, _AFTER_ENROLMENT, None
        ):
            return undetermined("when the first participant was enrolled is not stated, though the trial went on")
        return does_not_apply("no enrolment is stated so far")
    versions = {one.version: one for _, one in sealings_of(trial.history.acts) if one.kind == PROTOCOL}
    answers = [_before_enrolment(trial, versions, event) for event in enrolments]
    corrected = corrected_events(trial, [ENROLMENT])
    # Of several statements that stand the worst answer counts; one that was corrected is shown beside them.
    for status in (Status.FAILS, Status.UNDETERMINED, Status.HOLDS):
        for answer in answers:
            if answer.status is status:
                return Answer(status, answer.sentence, (*(one.sentence for one in answers), *corrected))
    raise AssertionError("every statement is answered")


def _before_enrolment(trial: TrialEvidence, versions: dict[int, Sealing], event: Event) -> Answer:
    sealing, certain = _first_with_part(trial, versions, event.part)
    words = f"{sealing.words} was sealed {moment(sealing.time)}"
    match order(sealing.time, event.date):
        case Order.BEFORE if certain:
            return holds(f"{words}, before {event}")
        case Order.BEFORE:
            return undetermined(
                f"{words}, before {event}; but whether it describes that part, only its document can tell, "
                "which is not at hand"
            )
        case Order.AFTER:
            return fails(f"{words}, after {event}: was it registered elsewhere before?")
    return undetermined(f"{words}, and {event}: which came first cannot be told from that date and its time zone")


def _first_with_part(trial: TrialEvidence, versions: dict[int, Sealing], part: int) -> tuple[Sealing, bool]:
    """The first protocol version that describes a part, and whether that is certain."""
    if part == 0 or len(versions) == 1:
        return versions[1], True
    for version in sorted(versions):
        text = trial.protocols.get(version)
        if text is None:
            return versions[version], False
        if len(text.part_ids) >= part:
            return versions[version], True
    return versions[max(versions)], False


@rule(
    "endpoints-before-data",
    asks="Was each planned endpoint first sealed before its part's data cut-off, data lock or unblinding?",
    source="CONSORT 2025, items 10 and 14; COMPare: only what was specified before the data can be pre-specified",
    applies="to results documents with planned endpoints",
)
def endpoints_before_data(case: Case) -> Answer:
    planned = [one for one in case.evidence.results if one.planned]
    if not planned:
        return does_not_apply("it reports no planned endpoint")
    answers = [_before_data(case.trial, one) for one in planned]
    facts = tuple(dict.fromkeys(one.sentence for one in answers))
    worst = next(
        one for status in (Status.FAILS, Status.UNDETERMINED, Status.HOLDS) for one in answers if one.status is status
    )
    if worst.status is Status.HOLDS:
        number = len({one.endpoint for one in planned})
        return holds(
            f"{count(number, 'planned endpoint')} first sealed before any data cut-off, lock or unblinding stated",
            *facts,
        )
    return Answer(worst.status, worst.sentence, facts)


def _before_data(trial: TrialEvidence, result: ResultEvidence) -> Answer:
    name = f"endpoint {quoted(result.endpoint)}"
    sealing = result.first_sealed
    if sealing is None:
        return undetermined(f"no sealed protocol version at hand holds {name}")
    events = events_of(trial, DATA_SEEN, result.parts)
    if result.cut_off:
        with suppress(UsageError):
            events.append(Event("data cut-off", date_code(result.cut_off), 0, "as the document states"))
    since = f"{name} stands in {sealing.words}, sealed {moment(sealing.time)}"
    if not trial.history.complete:
        return undetermined(f"{since}, but not all acts can be seen")
    if not events:
        return undetermined(f"{since}; no data cut-off, data lock or unblinding is stated")
    orders = [(order(sealing.time, event.date), event) for event in events]
    after = [event for its, event in orders if its is Order.AFTER]
    if after and not result.first_is_certain:
        return undetermined(f"{since}, after {after[0]}; an earlier version that is not at hand may hold it too")
    if after:
        return fails(f"{since}, after {after[0]}: was it specified before, and where?")
    if result.first_is_certain and sealing.blinding is Blinding.UNBLINDED:
        return fails(f"{since}, in an amendment made when unblinded data had been seen, as its sponsor states")
    unclear = [event for its, event in orders if its is Order.UNCLEAR]
    if unclear:
        return undetermined(f"{since}, and {unclear[0]}: which came first cannot be told from that date")
    return holds(f"{since}, before {orders[0][1]}")


@rule(
    "amended-blinded",
    asks="Was this version decided on before anyone who decided had seen unblinded data?",
    source="CONSERVE 2021 and CONSORT 2025, item 10; of most amendments it is not reported (Coskinas, MJA 2022)",
    applies="to the second and later versions of protocols and analysis plans",
)
def amended_blinded(case: Case) -> Answer:
    sealing = case.sealing
    if sealing.kind not in (PROTOCOL, ANALYSIS_PLAN) or sealing.version == 1:
        return does_not_apply("it amends nothing")
    words, stated = sealing.words, sealing.blinding
    unblindings = events_of(case.trial, [UNBLINDING], None)
    before = [event for event in unblindings if order(sealing.time, event.date) is Order.AFTER]
    facts = [f"{event}" for event in unblindings]
    if stated is Blinding.UNBLINDED:
        return fails(
            f"{words} was decided on when unblinded data had been seen, as its act states: what changed?", *facts
        )
    if before:
        return fails(f"{words} was sealed {moment(sealing.time)}, after {before[0]}; its act says: {stated}", *facts)
    if stated is not Blinding.BLINDED:
        return undetermined(f"{words} does not state whether unblinded data had been seen", *facts)
    if not case.trial.history.complete:
        return undetermined(f"{words} states blinded; but not all acts can be seen, so an unblinding may be among them")
    if any(order(sealing.time, event.date) is Order.UNCLEAR for event in unblindings):
        return undetermined(
            f"{words} states blinded, but whether it came before {unblindings[0]} cannot be told", *facts
        )
    return holds(f"{words} was decided on blinded, as its act states, and no unblinding before is stated", *facts)
