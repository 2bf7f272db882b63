"""Acts and attestations as a chain would show them, made by hand for tests of what is said and judged of them."""

from __future__ import annotations

from typing import Any

from trialseal.ledger.acts import BY_EVENT, Act, act_of
from trialseal.ledger.contracts import contract

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
    assert members.keys() <= zeros.keys(), members.keys() - zeros.keys()
    return act_of(event, header, zeros | members)
