"""Acts and attestations as a chain would show them, made by hand for tests of what is said and judged of them."""

from __future__ import annotations

import time as wall
from collections.abc import Sequence
from typing import Any

from trialseal.ledger.acts import BY_EVENT, Act, act_of
from trialseal.ledger.attestations import AttestationRecord, Attested
from trialseal.ledger.block import AsOf, Tagged
from trialseal.ledger.claims import NumberClaims
from trialseal.ledger.contracts import contract
from trialseal.ledger.records import Registrations
from trialseal.ledger.rolling import SUPPOSED

ZERO = bytes(32)
_EMPTY = {"bool": False}


def recorded(
    event: str,
    subject: bytes = ZERO,
    *,
    number: int = 1,
    time: int = 1_588_248_000,
    trial: bytes = ZERO,
    actor: bytes = bytes([1]) * 32,
    **members: Any,
) -> Act:
    """The act that an event of this name records; members by the contract's names, zeros where none is given."""
    header = {
        "trial": trial,
        "number": number,
        "time": time,
        "key": "0x" + "ab" * 20,
        "actor": actor,
        "subject": subject,
        "block": number,
        "block_hash": "0x" + "cd" * 32,
        "transaction": "0x" + "ef" * 32,
    }
    assert event in BY_EVENT
    [declared] = [one for one in contract("TrialRegistry").abi if one["type"] == "event" and one["name"] == event]
    zeros = {
        one["name"]: ZERO if one["type"] == "bytes32" else _EMPTY.get(one["type"], 0)
        for one in declared["inputs"]
        if not one["indexed"]
    }
    if event == "MilestoneRecorded":  # whose members are packed into one
        zeros = {"part": 0, "milestone": 0, "date": 0, "act": 0}
    assert members.keys() <= zeros.keys(), members.keys() - zeros.keys()
    return act_of(event, header, zeros | members)


class Answered:
    """What a chain answers beside a test's own acts: nothing is claimed elsewhere, all is seen, as of one block."""

    def as_of(self) -> AsOf:
        """A block of the day of reading."""
        now = int(wall.time())
        return AsOf(1, 1204, "0x" + "11" * 32, now - 12, now, False, Tagged(None), Tagged(None))

    def load(self, **what: object) -> None:
        """Everything is at hand."""

    def document_times(self, trials: Sequence[bytes], documents: Sequence[tuple[int, bytes]]) -> dict[Any, int]:
        """Nothing is sealed elsewhere."""
        return {}

    def registrations(self) -> Registrations:
        """No other trial is registered."""
        return Registrations((), 0, None)

    def claims(self, number: str) -> NumberClaims:
        """Nobody claims a number."""
        return NumberClaims((), SUPPOSED)

    def attested(self, subject: bytes) -> Attested:
        """What `attestations` gives of the subject itself, and all of it."""
        return Attested(tuple(self.attestations(subject)), (), SUPPOSED)

    def attestations(self, subject: bytes, digest: bytes = ZERO) -> list[AttestationRecord]:
        """Nothing is attested."""
        return []
