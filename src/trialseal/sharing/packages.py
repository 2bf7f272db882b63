"""The rules about a package: whether nobody is in it who had withdrawn, and whom to tell of who withdrew since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from trialseal.documents.times import Order, order
from trialseal.evidence.wording import count, listed
from trialseal.rules.finding import Answer, Status, does_not_apply, fails, holds, rule, undetermined
from trialseal.sharing.cases import GDPR_DUTY, PackageCase, short
from trialseal.sharing.terms import overall
from trialseal.sharing.withdrawn import Reach, Standing, withdrawals

_MOST = 3


def _concerned(case: PackageCase, *, by: str | None = None) -> tuple[tuple[str, Standing], ...]:
    """Each withdrawal of somebody who has files in the package, as far as it reaches sharing, and by whom.

    With `by` only consents of before that time take one back.
    """
    assert case.package is not None
    policy = case.evidence.policy(case.package.policy)
    found = withdrawals(case.evidence.people, policy.legal_basis if policy else None, by=by)
    inside = case.evidence.owners.get(case.digest, frozenset())
    return tuple(
        (who, one) for who, those in found.items() if who in inside for one in those if one.reach is not Reach.IN
    )


def _unknown(case: PackageCase) -> bool:
    """Whether somebody withdrew, and nobody of the package is known to the streams: perhaps by other numbers."""
    inside = case.evidence.owners.get(case.digest, frozenset())
    people = case.evidence.people
    gone = any(
        one.type == "erasure" or (one.type == "withdrawal" and one.event.get("scope") == "data-use") for one in people
    )
    return bool(inside) and gone and not any(one.subject in inside for one in people)


def _gap(case: PackageCase) -> str | None:
    if case.package is None:
        return f"the document of package {short(case.digest)} was not given"
    if case.digest not in case.evidence.owners:
        return f"the list of package {short(case.digest)} is not given, so whose files it holds is not known"
    return None


@rule(
    "package-without-withdrawn",
    asks="Were participants who had withdrawn the use of their data before it was packed left out of the package?",
    source="Regulation (EU) 2016/679 (GDPR), 7(3) and 17(1)(b); EDPB Opinion 3/2019, 2.3",
    applies="to every package for which there is a permit or a hand-over",
)
def package_without_withdrawn(case: PackageCase) -> Answer:
    if gap := _gap(case):
        return undetermined(f"whether somebody is in it who had withdrawn cannot be told: {gap}")
    assert case.package is not None
    packed, name = case.package.packed, f"package {short(case.digest)}"
    placed = [(who, one, order(one.withdrawal.at, packed)) for who, one in _concerned(case, by=packed)]
    before = [(who, one) for who, one, its in placed if its is Order.BEFORE]
    if certain := {who: one for who, one in before if one.reach is Reach.OUT}:
        return fails(
            f"{name}, packed {packed}, holds files of {_people(certain)} who had withdrawn the use of their data: is a "
            "later consent recorded?",
            *(one.withdrawal.place for one in islice(certain.values(), _MOST)),
        )
    if before:
        return undetermined(
            f"{name} holds files of {_people(who for who, _ in before)} who had withdrawn; "
            f"{Reach.UNDETERMINED.value}: ask them"
        )
    if unclear := {who for who, _, its in placed if its not in (Order.BEFORE, Order.AFTER)}:
        return undetermined(
            f"{name}: whether {_people(unclear)} withdrew before {packed} cannot be told from their dates"
        )
    if _unknown(case):
        return undetermined(
            f"{name}: not one participant in it is in any consent or withdrawal given, so whether somebody had "
            "withdrawn cannot be told: are they numbered as in the streams?"
        )
    if case.evidence.unseen:
        return undetermined(f"{name}: nobody in it is found to have withdrawn before; but {case.evidence.unseen}")
    return holds(f"{name}, packed {packed}, holds files of nobody who had withdrawn")


@rule(
    "package-recipients-told",
    asks="Were all who got the package told of withdrawals that came after it was packed?",
    source=GDPR_DUTY,
    applies="to packages that were handed over, and hold files of somebody who withdrew since",
)
def package_recipients_told(case: PackageCase) -> Answer:
    if _gap(case):
        return does_not_apply("whose files it holds is not known")
    assert case.package is not None
    since = [
        (who, one) for who, one in _concerned(case) if order(one.withdrawal.at, case.package.packed) is Order.AFTER
    ]
    told: dict[str, list[str]] = {}
    got: set[str] = set()
    for entry in case.evidence.by_package.get(case.digest, ()):
        if entry.event["action"] == "handed-over":
            got.add(str(entry.event["recipient"]))
        elif entry.event["action"] == "told-of-withdrawal":
            told.setdefault(str(entry.event["recipient"]), []).append(entry.at)
    if not since or not got:
        return does_not_apply("nobody in it withdrew since it was packed, or nobody got it")
    waiting: dict[Status, list[str]] = {}
    for party in sorted(got):
        answer = overall(_told(one, told.get(party, ())) for _, one in since)
        waiting.setdefault(answer, []).append(party)
    people = _people(who for who, _ in since)
    words = f"{people} in package {short(case.digest)} withdrew the use of their data since it was packed"
    facts = [one.withdrawal.place for _, one in since[:_MOST]]
    if to_tell := waiting.get(Status.FAILS):
        return fails(f"{words}: to be told: {listed(list(map(case.evidence.name, to_tell)))}", *facts)
    if perhaps := waiting.get(Status.UNDETERMINED):
        names = listed(list(map(case.evidence.name, perhaps)))
        if any(one.reach is Reach.OUT for _, one in since):
            return undetermined(f"{words}; whether {names} heard of it then is not clear from the dates", *facts)
        return undetermined(f"{words}; {Reach.UNDETERMINED.value}: if not, to be told: {names}", *facts)
    return holds(f"{words}, and all who got it were told")


def _told(withdrawal: Standing, told: Sequence[str]) -> Status:
    """Whether a recipient, told of something at these times, was told of this withdrawal."""
    orders = {order(at, withdrawal.withdrawal.at) for at in told}
    if orders & {Order.AFTER, Order.SAME}:
        return Status.HOLDS
    certain = withdrawal.reach is Reach.OUT and Order.UNCLEAR not in orders
    return Status.FAILS if certain else Status.UNDETERMINED


def _people(who: Iterable[str]) -> str:
    return count(len(set(who)), "participant")
