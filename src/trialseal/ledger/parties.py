"""A party with its profile and keys, from its logs in their order: pure.

State keeps what the contract itself must check and one rolled word; which keys a party has and had, and what it said of
them, stands in its logs. Ends are exclusive: at `valid_until` a key is not valid.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from trialseal.ledger.abi import AbiError
from trialseal.ledger.codes import Purpose
from trialseal.ledger.logs import Log, until
from trialseal.ledger.proofs.layout import PartyMembers
from trialseal.ledger.rolling import Gap, word_gap
from trialseal.ledger.state import Proven
from trialseal.values import Value, replace

ALL_PURPOSES = 0xFFFF
EVENTS = (
    "PartyCreated",
    "ProfileChanged",
    "KeyAdded",
    "KeyRevoked",
    "KeyVetoed",
    "CompromiseDeclared",
    "CompromiseContested",
)


class KeyRecord(Value):
    """A key of a party."""

    key: str  # 0x and lower case
    purposes: int  # sum of codes.Purpose
    valid_from: int
    valid_until: int  # 0 while no end is set
    compromised_since: int  # 0 if not stated
    declared_at: int = 0  # when that was stated last
    contested_at: int = 0  # when the last statement was contested; 0 if it was not

    @property
    def manages(self) -> bool:
        """Whether it may change the party's keys."""
        return bool(self.purposes & Purpose.MANAGE)


class PartyRecord(Value):
    """A party as its logs have it, and whether these are all."""

    party: bytes
    number: int
    created_at: int
    profile: bytes  # digest
    keys: tuple[KeyRecord, ...]  # in the order of addition; those whose addition was vetoed left out
    gap: Gap  # AllSeen if the logs lead to the party's word in state
    settled_at: int = 0  # by when all changes of managing keys asked for so far have taken effect

    @property
    def complete(self) -> bool:
        """Whether every act of the party is seen."""
        return not self.gap

    def key(self, address: str) -> KeyRecord | None:
        """One of its keys, by address."""
        return next((one for one in self.keys if one.key == address), None)


def party_record(
    party: bytes, record: Proven, word: Proven, logs: Sequence[Log], at: int | None = None
) -> PartyRecord | None:
    """The party that its logs describe, held against its word in state; None if state has no such party.

    `at` is the time as of which it is described (Unix seconds; None: now). AbiError for a log that is none of a
    party's.
    """
    members = PartyMembers.of(record)
    if not members.number or (at is not None and at < members.created_at):
        return None
    gap = word_gap(word, [one.rolled for one in logs], [one.number for one in logs], "act")
    profile, keys = replay(until(logs, at))
    return PartyRecord(party, members.number, members.created_at, profile, keys, gap, members.settled_at)


def replay(logs: Sequence[Log]) -> tuple[bytes, tuple[KeyRecord, ...]]:
    """The profile's digest (zeros if no log gives one) and the keys that a party's logs lead to."""
    profile = bytes(32)
    keys: dict[str, KeyRecord] = {}

    def change(address: str, **members: Any) -> None:
        if address in keys:  # what adds it may be among the logs that the node does not show
            keys[address] = replace(keys[address], **members)

    for log in logs:
        event, members = log.members("Parties")
        address = "0x" + log.topics[2][12:].hex()
        match event:
            case "PartyCreated":
                profile = members["profile"]
                keys[address] = KeyRecord(address, ALL_PURPOSES, log.time, 0, 0)
            case "ProfileChanged":
                profile = log.topics[2]
            case "KeyAdded":
                keys[address] = KeyRecord(address, members["purposes"], members["validFrom"], 0, 0)
            case "KeyRevoked":
                change(address, valid_until=members["validUntil"])
            case "KeyVetoed":
                if members["addition"]:
                    keys.pop(address, None)
                else:
                    change(address, valid_until=0)
            case "CompromiseDeclared":
                change(address, compromised_since=members["since"], declared_at=log.time, contested_at=0)
            case "CompromiseContested":
                change(address, contested_at=log.time)
            case _:
                raise AbiError(f"the log records no act of a party but {event}")
    return profile, tuple(keys.values())
