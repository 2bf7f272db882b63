"""Who could give permits, since and until when: sponsors one after the other, and the committees named for it."""

from __future__ import annotations

from typing import Any

from recorded_acts import recorded
from trialseal.evidence.permit_givers import who_could
from trialseal.evidence.sharing import Held
from trialseal.ledger.acts import Act
from trialseal.ledger.codes import Role
from trialseal.ledger.records import History, TrialState
from trialseal.ledger.rolling import SUPPOSED

A, B, C, D = (bytes([number]) * 32 for number in range(10, 14))


class Named:
    """Calls each party by one letter."""

    def name(self, party: bytes) -> str:
        return "ABCD"[party[0] - 10]


def found(*acts: Act) -> list[Held]:
    history = History(TrialState(A, A, 1, len(acts), None, {}), acts, SUPPOSED)
    return list(who_could(history, Named()))  # type: ignore[arg-type]


def role(party: bytes, time: int, held: bool, which: Role = Role.DATA_ACCESS_COMMITTEE) -> Act:
    members: dict[str, Any] = {"role": which, "held": held}
    return recorded("RoleNamed", party, time=time, actor=A, **members)


REGISTERED = recorded("TrialRegistered", time=1, actor=A)
TRANSFERRED = recorded("TransferAccepted", time=5, actor=B)


def test_each_sponsor_until_the_next() -> None:
    assert found() == []
    assert found(REGISTERED) == [Held(A, 1, None, "the sponsor, A")]
    assert found(REGISTERED, TRANSFERRED) == [Held(A, 1, 5, "the sponsor then, A"), Held(B, 5, None, "the sponsor, B")]


def test_committees_while_they_are_named() -> None:
    acts = [REGISTERED, role(C, 2, True), role(D, 3, True, Role.CRO), role(C, 4, True), role(D, 6, False)]
    sponsor = Held(A, 1, None, "the sponsor, A")
    assert found(*acts) == [sponsor, Held(C, 2, None, "the data access committee, C")]
    assert found(*acts, role(C, 7, False)) == [Held(C, 2, 7, "the data access committee, C"), sponsor]
    assert found(*acts, role(C, 7, False), role(C, 9, True))[2:] == [Held(C, 9, None, "the data access committee, C")]
