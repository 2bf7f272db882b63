"""What the reader trusts, and who vouches for a block by it.

Proofs show only that what is said of a chain agrees with a block's hash. Whether that block is the chain's, somebody
must say whom the reader has chosen, never anybody whom the files under examination name.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

from trialseal.ledger.proofs.header import Header
from trialseal.ledger.reference.attested import Attestations
from trialseal.ledger.reference.checkpoints import Checkpoint
from trialseal.ledger.reference.validators import SealedBy


class Means(Enum):
    """How a reader may come to trust a block's hash."""

    OWN_NODE = "own-node"
    TYPED_HASH = "typed-hash"
    CHECKPOINT = "checkpoint"
    QUORUM = "quorum"
    SEALS = "seals"
    ATTESTED = "attested"


class Choice(NamedTuple):
    """What a reader named as trusted, beside what his network file says."""

    own_node: bool = False
    """The node is the reader's own."""
    block_hash: bytes | None = None
    """A hash that the reader has from elsewhere."""
    checkpoints: tuple[Checkpoint, ...] = ()
    """Signed by keys that the reader named."""
    quorum: int = 0
    """So many of the network's nodes must name the same hash; 0: not asked."""
    attested: Attestations = Attestations()
    """Attested on another chain by parties that the reader named."""

    @property
    def block_wanted(self) -> bytes | None:
        """The hash of the block as of which a chain is to be read; None for the newest."""
        if self.block_hash is not None:
            return self.block_hash
        if self.checkpoints:
            return max(self.checkpoints, key=lambda one: one.block).hash
        return max(self.attested.found, key=lambda one: one.time).hash if self.attested.found else None


NO_CHOICE = Choice()


class Voucher(NamedTuple):
    """Somebody who vouches for the reference block."""

    means: Means
    words: str
    """'this node, which your network file calls yours'."""
    warnings: tuple[str, ...] = ()


class Said(NamedTuple):
    """What one node of the network says of the reference block."""

    operator: str
    hash: bytes | None
    """Of its block with that number; None if it gave no answer."""
    refusal: str = ""
    calls_it_final: bool | None = None
    """None: it does not say."""


class Contradiction(NamedTuple):
    """Nodes of one network name different blocks with one number."""

    number: int
    hashes: Mapping[bytes, tuple[str, ...]]
    """Who says which."""

    @property
    def words(self) -> str:
        """One sentence, with each hash and who names it."""
        each = "; ".join(
            f"{', '.join(who)} {'say' if len(who) > 1 else 'says'} 0x{one.hex()}" for one, who in self.hashes.items()
        )
        return f"members disagree about block {self.number:,}: {each}"


def by_checkpoint(one: Checkpoint, header: Header, chain_id: int, genesis: str | None) -> Voucher | Contradiction | str:
    """What a checkpoint says of a block: it vouches, contradicts by another hash for this number, or is of another.

    `genesis` is the first block's hash that the reader's network file names; None if it names none.
    """
    if one.chain_id != chain_id or (genesis is not None and one.genesis != genesis.lower()):
        return f"a checkpoint signed by {one.signer} is of another chain (id {one.chain_id})"
    if one.block != header.number:
        return f"a checkpoint signed by {one.signer} is for block {one.block:,}"
    who = f"a checkpoint signed by {one.signer}"
    if one.hash != header.hash:
        return Contradiction(one.block, {header.hash: ("what was read",), one.hash: (who,)})
    if one.time != header.time:
        return f"{who} gives this block another time than its header"
    return Voucher(Means.CHECKPOINT, who)


def by_attested(attested: Attestations, header: Header, genesis: str | None) -> tuple[list[Voucher], list[str]]:
    """Who attested a block's hash on another chain; and why others do not vouch for it.

    `genesis` is the first block's hash that the reader's network file names; None if it names none.
    """
    vouchers, others = [], 0
    for one in attested.found:
        if one.hash == header.hash and (genesis is None or genesis.lower() == f"0x{one.genesis.hex()}"):
            vouchers.append(Voucher(Means.ATTESTED, one.words))
        else:
            others += 1
    if others and not vouchers:
        return [], [
            *attested.doubts,
            f"of {others} attested checkpoint{'s' if others > 1 else ''} none is of this block",
        ]
    return vouchers, list(attested.doubts)


def by_nodes(said: tuple[Said, ...], number: int, block_hash: bytes, wanted: int) -> Voucher | Contradiction | str:
    """What nodes come to that were asked for the block of a number: `wanted` of them must name this hash.

    A Contradiction if any names another; a sentence if too few answered. An operator has one voice, however many nodes.
    """
    answered = [one for one in said if one.hash is not None]
    hashes: dict[bytes, list[str]] = {block_hash: []}
    for one in answered:
        hashes.setdefault(one.hash or b"", []).append(one.operator)
    if len(hashes) > 1:
        return Contradiction(number, {hash: tuple(who) or ("the node that was read",) for hash, who in hashes.items()})
    agreed = dict.fromkeys(one.operator for one in answered)
    operators = dict.fromkeys(one.operator for one in said)
    if len(agreed) < wanted:
        silent = "; ".join(f"{one.operator}: {one.refusal}" for one in said if one.hash is None)
        return f"{len(agreed)} of {len(operators)} operators name block {number:,}, and {wanted} were wanted" + (
            f" ({silent})" if silent else ""
        )
    final = len({one.operator for one in answered if one.calls_it_final})
    names = ", ".join(agreed)
    settled = f"{final or 'none'} of them {'calls' if final == 1 else 'call'} it final"
    return Voucher(Means.QUORUM, f"{len(agreed)} of {len(operators)} operators ({names}); {settled}")


def by_seals(sealed: SealedBy) -> Voucher | str:
    """What the seals of a consortium's validators come to; a sentence if they are too few."""
    if sealed.seals < sealed.wanted:
        return (
            f"{sealed.seals} of {sealed.of} validators in your network file sealed the block, and {sealed.wanted} must"
        )
    return Voucher(
        Means.SEALS,
        f"the seals of {sealed.seals} of {sealed.of} validators ({', '.join(sealed.organisations)})",
        sealed.warnings,
    )
