"""The block as of which a chain is read."""

from __future__ import annotations

from typing import Any, TypedDict

from trialseal.values import Value

BEHIND, AHEAD = 3600, 900
"""From how many seconds on a newest block is called old, and from how many ahead of the clock. Chains make one each few
seconds; validators of Ethereum and of consortia take blocks some seconds ahead, and clocks of computers are off by
minutes."""


class Block(TypedDict):
    """A block's head, as a node gives it."""

    number: int
    hash: str
    timestamp: int


class Tagged(Value):
    """What a node answers to a tag such as `finalized`."""

    block: Block | None
    refusal: str | None = None  # its words, if it refuses the question; None with no block: it has none yet


class AsOf(Value):
    """The block as of which a chain is read. Number and time follow from its hash; the rest is as its source says."""

    chain_id: int
    number: int
    hash: str
    time: int  # Unix seconds
    read_at: int  # by this computer's clock, Unix seconds
    is_devnet: bool
    finalized: Tagged
    safe: Tagged
    carried: bool = False  # out of a bundle: nothing is known of later blocks, nor of what a node calls final
    vouched_by: tuple[str, ...] = ()  # who vouches for its hash whom the reader trusts, in words

    @property
    def age(self) -> int:
        """Seconds from the block's time to this computer's clock; negative if the block is ahead of it."""
        return self.read_at - self.time

    @property
    def is_behind(self) -> bool:
        """Whether the block is so old that what was done since may be missed."""
        return self.age > BEHIND

    @property
    def is_ahead(self) -> bool:
        """Whether the block's time is so far after this computer's clock that one of the two is wrong."""
        return self.age < -AHEAD


def block_from(answer: Any) -> Block | None:
    """The head of a block from an answer whose form was checked; None where there is none."""
    if answer is None:
        return None
    return {
        "number": int(answer["number"], 16),
        "hash": str(answer["hash"]).lower(),
        "timestamp": int(answer["timestamp"], 16),
    }
