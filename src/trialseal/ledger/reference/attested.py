"""Checkpoints that parties attested on another chain, where taking one back is seen.

An attestation of kind checkpoint is about the hash of a chain's first block, and its digest is the hash of a block of
that chain. Whether it stands is proven as of a block of the other chain, for which somebody must vouch in turn.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.codes import AttestationKind


class AttestedCheckpoint(NamedTuple):
    """A block's hash that a party attested whom the reader named."""

    genesis: bytes
    """Hash of the first block of the chain that it is about."""
    hash: bytes
    time: int
    """When it was attested, by the other chain's clock, Unix seconds."""
    words: str
    """Who attested it, where, and as of which block that is proven and vouched for."""


class Attestations(NamedTuple):
    """What a reader brings of such checkpoints."""

    found: tuple[AttestedCheckpoint, ...] = ()
    doubts: tuple[str, ...] = ()
    """Why others do not count."""


def standing_checkpoints(
    records: Iterable[AttestationRecord], parties: Collection[bytes], time: int, where: str
) -> Attestations:
    """The checkpoints among attestations that these parties made and that stand at a time.

    `where` says of which chain and block all that is.
    """
    found, doubts = [], []
    for one in records:
        if one.kind is not AttestationKind.CHECKPOINT or one.author not in parties:
            continue
        who = f"a checkpoint that party {one.author.hex()[:8]}… attested {where}"
        if one.stands_in_block(time):
            found.append(AttestedCheckpoint(one.subject, one.digest, one.time, who))
        else:
            doubts.append(f"{who} has ended or was withdrawn there: 0x{one.digest.hex()}")
    if not found and not doubts:
        doubts.append(f"no party that you named with --checkpoint-party attested a checkpoint {where}")
    return Attestations(tuple(found), tuple(doubts))
