"""The rule that a subject consents before enrolment and treatment."""

from __future__ import annotations

from trialseal.documents.times import Order
from trialseal.evidence.consents import Entry
from trialseal.evidence.wording import moment
from trialseal.rules.consent.cases import SubjectCase, when
from trialseal.rules.consent.order import definite, may_lie_between, order_of
from trialseal.rules.consent.reading import (
    HELSINKI,
    answer_words,
    consent_words,
    end_words,
    entry_fact,
    is_consent,
    withdrawals_from,
    worst_of,
)
from trialseal.rules.finding import (
    Answer,
    does_not_apply,
    fails,
    holds,
    rule,
    undetermined,
)

ANSWERED = ("given", "assent", "refused")
_INCLUSIONS = {"enrolment": "enrolled", "randomisation": "randomised", "dispensing": "given trial medication"}


@rule(
    "consent-before-enrolment",
    asks="Did the participant consent before they were enrolled, or treated?",
    source=HELSINKI,
    applies="to participants who were enrolled, randomised or treated",
)
def consent_before_enrolment(case: SubjectCase) -> Answer:
    if not case.inclusions:
        return does_not_apply("they were not enrolled")
    answers = [_consented_before(case, one) for one in case.inclusions]
    return worst_of(answers)


def _consented_before(case: SubjectCase, inclusion: Entry) -> Answer:
    """Whether a consent that stood preceded this enrolment or treatment."""
    was = f"was {_INCLUSIONS.get(inclusion.type, 'treated')} {when(inclusion)}"
    to_treatment = inclusion.type in ("dispensing", "visit")
    placed: dict[Order, list[Entry]] = {Order.BEFORE: [], Order.AFTER: [], Order.UNCLEAR: []}
    for one in case.of("consent"):
        placed[definite(order_of(one, inclusion))].append(one)
    before = [one for one in placed[Order.BEFORE] if is_consent(one, to_treatment)]
    refusals = [one for one in case.of("consent") if one.event["status"] == "refused"]
    # What was treated after a withdrawal is another rule's; who enrols must not have withdrawn.
    ends = [*refusals, *(() if to_treatment else withdrawals_from(case, "treatment"))]
    undone: list[Entry] = []
    doubtful: list[Entry] = []
    for one in reversed(before):
        between = [end for end in ends if may_lie_between(one, end, inclusion)]
        if not between:
            late = _anchored_late(one, inclusion)
            return holds(f"{was}; {consent_words(one)}{late}", entry_fact(inclusion), entry_fact(one))
        certain = [
            end for end in between if order_of(one, end) is Order.BEFORE and order_of(end, inclusion) is Order.BEFORE
        ]
        (undone if certain else doubtful).extend(certain or between)
    if doubtful:
        return undetermined(
            f"{was}; they had consented; {end_words(doubtful[0])}: whether in between cannot be told from the dates",
            entry_fact(inclusion), *map(entry_fact, [*before, *doubtful]),
        )  # fmt: skip
    deferrals = [one for one in placed[Order.BEFORE] + placed[Order.UNCLEAR] if one.event["status"] == "deferred"]
    if deferrals and not undone:
        return _deferred(case, inclusion, deferrals[0], was)
    unclear = [one for one in placed[Order.UNCLEAR] if is_consent(one, to_treatment)]
    if unclear:
        return undetermined(
            f"{was}; {consent_words(unclear[0])}: which came first cannot be told from these dates",
            entry_fact(inclusion), *map(entry_fact, unclear),
        )  # fmt: skip
    after = [one for one in placed[Order.AFTER] if is_consent(one, to_treatment)]
    refused = [one for one in refusals if order_of(one, inclusion) is Order.BEFORE]
    facts = (entry_fact(inclusion), *map(entry_fact, [*before, *(undone or refused), *after]))
    if case.evidence.unseen:
        return undetermined(f"{was}, and no consent before that is found; but {case.evidence.unseen}", *facts)
    if undone or refused:
        return fails(f"{was}, after {end_words((undone or refused)[-1])}: had they consented again?", *facts)
    if after:
        return fails(f"{was}; {consent_words(after[0])}, after that: was there an earlier consent?", *facts)
    return fails(f"{was}, and no consent is found in the trial's streams: where is it recorded?", *facts)


def _deferred(case: SubjectCase, inclusion: Entry, deferral: Entry, was: str) -> Answer:
    """Lawful in an emergency, if the subject or who speaks for them was asked afterwards, or they died before."""
    words = f"{was}; consent was deferred {when(deferral)}"
    asked = [
        one
        for one in case.of("consent")
        if one.event["status"] in ANSWERED and order_of(one, deferral) is not Order.BEFORE
    ]
    facts = (entry_fact(inclusion), entry_fact(deferral))
    if asked:
        return holds(f"{words}, and {answer_words(asked[0])}", *facts, entry_fact(asked[0]))
    died = [one for one in case.of("participation-end") if one.event["reason"] == "died"]
    if died:
        return holds(f"{words}, and they died {when(died[0])} before they could be asked", *facts, entry_fact(died[0]))
    return undetermined(f"{words}, and they are not recorded as asked since", *facts)


def _anchored_late(consent: Entry, inclusion: Entry) -> str:
    """A consent that was anchored after the enrolment that it precedes may have been written after it."""
    if consent.anchored is None or inclusion.anchored is None or consent.anchored <= inclusion.anchored:
        return ""
    return f"; it was anchored {moment(consent.anchored)}, after the other ({moment(inclusion.anchored)})"
