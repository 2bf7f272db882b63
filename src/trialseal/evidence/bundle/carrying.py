"""The chain that a bundle carries, read as one that a node brings."""

from __future__ import annotations

from trialseal.evidence.bundle.bundle import Bundle
from trialseal.ledger.at_block import DEVNET_CHAINS
from trialseal.ledger.block import AsOf, Tagged
from trialseal.ledger.carried import Carried
from trialseal.ledger.network_file import Network
from trialseal.ledger.reference.asking import vouching_for
from trialseal.ledger.reference.vouching import Choice


def chain_of(bundle: Bundle, shown: str, choice: Choice, network: Network | None) -> Carried:
    """The chain that a bundle carries. `network`, if it was named, may know who vouches for the bundle's block."""
    header, chain_id = bundle.evidence.header, bundle.evidence.chain_id
    vouching = vouching_for(header, chain_id, choice, network, read_node=False)
    nothing = Tagged(None, "no node was asked")
    now = AsOf(
        chain_id=chain_id,
        number=header.number,
        hash="0x" + header.hash.hex(),
        time=header.time,
        read_at=header.time,
        is_devnet=bundle.devnet or chain_id in DEVNET_CHAINS,
        finalized=nothing,
        safe=nothing,
        carried=True,
        vouched_by=tuple(one.words for one in vouching.vouchers),
    )
    return Carried(bundle.evidence, now, f"the bundle {shown}", vouching)
