"""The rule that a consent is to the version of the form in force at the site."""

from __future__ import annotations

from trialseal.documents.times import Order, order
from trialseal.escaping import quoted
from trialseal.evidence.consents import ConsentEvidence, Entry
from trialseal.rules.authority import Authority
from trialseal.rules.consent.cases import SubjectCase, form_of, form_words, when
from trialseal.rules.consent.decisions import approves, authority, decided, decision_words
from trialseal.rules.consent.order import Reached, order_of, reached_by
from trialseal.rules.consent.reading import HELSINKI, consent_words, entry_fact, same_version, worst_of
from trialseal.rules.finding import (
    Answer,
    does_not_apply,
    fails,
    holds,
    rule,
    undetermined,
)


@rule(
    "consent-version",
    asks="Was each consent to the version of the form in force at the site on that day?",
    source=HELSINKI,
    applies="to participants who were enrolled, randomised or treated, and consented to a form",
)
def consent_version(case: SubjectCase) -> Answer:
    consents = [one for one in case.of("consent") if one.event["status"] in ("given", "assent")]
    if not case.inclusions or not consents:
        return does_not_apply("they were not enrolled" if not case.inclusions else "they gave no consent to a form")
    return worst_of([_version_in_force(case, one) for one in consents])


def _version_in_force(case: SubjectCase, consent: Entry) -> Answer:
    words = consent_words(consent)
    of_site = [one for one in case.statements.get(consent.site, ()) if form_of(one) == form_of(consent)]
    if not of_site:
        return _version_on_chain(case.evidence, consent, words)
    reached = {one.place: reached_by(consent, one) for one in of_site}
    certain = [one for one in of_site if reached[one.place] is Reached.YES]
    possible = [
        one
        for one in of_site
        if reached[one.place] is not Reached.NO and not any(order_of(one, other) is Order.BEFORE for other in certain)
    ]
    facts = (entry_fact(consent), *map(entry_fact, possible))
    if not possible:
        first = of_site[0]
        if case.evidence.unseen:
            return undetermined(
                f"{words}; which form was in force then is not found, and {case.evidence.unseen}", *facts
            )
        return fails(
            f"{words}, before any form was in force at site {quoted(consent.site)}, the first {when(first)}: which "
            "was used, and was it approved?", entry_fact(consent), entry_fact(first),
        )  # fmt: skip
    same = [one for one in possible if same_version(consent, one)]
    today = [one for one in same if reached[one.place] is Reached.TODAY]
    if same and (today or len(same) == len(possible)):
        return holds(f"{words}, in force at site {quoted(consent.site)} since {same[-1].at}", *facts)
    if same:
        newest = possible[-1]
        return undetermined(
            f"{words}; {form_words(newest)} came into force at site {quoted(consent.site)} {when(newest)}: which of "
            "them was in force cannot be told from these dates",
            *facts,
        )
    if case.evidence.unseen:
        return undetermined(
            f"{words}; {form_words(possible[-1])} is found in force; but {case.evidence.unseen}", *facts
        )
    return fails(
        f"{words}; {form_words(possible[-1])} was in force at site {quoted(consent.site)} since {possible[-1].at}: "
        f"was {form_words(consent)} approved for use there?",
        *facts,
    )


def _version_on_chain(evidence: ConsentEvidence, consent: Entry, words: str) -> Answer:
    """Without a word of the site: only where the trial has sealed a single form, that one is in force."""
    digest = consent.event.get("form_digest")
    if len(evidence.forms) == 1 and digest == evidence.forms[0].digest and not evidence.unseen:
        form = evidence.forms[0]
        approved = [
            one
            for one in form.decisions
            if approves(one, consent.at) and authority(evidence.trust, one) is Authority.TRUSTED
        ]
        if approved and order(decided(approved[0]), consent.at, same_place=True) is not Order.AFTER:
            return holds(f"{words}, the only consent form that the trial has sealed, {decision_words(approved[0])}",
                         entry_fact(consent))  # fmt: skip
    at_site = f"at site {quoted(consent.site)}" if consent.site else "where it was given (no site is named)"
    return undetermined(f"{words}; which version was in force {at_site} is stated nowhere", entry_fact(consent))
