"""How settled a block is, in words: by the tags that a node answers to, never by mere depth."""

from __future__ import annotations

from trialseal.ledger.block import AsOf

DEVNET_FINALITY = "devnet: the operator sets the clock"


def finality_words(now: AsOf, block: int | None) -> str:
    """'final', 'safe', why neither, or that this is a devnet, of the block with this number; None: not known which."""
    if block is None:
        return "not known to be final: in which block it stands is not known"
    if now.is_devnet:
        return DEVNET_FINALITY
    if now.finalized.block and block <= now.finalized.block["number"]:
        return "final"
    if now.safe.block and block <= now.safe.block["number"]:
        return "safe"
    if now.finalized.block:
        return f"not yet final: the node's final block is {now.finalized.block['number']}"
    if now.finalized.refusal:
        return f"not known to be final: the node refuses to name its final block ({now.finalized.refusal})"
    return "not known to be final: the node names no final block"
