"""Rules about what ethics committees and regulators decided: on this very version, and before anyone was enrolled.

A decision counts if its author had been accredited before it was made, and not ended then; what came later is shown
beside it and takes nothing from it. A later decision of one author takes the place of its earlier one for the same
territory, or for all where it names none.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from trialseal.evidence.sealings import APPROVAL, MILESTONE, PROTOCOL, RESULTS
from trialseal.evidence.wording import count, declared, moment
from trialseal.ledger import codes
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.codes import Decision, Role
from trialseal.ledger.moments import territory
from trialseal.rules import timing
from trialseal.rules.attesting import end_words
from trialseal.rules.authority import APPROVING, Authority, authority_of
from trialseal.rules.finding import Answer, Case, Standard, does_not_apply, fails, holds, rule, undetermined
from trialseal.rules.sealed_trial import of_kind, sourced, unsealed
from trialseal.rules.timing import Event, Order, events_of, order, registry_date, span
from trialseal.rules.trial_case import TrialCase, worst


def authority(case: Case, decision: AttestationRecord) -> Authority:
    """Whether a decision counts for whoever reads this case."""
    return authority_of(decision, case.accreditors, case.evidence.author_accreditations, case.names.record)


def is_approval(decision: int) -> bool:
    """Whether a decision lets the trial go on: approved, approved with conditions, or waived."""
    return decision in codes.APPROVING


def decision_words(case: Case, one: AttestationRecord) -> str:
    """'approved by Example Ethics Committee on 2020-04-24, sealed …'."""
    words = f"{Decision(one.code)} by {case.name(one.author)}"
    words += f" on {declared(one.date)}" if one.date else ""
    words += f" for {territory(one.territory)}" if one.territory else ""
    return words + f", sealed {moment(one.time)}" + end_words(one)


def _facts(case: Case, decisions: Sequence[AttestationRecord]) -> list[str]:
    """The decisions, and what was said of their authors before and since."""
    found = [decision_words(case, one) for one in decisions]
    for one in decisions:
        for said in case.evidence.author_accreditations.get(one.author, ()):
            if said.author in case.accreditors and said.code in APPROVING:
                when = "before that decision" if said.stands_at(one.time) else "which does not cover that decision"
                found.append(
                    f"{case.name(one.author)} was vouched for as {Role(said.code)} by {case.name(said.author)} "
                    f"{moment(said.time)}{end_words(said)}, {when}"
                )
    return list(dict.fromkeys(found))


def _replaces(later: AttestationRecord, earlier: AttestationRecord) -> bool:
    same = later.author == earlier.author and later.territory in (0, earlier.territory)
    return same and (later.time, later.number) > (earlier.time, earlier.number)


def last_decisions(decisions: Sequence[AttestationRecord]) -> list[AttestationRecord]:
    """The decisions that no later one of the same author takes the place of."""
    return [one for one in decisions if not any(_replaces(other, one) for other in decisions)]


@rule(
    "approvals",
    asks="What did ethics committees and regulators decide on this very version?",
    source="Declaration of Helsinki, 23; an approval names the version by its digest",
    applies="to protocols, analysis plans and files that somebody has decided on",
)
def approvals(case: Case) -> Answer:
    decisions = [one for one in case.evidence.attestations if one.kind == APPROVAL]
    if case.sealing.kind in (RESULTS, MILESTONE) or not decisions:
        return does_not_apply("no decision on this version is on the chain")
    facts = _facts(case, decisions)
    if not case.accreditors:
        number = count(len(decisions), "decision")
        return does_not_apply(f"{number} on it; no party was named whose word is trusted", *facts)
    if case.evidence.attested_gap:
        return undetermined(f"not everything can be seen: {case.evidence.attested_gap}", *facts)
    trusted = [one for one in decisions if authority(case, one) is Authority.TRUSTED]
    unclear = [one for one in decisions if authority(case, one) is Authority.UNCLEAR]
    if not trusted and not unclear:
        return does_not_apply(
            f"{count(len(decisions), 'decision')} on it, none by a party whose word you trust", *facts
        )
    standing = last_decisions([one for one in trusted if _stands_now(case, one)])
    against = [one for one in standing if not is_approval(one.code)]
    if against:
        return fails(f"{decision_words(case, against[0])}: was it used all the same?", *facts)
    if doubtful := last_decisions([*standing, *(one for one in unclear if _stands_now(case, one))]):
        for one in doubtful:
            if one in unclear:
                return undetermined(
                    f"{decision_words(case, one)}; whether its author was entitled to that cannot be told", *facts
                )
    if not standing:
        first = (trusted or unclear)[0]
        return fails(f"{decision_words(case, first)}: does another decision stand?", *facts)
    return holds(decision_words(case, standing[0]), *facts)


def _stands_now(case: Case, one: AttestationRecord) -> bool:
    now = case.trial.as_of.time if case.trial.as_of else None
    return not one.withdrawn_at if now is None else one.stands_in_block(now)


@rule(
    "approved-before-enrolment",
    asks="Was the protocol version in force approved before the first participant was enrolled?",
    source=Standard("Declaration of Helsinki", "23", "2024", "a research ethics committee approves before it begins"),
    applies="to trials on a chain, once enrolment is stated",
    needs="attestations of approval on the chain, by whom the reader trusts",
    item="",
)
def approved_before_enrolment(case: TrialCase) -> Answer:
    if case.sealed is None:
        return unsealed(case)
    enrolments = events_of(case.sealed.evidence, [timing.ENROLMENT], None)
    if not enrolments:
        return does_not_apply("no enrolment is stated so far")
    return sourced(case, worst([_approved(case, event) for event in enrolments]))


def _approved(case: TrialCase, event: Event) -> Answer:
    before = [one for one in of_kind(case, PROTOCOL) if order(one.sealing.time, event.date) is Order.BEFORE]
    if not before:
        return undetermined(f"no protocol version was certainly sealed before {event}")
    version = before[-1]
    words = version.sealing.words
    decisions = [one for one in version.evidence.attestations if one.kind == APPROVAL]
    facts = _facts(version, decisions)
    if not decisions:
        return undetermined(f"no decision on {words}, the last one sealed before {event}, is on this chain")
    trusted = [one for one in decisions if authority(version, one) is Authority.TRUSTED]
    if version.evidence.attested_gap:
        return undetermined(f"not everything can be seen: {version.evidence.attested_gap}", *facts)
    if not trusted:
        return undetermined(
            f"{count(len(decisions), 'decision')} on {words}, none by a party whose word you trust", *facts
        )
    in_force = _in_force(trusted, event)
    told = {one: decision_words(version, one) for one in trusted}
    approving = [one for one, at in in_force.items() if at is Force.STOOD and is_approval(one.code)]
    refusing = [one for one, at in in_force.items() if at is Force.STOOD and not is_approval(one.code)]
    unclear = [one for one, at in in_force.items() if at is Force.UNCLEAR]
    if approving and refusing:
        return undetermined(
            f"{told[approving[0]]}; and {told[refusing[0]]}: whose decision held where {event} is not stated", *facts
        )
    if unclear and not approving:
        return undetermined(f"{told[unclear[0]]}, and {event}: whether it stood then cannot be told", *facts)
    if approving and (against := [one for one in unclear if not is_approval(one.code)]):
        return undetermined(f"{told[approving[0]]}; but {told[against[0]]}, and {event}: which came first?", *facts)
    if approving:
        return holds(f"{told[approving[0]]}, before {event}", *facts)
    if refusing:
        return fails(f"{told[refusing[0]]}; and {event}: did another approve?", *facts)
    ended = [one for one, at in in_force.items() if at is Force.ENDED and is_approval(one.code)]
    if ended:
        return fails(f"{told[ended[0]]}, which is before {event}: did another approval stand?", *facts)
    return fails(f"{words} was {told[trusted[0]]}, after {event}: had another approved before?", *facts)


class Force(Enum):
    """Whether a decision was in force when something happened."""

    STOOD = "stood"
    UNCLEAR = "cannot be told"
    ENDED = "ended before"
    LATER = "made after"


def _in_force(decisions: Sequence[AttestationRecord], event: Event) -> dict[AttestationRecord, Force]:
    """How decisions stood at an event on a declared day."""
    alone = {one: _force(one, event) for one in decisions}
    found = {}
    for one, at in alone.items():
        replacing = [alone[other] for other in decisions if _replaces(other, one)]
        if at in (Force.STOOD, Force.UNCLEAR) and Force.STOOD in replacing:
            at = Force.LATER if at is Force.UNCLEAR else Force.ENDED
        elif at is Force.STOOD and Force.UNCLEAR in replacing and not is_approval(one.code):
            at = Force.UNCLEAR
        found[one] = at
    return found


def _force(one: AttestationRecord, event: Event) -> Force:
    within = span(event.date)
    if within is None:
        return Force.UNCLEAR
    if 0 < one.ended_at <= within[0]:
        return Force.ENDED
    made = _made(one, event)
    if made is Order.AFTER:
        return Force.LATER
    if made is Order.UNCLEAR or 0 < one.ended_at < within[1]:
        return Force.UNCLEAR
    return Force.STOOD


def _made(one: AttestationRecord, event: Event) -> Order:
    """How a decision lies to an event: by its declared day; sealed before the event, it was made before it."""
    sealed = order(one.time, event.date)
    if sealed is Order.BEFORE:
        return sealed
    decided, happened = registry_date(one.date), registry_date(event.date)
    if decided is None or happened is None:
        # Without a day, a decision may be older than its seal; one against the version is not read back in time.
        return sealed if not is_approval(one.code) else Order.UNCLEAR
    if decided.last <= happened.first:
        return Order.BEFORE
    return Order.AFTER if decided.first > happened.last else Order.UNCLEAR
