"""The commit seals of a consortium's block, held against the validators that the reader's network file lists.

The list in the header itself proves nothing: whoever makes a header can name himself in it and seal it. QBFT and IBFT
2.0 need ceil(2n/3) of n validators (Moniz, 'The Istanbul BFT consensus algorithm'; Hyperledger Besu, BftHelpers).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from trialseal.ledger.proofs import bft
from trialseal.ledger.proofs.header import Header
from trialseal.ledger.proofs.rlp import decode
from trialseal.ledger.recovery import address_of

_FEW_ORGANISATIONS = 4


class Validator(NamedTuple):
    """One validator of a consortium's chain."""

    address: str
    """0x and lower case."""
    organisation: str


class ValidatorList(NamedTuple):
    """The validators of a chain from a block on, until the next list."""

    from_block: int
    validators: tuple[Validator, ...]


class SealedBy(NamedTuple):
    """Whose seals a block bears."""

    seals: int
    of: int
    wanted: int
    organisations: tuple[str, ...]
    """Of those who sealed it, each once."""
    warnings: tuple[str, ...]


def list_at(lists: Sequence[ValidatorList], number: int) -> ValidatorList | None:
    """The validators of a block; None if no list begins so early."""
    begun = [one for one in lists if one.from_block <= number]
    return max(begun, key=lambda one: one.from_block, default=None)


def sealed_by(header: Header, listed: ValidatorList) -> SealedBy:
    """Which of the validators that the reader trusts sealed a block."""
    members = decode(header.raw)
    assert isinstance(members, list)  # else it were no header
    found = bft.sealed(members)
    signers = set(_signers(found)) if found else set()
    those = [one for one in listed.validators if one.address in signers]
    of = len(listed.validators)
    return SealedBy(
        len(those), of, -(-2 * of // 3), tuple(dict.fromkeys(one.organisation for one in those)), _warnings(listed)
    )


def _signers(found: bft.Sealed) -> Iterable[str]:
    for seal in found.seals:
        if (address := address_of(found.digest, seal)) is not None:
            yield address


def _warnings(listed: ValidatorList) -> tuple[str, ...]:
    """How little the agreement of these validators may mean."""
    seats: dict[str, int] = {}
    for one in listed.validators:
        seats[one.organisation] = seats.get(one.organisation, 0) + 1
    found = []
    if len(seats) < _FEW_ORGANISATIONS:
        found.append(f"only {len(seats)} organisation{'s run' if len(seats) > 1 else ' runs'} this chain's validators")
    for organisation, held in seats.items():
        if 3 * held >= len(listed.validators):
            found.append(f"{organisation} runs {held} of {len(listed.validators)} validators, a third or more")
    return tuple(found)
