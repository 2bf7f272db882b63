"""The rules about a package: whether nobody is in it who had withdrawn, and whom to tell of who withdrew since."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from trialseal.documents.times import Order, order
from trialseal.evidence.wording import count, listed
from trialseal.rules.finding import Answer, does_not_apply, fails, holds, rule, undetermined
from trialseal.sharing.cases import GDPR_DUTY, PackageCase, short
from trialseal.sharing.withdrawn import Reach, Standing, withdrawn

_MOST = 3


def _concerned(case: PackageCase) -> Mapping[str, Standing]:
    """Who withdrew the use of their data, as far as that reaches sharing, and has files in the package."""
    assert case.package is not None
    policy = case.evidence.policy(case.package.policy)
    found = withdrawn(case.evidence.people, policy.legal_basis if policy else None)
    inside = case.evidence.owners.get(case.digest, frozenset())
    return {who: one for who, one in found.items() if who in inside and one.reach is not Reach.IN}


def _gap(case: PackageCase) -> str | None:
    if case.package is None:
        return f"the document of package {short(case.digest)} was not given"
    if case.digest not in case.evidence.owners:
        return f"the list of package {short(case.digest)} is not given, so whose files it holds is not known"
    return None


@rule(
    "package-without-withdrawn",
    asks="Is nobody in the package who had withdrawn the use of their data before it was packed?",
    source="Regulation (EU) 2016/679 (GDPR), 7(3) and 17(1)(b); EDPB Opinion 3/2019, 2.3",
    applies="to every package for which there is a permit or a hand-over",
)
def package_without_withdrawn(case: PackageCase) -> Answer:
    if gap := _gap(case):
        return undetermined(f"whether somebody is in it who had withdrawn cannot be told: {gap}")
    assert case.package is not None
    packed, name = case.package.packed, f"package {short(case.digest)}"
    placed = {who: (one, order(one.withdrawal.at, packed)) for who, one in _concerned(case).items()}
    before = {who: one for who, (one, its) in placed.items() if its is Order.BEFORE}
    certain = [who for who, one in before.items() if one.reach is Reach.OUT]
    if certain:
        return fails(
            f"{name}, packed {packed}, holds files of {_people(certain)} who had withdrawn the use of their data: is a "
            "later consent recorded?",
            *(before[who].withdrawal.place for who in certain[:_MOST]),
        )
    if before:
        return undetermined(
            f"{name} holds files of {_people(list(before))} who had withdrawn; {Reach.UNDETERMINED.value}: ask them"
        )
    if unclear := [who for who, (_, its) in placed.items() if its not in (Order.BEFORE, Order.AFTER)]:
        return undetermined(
            f"{name}: whether {_people(unclear)} withdrew before {packed} cannot be told from their dates"
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
    since = {
        who: one
        for who, one in _concerned(case).items()
        if order(one.withdrawal.at, case.package.packed) is Order.AFTER
    }
    entries = case.evidence.by_package.get(case.digest, ())
    got = sorted({str(one.event["recipient"]) for one in entries if one.event["action"] == "handed-over"})
    if not since or not got:
        return does_not_apply("nobody in it withdrew since it was packed, or nobody got it")
    told = [one for one in entries if one.event["action"] == "told-of-withdrawal"]
    waiting = [
        party
        for party in got
        if not all(
            any(one.event["recipient"] == party and order(one.at, each.withdrawal.at) is Order.AFTER for one in told)
            for each in since.values()
        )
    ]
    words = f"{_people(list(since))} in package {short(case.digest)} withdrew the use of their data since it was packed"
    if not waiting:
        return holds(f"{words}, and all who got it were told")
    names = listed([case.evidence.name(one) for one in waiting])
    facts = [one.withdrawal.place for one in islice(since.values(), _MOST)]
    if all(one.reach is Reach.UNDETERMINED for one in since.values()):
        return undetermined(f"{words}; {Reach.UNDETERMINED.value}: if not, to be told: {names}", *facts)
    return fails(f"{words}: to be told: {names}", *facts)


def _people(who: list[str]) -> str:
    return count(len(who), "participant")
