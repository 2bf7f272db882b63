"""What became of what was sent: a reorganisation may have dropped it, and time may have made it final."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from trialseal.errors import TrialsealError
from trialseal.ledger.chain import Chain
from trialseal.ledger.outbox import Outbox, Sending, State
from trialseal.ledger.receipts import receipts_of

# On a devnet nothing is final by the node's word; whoever runs it takes back no more than this many blocks.
_DEVNET_BLOCKS: Final = 256


class Revisited(NamedTuple):
    """A sending that was recorded or given up, as the chain has it now."""

    sending: Sending
    fell_out: bool
    """Whether a reorganisation had dropped it, or what cancelled it; then the very same bytes were sent again."""
    words: str
    """How settled it is."""


def revisit(chain: Chain, outbox: Outbox, *, send: bool) -> list[Revisited]:
    """Looks for everything recorded that is not final, and for what was given up and might come back after all.

    What fell out of the chain waits again, and is sent again if `send` says so: no key is needed, since the signed
    bytes are at hand, and a chain takes them once. Of what was given up only that is told which changed.
    """
    where = chain.chain_id(), chain.genesis()
    recorded = outbox.sendings(State.RECORDED, chain_id=where[0], genesis=where[1])
    given_up = outbox.given_up(*where)
    if not recorded and not given_up:
        return []
    now = chain.as_of().number
    found, lost = _recorded(chain, outbox, recorded, now)
    came_back, uncancelled = _given_up(chain, outbox, given_up, now)
    back = sorted([*lost, *uncancelled], key=lambda each: (each.sender, each.nonce))
    return [*found, *came_back, *(_back(chain, outbox, one, send) for one in back)]


def _recorded(
    chain: Chain, outbox: Outbox, recorded: Sequence[Sending], now: int
) -> tuple[list[Revisited], list[Sending]]:
    """Those that still are on the chain in some way, and those that are not."""
    found: list[Revisited] = []
    lost: list[Sending] = []
    for one, receipt in zip(recorded, receipts_of(chain, recorded), strict=True):
        if receipt is None:
            lost.append(one)
            continue
        transaction, block = str(receipt["transactionHash"]), int(receipt["blockNumber"], 16)
        if any(each.cancels and each.transaction == transaction for each in one.attempts):
            outbox.became(one, State.CANCELLED)
            found.append(Revisited(one, False, "cancelled: an empty transaction took its place"))
            continue
        if int(receipt.get("status", "0x1"), 16) == 0:
            outbox.became(one, State.REFUSED)
            found.append(Revisited(one, False, "refused by the chain after a reorganisation: run its command again"))
            continue
        if (block, str(receipt["blockHash"])) != (one.block, one.block_hash):
            outbox.recorded(one, transaction, block, str(receipt["blockHash"]))
        words = chain.finality(block)
        if words == "final" or (chain.is_devnet() and block <= now - _DEVNET_BLOCKS):
            outbox.became(one, State.FINAL)
        found.append(Revisited(one, False, words))
    return found, lost


def _given_up(
    chain: Chain, outbox: Outbox, given_up: Sequence[Sending], now: int
) -> tuple[list[Revisited], list[Sending]]:
    """Those that were recorded after all, and those whose cancellation fell out of the chain."""
    used = {sender: _used_for_good(chain, sender, now) for sender in {one.sender for one in given_up}}
    came_back, uncancelled = [], []
    for one, receipt in zip(given_up, receipts_of(chain, given_up) if given_up else [], strict=True):
        if receipt is not None and _carried_out(one, receipt):
            block = int(receipt["blockNumber"], 16)
            outbox.recorded(one, str(receipt["transactionHash"]), block, str(receipt["blockHash"]))
            words = f"it was {one.state}, and a reorganisation recorded it after all; {chain.finality(block)}"
            came_back.append(Revisited(one, False, words))
        elif used[one.sender] > one.nonce:
            outbox.settled(one)
        elif one.state is State.CANCELLED and receipt is None:
            uncancelled.append(one)
    return came_back, uncancelled


def _carried_out(one: Sending, receipt: Mapping[str, Any]) -> bool:
    cancels = any(each.cancels and each.transaction == receipt["transactionHash"] for each in one.attempts)
    return not cancels and int(receipt.get("status", "0x1"), 16) == 1


def _used_for_good(chain: Chain, sender: str, now: int) -> int:
    """How many transactions of an account no reorganisation takes back; 0 where the node does not tell."""
    block = hex(max(0, now - _DEVNET_BLOCKS)) if chain.is_devnet() else "finalized"
    [count] = chain.rpc.attempt([("eth_getTransactionCount", [sender, block])])
    return 0 if isinstance(count, TrialsealError) else int(count, 16)


def _back(chain: Chain, outbox: Outbox, one: Sending, send: bool) -> Revisited:
    outbox.became(one, State.WAITING)
    words = f"a reorganisation dropped {'what cancelled it' if one.state is State.CANCELLED else 'it'}"
    if send:
        again = next((each for each in one.attempts if each.transaction == one.transaction), one.last)
        try:
            chain.rpc.call("eth_sendRawTransaction", ["0x" + again.raw.hex()])
        except TrialsealError as error:
            return Revisited(one, True, f"{words}, and it could not be sent again: {error}")
        words = f"{words}; it was sent again"
    return Revisited(one, True, words)
