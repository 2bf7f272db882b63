"""The rules about a permit: whether it is shown, who gave it, whether it keeps the terms, what came at its end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from trialseal.documents.identifiers import date_range
from trialseal.documents.times import Order, order
from trialseal.evidence.consents import Entry
from trialseal.evidence.wording import end_day, moment
from trialseal.rules.attesting import Doubt, doubt_of, end_words
from trialseal.rules.finding import Answer, Status, does_not_apply, fails, holds, rule, undetermined
from trialseal.sharing.cases import TERMS, PermitCase, short
from trialseal.sharing.terms import Use, overall, within


@rule(
    "permit-shown",
    asks="Is the document of each permit that the chain counts given?",
    source="contracts/interfaces/IAttestations.sol: all that is attested of a trial is counted in state",
    applies="to every permit on the chain",
)
def permit_shown(case: PermitCase) -> Answer:
    words = (
        f"permit {case.record.number} of package {short(case.record.digest.hex())}, given {moment(case.record.time)}"
    )
    words += end_words(case.record)
    permit = case.evidence.permit(case.digest)
    if permit is None:
        return undetermined(f"{words}: its document was not given: who may open what until when is in it; ask for it")
    if permit.package != case.record.digest.hex():
        return fails(f"{words}: its document is of package {short(permit.package)}: which is meant?")
    stated = int(datetime.fromisoformat(permit.until).timestamp())
    if case.record.until != stated:
        chain = f"ends {moment(case.record.until)}" if case.record.until else "has no end"
        return fails(f"{words}: its document ends {permit.until}, on the chain it {chain}: which is meant?")
    return holds(f"{words}, for {case.evidence.name(permit.recipient)}")


@rule(
    "permit-entitled",
    asks="Was the permit given by the trial's sponsor then, or by who was named its data access committee?",
    source="Regulation (EU) 2016/679 (GDPR), 24 and 28: who is responsible for data decides who gets them",
    applies="to every permit on the chain",
)
def permit_entitled(case: PermitCase) -> Answer:
    one, evidence = case.record, case.evidence
    doubt = doubt_of(evidence.authors.get(one.author), one)
    if doubt is Doubt.DISOWNED:
        return fails(
            f"permit {one.number}: who gave it states that its key was in the wrong hands by then: is it theirs?"
        )
    if evidence.history_gap:
        return undetermined(f"who could give permit {one.number} cannot be told: {evidence.history_gap}")
    could = [
        held
        for held in evidence.held
        if held.party == one.author and held.since <= one.time and (held.until is None or one.time < held.until)
    ]
    if not could:
        return fails(
            f"permit {one.number} was given by party {short(one.author.hex())}, which then was neither the trial's "
            "sponsor nor named as its data access committee: on whose behalf?"
        )
    if doubt is Doubt.CONTESTED:
        return undetermined(f"permit {one.number}: who gave it disagrees with itself about its key: ask them")
    return holds(f"permit {one.number} was given by {could[0].words}")


@rule(
    "permit-within-terms",
    asks="Does what was asked for lie within the terms, and the permit within what was asked for?",
    source=TERMS,
    applies="to permits whose documents are given",
)
def permit_within_terms(case: PermitCase) -> Answer:
    permit = case.evidence.permit(case.digest)
    if permit is None:
        return does_not_apply("its document was not given")
    policy, application = case.evidence.policy(permit.policy), case.evidence.application(permit.application)
    if policy is None or application is None:
        missing = "terms" if policy is None else "application"
        return undetermined(f"permit {case.record.number}: its {missing} was not given: ask for it")
    if application.recipient != permit.recipient:
        return fails(
            f"permit {case.record.number} is for {case.evidence.name(permit.recipient)}, and "
            f"{case.evidence.name(application.recipient)} applied: which is meant?"
        )
    package = case.evidence.package(permit.package)
    if package is not None and package.policy != permit.policy:
        return fails(f"permit {case.record.number} names other terms than its package: which hold?")
    day_after = datetime.combine(date_range(application.until)[1], time.min, UTC) + timedelta(days=1)
    if not 0 < case.record.until <= int(day_after.timestamp()):
        end = f"holds until {end_day(case.record.until)}" if case.record.until else "has no end"
        return fails(
            f"permit {case.record.number} {end}, and data were asked for until {application.until}: which is meant?"
        )
    answers = within(policy, application, Use.between(case.record.time, case.record.until))
    status = overall(one.answer.status for one in answers)
    if status is Status.HOLDS:
        return holds(f"permit {case.record.number}: what was asked for is within the terms")
    first = next(one for one in answers if one.answer.status is status)
    sentence = f"permit {case.record.number}, {first.code}: {first.answer.sentence}"
    facts = tuple(f"{one.code}: {one.answer.sentence}" for one in answers)
    return Answer(status, sentence, facts)


@rule(
    "permit-end-kept",
    asks="When a permit ended, were the data destroyed or returned as it says?",
    source="the permit's own condition",
    applies="to permits that ended, under which data were handed over and are to be destroyed or returned",
)
def permit_end_kept(case: PermitCase) -> Answer:
    permit = case.evidence.permit(case.digest)
    if permit is None or permit.at_end is None:
        return does_not_apply("nothing is stated for its end")
    if not 0 < case.record.ended_at <= case.now:
        return does_not_apply("it has not ended")
    if any(not 0 < one.ended_at <= case.now for one in case.evidence.by_document[case.digest]):
        return does_not_apply("its document was permitted once more, and that has not ended")
    entries = case.evidence.by_permit.get(case.digest, ())
    handed = [one for one in entries if one.event["action"] == "handed-over"]
    if not handed:
        return does_not_apply("nothing was handed over under it")
    # Destroyed is more than returned: after it nothing is left to return.
    enough = ("destroyed",) if permit.at_end == "destroy" else ("returned", "destroyed")
    done = [one for one in entries if one.event["action"] in enough and _after_all(one, handed)]
    name, what = case.evidence.name(permit.recipient), "destroyed" if permit.at_end == "destroy" else "returned"
    ended = f"permit {case.record.number} ended {moment(case.record.ended_at)}"
    if done:
        return holds(f"{ended}, and {name} states that the data were {done[-1].event['action']} {done[-1].at}")
    if case.evidence.unseen:
        return undetermined(
            f"{ended}; whether {name} states that the data were {what} is not seen: {case.evidence.unseen}"
        )
    return fails(f"{ended}, and no entry says that the data were {what} by {name}: were they?")


def _after_all(done: Entry, handed: Sequence[Entry]) -> bool:
    """Whether what is said may be of every hand-over: it is certainly before none."""
    return all(order(done.at, one.at) is not Order.BEFORE for one in handed)
