"""Asks who vouches for the block as of which a chain is read: the only part of this room that speaks to nodes."""

from __future__ import annotations

from typing import NamedTuple

from trialseal.errors import TrialsealError
from trialseal.ledger.network_file import Network, NetworkNode
from trialseal.ledger.proofs.header import Header, HeaderError, from_json
from trialseal.ledger.reference import vouching
from trialseal.ledger.reference.linking import linked
from trialseal.ledger.reference.validators import list_at, sealed_by
from trialseal.ledger.reference.vouching import Choice, Contradiction, Means, Said, Voucher
from trialseal.ledger.rpc import Rpc

_TIMEOUT = 20.0


class Vouching(NamedTuple):
    """Who vouches for a reference block."""

    vouchers: tuple[Voucher, ...] = ()
    doubts: tuple[str, ...] = ()
    """Why somebody who was asked does not."""
    contradiction: Contradiction | None = None
    notes: tuple[str, ...] = ()
    """What else a reader should know of the network."""

    @property
    def vouched(self) -> bool:
        """Whether somebody vouches for the block whom the reader trusts, and nobody of them contradicts."""
        return bool(self.vouchers) and self.contradiction is None


UNVOUCHED = Vouching()


def vouching_for(
    header: Header, chain_id: int, choice: Choice, network: Network | None, *, read_node: bool
) -> Vouching:
    """Who vouches for a header. `read_node`: it came from the network's first node, not another's, not a bundle."""
    vouchers: list[Voucher] = []
    doubts: list[str] = []
    contradiction = None
    if read_node and network is not None and (network.mine or choice.own_node):
        why = "as you say with --trust-node" if choice.own_node else "as your network file says"
        vouchers.append(Voucher(Means.OWN_NODE, f"this node, which is your own, {why}"))
    if not read_node and network is not None and (network.mine or choice.own_node):
        own = _ask(network.nodes[0], header.number)
        if own.hash == header.hash:
            vouchers.append(Voucher(Means.OWN_NODE, f"your own node ({own.operator}), which has this block"))
        elif own.hash is None:
            doubts.append(f"your own node does not say whether it has this block: {own.refusal}")
        else:
            hashes = {header.hash: ("what was read",), own.hash: (f"your own node ({own.operator})",)}
            return Vouching((), (), Contradiction(header.number, hashes))
    if choice.block_hash is not None:
        if choice.block_hash == header.hash:
            vouchers.append(Voucher(Means.TYPED_HASH, "the hash that you typed"))
        elif read_node or network is None:
            doubts.append(
                f"the hash that you typed is another block's, or another chain's: 0x{choice.block_hash.hex()}"
            )
        else:
            found = _linked(network, header, choice.block_hash)
            if isinstance(found, Voucher):
                vouchers.append(found)
            else:
                doubts.append(found)
    passed: list[str] = []
    for one in choice.checkpoints:
        by = vouching.by_checkpoint(one, header, chain_id, network.genesis if network else None)
        if isinstance(by, Contradiction):
            contradiction = by
        elif isinstance(by, str):
            passed.append(by)
        else:
            vouchers.append(by)
    # A file of many checkpoints is no fault if one of them serves.
    if not any(one.means is Means.CHECKPOINT for one in vouchers):
        doubts += dict.fromkeys(passed)
    attested, why_not = vouching.by_attested(choice.attested, header, network.genesis if network else None)
    vouchers += attested
    doubts += why_not
    if network is not None and network.validators:
        listed = list_at(network.validators, header.number)
        found = vouching.by_seals(sealed_by(header, listed)) if listed else "no validators are listed so early"
        if isinstance(found, str):
            doubts.append(found)
        else:
            vouchers.append(found)
    if choice.quorum and network is not None:
        said = tuple(_ask(node, header.number) for node in network.nodes)
        came = vouching.by_nodes(said, header.number, header.hash, choice.quorum)
        if isinstance(came, Contradiction):
            contradiction = came
        elif isinstance(came, str):
            doubts.append(came)
        else:
            vouchers.append(came)
    untried = network is not None and not network.tried
    notes = (f"nobody has tried trialseal on {network.name} yet",) if network and untried else ()
    return Vouching(tuple(vouchers), tuple(doubts), contradiction, notes)


def _linked(network: Network, older: Header, newer_hash: bytes) -> Voucher | str:
    """A voucher for a bundle's block by a newer block whose hash the reader typed; else why there is none."""
    rpc = Rpc(network.url, _TIMEOUT)
    try:
        number = linked(rpc, older, newer_hash)
    finally:
        rpc.close()
    if isinstance(number, str):
        return f"the hash that you typed does not lead to this block: {number}"
    words = f"the hash that you typed, of block {number:,}, whose state holds this block's hash"
    return Voucher(Means.TYPED_HASH, words)


def _ask(node: NetworkNode, number: int) -> Said:
    """What a node says of the block with this number, its hash computed from its header."""
    rpc = Rpc(node.url, _TIMEOUT)
    try:
        block, final = rpc.attempt(
            [("eth_getBlockByNumber", [hex(number), False]), ("eth_getBlockByNumber", ["finalized", False])]
        )
        if isinstance(block, TrialsealError):
            raise block
        if block is None:
            return Said(node.operator, None, "it has no such block")
        header = from_json(block)
    except HeaderError as error:
        return Said(node.operator, None, f"what it gives as the block is not a block header: {error}")
    except TrialsealError as error:
        return Said(node.operator, None, str(error))
    finally:
        rpc.close()
    if header.number != number:
        return Said(node.operator, None, f"it gives block {header.number} for it")
    return Said(node.operator, header.hash, "", _reaches(final, number))


def _reaches(final: object, number: int) -> bool | None:
    """Whether the block that a node calls final is this one or later; None if it names none."""
    try:
        return int(final["number"], 16) >= number if isinstance(final, dict) else None
    except (KeyError, TypeError, ValueError):
        return None
