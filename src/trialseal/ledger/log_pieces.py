"""Logs of a long range of blocks, asked for in pieces of a size that the node takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from trialseal.ledger.logs import Log
from trialseal.ledger.rpc import RpcError, Unreachable

Progress = Callable[[int, int], None]


def pieces(
    ask: Callable[[int, int], list[Log]], start: int, head: int, progress: Progress | None = None
) -> Iterator[list[Log]]:
    """The logs of the blocks from `start` to `head`, both included, which `ask` gives for a first and a last block.

    Raises what `ask` does where it refuses even one block; `progress` hears how many blocks are done, and of how many.
    """
    first = start
    too_many = max(head - start + 1, 2)
    size = too_many // 2
    while first <= head:
        last = min(first + size - 1, head)
        try:
            found = ask(first, last)
        except (RpcError, Unreachable):
            if size == 1:
                raise
            too_many, size = size, size // 2
            continue
        yield found
        first = last + 1
        # Grow towards what was refused, but do not try it again for the last quarter.
        if size * 4 < too_many * 3:
            size = (size + too_many) // 2
        if progress:
            progress(first - start, head - start + 1)
