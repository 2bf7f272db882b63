"""Logs as a contract would write them, made by hand: whatever its events can hold, extremes included."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trialseal.ledger import abi
from trialseal.ledger.contracts import contract
from trialseal.ledger.logs import Log


def made_log(
    name: str,
    event: str,
    topics: tuple[bytes, bytes, bytes],
    *,
    number: int = 1,
    time: int = 1_588_248_000,
    key: str = "0x" + "ab" * 20,
    named: Mapping[str, Any] | None = None,
    **members: Any,
) -> Log:
    """A log of an event of a contract, by its three topics behind the event and the members behind its stamp, which
    `named` holds where one of them is called number, time or key."""
    members = {**members, **(named or {})}
    source = contract(name)
    [declared] = [one for one in source.abi if one["type"] == "event" and one["name"] == event]
    others = [one for one in declared["inputs"] if not one["indexed"]]
    assert others[0]["name"] == "stamp" and members.keys() == {one["name"] for one in others[1:]}, members.keys()
    stamp = number << 224 | time << 160 | int(key, 16)
    data = abi.encode(others, [stamp, *(members[one["name"]] for one in others[1:])])
    return Log(source.address, (source.topic(event), *topics), data, number, "0x" + "cd" * 32, "0x" + "ef" * 32, 0)
