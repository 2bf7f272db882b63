"""Opens the bundle that a reader names, in place of a node."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from trialseal import escaping
from trialseal.evidence.bundle.bundle import Bundle, open_bundle
from trialseal.files import write_passing
from trialseal.ledger.block import AsOf, Tagged
from trialseal.ledger.carried import Carried
from trialseal.ledger.network_file import Network
from trialseal.ledger.node import DEVNET_CHAINS
from trialseal.ledger.reference.asking import vouching_for
from trialseal.ledger.reference.vouching import Choice


def open_named(path: str) -> Bundle:
    """The bundle in a file that was named; UsageError in one sentence if it is none."""
    return open_bundle(Path(path), escaping.path(path))


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


@contextmanager
def unpacked(bundle: Bundle) -> Iterator[Path]:
    """A bundle's documents, receipts and proofs in a folder of their own, as long as it is needed."""
    with TemporaryDirectory(prefix="trialseal-") as place:
        folder = Path(place) / "bundle"
        folder.mkdir()
        for parent in sorted({os.path.dirname(name) for name in bundle.files}):
            (folder / parent).mkdir(parents=True, exist_ok=True)
        for name, content in bundle.files.items():
            write_passing(os.path.join(folder, name), content.chunks())
        yield folder
