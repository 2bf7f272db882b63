"""The rule that a committee approves a form before a site uses it."""

from __future__ import annotations

from trialseal.documents.times import Order, order
from trialseal.evidence.wording import count
from trialseal.rules.authority import Authority
from trialseal.rules.consent.cases import FormCase, form_words, territory_of, when
from trialseal.rules.consent.decisions import approves, authority, decided, decision_words
from trialseal.rules.consent.reading import entry_fact
from trialseal.rules.finding import (
    Answer,
    Fact,
    fails,
    holds,
    rule,
    undetermined,
)


@rule(
    "form-approved",
    asks="Had an ethics committee approved the consent form before a site used it?",
    source="Declaration of Helsinki, 23 (2024): the committee approves before the research begins, and each amendment",
    applies="to each version of a consent form that a site states in force; decisions count by whom the reader trusts",
)
def form_approved(case: FormCase) -> Answer:
    statement = case.statement
    fact = entry_fact(statement)
    words = f"{form_words(statement)} came into force {when(statement)}"
    digest = statement.event.get("form_digest")
    if digest is None:
        return undetermined(f"{words}, without its digest: which file that is cannot be told", fact)
    form = next((one for one in case.evidence.forms if one.digest == digest), None)
    if form is None:
        return undetermined(f"{words}, and no consent form with that digest is sealed in the trial", fact)
    territory = territory_of(statement)
    decisions = [one for one in form.decisions if territory is None or one.territory in (0, territory)]
    facts = (fact, *(Fact(decision_words(one), "chain") for one in decisions))
    if not decisions:
        return undetermined(f"{words}, and no committee's decision on it is on the chain", *facts)
    trust = case.evidence.trust
    if trust.gap:
        return undetermined(f"{words}; not everything can be seen: {trust.gap}", *facts)
    counting = {one: authority(trust, one) for one in decisions}
    trusted = [one for one, its in counting.items() if its is Authority.TRUSTED]
    doubtful = [one for one, its in counting.items() if its is Authority.UNCLEAR and approves(one, statement.at)]
    if not trusted and not doubtful:
        number = count(len(decisions), "decision")
        return undetermined(f"{words}; {number} on it, none by a party whose word you trust", *facts)
    approved = [one for one in trusted if approves(one, statement.at)]
    for one in approved:
        if decided(one)[:10] == statement.at or order(decided(one), statement.at, same_place=True) is Order.BEFORE:
            return holds(f"{words}, {decision_words(one)}", *facts)
    if doubtful:
        told = decision_words(doubtful[0])
        return undetermined(f"{words}, {told}; whether its author was entitled to that cannot be told", *facts)
    if not approved:
        return fails(f"{words}; it was {decision_words(trusted[0])}: was it used all the same?", *facts)
    if all(order(decided(one), statement.at, same_place=True) is Order.AFTER for one in approved):
        return fails(
            f"{words}, and was {decision_words(approved[0])}, after that: had it been approved before?", *facts
        )
    return undetermined(f"{words}, {decision_words(approved[0])}: which came first cannot be told", *facts)
