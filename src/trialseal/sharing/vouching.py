"""Whether the conditions of a permit are vouched for, asked before it is given, as the audit will ask afterwards."""

from __future__ import annotations

from trialseal.documents.sharing import Permit
from trialseal.evidence.consents import Entry
from trialseal.evidence.sharing import SharingEvidence
from trialseal.sharing.cases import ConditionCase, HandOverCase
from trialseal.sharing.handing_over import handover_condition
from trialseal.sharing.terms import TermAnswer


def vouched(evidence: SharingEvidence, digest: str, permit: Permit, at: str) -> tuple[TermAnswer, ...]:
    """One answer for each condition for which the terms name who vouches, as of a hand-over at this time.

    `evidence` holds the permit by its digest, its terms, what was decided on the trial's documents, and the recipient.
    """
    policy = evidence.policy(permit.policy)
    event = {"permit": digest, "package": permit.package, "recipient": permit.recipient, "at": at}
    case = HandOverCase(evidence, Entry("", 0, event))
    return tuple(
        TermAnswer(one.condition, handover_condition.answer(ConditionCase(case, one)))
        for one in (policy.vouching if policy else ())
    )
