"""What became of what was sent: a reorganisation may have dropped it, and time may have made it final."""

from __future__ import annotations

from typing import Final, NamedTuple

from trialseal.errors import TrialsealError
from trialseal.ledger.chain import Chain
from trialseal.ledger.outbox import Outbox, Sending, State
from trialseal.ledger.receipts import receipts_of

# On a devnet nothing is final by the node's word; whoever runs it takes back no more than this many blocks.
_DEVNET_BLOCKS: Final = 256


class Revisited(NamedTuple):
    """A sending that was recorded, as the chain has it now."""

    sending: Sending
    fell_out: bool
    """Whether a reorganisation had dropped it; then it was sent again, the very same bytes."""
    words: str
    """How settled it is."""


def revisit(chain: Chain, outbox: Outbox, *, send: bool) -> list[Revisited]:
    """Looks for everything recorded that is not final. What fell out of the chain waits again, and is sent again if
    `send` says so: no key is needed, since the signed bytes are at hand, and a chain takes them once.
    """
    recorded = outbox.sendings(State.RECORDED, chain_id=chain.chain_id(), genesis=chain.genesis())
    if not recorded:
        return []
    now = chain.as_of().number
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
    return found + [_back(chain, outbox, one, send) for one in sorted(lost, key=lambda each: (each.sender, each.nonce))]


def _back(chain: Chain, outbox: Outbox, one: Sending, send: bool) -> Revisited:
    outbox.became(one, State.WAITING)
    words = "a reorganisation dropped it"
    if send:
        again = next((each for each in one.attempts if each.transaction == one.transaction), one.last)
        try:
            chain.rpc.call("eth_sendRawTransaction", ["0x" + again.raw.hex()])
        except TrialsealError as error:
            return Revisited(one, True, f"{words}, and it could not be sent again: {error}")
        words = f"{words}; it was sent again"
    return Revisited(one, True, words)
