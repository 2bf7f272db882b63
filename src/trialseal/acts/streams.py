"""What a writer does with its streams on the chain: putting their heads there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from trialseal.acts.act import Act

LOG: Final = "TrialLog"


def extend(
    trial: bytes, writer: bytes, stream: bytes, size: int, root: bytes, proof: Sequence[bytes], name: str
) -> Act:
    """Puts a stream's head of `size` entries on the chain, with the proof that it extends the one there."""
    entries = "1 entry" if size == 1 else f"{size:,} entries"
    return Act(
        contract=LOG,
        function="extend",
        arguments=((trial, writer, stream, size, root), list(proof)),
        about=stream,
        words=f"head of stream {name} with {entries}",
    )
