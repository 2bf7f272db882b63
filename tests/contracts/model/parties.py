"""Parties and their keys."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from .ledger import ZERO, Log, Refused, log_of, next_count, rolled, stamp_of

MANAGE, ACT, STREAM, ATTEST, ALL = 1, 2, 4, 8, 0xFFFF
PERIOD = 7 * 86_400
NOBODY = "0x" + 40 * "0"
CREATED = "PartyCreated(bytes32,address,bytes32,uint256,bytes32,uint32)"
ADDED = "KeyAdded(bytes32,address,bytes32,uint256,uint16,uint40)"
REVOKED = "KeyRevoked(bytes32,address,bytes32,uint256,uint40)"
VETOED = "KeyVetoed(bytes32,address,bytes32,uint256,bool)"
COMPROMISED = "CompromiseDeclared(bytes32,address,bytes32,uint256,uint40)"
CONTESTED = "CompromiseContested(bytes32,address,bytes32,uint256,uint40)"
PROFILE = "ProfileChanged(bytes32,bytes32,bytes32,uint256)"


@dataclass(frozen=True)
class Key:
    """A key of a party; times in Unix seconds, `until` 0 while no end is set, `asked` when it was asked for."""

    purposes: int
    begins: int
    until: int = 0
    since: int = 0
    declared: int = 0
    contested: int = 0
    asked: int = 0

    def valid(self, wanted: int, time: int) -> bool:
        """Whether it may be used for all of `wanted` at a time."""
        return self.purposes & wanted == wanted and self.begins <= time and (not self.until or time < self.until)


@dataclass
class Party:
    """A party: its keys, and the clock of changes of those that manage."""

    number: int
    created: int
    settled: int = 0  # by when every change that was asked for has taken effect
    asked: int = 0  # managing keys asked for since all was settled last, and not vetoed
    word: bytes = ZERO
    keys: dict[str, Key] = field(default_factory=dict)

    def standing(self) -> list[Key]:
        """Managing keys, begun or asked for, without an end."""
        return [key for key in self.keys.values() if key.purposes & MANAGE and not key.until]

    def pending(self, time: int) -> int:
        """How many of those may not have begun yet."""
        return self.asked if time < self.settled else 0

    def delay(self, time: int) -> int:
        """How long a change waits."""
        return PERIOD if len(self.standing()) > 1 or time < self.settled else 0


@dataclass
class Parties:
    """The contract `Parties`."""

    found: dict[bytes, Party] = field(default_factory=dict)

    # ----- what other contracts ask -----

    def number(self, party: bytes) -> int:
        """A party's number; 0 if there is none."""
        return self.found[party].number if party in self.found else 0

    def numbered(self, number: int) -> bytes:
        """The party with a number; zeros if there is none."""
        return next((id_ for id_, party in self.found.items() if party.number == number), ZERO)

    def require(self, party: bytes, key: str, purpose: int, time: int) -> Key:
        """The key, if it is the party's for this purpose now."""
        known = self.found[party].keys.get(key) if party in self.found else None
        if known is None or not known.valid(purpose, time):
            raise Refused("KeyNotValid", party, key, purpose)
        return known

    def require_manager(self, party: bytes, key: str, time: int) -> Key:
        """The key, if it may manage the party now: it has no end."""
        known = self.require(party, key, MANAGE, time)
        if known.until:
            raise Refused("KeyBeingRemoved", party, key, known.until)
        return known

    # ----- acts -----

    def create(self, time: int, by: str, salt: bytes, profile: bytes, *named: tuple[str, int]) -> list[Log]:
        """A party with its first key, and up to two named beside it."""
        id_ = sha256(bytes.fromhex(by[2:]) + salt).digest()
        if id_ in self.found:
            raise Refused("PartyExists", id_)
        party = Party(len(self.found) + 1, time)
        party.keys[by] = Key(ALL, time, asked=time)
        logs = [self._log(party, CREATED, id_, _word(by), time, by, profile, party.number)]
        for key, purposes in named:
            if (key, purposes) != (NOBODY, 0):
                logs.append(self._enter(party, id_, time, by, key, purposes, time))
        self.found[id_] = party
        return logs

    def add(self, time: int, by: str, id_: bytes, key: str, purposes: int) -> list[Log]:
        """A further key: one that manages waits while there are several."""
        self.require_manager(id_, by, time)
        party = self.found[id_]
        delay = party.delay(time) if purposes & MANAGE else 0
        log = self._enter(party, id_, time, by, key, purposes, time + delay)
        if delay:
            party.asked, party.settled = party.pending(time) + 1, time + delay
        return [log]

    def revoke(self, time: int, by: str, id_: bytes, key: str) -> list[Log]:
        """An end for a key: at once, or after seven days if it manages."""
        self.require_manager(id_, by, time)
        party = self.found[id_]
        known = self._known(id_, key)
        if known.until:
            raise Refused("KeyRevokedBefore", id_, key)
        until = time
        if known.purposes & MANAGE:
            if known.begins > time:
                raise Refused("KeyNotBegun", id_, key, known.begins)
            if len(party.standing()) <= party.pending(time) + 1:
                raise Refused("LastManagingKey", id_, key)
            if by == key and party.pending(time):
                raise Refused("AdditionPending", id_, key, party.settled)
            party.asked = party.pending(time)
            until = party.settled = time + PERIOD
        party.keys[key] = replace(known, until=until)
        return [self._log(party, REVOKED, id_, _word(key), time, by, until)]

    def veto(self, time: int, by: str, id_: bytes, key: str) -> list[Log]:
        """Stops a change of a managing key before it takes effect, by any that manages."""
        mine = self.require(id_, by, MANAGE, time)
        party = self.found[id_]
        known = self._known(id_, key)
        addition = known.begins > time
        effective = known.begins if addition else known.until
        if effective <= time:
            raise Refused("NothingToVeto", id_, key)
        assert mine.asked <= effective - PERIOD  # while a change waits, no managing key begins at once
        if addition:
            del party.keys[key]
            party.asked -= 1
        else:
            party.keys[key] = replace(known, until=0)
        return [self._log(party, VETOED, id_, _word(key), time, by, addition)]

    def declare(self, time: int, by: str, id_: bytes, key: str, since: int) -> list[Log]:
        """A statement since when a key is in the wrong hands; only ever earlier."""
        self.require_manager(id_, by, time)
        known = self._known(id_, key)
        if known.begins > time:
            raise Refused("KeyNotBegun", id_, key, known.begins)
        limit = known.since - 1 if known.since else time
        if not 0 < since <= limit:
            raise Refused("CompromiseNotEarlier", since, limit)
        party = self.found[id_]
        party.keys[key] = replace(known, since=since, declared=time, contested=0)
        return [self._log(party, COMPROMISED, id_, _word(key), time, by, since)]

    def contest(self, time: int, by: str, id_: bytes, key: str) -> list[Log]:
        """Disagreement with such a statement, within seven days, by a managing key of before."""
        mine = self.require(id_, by, MANAGE, time)
        known = self._known(id_, key)
        open_ = known.declared and time < known.declared + PERIOD and not known.contested
        if not open_:
            raise Refused("NothingToContest", id_, key)
        require_before(mine, id_, by, known.declared)
        party = self.found[id_]
        party.keys[key] = replace(known, contested=time)
        return [self._log(party, CONTESTED, id_, _word(key), time, by, known.declared)]

    def profile(self, time: int, by: str, id_: bytes, profile: bytes) -> list[Log]:
        """A new profile document."""
        self.require_manager(id_, by, time)
        return [self._log(self.found[id_], PROFILE, id_, profile, time, by)]

    # ----- what the acts share -----

    def _enter(self, party: Party, id_: bytes, time: int, by: str, key: str, purposes: int, begins: int) -> Log:
        if key == NOBODY or not purposes:
            raise Refused("KeyWithoutUse", key, purposes)
        if key in party.keys:
            raise Refused("KeyKnown", id_, key)
        party.keys[key] = Key(purposes, begins, asked=time)
        return self._log(party, ADDED, id_, _word(key), time, by, purposes, begins)

    def _known(self, party: bytes, key: str) -> Key:
        if key not in self.found[party].keys:
            raise Refused("KeyUnknown", party, key)
        return self.found[party].keys[key]

    def _log(self, party: Party, signature: str, id_: bytes, about: bytes, time: int, by: str, *rest: Any) -> Log:
        stamp = stamp_of(next_count(party.word), time, by)
        log = log_of("Parties", signature, (id_, about, id_), stamp, *rest)
        party.word = rolled(party.word, id_, log.digest)
        return log


def require_before(key: Key, party: bytes, by: str, time: int) -> None:
    """Whoever objects was asked for no later than what it objects to."""
    if key.asked > time:
        raise Refused("KeyNotBefore", party, by, time)


def _word(key: str) -> bytes:
    return bytes.fromhex(key[2:]).rjust(32, b"\0")
