"""Who could give permits to open what is shared of a trial: its sponsor, and who was named its committee for that."""

from __future__ import annotations

from collections.abc import Iterator

from trialseal.evidence.profiles import Names
from trialseal.evidence.sharing import Held
from trialseal.ledger.acts import RoleNamed, TransferAccepted, TrialRegistered
from trialseal.ledger.codes import Role
from trialseal.ledger.records import History


def who_could(history: History, names: Names) -> Iterator[Held]:
    """Who could give permits, since and until when, by the trial's acts in their order."""
    sponsor: tuple[bytes, int] | None = None
    committees: dict[bytes, int] = {}
    for act in history.acts:
        if isinstance(act, TrialRegistered | TransferAccepted):
            if sponsor is not None:
                yield Held(sponsor[0], sponsor[1], act.time, f"the sponsor then, {names.name(sponsor[0])}")
            sponsor = (act.actor, act.time)
        elif isinstance(act, RoleNamed) and act.role is Role.DATA_ACCESS_COMMITTEE:
            if act.held:
                committees.setdefault(act.subject, act.time)
            elif act.subject in committees:
                yield Held(act.subject, committees.pop(act.subject), act.time, _committee(act.subject, names))
    if sponsor is not None:
        yield Held(sponsor[0], sponsor[1], None, f"the sponsor, {names.name(sponsor[0])}")
    for party, since in committees.items():
        yield Held(party, since, None, _committee(party, names))


def _committee(party: bytes, names: Names) -> str:
    return f"the data access committee, {names.name(party)}"
