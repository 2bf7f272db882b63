"""What a party does with itself: created, keys added, revoked, vetoed, reported, contested; another profile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from trialseal.acts.act import Act
from trialseal.documents.identifiers import party_id
from trialseal.errors import UsageError
from trialseal.ledger.codes import Purpose, purposes_told
from trialseal.ledger.moments import moment

PARTIES: Final = "Parties"
NO_KEY: Final = "0x" + "0" * 40
MOST_FURTHER: Final = 2
"""How many keys may be named beside the first when a party is created."""
# So many digits of a key are typed by whoever really means it.
_TYPED_DIGITS = 8


class FurtherKey(NamedTuple):
    """A key that is named when a party is created."""

    address: str
    """0x and lower case."""
    purposes: int
    """Sum of `codes.Purpose`."""


def create(first: str, salt: bytes, profile: bytes, name: str, further: Sequence[FurtherKey] = ()) -> Act:
    """Creates a party whose first key is the address that sends it; its id follows from key and salt."""
    if len(further) > MOST_FURTHER:
        raise UsageError(f"{len(further)} further keys are too many: name at most {MOST_FURTHER}, and add others later")
    if len({first, *(one.address for one in further)}) <= len(further):
        raise UsageError("the same key is named twice: name each once")
    pairs = [part for one in further for part in one] + [NO_KEY, 0] * (MOST_FURTHER - len(further))
    with_keys = "".join(f", and key {one.address} for {purposes_told(one.purposes)}" for one in further)
    return Act(
        contract=PARTIES,
        function="createParty",
        arguments=((salt, profile, *pairs),),
        about=party_id(bytes.fromhex(first[2:]), salt),
        words=f"party of {name} with key {first}{with_keys}",
        key=first,
    )


def add_key(party: bytes, key: str, purposes: int) -> Act:
    """Adds a key for purposes, a sum of `codes.Purpose`."""
    return Act(
        contract=PARTIES,
        function="addKey",
        arguments=((party, key, purposes),),
        about=party,
        words=f"key {key} added for {purposes_told(purposes)}",
    )


def revoke_key(party: bytes, key: str, *, manages: bool) -> Act:
    """Revokes a key; `manages`: it may change the party's keys."""
    final = "a revoked key can never be added again"
    return Act(
        contract=PARTIES,
        function="revokeKey",
        arguments=((party, key),),
        about=party,
        words=f"key {key} revoked",
        final=final,
        typed=key[-_TYPED_DIGITS:] if manages else "",
    )


def veto_key(party: bytes, key: str) -> Act:
    """Stops the addition or removal of a managing key, within seven days of it."""
    return Act(
        contract=PARTIES,
        function="vetoKey",
        arguments=((party, key),),
        about=party,
        words=f"the change of key {key} vetoed",
    )


def declare_compromise(party: bytes, key: str, since: int) -> Act:
    """States since when, in Unix seconds, a key was in the wrong hands."""
    return Act(
        contract=PARTIES,
        function="declareCompromise",
        arguments=((party, key, since),),
        about=party,
        words=f"key {key} reported as compromised since {moment(since, exact=True)}",
        final="the statement stands beside every act of this key for ever; it can only be moved to an earlier time",
        typed=key[-_TYPED_DIGITS:],
    )


def contest_compromise(party: bytes, key: str) -> Act:
    """Contests a statement that a key was compromised, within seven days of it."""
    return Act(
        contract=PARTIES,
        function="contestCompromise",
        arguments=((party, key),),
        about=party,
        words=f"the statement that key {key} was compromised contested",
        final="readers see from then on that the party disagrees with itself",
    )


def change_profile(party: bytes, profile: bytes, name: str) -> Act:
    """Names another profile document, by its digest."""
    return Act(
        contract=PARTIES,
        function="changeProfile",
        arguments=((party, profile),),
        about=party,
        words=f"profile of {name} with SHA-256 {profile.hex()[:16]}…",
    )


def purposes_named(words: str) -> int:
    """The sum of purposes given as words joined by commas; UsageError that names those there are."""
    mask = 0
    for word in words.replace("+", ",").split(","):
        try:
            mask |= Purpose.named(word.strip())
        except KeyError:
            raise UsageError(f"there is no purpose {word.strip()!r}: use {', '.join(Purpose.words())}") from None
    return mask
