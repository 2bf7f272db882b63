"""The rules that a withdrawal is heeded."""

from __future__ import annotations

from collections.abc import Sequence

from trialseal.documents.times import Order
from trialseal.evidence.consents import Entry
from trialseal.rules.consent.cases import SubjectCase, when
from trialseal.rules.consent.order import definite, order_of
from trialseal.rules.consent.reading import HELSINKI, covers_scope, entry_fact, withdrawals_from
from trialseal.rules.finding import (
    Answer,
    does_not_apply,
    fails,
    holds,
    rule,
    undetermined,
)


@rule(
    "treated-after-withdrawal",
    asks="Was the participant left untreated after they withdrew from treatment?",
    source=HELSINKI,
    applies="to participants who withdrew from treatment",
)
def treated_after_withdrawal(case: SubjectCase) -> Answer:
    return _after_withdrawal(case, "treatment", case.treatments, "treated")


@rule(
    "followed-after-withdrawal",
    asks="Were there no visits after the participant withdrew from follow-up?",
    source=HELSINKI,
    applies="to participants who withdrew from follow-up",
)
def followed_after_withdrawal(case: SubjectCase) -> Answer:
    return _after_withdrawal(case, "follow-up", case.of("visit"), "seen")


@rule(
    "data-after-withdrawal",
    asks="Were no readings or images taken after the participant withdrew from the use of their data?",
    source="Regulation (EU) 2016/679 (GDPR), 7(3): who withdraws is heeded from then on; safety reports stay a duty",
    applies="to participants who withdrew from the use of their data",
)
def data_after_withdrawal(case: SubjectCase) -> Answer:
    return _after_withdrawal(case, "data-use", case.of("device-reading", "image-reference"), "measured")


def _after_withdrawal(case: SubjectCase, scope: str, acts: Sequence[Entry], verb: str) -> Answer:
    withdrawals = withdrawals_from(case, scope)
    if not withdrawals:
        return does_not_apply(f"they did not withdraw from {_scope_words(scope)}")
    withdrawn = withdrawals[0]
    words = f"they withdrew from {_scope_words(scope)} {when(withdrawn)}"
    again = [
        one for one in case.of("consent") if one.event["status"] in ("given", "assent") and covers_scope(one, scope)
    ]
    against: list[Entry] = []
    unclear: list[Entry] = []
    for act in acts:
        # The last withdrawal before an act counts, and a consent after that takes it back.
        placed = [(order_of(act, one), one) for one in withdrawals]
        certain = [one for its, one in placed if its is Order.AFTER]
        stands = [
            one
            for one in certain
            if not any(
                order_of(other, one) is not Order.BEFORE and order_of(other, act) is not Order.AFTER for other in again
            )
        ]
        taken_back = [
            one
            for one in certain
            if any(order_of(other, one) is Order.AFTER and order_of(other, act) is not Order.AFTER for other in again)
        ]
        if stands:
            against.append(act)
        elif len(taken_back) < len(certain) or any(definite(its) is Order.UNCLEAR for its, _ in placed):
            unclear.append(act)
    facts = [entry_fact(one) for one in (*against[:3], *unclear[:3], withdrawn)]
    if against:
        if case.evidence.unseen:
            reason = f"whether they consented again in between is not known: {case.evidence.unseen}"
            return undetermined(f"{words}, and were {verb} {when(against[0])}; {reason}", *facts)
        more = f" (and {len(against) - 1} times more)" if len(against) > 1 else ""
        return fails(f"{words}, and were {verb} {when(against[0])}{more}: is a later consent recorded?", *facts)
    if unclear:
        return undetermined(
            f"{words}, and were {verb} {when(unclear[0])}: which came first cannot be told from these dates", *facts
        )
    if case.evidence.unseen:
        return undetermined(
            f"{words}; no record was found that they were {verb} after that; but {case.evidence.unseen}", *facts
        )
    return holds(f"{words}, and were not {verb} afterwards", *facts)


def _scope_words(scope: str) -> str:
    return "the use of their data" if scope == "data-use" else scope
