"""The rules about a hand-over: whether a permit stood, whose key it was, who vouched for what, when it was logged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from trialseal.documents.times import Order, order, span
from trialseal.evidence.wording import moment
from trialseal.ledger.attestations import AttestationRecord, Standing
from trialseal.ledger.codes import AttestationKind, Decision, Role
from trialseal.rules.approvals import is_approval, last_decisions
from trialseal.rules.attesting import end_words
from trialseal.rules.finding import Answer, Status, does_not_apply, fails, holds, rule, undetermined
from trialseal.sharing.cases import LOG, TERMS, ConditionCase, HandOverCase, short, stood
from trialseal.sharing.ontology import words

CLOCKS = timedelta(minutes=1)
"""By how much the clock of who writes may be ahead of that of a block."""


def _what(case: HandOverCase) -> str:
    return f"package {case.package[:8]}… was handed over to {case.evidence.name(case.recipient)} {case.entry.at}"


@rule(
    "handover-permitted",
    asks="Did a permit for this package stand when it was handed over?",
    source="the permit on the chain: it stands from its block on, until its end or its withdrawal",
    applies="to every hand-over in the streams given",
)
def handover_permitted(case: HandOverCase) -> Answer:
    evidence, what = case.evidence, _what(case)
    named = evidence.by_document.get(case.permit, ())
    records = [one for one in named if one.digest.hex() == case.package]
    if not records:
        if evidence.attested_gap:
            return undetermined(f"{what}; whether a permit is on the chain cannot be told: {evidence.attested_gap}")
        other = f": permit {named[0].number} is of package {short(named[0].digest.hex())}" if named else ""
        return fails(f"{what} without a permit on the chain{other}: which permit is it?")
    document = evidence.permit(case.permit)
    if document is not None and document.recipient != case.recipient:
        return fails(f"{what}; permit {records[0].number} is for {evidence.name(document.recipient)}: who got it?")
    by_standing = {stood(one, case.entry.at): one for one in records}
    if standing := by_standing.get(Standing.STANDS):
        return holds(f"{what}, under permit {standing.number}, given {moment(standing.time)}{end_words(standing)}")
    if Standing.SAME_SECOND in by_standing or None in by_standing:
        one = by_standing.get(Standing.SAME_SECOND) or by_standing[None]
        return undetermined(
            f"{what}, permit {one.number} was given {moment(one.time)}{end_words(one)}: a time to the second settles it"
        )
    one = records[0]
    if Standing.ENDED in by_standing:
        one = by_standing[Standing.ENDED]
        how = "had been withdrawn" if one.ended_at == one.withdrawn_at else "had ended"
        return fails(f"{what}; permit {one.number} {how} {moment(one.ended_at)}: was there another?")
    return fails(f"{what}; permit {one.number} was given only {moment(one.time)}: was there another before?")


@rule(
    "handover-key",
    asks="Was the key to which the package's own was encrypted a key of the recipient then?",
    source="the recipient's profile: a key may be used from since on and before until",
    applies="to hand-overs whose permit is given",
)
def handover_key(case: HandOverCase) -> Answer:
    permit = case.evidence.permit(case.permit)
    if permit is None:
        return does_not_apply("the permit's document was not given")
    recipient = case.evidence.recipients.get(permit.recipient)
    name = case.evidence.name(permit.recipient)
    if recipient is None or recipient.keys is None:
        return undetermined(f"the profile of {name} was not given, so its keys are not known: put it into parties/")
    known = [one for one in recipient.keys if one.get("recipient") == permit.recipient_key]
    if not known:
        return fails(f"{_what(case)}; the key {permit.recipient_key[:12]}… is not in its profile: whose is it?")
    answers = [_its_own(case, key, name) for key in known]
    return next(one for status in _BEST for one in answers if one.status is status)


_BEST = (Status.HOLDS, Status.UNDETERMINED, Status.FAILS)


def _its_own(case: HandOverCase, key: Mapping[str, str], name: str) -> Answer:
    """Whether a key could be used at the hand-over by what the profile says of it."""
    at, shown = case.entry.at, f"{key['recipient'][:12]}…"
    if (since := key.get("since")) and order(at, since) not in (Order.AFTER, Order.SAME):
        return _badly(
            order(at, since), f"{_what(case)}; the key {shown} was its own only from {since} on: whose was it?"
        )
    if (until := key.get("until")) and order(at, until) is not Order.BEFORE:
        return _badly(
            order(at, until), f"{_what(case)}; the key {shown} was its own only until {until}: who can open it?"
        )
    return holds(f"the key {shown} was in the profile of {name}")


def _badly(its: Order, sentence: str) -> Answer:
    return undetermined(sentence) if its is Order.UNCLEAR else fails(sentence)


@rule(
    "handover-condition",
    asks="Had who must vouch for each condition done so by the hand-over?",
    source=f"{TERMS}; the terms name who vouches",
    applies="to each condition for which the terms name who vouches",
)
def handover_condition(case: ConditionCase) -> Answer:
    hand_over, vouching = case.hand_over, case.vouching
    evidence, what = hand_over.evidence, words(vouching.condition)
    permit = evidence.permit(hand_over.permit)
    if permit is None:
        return does_not_apply("the permit's document was not given")
    if vouching.role is None:
        records: Sequence[AttestationRecord] = evidence.by_application.get(permit.application, ())
        gap, deed = evidence.attested_gap, "approved the application"
    else:
        recipient = evidence.recipients.get(permit.recipient)
        role = Role.named(vouching.role)
        records = [one for one in recipient.accreditations if one.code == role] if recipient else []
        gap, deed = recipient.gap if recipient else None, f"vouched for the recipient as {role}"
    trusted = [one for one in records if one.author.hex() in vouching.by]
    placed = [(one, stood(one, hand_over.entry.at)) for one in trusted]
    certain = last_decisions([one for one, its in placed if its is Standing.STANDS])
    unclear = [one for one, its in placed if its in (None, Standing.SAME_SECOND)]
    # A refusal that may have come by then leaves open what its author had decided.
    in_doubt = {one.author for one in unclear if not _says_yes(one)}
    standing = [one for one in certain if _says_yes(one)]
    if yes := next((one for one in standing if one.author not in in_doubt), None):
        return holds(f"{what}: party {short(yes.author.hex())} had {deed} {moment(yes.time)}{end_words(yes)}")
    when = f"at the hand-over to {evidence.name(permit.recipient)} {hand_over.entry.at}"
    if gap:
        return undetermined(f"{what}: whether somebody vouched {when} cannot be told: {gap}")
    if standing or any(map(_says_yes, unclear)):
        return undetermined(f"{what}: whether it was vouched for {when} cannot be told from these times")
    if refused := next((one for one in certain if not _says_yes(one)), None):
        return fails(
            f"{what}: party {short(refused.author.hex())} had decided {Decision(refused.code)}: was that changed?"
        )
    said = {its: one for one, its in placed if _says_yes(one)}
    if ended := said.get(Standing.ENDED):
        return fails(f"{what}: {when} what was said had ended {moment(ended.ended_at)}: was it renewed?")
    if later := said.get(Standing.NOT_YET):
        return fails(f"{what}: nobody had {deed} {when}, only {moment(later.time)}: was there another?")
    return undetermined(f"{what}: nobody whom the terms name has {deed}: ask {_who(vouching.by)}")


def _says_yes(one: AttestationRecord) -> bool:
    return one.kind is AttestationKind.ACCREDITATION or is_approval(one.code)


def _who(parties: Sequence[str]) -> str:
    return " or ".join(f"party {short(one)}" for one in parties[:3])


@rule(
    "handover-logged",
    asks="Does the chain bind the entry of the hand-over, and how long after it?",
    source=LOG,
    applies="to every hand-over in the streams given",
)
def handover_logged(case: HandOverCase) -> Answer:
    anchored, at = case.entry.anchored, case.entry.at
    if anchored is None:
        return undetermined(f"{_what(case)}; no head holds that entry yet: anchor the stream")
    if span(at).first > datetime.fromtimestamp(anchored, UTC) + CLOCKS:
        return fails(f"{_what(case)}, after the head of {moment(anchored)} that holds its entry: is the time right?")
    hours, minutes = divmod(max(anchored - int(span(at).first.timestamp()), 0) // 60, 60)
    return holds(f"{_what(case)}; bound {moment(anchored)}, {hours} h {minutes:02} min later")
