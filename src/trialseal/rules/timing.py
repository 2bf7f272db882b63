"""Rules about order in time: registered before enrolment, sealed before it, before data were seen, while blinded.

Sealing is voluntary: a late seal is not a late registration. What only an earlier seal could show cannot be determined;
it is a question where an earlier version was sealed in time and says something else.

A declared date is a day somewhere on Earth: it may begin 14 hours before and end 12 hours after the same day in UTC.
What lies within that, or within an unstated day or month, cannot be told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from typing import NamedTuple

from trialseal.documents.identifiers import date_code, date_range, date_text
from trialseal.documents.times import EARLIEST_ZONE, LATEST_ZONE
from trialseal.documents.times import Order as Order
from trialseal.errors import UsageError
from trialseal.escaping import quoted
from trialseal.evidence.reported import ResultEvidence
from trialseal.evidence.sealings import ANALYSIS_PLAN, PROTOCOL, RESULTS, Sealing, sealings_of
from trialseal.evidence.trials import TrialEvidence
from trialseal.evidence.wording import count, declared, listed, milestone_words, moment, part_words
from trialseal.ledger.acts import MilestoneRecorded, ResultReported
from trialseal.ledger.codes import Blinding, Milestone
from trialseal.ledger.standing import corrections, standing
from trialseal.registries.dates import RegistryDate
from trialseal.registries.numbers import same
from trialseal.rules.deadlines import BEFORE_ENROLMENT, Timing, readings
from trialseal.rules.deadlines import timing as due
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
    within = span(code)
    if within is None:
        return Order.UNCLEAR
    if instant < within[0]:
        return Order.BEFORE
    return Order.AFTER if instant >= within[1] else Order.UNCLEAR


def span(code: int) -> tuple[int, int] | None:
    """The first second of a declared date anywhere on Earth, and the first after it; None where no date is stated."""
    if not code:
        return None
    try:
        first, last = date_range(date_text(code))
    except UsageError:
        return None
    begins = (first - _EPOCH).days * _DAY - int(EARLIEST_ZONE.total_seconds())
    ends = ((last - _EPOCH).days + 1) * _DAY + int(LATEST_ZONE.total_seconds())
    return begins, ends


def registry_date(code: int) -> RegistryDate | None:
    """A declared date as registries write it; None if it is not stated or is none."""
    return RegistryDate(date_text(code)) if span(code) else None


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
    asks="Was the trial first submitted to its registry at or before the first enrolment that is stated?",
    source="ICMJE Recommendations, III.L: the date first submitted to the registry counts; a seal does not replace "
    "a registration, and a late seal does not make a registration late",
    applies="to protocols, analysis plans and results, once enrolment is stated and a registry's date is known",
)
def prospective(case: Case) -> Answer:
    enrolments = _enrolments(case)
    if isinstance(enrolments, Answer):
        return enrolments
    if not case.trial.numbers:
        return does_not_apply("the trial claims no registry number, and only its registry's date tells")
    return _worst([_registered_before(case.trial, event) for event in enrolments], case.trial)


class _Submitted(NamedTuple):
    """When a number was first submitted to its registry, and who says so."""

    on: RegistryDate
    number: str
    says: str


def _registered_before(trial: TrialEvidence, event: Event) -> Answer:
    began = registry_date(event.date)
    records = list(_in_records(trial))
    stated = [
        _Submitted(on, one.number, "its sponsor states on this chain")
        for one in trial.numbers
        if (on := registry_date(one.claim.submitted))
    ]
    known = records or stated
    if not known:
        return does_not_apply(f"{event}; no registry record is given, and only its registry's date tells")
    first = min(known, key=lambda one: one.on.first)
    words = f"{first.number} was first submitted {first.on.text}, as {first.says}"
    if began is None:
        return undetermined(f"{words}; {event}: which came first cannot be told")
    unknown = [one.number for one in trial.numbers if not any(same(one.number, other.number) for other in known)]
    match due(first.on, began, BEFORE_ENROLMENT):
        case Timing.IN_TIME if records:
            return holds(f"{words}, at or before {event}")
        case Timing.IN_TIME:
            return does_not_apply(f"{words}, at or before {event}; put the registry's record beside the file to check")
        case Timing.LATE if unknown:
            return undetermined(f"{words}, after {event}; it claims {listed(unknown)} too: submitted there before?")
        case Timing.LATE:
            return fails(f"{words}, after {event}: was it registered elsewhere before?")
    return undetermined(f"{words}, and {event}: {readings(first.on, began, BEFORE_ENROLMENT)}")


def _in_records(trial: TrialEvidence) -> Iterator[_Submitted]:
    """What registry records given say of the numbers that the trial claims."""
    for file in trial.registry_records:
        document = file.document or {}
        number, day = document.get("number"), document.get("first_submitted")
        if not isinstance(number, str) or not isinstance(day, str):
            continue
        with suppress(UsageError):
            if any(same(number, one.number) for one in trial.numbers):
                yield _Submitted(RegistryDate(date_text(date_code(day))), number, f"{quoted(file.name)} says")


@rule(
    "protocol-sealed-first",
    asks="Was the protocol sealed before the first participant was enrolled, in each part of the trial?",
    source="SPIRIT 2025: versions and dates of the protocol; sealing is voluntary, and a late seal only proves less",
    applies="to protocols, analysis plans and results, once enrolment is stated or results are reported",
)
def protocol_sealed_first(case: Case) -> Answer:
    trial, enrolments = case.trial, _enrolments(case)
    if isinstance(enrolments, Answer):
        return enrolments
    versions = {one.version: one for _, one in sealings_of(trial.history.acts) if one.kind == PROTOCOL}
    return _worst([_before_enrolment(trial, versions, event) for event in enrolments], trial)


def _enrolments(case: Case) -> list[Event] | Answer:
    """The enrolments that are stated; or why none can be asked about."""
    trial = case.trial
    if case.sealing.kind not in (PROTOCOL, ANALYSIS_PLAN, RESULTS):
        return does_not_apply("it is not a protocol, plan or results document")
    if not trial.history.complete:
        return undetermined("not all acts can be seen, so another statement on enrolment may be among them")
    if found := events_of(trial, [ENROLMENT], None):
        return found
    if any(isinstance(act, ResultReported) for act in trial.history.acts) or events_of(trial, _AFTER_ENROLMENT, None):
        return undetermined("when the first participant was enrolled is not stated, though the trial went on")
    return does_not_apply("no enrolment is stated so far", *corrected_events(trial, [ENROLMENT]))


def _worst(answers: list[Answer], trial: TrialEvidence) -> Answer:
    """The first of the worst answers: every statement on enrolment that stands is asked, whichever was made last, and
    those that were corrected are shown beside them."""
    order_of = (Status.FAILS, Status.UNDETERMINED, Status.HOLDS, Status.DOES_NOT_APPLY)
    first = next(one for status in order_of for one in answers if one.status is status)
    facts = (*(one.sentence for one in answers), *corrected_events(trial, [ENROLMENT]))
    return Answer(first.status, first.sentence, facts)


def sealed_before(trial: TrialEvidence, kind: int, event: Event, *, below: int) -> Sealing | None:
    """The last version of a kind under a number that was certainly sealed before an event; None if none was.

    Where there is one, what was promised before the event can be seen; a late first seal shows nothing of it.
    """
    found = [
        one
        for _, one in sealings_of(trial.history.acts)
        if one.kind == kind and one.version < below and order(one.time, event.date) is Order.BEFORE
    ]
    return found[-1] if found else None


def _before_enrolment(trial: TrialEvidence, versions: dict[int, Sealing], event: Event) -> Answer:
    sealing, certain = _first_with_part(trial, versions, event.part)
    words = f"{sealing.words} was sealed {moment(sealing.time)}"
    match order(sealing.time, event.date):
        case Order.BEFORE if certain:
            return holds(f"{words}, before {event}")
        case Order.BEFORE:
            return undetermined(
                f"{words}, before {event}; but whether it describes that part, only its document can tell, "
                "which is not given"
            )
        case Order.AFTER:
            return undetermined(f"{words}, after {event}: what it said before that, a later seal cannot show")
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
        return undetermined(f"no sealed protocol version given holds {name}")
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
        return undetermined(f"{since}, after {after[0]}; an earlier version that is not given may hold it too")
    for event in after:
        if earlier := sealed_before(trial, PROTOCOL, event, below=sealing.version):
            return fails(
                f"{since}, after {event}; {earlier.words}, sealed before that, does not hold it: was it specified "
                "before, and where?"
            )
    if after:
        return undetermined(
            f"{since}, after {after[0]}; no version was sealed before that, so what was specified then cannot be seen"
        )
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
    late = f"{words} was sealed {moment(sealing.time)}, after {before[0]}; its act says: {stated}" if before else ""
    if any(sealed_before(case.trial, sealing.kind, event, below=sealing.version) for event in before):
        return fails(f"{late}: was the change decided before that?", *facts)
    if before:
        return undetermined(f"{late}; no version was sealed before that, so when it was decided on is not seen", *facts)
    if stated is not Blinding.BLINDED:
        return undetermined(f"{words} does not state whether unblinded data had been seen", *facts)
    if not case.trial.history.complete:
        return undetermined(f"{words} states blinded; but not all acts can be seen, so an unblinding may be among them")
    if any(order(sealing.time, event.date) is Order.UNCLEAR for event in unblindings):
        return undetermined(
            f"{words} states blinded, but whether it came before {unblindings[0]} cannot be told", *facts
        )
    return holds(f"{words} was decided on blinded, as its act states, and no unblinding before is stated", *facts)
