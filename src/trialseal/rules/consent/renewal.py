"""The rule that a subject is asked again where an amendment required it."""

from __future__ import annotations

from trialseal.documents.times import Order
from trialseal.escaping import quoted
from trialseal.evidence.consents import Entry
from trialseal.evidence.wording import listed
from trialseal.rules.consent.cases import Requirement, SubjectCase, form_of, sorting, when
from trialseal.rules.consent.enrolment import ANSWERED
from trialseal.rules.consent.order import Reached, order_of, reached_at
from trialseal.rules.consent.reading import answer_words, entry_fact, same_version, withdrawals_from, worst_of
from trialseal.rules.finding import (
    Answer,
    Standard,
    Status,
    does_not_apply,
    fails,
    holds,
    rule,
    undetermined,
)

_GCP = Standard("ICH E6", "2.8.2", "R3", "consent is renewed where new information may matter to the participant")


@rule(
    "asked-again",
    asks="Where an amendment in force at its site required it, was the participant asked again by their next visit?",
    source=_GCP,
    applies="to participants enrolled before such an amendment came into force at their site, and still taking part",
)
def asked_again(case: SubjectCase) -> Answer:
    if not case.inclusions:
        return does_not_apply("they were not enrolled")
    answers = [_asked(case, one) for site in case.sites for one in case.requirements.get(site, ())]
    answers = [one for one in answers if one.status is not Status.DOES_NOT_APPLY]
    stated = {one.event.get("protocol_version") for site in case.sites for one in case.statements.get(site, ())}
    unread = [version for version in case.evidence.unread_protocols if version not in stated]
    if unread:
        versions = listed([str(version) for version in unread])
        answers.append(undetermined(f"whether protocol version {versions} required it is not known: put it beside"))
    if answers:
        return worst_of(answers)
    return does_not_apply("no amendment that required it is found in force at its site while they took part")


def _asked(case: SubjectCase, asked_for: Requirement) -> Answer:
    consents, statement, since = case.of("consent"), asked_for.statement, asked_for.since
    if statement and form_of(statement) not in {form_of(one) for one in consents if one.event["status"] in ANSWERED}:
        return does_not_apply("they were asked with another form")
    if since is None:
        return undetermined(f"{asked_for.words}; since when that is in force at its site is stated nowhere")
    enrolled = [reached_at(one, since) for one in case.inclusions]
    if all(one in (Reached.YES, Reached.TODAY) for one in enrolled):
        return does_not_apply("they were enrolled when that was in force")
    was_in = Reached.NO in enrolled
    ends = [*case.of("participation-end"), *_last_withdrawal(case)]
    if any(reached_at(one, since) is Reached.NO for one in ends):
        return does_not_apply("they took no part any more")
    found = [one for one in consents if _answers(case, one, asked_for)]
    certain = [one for one in found if _names(one, asked_for) or reached_at(one, since) is not Reached.UNCLEAR]
    # A visit on the very day may be the one at which they were asked.
    seen = [one for one in [*case.of("visit"), *case.of("dispensing")] if reached_at(one, since) is Reached.YES]
    begin = (entry_fact(statement),) if statement else ()
    if certain:
        passed = [one for one in seen if all(order_of(one, other) is Order.BEFORE for other in certain)]
        facts = (*map(entry_fact, passed[:1]), entry_fact(certain[0]), *begin)
        words = f"{asked_for.words} from {since}; {answer_words(certain[0])}"
        if not passed:
            return holds(words, *facts)
        if not was_in or case.evidence.unseen:
            reason = case.evidence.unseen or "whether they were enrolled before cannot be told from the dates"
            return undetermined(f"{words}, after {_activity(passed[0])}; but {reason}", *facts)
        return fails(f"{words}, only after {_activity(passed[0])}: were they asked before that?", *facts)
    facts = (*map(entry_fact, [*seen[:1], *found]), *begin)
    if found:
        return undetermined(
            f"{asked_for.words} from {since}; {answer_words(found[0])}: which came first cannot be told",
            *facts,
        )
    if not seen:
        if ends:
            return does_not_apply("they took no part any more")
        return undetermined(f"{asked_for.words} from {since}; they were not asked so far, nor seen since", *facts)
    if case.evidence.unseen or not was_in:
        reason = case.evidence.unseen or "whether they were enrolled before cannot be told from the dates"
        return undetermined(
            f"{asked_for.words} from {since}; no record was found that they were asked; but {reason}", *facts
        )
    return fails(
        f"{asked_for.words} from {since}; they were not asked, though {_activity(seen[0])} followed: why?", *facts
    )


def _answers(case: SubjectCase, consent: Entry, asked_for: Requirement) -> bool:
    """Whether a consent may be the answer that was required: to that version of the form, or not to an earlier one."""
    if _names(consent, asked_for):
        return True
    statement = asked_for.statement
    if reached_at(consent, asked_for.since or "") is Reached.NO:
        return False
    if statement is None:
        return True
    earlier = [
        one
        for one in case.statements.get(statement.site, ())
        if form_of(one) == form_of(statement) and order_of(one, statement) is Order.BEFORE
    ]
    return form_of(consent) == form_of(statement) and not any(same_version(consent, one) for one in earlier)


def _names(consent: Entry, asked_for: Requirement) -> bool:
    """Whether a consent names the amendment, or the version of the form that came with it."""
    named = consent.event.get("protocol_version")
    statement = asked_for.statement
    return (named is not None and named == asked_for.version) or (
        statement is not None
        and form_of(consent) == form_of(statement)
        and consent.event.get("form_version") is not None
        and same_version(consent, statement)
    )


def _last_withdrawal(case: SubjectCase) -> list[Entry]:
    """Where they withdrew from treatment and from follow-up, the later of both: from then on they take no part."""
    both = [withdrawals_from(case, scope) for scope in ("treatment", "follow-up")]
    return [max((group[0] for group in both), key=sorting)] if all(both) else []


def _activity(entry: Entry) -> str:
    named = entry.event.get("visit")
    return f"{'visit ' + quoted(named) if named else 'a dispensing'} {when(entry)}"
